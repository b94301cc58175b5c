//! `QueuePane` and `QueueNow`: what the aggregator hands to the board and the warehouse.

use serde::{Deserialize, Serialize};

/// Declares `QueueCounts` once: the fields, their number, their names, and access by position.
macro_rules! queue_counts {
    ($($name:ident),* $(,)?) => {
        /// Counts and sums (milliseconds) of a pane. Each is documented in `schemas/queue_pane.v1.avsc`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        #[allow(missing_docs, reason = "documented once, in the schema")]
        pub struct QueueCounts { $(pub $name: i64),* }

        impl QueueCounts {
            /// Names of the measures, in the order of the schema.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The values, in the order of [`QueueCounts::NAMES`].
            pub fn values(&self) -> [i64; Self::NAMES.len()] {
                [$(self.$name),*]
            }

            /// Adds `sign` times every value of `other` (`sign` is 1 or -1).
            ///
            /// ```
            /// let mut sum = events::QueueCounts { offered: 3, ..Default::default() };
            /// sum.add(&events::QueueCounts { offered: 2, ..Default::default() }, -1);
            /// assert_eq!(sum.offered, 1);
            /// ```
            pub fn add(&mut self, other: &Self, sign: i64) {
                $(self.$name += sign * other.$name;)*
            }

            /// The value of a measure by its name; none: no such measure.
            pub fn by_name(&self, name: &str) -> Option<i64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

queue_counts!(
    offered,
    offered_transferred_in,
    answered,
    abandoned,
    flow_out,
    flow_out_timeout,
    flow_out_key,
    flow_out_empty,
    flow_out_withdrawn,
    flow_out_callback,
    flow_out_overflow,
    flow_out_system_error,
    blocked,
    lost,
    missed_offers,
    ivr_abandoned,
    self_served,
    wait_answered_ms,
    wait_abandoned_ms,
    wait_flow_out_ms,
    threshold_met,
    threshold_base,
    cohort_answered,
    cohort_abandoned,
    cohort_flow_out,
    cohort_wait_answered_ms,
    handled,
    talk_ms,
    hold_ms,
    acw_ms,
    acw_unknown,
    held,
    holds,
    transferred_blind,
    transferred_warm,
    ended_by_agent,
    ended_by_customer,
    short_talk,
    handling_lost
);

/// How many values fell into one bucket of a sketch (bucket numbers: `kpi::sketch`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct SketchBucket {
    pub bucket: i32,
    pub count: i64,
}

/// One minute of one queue, as seen by one partition. Field documentation: `schemas/queue_pane.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct QueuePane<'a> {
    pub tenant: &'a str,
    pub queue: &'a str,
    pub window_start_us: i64,
    pub partition: i32,
    pub layout: i32,
    pub generation: i32,
    pub version: i64,
    pub counts: QueueCounts,
    pub wait_answered_histogram: Vec<i64>,
    pub wait_abandoned_histogram: Vec<i64>,
    pub wait_flow_out_histogram: Vec<i64>,
    pub cohort_answered_histogram: Vec<i64>,
    pub cohort_abandoned_histogram: Vec<i64>,
    pub cohort_flow_out_histogram: Vec<i64>,
    pub wait_sketch: Vec<SketchBucket>,
    pub talk_sketch: Vec<SketchBucket>,
}

/// Who waits in one queue now, as seen by one partition. Field documentation: `schemas/queue_now.v2.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct QueueNow<'a> {
    pub tenant: &'a str,
    pub queue: &'a str,
    pub partition: i32,
    pub layout: i32,
    pub generation: i32,
    pub version: i64,
    pub waiting: i64,
    pub oldest_entered_us: Option<i64>,
    pub talking: i64,
    pub event_time_us: i64,
    #[serde(default)]
    pub waiting_thresholds: Vec<WaitingThreshold>,
}

/// Visits that wait and reach the threshold of service level 9 at one time. Field documentation: `schemas/queue_now.v2.avsc`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct WaitingThreshold {
    pub at_s: i64,
    pub visits: i64,
}
