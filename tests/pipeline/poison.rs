//! What cannot be used: it becomes a dead letter that says where it was and what is wrong, the pipeline goes on, a flood stops the
//! stage, and no customer's number gets further than the raw topic.

mod site;
mod topics;

use events::codec::{Encoder, Message};
use events::{AgentEvent, CallEvent, CallVerb};
use site::{Site, http};
use std::collections::BTreeMap;
use topics::Injector;

/// Digits that all planted customer numbers share; separators are left out when they are searched for.
const CANARY: &str = "170912345";

/// A planted customer number.
fn canary(number: usize) -> String {
    format!("0{CANARY}{number:02}")
}

/// 2023-11-14, long past.
const BASE_S: i64 = 1_700_000_000;

/// A call of three lines that any pipeline can use; its customer, its transfer target and its note are canaries.
fn good_call(number: usize) -> String {
    let (at, call, agent) = (BASE_S + 100 * number as i64, format!("good.{number}"), format!("Agent/{number}"));
    format!(
        "{at}|{call}|sales|NONE|ENTERQUEUE||{0}|1\n{1}|{call}|sales|{agent}|CONNECT|5|{at}.9|5\n{2}|{call}|sales|{agent}|CALLSTATUS|call 0170/912 345 {number:02} back\n\
         {2}|{call}|sales|{agent}|BLINDTRANSFER|{0}|outside|5|40|1\n",
        canary(number),
        at + 5,
        at + 45
    )
}

/// Lines that cannot be used, with the code that says why. None: it is an event all the same.
fn bad_lines() -> Vec<(Vec<u8>, Option<&'static str>)> {
    let line = |time: &str, rest: &str| format!("{time}|bad.1|sales|{rest}").into_bytes();
    let enter = format!("NONE|ENTERQUEUE||{}|1", canary(90));
    let latin = [line("1700000000", "NONE|ENTERQUEUE||"), canary(91).into_bytes(), b" M\xfcller|1".to_vec()].concat();
    let long = [line("1700000000", &enter), vec![b'9'; 2 << 20]].concat();
    vec![
        (latin, Some("bad_utf8")),
        (line("-1700000000", &enter), Some("time_out_of_range")),
        (line("4102444800", &enter), Some("time_out_of_range")),
        (line("4070908800", &enter), Some("time_ahead")),
        (line("yesterday", &enter), Some("bad_time")),
        (long, Some("too_long")),
        (line("1700000000", &format!("Agent/9|HOLOGRAM|{}", canary(92))), None),
        (format!("please call 0170-912-345-93 back, or {}", canary(93)).into_bytes(), Some("not_queue_log")),
        (format!("1700000000|bad.1|NONE|NONE|ENTERQUEUE||{}|1", canary(94)).into_bytes(), Some("no_queue")),
        (line("1700000000", &format!("Agent/9|CONNECT|{}x|1.1|1", canary(95))), Some("bad_number")),
    ]
}

fn encoded<T: Message>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).expect("it can be encoded");
    bytes
}

fn event<'a>(contact_id: &'a str, verb: CallVerb, at_s: i64) -> CallEvent<'a> {
    CallEvent { source: "events", contact_id, event_time_us: at_s * 1_000_000, verb, queue: Some("direct"), ..CallEvent::default() }
}

/// Bytes that are no event of ours, with the code that says why.
fn bad_messages() -> Vec<(Vec<u8>, &'static str)> {
    let good = encoded(&event("events/bad", CallVerb::QueueEntered, BASE_S));
    let mut stranger = good.clone();
    stranger[4] ^= 0x55;
    vec![
        (good[..good.len() - 3].to_vec(), "malformed_avro"),
        (good[..5].to_vec(), "not_avro"),
        (stranger, "unknown_fingerprint"),
        ([good.as_slice(), b"more"].concat(), "trailing_bytes"),
        (encoded(&AgentEvent { agent: "9", event_time_us: BASE_S * 1_000_000, ..AgentEvent::default() }), "wrong_kind"),
        (encoded(&event("events/bad", CallVerb::QueueEntered, 4_070_908_800)), "time_ahead"),
    ]
}

/// A call of two canonical events.
fn good_messages(contact_id: &str) -> [Vec<u8>; 2] {
    let left = CallEvent { reason: Some("abandoned"), wait_ms: Some(7_000), ..event(contact_id, CallVerb::QueueLeft, BASE_S + 7) };
    [encoded(&event(contact_id, CallVerb::QueueEntered, BASE_S)), encoded(&left)]
}

/// What is known of the dead letters that must come: topic, file and line (or the place in the order) → code.
type Expected = BTreeMap<(String, String, i64), &'static str>;

/// Poison in a log file, a good call after each. Returns how many calls are good.
fn poison_the_log(site: &Site, expected: &mut Expected) -> usize {
    let (mut bytes, mut line, mut calls) = (Vec::new(), 0, 0);
    for (number, (bad, code)) in bad_lines().into_iter().enumerate() {
        bytes.extend_from_slice(&bad);
        bytes.push(b'\n');
        if let Some(code) = code {
            expected.insert(("raw".to_owned(), "queue_log".to_owned(), line + 1), code);
        }
        bytes.extend_from_slice(good_call(number).as_bytes());
        (line, calls) = (line + 5, calls + 1);
    }
    let file = site.folder.path().join("queue_log");
    std::fs::write(&file, bytes).expect("a file");
    assert_eq!(site.import("pbx", &file), (line as u64, 0));
    calls
}

/// Poison in a feed of canonical events, and what only a feed can send. Returns how many calls are good.
fn poison_the_feed(injector: &Injector, expected: &mut Expected) -> usize {
    let (mut line, mut calls) = (0, 0);
    let mut put = |source: &str, payload: Option<&[u8]>, code: Option<&'static str>| {
        line += 1;
        if let Some(code) = code {
            expected.insert(("raw".to_owned(), "feed".to_owned(), line), code);
        }
        injector.put("raw", 1, payload, &[("source", source), ("file", "feed"), ("line", &line.to_string())]);
    };
    let named = CallEvent { customer: None, ..event("events/bad", CallVerb::QueueEntered, BASE_S) };
    let number = canary(80);
    let clear = encoded(&CallEvent { customer: Some(&number), ..named.clone() });
    let negative = encoded(&CallEvent { wait_ms: Some(-1), ..named.clone() });
    let nobody = encoded(&CallEvent { contact_id: "", ..named.clone() });
    let early = encoded(&CallEvent { event_time_us: -5, ..named });
    let mut bad: Vec<(&str, Option<Vec<u8>>, &'static str)> =
        bad_messages().into_iter().map(|(bytes, code)| ("events", Some(bytes), code)).collect();
    bad.push(("events", Some(clear), "not_pseudonymised"));
    bad.push(("events", Some(negative), "bad_number"));
    bad.push(("events", Some(nobody), "no_call_id"));
    bad.push(("events", Some(early), "time_out_of_range"));
    bad.push(("events", None, "empty"));
    bad.push(("stranger", Some(format!("1700000000|1.1|q|NONE|ENTERQUEUE||{}|1", canary(81)).into_bytes()), "unknown_source"));
    for (source, payload, code) in bad {
        put(source, payload.as_deref(), Some(code));
        for good in good_messages(&format!("events/feed{calls}")) {
            put("events", Some(&good), None);
        }
        calls += 1;
    }
    calls
}

/// Poison put straight into the topic of canonical events. Returns how many calls are good.
fn poison_the_calls(injector: &Injector, expected: &mut Expected) -> usize {
    let mut bad: Vec<(Option<Vec<u8>>, &'static str)> = bad_messages().into_iter().map(|(bytes, code)| (Some(bytes), code)).collect();
    bad.push((None, "empty"));
    bad.push((Some(encoded(&event("", CallVerb::QueueEntered, BASE_S))), "no_contact"));
    let calls = bad.len();
    for (number, (payload, code)) in bad.into_iter().enumerate() {
        expected.insert(("calls".to_owned(), String::new(), number as i64), code);
        injector.put("calls", 2, payload.as_deref(), &[]);
        for good in good_messages(&format!("direct/{number}")) {
            injector.put("calls", 2, Some(&good), &[]);
        }
    }
    calls
}

#[test]
fn f13_f14_poison_becomes_dead_letters_and_the_next_call_counts() {
    let mut site =
        Site::new("poison", "[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n\n[[sources]]\nname = \"events\"\nkind = \"avro\"\n");
    site.start_all();
    let (injector, mut expected) = (Injector::new(&site), Expected::new());
    let good =
        [poison_the_log(&site, &mut expected), poison_the_feed(&injector, &mut expected), poison_the_calls(&injector, &mut expected)];
    // What is no fact of this version in the fact topics is counted by the loader and left out.
    injector.put("queue-visits", 0, Some(b"no fact"), &[]);
    site.settle();
    let calls = |outcome: &str| site.number(&format!("SELECT count() FROM v_queue_visits WHERE outcome = '{outcome}'")) as usize;
    assert_eq!((calls("answered"), calls("abandoned")), (good[0], good[1] + good[2]), "good calls count");
    assert_eq!(site.number("SELECT sum(offered) FROM v_queue_minutes") as usize, good.iter().sum::<usize>());
    dead_letters_are_told(&site, &expected);
    assert_eq!(site.metric_of("ingest", "0", "holdfast_notes_total", "what=\"unknown_verb\""), 1.0);
    assert_eq!(site.metric("load", "0", "holdfast_loader_skipped_total"), 1.0);
    let counted = site.metric("ingest", "0", "holdfast_dead_letters_total") + site.metric("contacts", "0", "holdfast_dead_letters_total");
    assert_eq!(counted as usize, expected.len());
    no_customer_number_leaves_the_raw_topic(&site);
}

/// Every dead letter is there once, with place, reason and size.
fn dead_letters_are_told(site: &Site, expected: &Expected) {
    let rows = site.query("SELECT * FROM v_dead_letters ORDER BY topic, source_partition, source_offset");
    let (mut found, mut direct) = (BTreeMap::new(), 0);
    for row in &rows {
        let text = |column: &str| row[column].as_str().expect("text").to_owned();
        let number = |column: &str| site::integer(&row[column]).expect("a number");
        let topic = text("topic").strip_prefix(&site.prefix).expect("our topic").to_owned();
        let line = if topic == "calls" {
            direct += 1;
            direct - 1
        } else {
            number("source_line")
        };
        assert!(!text("reason").is_empty() && number("source_offset") >= 0, "{row}");
        assert_eq!(text("stage"), if topic == "raw" { "ingest" } else { "contacts" }, "{row}");
        if text("code") == "too_long" {
            assert!(number("payload_size") > 2 << 20 && text("payload").len() <= 64 << 10, "a long record is kept in part");
        }
        let place = (topic, text("source_file"), line);
        assert_eq!(found.insert(place, text("code")), None, "one letter for one record: {row}");
    }
    let expected: BTreeMap<_, _> = expected.iter().map(|(place, code)| (place.clone(), (*code).to_owned())).collect();
    assert_eq!(found, expected, "dead letters");
    let listed = site.run(&["dead-letters", "--list", "1000"]);
    assert!(expected.values().all(|code| listed.contains(code)), "holdfast dead-letters lists them all:\n{listed}");
}

/// The text has a planted number, with or without separators.
fn has_canary(bytes: &[u8]) -> bool {
    let plain: Vec<u8> = bytes.iter().copied().filter(|byte| !b" -/".contains(byte)).collect();
    plain.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

fn no_customer_number_leaves_the_raw_topic(site: &Site) {
    let (mut in_raw, mut tables, mut elsewhere) = (0, 0, Vec::new());
    let names = topics::names(site);
    assert!(names.len() >= 12, "{names:?}");
    let mut records = 0;
    for name in &names {
        let raw = *name == format!("{}raw", site.prefix);
        records += topics::read(name, &mut |message| {
            if has_canary(&topics::bytes(message)) {
                if raw { in_raw += 1 } else { elsewhere.push(name.clone()) }
            }
        });
    }
    assert!(in_raw >= 30 && records > 200, "the search finds what is there: {in_raw} of {records} records");
    // Views show nothing that the tables do not hold.
    for table in site.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'") {
        let table = table["name"].as_str().expect("a name").to_owned();
        let dump = site.run(&["warehouse", "query", "--format", "json", &format!("SELECT * FROM {table}")]);
        tables += 1;
        if has_canary(dump.as_bytes()) {
            elsewhere.push(format!("ClickHouse, {table}"));
        }
    }
    assert!(tables >= 5, "{tables} tables were searched");
    for stage in ["ingest", "contacts", "load"] {
        let address = std::fs::read_to_string(site.address_file(stage, "0")).expect("an address");
        let pages = ["/metrics", "/livez", "/readyz"].map(|page| http(&address, "GET", page, "").expect("a page")).concat();
        let log = std::fs::read(site.folder.path().join(format!("{stage}-0.log"))).expect("a log");
        assert!(!pages.is_empty() && !log.is_empty());
        if has_canary(pages.as_bytes()) || has_canary(&log) {
            elsewhere.push(format!("log or pages of {stage}"));
        }
    }
    if has_canary(site.run(&["dead-letters", "--list", "1000"]).as_bytes()) {
        elsewhere.push("holdfast dead-letters".to_owned());
    }
    assert!(elsewhere.is_empty(), "customer numbers were found in: {elsewhere:?}");
}

#[test]
fn f13_a_flood_stops_the_stage_and_nothing_is_lost() {
    let mut site = Site::new("flood", "[pipeline.flood]\nconsecutive = 20\n\n[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n");
    let file = site.folder.path().join("queue_log");
    let flood: String = (0..50).map(|number| format!("this is no log, {}\n", canary(number))).collect();
    std::fs::write(&file, format!("{}{flood}{}", good_call(1), good_call(2))).expect("a file");
    site.start_all();
    site.import("pbx", &file);
    assert_eq!(site.ends("ingest", "0", 30), Some(70), "the exit code of a stage that stopped");
    let log = site.log("ingest-0");
    assert!(log.contains("HF-R005") && !has_canary(log.as_bytes()), "{log}");
    // Started again as it is, it stops again: nothing is skipped in silence.
    site.spawn("ingest", "0");
    assert_eq!(site.ends("ingest", "0", 30), Some(70));
    assert_eq!(site.number("SELECT count() FROM v_dead_letters"), 0, "the transaction of a flood is not committed");
    // The operator decides that these lines are to be dead letters.
    site.spawn_with("ingest", "0", &["--set", "pipeline.flood.consecutive=1000"]);
    site.settle();
    assert_eq!(site.number("SELECT count() FROM v_dead_letters WHERE code = 'not_queue_log'"), 50);
    assert_eq!(site.number("SELECT count() FROM v_queue_visits WHERE outcome = 'answered'"), 2);
}

/// Lines of a source that nobody had configured: once it is, they are re-driven, and however often that is done they count once.
#[test]
fn dead_letters_that_were_put_right_count_once() {
    let pbx = "[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n";
    let mut site = Site::new("redrive", pbx);
    let injector = Injector::new(&site);
    let lines = format!("{}this is no log\n", good_call(1));
    for (number, line) in lines.lines().enumerate() {
        let headers = [("source", "branch"), ("file", "queue_log"), ("line", &*(number + 1).to_string())];
        injector.put("raw", 3, Some(line.as_bytes()), &headers);
    }
    injector.put("raw", 0, Some(b"neither is this"), &[("source", "pbx"), ("file", "other"), ("line", "1")]);
    site.start_all();
    site.settle();
    let letters = |site: &Site, code: &str| site.number(&format!("SELECT count() FROM v_dead_letters WHERE code = '{code}'"));
    assert_eq!((letters(&site, "unknown_source"), letters(&site, "not_queue_log")), (5, 1));

    site.stop("ingest", "0");
    let config = std::fs::read_to_string(site.config()).expect("the configuration");
    std::fs::write(site.config(), format!("{config}\n{}", pbx.replace("pbx", "branch"))).expect("it is written");
    site.spawn("ingest", "0");
    let redrive = |site: &Site, args: &[&str]| {
        let output = site.output(&[&["dead-letters", "redrive"], args].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let only = ["--code", "unknown_source"];
    assert!(redrive(&site, &["--code", "unknown_source", "--dry-run"]).contains("5 would be re-driven"));
    assert_eq!(letters(&site, "unknown_source"), 5, "a dry run does nothing");
    assert!(redrive(&site, &only).contains("5 re-driven"));
    site.settle();
    let answered = |site: &Site| site.number("SELECT count() FROM v_queue_visits WHERE outcome = 'answered'");
    assert_eq!((answered(&site), site.number("SELECT sum(offered) FROM v_queue_minutes")), (1, 1));
    assert_eq!(letters(&site, "not_queue_log"), 2, "what is wrong in itself becomes a letter again");
    assert!(redrive(&site, &only).contains("0 re-driven; 5 were re-driven before"));
    site.settle();
    assert_eq!((answered(&site), letters(&site, "unknown_source"), letters(&site, "not_queue_log")), (1, 5, 2));
}
