//! Logs of call events for the contact stage.

use events::codec::Encoder;
use events::{CallEvent, CallVerb, Party};

/// A whole minute in 2026, µs.
pub const BASE_US: i64 = 1_780_000_020_000_000;

/// An event of a contact, `at_s` seconds after the base.
pub fn event(contact_id: &'static str, at_s: i64, verb: CallVerb) -> CallEvent<'static> {
    CallEvent { tenant: "acme", source: "feed", contact_id, event_time_us: BASE_US + at_s * 1_000_000, verb, ..CallEvent::default() }
}

pub fn bytes(event: &CallEvent<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(event, &mut bytes).expect("an event is encoded");
    bytes
}

/// Short forms for one contact.
#[derive(Clone, Copy)]
pub struct Story {
    pub contact: &'static str,
    pub queue: &'static str,
    pub agent: &'static str,
}

impl Story {
    pub fn plain(&self, at_s: i64, verb: CallVerb) -> CallEvent<'static> {
        event(self.contact, at_s, verb)
    }
    pub fn entered(&self, at_s: i64) -> CallEvent<'static> {
        CallEvent { queue: Some(self.queue), ..event(self.contact, at_s, CallVerb::QueueEntered) }
    }
    pub fn left(&self, at_s: i64, reason: &'static str) -> CallEvent<'static> {
        CallEvent { queue: Some(self.queue), reason: Some(reason), ..event(self.contact, at_s, CallVerb::QueueLeft) }
    }
    pub fn agent(&self, at_s: i64, verb: CallVerb) -> CallEvent<'static> {
        CallEvent { queue: Some(self.queue), agent: Some(self.agent), ..event(self.contact, at_s, verb) }
    }
    pub fn ended(&self, at_s: i64, party: Party) -> CallEvent<'static> {
        CallEvent { party: Some(party), ..self.agent(at_s, CallVerb::ContactDisconnected) }
    }
}

/// A story by the contact's name, in the queue sales with ann.
pub fn story(contact: &'static str) -> Story {
    Story { contact, queue: "sales", agent: "ann" }
}

/// The first five hours of two sites with everything that makes it hard: disorder, repetition, corrections, a restart, open
/// contacts, one that is too old, repeated lines and a whole replay after the horizon.
pub fn two_sites() -> Vec<(i32, Vec<u8>)> {
    let (first, second) = (first_site(), second_site());
    let mut records = Vec::new();
    for at in 0..first.len().max(second.len()) {
        records.extend(first.get(at).map(|value| (0, value.clone())));
        records.extend(second.get(at).map(|value| (1, value.clone())));
    }
    records
}

fn first_site() -> Vec<Vec<u8>> {
    use CallVerb::*;
    let (a, b, c, d) = (story("pbx1/a"), story("pbx1/b-replayed"), story("pbx1/c"), story("pbx1/d"));
    let (e, f, g, h) = (story("pbx1/e"), story("pbx1/f"), story("pbx1/g"), story("pbx1/h"));
    let support = Story { queue: "support", agent: "bob", ..f };
    // The end comes before the beginning; everything of b twice; d stays in the menu; e is said to have given up, and was answered.
    let mut events = vec![
        a.left(42, "abandoned"),
        b.entered(10),
        c.entered(11),
        a.entered(20),
        b.agent(25, AgentConnected),
        b.agent(25, AgentConnected),
        d.plain(30, IvrEntered),
        e.entered(31),
        e.left(50, "abandoned"),
        b.agent(40, HoldStarted),
        b.agent(55, HoldEnded),
        CallEvent { reason: Some("self_served"), queue: Some("sales"), ..d.plain(61, IvrExited) },
        e.agent(49, AgentConnected),
        b.entered(10),
        b.ended(90, Party::Customer),
        b.agent(90, AcwStarted),
        e.ended(130, Party::Agent),
        b.agent(100, AcwEnded),
    ];
    let replay: Vec<_> = events.iter().filter(|event| event.contact_id == "pbx1/b-replayed").cloned().collect();
    events.extend([
        f.entered(140),
        f.agent(150, AgentConnected),
        CallEvent { reason: Some("blind"), target: Some("support"), ..f.agent(170, TransferCompleted) },
        support.entered(171),
        g.entered(172),
        CallEvent { queue: Some("sales"), ..g.plain(165, IvrExited) },
        support.agent(190, AgentConnected),
        h.entered(195),
        event("pbx1/*", 200, SourceRestarted),
        h.agent(205, AgentConnected),
        support.ended(199, Party::Agent),
    ]);
    let (i, j, k, l) = (story("pbx1/i"), story("pbx1/j-late"), story("pbx1/k"), story("pbx1/l"));
    events.extend([
        i.entered(198),
        i.left(260, "timeout"),
        c.left(199, "key"),
        k.entered(300),
        l.entered(301),
        l.agent(310, AgentConnected),
    ]);
    // A quiet hour: what is settled is forgotten. k stays, although the newest of its age have gone.
    events.extend([story("pbx1/m").entered(3_600), story("pbx1/m").left(3_605, "abandoned")]);
    events.extend((0..6).map(|at| story("pbx1/n").plain(3_700 + at, SideEvent)));
    events.extend([
        b.entered(10),
        a.left(42, "abandoned"),
        l.ended(360, Party::Customer),
        CallEvent { queue: Some("sales"), ..j.plain(50, QueueBlocked) },
    ]);
    events.extend([story("pbx1/o-late").entered(70), story("pbx1/o-late").left(75, "abandoned")]);
    events.extend(replay);
    // k has waited for more than four hours.
    events.extend([story("pbx1/p").entered(15_000), story("pbx1/q").entered(15_001)]);
    events.extend((0..6).map(|at| story("pbx1/q").plain(15_100 + at, SideEvent)));
    events.push(Story { queue: "support", ..story("pbx1/q") }.agent(15_020, AgentConnected));
    let mut values: Vec<Vec<u8>> = events.iter().map(bytes).collect();
    values.insert(7, b"not an event".to_vec());
    values.insert(30, bytes(&event("", 150, SideEvent)));
    values
}

fn second_site() -> Vec<Vec<u8>> {
    use CallVerb::*;
    let (a, b, c) = (story("pbx2/a"), story("pbx2/b"), story("pbx2/c"));
    let events = [
        a.entered(15),
        b.entered(16),
        a.agent(30, AgentConnected),
        b.left(44, "abandoned"),
        a.ended(33, Party::Agent),
        event("pbx2/*", 50, SourceRestarted),
        b.agent(43, AgentMissed),
        c.entered(49),
        c.entered(70),
        c.agent(80, AgentConnected),
        a.agent(47, AcwEnded),
        b.plain(46, ContactExcluded),
    ];
    events.iter().map(bytes).collect()
}
