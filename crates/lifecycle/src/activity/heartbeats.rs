//! Heartbeats: an agent of whom a source vouches every other minute would fill the state with them, so those that follow each other
//! closely are kept as one run. The runs are the same whatever the order in which the heartbeats came.

use super::items::{AgentItems, Declared};
use events::{AgentVerb, Observed};

/// Heartbeats that lie no further apart are one run. A run must hide no silence, so this is less than any silence that counts: 150 s.
const JOINED_US: i64 = 149_999_000;
/// No run crosses a multiple of this: runs are kept by day, and the fold may look at a run's ends only.
const BLOCK_US: i64 = 3_600_000_000;

impl Declared {
    /// A run of heartbeats: it ends at the event's time.
    fn run(from_us: i64, to_us: i64, source: &str) -> Declared {
        Declared {
            time_us: to_us,
            sequence: 0,
            verb: AgentVerb::SideEvent,
            queue: None,
            reason: Some(Observed::Alive.reason().into()),
            duration_ms: Some(to_us.saturating_sub(from_us) / 1_000),
            source: source.into(),
            event_id: "".into(),
        }
    }

    /// Where what the event says began: a duration reaches back.
    pub(super) fn since_us(&self) -> i64 {
        self.time_us.saturating_sub(crate::options::micros(self.duration_ms.unwrap_or(0).max(0)))
    }
}

impl AgentItems {
    /// Adds a heartbeat of a system: it vouches for the agent at a time, which is kept to the millisecond. False: nothing has changed.
    ///
    /// ```
    /// use lifecycle::activity::AgentItems;
    /// let mut agent = AgentItems::default();
    /// for minute in [4, 0, 2, 0] {
    ///     agent.push_heartbeat(minute * 60_000_000, "connect");
    /// }
    /// assert_eq!(agent.declared.len(), 1, "one run of four minutes");
    /// ```
    pub fn push_heartbeat(&mut self, time_us: i64, source: &str) -> bool {
        let time_us = time_us.div_euclid(1_000).saturating_mul(1_000);
        self.push_run(time_us, time_us, source)
    }

    /// Adds a run of heartbeats, from its first to its last, as [`push_heartbeat`](AgentItems::push_heartbeat) made it of another agent's.
    pub fn push_run(&mut self, mut from_us: i64, mut to_us: i64, source: &str) -> bool {
        let block = to_us.div_euclid(BLOCK_US);
        let (earliest_us, latest_us) = (from_us.saturating_sub(JOINED_US), to_us.saturating_add(JOINED_US));
        let near = |known: &Declared| {
            known.observed() == Some(Observed::Alive)
                && *known.source == *source
                && known.time_us.div_euclid(BLOCK_US) == block
                && known.since_us() <= latest_us
                && earliest_us <= known.time_us
        };
        // Runs end no later than their block, so the search need not go further.
        let first = self.declared.partition_point(|known| known.time_us < earliest_us);
        let last = self.declared.partition_point(|known| known.time_us <= latest_us.saturating_add(BLOCK_US));
        let joined: Vec<usize> = (first..last).filter(|at| self.declared.get(*at).is_some_and(near)).collect();
        for run in joined.iter().filter_map(|at| self.declared.get(*at)) {
            if run.since_us() <= from_us && to_us <= run.time_us {
                return false;
            }
            (from_us, to_us) = (from_us.min(run.since_us()), to_us.max(run.time_us));
        }
        for at in joined.into_iter().rev() {
            self.declared.remove(at);
        }
        self.push_declared(Declared::run(from_us, to_us, source))
    }
}
