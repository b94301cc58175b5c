//! A simulated day as each vendor tells it, through the product's own adapter and folds: every visit, every handling and every
//! stretch of an agent's time must be what the simulation knows, to the millisecond, in any order and however often it is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod vendor_reader;

use proptest::prelude::*;
use simulator::Line;
use simulator::vendors::{self, Vendor, VendorDirt};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use vendor_reader::{END_US, Rows, read, small};

const VENDORS: [Vendor; 2] = [Vendor::AmazonConnect, Vendor::GenesysCloud];

/// The lines of a day, and the facts that they amount to.
struct Day {
    lines: Vec<Line>,
    expected: Rows,
}

fn day(vendor: Vendor, seed: u64) -> Day {
    let (scenario, simulation) = small(seed);
    let lines = match vendor {
        Vendor::AmazonConnect => vendors::amazon_connect(&simulation, &scenario).collect(),
        Vendor::GenesysCloud => vendors::genesys_cloud(&simulation, &scenario).collect(),
    };
    Day { lines, expected: Rows::expected(&vendors::facts(vendor, &simulation, &scenario)) }
}

/// A day at whose end callers wait, talk, and are written up after.
const SEED: u64 = 53;

static DAYS: LazyLock<[Day; 2]> = LazyLock::new(|| VENDORS.map(|vendor| day(vendor, SEED)));

fn texts(lines: &[Line]) -> impl Iterator<Item = &str> {
    lines.iter().map(|line| line.text.as_str())
}

#[test]
fn every_visit_handling_and_stretch_of_time_is_found() {
    for vendor in VENDORS {
        for seed in [1, SEED] {
            let Day { lines, expected } = day(vendor, seed);
            assert!(lines.is_sorted_by_key(|line| line.time_us) && lines.iter().all(|line| line.time_us < END_US));
            let read = read(vendor, texts(&lines));
            assert_eq!(read.refused, BTreeMap::new());
            let heartbeats = texts(&lines).filter(|text| text.contains("\"HEART_BEAT\"")).count() as u64;
            let notes = BTreeMap::from([("heartbeat", heartbeats)]);
            assert_eq!(read.notes, if vendor == Vendor::AmazonConnect { notes } else { BTreeMap::new() });
            expected.assert_same(&read.rows(END_US));
        }
    }
}

/// There is something of everything in these days, or the other tests would show less than they say.
#[test]
fn the_days_have_everything_in_them() {
    for (vendor, day) in VENDORS.iter().zip(&*DAYS) {
        let has = |rows: &[String], what: &str| rows.iter().any(|row| row.contains(what));
        let common = ["open", "answered", "abandoned", "overflow"];
        let own = if *vendor == Vendor::AmazonConnect { "withdrawn" } else { "timeout" };
        for outcome in common.iter().chain([&own]) {
            assert!(has(&day.expected.visits, &format!("outcome: \"{outcome}\"")), "{vendor:?} {outcome}");
        }
        for end in ["open", "agent", "customer", "transfer_blind", "transfer_warm"] {
            assert!(has(&day.expected.handlings, &format!("end: \"{end}\"")), "{vendor:?} {end}");
        }
        assert!(has(&day.expected.handlings, "talk_ms: Some") && has(&day.expected.handlings, "acw_ms: None"), "{vendor:?}");
        assert!(has(&day.expected.visits, "missed_offers: 2") && has(&day.expected.visits, "customer_known: false"));
        let pauses = day.expected.activities.iter().filter(|row| row.contains(" paused ")).count();
        assert!(pauses > 10 && day.expected.activities.iter().any(|row| row.contains(" None ")), "{vendor:?}");
        assert!(day.expected.handlings.iter().filter(|row| !row.contains("hold_ms: 0")).count() > 20, "{vendor:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_no_id_twice() {
    let ids = |day: &Day| -> Vec<String> { day.expected.visits.iter().map(|row| row.split('"').nth(1).unwrap().to_owned()).collect() };
    for (vendor, known) in VENDORS.iter().zip(&*DAYS) {
        assert_eq!(day(*vendor, SEED).lines, known.lines);
        let other = ids(&day(*vendor, SEED + 1));
        assert!(ids(known).iter().all(|id| !other.contains(id)));
    }
}

#[test]
fn dirt_changes_nothing_and_junk_is_refused_as_told() {
    let dirt = VendorDirt {
        shuffle_within_s: 600,
        duplicate_share: 0.1,
        outdated_share: 0.3,
        other_case_share: 0.2,
        lacking_share: 0.3,
        junk_lines: 40,
    };
    for (vendor, day) in VENDORS.iter().zip(&*DAYS) {
        let (spoilt, truth) = vendors::dirty(*vendor, &day.lines, 7, &dirt);
        let least = |count: u64| assert!(count > 50, "{vendor:?}: {truth:?}");
        [truth.duplicates, truth.outdated, truth.other_case, truth.lacking, truth.out_of_order].into_iter().for_each(least);
        assert_eq!(truth.dead_letters.values().sum::<u64>(), 40);
        assert_eq!(spoilt.len() as u64, day.lines.len() as u64 + truth.duplicates + truth.outdated + 40);
        let read = read(*vendor, texts(&spoilt));
        assert_eq!(read.refused, truth.dead_letters);
        day.expected.without_ringing().assert_same(&read.rows(END_US).without_ringing());
    }
}

#[test]
fn no_dirt_changes_no_byte() {
    let clean = VendorDirt {
        shuffle_within_s: 0,
        duplicate_share: 0.0,
        outdated_share: 0.0,
        other_case_share: 0.0,
        lacking_share: 0.0,
        junk_lines: 0,
    };
    for (vendor, day) in VENDORS.iter().zip(&*DAYS) {
        let (spoilt, truth) = vendors::dirty(*vendor, &day.lines, 7, &clean);
        assert_eq!((spoilt, truth), (day.lines.clone(), vendors::VendorDirtTruth::default()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    /// The whole day in any order, a part of it twice or more.
    #[test]
    fn order_and_repetition_change_nothing(keys in any::<u64>(), again in 0.0..0.3) {
        for (vendor, day) in VENDORS.iter().zip(&*DAYS) {
            // A sort by a scrambled number is a permutation; each line may be in it a second time.
            let scrambled = |place: u64| (place ^ keys).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let once = (0_u64..).zip(texts(&day.lines)).map(|(place, text)| (scrambled(2 * place), text));
            let twice = (0_u64..).zip(texts(&day.lines)).map(|(place, text)| (scrambled(2 * place + 1), text));
            let some = twice.filter(|(number, _)| ((number >> 11) as f64) < again * (1_u64 << 53) as f64);
            let mut mixed: Vec<(u64, &str)> = once.chain(some).collect();
            mixed.sort_unstable();
            let read = read(*vendor, mixed.into_iter().map(|(_, text)| text));
            prop_assert!(read.refused.is_empty(), "{:?}", read.refused);
            day.expected.without_ringing().assert_same(&read.rows(END_US).without_ringing());
        }
    }
}

/// The parts of rows that a feed tells without the others, sorted.
fn parts(rows: &[String], fields: &[&str]) -> Vec<String> {
    let part = |row: &String| -> String {
        let value = |field: &str| row.split_once(&format!(" {field}: ")).map(|(_, rest)| rest.split([',', '}']).next().unwrap().to_owned());
        fields.iter().map(|field| value(field).unwrap_or_else(|| panic!("{field} in {row}"))).collect::<Vec<_>>().join(" ")
    };
    let mut parts: Vec<String> = rows.iter().map(part).collect();
    parts.sort();
    parts
}

/// Without contact records a queue goes by its id, and transfers look like hang-ups; times, durations and agents are known.
#[test]
fn contact_events_and_agent_events_alone_know_times_and_durations() {
    let day = &DAYS[0];
    let events = texts(&day.lines).filter(|text| !text.contains("AWSContactTraceRecordFormatVersion"));
    let rows = read(Vendor::AmazonConnect, events).rows(END_US);
    let of_visits = ["contact", "entered_us", "wait_ms", "agent", "missed_offers", "customer_known"];
    assert_eq!(parts(&rows.visits, &of_visits), parts(&day.expected.visits, &of_visits));
    let of_handlings = ["contact", "agent", "connected_us", "talk_ended_us", "talk_ms", "hold_ms", "acw_ms"];
    assert_eq!(parts(&rows.handlings, &of_handlings), parts(&day.expected.handlings, &of_handlings));
    assert_eq!(rows.without_ringing().activities, day.expected.without_ringing().activities);
}

/// Notifications alone know everything of visits and handlings, and details alone do.
#[test]
fn notifications_and_details_tell_the_same() {
    let day = &DAYS[1];
    for details in [true, false] {
        let some = texts(&day.lines).filter(|text| details == text.contains("\"participants\""));
        let rows = read(Vendor::GenesysCloud, some).rows(END_US);
        day.expected.without_activities().assert_same(&rows.without_activities());
    }
}

#[test]
fn no_number_of_a_caller_and_no_name_gets_through() {
    for (vendor, day) in VENDORS.iter().zip(&*DAYS) {
        let (_, simulation) = small(SEED);
        let everything = read(*vendor, texts(&day.lines)).everything.to_lowercase();
        assert!(texts(&day.lines).any(|text| text.contains("Example")), "{vendor:?}: no name to be kept back");
        assert!(!everything.contains("example"), "{vendor:?}");
        let callers = simulation.truth().visits().iter().map(|visit| &*visit.caller).filter(|caller| *caller != "anonymous");
        for caller in callers {
            assert!(!everything.contains(caller), "{vendor:?}: {caller}");
        }
    }
}
