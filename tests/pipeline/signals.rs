//! Early warnings of attrition through the product: agent-days in ClickHouse, the process, the log in Kafka, the view. What the log says equals the pure fold,
//! after a kill -9 too; what was told stays told; people and corrected data move a signal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

#[path = "signals/canaries.rs"]
mod canaries;
#[path = "signals/gauges.rs"]
mod gauges;
#[path = "signals/groups.rs"]
mod groups;
mod site;
#[path = "signals/strays.rs"]
mod strays;
#[path = "signals/told.rs"]
mod told;
mod topics;

use attrition::features::DayFacts;
use attrition::signals::{Action, Draw, Tier, draw};
use attrition::site::PersonAction;
use evaluation::facts::FIRST_DAY;
use events::{SignalActor, SignalEvent, SignalKind};
use holdfast::signals::{calendar, log};
use jiff::tz::TimeZone;
use simulator::attrition::{Centre, World};
use site::{Site, http, until};
use std::collections::BTreeMap;
use std::time::Duration;
use told::{Line, Point, Why, Whys, drawn, fold, kafka, records, since, told, whys};

/// The share of signals that are kept silent until the last days, at the end of which none is any more.
const SHARE: f64 = 0.2;
/// Days before this one are history: the process begins to tell here. 60 days after the world's first.
const SINCE: i32 = FIRST_DAY + 60;
const DAYS: u32 = 110;

/// A loud world: twice the signs, so that a small site has several signals in a few weeks.
fn world() -> Vec<Vec<DayFacts>> {
    world_of(11)
}

fn world_of(seed: u64) -> Vec<Vec<DayFacts>> {
    let world = World::named("loud", seed, 60, DAYS).unwrap();
    let (mut centre, mut facts) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default());
    let mut days = Vec::new();
    while let Some(day) = centre.next() {
        days.push(facts.facts(&centre, &day, world.teams() as usize));
    }
    days
}

fn expected(days: &[Vec<DayFacts>], actions: &[(i32, PersonAction)]) -> Vec<Line> {
    fold("world", FIRST_DAY, days, SINCE, actions).lines
}

/// Rows into a table of ClickHouse, as JSON lines.
fn insert(table: &str, lines: &str) {
    let url = &site::stack()["HOLDFAST__CLICKHOUSE__URL"];
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let answer = http(address, "POST", &format!("/?query=INSERT%20INTO%20{table}%20FORMAT%20JSONEachRow"), lines).unwrap();
    assert!(!answer.contains("Exception"), "{table}: {answer}");
}

/// Puts days of the world, from the one of this number on, where formed days lie.
fn form(site: &Site, from: usize, days: &[Vec<DayFacts>], version: u64) {
    for (at, facts) in days.iter().enumerate() {
        let day = FIRST_DAY + (from + at) as i32;
        let rows = facts.iter().map(|facts| {
            let mut row = serde_json::to_value(facts).unwrap();
            row["version"] = version.into();
            format!("{row}\n")
        });
        insert(&format!("{}_attrition.agent_days", site.database), &rows.collect::<String>());
        let formed =
            serde_json::json!({ "tenant": "world", "site": "centre", "day": day, "fingerprint": 0, "as_of_us": 0, "version": version });
        insert(&format!("{}_attrition.formed_days", site.database), &formed.to_string());
    }
}

fn new_site(name: &str) -> Site {
    let site = Site::new(name, "");
    let reference = r#"{"tenant":"world","kind":"site","id":"centre","valid_from":"2020-01-01 00:00:00","attributes":{"zone":"Europe/Berlin"},"version":1,"is_deleted":0}"#;
    insert(&format!("{}.reference", site.database), reference);
    site
}

fn score(site: &Site) {
    site.run(&["run", "signals", "--once", &since(SINCE)]);
}

#[test]
fn the_log_equals_the_fold_and_what_was_told_stays() {
    let mut world = world();
    let site = new_site("signals");
    form(&site, 0, &world[..100], 1);
    score(&site);
    let first = expected(&world[..100], &[]);
    assert!(first.iter().filter(|line| line.1 == "opened").count() >= 3, "a loud world has signals: {first:?}");
    assert_eq!(told(&site), first);
    assert_eq!(whys(&site), fold("world", FIRST_DAY, &world[..100], SINCE, &[]).whys);
    let written = records(&site);
    score(&site);
    assert_eq!(records(&site), written, "nothing new, nothing written");

    // A leader acts on a signal that lives, an hour after the latest day could be scored.
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let last = FIRST_DAY + 99;
    // Of those that would not end by themselves in the days to come.
    let future = expected(&world[..106], &[]);
    let ended = |id: &str| future.iter().any(|line| line.0 == id && !["opened", "escalated"].contains(&line.1.as_str()));
    let mut lives = Vec::new();
    log::read(&kafka(&site), &mut |event| {
        if event.kind == SignalKind::Opened && !ended(event.signal_id) {
            lives.push((event.agent.to_owned(), event.signal_id.to_owned(), event.day));
        }
    })
    .unwrap();
    assert!(lives.len() >= 2, "{lives:?}");
    lives.sort_by_key(|(_, id, day)| (-day, id.clone()));
    let (acted_on, corrected) = (lives[0].clone(), lives[1].clone());
    let at_us = calendar::closes_us(last, &zone) + 3_600_000_000;
    let acknowledged = SignalEvent {
        tenant: "world",
        site: "centre",
        agent: &acted_on.0,
        signal_id: &acted_on.1,
        episode: 1,
        kind: SignalKind::Acknowledged,
        state: "acknowledged",
        tier: "concern",
        day: last + 3,
        event_time_us: at_us,
        actor: SignalActor::Leader,
        actor_id: Some("leader 000"),
        ..SignalEvent::default()
    };
    log::Writer::new(&kafka(&site), "signal-actions").unwrap().write(&[acknowledged], None).unwrap();
    let action = PersonAction { agent: acted_on.0.clone(), action: Action::Acknowledge };
    assert_eq!(calendar::acted_day(at_us, &zone), last + 1);
    form(&site, 100, &world[100..105], 1);
    score(&site);
    let second = expected(&world[..105], &[(last + 1, action)]);
    assert_eq!(told(&site), second);

    // As it turns out, an agent was on leave on the day on which the signal opened: what was told stays, and the next day takes the signal back.
    let opened = (corrected.2 - FIRST_DAY) as usize;
    for facts in world[opened].iter_mut().filter(|facts| facts.agent == corrected.0) {
        facts.on_leave = true;
    }
    form(&site, opened, &world[opened..=opened], 2);
    form(&site, 105, &world[105..106], 1);
    score(&site);
    let third = told(&site);
    let before: Vec<Line> = third.iter().filter(|line| line.2 < FIRST_DAY + 105).cloned().collect();
    assert_eq!(before, second, "nothing that was told is rewritten");
    let ends = |line: &&Line| line.0 == corrected.1 && !["opened", "escalated"].contains(&line.1.as_str());
    let last_word = third.iter().filter(ends).map(|line| (line.1.as_str(), line.2)).collect::<Vec<_>>();
    assert_eq!(last_word, [("withdrawn", FIRST_DAY + 105)]);

    // Switched off, the site is not scored.
    form(&site, 106, &world[106..], 1);
    let written = records(&site);
    site.run(&["--set", "attrition.sites.centre.enabled=false", "run", "signals", "--once"]);
    assert_eq!(records(&site), written);
    assert_eq!(log::progress(&kafka(&site)).unwrap(), BTreeMap::from([(("world".to_owned(), "centre".to_owned()), FIRST_DAY + 105)]));
}

/// A stage that is not running has two records before it. With a limit of one no day is told, and it is said why; with one of two they all are.
#[test]
fn no_day_is_told_while_a_stage_is_far_behind() {
    let world = world();
    let site = new_site("signals_waiting");
    form(&site, 0, &world[..70], 1);
    let injector = topics::Injector::new(&site);
    (0..2).for_each(|_| injector.put("raw", 0, Some(b"x"), &[]));
    let waiting = site.output(&["--set", "attrition.wait_above_records=1", "run", "signals", "--once", &since(SINCE)]);
    let said = String::from_utf8_lossy(&waiting.stderr).into_owned();
    assert!(waiting.status.success() && said.contains("ingest") && said.contains("attrition.wait_above_records"), "{said}");
    assert!(log::progress(&kafka(&site)).unwrap().is_empty());
    site.run(&["--set", "attrition.wait_above_records=2", "run", "signals", "--once", &since(SINCE)]);
    assert_eq!(log::progress(&kafka(&site)).unwrap().into_values().collect::<Vec<_>>(), [FIRST_DAY + 69]);
}

/// What must have been drawn: of those that opened before this day at the share, of others nothing.
fn draws(lines: &[Line], until: i32) -> BTreeMap<String, Draw> {
    let share = |day: i32| if day < until { SHARE } else { 0.0 };
    let opened = lines.iter().filter(|line| line.1 == "opened");
    opened.map(|(id, _, day, tier, _)| (id.clone(), draw(id, Tier::named(tier).unwrap(), share(*day)))).collect()
}

/// Rules, reasons and what speaks against it of every signal of the view are those of its latest opening or escalation.
fn assert_view(site: &Site, whys: &Whys) {
    let mut latest: BTreeMap<&str, (i32, &Why)> = BTreeMap::new();
    for ((id, kind, day), why) in whys.iter().filter(|((_, kind, _), _)| ["opened", "escalated"].contains(&kind.as_str())) {
        let known = latest.entry(id).or_insert((*day, why));
        if *day > known.0 || kind == "escalated" {
            *known = (*day, why);
        }
    }
    let sql = "signal_id, rules, arrayMap(r -> r.4, reasons) AS why, arrayMap(r -> r.4, lowering) AS against, toUInt8(calibrated) AS c";
    let rows = site.query(&format!("SELECT {sql} FROM {}_attrition.v_signals ORDER BY signal_id", site.database));
    let texts = |points: &[Point]| points.iter().map(|point| point.3.clone()).collect::<Vec<_>>();
    let wanted: Vec<_> = latest.iter().map(|(id, (_, why))| {
        serde_json::json!({"signal_id": id, "rules": why.rules, "why": texts(&why.reasons), "against": texts(&why.lowering), "c": 0})
    }).collect();
    assert_eq!(rows, wanted);
    let any = |which: &dyn Fn(&Why) -> bool| latest.values().any(|(_, why)| which(why));
    assert!(any(&|why| !why.rules.is_empty() || !why.lowering.is_empty()), "no signal has a rule or anything that speaks against it");
}

/// Some are kept silent meanwhile: what is decided is the same, and so is what was drawn, whatever the share is afterwards. In this world one is silent, two were drawn to be told, and
/// one of concern opens when none is drawn any more.
#[test]
fn killed_anywhere_it_tells_the_same_once_and_the_view_shows_it() {
    let world = world_of(663);
    let mut site = new_site("signals_killed");
    site.settings.push(format!("attrition.silent_share={SHARE}"));
    let before = 90;
    form(&site, 0, &world[..before], 1);
    let (kafka_of, end) = (kafka(&site), FIRST_DAY + before as i32 - 1);
    let mut latest = SINCE;
    // Killed as soon as it has told another day or more, until it has told them all.
    for round in 0..4 {
        site.spawn_with("run", &round.to_string(), &["signals", &since(SINCE)]);
        latest = until(Duration::from_secs(60), "the process tells a day", || {
            log::progress(&kafka_of).unwrap().into_values().next().filter(|day| *day > latest || *day == end)
        });
        site.kill("run", &round.to_string());
    }
    assert!(latest > SINCE);
    score(&site);
    // From now on none is kept silent; those that were stay so.
    site.settings.pop();
    form(&site, before, &world[before..], 1);
    score(&site);
    let expected = expected(&world, &[]);
    assert_eq!(told(&site), expected);
    assert_eq!(records(&site), expected.len(), "each was written once");
    let draws = draws(&expected, end + 1);
    assert_eq!(drawn(&site), draws);
    let count = |which: &dyn Fn(&Draw) -> bool| draws.values().filter(|draw| which(draw)).count();
    let silent = count(&|draw| draw.silent) as i64;
    let (drawn_told, not_drawn) = (count(&|draw| !draw.silent && draw.share.is_some()), count(&|draw| draw.share.is_none()));
    assert!(silent > 0 && drawn_told > 0 && not_drawn > 0, "there is something of each: {draws:?}");

    // The loader brings them into the view.
    site.spawn("load", "0");
    let signals = expected.iter().filter(|line| line.1 == "opened").count() as i64;
    let count = format!("SELECT count() FROM {}_attrition.v_signals", site.database);
    until(Duration::from_secs(60), "the signals are in ClickHouse", || (site.number(&count) == signals).then_some(()));
    assert_view(&site, &fold("world", FIRST_DAY, &world, SINCE, &[]).whys);
    let kept =
        format!("SELECT countIf(drawn_silent) FROM {}_attrition.v_signals WHERE silent_share = {SHARE} OR NOT drawn_silent", site.database);
    assert_eq!(site.number(&kept), silent);
    let scores = format!("SELECT uniqExact(day) FROM {}_attrition.scores FINAL", site.database);
    assert_eq!(site.number(&scores), i64::from(DAYS) - 60);
    site.stop("load", "0");
}
