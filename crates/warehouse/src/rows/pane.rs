//! Rows of `queue_panes`: a column per measure of `QueueCounts`.

use clickhouse::Row;
use events::{QueueCounts, QueuePane, SketchBucket};
use serde::Serialize;

/// Declares the row once: the measures become columns of their own, which the derive needs to see as fields.
macro_rules! queue_pane_row {
    ($($measure:ident)*) => {
        /// A row of `queue_panes`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Row, Serialize)]
        pub(crate) struct QueuePaneRow {
            pub(crate) tenant: String,
            pub(crate) queue: String,
            pub(crate) window_start: i64,
            pub(crate) source_partition: i32,
            pub(crate) layout: i32,
            $(pub(crate) $measure: i64,)*
            pub(crate) wait_answered_histogram: Vec<i64>,
            pub(crate) wait_abandoned_histogram: Vec<i64>,
            pub(crate) wait_flow_out_histogram: Vec<i64>,
            pub(crate) cohort_answered_histogram: Vec<i64>,
            pub(crate) cohort_abandoned_histogram: Vec<i64>,
            pub(crate) cohort_flow_out_histogram: Vec<i64>,
            pub(crate) wait_sketch_buckets: Vec<i32>,
            pub(crate) wait_sketch_counts: Vec<i64>,
            pub(crate) talk_sketch_buckets: Vec<i32>,
            pub(crate) talk_sketch_counts: Vec<i64>,
            pub(crate) version: u64,
        }

        impl QueuePaneRow {
            fn set_counts(&mut self, counts: &QueueCounts) {
                $(self.$measure = counts.$measure;)*
            }

            /// The column of a measure of [`QueueCounts`]; none: no such measure.
            pub(crate) fn count_mut(&mut self, name: &str) -> Option<&mut i64> {
                match name {
                    $(stringify!($measure) => Some(&mut self.$measure),)*
                    _ => None,
                }
            }
        }
    };
}

queue_pane_row!(
    offered offered_transferred_in answered abandoned flow_out flow_out_timeout flow_out_key flow_out_empty flow_out_withdrawn
    flow_out_callback flow_out_overflow flow_out_system_error blocked lost missed_offers ivr_abandoned self_served wait_answered_ms
    wait_abandoned_ms wait_flow_out_ms threshold_met threshold_base cohort_answered cohort_abandoned cohort_flow_out
    cohort_wait_answered_ms handled talk_ms hold_ms acw_ms acw_unknown held holds transferred_blind transferred_warm ended_by_agent
    ended_by_customer short_talk handling_lost
);

impl QueuePaneRow {
    pub(crate) fn new(pane: &QueuePane<'_>) -> Self {
        let buckets = |sketch: &[SketchBucket]| sketch.iter().map(|entry| entry.bucket).collect();
        let counts = |sketch: &[SketchBucket]| sketch.iter().map(|entry| entry.count).collect();
        let mut row = QueuePaneRow {
            tenant: pane.tenant.to_owned(),
            queue: pane.queue.to_owned(),
            window_start: pane.window_start_us,
            source_partition: pane.partition,
            layout: pane.layout,
            wait_answered_histogram: pane.wait_answered_histogram.clone(),
            wait_abandoned_histogram: pane.wait_abandoned_histogram.clone(),
            wait_flow_out_histogram: pane.wait_flow_out_histogram.clone(),
            cohort_answered_histogram: pane.cohort_answered_histogram.clone(),
            cohort_abandoned_histogram: pane.cohort_abandoned_histogram.clone(),
            cohort_flow_out_histogram: pane.cohort_flow_out_histogram.clone(),
            wait_sketch_buckets: buckets(&pane.wait_sketch),
            wait_sketch_counts: counts(&pane.wait_sketch),
            talk_sketch_buckets: buckets(&pane.talk_sketch),
            talk_sketch_counts: counts(&pane.talk_sketch),
            version: super::version(pane.generation, pane.version),
            ..QueuePaneRow::default()
        };
        row.set_counts(&pane.counts);
        row
    }

    /// The column of a histogram; none: no such histogram.
    pub(crate) fn histogram_mut(&mut self, name: &str) -> Option<&mut Vec<i64>> {
        Some(match name {
            "wait_answered_histogram" => &mut self.wait_answered_histogram,
            "wait_abandoned_histogram" => &mut self.wait_abandoned_histogram,
            "wait_flow_out_histogram" => &mut self.wait_flow_out_histogram,
            "cohort_answered_histogram" => &mut self.cohort_answered_histogram,
            "cohort_abandoned_histogram" => &mut self.cohort_abandoned_histogram,
            "cohort_flow_out_histogram" => &mut self.cohort_flow_out_histogram,
            _ => return None,
        })
    }

    /// The columns of a sketch; none: no such sketch.
    pub(crate) fn sketch_mut(&mut self, name: &str) -> Option<(&mut Vec<i32>, &mut Vec<i64>)> {
        match name {
            "wait_sketch" => Some((&mut self.wait_sketch_buckets, &mut self.wait_sketch_counts)),
            "talk_sketch" => Some((&mut self.talk_sketch_buckets, &mut self.talk_sketch_counts)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_its_column_in_the_order_of_the_schema() {
        let first = QueuePaneRow::COLUMN_NAMES.iter().position(|name| *name == QueueCounts::NAMES[0]).unwrap();
        assert_eq!(&QueuePaneRow::COLUMN_NAMES[first..first + QueueCounts::NAMES.len()], QueueCounts::NAMES);
        let pane = QueuePane {
            counts: QueueCounts { offered: 1, handling_lost: 2, ..QueueCounts::default() },
            wait_sketch: vec![SketchBucket { bucket: 3, count: 4 }],
            generation: 1,
            version: 5,
            ..QueuePane::default()
        };
        let mut row = QueuePaneRow::new(&pane);
        assert_eq!((row.offered, row.handling_lost, row.version), (1, 2, (1 << 48) + 5));
        assert_eq!((&row.wait_sketch_buckets[..], &row.wait_sketch_counts[..]), (&[3][..], &[4][..]));
        assert!(QueueCounts::NAMES.iter().all(|name| row.count_mut(name).is_some()));
    }
}
