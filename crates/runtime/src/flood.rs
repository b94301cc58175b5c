//! A dead-letter flood is an outage of the source or of us: the stage stops instead of dead-lettering everything.

/// When too much is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FloodLimit {
    /// So many rejects in a row stop the stage.
    pub consecutive: u32,
    /// Records over which the share is taken.
    pub window: u32,
    /// So many percent of rejects in a full window stop the stage.
    pub percent: u32,
}

impl Default for FloodLimit {
    fn default() -> Self {
        FloodLimit { consecutive: 1_000, window: 10_000, percent: 50 }
    }
}

/// Counts rejects of one partition.
#[derive(Clone, Debug, Default)]
pub struct Flood {
    in_a_row: u32,
    seen: u32,
    rejected: u32,
}

impl Flood {
    /// Counts one record; true: stop.
    ///
    /// ```
    /// use runtime::flood::{Flood, FloodLimit};
    /// let limit = FloodLimit { consecutive: 3, window: 100, percent: 50 };
    /// let mut flood = Flood::default();
    /// assert!(!flood.record(true, &limit) && !flood.record(true, &limit));
    /// assert!(flood.record(true, &limit));
    /// ```
    pub fn record(&mut self, rejected: bool, limit: &FloodLimit) -> bool {
        self.in_a_row = if rejected { self.in_a_row + 1 } else { 0 };
        self.seen += 1;
        self.rejected += u32::from(rejected);
        let full = self.seen >= limit.window;
        let share = full && u64::from(self.rejected) * 100 >= u64::from(limit.percent) * u64::from(self.seen) && self.rejected > 0;
        if full {
            (self.seen, self.rejected) = (0, 0);
        }
        share || self.in_a_row >= limit.consecutive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_bad_records_pass_and_floods_stop() {
        let limit = FloodLimit { consecutive: 5, window: 10, percent: 50 };
        let mut flood = Flood::default();
        assert!((0..1000).all(|n| !flood.record(n % 4 == 0, &limit)), "a quarter is no flood");
        let mut flood = Flood::default();
        assert!((0..1000).any(|n| flood.record(n % 2 == 0, &limit)), "half is one");
        let mut flood = Flood::default();
        assert_eq!((0..10).position(|_| flood.record(true, &limit)), Some(4));
    }
}
