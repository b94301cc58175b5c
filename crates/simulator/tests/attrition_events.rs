//! Worlds of agents as events: what is played is what the world says, whatever else happens in it, and personnel's records say who left as late as they do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use simulator::attrition::{Centre, Day, EventPlan, EventPlay, PlayedDay, World};
use std::collections::BTreeMap;

struct Told {
    files: BTreeMap<String, String>,
    played: Vec<PlayedDay>,
    days: Vec<Day>,
}

fn told(world: &World, calls_a_day: u32) -> Told {
    let mut play = EventPlay::new(EventPlan { calls_a_day, ..EventPlan::new(world.clone()).unwrap() }).unwrap();
    let (mut files, mut played) = (BTreeMap::<String, String>::new(), Vec::new());
    while let Some(portion) = play.next_portion().unwrap() {
        portion.files().for_each(|(name, text)| files.entry(name.to_owned()).or_default().push_str(text));
        played.extend_from_slice(play.played());
    }
    Told { files, played, days: Centre::open(world).unwrap().collect() }
}

/// Day, seat and both sides of every day that was worked.
fn worked(told: &Told) -> impl Iterator<Item = (&PlayedDay, &simulator::attrition::AgentDay)> {
    let pair = |played| {
        let PlayedDay { day, seat, .. }: &PlayedDay = played;
        (played, &told.days[*day as usize].seats[*seat].seen)
    };
    told.played.iter().map(pair).filter(|(_, seen)| seen.worked)
}

/// Means are the world's to the second in the sum of a day; counts are rounded by chance, so that over 2,000 days they are right to 1 %.
#[test]
fn a_day_measures_what_the_world_says() {
    let told = told(&World::named("reference", 3, 60, 50).unwrap(), 62);
    let (mut calls, mut wanted, mut marked, mut wanted_marked, mut late) = (0.0, 0.0, 0.0, 0.0, 0);
    for (played, seen) in worked(&told) {
        let handled = played.handled as f64;
        // Sums of whole seconds, of talk and of after-call work; of a day that has no room for all its calls the last ones are missing.
        let off_ms = (played.handle_ms as f64 - 1_000.0 * seen.handle_time_s.unwrap() * handled).abs();
        assert!(off_ms <= 3_000.0, "{played:?} {seen:?}");
        // However long the world says the work after a call is: 15 s of the call are talk.
        let acw_ms = 1_000.0 * seen.after_call_work_s.unwrap().min(seen.handle_time_s.unwrap() - 15.0) * handled;
        assert!((played.acw_ms as f64 - acw_ms).abs() <= 2_000.0, "{played:?} {seen:?}");
        let expected_late_ms = if seen.late_min.unwrap() > 0.0 { 300_000.0 + 60_000.0 * seen.late_min.unwrap() } else { 0.0 };
        assert!((played.late_ms.unwrap() as f64 - expected_late_ms).abs() <= 1_000.0);
        late += i32::from(expected_late_ms > 0.0);
        // Pauses ÷ staffed; who is not late has the adherence of the world as well. Interruptions of a minute or less are not played.
        let share = played.unscheduled_pause_ms.unwrap() as f64 / played.staffed_ms as f64;
        assert!((share - seen.pause_share.unwrap()).abs() < 0.003, "{share} {seen:?}");
        let adherence = played.in_adherence_ms.unwrap() as f64 / played.scheduled_ms.unwrap() as f64;
        if expected_late_ms == 0.0 && seen.adherence.unwrap() < 0.95 {
            // Pauses are out of adherence, however adherent the world says the agent was.
            let paused = played.unscheduled_pause_ms.unwrap() as f64 / played.scheduled_ms.unwrap() as f64;
            assert!((adherence - seen.adherence.unwrap().min(1.0 - paused)).abs() < 0.003, "{adherence} {seen:?}");
        }
        calls += played.occupied_ms as f64;
        wanted += 21_600_000.0 * seen.utilisation.unwrap();
        marked += (played.transfers + played.short_talks) as f64;
        wanted_marked += seen.short_or_transferred_share.unwrap() * handled;
    }
    assert!(
        late > 20 && (calls / wanted - 1.0).abs() < 0.01 && (marked / wanted_marked - 1.0).abs() < 0.02,
        "{calls} {wanted} {marked} {wanted_marked}"
    );
    let missed = told.played.iter().filter(|day| day.absent == Some(true)).count();
    let absent = told.days.iter().flat_map(|day| &day.seats).filter(|seat| seat.seen.absent == Some(true)).count();
    assert_eq!(missed, absent);
}

/// 8 of 62 calls: 13 % of the utilisation, and the same handle times.
#[test]
fn fewer_calls_leave_the_rest_as_it_is() {
    let told = told(&World::named("reference", 3, 30, 40).unwrap(), 8);
    let (mut occupied, mut wanted) = (0.0, 0.0);
    for (played, seen) in worked(&told) {
        occupied += played.occupied_ms as f64;
        wanted += 21_600_000.0 * seen.utilisation.unwrap() * 8.0 / 62.0;
        assert!(
            (played.handle_ms as f64 - 1_000.0 * seen.handle_time_s.unwrap() * played.handled as f64).abs()
                <= 1_001.0 * played.handled as f64
        );
    }
    assert!((occupied / wanted - 1.0).abs() < 0.02, "{occupied} {wanted}");
}

/// Every world is told twice alike; what disturbs it is in what is told.
#[test]
fn disturbances_survive() {
    let rows = |told: &Told, file: &str, of: &str| told.files[file].lines().filter(|line| line.contains(of)).count();
    let of = |name: &str, days: u32| told(&World::named(name, 5, 30, days).unwrap(), 3);
    let (dirty, again) = (of("dirty", 120), of("dirty", 120));
    assert!(dirty.files == again.files);
    let unknown = dirty.played.iter().filter(|day| day.scheduled_ms.is_none()).count();
    assert!((60..200).contains(&unknown), "5 % of some 2,500 shifts: {unknown}");
    // Leave of weeks is one record each and no missed shift; a missed one is a day.
    let leave = of("sick_leave", 200);
    let written = rows(&leave, "west/absences.csv", ",U,granted");
    let mut begun = 0;
    for pair in leave.days.windows(2) {
        begun += pair[0].seats.iter().zip(&pair[1].seats).filter(|(before, after)| !before.seen.on_leave && after.seen.on_leave).count();
    }
    assert!(written > 0 && written == begun + leave.days[0].seats.iter().filter(|seat| seat.seen.on_leave).count());
    let (flu, usual) = (of("flu", 175), of("reference", 175));
    assert!(rows(&flu, "west/absences.csv", "granted") > rows(&usual, "west/absences.csv", "granted") + 20);
    let short = |told: &Told| told.played.iter().map(|day| day.short_talks).sum::<i64>();
    assert_eq!(short(&usual), 0);
    assert!(short(&of("gaming", 175)) > 0);
}

/// Of an id that is used again personnel says first who left and a second later who came; both as late as it was reported.
#[test]
fn personnel_enters_one_thing_after_the_other() {
    let told = told(&World::named("dirty", 5, 40, 200).unwrap(), 2);
    let mut entries: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for line in told.files["reference/agent.csv"].lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        entries.entry(cells[0]).or_default().push(cells);
    }
    let departures: Vec<Vec<&str>> =
        told.files["truth/hidden/departures.csv"].lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(departures.len() > 5);
    assert_eq!(entries.len(), 40, "ids are used again");
    let (mut late, mut left) = (0, 0);
    for of_agent in entries.values() {
        assert!(of_agent[0][1].is_empty() && of_agent.windows(2).all(|pair| pair[0][1] < pair[1][1]), "{of_agent:?}");
        for pair in of_agent.windows(2).filter(|pair| !pair[0][6].is_empty()) {
            left += 1;
            assert_eq!((pair[0][6], pair[0][7]), (pair[1][5], "voluntary"), "the next one is hired on the day of leaving");
            late += i32::from(&pair[0][1][..10] > pair[0][6]);
        }
    }
    assert!(left == departures.len() && late > 0, "{left} {late}");
}
