//! Cases as text: one line per event, one line per fact, so that a rule and its example stand side by side.

use events::{CallEvent, CallVerb, Channel, Direction, Handling, HandlingEnd, Party, QueueVisit, VisitOutcome};
use lifecycle::{ContactEvents, Facts, Inferred, NameTable, Options, Scratch, fold};
use std::fmt::Write as _;

const VERBS: [(&str, CallVerb); 20] = [
    ("restarted", CallVerb::SourceRestarted),
    ("initiated", CallVerb::ContactInitiated),
    ("menu", CallVerb::IvrEntered),
    ("menu_left", CallVerb::IvrExited),
    ("blocked", CallVerb::QueueBlocked),
    ("entered", CallVerb::QueueEntered),
    ("offered", CallVerb::AgentOffered),
    ("missed", CallVerb::AgentMissed),
    ("connected", CallVerb::AgentConnected),
    ("left", CallVerb::QueueLeft),
    ("hold", CallVerb::HoldStarted),
    ("unhold", CallVerb::HoldEnded),
    ("transfer", CallVerb::TransferCompleted),
    ("disconnected", CallVerb::ContactDisconnected),
    ("acw", CallVerb::AcwStarted),
    ("acw_ended", CallVerb::AcwEnded),
    ("disposition", CallVerb::DispositionSet),
    ("excluded", CallVerb::ContactExcluded),
    ("closed", CallVerb::ContactClosed),
    ("side", CallVerb::SideEvent),
];

/// Seconds, with up to three decimals, as thousandths.
fn thousandths(text: &str) -> i64 {
    (text.parse::<f64>().expect("a number of seconds") * 1000.0).round() as i64
}

/// `107 connected q=sales a=ann wait=7`.
pub(crate) fn event(line: &str) -> CallEvent<'_> {
    let mut words = line.split_whitespace();
    let time_us = thousandths(words.next().expect("a time")) * 1000;
    let verb = words.next().expect("a verb");
    let (_, verb) = *VERBS.iter().find(|(name, _)| *name == verb).unwrap_or_else(|| panic!("no verb {verb}: see VERBS"));
    let mut event = CallEvent { source: "pbx1", contact_id: "pbx1/1", event_time_us: time_us, verb, ..CallEvent::default() };
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or_else(|| panic!("{word} is no key=value"));
        match key {
            "q" => event.queue = Some(value),
            "a" => event.agent = Some(value),
            "why" => event.reason = Some(value),
            "to" => event.target = Some(value),
            "customer" => event.customer = Some(value),
            "dnis" => event.dnis = Some(value),
            "wait" => event.wait_ms = Some(thousandths(value)),
            "ring" => event.ring_ms = Some(thousandths(value)),
            "talk" => event.talk_ms = Some(thousandths(value)),
            "hold" => event.hold_ms = Some(thousandths(value)),
            "acw" => event.acw_ms = Some(thousandths(value)),
            "leg" => event.leg = Some(value),
            "rev" => event.revision = value.parse().unwrap(),
            "by" => event.party = Some(if value == "agent" { Party::Agent } else { Party::Customer }),
            "channel" => event.channel = if value == "chat" { Channel::Chat } else { Channel::Task },
            "direction" => event.direction = if value == "outbound" { Direction::Outbound } else { Direction::Internal },
            _ => panic!("no key {key}"),
        }
    }
    event
}

/// Stores events in the order given.
pub(crate) fn stored(events: &[CallEvent], names: &mut NameTable) -> ContactEvents {
    let mut contact = ContactEvents::new(&events[0], names);
    for event in &events[1..] {
        contact.push(event, names);
    }
    contact
}

fn seconds(time_us: Option<i64>) -> String {
    time_us.map_or_else(|| "?".to_owned(), |time_us| (time_us as f64 / 1e6).to_string())
}

fn duration(time_ms: Option<i64>) -> String {
    seconds(time_ms.map(|time_ms| time_ms * 1000))
}

fn bits(inferred: i32) -> String {
    let names: Vec<_> = Inferred::names(inferred).collect();
    if names.is_empty() { String::new() } else { format!(" [{}]", names.join(" ")) }
}

fn visit_line(visit: &QueueVisit) -> String {
    let outcome = format!("{:?}", visit.outcome).to_lowercase();
    let mut line =
        format!("visit {} {} {}-{} {outcome}", visit.visit_number, visit.queue, seconds(Some(visit.entered_us)), seconds(visit.left_us));
    if !matches!(visit.outcome, VisitOutcome::Open | VisitOutcome::Lost | VisitOutcome::Blocked) {
        write!(line, " wait={}", duration(visit.wait_ms)).unwrap();
    } else {
        assert_eq!(visit.wait_ms, None);
    }
    visit.agent.iter().for_each(|agent| write!(line, " a={agent}").unwrap());
    visit.reason.iter().for_each(|reason| write!(line, " why={reason}").unwrap());
    if visit.missed_offers > 0 {
        write!(line, " missed={}", visit.missed_offers).unwrap();
    }
    line + if visit.transferred_in { " in" } else { "" } + &bits(visit.inferred)
}

fn handling_line(handling: &Handling) -> String {
    let mut line = format!("handling {} a={} ", handling.handling_number, handling.agent);
    handling.queue.iter().for_each(|queue| write!(line, "q={queue} ").unwrap());
    handling.visit_number.iter().for_each(|number| write!(line, "visit={number} ").unwrap());
    let (talk_end, end) = (seconds(handling.talk_ended_us), seconds(handling.ended_us));
    write!(line, "{}-{talk_end}-{end} {:?}", seconds(Some(handling.connected_us)), handling.end).unwrap();
    if !matches!(handling.end, HandlingEnd::Open | HandlingEnd::Lost) {
        write!(line, " talk={} acw={}", duration(handling.talk_ms), duration(handling.acw_ms)).unwrap();
    } else {
        assert_eq!((handling.talk_ms, handling.talk_ended_us, handling.acw_ms), (None, None, None));
    }
    if handling.holds > 0 {
        let (hold, longest) = (duration(Some(handling.hold_ms)), duration(Some(handling.longest_hold_ms)));
        write!(line, " hold={hold} holds={} longest={longest}", handling.holds).unwrap();
    }
    handling.transfer_target.iter().for_each(|target| write!(line, " to={target}").unwrap());
    line + &bits(handling.inferred)
}

/// The facts as lines; the contact's last, with what is not its default.
pub(crate) fn lines(facts: &Facts) -> Vec<String> {
    let contact = &facts.contact;
    let mut line = format!("{:?} ", contact.outcome);
    contact.queue.iter().for_each(|queue| write!(line, "q={queue} ").unwrap());
    write!(line, "{}-{} events={}", seconds(Some(contact.started_us)), seconds(contact.ended_us), contact.events).unwrap();
    if contact.transfers > 0 {
        write!(line, " transfers={}", contact.transfers).unwrap();
    }
    contact.customer.iter().for_each(|customer| write!(line, " customer={customer}").unwrap());
    contact.dnis.iter().for_each(|dnis| write!(line, " dnis={dnis}").unwrap());
    contact.disposition.iter().for_each(|code| write!(line, " disposition={code}").unwrap());
    if !facts.settled {
        line += " unsettled";
    }
    assert_eq!((contact.visits as usize, contact.handlings as usize), (facts.visits.len(), facts.handlings.len()));
    facts.visits.iter().map(visit_line).chain(facts.handlings.iter().map(handling_line)).chain([line]).collect()
}

fn trimmed(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Folds the events of a case, as given and backwards and with every event twice, and compares.
pub(crate) fn check_with(options: &Options, given: &str, expected: &str) {
    let events: Vec<_> = trimmed(given).into_iter().map(event).collect();
    let backwards: Vec<_> = events.iter().rev().cloned().collect();
    let twice: Vec<_> = events.iter().chain(&backwards).cloned().collect();
    for events in [events, backwards, twice] {
        let mut names = NameTable::new(3);
        let contact = stored(&events, &mut names);
        let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), options);
        assert_eq!(lines(&facts), trimmed(expected), "\nfrom the events\n{given}");
    }
}

/// The same with the default options.
pub(crate) fn check(given: &str, expected: &str) {
    check_with(&Options::default(), given, expected);
}
