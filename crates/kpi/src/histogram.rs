//! Waits in buckets with fixed edges, one histogram per outcome: whatever the threshold, the service level is a query.

/// Upper edges of the buckets in seconds; a bucket includes its edge, and one more takes everything longer.
pub const WAIT_EDGES_S: [i64; 14] = [5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600];

/// Buckets of a histogram: one for each edge, and one for everything longer.
pub const BUCKETS: usize = WAIT_EDGES_S.len() + 1;

/// One of the histograms of a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Histogram {
    /// Waits of answered visits, by time of leaving.
    WaitAnswered,
    /// Waits of abandoned visits, by time of leaving.
    WaitAbandoned,
    /// Waits of visits that flowed out, by time of leaving.
    WaitFlowOut,
    /// Waits of answered visits, by time of entry.
    CohortAnswered,
    /// Waits of abandoned visits, by time of entry.
    CohortAbandoned,
    /// Waits of visits that flowed out, by time of entry.
    CohortFlowOut,
}

impl Histogram {
    /// All of them, in the order of the schema.
    pub const ALL: [Histogram; 6] = [
        Histogram::WaitAnswered,
        Histogram::WaitAbandoned,
        Histogram::WaitFlowOut,
        Histogram::CohortAnswered,
        Histogram::CohortAbandoned,
        Histogram::CohortFlowOut,
    ];

    /// Its field in messages and its column in SQL.
    pub const fn column(self) -> &'static str {
        match self {
            Histogram::WaitAnswered => "wait_answered_histogram",
            Histogram::WaitAbandoned => "wait_abandoned_histogram",
            Histogram::WaitFlowOut => "wait_flow_out_histogram",
            Histogram::CohortAnswered => "cohort_answered_histogram",
            Histogram::CohortAbandoned => "cohort_abandoned_histogram",
            Histogram::CohortFlowOut => "cohort_flow_out_histogram",
        }
    }

    /// The measure that counts the same visits.
    pub const fn count(self) -> &'static str {
        match self {
            Histogram::WaitAnswered => "answered",
            Histogram::WaitAbandoned => "abandoned",
            Histogram::WaitFlowOut => "flow_out",
            Histogram::CohortAnswered => "cohort_answered",
            Histogram::CohortAbandoned => "cohort_abandoned",
            Histogram::CohortFlowOut => "cohort_flow_out",
        }
    }
}

/// The bucket of a wait in ms, counted from 0.
///
/// ```
/// use kpi::histogram::bucket_of;
/// assert_eq!((bucket_of(5_000), bucket_of(5_001), bucket_of(600_001)), (0, 1, 14));
/// ```
pub fn bucket_of(wait_ms: i64) -> usize {
    WAIT_EDGES_S.iter().position(|edge_s| wait_ms <= edge_s * 1_000).unwrap_or(WAIT_EDGES_S.len())
}

/// The histograms of a pane, in the order of [`Histogram::ALL`].
///
/// Adding wraps around: subtracting what was never added and adding it later gives zero again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histograms(pub [[u32; BUCKETS]; 6]);

impl Histograms {
    /// Counts a wait in ms `sign` times (1 or -1).
    pub fn add(&mut self, histogram: Histogram, wait_ms: i64, sign: i64) {
        let bucket = &mut self.0[histogram as usize][bucket_of(wait_ms)];
        *bucket = bucket.wrapping_add(sign as u32);
    }

    /// Adds `sign` times every bucket of `other` (`sign` is 1 or -1).
    pub fn merge(&mut self, other: &Histograms, sign: i64) {
        for (sum, count) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *sum = sum.wrapping_add((sign as u32).wrapping_mul(*count));
        }
    }

    /// Visits that waited at most `limit_ms`, which lies on an edge (a smaller edge is taken if it does not).
    ///
    /// ```
    /// use kpi::{Histogram, Histograms};
    /// let mut histograms = Histograms::default();
    /// histograms.add(Histogram::WaitAbandoned, 4_000, 1);
    /// histograms.add(Histogram::WaitAbandoned, 20_000, 1);
    /// assert_eq!(histograms.at_most(Histogram::WaitAbandoned, 5_000), 1);
    /// assert_eq!(histograms.at_most(Histogram::WaitAbandoned, 20_000), 2);
    /// ```
    pub fn at_most(&self, histogram: Histogram, limit_ms: i64) -> i64 {
        let buckets = WAIT_EDGES_S.iter().zip(&self.0[histogram as usize]);
        buckets.take_while(|(edge_s, _)| **edge_s * 1_000 <= limit_ms).map(|(_, count)| i64::from(*count)).sum()
    }

    /// Answered visits that waited at most `limit_ms`, by time of leaving.
    pub fn answered_at_most(&self, limit_ms: i64) -> i64 {
        self.at_most(Histogram::WaitAnswered, limit_ms)
    }

    /// All visits of a histogram.
    pub fn total(&self, histogram: Histogram) -> i64 {
        self.0[histogram as usize].iter().map(|count| i64::from(*count)).sum()
    }

    /// True if nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.0.iter().flatten().all(|count| *count == 0)
    }

    /// The buckets of one histogram as they go into a message: without trailing zeros.
    pub fn to_message(&self, histogram: Histogram) -> Vec<i64> {
        let buckets = &self.0[histogram as usize];
        let length = buckets.iter().rposition(|count| *count != 0).map_or(0, |last| last + 1);
        buckets.iter().take(length).map(|count| i64::from(*count)).collect()
    }

    /// Takes the buckets of one histogram from a message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn set(&mut self, histogram: Histogram, counts: &[i64]) -> Result<(), String> {
        if counts.len() > BUCKETS {
            return Err(format!("{} has {} buckets, {BUCKETS} at most", histogram.column(), counts.len()));
        }
        for (bucket, count) in self.0[histogram as usize].iter_mut().zip(counts) {
            *bucket = u32::try_from(*count).map_err(|_| format!("{} has a bucket with {count} visits", histogram.column()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_belong_to_their_bucket_and_the_last_takes_the_rest() {
        for (at, edge_s) in WAIT_EDGES_S.iter().enumerate() {
            assert_eq!(bucket_of(edge_s * 1_000), at);
            assert_eq!(bucket_of(edge_s * 1_000 + 1), at + 1);
        }
        assert_eq!((bucket_of(0), bucket_of(-1), bucket_of(i64::MAX)), (0, 0, 14));
    }

    #[test]
    fn each_histogram_has_its_own_place() {
        let mut histograms = Histograms::default();
        for (at, histogram) in Histogram::ALL.into_iter().enumerate() {
            for _ in 0..=at {
                histograms.add(histogram, 30_000, 1);
            }
        }
        for (at, histogram) in Histogram::ALL.into_iter().enumerate() {
            assert_eq!(histograms.to_message(histogram), [0, 0, 0, 0, 0, at as i64 + 1]);
            assert_eq!((histograms.at_most(histogram, 25_000), histograms.total(histogram)), (0, at as i64 + 1));
        }
    }

    #[test]
    fn taking_away_first_and_adding_later_leaves_nothing() {
        let mut histograms = Histograms::default();
        histograms.add(Histogram::WaitAnswered, 1, -1);
        assert!(!histograms.is_zero());
        histograms.add(Histogram::WaitAnswered, 1, 1);
        assert!(histograms.is_zero());
    }
}
