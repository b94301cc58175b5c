//! Warm transfers into another queue, whose consult call has an id of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{Kept, adapter, all, record};
use ingester::Adapter;

/// As a PBX really logged it, numbers replaced.
const LOG: &str = "\
1717397259|1717397243.239826|1501|NONE|DID|4957000000
1717397259|1717397243.239826|1501|NONE|ENTERQUEUE||9030000000|1
1717397271|1717397243.239826|1501|PJSIP/7009|CONNECT|12|1717397259.239827|11
1717397390|1717397390.239830|1509|NONE|DID|
1717397390|1717397390.239830|1509|NONE|ENTERQUEUE||7009|1
1717397391|1717397390.239830|1501|PJSIP/7009|ATTENDEDTRANSFER|APP|Queue|12|120|1
1717397397|1717397243.239826|1509|PJSIP/7051|CONNECT|7|1717397390.239831|6
1717397570|1717397243.239826|1509|PJSIP/7051|COMPLETEAGENT|7|173|1
";

fn linked() -> Adapter {
    adapter("name = 'a'\nkind = 'queue_log'\nqueue_log.link_transfers = 'system'")
}

fn spread() -> Adapter {
    adapter("name = 'a'\nkind = 'queue_log'\nqueue_log.link_transfers = 'call'")
}

fn of(kept: &Kept, contact: &str) -> Vec<String> {
    let calls = kept.calls.iter().filter(|event| event["contact_id"] == contact);
    calls
        .map(|event| {
            format!(
                "{}@{} {}",
                event["verb"].as_str().unwrap(),
                event["event_time_us"].as_i64().unwrap() / 1_000_000 % 1000,
                event["queue"]
            )
        })
        .collect()
}

#[test]
fn the_consult_call_is_no_customer_even_where_only_its_own_lines_are_seen() {
    let (kept, rejects) = all(&mut spread(), LOG);
    assert_eq!(rejects, []);
    assert_eq!(of(&kept, "a/1717397390.239830"), ["side_event@390 \"1509\"", "queue_entered@390 \"1509\"", "contact_excluded@391 null"]);
    assert_eq!(kept.count("transfer_completed"), 0);
    assert_eq!(kept.notes, ["consult_unlinked"]);
}

#[test]
fn with_the_whole_system_in_sight_the_caller_is_transferred_too() {
    let (kept, _) = all(&mut linked(), LOG);
    assert_eq!(
        of(&kept, "a/1717397243.239826"),
        [
            "side_event@259 \"1501\"",
            "queue_entered@259 \"1501\"",
            "agent_connected@271 \"1501\"",
            "transfer_completed@391 \"1501\"",
            "queue_entered@390 \"1509\"",
            "agent_connected@397 \"1509\"",
            "contact_disconnected@570 \"1509\"",
        ]
    );
    let transfer = kept.calls.iter().find(|event| event["verb"] == "transfer_completed").unwrap();
    assert_eq!((&transfer["talk_ms"], &transfer["target"], &transfer["reason"]), (&120_000.into(), &"1509".into(), &"warm".into()));
    assert!(of(&kept, "a/1717397390.239830").contains(&"contact_excluded@391 null".to_owned()));
}

#[test]
fn a_snapshot_anywhere_changes_nothing() {
    let (expected, _) = all(&mut linked(), LOG);
    for cut in 0..=LOG.lines().count() {
        let (mut kept, mut adapter) = (Kept::default(), linked());
        for (line, payload) in (1..).zip(LOG.lines()) {
            if line == cut as u64 + 1 {
                let snapshot = adapter.snapshot();
                adapter = linked();
                adapter.restore(&snapshot).unwrap();
            }
            adapter.apply(&record(payload.as_bytes(), line), &mut kept).unwrap();
        }
        assert_eq!(kept.calls, expected.calls, "snapshot before line {}", cut + 1);
    }
}

#[test]
fn an_ordinary_warm_transfer_and_a_withdrawn_consult_call_are_left_alone() {
    let log = "\
1717397259|1.1|1501|NONE|ENTERQUEUE||7100|1
1717397271|1.1|1501|PJSIP/7009|CONNECT|12|1.2|11
1717397391|1.1|1501|PJSIP/7009|ATTENDEDTRANSFER|BRIDGE|x|12|120|1
1717397400|1.3|1509|NONE|ENTERQUEUE||7009|1
1717397401|1.3|1509|NONE|ABANDON|1|1|1
1717397402|1.3|1501|PJSIP/7009|ATTENDEDTRANSFER|APP|Queue|12|120|1
";
    let (kept, _) = all(&mut linked(), log);
    assert_eq!((kept.count("contact_excluded"), kept.count("transfer_completed")), (0, 2));
}

#[test]
fn state_is_bounded_and_its_version_tells_changes() {
    let mut adapter = linked();
    let mut kept = Kept::default();
    for call in 0..5000_u64 {
        let line = format!("{}|{call}.1|q|NONE|ENTERQUEUE||7009|1", 1_717_397_259 + call);
        adapter.apply(&record(line.as_bytes(), call), &mut kept).unwrap();
    }
    let version = adapter.state_version();
    assert!(adapter.snapshot().len() < 100_000, "{} bytes", adapter.snapshot().len());
    adapter.apply(&record(b"1717397259|9.9|q|NONE|ENTERQUEUE||0301234567|1", 1), &mut kept).unwrap();
    assert_eq!(adapter.state_version(), version, "a caller from outside is no consult call");
    adapter.apply(&record(b"1717399999|NONE|NONE|NONE|QUEUESTART|", 1), &mut kept).unwrap();
    assert!(adapter.state_version() > version && adapter.snapshot().len() < 100);
    assert!(adapter.restore(b"nonsense").is_err());
}

/// The end of call 1.1 is missing. In whatever order the lines come, it ends when its agent takes 2.2; calls with an end are left alone.
#[test]
fn a_call_without_an_end_ends_with_its_agents_next_call() {
    let lines = [
        "1717397271|1.1|a|PJSIP/7009|CONNECT|12|1.2|11",
        "1717397391|2.2|a|PJSIP/7009|CONNECT|12|1.2|11",
        "1717397400|2.2|a|PJSIP/7009|COMPLETEAGENT|12|9|1",
        "1717397410|3.3|a|PJSIP/7009|CONNECT|12|1.2|11",
        "1717397411|4.4|a|PJSIP/7051|CONNECT|12|1.2|11",
    ];
    let one = || adapter("name = 'a'\nkind = 'queue_log'\nqueue_log.one_call_per_agent = true");
    let ends = |kept: &Kept| {
        let ends = kept.calls.iter().filter(|event| event["reason"] == "next_contact");
        ends.map(|event| format!("{} {} {}", event["contact_id"], event["agent"], event["event_time_us"])).collect::<Vec<_>>()
    };
    let (kept, _) = all(&mut one(), &lines.join("\n"));
    assert_eq!(ends(&kept), [r#""a/1.1" "PJSIP/7009" 1717397391000000"#]);
    assert_eq!(kept.notes, ["ended_by_next_contact"]);
    // The later call is read first.
    let (kept, _) = all(&mut one(), &[lines[1], lines[0]].join("\n"));
    assert_eq!(ends(&kept), [r#""a/1.1" "PJSIP/7009" 1717397391000000"#]);
    assert_eq!(ends(&all(&mut linked(), &lines.join("\n")).0), [""; 0], "only where the source says that it is so");
}

#[test]
fn keys_keep_together_what_must_stay_in_order() {
    let key = |adapter: &Adapter, line: &str| adapter.key(&record(line.as_bytes(), 1)).map(|key| key.into_owned());
    let by_call = spread();
    for (line, expected) in [
        ("1|1.2|q|SIP/7|CONNECT|1", Some("1.2")),
        ("1|1.2|q|SIP/7|PAUSE|", Some("SIP/7")),
        ("1|NONE|q|SIP/7|WRAPUPSTART|9", Some("SIP/7")),
        ("1|NONE|NONE|NONE|QUEUESTART|", None),
        ("garbage", None),
        (r#"{"time":"1","callid":"1.2","queuename":"q","agent":"SIP/7","event":"CONNECT","data1":"1"}"#, Some("1.2")),
    ] {
        assert_eq!(key(&by_call, line).as_deref(), expected, "{line}");
    }
    assert_eq!(key(&linked(), "1|1.2|q|SIP/7|CONNECT|1").as_deref(), Some("a"));
}
