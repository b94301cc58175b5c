//! Mappings: what each key does, and what a wrong one is told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{adapter, config, one, reject};
use ingester::Adapter;

const HEAD: &str = "name = 'a'\nkind = 'mapping'\n[mapping]\ncontact_id = '{id}'\n";

fn csv(rest: &str) -> Adapter {
    adapter(&format!("{HEAD}format = 'delimited'\ncolumns = ['id', 'day', 'clock', 'length', 'who', 'kind']\n{rest}"))
}

const ENTERED: &str = "[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = 'q'\n";
const TIME: &str = "[mapping.times.t]\ndate = 'day'\nclock = 'clock'\n";

#[test]
fn clocks_have_many_forms_and_zones() {
    for (day_format, clock_format, day, clock) in [
        ("iso", "hms", "2023-11-14", "22:13:20"),
        ("%d.%m.%y", "seconds_of_day", "14.11.23", "80000"),
        ("%m/%d/%Y", "%I:%M:%S %p", "11/14/2023", "10:13:20 PM"),
    ] {
        let rule = format!(
            "[mapping.times.t]\ndate = 'day'\ndate_format = '{day_format}'\nclock = 'clock'\nclock_format = '{clock_format}'\n{ENTERED}"
        );
        assert_eq!(one(&mut csv(&rule), &format!("1,{day},{clock},,,")), ["queue_entered queue=q"], "{day_format} {clock_format}");
    }
    for (format, text) in [
        ("iso", "2023-11-14T22:13:20Z"),
        ("iso", "2023-11-14T23:13:20+01:00"),
        ("iso", "2023-11-14 22:13:20"),
        ("epoch_s", "1700000000"),
        ("epoch_ms", "1700000000000"),
        ("epoch_us", "1700000000000000"),
        ("%Y%m%d %H%M%S", "20231114 221320"),
        ("%Y-%m-%d %H:%M:%S %z", "2023-11-15 00:13:20 +0200"),
    ] {
        let rule = format!("[mapping.times.t]\ncolumn = 'day'\nformat = '{format}'\n{ENTERED}");
        assert_eq!(one(&mut csv(&rule), &format!("1,{text},,,,")), ["queue_entered queue=q"], "{format} {text}");
    }
    let zone = format!(
        "name = 'a'\nkind = 'mapping'\ntimezone = 'Asia/Tokyo'\n[mapping]\ntimezone = 'UTC'\ncontact_id = '{{id}}'\nformat = 'delimited'\ncolumns = ['id', 'day', 'clock']\n{TIME}{ENTERED}"
    );
    assert_eq!(one(&mut adapter(&zone), "1,2023-11-15,07:13:20"), ["queue_entered queue=q"], "the source's zone comes first");
}

#[test]
fn midnight_daylight_saving_and_derived_times() {
    let rules = "[mapping.times.s]\ndate = 'day'\nclock = 'who'\n[mapping.times.t]\ndate = 'day'\nclock = 'clock'\nnext_day_if_before = 's'\nabsent = ['-']\notherwise = 'u'\n[mapping.times.u]\nfrom = 's'\nplus = ['l']\n[mapping.durations.l]\ncolumn = 'length'\nunit = 'hms'\n";
    let mut adapter = csv(&format!("{rules}{ENTERED}"));
    // A record has one date only: 22:13:20 after 22:14:00 is a skewed clock, 0:00:10 after 23:59:50 is the next day.
    assert_eq!(one(&mut adapter, "1,2023-11-14,22:13:20,0:00:10,22:14:00,"), ["queue_entered queue=q"]);
    assert_eq!(one(&mut adapter, "1,2023-11-14,0:00:10,0:00:10,23:59:50,"), ["queue_entered +6410 queue=q"]);
    assert_eq!(one(&mut adapter, "1,2023-11-14,-,0:00:10,22:13:10,"), ["queue_entered queue=q"], "derived where absent");
    assert_eq!(reject(&mut adapter, b"1,2023-11-14,-,,22:13:10,").code, "missing_value");
}

#[test]
fn durations_have_units_conditions_and_defaults() {
    let rules = |duration: &str| {
        format!(
            "{TIME}[mapping.durations.l]\n{duration}\n[[mapping.events]]\nverb = 'queue_left'\ntime = 't'\nqueue = 'q'\nwait = 'l'\nring = 7\n"
        )
    };
    for (duration, length, expected) in [
        ("column = 'length'", "12", "queue_left queue=q wait_ms=12000 ring_ms=7"),
        ("column = 'length'", "", "queue_left queue=q ring_ms=7"),
        ("column = 'length'\nunit = 'ms'", "12.9", "queue_left queue=q wait_ms=12 ring_ms=7"),
        ("column = 'length'\nunit = 'hms'", "01:02:03", "queue_left queue=q wait_ms=3723000 ring_ms=7"),
        ("column = 'length'\notherwise_ms = 5", "", "queue_left queue=q wait_ms=5 ring_ms=7"),
        ("column = 'length'\nwhen = { who = 'x' }\notherwise_ms = 0", "12", "queue_left queue=q wait_ms=0 ring_ms=7"),
        ("between = ['t', 't']", "", "queue_left queue=q wait_ms=0 ring_ms=7"),
    ] {
        assert_eq!(one(&mut csv(&rules(duration)), &format!("1,2023-11-14,22:13:20,{length},,")), [expected], "{duration}");
    }
    let mut negative = csv(&rules("column = 'length'"));
    assert_eq!(one(&mut negative, "1,2023-11-14,22:13:20,-3,,"), ["queue_left queue=q wait_ms=0 ring_ms=7", "note:clock_skew"]);
    assert_eq!(reject(&mut negative, b"1,2023-11-14,22:13:20,three,,").code, "bad_number");
    assert_eq!(reject(&mut csv(&rules("column = 'length'\nrequired = true")), b"1,2023-11-14,22:13:20,,,").code, "missing_value");
}

#[test]
fn records_are_chosen_translated_skipped_and_rejected() {
    let mut adapter = csv(&format!(
        "{TIME}[[mapping.skip]]\nwhen = {{ kind = 'test' }}\n[[mapping.reject]]\nwhen = {{ kind = {{ not_in = ['end', 'in', 'pause'] }} }}\nreason = 'kind is unknown'\n
[[mapping.events]]\nverb = 'contact_disconnected'\nwhen = {{ kind = 'end' }}\ntime = 't'\nagent = '{{who}}'\nparty = {{ column = 'length', map = {{ A = 'agent', C = 'customer' }} }}\n
[[mapping.agent_events]]\nverb = 'paused'\nwhen = {{ kind = 'pause' }}\ntime = 't'\nagent = '{{who}}'\nreason = '{{length}}'\n"
    ));
    let at = "2023-11-14,22:13:20";
    assert_eq!(one(&mut adapter, &format!("1,{at},C,\"Ann, B\",end")), ["contact_disconnected agent=Ann, B party=customer"]);
    assert_eq!(one(&mut adapter, &format!("1,{at},Q,ann,end")), ["contact_disconnected agent=ann"]);
    assert_eq!(one(&mut adapter, &format!("1,{at},lunch,ann,pause")), ["agent:paused agent=ann reason=lunch"]);
    assert_eq!(one(&mut adapter, &format!("1,{at},,,in")), ["note:no_event"]);
    assert_eq!(one(&mut adapter, &format!("1,{at},,,test")), ["note:skipped_record"]);
    assert_eq!(one(&mut adapter, "id,day,clock,length,who,kind"), Vec::<String>::new());
    let unknown = reject(&mut adapter, format!("1,{at},,,else").as_bytes());
    assert_eq!((unknown.code, unknown.reason.as_str()), ("mapping_reject", "kind is unknown"));
    assert_eq!(reject(&mut adapter, b"1,2,3").code, "field_count");
    assert_eq!(reject(&mut adapter, b"1,2,3,4,5,6,7").code, "field_count");
    assert_eq!(reject(&mut adapter, b"\"1,2,3,4,5,6").code, "bad_quotes");
    assert_eq!(reject(&mut adapter, format!(",{at},C,ann,end").as_bytes()).code, "no_call_id");
    assert_eq!(reject(&mut adapter, b"1,2023-11-14,noon,x,ann,end").code, "bad_time");
}

#[test]
fn a_header_that_changed_is_noticed_in_line_one() {
    let mut adapter = csv(&format!("header = true\n{TIME}{ENTERED}"));
    assert_eq!(one(&mut adapter, "id,day,clock,length,who,kind\r\n"), Vec::<String>::new());
    assert_eq!(reject(&mut adapter, b"id,clock,day,length,who,kind").code, "header_mismatch");
}

#[test]
fn json_records_are_read_by_path() {
    let mut adapter = adapter(&format!(
        "{HEAD}format = 'json'\n[mapping.times.t]\ncolumn = 'legs.0.at'\nformat = 'epoch_ms'\n[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = '{{queue.name|queue.id}}'\ncustomer = '{{from}}'\nchannel = '{{media}}'\n"
    ));
    let json = |media: &str| {
        format!(
            r#"{{"id": 7, "legs": [{{"at": 1700000000000}}], "queue": {{"name": "", "id": 3}}, "from": "0", "media": "{media}", "more": true}}"#
        )
    };
    assert_eq!(one(&mut adapter, &json("chat")), ["queue_entered queue=3 channel=chat"]);
    assert_eq!(reject(&mut adapter, json("fax").as_bytes()).code, "unknown_value");
    for (text, code) in
        [("{", "bad_json"), ("[1]", "bad_json"), (r#"{"id": 7}"#, "missing_value"), (r#"{"id": 7, "legs": [{"at": true}]}"#, "bad_time")]
    {
        assert_eq!(reject(&mut adapter, text.as_bytes()).code, code, "{text}");
    }
}

#[test]
fn dead_letters_show_the_shape_of_a_record_and_nobody() {
    let mut adapter =
        csv(&format!("{TIME}[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = '{{kind}}'\ncustomer = '{{who}}'\n"));
    let reject = reject(&mut adapter, b"1,2023-11-14,noon,unused,030 1234567,sales");
    assert_eq!((reject.code, String::from_utf8(reject.redacted).unwrap().as_str()), ("bad_time", "9,9-9-9,a,a,9 9,a"));
}

/// An agent's name is in a column that the mapping writes as it is: into events, not into dead letters. Of JSON not even what no column of the mapping has.
#[test]
fn a_name_is_in_no_reject_of_a_mapping() {
    let rules = format!("{TIME}[[mapping.agent_events]]\nverb = 'logged_in'\ntime = 't'\nagent = '{{who}}'\n");
    let rejected = reject(&mut csv(&rules), b"1,2023-11-14,Ann Lee,Ann Lee,ann.lee@example.com,Ann Lee");
    assert_eq!(String::from_utf8(rejected.redacted).unwrap(), "9,9-9-9,a a,a a,a.a@a.a,a a");
    let json = format!(
        "{HEAD}format = 'json'\n[mapping.times.t]\ncolumn = 'at'\n[[mapping.agent_events]]\nverb = 'logged_in'\ntime = 't'\nagent = '{{who}}'\n"
    );
    let mut json = adapter(&json);
    let whole = reject(&mut json, br#"{"at":"Ann Lee","who":"Ann Lee","Ann":7,"id":1}"#).redacted;
    let told: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(told, serde_json::json!({"at": "a a", "id": "9", "who": "a a"}));
    let broken = reject(&mut json, br#"{"who":"Ann Lee"#).redacted;
    assert_eq!(String::from_utf8(broken).unwrap(), r#"{"a":"a a"#);
}

#[test]
fn a_wrong_mapping_is_told_what_is_wrong() {
    let problem = |rest: &str| {
        let toml = format!("{HEAD}format = 'delimited'\ncolumns = ['id', 'day', 'clock', 'who']\n{rest}");
        Adapter::from_config(&config(&toml)).unwrap_err().to_string()
    };
    for (rest, expected) in [
        ("", "a mapping without events"),
        (ENTERED, "there is no time 't'; declare [times.t]"),
        ("[mapping.times.t]\ncolumn = 'dya'\n", "there is no column 'dya'; the columns are: id, day, clock, who"),
        ("[mapping.times.t]\ncolumn = 'day'\nclock = 'clock'\n", "exactly one of"),
        ("[mapping.times.t]\nclock = 'clock'\n", "'clock' needs 'date'"),
        ("[mapping.times.t]\ncolumn = 'day'\nformat = 'epoch'\n", "neither a known name nor"),
        ("[mapping.times.t]\ncolumn = 'day'\nformat = '%!'\n", "no strptime format"),
        ("[mapping.times.t]\nfrom = 'u'\n[mapping.times.u]\nfrom = 't'\n", "in a circle: t, u"),
        ("[mapping.durations.t]\ncolumn = 'day'\nbetween = ['a', 'b']\n", "exactly one of"),
        (&format!("{TIME}[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = '{{who'\n"), "a brace is not closed"),
        (
            &format!("{TIME}[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = '{{who}}'\ncustomer = '{{who}}'\n"),
            "'who' is personal",
        ),
        (&format!("{TIME}[[mapping.events]]\nverb = 'queue_left'\ntime = 't'\nwait = -1\n"), "must not be negative"),
    ] {
        assert!(problem(rest).contains(expected), "{rest}\n{}", problem(rest));
    }
    let error = |toml: &str| Adapter::from_config(&config(toml)).unwrap_err().to_string();
    assert!(error("name = 'a'\nkind = 'mapping'").contains("needs 'mapping_file' or 'mapping'"));
    assert!(error("name = 'a'\nkind = 'mapping'\nmapping_file = '/nowhere'").contains("mapping file /nowhere"));
    assert!(error("name = 'a'\nkind = 'queue_log'\ntimezone = 'Mars'").contains("time zone 'Mars'"));
    let keyless = toml::from_str("name = 'a'\nkind = 'queue_log'").unwrap();
    assert!(Adapter::from_config(&keyless).unwrap_err().to_string().contains("no pseudonym key"));
}

#[test]
fn the_examples_in_the_documentation_are_valid() {
    let documentation = include_str!("../../../docs/sources.md");
    let blocks: Vec<&str> = documentation.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2);
    let source: ingester::SourceConfig = toml::from_str(blocks[0]).unwrap();
    assert_eq!(source.system(), "pbx1");
    Adapter::from_config(&source).unwrap();
    let mapping = config("name = 'a'\nkind = 'mapping'");
    let mapping = ingester::SourceConfig { mapping: Some(toml::from_str(blocks[1]).unwrap()), ..mapping };
    let mut adapter = Adapter::from_config(&mapping).unwrap();
    let (kept, rejects) =
        common::all(&mut adapter, "day,call,begin,wait,talk,result,who,number\n231115,7,0:13:10,10,5,ok,ann,0301234567\n");
    assert_eq!(rejects, []);
    assert_eq!(kept.described(), ["agent_connected queue=main agent=ann wait_ms=10000 party=agent"]);
}
