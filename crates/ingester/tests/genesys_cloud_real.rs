//! The 25 masked conversations of a real site: every number agrees with the segments to the millisecond.
//!
//! What this file's own walk over the JSON finds: 25 talks of 69,961,198 ms, with 169,428 ms of hold in one of them and
//! 3,152,000 ms of after-call work in 24; 21 stays in queues of 320,655 ms; 2 offers that were not taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "genesys_cloud_support.rs"]
mod support;

use serde_json::{Value, json};
use support::{Folded, applied, folded};

fn answer() -> Value {
    serde_json::from_str(include_str!("data/genesys_cloud/conversation_details.json")).unwrap()
}

fn conversations() -> Vec<Value> {
    answer()["conversations"].as_array().unwrap().clone()
}

fn facts(conversation: &Value) -> Folded {
    folded(&applied(conversation).calls)
}

fn lasted_ms(segment: &Value) -> i64 {
    let instant = |name: &str| segment[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    instant("segmentEnd").as_millisecond() - instant("segmentStart").as_millisecond()
}

fn sessions<'a>(conversation: &'a Value, purpose: &'a str) -> impl Iterator<Item = (&'a Value, &'a Vec<Value>)> {
    let all = conversation["participants"].as_array().unwrap().iter().filter(move |one| one["purpose"] == purpose);
    all.flat_map(|one| {
        one["sessions"].as_array().unwrap().iter().map(move |session| (&one["userId"], session["segments"].as_array().unwrap()))
    })
}

fn sum_ms(segments: &[Value], kind: &str) -> Option<i64> {
    let of_kind: Vec<i64> = segments.iter().filter(|segment| segment["segmentType"] == kind).map(lasted_ms).collect();
    (!of_kind.is_empty()).then(|| of_kind.iter().sum())
}

/// Agent, talk, hold, after-call work (none: no segment).
type Talk = (Value, i64, i64, Option<i64>);

/// Every session with a talk; the number of those without.
fn expected_talks(conversation: &Value) -> (Vec<Talk>, usize) {
    let (mut talks, mut missed) = (Vec::new(), 0);
    for (user, segments) in sessions(conversation, "agent") {
        match sum_ms(segments, "interact") {
            Some(talk_ms) => talks.push((user.clone(), talk_ms, sum_ms(segments, "hold").unwrap_or(0), sum_ms(segments, "wrapup"))),
            None => missed += 1,
        }
    }
    (talks, missed)
}

fn expected_waits(conversation: &Value) -> Vec<(Value, i64)> {
    let segments = sessions(conversation, "acd").flat_map(|(_, segments)| segments);
    segments
        .filter(|segment| segment["segmentType"] == "interact")
        .map(|segment| (segment["queueId"].clone(), lasted_ms(segment)))
        .collect()
}

#[test]
fn every_talk_hold_after_call_work_and_wait_equals_the_segments() {
    let (mut talks, mut visits, mut missed_offers) = (0, 0, 0);
    let mut total_ms = [0; 4];
    for conversation in conversations() {
        let id = &conversation["conversationId"];
        let facts = facts(&conversation);
        let (expected, missed) = expected_talks(&conversation);
        let found: Vec<_> = facts
            .handlings
            .iter()
            .map(|one| (one["agent"].clone(), one["talk_ms"].as_i64().unwrap(), one["hold_ms"].as_i64().unwrap(), one["acw_ms"].as_i64()))
            .collect();
        assert_eq!(found, expected, "{id}");
        let waits: Vec<_> = facts.visits.iter().map(|one| (one["queue"].clone(), one["wait_ms"].as_i64().unwrap())).collect();
        assert_eq!(waits, expected_waits(&conversation), "{id}");
        for visit in &facts.visits {
            assert_eq!((&visit["outcome"], &visit["agent"], &visit["inferred"]), (&json!("answered"), &expected[0].0, &json!(0)), "{id}");
        }
        assert_eq!(facts.visits.iter().map(|one| one["missed_offers"].as_u64().unwrap()).sum::<u64>(), missed as u64, "{id}");
        assert_eq!((facts.settled, &facts.contact["outcome"]), (true, &json!("handled")), "{id}");
        (talks, visits, missed_offers) = (talks + found.len(), visits + waits.len(), missed_offers + missed);
        for (_, talk_ms, hold_ms, acw_ms) in &found {
            total_ms = [total_ms[0] + talk_ms, total_ms[1] + hold_ms, total_ms[2] + acw_ms.unwrap_or(0), total_ms[3]];
        }
        total_ms[3] += waits.iter().map(|(_, wait_ms)| wait_ms).sum::<i64>();
    }
    assert_eq!((talks, visits, missed_offers), (25, 21, 2));
    assert_eq!(total_ms, [69_961_198, 169_428, 3_152_000, 320_655]);
}

/// Nothing is inferred but the one thing that is not in the record: after-call work of a chat without a wrap-up.
#[test]
fn every_talk_is_whole_without_inference() {
    for conversation in conversations() {
        for handling in facts(&conversation).handlings {
            let expected = if handling["acw_ms"].is_null() { lifecycle::Inferred::ACW_UNKNOWN } else { 0 };
            assert_eq!(handling["inferred"], json!(expected), "{}", conversation["conversationId"]);
        }
    }
}

#[test]
fn ends_channels_and_directions() {
    let (mut ends, mut kinds) = (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    for conversation in conversations() {
        let facts = facts(&conversation);
        for handling in &facts.handlings {
            *ends.entry(handling["end"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        let kind = format!("{} {}", facts.contact["channel"].as_str().unwrap(), facts.contact["direction"].as_str().unwrap());
        *kinds.entry(kind).or_insert(0) += 1;
    }
    let shown =
        |counts: &std::collections::BTreeMap<String, i32>| counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>();
    assert_eq!(shown(&ends), ["agent 20", "customer 1", "system 4"]);
    assert_eq!(shown(&kinds), ["callback outbound 19", "chat inbound 4", "voice inbound 2"]);
}

/// An agent of the real site calls his own company, goes through its menu and waits; the first offer fails at once.
#[test]
fn a_voice_conversation_as_a_whole() {
    let conversations = conversations();
    let conversation = conversations.iter().find(|one| one["conversationId"] == "585f63eb-e0be-47b6-a1d0-c65ba586bef2").unwrap();
    let (agent, queue) = ("8c88c7", "95c9d5f7");
    let short = |line: String| line.split(' ').map(|word| if word.len() == 36 { &word[..8] } else { word }).collect::<Vec<_>>().join(" ");
    let lines: Vec<_> = facts(conversation).lines().into_iter().map(short).collect();
    assert!(lines[0].starts_with(&format!("visit {queue} 13703 answered {agent}")) && lines[0].ends_with("missed=1"), "{lines:?}");
    assert!(lines[1].starts_with(&format!("handling {agent}")) && lines[1].ends_with(&format!("{queue} 16072+0+5000 agent")), "{lines:?}");
    assert_eq!(lines[2], "contact handled voice inbound");
    let events = applied(conversation).calls;
    let said = |verb: &str| events.iter().filter(|event| event["verb"] == verb).map(|event| event["reason"].clone()).collect::<Vec<_>>();
    assert_eq!(said("ivr_exited"), [json!("to_queue")]);
    assert_eq!(said("agent_missed"), [json!("error")]);
    assert_eq!(said("disposition_set").len(), 1);
    assert_eq!(said("agent_offered").len(), 2);
}

#[test]
fn a_whole_answer_gives_what_its_conversations_give_one_by_one() {
    let whole = applied(&answer()).calls;
    let single: Vec<Value> = conversations().iter().flat_map(|one| applied(one).calls).collect();
    let content = |events: &[Value]| {
        let bare = |event: &Value| {
            let mut event = event.clone();
            event.as_object_mut().unwrap().remove("event_id");
            event
        };
        events.iter().map(bare).collect::<Vec<_>>()
    };
    assert_eq!(content(&whole), content(&single));
    let ids: std::collections::BTreeSet<_> = whole.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), whole.len(), "ids are unique within the answer");
}

/// Masked numbers and names stand for real ones: none of them may come out.
#[test]
fn no_number_or_name_of_anybody_comes_out() {
    let text = serde_json::to_string(&applied(&answer()).calls).unwrap();
    for personal in ["1555555010", "1555555011", "name 1", "example.com", "user10"] {
        assert!(!text.contains(personal), "{personal}");
    }
    let customers =
        applied(&answer()).calls.iter().filter(|event| event["customer"].as_str().is_some_and(|token| token.starts_with("p1:"))).count();
    assert!(customers >= 21, "{customers}");
}

/// A later answer has more of the same conversation: whichever comes first, the later one counts.
#[test]
fn a_later_answer_replaces_an_earlier_one() {
    for conversation in conversations() {
        let mut earlier = conversation.clone();
        for participant in earlier["participants"].as_array_mut().unwrap() {
            let waiting = participant["purpose"] == "acd";
            for session in participant["sessions"].as_array_mut().unwrap() {
                let segments = session["segments"].as_array_mut().unwrap();
                segments.retain(|segment| segment["segmentType"] != "wrapup");
                if let Some(last) = segments.last_mut().filter(|_| !waiting) {
                    let last = last.as_object_mut().unwrap();
                    last.remove("segmentEnd");
                    last.remove("disconnectType");
                }
            }
        }
        let (early, late) = (applied(&earlier).calls, applied(&conversation).calls);
        assert!(!folded(&early).settled, "the talk goes on");
        let alone = folded(&late);
        assert_eq!(folded(&[early.clone(), late.clone()].concat()), alone);
        assert_eq!(folded(&[late.clone(), early, late].concat()), alone);
    }
}
