//! The agent event stream of Amazon Connect: what an agent declares, and what happens to his contacts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod amazon_connect_folded;
mod common;

use amazon_connect_folded::{adapter, facts, kept, lines};
use common::{Kept, one};
use events::AgentEvent;
use lifecycle::activity::{ActivityOptions, AgentItems, Work, spans};
use serde::Deserialize;
use serde_json::{Value, json};

const CALL: &str = "15a5cf14-3212-45a1-9f86-a8e97db8afaf";
const AGENT: &str = "57db30ae-8c01-44e6-abd5-80b7b51944cf";

/// An event at 22:13:20, which descriptions leave out, with a snapshot before it and one after it.
fn event(event_type: &str, before: Value, now: Value) -> String {
    json!({
        "AgentARN": format!("arn:aws:connect:us-east-1:012345678901:instance/i/agent/{AGENT}"), "EventType": event_type,
        "EventTimestamp": "2023-11-14T22:13:20.000Z", "PreviousAgentSnapshot": before, "CurrentAgentSnapshot": now,
    })
    .to_string()
}

fn snapshot(name: &str, kind: Option<&str>, contacts: Value) -> Value {
    json!({"AgentStatus": {"Name": name, "Type": kind, "StartTimestamp": "2023-11-14T22:13:20Z"}, "Contacts": contacts})
}

/// A contact that has been in its state since so many seconds after 22:13.
fn slot(state: &str, second: u32) -> Value {
    json!([{"ContactId": "1", "State": state, "StateStartTimestamp": format!("2023-11-14T22:13:{second:02}Z"), "Channel": "VOICE",
        "ConnectedToAgentTimestamp": if matches!(state, "CONNECTED" | "CONNECTED_ONHOLD" | "ENDED") { json!("2023-11-14T22:13:20Z") } else { Value::Null }}])
}

fn change(before: Value, now: Value) -> Vec<String> {
    one(&mut adapter(), &event("STATE_CHANGE", before, now))
}

/// What happens to a contact, the agent's own status being the same.
fn contact_change(before: Value, now: Value) -> Vec<String> {
    let described = change(snapshot("Available", None, before), snapshot("Available", None, now));
    described
        .into_iter()
        .filter(|line| !line.contains("observed:"))
        .map(|line| line.replace(&format!(" agent={AGENT}"), "").replace(" revision=0", ""))
        .collect()
}

fn verbs(events: &[Value]) -> Vec<String> {
    let text = |event: &Value| format!("{} {}", event["verb"].as_str().unwrap(), event["reason"].as_str().unwrap_or("-"));
    events.iter().map(text).collect()
}

#[test]
fn a_day_of_an_agent() {
    let kept = kept(&lines("agent_events.jsonl"));
    assert_eq!(
        verbs(&kept.agents),
        [
            "side_event LOGIN",
            "logged_in -",
            "side_event observed:ringing",
            "side_event observed:nothing",
            "side_event next: Lunch",
            "paused Lunch",
            "unpaused -",
            "logged_out -",
            "side_event observed:alive"
        ]
    );
    assert!(kept.agents.iter().all(|event| event["agent"] == AGENT));
    assert_eq!(kept.agents[4]["event_time_us"], 1_649_430_058_000_000_i64, "when lunch was chosen");
    assert_eq!(verbs(&kept.calls), ["agent_offered -", "agent_connected -", "acw_started -", "acw_ended -"]);
    assert_eq!(
        kept.calls.iter().map(|event| event["leg"].as_str().unwrap().replace(CALL, "")).collect::<Vec<_>>(),
        ["/offers", "", "", ""]
    );
    assert!(kept.calls.iter().all(|event| event["contact_id"] == format!("c/{CALL}") && event["revision"] == 0));
    assert_eq!(kept.notes, ["config_change", "heartbeat"]);
    let everything = format!("{kept:?}");
    assert!(!everything.contains("Example") && !everything.contains("admin1"), "an agent is known by id, not by name: {everything}");
}

fn items(kept: &Kept, work: Option<Work>) -> AgentItems {
    let mut items = AgentItems::default();
    for event in &kept.agents {
        items.hear(&AgentEvent::deserialize(event).unwrap(), "c");
    }
    let (contact_id, number) = (format!("c/{CALL}"), 1);
    items.put_work(&contact_id, number, work);
    items
}

/// Offline after the login is no work; lunch, chosen during the call, begins when the call and its after-call work are over;
/// the heartbeat after the logout revives nobody; a second delivery of the stream changes nothing.
#[test]
fn the_day_in_spans() {
    let second = |hour: i64, minute: i64, second: i64| 1_649_376_000_000_000 + ((hour * 60 + minute) * 60 + second) * 1_000_000;
    let work = Work {
        contact_id: "".into(),
        handling_number: 1,
        connected_us: second(15, 0, 49),
        talk_ended_us: Some(second(15, 1, 22)),
        ended_us: Some(second(15, 1, 54)),
        ..Work::default()
    };
    let once = lines("agent_events.jsonl");
    let twice = [once.clone(), once.clone()].concat();
    for records in [once, twice] {
        let spans = spans(&items(&kept(&records), Some(work.clone())), second(17, 0, 0), &ActivityOptions::default());
        let found: Vec<_> = spans.iter().map(|span| (span.activity.name(), span.started_us, span.ended_us, span.inferred)).collect();
        let expected = [
            ("available", second(14, 0, 30), Some(second(15, 0, 43)), 0),
            ("ringing", second(15, 0, 43), Some(second(15, 0, 49)), 0),
            ("contact", second(15, 0, 49), Some(second(15, 1, 22)), 0),
            ("acw", second(15, 1, 22), Some(second(15, 1, 54)), 0),
            ("pause_meal", second(15, 1, 54), Some(second(15, 31, 54)), 0),
            ("available", second(15, 31, 54), Some(second(16, 0, 0)), 0),
        ];
        assert_eq!(found, expected);
    }
}

#[test]
fn logins_by_status() {
    let login = |name: &str, kind: Option<&str>| one(&mut adapter(), &event("LOGIN", Value::Null, snapshot(name, kind, json!([]))));
    let agent = format!("agent={AGENT}");
    assert_eq!(login("Available", Some("ROUTABLE")), [format!("agent:logged_in {agent}")]);
    assert_eq!(login("Offline", Some("OFFLINE")), [format!("agent:side_event {agent} reason=LOGIN")]);
    assert_eq!(login("Training", Some("CUSTOM")), [format!("agent:logged_in {agent}"), format!("agent:paused {agent} reason=Training")]);
    // Old versions have no type.
    assert_eq!(login("offline", None), [format!("agent:side_event {agent} reason=LOGIN")]);
    // Without snapshots it is known by its AgentARN.
    assert_eq!(one(&mut adapter(), &event("login", Value::Null, Value::Null)), [format!("agent:logged_in {agent}")]);
}

#[test]
fn statuses() {
    let snapshot = |name, kind| snapshot(name, Some(kind), json!([]));
    let agent = format!("agent={AGENT}");
    let available = || snapshot("Available", "ROUTABLE");
    assert_eq!(change(available(), snapshot("Break", "CUSTOM")), [format!("agent:paused {agent} reason=Break")]);
    assert_eq!(change(snapshot("Break", "CUSTOM"), snapshot("Lunch", "CUSTOM")), [format!("agent:paused {agent} reason=Lunch")]);
    assert_eq!(change(snapshot("Break", "CUSTOM"), available()), [format!("agent:unpaused {agent}")]);
    assert_eq!(change(available(), snapshot("Offline", "OFFLINE")), [format!("agent:logged_out {agent}")]);
    assert_eq!(change(snapshot("Offline", "OFFLINE"), available()), [format!("agent:logged_in {agent}")]);
    assert_eq!(
        change(snapshot("Offline", "OFFLINE"), snapshot("Break", "CUSTOM")),
        [format!("agent:logged_in {agent}"), format!("agent:paused {agent} reason=Break")]
    );
    // Without the snapshot before it, the status may be new.
    assert_eq!(change(Value::Null, snapshot("Break", "custom")), [format!("agent:paused {agent} reason=Break")]);
    assert_eq!(change(available(), available()), ["note:config_change"]);
    let talking = self::snapshot("Available", None, slot("CONNECTED", 5));
    assert_eq!(change(talking, Value::Null), ["note:no_event"], "a snapshot is missing, no contact has vanished");
    assert_eq!(change(available(), snapshot("Call 0301234567", "CUSTOM")), [format!("agent:paused {agent}")]);
}

#[test]
fn other_types_of_events() {
    let some = || snapshot("Available", Some("ROUTABLE"), slot("CONNECTED", 20));
    let alive = format!("agent:side_event agent={AGENT} reason=observed:alive");
    assert_eq!(one(&mut adapter(), &event("HEART_BEAT", json!({}), some())), [alive, "note:heartbeat".to_owned()]);
    assert_eq!(one(&mut adapter(), &event("LOGOUT", Value::Null, some())), [format!("agent:logged_out agent={AGENT}")]);
    let unknown = one(&mut adapter(), &event("SNEEZED", json!({}), some()));
    assert_eq!(unknown, [format!("agent:side_event agent={AGENT} reason=SNEEZED"), "note:unknown_event_type".to_owned()]);
}

#[test]
fn offers_and_what_becomes_of_them() {
    assert_eq!(contact_change(json!([]), slot("CONNECTING", 20)), ["agent_offered leg=1/offers"]);
    assert_eq!(contact_change(json!([]), slot("INCOMING", 20)), ["agent_offered leg=1/offers"]);
    assert_eq!(contact_change(slot("INCOMING", 20), slot("CONNECTING", 20)), [] as [&str; 0], "one offer");
    for (state, reason) in [("MISSED", "missed"), ("REJECTED", "rejected"), ("ERROR", "error")] {
        let expected = format!("agent_missed ring_ms=19000 reason={reason} leg=1/offers");
        assert_eq!(contact_change(slot("CONNECTING", 1), slot(state, 20)), [expected]);
        assert_eq!(contact_change(json!([]), slot(state, 20)), [format!("agent_missed reason={reason} leg=1/offers")]);
    }
    assert_eq!(contact_change(slot("MISSED", 20), json!([])), [] as [&str; 0]);
    assert_eq!(contact_change(slot("CONNECTED", 10), slot("ERROR", 20)), ["side_event reason=ERROR leg=1/offers"]);
    assert_eq!(contact_change(json!([]), slot("LEVITATING", 20)), ["side_event reason=LEVITATING leg=1/offers"]);
    let dialling =
        json!([{"ContactId": "1", "State": "CONNECTING", "StateStartTimestamp": "2023-11-14T22:13:20Z", "InitiationMethod": "OUTBOUND"}]);
    assert_eq!(contact_change(json!([]), dialling), ["side_event direction=outbound reason=CONNECTING leg=1/offers"]);
}

/// What is seen of the agent, with its second after 22:13: of the contacts before and after.
#[test]
fn what_is_seen_of_the_agent() {
    let seen = |before: Value, now: Value| {
        let record = event("STATE_CHANGE", snapshot("Available", None, before), snapshot("Available", None, now));
        let agents = kept(&[record])
            .agents
            .into_iter()
            .filter(|event| event["reason"].as_str().is_some_and(|reason| reason.starts_with("observed:")));
        let second = |event: &Value| event["event_time_us"].as_i64().unwrap() / 1_000_000 - 1_699_999_980;
        agents.map(|event| format!("{} {}", event["reason"].as_str().unwrap().replace("observed:", ""), second(&event))).collect::<Vec<_>>()
    };
    let with = |state: &str, second: u32, id: &str, method: &str| {
        let mut slot = slot(state, second)[0].clone();
        (slot["ContactId"], slot["InitiationMethod"]) = (json!(id), json!(method));
        slot
    };
    let inbound = |state, second| json!([with(state, second, "1", "INBOUND")]);
    assert_eq!(seen(json!([]), inbound("CONNECTING", 5)), ["ringing 5"]);
    assert_eq!(seen(inbound("CONNECTING", 5), inbound("CONNECTED", 12)), ["nothing 12"]);
    assert_eq!(seen(inbound("CONNECTING", 5), json!([])), ["nothing 20"], "gone: when the event says so");
    for state in ["MISSED", "REJECTED", "ERROR"] {
        assert_eq!(seen(inbound("CONNECTING", 5), inbound(state, 15)), ["not_responding 15"]);
        assert_eq!(seen(inbound(state, 15), json!([])), ["nothing 20"]);
    }
    assert_eq!(seen(json!([]), json!([with("CONNECTING", 5, "1", "OUTBOUND")])), ["dialing 5"]);
    assert_eq!(seen(inbound("CONNECTED", 5), inbound("ENDED", 15)), [] as [&str; 0]);
    assert_eq!(seen(json!([]), json!([with("CONNECTING", 5, "1", "MONITOR")])), [] as [&str; 0], "a supervisor");
    // Of two contacts the stronger: a second one rings on when the first is missed, and still when that one is gone.
    let both = |first, second: Value| json!([with(first, 7, "1", "INBOUND"), second]);
    let other = || with("CONNECTING", 9, "2", "INBOUND");
    assert_eq!(seen(inbound("CONNECTING", 5), both("MISSED", other())), ["not_responding 7"]);
    assert_eq!(seen(both("MISSED", other()), json!([other()])), ["ringing 9"]);
}

#[test]
fn talk_hold_and_after_call_work() {
    assert_eq!(contact_change(slot("CONNECTING", 5), slot("CONNECTED", 22)), ["agent_connected leg=1"], "at ConnectedToAgentTimestamp");
    assert_eq!(contact_change(slot("CONNECTED", 5), slot("CONNECTED_ONHOLD", 20)), ["hold_started leg=1"]);
    assert_eq!(contact_change(slot("CONNECTED_ONHOLD", 5), slot("CONNECTED", 20)), ["hold_ended leg=1"]);
    assert_eq!(contact_change(slot("CONNECTED", 5), slot("ENDED", 20)), ["acw_started leg=1"]);
    assert_eq!(contact_change(slot("CONNECTED_ONHOLD", 5), slot("ENDED", 20)), ["hold_ended leg=1", "acw_started leg=1"]);
    assert_eq!(contact_change(slot("ENDED", 5), json!([])), ["acw_ended leg=1"]);
    assert_eq!(contact_change(slot("ENDED", 5), slot("ENDED", 5)), ["note:config_change"]);
    assert_eq!(contact_change(slot("CONNECTED", 5), json!([])), ["acw_started leg=1", "acw_ended leg=1"], "no after-call work");
    assert_eq!(contact_change(slot("CONNECTED_ONHOLD", 5), json!([])), ["hold_ended leg=1", "acw_started leg=1", "acw_ended leg=1"]);
    let never = |state| json!([{"ContactId": "1", "State": state, "StateStartTimestamp": "2023-11-14T22:13:20Z"}]);
    assert_eq!(contact_change(never("INCOMING"), never("ENDED")), ["side_event reason=ENDED leg=1/offers"]);
    let listening = |state| json!([{"ContactId": "2", "InitialContactId": "1", "State": state, "InitiationMethod": "MONITOR"}]);
    assert_eq!(contact_change(listening("CONNECTING"), listening("CONNECTED")), [] as [&str; 0], "a supervisor");
    assert_eq!(contact_change(json!([]), json!([{"State": "CONNECTED"}])), ["note:config_change"], "no id");
}

/// Holds come from the agents' stream until the record knows better; missed offers the record does not know at all.
#[test]
fn the_record_corrects_holds_and_keeps_missed_offers() {
    let stream = |before: Value, now: Value| {
        let status = |contacts| json!({"AgentStatus": {"Name": "Available"}, "Contacts": contacts});
        event("STATE_CHANGE", status(before), status(now)).replace("2023-11-14", "2022-04-08")
    };
    let slot = |state: &str, time: &str| {
        json!([{"ContactId": CALL, "State": state, "StateStartTimestamp": format!("2022-04-08T{time}Z"), "ConnectedToAgentTimestamp": "2022-04-08T15:00:49Z",
            "Queue": {"Name": "BasicQueue"}}])
    };
    let missed = stream(slot("CONNECTING", "15:00:43"), slot("MISSED", "15:00:45")).replace(AGENT, "other");
    let mut records = lines("contact_events.jsonl");
    records.push(missed);
    records.push(stream(slot("CONNECTED", "15:00:49"), slot("CONNECTED_ONHOLD", "15:01:00")));
    records.push(stream(slot("CONNECTED_ONHOLD", "15:01:00"), slot("CONNECTED", "15:01:10")));
    let facts_of_events = &facts(&records)[&format!("c/{CALL}")];
    assert!(facts_of_events[0].ends_with("agent=57db30ae missed=1 [leave_from_connect]"), "{facts_of_events:?}");
    assert!(facts_of_events[1].contains("talk=23000 hold=10000 acw=32000"), "{facts_of_events:?}");
    records.extend(lines("contact_record_2022.json"));
    let corrected = &facts(&records)[&format!("c/{CALL}")];
    assert!(corrected[0].ends_with("Answered wait=7000 agent=57db30ae missed=1"), "{corrected:?}");
    assert!(corrected[1].contains("talk=33000 hold=0 acw=32000"), "{corrected:?}");
}

/// The published example: ENDED at 18:55:27.017, gone at 18:55:32.032.
#[test]
fn after_call_work_is_from_ended_to_gone() {
    let rewritten = |line: String| line.replace("15:01:22.000", "15:01:22.017").replace("15:01:54.000", "15:01:27.032");
    let records: Vec<String> = lines("agent_events.jsonl").into_iter().map(rewritten).collect();
    let facts = &facts(&records)[&format!("c/{CALL}")];
    assert!(
        facts[0].starts_with("handling 57db30ae - 15:00:49-15:01:22.017000-15:01:27.032000 Unknown talk=33017 hold=0 acw=5015"),
        "{facts:?}"
    );
}
