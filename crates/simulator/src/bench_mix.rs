//! The event mix of the benchmarks: canonical call events in order of arrival, and their panes by a plain fold.
//!
//! Four hours of event time with two mild humps, 40 queues (the first are the busiest), 1,000 agents, 4.40 events per contact:
//! offered, queued, answered or abandoned, at times a hold and a transfer, wrapped. 0.5 % of the contacts arrive up to 50
//! minutes late, the others within 0.4 s.

use crate::draw::{Draw, Stream, micros, whole};
use events::{CallEvent, CallVerb, Channel};
use std::collections::{BTreeMap, HashMap};

/// Begin of the four hours, Unix microseconds: a whole minute.
const BEGIN_US: i64 = 1_795_500_000_000_000;
/// Length of the event time, seconds.
const SPAN_S: f64 = 4.0 * 3_600.0;
const QUEUES: usize = 40;
const AGENTS: i64 = 1_000;
/// The number of the first contact; all have the same number of digits.
const FIRST_CONTACT: u64 = 1_000_000_000_000;
const SKILLS: [&str; 6] = ["sales", "billing", "technical", "retention", "claims", "second-level"];

/// A stage in a contact's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Offered,
    Queued,
    Answered,
    HoldStarted,
    HoldEnded,
    Transferred,
    Abandoned,
    Wrapped,
}

#[derive(Debug, Clone, Copy)]
struct Planned {
    arrives_us: i64,
    time_us: i64,
    contact: u32,
    sequence: u8,
    stage: Stage,
}

/// One event of the mix, with texts of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchEvent {
    /// When it reaches the topic, Unix microseconds.
    pub arrives_us: i64,
    /// When it happened, Unix microseconds.
    pub event_time_us: i64,
    /// What happened.
    pub verb: CallVerb,
    /// Which contact: the message's key.
    pub contact_id: String,
    /// Unique to the event.
    pub event_id: String,
    /// Place among the contact's events, 0 for the first.
    pub sequence: i64,
    /// The contact's queue.
    pub queue: String,
    /// The agent, where one is concerned.
    pub agent: Option<String>,
    /// The customer's pseudonym.
    pub customer: String,
    /// The contact's medium.
    pub channel: Channel,
    /// Why, as the verb has it.
    pub reason: Option<&'static str>,
    /// The skill that is asked for; in canonical form the target of the `queued` side event.
    pub skill: Option<&'static str>,
}

impl BenchEvent {
    /// The canonical form.
    #[must_use]
    pub fn as_call_event(&self) -> CallEvent<'_> {
        CallEvent {
            source: "mix",
            event_id: &self.event_id,
            contact_id: &self.contact_id,
            event_time_us: self.event_time_us,
            sequence: self.sequence,
            verb: self.verb,
            queue: Some(&self.queue),
            agent: self.agent.as_deref(),
            customer: Some(&self.customer),
            channel: self.channel,
            reason: self.reason,
            target: self.skill.filter(|_| self.reason == Some("queued")),
            ..CallEvent::default()
        }
    }
}

/// The events of a mix in order of arrival; see [`bench_mix`].
#[derive(Debug, Clone)]
pub struct BenchMix {
    planned: std::vec::IntoIter<Planned>,
    /// What each contact's constant texts are drawn from.
    contact_bits: Vec<u64>,
}

/// The events of so many contacts in order of arrival. The same seed gives the same events.
///
/// ```
/// let events: Vec<_> = simulator::bench_mix(1, 1_000).collect();
/// assert!((4_300..4_500).contains(&events.len()));
/// assert!(events.is_sorted_by_key(|event| event.arrives_us));
/// ```
#[must_use]
pub fn bench_mix(seed: u64, contacts: u32) -> BenchMix {
    let mut draw = Draw::new(seed, Stream::Mix);
    let mut planned = Vec::with_capacity(contacts as usize * 9 / 2);
    let mut contact_bits = Vec::with_capacity(contacts as usize);
    let mut stages = Vec::new();
    for contact in 0..contacts {
        let begins_us = BEGIN_US + micros(begin(&mut draw) * SPAN_S);
        let late = draw.chance(0.005);
        let delay_us = 1_000 * if late { draw.between(0, 50 * 60_000 - 1) } else { draw.between(0, 399) };
        life(&mut draw, &mut stages);
        let mut time_us = begins_us - begins_us % 1_000;
        for (sequence, (after_us, stage)) in (0_u8..).zip(&stages) {
            time_us += after_us;
            planned.push(Planned { arrives_us: time_us + delay_us, time_us, contact, sequence, stage: *stage });
        }
        contact_bits.push(draw.bits());
    }
    planned.sort_by_key(|event| event.arrives_us);
    BenchMix { planned: planned.into_iter(), contact_bits }
}

/// When a contact begins, as a share of the four hours.
fn begin(draw: &mut Draw) -> f64 {
    loop {
        let share = draw.unit();
        if draw.chance(0.7 + 0.3 * libm::sin(share * std::f64::consts::TAU - 1.2)) {
            return share;
        }
    }
}

/// The stages of a life, each with the microseconds (whole milliseconds) since the one before.
fn life(draw: &mut Draw, stages: &mut Vec<(i64, Stage)>) {
    let after = |draw: &mut Draw, least_s: f64, mean_more_s: f64| {
        let millis = micros(least_s + draw.exponential(mean_more_s)) / 1_000;
        millis.max(1) * 1_000
    };
    stages.clear();
    stages.push((0, Stage::Offered));
    stages.push((after(draw, 0.1, 0.6), Stage::Queued));
    let (wait_us, patience_us) = (after(draw, 1.0, 24.0), after(draw, 5.0, 290.0));
    if patience_us < wait_us {
        stages.push((patience_us, Stage::Abandoned));
        return;
    }
    stages.push((wait_us, Stage::Answered));
    if draw.chance(0.2) {
        stages.push((after(draw, 10.0, 60.0), Stage::HoldStarted));
        stages.push((after(draw, 5.0, 30.0), Stage::HoldEnded));
    }
    if draw.chance(0.1) {
        stages.push((after(draw, 20.0, 60.0), Stage::Transferred));
    }
    stages.push((after(draw, 30.0, 150.0), Stage::Wrapped));
}

impl BenchMix {
    fn event(&self, planned: Planned) -> BenchEvent {
        let bits = self.contact_bits.get(planned.contact as usize).copied().unwrap_or_default();
        // Squaring makes the first queues the busiest.
        let share = (bits & 0xffff) as f64 / 65_536.0;
        let queue = (whole(share * share * QUEUES as f64) as usize).min(QUEUES - 1);
        let agent = (bits >> 16 & 0xffff) as i64 % AGENTS;
        let skill = (bits >> 32 & 0xff) as usize;
        let (verb, reason) = match planned.stage {
            Stage::Offered => (CallVerb::QueueEntered, None),
            Stage::Queued => (CallVerb::SideEvent, Some("queued")),
            Stage::Answered => (CallVerb::AgentConnected, None),
            Stage::HoldStarted => (CallVerb::HoldStarted, None),
            Stage::HoldEnded => (CallVerb::HoldEnded, None),
            // The conversation goes on, with somebody else on the line: for the panes nothing happened.
            Stage::Transferred => (CallVerb::SideEvent, Some("transferred")),
            Stage::Abandoned => (CallVerb::QueueLeft, Some("abandoned")),
            Stage::Wrapped => (CallVerb::ContactDisconnected, None),
        };
        let agent = match planned.stage {
            Stage::Offered | Stage::Queued | Stage::Abandoned => None,
            Stage::Transferred => Some((agent + 1) % AGENTS),
            _ => Some(agent),
        };
        let contact = FIRST_CONTACT + u64::from(planned.contact);
        BenchEvent {
            arrives_us: planned.arrives_us,
            event_time_us: planned.time_us,
            verb,
            contact_id: format!("mix/{contact}"),
            event_id: format!("{contact}-{}-{bits:016x}", planned.sequence),
            sequence: i64::from(planned.sequence),
            queue: format!("queue-{queue:02}"),
            agent: agent.map(|agent| format!("agent-{agent:04}")),
            customer: format!("p0:{:016x}", bits.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            channel: match bits >> 40 & 0xff {
                0..=25 => Channel::Chat,
                26..=50 => Channel::Email,
                51..=76 => Channel::Callback,
                _ => Channel::Voice,
            },
            reason,
            skill: SKILLS.get(skill % 10).copied(),
        }
    }
}

impl Iterator for BenchMix {
    type Item = BenchEvent;

    fn next(&mut self) -> Option<BenchEvent> {
        let planned = self.planned.next()?;
        Some(self.event(planned))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.planned.size_hint()
    }
}

impl ExactSizeIterator for BenchMix {}

/// Counts and sums of one queue and minute, each in the minute of its own event; waits run from the offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BenchPane {
    /// Contacts offered.
    pub offered: i64,
    /// Contacts answered.
    pub answered: i64,
    /// Of these, after at most 20 s.
    pub answered_le_20: i64,
    /// Contacts abandoned.
    pub abandoned: i64,
    /// Milliseconds waited by the answered.
    pub wait_answered_ms: i64,
    /// Milliseconds waited by the abandoned.
    pub wait_abandoned_ms: i64,
    /// Contacts wrapped.
    pub handled: i64,
    /// Milliseconds of their conversations, without holds.
    pub talk_ms: i64,
    /// Milliseconds of their holds.
    pub hold_ms: i64,
}

/// Panes by queue and minute since 1970.
pub type BenchPanes = BTreeMap<(String, i64), BenchPane>;

#[derive(Default)]
struct Seen {
    queue: String,
    offered_us: Option<i64>,
    answered_us: Option<i64>,
    abandoned_us: Option<i64>,
    wrapped_us: Option<i64>,
    hold_us: i64,
}

/// The panes that any correct reader of these events must arrive at, in whatever order they come.
///
/// ```
/// let panes = simulator::bench_truth(simulator::bench_mix(1, 1_000));
/// assert_eq!(panes.values().map(|pane| pane.offered).sum::<i64>(), 1_000);
/// ```
pub fn bench_truth(events: impl IntoIterator<Item = BenchEvent>) -> BenchPanes {
    let mut contacts: HashMap<String, Seen> = HashMap::new();
    for event in events {
        let seen = contacts.entry(event.contact_id).or_default();
        let time_us = event.event_time_us;
        match event.verb {
            CallVerb::QueueEntered => (seen.offered_us, seen.queue) = (Some(time_us), event.queue),
            CallVerb::AgentConnected => seen.answered_us = Some(time_us),
            CallVerb::QueueLeft => seen.abandoned_us = Some(time_us),
            CallVerb::ContactDisconnected => seen.wrapped_us = Some(time_us),
            CallVerb::HoldStarted => seen.hold_us -= time_us,
            CallVerb::HoldEnded => seen.hold_us += time_us,
            _ => {}
        }
    }
    let mut panes = BenchPanes::new();
    for seen in contacts.into_values() {
        add_contact(&seen, &mut panes);
    }
    panes
}

fn add_contact(seen: &Seen, panes: &mut BenchPanes) {
    let Some(offered_us) = seen.offered_us else { return };
    let mut add = |time_us: i64, count: &dyn Fn(&mut BenchPane)| {
        count(panes.entry((seen.queue.clone(), time_us.div_euclid(60_000_000))).or_default());
    };
    add(offered_us, &|pane| pane.offered += 1);
    if let Some(abandoned_us) = seen.abandoned_us {
        add(abandoned_us, &|pane| {
            pane.abandoned += 1;
            pane.wait_abandoned_ms += (abandoned_us - offered_us) / 1_000;
        });
    }
    let Some(answered_us) = seen.answered_us else { return };
    let wait_ms = (answered_us - offered_us) / 1_000;
    add(answered_us, &|pane| {
        pane.answered += 1;
        pane.answered_le_20 += i64::from(wait_ms <= 20_000);
        pane.wait_answered_ms += wait_ms;
    });
    if let Some(wrapped_us) = seen.wrapped_us {
        add(wrapped_us, &|pane| {
            pane.handled += 1;
            pane.talk_ms += (wrapped_us - answered_us - seen.hold_us) / 1_000;
            pane.hold_ms += seen.hold_us / 1_000;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_has_the_proportions_of_its_description() {
        let events: Vec<BenchEvent> = bench_mix(7, 50_000).collect();
        let per_contact = events.len() as f64 / 50_000.0;
        assert!((per_contact - 4.40).abs() < 0.02, "{per_contact}");
        let count = |verb| events.iter().filter(|event| event.verb == verb).count();
        assert_eq!(count(CallVerb::QueueEntered), 50_000);
        assert_eq!(count(CallVerb::AgentConnected) + count(CallVerb::QueueLeft), 50_000);
        assert_eq!(count(CallVerb::HoldStarted), count(CallVerb::HoldEnded));
        let late = events.iter().filter(|event| event.sequence == 0 && event.arrives_us - event.event_time_us >= 400_000).count();
        assert!((180..320).contains(&late), "{late} late contacts");
        let queues: std::collections::BTreeSet<&str> = events.iter().map(|event| event.queue.as_str()).collect();
        assert_eq!(queues.len(), 40);
    }

    #[test]
    fn seeds_decide_and_order_does_not_matter() {
        assert!(bench_mix(1, 500).eq(bench_mix(1, 500)));
        assert!(bench_mix(1, 500).ne(bench_mix(2, 500)));
        let mut backwards: Vec<BenchEvent> = bench_mix(1, 500).collect();
        backwards.reverse();
        assert_eq!(bench_truth(backwards), bench_truth(bench_mix(1, 500)));
    }

    #[test]
    fn panes_conserve_contacts() {
        let panes = bench_truth(bench_mix(3, 5_000));
        let sum = |field: fn(&BenchPane) -> i64| panes.values().map(field).sum::<i64>();
        assert_eq!(sum(|pane| pane.offered), 5_000);
        assert_eq!(sum(|pane| pane.answered + pane.abandoned), 5_000);
        assert_eq!(sum(|pane| pane.handled), sum(|pane| pane.answered));
    }
}
