//! What a correct reader of a vendor's records must find: visits, handlings, and what agents did when.

use super::story::{Call, Duty, Stay, Story, Talk};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that the records of a simulated site amount to, to the millisecond. Words are those of the canonical facts
/// (`schemas/queue_visit.v1.avsc`, `schemas/handling.v1.avsc`); times are Unix microseconds.
///
/// A vendor does not tell everything that the simulation knows: an Amazon Connect that refuses a call at the door of a full queue
/// writes a contact without a queue. Then the fact is missing here, too.
///
/// ```
/// use simulator::vendors::{Vendor, facts};
/// use simulator::{Scenario, simulate};
///
/// let scenario = Scenario::preset("small", 1, 1_772_481_600_000_000)?;
/// let facts = facts(Vendor::GenesysCloud, &simulate(&scenario)?, &scenario);
/// let answered = facts.visits.iter().filter(|visit| visit.outcome == "answered").count();
/// assert_eq!(answered, facts.handlings.len());
/// assert!(facts.handlings.iter().any(|handling| handling.hold_ms > 0));
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Stays in queues.
    pub visits: Vec<VisitFact>,
    /// Agents' work on contacts.
    pub handlings: Vec<HandlingFact>,
    /// What every agent did, without gap from login to logout, by agent and time.
    pub activities: Vec<ActivityFact>,
}

/// One stay in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitFact {
    /// The contact's id, without the system that it is of.
    pub contact: String,
    /// The queue as the records name it.
    pub queue: String,
    /// When the wait began.
    pub entered_us: i64,
    /// How long it took, milliseconds; none: it goes on.
    pub wait_ms: Option<i64>,
    /// How it ended, such as `answered`; `open` while it goes on.
    pub outcome: &'static str,
    /// Who answered.
    pub agent: Option<String>,
    /// Telephones that rang in vain.
    pub missed_offers: i32,
    /// Whether the records know the caller's number.
    pub customer_known: bool,
}

/// One agent's work on a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlingFact {
    /// The contact's id, without the system that it is of.
    pub contact: String,
    /// The agent's id.
    pub agent: String,
    /// The queue as the records name it.
    pub queue: String,
    /// When the talk began.
    pub connected_us: i64,
    /// When it ended; none: it goes on.
    pub talk_ended_us: Option<i64>,
    /// Talk without hold, milliseconds; none: it goes on.
    pub talk_ms: Option<i64>,
    /// Hold, milliseconds.
    pub hold_ms: i64,
    /// After-call work, milliseconds; none: it has not ended.
    pub acw_ms: Option<i64>,
    /// Who or what ended it, such as `agent` or `transfer_warm`; `open` while it goes on.
    pub end: &'static str,
}

/// What an agent did for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityFact {
    /// The agent's id.
    pub agent: String,
    /// Begin.
    pub from_us: i64,
    /// End; none: it goes on.
    pub until_us: Option<i64>,
    /// What it was.
    pub activity: VendorActivity,
}

/// What an agent did, one thing at a time: contact before after-call work before ringing before pause before waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VendorActivity {
    /// Talked, or had the caller on hold.
    Contact,
    /// Worked after a contact.
    AfterCallWork,
    /// His telephone rang.
    Ringing,
    /// Paused, for the reason that the records give.
    Paused(&'static str),
    /// Waited for a contact.
    Available,
}

/// What is the vendor's own in the facts.
pub(super) trait Telling {
    /// The id of the contact.
    fn contact(&self, call: &Call) -> String;
    /// The queue of the stay at this place of the call.
    fn queue(&self, call: &Call, place: usize) -> String;
    /// How the stay ended; none: the vendor does not tell of it.
    fn outcome(&self, call: &Call, place: usize) -> Option<&'static str>;
    /// How the talk of the stay ended; only asked of talks that have.
    fn end(&self, call: &Call, place: usize) -> &'static str;
    /// The vendor's word for a pause.
    fn pause(&self, reason: &'static str) -> &'static str;
    /// Pauses that the vendor declares for the agent beside his own: from, to, word.
    fn imposed(&self, duty: &Duty) -> Vec<(i64, i64, &'static str)>;
}

/// The facts of a story as a vendor tells it.
pub(super) fn facts(story: &Story, vendor: &impl Telling) -> Facts {
    let mut facts = Facts::default();
    let mut works: BTreeMap<&Arc<str>, Vec<&Talk>> = BTreeMap::new();
    let mut rings: BTreeMap<&Arc<str>, Vec<(i64, i64)>> = BTreeMap::new();
    let agent_id = |agent: &str| story.keys.uuid("agent", agent);
    for call in &story.calls {
        let contact = vendor.contact(call);
        for (place, stay) in call.stays.iter().enumerate() {
            let Some(outcome) = vendor.outcome(call, place) else { continue };
            let queue = vendor.queue(call, place);
            facts.visits.push(visit(stay, outcome, &contact, &queue, call.caller.is_some(), &agent_id));
            for ring in &stay.rings {
                rings.entry(&ring.agent).or_default().push((ring.from_us, ring.to_us));
            }
            if let Some(talk) = &stay.talk {
                rings.entry(&talk.agent).or_default().push((talk.rang_us, talk.connected_us));
                let end = if talk.end.is_some() { vendor.end(call, place) } else { "open" };
                facts.handlings.push(handling(talk, end, &contact, &queue, &agent_id));
                works.entry(&talk.agent).or_default().push(talk);
            }
        }
    }
    for duty in &story.duties {
        let talks = works.get(&duty.agent).map_or(&[] as &[&Talk], Vec::as_slice);
        let rings = rings.get(&duty.agent).map_or(&[] as &[(i64, i64)], Vec::as_slice);
        let spans = activities(&layers(duty, talks, rings, vendor), story.until_us);
        let agent = agent_id(&duty.agent);
        facts.activities.extend(spans.into_iter().map(|span| ActivityFact { agent: agent.clone(), ..span }));
    }
    facts
}

fn visit(
    stay: &Stay,
    outcome: &'static str,
    contact: &str,
    queue: &str,
    customer_known: bool,
    agent_id: &impl Fn(&str) -> String,
) -> VisitFact {
    VisitFact {
        contact: contact.to_owned(),
        queue: queue.to_owned(),
        entered_us: stay.entered_us,
        wait_ms: stay.left_us.map(|left_us| (left_us - stay.entered_us) / 1_000),
        outcome,
        agent: stay.talk.as_ref().map(|talk| agent_id(&talk.agent)),
        missed_offers: i32::try_from(stay.rings.len()).unwrap_or(i32::MAX),
        customer_known,
    }
}

fn handling(talk: &Talk, end: &'static str, contact: &str, queue: &str, agent_id: &impl Fn(&str) -> String) -> HandlingFact {
    let ended_us = talk.end.as_ref().map(|end| end.at_us);
    let wrapped_us = talk.end.as_ref().and_then(|end| end.wrapped_us);
    HandlingFact {
        contact: contact.to_owned(),
        agent: agent_id(&talk.agent),
        queue: queue.to_owned(),
        connected_us: talk.connected_us,
        talk_ended_us: ended_us,
        talk_ms: ended_us.map(|ended_us| (ended_us - talk.connected_us) / 1_000 - talk.hold_ms()),
        hold_ms: talk.hold_ms(),
        acw_ms: wrapped_us.zip(ended_us).map(|(wrapped_us, ended_us)| (wrapped_us - ended_us) / 1_000),
        end,
    }
}

/// What is true of an agent from one time to another, whatever else is; the strongest layer shows.
type Layer = (i64, i64, VendorActivity);

/// The end of what has none.
const OPEN: i64 = i64::MAX;

fn layers(duty: &Duty, talks: &[&Talk], rings: &[(i64, i64)], vendor: &impl Telling) -> Vec<Layer> {
    let open = |until_us: Option<i64>| until_us.unwrap_or(OPEN);
    let mut layers: Vec<Layer> = Vec::new();
    for session in &duty.sessions {
        layers.push((session.from_us, open(session.until_us), VendorActivity::Available));
    }
    for (pause, reason) in &duty.pauses {
        layers.push((pause.from_us, open(pause.until_us), VendorActivity::Paused(vendor.pause(reason))));
    }
    for (from_us, to_us, word) in vendor.imposed(duty) {
        layers.push((from_us, to_us, VendorActivity::Paused(word)));
    }
    layers.extend(rings.iter().map(|(from_us, to_us)| (*from_us, *to_us, VendorActivity::Ringing)));
    for talk in talks {
        layers.push((talk.connected_us, talk.end.as_ref().map_or(OPEN, |end| end.at_us), VendorActivity::Contact));
        if let Some(end) = &talk.end {
            layers.push((end.at_us, open(end.wrapped_us), VendorActivity::AfterCallWork));
        }
    }
    layers
}

/// The layers seen from above, up to a time. A span that is still going on then has no end.
fn activities(layers: &[Layer], until_us: i64) -> Vec<ActivityFact> {
    let mut edges: Vec<i64> =
        layers.iter().flat_map(|(from_us, to_us, _)| [*from_us, *to_us]).filter(|edge_us| *edge_us < until_us).collect();
    edges.push(until_us);
    edges.sort_unstable();
    edges.dedup();
    let mut spans: Vec<ActivityFact> = Vec::new();
    for pair in edges.windows(2) {
        let &[from_us, to_us] = pair else { continue };
        let on_top = layers.iter().filter(|(begin_us, end_us, _)| *begin_us <= from_us && to_us <= *end_us).min_by_key(|layer| layer.2);
        let Some((_, end_us, activity)) = on_top else { continue };
        let until_us = Some(to_us).filter(|_| to_us < until_us || *end_us <= until_us);
        match spans.last_mut().filter(|last| last.until_us == Some(from_us) && last.activity == *activity) {
            Some(last) => last.until_us = until_us,
            None => spans.push(ActivityFact { agent: String::new(), from_us, until_us, activity: *activity }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logged in from 0 to 100, pause pressed at 30 in a talk from 20 to 40 with after-call work until 50, over at 60; known until 90.
    #[test]
    fn the_strongest_layer_shows() {
        let layers = [
            (0, 100, VendorActivity::Available),
            (30, 60, VendorActivity::Paused("Break")),
            (20, 40, VendorActivity::Contact),
            (40, 50, VendorActivity::AfterCallWork),
        ];
        let found: Vec<_> = activities(&layers, 90).into_iter().map(|span| (span.from_us, span.until_us, span.activity)).collect();
        assert_eq!(
            found,
            [
                (0, Some(20), VendorActivity::Available),
                (20, Some(40), VendorActivity::Contact),
                (40, Some(50), VendorActivity::AfterCallWork),
                (50, Some(60), VendorActivity::Paused("Break")),
                (60, None, VendorActivity::Available),
            ]
        );
        assert_eq!(activities(&layers, 100).last().map(|span| span.until_us), Some(Some(100)));
    }
}
