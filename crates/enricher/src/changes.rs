//! Folds the contacts of the open transaction and writes the facts that changed, with their state before and after.

use crate::contacts::{Contacts, Staged};
use crate::expiry::is_overdue;
use crate::store::Slot;
use events::{Change, Handling, HandlingEnd, VisitOutcome};
use lifecycle::{ContactEvents, Facts, Inferred, NameTable, Pushed, Scratch};
use runtime::task::Output;

/// Positions of the fact topics in the stage's outputs.
#[derive(Clone, Copy, Debug)]
pub struct FactTopics {
    /// Queue visits.
    pub queue_visits: usize,
    /// Handlings.
    pub handlings: usize,
    /// Contacts.
    pub contacts: usize,
    /// Handlings once more, by agent.
    pub agent_work: usize,
}

/// What a contact amounted to before the transaction and what it amounts to now.
pub struct Emitted<'f, 'a> {
    /// Before; none: it is new.
    pub before: Option<&'f Facts<'a>>,
    /// Now.
    pub after: &'f Facts<'a>,
    /// It came after the horizon: its panes may be gone, so it must not be added to them.
    pub late: bool,
}

/// What is written of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    /// Nothing changed.
    Nothing,
    /// Only what is still going on changed: it can wait.
    Later,
    /// Something ended or was corrected.
    Now,
}

/// Decides what is written: `before` as it was last written.
fn what_to_write(before: Option<&Facts<'_>>, after: &Facts<'_>, late: bool, open_is_due: bool) -> Write {
    if late {
        return if is_whole(after) && before != Some(after) { Write::Now } else { Write::Nothing };
    }
    if before == Some(after) {
        return Write::Nothing;
    }
    let empty = (&[][..], &[][..]);
    let (visits, handlings) = before.map_or(empty, |facts| (&facts.visits[..], &facts.handlings[..]));
    let ended = after.visits.iter().any(|visit| visit.outcome != VisitOutcome::Open && !visits.contains(visit))
        || after.handlings.iter().any(|handling| handling.end != HandlingEnd::Open && !handlings.contains(handling))
        || visits.len() > after.visits.len()
        || handlings.len() > after.handlings.len();
    if ended || after.settled || open_is_due { Write::Now } else { Write::Later }
}

/// Part of a contact that was forgotten must not replace the whole that was written before: one line of it, what has no
/// beginning or no end, and what touched neither queue nor agent (whether it has a beginning cannot be told).
fn is_whole(facts: &Facts<'_>) -> bool {
    const PART: i32 = Inferred::ENTRY_INFERRED | Inferred::CONNECT_INFERRED | Inferred::LOST_AT_RESTART | Inferred::LOST_AT_MAX_AGE;
    let somewhere = !facts.visits.is_empty() || !facts.handlings.is_empty();
    let entered = facts.handlings.iter().all(|handling| handling.queue.is_none() || handling.visit_number.is_some());
    facts.settled && facts.contact.events > 1 && somewhere && entered && facts.contact.inferred & PART == 0
}

impl Contacts {
    /// Folds every dirty contact, hands the change to `emit`, writes facts, stages the new state.
    pub(crate) fn fold_dirty(&mut self, output: &mut Output<'_>, emit: &mut impl FnMut(Emitted<'_, '_>)) {
        let Contacts { options, names, chunks, dirty, staged, marks, counts, scratch, state_bytes, store, open_due, .. } = self;
        let names = &mut names.table;
        let [scratch_before, scratch_after, scratch_written] = scratch;
        for contact in dirty.iter_mut() {
            let watermark_us = marks.systems.get(contact.system as usize).map_or(i64::MIN, |system| system.watermark_us);
            let overdue = |facts: &Facts<'_>| lifecycle::due(facts, &options.rules).filter(|due_us| is_overdue(*due_us, watermark_us));
            let mut after = lifecycle::fold(&contact.events, contact.events.len(), names, scratch_after, &options.rules);
            if overdue(&after).is_some() {
                scratch_after.recycle(after);
                end_overdue(&mut contact.events, overdue, names, scratch_after, &options.rules);
                after = lifecycle::fold(&contact.events, contact.events.len(), names, scratch_after, &options.rules);
            }
            let (events, committed, names) = (&contact.events, contact.committed, &*names);
            let (len, written_len, late) = (events.len(), events.written as usize, events.late);
            let before = (committed > 0).then(|| lifecycle::fold(events, committed, names, scratch_before, &options.rules));
            if committed != len {
                emit(Emitted { before: before.as_ref(), after: &after, late });
                count_inferred(before.as_ref(), &after, counts);
            }
            let other = (written_len > 0 && written_len != committed)
                .then(|| lifecycle::fold(events, written_len, names, scratch_written, &options.rules));
            let written = if written_len == committed { before.as_ref() } else { other.as_ref() };
            let write = what_to_write(written, &after, late, *open_due);
            if write == Write::Now
                && let Some(topics) = &options.topics
            {
                write_facts(written, &after, topics, options.generation, output);
            }
            // What is overdue still is full: nothing can be added to it, so there is nothing to wait for.
            let due_us = lifecycle::due(&after, &options.rules).filter(|due_us| !is_overdue(*due_us, watermark_us));
            let open = !after.settled;
            scratch_after.recycle(after);
            before.into_iter().for_each(|facts| scratch_before.recycle(facts));
            other.into_iter().for_each(|facts| scratch_written.recycle(facts));
            let unwritten = write == Write::Later && options.topics.is_some();
            if write == Write::Now {
                contact.events.written = len as u32;
            }
            state_bytes.clear();
            contact.events.encode(state_bytes);
            let chunk = chunks.add(state_bytes, output);
            if let Some(before) = contact.slot.and_then(|slot| store.get(slot)) {
                chunks.lose(before.chunk);
            }
            let slot =
                Slot { bytes: state_bytes.as_slice().into(), chunk, latest_us: contact.events.latest_us(), system: contact.system, late };
            staged.push(Staged { slot, open, unwritten, due_us });
            // From here on it is known as bytes only: twice at the end of a long transaction would be its largest part.
            contact.events.clear();
        }
        *open_due = false;
    }
}

/// Ends one thing after the other that has been open for too long. By event time alone and in every transaction that touches
/// the contact, so that it does not matter how the log was cut into transactions.
fn end_overdue(
    events: &mut ContactEvents,
    overdue: impl Fn(&Facts<'_>) -> Option<i64>,
    names: &mut NameTable,
    scratch: &mut Scratch,
    rules: &lifecycle::Options,
) {
    let mut last_us = i64::MIN;
    loop {
        let facts = lifecycle::fold(events, events.len(), names, scratch, rules);
        let due_us = overdue(&facts);
        scratch.recycle(facts);
        let Some(due_us) = due_us.filter(|due_us| *due_us > last_us) else { return };
        if events.push(&lifecycle::max_age_event(due_us), names) == Pushed::Full {
            return;
        }
        last_us = due_us;
    }
}

fn count_inferred(before: Option<&Facts<'_>>, after: &Facts<'_>, counts: &mut rustc_hash::FxHashMap<(&'static str, &'static str), u64>) {
    let bits = |facts: &Facts<'_>| {
        let visits = facts.visits.iter().fold(facts.contact.inferred, |bits, visit| bits | visit.inferred);
        facts.handlings.iter().fold(visits, |bits, handling| bits | handling.inferred)
    };
    let new = bits(after) & !before.map_or(0, bits);
    if new != 0 {
        for name in Inferred::names(new) {
            *counts.entry(("inferred", name)).or_default() += 1;
        }
    }
}

/// Writes each fact that differs, to the contact's own partition.
fn write_facts(before: Option<&Facts<'_>>, after: &Facts<'_>, topics: &FactTopics, generation: i32, output: &mut Output<'_>) {
    let (partition, version) = (output.partition, output.offset);
    let key = after.contact.contact_id.as_bytes();
    let visits = before.map_or(&[][..], |facts| &facts.visits[..]);
    for at in 0..visits.len().max(after.visits.len()) {
        let (before, after) = (visits.get(at), after.visits.get(at));
        if before != after {
            let change = Change { partition, generation, version, before: before.cloned(), after: after.cloned() };
            output.message_to(topics.queue_visits, partition, key, &change);
        }
    }
    let handlings = before.map_or(&[][..], |facts| &facts.handlings[..]);
    for at in 0..handlings.len().max(after.handlings.len()) {
        let (before, after) = (handlings.get(at), after.handlings.get(at));
        if before != after {
            let change = Change { partition, generation, version, before: before.cloned(), after: after.cloned() };
            output.message_to(topics.handlings, partition, key, &change);
            write_work(change.before, change.after, topics.agent_work, generation, output);
        }
    }
    if before.map(|facts| &facts.contact) != Some(&after.contact) {
        let change = Change {
            partition,
            generation,
            version,
            before: before.map(|facts| facts.contact.clone()),
            after: Some(after.contact.clone()),
        };
        output.message_to(topics.contacts, partition, key, &change);
    }
}

/// Tells the agent's own partition what the agent did; if the work was another agent's before, tells that one that it was not.
fn write_work<'a>(before: Option<Handling<'a>>, after: Option<Handling<'a>>, topic: usize, generation: i32, output: &mut Output<'_>) {
    let (partition, version) = (output.partition, output.offset);
    // Some sources do not say who it was.
    let named = |handling: &Handling<'_>| !handling.agent.is_empty();
    let (before, after) = (before.filter(named), after.filter(named));
    let agent = after.as_ref().map(|handling| handling.agent);
    if let Some(before) = before.filter(|before| agent != Some(before.agent)) {
        let agent = before.agent;
        output.message(topic, agent.as_bytes(), &Change { partition, generation, version, before: Some(before), after: None });
    }
    if let Some(agent) = agent {
        output.message(topic, agent.as_bytes(), &Change { partition, generation, version, before: None, after });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{CallEvent, CallVerb};
    use lifecycle::{Options, fold, max_age_event};

    const WHOLE: [CallVerb; 4] = [CallVerb::QueueEntered, CallVerb::AgentConnected, CallVerb::ContactDisconnected, CallVerb::AcwEnded];

    fn event(at: usize, verb: CallVerb) -> CallEvent<'static> {
        let agent = Some("ann").filter(|_| verb != CallVerb::QueueEntered);
        let event_time_us = at as i64 * 10_000_000;
        CallEvent { contact_id: "pbx1/1", queue: Some("sales"), agent, verb, event_time_us, ..CallEvent::default() }
    }

    /// What is written of a late contact of these events, ended at its maximum age if it is open.
    fn late(events: &[CallEvent<'_>]) -> Write {
        let mut names = NameTable::new(99);
        let mut contact = ContactEvents::new(&events[0], &mut names);
        for event in &events[1..] {
            contact.push(event, &mut names);
        }
        let (mut scratch, rules) = (Scratch::default(), Options::default());
        end_overdue(&mut contact, |facts| lifecycle::due(facts, &rules), &mut names, &mut scratch, &rules);
        let facts = fold(&contact, contact.len(), &names, &mut scratch, &rules);
        assert!(facts.settled, "{facts:?}");
        what_to_write(None, &facts, true, true)
    }

    #[test]
    fn a_late_contact_is_written_when_it_is_whole() {
        let whole: Vec<_> = WHOLE.into_iter().enumerate().map(|(at, verb)| event(at, verb)).collect();
        assert_eq!(late(&whole), Write::Now);
        assert_eq!(late(&[whole[2].clone(), whole[0].clone(), whole[3].clone(), whole[1].clone()]), Write::Now, "in any order");
    }

    /// Whatever the line says: alone, or twice, it writes nothing.
    #[test]
    fn a_single_late_line_overwrites_nothing() {
        use CallVerb::*;
        for verb in [
            ContactInitiated,
            IvrEntered,
            IvrExited,
            QueueBlocked,
            QueueEntered,
            AgentOffered,
            AgentMissed,
            AgentConnected,
            QueueLeft,
            HoldStarted,
            HoldEnded,
            TransferCompleted,
            ContactDisconnected,
            AcwStarted,
            AcwEnded,
            DispositionSet,
            ContactExcluded,
            ContactClosed,
            SideEvent,
        ] {
            let line = event(3, verb);
            assert_eq!(late(std::slice::from_ref(&line)), Write::Nothing, "{verb:?}");
            assert_eq!(late(&[line.clone(), line]), Write::Nothing, "{verb:?} twice");
        }
    }

    #[test]
    fn a_late_contact_without_its_beginning_or_its_end_overwrites_nothing() {
        let whole: Vec<_> = WHOLE.into_iter().enumerate().map(|(at, verb)| event(at, verb)).collect();
        for part in [&whole[1..], &whole[2..], &whole[..2], &whole[..1]] {
            assert_eq!(late(part), Write::Nothing, "{part:?}");
        }
    }

    /// Two things are open, and each becomes too old at its own time: both end at once, however few transactions come after.
    #[test]
    fn everything_that_is_overdue_ends_in_one_transaction() {
        let other = CallEvent { queue: Some("support"), ..event(500, CallVerb::QueueEntered) };
        let mut names = NameTable::new(9);
        let mut contact = ContactEvents::new(&event(0, CallVerb::QueueEntered), &mut names);
        contact.push(&other, &mut names);
        let (mut scratch, rules) = (Scratch::default(), Options::default());
        end_overdue(&mut contact, |facts| lifecycle::due(facts, &rules), &mut names, &mut scratch, &rules);
        let facts = fold(&contact, contact.len(), &names, &mut scratch, &rules);
        assert!(facts.visits.len() == 2 && facts.visits.iter().all(|visit| visit.outcome == VisitOutcome::Lost), "{facts:?}");
        assert!(contact.len() == 4 && max_age_event(0).reason.is_some());
    }
}
