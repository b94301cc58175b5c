//! Records of the log that nobody can read, and records that say something twice: they stop neither the scoring nor the commands of people, nothing of them is told, and
//! every reader takes the same one of several.

use crate::site::{Site, until};
use crate::told::{kafka, records, since, told};
use crate::topics::Injector;
use crate::{DAYS, FIRST_DAY, SINCE, expected, form, new_site, score, world};
use events::codec::{Encoder, Message};
use events::{AgentEvent, SignalEvent, SignalKind};
use holdfast::care::topic;
use holdfast::signals::log;
use std::time::Duration;

/// Somebody who must not be named by what is said of a record that cannot be read.
const CANARY: &str = "agent-01709128675309";

fn encoded<T: Message>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).expect("it can be encoded");
    bytes
}

/// Records that this version cannot read: key and value. The schema of one is of another version.
fn strays() -> Vec<(Vec<u8>, Vec<u8>)> {
    let day = FIRST_DAY + 90;
    let event = SignalEvent { tenant: "world", site: "centre", agent: CANARY, signal_id: "stray", day, ..SignalEvent::default() };
    let good = encoded(&event);
    let mut newer = good.clone();
    newer[4] ^= 0x55;
    let values = [CANARY.as_bytes().to_vec(), Vec::new(), newer, good[..good.len() - 3].to_vec(), encoded(&AgentEvent::default())];
    let key = |number: usize| SignalEvent { day: day + number as i32, ..event.clone() }.key().into_bytes();
    values.into_iter().enumerate().map(|(number, value)| (key(number), value)).collect()
}

/// An opening as the log has it, written twice: as it is, and then with a note under the same key. Returns signal and day.
fn say_twice(site: &Site) -> (String, i32) {
    let (mut found, mut writer) = (None, log::Writer::new(&kafka(site), "test").expect("a writer"));
    log::read(&kafka(site), &mut |event| {
        if found.is_none() && event.kind == SignalKind::Opened {
            let noted = SignalEvent { note: Some("said again"), ..event.clone() };
            writer.write(&[event.clone(), noted], None).expect("it is written");
            found = Some((event.signal_id.to_owned(), event.day));
        }
    })
    .expect("the log");
    found.expect("a signal was opened")
}

/// The notes of an opening as the log, the commands of people and ClickHouse have them.
fn notes(site: &Site, signal: &str) -> [Option<String>; 3] {
    let (mut in_log, mut openings) = (None, 0);
    log::read(&kafka(site), &mut |event| {
        if event.signal_id == signal && event.kind == SignalKind::Opened {
            (in_log, openings) = (event.note.map(str::to_owned), openings + 1);
        }
    })
    .expect("the log");
    assert_eq!(openings, 1, "an event is handed on once");
    let held = topic::read(&kafka(site)).expect("the signals").get(signal).expect("it is there");
    assert_eq!(held.steps.iter().filter(|step| step.kind == SignalKind::Opened).count(), 1);
    let sql = format!(
        "SELECT e.note AS note FROM {}_attrition.signal_events AS e FINAL WHERE e.signal_id = '{signal}' AND e.kind = 'opened'",
        site.database
    );
    let rows = site.query(&sql);
    assert_eq!(rows.len(), 1, "{rows:?}");
    [in_log, held.steps[0].note.clone(), rows[0]["note"].as_str().map(str::to_owned)]
}

fn lag(site: &Site) -> serde_json::Value {
    let rows = String::from_utf8_lossy(&site.output(&["lag", "--format", "json"]).stdout).into_owned();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&rows).expect("rows");
    rows.iter().find(|row| row["stage"] == "load").expect("the loader")["records behind"].clone()
}

#[test]
fn strays_stop_nothing_and_all_readers_take_the_same_of_two() {
    let (world, end) = (world(), DAYS as usize);
    let mut site = new_site("signals_strays");
    form(&site, 0, &world[..end - 4], 1);
    score(&site);
    let (signal, _) = say_twice(&site);
    let injector = Injector::new(&site);
    // Where a newer version would write them: all events of an agent lie in one partition.
    let of_canary = SignalEvent { tenant: "world", agent: CANARY, ..SignalEvent::default() }.agent_key();
    let partition = runtime::partitioner::partition(of_canary.as_bytes(), 4);
    for (key, value) in strays() {
        injector.put_keyed("attrition-signals", partition, &key, Some(&value), &[]);
    }
    // What the loader has not read of the log counts as behind.
    let written = records(&site);
    assert_eq!(lag(&site), written.to_string());
    // Two of the log of notices.
    for (number, value) in [CANARY.as_bytes().to_vec(), encoded(&AgentEvent::default())].iter().enumerate() {
        injector.put_keyed("attrition-notices", 0, format!("key {number}").as_bytes(), Some(value), &[]);
    }

    // The scoring goes on, over several turns, and says of each once where it lies.
    site.spawn_with("run", "0", &["signals", &since(SINCE), "--set", "attrition.score_every_s=1"]);
    for day in end - 4..end {
        form(&site, day, &world[day..=day], 1);
        until(Duration::from_secs(60), "the day is told", || {
            log::progress(&kafka(&site)).expect("the progress").into_values().next().filter(|told| *told == FIRST_DAY + day as i32)
        });
    }
    assert_eq!(site.metric("run", "0", "holdfast_attrition_unreadable_records"), 7.0, "five of signals, two of notices");
    site.stop("run", "0");
    assert_eq!(told(&site), expected(&world, &[]), "it tells what it tells without them");
    let text = std::fs::read_to_string(site.folder.path().join("run-0.log")).expect("a log");
    let said = |code: &str| text.lines().filter(|line| line.contains(&format!("\"code\":\"{code}\""))).count();
    assert_eq!(["not_avro", "unknown_fingerprint", "malformed_avro", "wrong_kind"].map(said), [3, 1, 1, 2], "each once: {text}");
    assert_eq!(text.lines().filter(|line| line.contains("attrition-notices") && line.contains("cannot be read")).count(), 2, "{text}");
    assert!(!text.contains(CANARY), "{text}");

    // People go on too, and everybody takes the last of two.
    site.spawn("load", "0");
    until(Duration::from_secs(60), "the loader has read the log", || (lag(&site) == "0").then_some(()));
    assert_eq!(notes(&site, &signal), [const { Some("said again") }; 3].map(|note| note.map(str::to_owned)));
    let listed = site.output(&["signals", "list", "--as", "hr:hanna", "--purpose", "objection", "--tenant", "world"]);
    let (text, said) = (String::from_utf8_lossy(&listed.stdout), String::from_utf8_lossy(&listed.stderr));
    assert!(listed.status.success() && said.contains("unknown_fingerprint"), "{text}{said}");
    assert!(!text.contains(CANARY) && !said.contains(CANARY), "{text}{said}");

    // Nothing of them is lost: they are there for a version that can read them, until somebody erases them.
    assert_eq!(records(&site), written + expected(&world, &[]).iter().filter(|line| line.2 >= FIRST_DAY + end as i32 - 4).count());
    site.run(&["attrition", "erase", CANARY, "--tenant", "world", "--as", "hr:hanna", "--reason", "asked"]);
    assert_eq!(topic::read(&kafka(&site)).expect("the signals").keys_of(|_, agent, _| agent == CANARY), []);

    // A log of which much cannot be read belongs to another version, be it of notices or of signals.
    for topic in ["attrition-notices", "attrition-signals"] {
        for number in 10..30 {
            injector.put_keyed(topic, 0, format!("key {number}").as_bytes(), Some(b"newer"), &[]);
        }
        let output = site.output(&["run", "signals", "--once"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("HF-I007") && said.contains(topic), "{said}");
    }
}
