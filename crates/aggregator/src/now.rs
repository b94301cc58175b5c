//! Who waits and who talks now, per queue: a count, the entry of the one that has waited longest, and when each who waits reaches
//! the threshold of service level 9: whoever reads it sees a miss when it happens, not when the call leaves.

use events::{HandlingEnd, QueueNow, VisitOutcome, WaitingThreshold};
use lifecycle::Facts;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// What goes on in one queue.
#[derive(Clone, Debug, Default)]
struct Queue {
    /// Open visits by their time of entry.
    waiting: BTreeMap<i64, u32>,
    waiting_count: i64,
    talking: i64,
}

/// Visits that entered this long before the newest are told by the minute, so that a long queue stays a small message.
const BY_THE_SECOND_US: i64 = 600_000_000;

impl Queue {
    /// When those who wait reach the threshold, ascending.
    fn thresholds(&self, threshold_ms: i64) -> Vec<WaitingThreshold> {
        let newest_us = self.waiting.last_key_value().map_or(0, |(entered_us, _)| *entered_us);
        let mut list: Vec<WaitingThreshold> = Vec::new();
        for (entered_us, visits) in &self.waiting {
            let at_us = entered_us.saturating_add(threshold_ms.saturating_mul(1_000));
            let at_s = match newest_us - entered_us > BY_THE_SECOND_US {
                true => at_us.div_euclid(60_000_000) * 60,
                // Up, so that nobody is missed before the time; but not into the next minute, which would be another pane.
                false => (at_us.saturating_add(999_999).div_euclid(1_000_000)).min(at_us.div_euclid(60_000_000) * 60 + 59),
            };
            match list.last_mut().filter(|last| last.at_s == at_s) {
                Some(last) => last.visits += i64::from(*visits),
                None => list.push(WaitingThreshold { at_s, visits: i64::from(*visits) }),
            }
        }
        list
    }
}

/// See the module. Keys are the pair numbers of `panes`.
#[derive(Debug, Default)]
pub(crate) struct Now {
    queues: FxHashMap<u32, Queue>,
    changed: FxHashSet<u32>,
    /// What the open transaction did, to be undone by an abort.
    undo: Vec<(u32, Step)>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Waiting(i64, i64),
    Talking(i64),
}

impl Now {
    /// Adds (sign 1) or takes away (sign -1) what is open in the facts of one contact.
    pub(crate) fn add(&mut self, facts: &Facts<'_>, sign: i64, mut pair: impl FnMut(&str, &str) -> u32) {
        for visit in facts.visits.iter().filter(|visit| visit.outcome == VisitOutcome::Open) {
            let queue = pair(visit.tenant, visit.queue);
            self.step(queue, Step::Waiting(visit.entered_us, sign));
        }
        for handling in facts.handlings.iter().filter(|handling| handling.end == HandlingEnd::Open) {
            let queue = pair(handling.tenant, handling.queue.unwrap_or_default());
            self.step(queue, Step::Talking(sign));
        }
    }

    fn step(&mut self, queue: u32, step: Step) {
        self.apply(queue, step, 1);
        self.undo.push((queue, step));
        self.changed.insert(queue);
    }

    fn apply(&mut self, queue: u32, step: Step, direction: i64) {
        let state = self.queues.entry(queue).or_default();
        match step {
            Step::Talking(sign) => state.talking += sign * direction,
            Step::Waiting(entered_us, sign) if sign * direction > 0 => {
                *state.waiting.entry(entered_us).or_default() += 1;
                state.waiting_count += 1;
            }
            Step::Waiting(entered_us, _) => {
                if let Some(count) = state.waiting.get_mut(&entered_us) {
                    *count -= 1;
                    state.waiting_count -= 1;
                    if *count == 0 {
                        state.waiting.remove(&entered_us);
                    }
                }
            }
        }
    }

    /// The queues that changed in the open transaction, with what goes on in them now. `threshold_ms`: of service level 9, by queue.
    pub(crate) fn changed(&self, threshold_ms: impl Fn(u32) -> i64) -> Vec<(u32, QueueNow<'static>)> {
        let mut changed: Vec<u32> = self.changed.iter().copied().collect();
        changed.sort_unstable();
        let now = |pair: u32| {
            let Some(queue) = self.queues.get(&pair) else { return QueueNow::default() };
            let oldest_entered_us = queue.waiting.first_key_value().map(|(entered_us, _)| *entered_us);
            let waiting_thresholds = queue.thresholds(threshold_ms(pair));
            QueueNow { waiting: queue.waiting_count, oldest_entered_us, talking: queue.talking, waiting_thresholds, ..QueueNow::default() }
        };
        changed.into_iter().map(|pair| (pair, now(pair))).collect()
    }

    pub(crate) fn committed(&mut self) {
        self.undo.clear();
        self.changed.clear();
    }

    pub(crate) fn rolled_back(&mut self) {
        for (queue, step) in std::mem::take(&mut self.undo).into_iter().rev() {
            self.apply(queue, step, -1);
        }
        self.changed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{CallEvent, CallVerb};
    use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};

    /// Adds or takes away the facts of a contact that entered at a time and, perhaps, was answered.
    fn step(now: &mut Now, entered_us: i64, connected: bool, sign: i64) {
        let event = CallEvent { contact_id: "pbx1/1", queue: Some("sales"), ..CallEvent::default() };
        let mut names = NameTable::new(9);
        let entered = CallEvent { verb: CallVerb::QueueEntered, event_time_us: entered_us, ..event.clone() };
        let mut events = ContactEvents::new(&entered, &mut names);
        if connected {
            let verb = CallVerb::AgentConnected;
            events.push(&CallEvent { verb, event_time_us: entered_us + 1, agent: Some("ann"), ..event }, &mut names);
        }
        let facts = fold(&events, events.len(), &names, &mut Scratch::default(), &Options::default());
        now.add(&facts, sign, |tenant, queue| if (tenant, queue) == ("default", "sales") { 3 } else { 4 });
    }

    fn state(now: &Now) -> Vec<(u32, i64, Option<i64>, i64)> {
        now.changed(|_| 20_000).into_iter().map(|(pair, now)| (pair, now.waiting, now.oldest_entered_us, now.talking)).collect()
    }

    #[test]
    fn the_longest_waiting_is_known_when_the_one_before_leaves() {
        let mut now = Now::default();
        for entered_us in [30, 10, 10, 20] {
            step(&mut now, entered_us, false, 1);
        }
        assert_eq!(state(&now), [(3, 4, Some(10), 0)]);
        now.committed();
        assert_eq!(state(&now), [], "nothing changed since");
        step(&mut now, 10, false, -1);
        step(&mut now, 10, true, 1);
        assert_eq!(state(&now), [(3, 3, Some(10), 1)]);
        step(&mut now, 10, false, -1);
        assert_eq!(state(&now), [(3, 2, Some(20), 1)]);
    }

    #[test]
    fn those_who_wait_are_told_by_the_second_of_their_threshold_and_the_long_waiting_by_the_minute() {
        let mut now = Now::default();
        // Threshold 20 s. 39.5 s is in the last second of its minute and stays there; 700 s before the newest is told by the minute.
        for entered_us in [101_000_000, 798_000_000, 798_400_000, 798_000_000, 819_500_000, 819_600_000] {
            step(&mut now, entered_us, false, 1);
        }
        let told = now.changed(|_| 20_000).remove(0).1.waiting_thresholds;
        let told: Vec<(i64, i64)> = told.into_iter().map(|threshold| (threshold.at_s, threshold.visits)).collect();
        assert_eq!(told, [(120, 1), (818, 2), (819, 1), (839, 2)]);
    }

    #[test]
    fn an_abort_takes_everything_back_in_reverse() {
        let mut now = Now::default();
        step(&mut now, 10, false, 1);
        now.committed();
        step(&mut now, 10, false, -1);
        step(&mut now, 10, true, 1);
        step(&mut now, 10, true, -1);
        step(&mut now, 5, false, 1);
        now.rolled_back();
        assert_eq!(state(&now), []);
        step(&mut now, 40, false, 1);
        assert_eq!(state(&now), [(3, 2, Some(10), 0)]);
    }
}
