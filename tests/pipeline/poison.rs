//! What cannot be used: it becomes a dead letter that says where it was and what is wrong, the pipeline goes on, a flood stops the
//! stage, and neither a customer's number nor an agent's name gets further than the raw topic.

#[path = "poison/planted.rs"]
mod planted;
mod site;
#[path = "poison/sweep.rs"]
mod sweep;
mod topics;

use events::codec::{Encoder, Message};
use events::{AgentEvent, CallEvent, CallVerb, Observation, Reference};
use site::Site;
use std::collections::BTreeMap;
use sweep::{NAME, canary, has_name, has_number};
use topics::Injector;

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
    let enter = format!("Agent/{NAME}|ENTERQUEUE||{}|1", canary(90));
    let latin = [line("1700000000", &format!("SIP/{NAME}|ENTERQUEUE||")), canary(91).into_bytes(), b" M\xfcller|1".to_vec()].concat();
    let long = [line("1700000000", &enter), vec![b'9'; 2 << 20]].concat();
    vec![
        (latin, Some("bad_utf8")),
        (line("-1700000000", &enter), Some("time_out_of_range")),
        (line("4102444800", &enter), Some("time_out_of_range")),
        (line("4070908800", &enter), Some("time_ahead")),
        (line("yesterday", &enter), Some("bad_time")),
        (long, Some("too_long")),
        (line("1700000000", &format!("Agent/9|HOLOGRAM|{}", canary(92))), None),
        (format!("please call 0170-912-345-93 back, {NAME}, or {}", canary(93)).into_bytes(), Some("not_queue_log")),
        (format!("1700000000|bad.1|NONE|{NAME}|ENTERQUEUE||{}|1", canary(94)).into_bytes(), Some("no_queue")),
        (line("1700000000", &format!("Agent/{NAME}|CONNECT|{}x|1.1|1", canary(95))), Some("bad_number")),
        (line("yesterday", &format!("{NAME}|PAUSE|{NAME} {}", canary(96))), Some("bad_time")),
        // A field too few, and a name where a number belongs.
        (format!("1700000000|{NAME}|SIP/zebulon.quist|COMPLETEAGENT|7|8|{}", canary(97)).into_bytes(), Some("not_queue_log")),
        (line("1700000000", &format!("SIP/zebulon.quist|COMPLETEAGENT|{NAME}|8|{}", canary(98))), Some("bad_number")),
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

/// An event of the agent who must not be named.
fn of_name(at_s: i64) -> CallEvent<'static> {
    CallEvent { agent: Some(NAME), ..event("events/bad", CallVerb::QueueEntered, at_s) }
}

/// Bytes that are no event of ours, with the code that says why.
fn bad_messages() -> Vec<(Vec<u8>, &'static str)> {
    let good = encoded(&of_name(BASE_S));
    let mut stranger = good.clone();
    stranger[4] ^= 0x55;
    vec![
        (good[..good.len() - 3].to_vec(), "malformed_avro"),
        (good[..5].to_vec(), "not_avro"),
        (stranger, "unknown_fingerprint"),
        ([good.as_slice(), NAME.as_bytes()].concat(), "trailing_bytes"),
        (encoded(&AgentEvent { agent: NAME, event_time_us: BASE_S * 1_000_000, ..AgentEvent::default() }), "wrong_kind"),
        (encoded(&of_name(4_070_908_800)), "time_ahead"),
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
    let named = of_name(BASE_S);
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
    bad.push(("stranger", Some(format!("1700000000|1.1|q|{NAME}|ENTERQUEUE||{}|1", canary(81)).into_bytes()), "unknown_source"));
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
    bad.push((Some(encoded(&CallEvent { contact_id: "", ..of_name(BASE_S) })), "no_contact"));
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

/// Poison put straight into the topic of agents' events, and into those of facts that the loader reads: it counts what it leaves out. Returns how much that is.
fn poison_the_rest(injector: &Injector, expected: &mut Expected) -> usize {
    let login = AgentEvent { source: "events", agent: NAME, event_time_us: BASE_S * 1_000_000, ..AgentEvent::default() };
    let [good, ahead] = [login.clone(), AgentEvent { event_time_us: 4_070_908_800_000_000, ..login.clone() }].map(|event| encoded(&event));
    let nobody = encoded(&AgentEvent { agent: "", reason: Some(NAME), ..login });
    let bad = [
        (good[..good.len() - 1].to_vec(), "malformed_avro"),
        (NAME.as_bytes().to_vec(), "not_avro"),
        (ahead, "time_ahead"),
        (nobody, "no_agent"),
    ];
    for (number, (payload, code)) in (0..).zip(bad) {
        expected.insert(("agents".to_owned(), String::new(), number), code);
        injector.put("agents", 1, Some(&payload), &[]);
    }
    let observation = encoded(&Observation { agent: Some(NAME), observation_id: "1", ..Observation::default() });
    let reference = encoded(&Reference { id: NAME, ..Reference::default() });
    injector.put("queue-visits", 0, Some(format!("no fact of {NAME}").as_bytes()), &[]);
    injector.put("observations", 0, Some(&observation[..observation.len() - 2]), &[]);
    injector.put("reference", 0, Some(&[&reference[..], NAME.as_bytes()].concat()), &[]);
    3
}

#[test]
fn f13_f14_poison_becomes_dead_letters_and_the_next_call_counts() {
    let mut site = Site::new("poison", &planted::sources());
    site.start_all();
    site.spawn("board", "0");
    let (injector, mut expected) = (Injector::new(&site), Expected::new());
    let good =
        [poison_the_log(&site, &mut expected), poison_the_feed(&injector, &mut expected), poison_the_calls(&injector, &mut expected)];
    planted::plant(&injector, &mut expected);
    let left_out = poison_the_rest(&injector, &mut expected);
    let file = site.folder.path().join("agents.csv");
    std::fs::write(&file, format!("id,team,left_date\n{NAME},red,{NAME}\n{NAME},red,{}\n{NAME}\n", canary(40))).expect("a file");
    let said = site.output(&["reference", "load", "--kind", "agent", &file.display().to_string()]);
    site.settle();
    let calls = |outcome: &str| site.number(&format!("SELECT count() FROM v_queue_visits WHERE outcome = '{outcome}'")) as usize;
    assert_eq!((calls("answered"), calls("abandoned")), (good[0], good[1] + good[2]), "good calls count");
    assert_eq!(site.number("SELECT sum(offered) FROM v_queue_minutes") as usize, good.iter().sum::<usize>());
    dead_letters_are_told(&site, &expected);
    assert_eq!(site.metric_of("ingest", "0", "holdfast_notes_total", "what=\"unknown_verb\""), 1.0);
    assert_eq!(site.metric("load", "0", "holdfast_loader_skipped_total") as usize, left_out);
    let counted = ["ingest", "contacts", "agents"].map(|stage| site.metric(stage, "0", "holdfast_dead_letters_total"));
    assert_eq!(counted.iter().sum::<f64>() as usize, expected.len());
    sweep::nobody_leaves_the_raw_topic(&site, &said);
}

/// Every dead letter is there once, with place, reason and size.
fn dead_letters_are_told(site: &Site, expected: &Expected) {
    let rows = site.query("SELECT * FROM v_dead_letters ORDER BY topic, source_partition, source_offset");
    let (mut found, mut direct) = (BTreeMap::new(), BTreeMap::<String, i64>::new());
    for row in &rows {
        let text = |column: &str| row[column].as_str().expect("text").to_owned();
        let number = |column: &str| site::integer(&row[column]).expect("a number");
        let topic = text("topic").strip_prefix(&site.prefix).expect("our topic").to_owned();
        let stage =
            [("raw", "ingest"), ("calls", "contacts"), ("agents", "agents")].into_iter().find(|(of, _)| *of == topic).expect("a stage").1;
        let line = if stage == "ingest" {
            number("source_line")
        } else {
            // Without a file: in the order in which they were put there.
            let next = direct.entry(topic.clone()).or_default();
            *next += 1;
            *next - 1
        };
        assert!(!text("reason").is_empty() && number("source_offset") >= 0, "{row}");
        assert_eq!(text("stage"), stage, "{row}");
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

#[test]
fn f13_a_flood_stops_the_stage_and_nothing_is_lost() {
    let mut site = Site::new("flood", "[pipeline.flood]\nconsecutive = 20\n\n[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n");
    let file = site.folder.path().join("queue_log");
    let flood: String = (0..50).map(|number| format!("this is no log, {NAME}, {}\n", canary(number))).collect();
    std::fs::write(&file, format!("{}{flood}{}", good_call(1), good_call(2))).expect("a file");
    site.start_all();
    site.import("pbx", &file);
    assert_eq!(site.ends("ingest", "0", 30), Some(70), "the exit code of a stage that stopped");
    let log = site.log("ingest-0");
    assert!(log.contains("HF-R005") && !has_number(log.as_bytes()) && !has_name(log.as_bytes()), "{log}");
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
