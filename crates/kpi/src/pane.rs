//! A pane: what one queue did in one minute, in numbers that can be added and taken away. Never ratios.

use crate::{Error, Histogram, Histograms, Sketch};
use events::{QueueCounts, QueuePane};

/// One minute, µs.
pub const MINUTE_US: i64 = 60_000_000;

/// Start of the minute in which a time falls, µs since 1970.
///
/// ```
/// assert_eq!(kpi::minute_start_us(119_999_999), 60_000_000);
/// ```
pub fn minute_start_us(time_us: i64) -> i64 {
    time_us.div_euclid(MINUTE_US) * MINUTE_US
}

/// Counts, sums, histograms and sketches. The default is empty, and adding is associative and commutative, so it does not
/// matter in which order minutes, partitions or corrections are merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pane {
    /// Counts, and sums in ms.
    pub counts: QueueCounts,
    /// Waits per outcome.
    pub histograms: Histograms,
    /// Waits of everyone who left the queue, ms.
    pub wait_sketch: Sketch,
    /// Talk of handled, ms.
    pub talk_sketch: Sketch,
}

impl Pane {
    /// Adds `sign` times `other` (`sign` is 1 or -1).
    ///
    /// ```
    /// use kpi::Pane;
    /// let mut pane = Pane::default();
    /// let mut other = Pane::default();
    /// other.counts.offered = 2;
    /// pane.merge(&other, 1);
    /// assert_eq!(pane.counts.offered, 2);
    /// pane.merge(&other, -1);
    /// assert!(pane.is_zero());
    /// ```
    pub fn merge(&mut self, other: &Pane, sign: i64) {
        self.counts.add(&other.counts, sign);
        self.histograms.merge(&other.histograms, sign);
        self.wait_sketch.merge(&other.wait_sketch, sign);
        self.talk_sketch.merge(&other.talk_sketch, sign);
    }

    /// True if it is as if nothing had ever been counted.
    pub fn is_zero(&self) -> bool {
        self.wait_sketch.is_zero()
            && self.talk_sketch.is_zero()
            && self.counts.values().iter().all(|value| *value == 0)
            && self.histograms.is_zero()
    }

    /// As a message. Partition, layout, generation and version are left to the writer.
    pub fn to_message<'a>(&self, tenant: &'a str, queue: &'a str, window_start_us: i64) -> QueuePane<'a> {
        let histogram = |histogram| self.histograms.to_message(histogram);
        QueuePane {
            tenant,
            queue,
            window_start_us,
            counts: self.counts.clone(),
            wait_answered_histogram: histogram(Histogram::WaitAnswered),
            wait_abandoned_histogram: histogram(Histogram::WaitAbandoned),
            wait_flow_out_histogram: histogram(Histogram::WaitFlowOut),
            cohort_answered_histogram: histogram(Histogram::CohortAnswered),
            cohort_abandoned_histogram: histogram(Histogram::CohortAbandoned),
            cohort_flow_out_histogram: histogram(Histogram::CohortFlowOut),
            wait_sketch: self.wait_sketch.to_message(),
            talk_sketch: self.talk_sketch.to_message(),
            ..QueuePane::default()
        }
    }

    /// From a message.
    ///
    /// # Errors
    /// [`Error::Pane`] if it does not start at a minute, a histogram has too many buckets or a negative one, or the buckets
    /// of a sketch do not ascend or are empty.
    pub fn from_message(message: &QueuePane<'_>) -> Result<Pane, Error> {
        let wrong = |what| Error::Pane { queue: message.queue.to_owned(), window_start_us: message.window_start_us, what };
        if message.window_start_us != minute_start_us(message.window_start_us) {
            return Err(wrong("it does not start at a whole minute".to_owned()));
        }
        let mut histograms = Histograms::default();
        for (histogram, counts) in Histogram::ALL.into_iter().zip(message_histograms(message)) {
            histograms.set(histogram, counts).map_err(wrong)?;
        }
        Ok(Pane {
            counts: message.counts.clone(),
            histograms,
            wait_sketch: Sketch::from_message("wait_sketch", &message.wait_sketch).map_err(wrong)?,
            talk_sketch: Sketch::from_message("talk_sketch", &message.talk_sketch).map_err(wrong)?,
        })
    }

    /// Checks what must hold of any sum of whole facts: nothing is negative, histograms and sketches hold as many values as
    /// the counts say, and parts do not exceed their whole.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] with the first contradiction.
    pub fn check(&self) -> Result<(), Error> {
        let counts = &self.counts;
        let wrong = |what: String| Err(Error::Inconsistent(what));
        for (name, value) in QueueCounts::NAMES.iter().zip(counts.values()) {
            if value < 0 {
                return wrong(format!("{name} = {value}"));
            }
        }
        let left = counts.answered + counts.abandoned + counts.flow_out;
        let kinds = counts.flow_out_timeout + counts.flow_out_key + counts.flow_out_empty + counts.flow_out_withdrawn;
        let kinds = kinds + counts.flow_out_callback + counts.flow_out_overflow + counts.flow_out_system_error;
        let mut equal = vec![
            ("wait_sketch", self.wait_sketch.count(), "answered + abandoned + flow_out", left),
            ("talk_sketch", self.talk_sketch.count(), "handled", counts.handled),
            ("the kinds of flow_out", kinds, "flow_out", counts.flow_out),
        ];
        for histogram in Histogram::ALL {
            let count = counts.by_name(histogram.count()).unwrap_or_default();
            equal.push((histogram.column(), self.histograms.total(histogram), histogram.count(), count));
        }
        let ends = counts.transferred_blind + counts.transferred_warm + counts.ended_by_agent + counts.ended_by_customer;
        let parts = [
            ("offered_transferred_in", counts.offered_transferred_in, "offered", counts.offered),
            ("threshold_met", counts.threshold_met, "threshold_base", counts.threshold_base),
            ("acw_unknown", counts.acw_unknown, "handled", counts.handled),
            ("held", counts.held, "handled", counts.handled),
            ("held", counts.held, "holds", counts.holds),
            ("short_talk", counts.short_talk, "handled", counts.handled),
            ("the ends of handlings", ends, "handled", counts.handled),
        ];
        for (name, value, other, expected) in equal {
            if value != expected {
                return wrong(format!("{name} holds {value}, but {other} = {expected}"));
            }
        }
        for (name, value, whole, most) in parts {
            if value > most {
                return wrong(format!("{name} = {value}, more than {whole} = {most}"));
            }
        }
        Ok(())
    }
}

/// The histograms of a message, in the order of [`Histogram::ALL`].
fn message_histograms<'a>(message: &'a QueuePane<'_>) -> [&'a [i64]; 6] {
    [
        &message.wait_answered_histogram,
        &message.wait_abandoned_histogram,
        &message.wait_flow_out_histogram,
        &message.cohort_answered_histogram,
        &message.cohort_abandoned_histogram,
        &message.cohort_flow_out_histogram,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_before_1970_start_before_their_times() {
        assert_eq!((minute_start_us(-1), minute_start_us(0), minute_start_us(MINUTE_US)), (-MINUTE_US, 0, MINUTE_US));
    }

    #[test]
    fn a_message_gives_the_pane_back() {
        let mut pane = Pane::default();
        pane.counts.talk_ms = 7;
        pane.histograms.add(Histogram::CohortFlowOut, 61_000, 1);
        pane.talk_sketch.add(90_000, 1);
        let message = pane.to_message("acme", "sales", 120_000_000);
        assert_eq!(message.cohort_flow_out_histogram, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(Pane::from_message(&message).unwrap(), pane);
    }

    #[test]
    fn malformed_messages_are_refused_with_the_reason() {
        let bucket = |bucket, count| events::SketchBucket { bucket, count };
        let good = Pane::default().to_message("acme", "sales", 60_000_000);
        for (message, part) in [
            (QueuePane { window_start_us: 61_000_000, ..good.clone() }, "whole minute"),
            (QueuePane { wait_answered_histogram: vec![0; 16], ..good.clone() }, "wait_answered_histogram has 16 buckets"),
            (QueuePane { cohort_abandoned_histogram: vec![1, -1], ..good.clone() }, "cohort_abandoned_histogram has a bucket with -1"),
            (QueuePane { wait_flow_out_histogram: vec![1 << 32], ..good.clone() }, "wait_flow_out_histogram has a bucket with 4294967296"),
            (QueuePane { wait_sketch: vec![bucket(3, 1), bucket(2, 1)], ..good.clone() }, "wait_sketch has bucket 2 after 3"),
            (QueuePane { talk_sketch: vec![bucket(3, -4)], ..good.clone() }, "talk_sketch has -4 values"),
        ] {
            let error = Pane::from_message(&message).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("\"sales\""), "{error}");
        }
    }

    #[test]
    fn a_pane_that_contradicts_itself_is_found() {
        let mut pane = Pane::default();
        assert_eq!(pane.check(), Ok(()));
        pane.counts.answered = 1;
        assert!(pane.check().unwrap_err().to_string().contains("wait_sketch holds 0, but answered + abandoned + flow_out = 1"));
        pane.counts.answered = -1;
        assert!(pane.check().unwrap_err().to_string().contains("answered = -1"));
    }
}
