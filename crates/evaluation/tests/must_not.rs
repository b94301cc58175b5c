//! What looks like a warning and is none must open no signals: each world beside the reference world of the same seed, whose agents are the same people with the same
//! days but for the one thing. Through the product's own fold of a site with the shipped model; who is told of is what counts, not how agents rank.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{DayLog, Site, SiteSettings, What};
use evaluation::facts::{FIRST_DAY, agent_id};
use simulator::attrition::{Centre, SeatDay, World};
use std::collections::BTreeSet;

const AGENTS: u32 = 250;
const DAYS: u32 = 300;
/// Baselines are young before.
const FROM: u32 = 60;

/// A seat on a day, and whether a signal opened.
struct Told {
    day: u32,
    seat: SeatDay,
    opened: bool,
}

/// Every agent-day of a world from [`FROM`] on.
fn play(name: &str, seed: u64) -> Vec<Told> {
    let world = World::named(name, seed, AGENTS, DAYS).unwrap();
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let (mut centre, mut facts, mut site) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default(), Site::default());
    let mut told = Vec::new();
    while let Some(day) = centre.next() {
        let today = facts.facts(&centre, &day, world.teams() as usize);
        let result = site.take(&settings, &model, FIRST_DAY + day.day as i32, &today, &DayLog::default());
        let opened: Vec<&str> =
            result.decisions.iter().filter(|decision| decision.what == What::Opened).map(|decision| decision.agent.as_str()).collect();
        if day.day >= FROM {
            let of = |seat: SeatDay| Told { day: day.day, opened: opened.contains(&agent_id(seat.truth.person).as_str()), seat };
            told.extend(day.seats.into_iter().map(of));
        }
    }
    told
}

/// Signals and agent-days among those that are chosen, of both seeds.
fn count(worlds: &[Vec<Told>], chosen: impl Fn(&Told) -> bool) -> (f64, f64) {
    let days: Vec<&Told> = worlds.iter().flatten().filter(|told| chosen(told)).collect();
    (days.iter().filter(|told| told.opened).count() as f64, days.len() as f64)
}

fn both(name: &str) -> [Vec<Told>; 2] {
    [play(name, 1), play(name, 2)]
}

/// From day 150 on everybody is absent up to five times as often, for three weeks. Before common absence was known twice as many signals opened as in the world without
/// it. And missing schedules or wrong clocks on a few days (`dirty`) open none either.
#[test]
fn a_wave_of_flu_and_untidy_sources_open_no_signals() {
    let (reference, flu, dirty) = (both("reference"), both("flu"), both("dirty"));
    let wave = |told: &Told| (150..180).contains(&told.day);
    let ((usual, _), (ill, _)) = (count(&reference, wave), count(&flu, wave));
    assert!(usual > 20.0 && ill < 1.25 * usual, "{ill} signals in the wave, {usual} without it");
    let absent = |told: &Told| wave(told) && told.seat.truth.absent;
    assert!(count(&flu, absent).1 > 2.0 * count(&reference, absent).1, "it is a wave");
    let ((usual, _), (untidy, _)) = (count(&reference, |_| true), count(&dirty, |_| true));
    assert!(untidy < 1.15 * usual, "{untidy} signals with untidy sources, {usual} without");
}

/// Every third team is two standard deviations worse in everything for a week, three times.
#[test]
fn an_outage_of_teams_opens_few_signals() {
    let hit = |told: &Told| {
        let (turn, within) = (told.day / 90, told.day % 90);
        turn > 0 && within < 14 && (told.seat.seen.team + turn).is_multiple_of(3)
    };
    let ((usual, _), (broken, _)) = (count(&both("reference"), hit), count(&both("outage"), hit));
    assert!(usual > 10.0 && broken < 1.6 * usual, "{broken} signals in teams that are hit, {usual} without an outage");
}

/// On leave of whatever length nobody is told of, and whoever comes back is told of no more than others.
#[test]
fn sick_leave_opens_no_signals() {
    let worlds = both("sick_leave");
    let on_leave = |told: &Told| told.seat.seen.on_leave;
    assert_eq!(count(&worlds, on_leave).0, 0.0);
    let mut back = BTreeSet::new();
    for (world, days) in worlds.iter().enumerate() {
        for told in days.iter().filter(|told| on_leave(told)) {
            back.extend((1..=45).map(|later| (world, told.seat.truth.person, told.day + later)));
        }
    }
    let rate = |returned: bool| {
        let of = |(world, days): (usize, &Vec<Told>)| {
            let chosen =
                days.iter().filter(|told| !on_leave(told) && back.contains(&(world, told.seat.truth.person, told.day)) == returned);
            chosen.fold((0.0, 0.0), |(opened, all), told| (opened + f64::from(u8::from(told.opened)), all + 1.0))
        };
        worlds.iter().enumerate().map(of).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    };
    let ((opened, days), (usual, of)) = (rate(true), rate(false));
    assert!(days > 3_000.0 && opened / days < 1.25 * usual / of, "{opened} of {days} after leave, {usual} of {of} else");
}

/// Whoever bends work to a target is worse in quality and short calls, which is a matter of targets (`holdfast attrition groove`): the same people in the world in which
/// they do not are told of nearly as often.
#[test]
fn gaming_opens_few_signals() {
    let (reference, gaming) = (both("reference"), both("gaming"));
    let bends = |worlds: &[Vec<Told>]| -> BTreeSet<(usize, u32, u32)> {
        let of = |(world, days): (usize, &Vec<Told>)| {
            let bent = days.iter().filter(|told| told.seat.truth.gaming).map(|told| (world, told.seat.truth.person, told.day));
            bent.collect::<Vec<_>>()
        };
        worlds.iter().enumerate().flat_map(of).collect()
    };
    let bent = bends(&gaming);
    let opened = |worlds: &[Vec<Told>]| {
        let of = |(world, days): (usize, &Vec<Told>)| {
            days.iter().filter(|told| told.opened && bent.contains(&(world, told.seat.truth.person, told.day))).count()
        };
        worlds.iter().enumerate().map(of).sum::<usize>()
    };
    let (told, usual) = (opened(&gaming), opened(&reference));
    assert!(bent.len() > 4_000 && usual > 10, "{} days, {usual}", bent.len());
    assert!((told as f64) < 1.6 * usual as f64, "{told} signals on days of gaming, {usual} of the same people on the same days without");
}

/// A group that is absent twice as often and leaves as the others do is told of more often, as long as absence is looked at at all (decision 0020): here by a third, against the
/// same people in the world in which they are absent as often as everybody. With a filter that knew everybody's rate of absence by forty-two shifts beforehand, and a shipped
/// model that took a high rate for a sign, it was by three fifths.
#[test]
fn a_group_that_is_absent_twice_as_often_is_not_told_of_twice_as_often() {
    let (confounded, reference) = (both("confounded_group"), both("reference"));
    let group: Vec<BTreeSet<u32>> = confounded
        .iter()
        .map(|days| days.iter().filter(|told| told.seat.truth.in_group).map(|told| told.seat.truth.person).collect())
        .collect();
    // Signals per agent-day in the group ÷ the same outside it.
    let times = |worlds: &[Vec<Told>]| {
        let rate = |of: bool| {
            let chosen = worlds
                .iter()
                .zip(&group)
                .flat_map(|(days, group)| days.iter().filter(move |told| group.contains(&told.seat.truth.person) == of));
            let (opened, days) = chosen.fold((0.0, 0.0), |(opened, days), told| (opened + f64::from(u8::from(told.opened)), days + 1.0));
            assert!(opened > 30.0, "{opened} signals prove little");
            opened / days
        };
        rate(true) / rate(false)
    };
    let (found, chance) = (times(&confounded), times(&reference));
    assert!(found < 1.4 * chance, "{found} times as often, {chance} where they are absent as everybody");
}
