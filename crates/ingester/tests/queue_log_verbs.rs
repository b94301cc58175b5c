//! Golden table: for every verb of `queue_log`, in old and new formats and dialects, the events that it becomes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{adapter, one, queue_log, reject};

/// The line's data behind `1700000000|1.2|sales|AGENT|`, and what it must become.
fn check(table: &[(&str, &[&str])]) {
    for (line, expected) in table {
        let line = format!("1700000000|{line}");
        assert_eq!(one(&mut queue_log(), &line), *expected, "{line}");
    }
}

#[test]
fn calls_enter_and_leave_queues() {
    check(&[
        ("1.2|sales|NONE|ENTERQUEUE||0301234567|3", &["queue_entered queue=sales customer=p1:iywmkm4hdebbfy3m position=3"]),
        ("1.2|sales|NONE|ENTERQUEUE||0301234567", &["queue_entered queue=sales customer=p1:iywmkm4hdebbfy3m"]),
        ("1.2|sales|NONE|ENTERQUEUE||0301234567|3|Ann Smith", &["queue_entered queue=sales customer=p1:iywmkm4hdebbfy3m position=3"]),
        ("1.2|sales|NONE|ENTERQUEUE||anonymous", &["queue_entered queue=sales"]),
        ("1.2|sales|NONE|ENTERQUEUE||0|1", &["queue_entered queue=sales position=1"]),
        ("1.2|sales|NONE|ENTERQUEUE|", &["queue_entered queue=sales"]),
        ("1.2|sales|NONE|DID|4957877871", &["side_event queue=sales reason=DID dnis=4957877871"]),
        ("1.2|sales|NONE|DID|", &["side_event queue=sales reason=DID"]),
        ("1.2|sales|NONE|ABANDON|1|2|45", &["queue_left queue=sales wait_ms=45000 reason=abandoned position=1"]),
        ("1.2|sales|Agent/7|ABANDON|1|2|45", &["queue_left queue=sales agent=7 wait_ms=45000 reason=abandoned position=1"]),
        ("1.2|sales|NONE|EXITWITHTIMEOUT|1|2|60", &["queue_left queue=sales wait_ms=60000 reason=timeout position=1"]),
        ("1.2|sales|NONE|EXITWITHTIMEOUT|1", &["queue_left queue=sales reason=timeout position=1"]),
        ("1.2|sales|NONE|EXITWITHKEY|9|1|2|60", &["queue_left queue=sales wait_ms=60000 reason=key position=1"]),
        ("1.2|sales|NONE|EXITWITHKEY|#|4", &["queue_left queue=sales reason=key position=4"]),
        ("1.2|sales|NONE|EXITEMPTY|1|2|60", &["queue_left queue=sales wait_ms=60000 reason=empty position=1"]),
        ("1.2|sales|NONE|WITHDRAW|1|2|60|moved", &["queue_left queue=sales wait_ms=60000 reason=withdrawn position=1"]),
        ("1.2|sales|NONE|SYSCOMPAT|", &["queue_left queue=sales reason=system_error"]),
    ]);
}

#[test]
fn agents_take_miss_and_end_calls() {
    check(&[
        ("1.2|sales|Agent/AVI|CONNECT|12|3.4|11", &["agent_connected queue=sales agent=AVI wait_ms=12000 ring_ms=11000"]),
        ("1.2|sales|Local/20@x/n|CONNECT|12|3.4", &["agent_connected queue=sales agent=Local/20@x/n wait_ms=12000"]),
        ("1.2|sales|NONE|CONNECT|12", &["agent_connected queue=sales wait_ms=12000"]),
        (
            "1.2|sales|SIP/7|COMPLETEAGENT|12|120|1",
            &["contact_disconnected queue=sales agent=SIP/7 wait_ms=12000 talk_ms=120000 party=agent"],
        ),
        (
            "1.2|sales|SIP/7|COMPLETECALLER|12|0|1|x|y",
            &["contact_disconnected queue=sales agent=SIP/7 wait_ms=12000 talk_ms=0 party=customer"],
        ),
        ("1.2|sales|SIP/7|RINGNOANSWER|15000", &["agent_missed queue=sales agent=SIP/7 ring_ms=15000 reason=no_answer"]),
        ("1.2|sales|NONE|RINGNOANSWER|0", &["agent_missed queue=sales ring_ms=0 reason=no_answer"]),
        ("1.2|sales|SIP/7|RINGCANCELED|300", &["agent_missed queue=sales agent=SIP/7 ring_ms=300 reason=caller_left"]),
        ("1.2|sales|SIP/7|AGENTDUMP|", &["agent_missed queue=sales agent=SIP/7 reason=dumped"]),
    ]);
}

#[test]
fn transfers_are_blind_or_warm() {
    let warm = "transfer_completed queue=sales agent=SIP/7 wait_ms=12000 talk_ms=120000 reason=warm";
    check(&[
        (
            "1.2|sales|SIP/7|BLINDTRANSFER|201|internal|12|120|1",
            &["transfer_completed queue=sales agent=SIP/7 wait_ms=12000 talk_ms=120000 reason=blind target=201"],
        ),
        (
            "1.2|sales|SIP/7|TRANSFER|201|internal|12|120",
            &["transfer_completed queue=sales agent=SIP/7 wait_ms=12000 talk_ms=120000 reason=blind target=201"],
        ),
        (
            "1.2|sales|SIP/7|BLINDTRANSFER|0301234567|out|12|120|1",
            &["transfer_completed queue=sales agent=SIP/7 wait_ms=12000 talk_ms=120000 reason=blind target=p1:iywmkm4hdebbfy3m"],
        ),
        ("1.2|sales|SIP/7|ATTENDEDTRANSFER|BRIDGE|3f2b|12|120|1", &[warm]),
        ("1.2|sales|SIP/7|ATTENDEDTRANSFER|LINK|SIP/8-1|SIP/9-1|12|120|1", &[warm]),
        ("1.2|sales|SIP/7|ATTENDEDTRANSFER|||12|120|1", &[warm]),
        ("1.2|sales|SIP/7|ATTENDEDTRANSFER|APP|Queue|12|120|1", &[&format!("{warm} target=Queue")]),
        ("1.2|sales|SIP/7|ATTENDEDTRANSFER|NEWMETHOD|a|b|c|12|120|1", &[warm]),
    ]);
}

#[test]
fn agents_log_in_join_and_pause() {
    check(&[
        ("NONE|NONE|Agent/7|AGENTLOGIN|SIP/7-1", &["agent:logged_in agent=7"]),
        ("NONE|NONE|Agent/7|AGENTLOGOFF|SIP/7-1|3600", &["agent:logged_out agent=7 duration_ms=3600000"]),
        ("1.2|NONE|Agent/7|AGENTCALLBACKLOGIN|201@internal", &["agent:logged_in agent=7"]),
        ("1.2|NONE|Agent/7|AGENTCALLBACKLOGOFF|201@internal|60|CommandLogoff", &["agent:logged_out agent=7 duration_ms=60000"]),
        ("MANAGER|sales|SIP/7|ADDMEMBER|", &["agent:queue_joined agent=SIP/7 queue=sales"]),
        ("1.2|sales|SIP/7|ADDMEMBER|PAUSED", &["agent:queue_joined agent=SIP/7 queue=sales reason=paused"]),
        ("REALTIME|sales|SIP/7|REMOVEMEMBER|", &["agent:queue_departed agent=SIP/7 queue=sales"]),
        ("NONE|sales|SIP/7|PAUSE|lunch", &["agent:paused agent=SIP/7 queue=sales reason=lunch"]),
        ("NONE|sales|SIP/7|UNPAUSE|Auto-Unpause", &["agent:unpaused agent=SIP/7 queue=sales reason=Auto-Unpause"]),
        ("NONE|NONE|SIP/7|PAUSEALL|", &["agent:paused agent=SIP/7"]),
        ("NONE|NONE|SIP/7|UNPAUSEALL", &["agent:unpaused agent=SIP/7"]),
        ("NONE|NONE|Agent/7|PAUSEREASON|LAGGED", &["agent:state_changed agent=7 reason=LAGGED"]),
        ("NONE|sales|SIP/7|PENALTY|3", &["agent:side_event agent=SIP/7 queue=sales reason=PENALTY"]),
        ("MANAGER|sales|NONE|ADDMEMBER|", &["note:no_agent"]),
    ]);
}

#[test]
fn dialects_add_blocks_wrap_up_holds_and_outbound_calls() {
    check(&[
        ("1.2|sales|NONE|FULL|", &["queue_blocked queue=sales reason=full"]),
        ("1.2|sales|NONE|CLOSED|", &["queue_blocked queue=sales reason=closed"]),
        ("1.2|sales|NONE|JOINEMPTY|", &["queue_blocked queue=sales reason=join_empty"]),
        ("1.2|sales|NONE|DIVERT_CA_RATIO|", &["queue_blocked queue=sales reason=divert_ca_ratio"]),
        ("1.2|sales|NONE|DIVERT_HOLDTIME|", &["queue_blocked queue=sales reason=divert_holdtime"]),
        ("1.2|NONE|Agent/7|WRAPUPSTART|15", &["acw_started agent=7 acw_ms=15000"]),
        ("NONE|NONE|Agent/7|WRAPUPSTART|15", &["agent:acw_started agent=7 duration_ms=15000"]),
        ("1.2|sales|Agent/7|CALLERONHOLD|PARK", &["hold_started queue=sales agent=7"]),
        ("1.2|sales|Agent/7|CALLEROFFHOLD|33|PARK", &["hold_ended queue=sales agent=7 hold_ms=33000"]),
        ("1.2|sales|Agent/7|CALLSTATUS|SALE", &["disposition_set queue=sales agent=7 reason=SALE"]),
        ("1.2|sales|Agent/7|INFO|anything at all", &["side_event queue=sales agent=7 reason=INFO"]),
        (
            "1.2|camp|Agent/7|CALLOUTBOUND|0301234567",
            &["contact_initiated queue=camp agent=7 customer=p1:iywmkm4hdebbfy3m direction=outbound"],
        ),
        (
            "1.2|camp|SIP/7|OUTCALL|ANSWER|60|0301234567",
            &[
                "contact_initiated -60 queue=camp agent=SIP/7 direction=outbound",
                "agent_connected -60 queue=camp agent=SIP/7 direction=outbound",
                "contact_disconnected queue=camp agent=SIP/7 direction=outbound talk_ms=60000",
                "contact_closed queue=camp agent=SIP/7 direction=outbound",
            ],
        ),
        (
            "1.2|camp|SIP/7|OUTCALL|BUSY|0|",
            &["contact_initiated queue=camp agent=SIP/7 direction=outbound", "contact_closed queue=camp agent=SIP/7 direction=outbound"],
        ),
    ]);
}

#[test]
fn the_system_speaks_for_itself() {
    check(&[
        ("NONE|NONE|NONE|QUEUESTART|", &["all:source_restarted a/*"]),
        ("NONE|NONE|NONE|CONFIGRELOAD|", &["note:ignored_verb"]),
        ("NONE|sales|SIP/7|RINGINUSE|1", &["note:ignored_verb"]),
        ("1.2|sales|SIP/7|OUTANSWER|x", &["side_event queue=sales agent=SIP/7 reason=OUTANSWER", "note:unknown_verb"]),
        ("NONE|NONE|SIP/7|SomethingNew|x", &["agent:side_event agent=SIP/7 reason=SomethingNew", "note:unknown_verb"]),
        ("NONE|NONE|NONE|SOMETHING", &["note:no_agent"]),
    ]);
}

#[test]
fn line_ends_marks_and_blanks_do_not_matter() {
    let expected = ["queue_left queue=sales wait_ms=45000 reason=abandoned position=1"];
    for line in [
        "\u{feff}1700000000|1.2|sales|NONE|ABANDON|1|2|45\r\n",
        "1700000000|1.2|sales|NONE|ABANDON|1|2|45\n",
        "1700000000.0|1.2| sales |NONE|ABANDON|1|2|45",
    ] {
        assert_eq!(one(&mut queue_log(), line), expected, "{line:?}");
    }
    for line in ["", "\n", "\r\n", "   ", "\u{feff}"] {
        assert_eq!(one(&mut queue_log(), line), Vec::<String>::new(), "{line:?}");
    }
}

#[test]
fn impossible_durations_are_clipped_or_rejected() {
    check(&[("1.2|sales|SIP/7|CONNECT|-2|3.4|1", &["agent_connected queue=sales agent=SIP/7 wait_ms=0 ring_ms=1000", "note:clock_skew"])]);
    for (line, code, field) in [
        ("1.2|sales|SIP/7|CONNECT|two|3.4|1", "bad_number", "field 6"),
        ("1.2|sales|SIP/7|COMPLETEAGENT|2|99999999999|1", "bad_number", "field 7"),
        ("NONE|sales|SIP/7|CONNECT|2", "no_call_id", "field 2"),
        ("1.2|NONE|NONE|ENTERQUEUE||0301234567", "no_queue", "field 3"),
    ] {
        let reject = reject(&mut queue_log(), format!("1700000000|{line}").as_bytes());
        assert_eq!(reject.code, code, "{line}");
        assert!(reject.reason.contains(field), "{line}: {}", reject.reason);
    }
}

#[test]
fn what_is_no_queue_log_is_rejected_with_a_code() {
    for (line, code) in [
        ("hello", "not_queue_log"),
        ("1700000000|1.2|sales|NONE", "not_queue_log"),
        ("yesterday|1.2|sales|NONE|ABANDON|1|2|45", "bad_time"),
        ("5|1.2|sales|NONE|ABANDON|1|2|45", "time_out_of_range"),
        ("4102444800|1.2|sales|NONE|ABANDON|1|2|45", "time_out_of_range"),
        ("{\"time\": 1", "bad_json"),
    ] {
        assert_eq!(reject(&mut queue_log(), line.as_bytes()).code, code, "{line}");
    }
    assert_eq!(reject(&mut queue_log(), b"1700000000|1.2|\xff|NONE|ABANDON|1|2|45").code, "bad_utf8");
    let long = reject(&mut queue_log(), &b"x|".repeat(40_000));
    assert_eq!((long.code, long.redacted), ("too_long", b"a|".repeat(512)));
}

#[test]
fn options_choose_prefixes_system_tenant_and_zone() {
    let mut adapter = adapter(
        "name = 'log1'\nsystem = 'pbx1'\ntenant = 't'\nkind = 'queue_log'\ntimezone = 'Europe/Berlin'\nqueue_log.strip_agent_prefixes = ['SIP/', 'Local/']",
    );
    let mut kept = common::Kept::default();
    let line = "2023-11-14 23:13:20|1.2|sales|Local/2004@from-internal/n|CONNECT|1";
    adapter.apply(&common::record(line.as_bytes(), 12), &mut kept).unwrap();
    assert_eq!(kept.described(), ["agent_connected queue=sales agent=2004 wait_ms=1000"]);
    let event = &kept.calls[0];
    assert_eq!((&event["tenant"], &event["source"], &event["contact_id"]), (&"t".into(), &"log1".into(), &"pbx1/1.2".into()));
    assert_eq!((&event["event_id"], &event["sequence"]), (&"log1:f:12#1".into(), &12.into()));
}

#[test]
fn a_dead_letter_is_readable_and_names_nobody() {
    for (line, expected) in [
        ("1700000000|1700000000.17|sales|SIP/7|CONNECT|two|x|3", "1700000000|1700000000.17|a|a/9|CONNECT|a|a|3"),
        ("1700000000|1.2|NONE|NONE|ENTERQUEUE||0301234567|1|Ann Smith", "1700000000|9.9|NONE|NONE|ENTERQUEUE||9|9|a a"),
        ("0301234567|1.2|sales|NONE|ENTERQUEUE||030 123-4567", "9|9.9|a|NONE|ENTERQUEUE||9 9-9"),
        // Agents' names where they belong and where they do not, and extensions, which are agents too.
        ("x|1.2|sales|Agent/Ann Lee|PAUSE|Ann Lee", "a|9.9|a|a/a a|PAUSE|a a"),
        ("x|Ann|ann.lee|SIP/ann.lee-00000007|COMPLETEAGENT|Lee|7|1", "a|a|a.a|a/a.a-9|COMPLETEAGENT|a|7|1"),
        ("x|1.2|sales|NONE|Ann|4711", "a|9.9|a|NONE|a|9"),
        ("x|1.2|sales|4711|BLINDTRANSFER|4712|outside|5|40|1", "a|9.9|a|9|BLINDTRANSFER|9|a|9|9|9"),
        ("callerid 030/1234567 hung up on Ann", "a 9/9 a a a a"),
        (r#"{"time": "x", "callid": "1.2", "agent": "Ann", "event": "ENTERQUEUE", "data2": "0301234567"}"#, "a|9.9||a|ENTERQUEUE||9|||"),
        (r#"{"agent": "Ann", "time"#, r#"{"a": "a", "a"#),
    ] {
        let reject = reject(&mut queue_log(), line.as_bytes());
        assert_eq!(String::from_utf8(reject.redacted).unwrap(), expected, "{line}");
    }
}
