//! Presence, which an agent chooses, and routing status, which the system gives him.

use crate::vendors::story::{Duty, Story};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The routing status of an agent who let his telephone ring.
pub(in crate::vendors) const NOT_RESPONDING: &str = "NOT_RESPONDING";

/// A change of the one or the other. Of one time, presence comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Presence(&'static str),
    Routing(&'static str),
}

/// The system presence of a pause. A centre's own presences belong to one of these; coaching is a kind of being busy here.
pub(super) fn presence_of(reason: &'static str) -> &'static str {
    match reason {
        "Break" => "BREAK",
        "Lunch" => "MEAL",
        "Meeting" => "MEETING",
        "Training" => "TRAINING",
        _ => "BUSY",
    }
}

/// By agent, from when to when the system spares those who let their telephone ring.
pub(super) type Imposed = BTreeMap<Arc<str>, Vec<(i64, i64)>>;

/// After a ring in vain until the agent is spared no longer, or something else happens to him: the next ring, a pause, the way home.
pub(super) fn imposed(story: &Story) -> Imposed {
    let mut imposed = Imposed::new();
    for duty in &story.duties {
        let ends = duty.sessions.iter().filter_map(|session| session.until_us);
        let mut others: Vec<i64> = ends.chain(duty.pauses.iter().map(|(pause, _)| pause.from_us)).collect();
        let mut spared: Vec<(i64, i64)> = Vec::new();
        for stay in story.calls.iter().flat_map(|call| &call.stays) {
            let rings = stay.rings.iter().filter(|ring| ring.agent == duty.agent);
            for ring in rings {
                others.push(ring.from_us);
                if !ring.caller_left {
                    spared.push((ring.to_us, ring.spared_until_us));
                }
            }
            others.extend(stay.talk.as_ref().filter(|talk| talk.agent == duty.agent).map(|talk| talk.rang_us));
        }
        for (from_us, until_us) in &mut spared {
            let next = others.iter().filter(|other_us| **other_us >= *from_us).min();
            *until_us = next.map_or(*until_us, |next_us| (*until_us).min(*next_us));
        }
        spared.retain(|(from_us, until_us)| from_us < until_us);
        imposed.insert(Arc::clone(&duty.agent), spared);
    }
    imposed
}

/// Every change of an agent, in order.
pub(super) fn changes(story: &Story, duty: &Duty, talks: &[(i64, Option<i64>)], spared: &[(i64, i64)]) -> Vec<(i64, Change)> {
    let paused = |time_us: i64| {
        duty.pauses.iter().any(|(pause, _)| pause.from_us <= time_us && pause.until_us.is_none_or(|until_us| time_us < until_us))
    };
    let goes_home = |time_us: i64| duty.sessions.iter().any(|session| session.until_us == Some(time_us));
    let free = |time_us: i64| Change::Routing(if paused(time_us) || goes_home(time_us) { "OFF_QUEUE" } else { "IDLE" });
    let busy = |time_us: i64| talks.iter().any(|(from_us, to_us)| *from_us <= time_us && to_us.is_none_or(|to_us| time_us < to_us));
    let mut changes = Vec::new();
    for session in &duty.sessions {
        changes.extend([(session.from_us, Change::Presence("ON_QUEUE")), (session.from_us, free(session.from_us))]);
        if let Some(until_us) = session.until_us {
            changes.extend([(until_us, Change::Presence("OFFLINE")), (until_us, Change::Routing("OFF_QUEUE"))]);
        }
    }
    for (pause, reason) in &duty.pauses {
        changes.push((pause.from_us, Change::Presence(presence_of(reason))));
        // During a contact the routing status stays: it changes when that is over.
        if !busy(pause.from_us) {
            changes.push((pause.from_us, Change::Routing("OFF_QUEUE")));
        }
        if let Some(until_us) = pause.until_us.filter(|until_us| !goes_home(*until_us)) {
            changes.extend([(until_us, Change::Presence("ON_QUEUE")), (until_us, free(until_us))]);
        }
    }
    for (from_us, to_us) in talks {
        changes.push((*from_us, Change::Routing("INTERACTING")));
        changes.extend(to_us.map(|to_us| (to_us, free(to_us))));
    }
    for (from_us, until_us) in spared {
        changes.extend([(*from_us, Change::Routing(NOT_RESPONDING)), (*until_us, free(*until_us))]);
    }
    changes.retain(|(time_us, _)| *time_us < story.until_us);
    changes.sort_unstable();
    changes.dedup();
    changes
}
