//! What moves a group as a whole is told once, of the group: when it begins, when it ends, of whom, and the same after a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod draw;
mod people;

use attrition::features::DayFacts;
use attrition::signals::{Ending, notice_id};
use attrition::site::{Cause, DayLog, Group, Notice, Site, SiteDayResult, SiteSettings, bytes};
use draw::Draw;
use people::{FIRST, Story, day, model};
use std::collections::BTreeMap;
use std::ops::Range;

/// Three teams.
const SIXTY: u32 = 60;
/// First day of what happens.
const BEGINS: i32 = FIRST + 50;

/// Something that happens to some agents on some days.
#[derive(Clone)]
struct Shock {
    days: Range<i32>,
    of: fn(usize) -> bool,
    /// Standard deviations by which handle time, after-call work and quality are worse.
    by: f64,
    /// Everybody else of them is absent.
    absent: bool,
}

/// Agents in teams of twenty, the last one smaller.
fn facts(at: i32, shocks: &[Shock], agents: u32) -> Vec<DayFacts> {
    let story = Story { agents, team_size: 20, ..Story::default() };
    let mut facts = day(&story, at);
    for (agent, facts) in facts.iter_mut().enumerate() {
        let mut draw = Draw::new(7_000_000 + agent as u64 * 1_000 + (at - FIRST) as u64);
        let calls = i64::from(facts.handled);
        facts.ln_handle_residual_sum_micro = (draw.normal() * 0.2 * 1e6) as i64 * calls;
        for shock in shocks.iter().filter(|shock| shock.days.contains(&at) && (shock.of)(agent)) {
            let worse = (shock.by * 0.2 * 1e6) as i64;
            facts.ln_handle_residual_sum_micro += worse * calls;
            facts.ln_acw_residual_sum_micro += worse * calls;
            facts.quality_z_sum_micro -= if calls > 0 { worse * 5 } else { 0 };
            if shock.absent && agent % 2 == 0 {
                let (agent, team, leader, group) = (facts.agent.clone(), facts.team.clone(), facts.leader.clone(), facts.group.clone());
                let (tenant, site, absent) = (facts.tenant.clone(), facts.site.clone(), facts.absent.map(|_| true));
                *facts = DayFacts {
                    tenant,
                    site,
                    agent,
                    team,
                    leader,
                    group,
                    absent,
                    day: at,
                    tenure_days: Some(1_000),
                    employed: true,
                    scheduled_shifts_28d: Some(20),
                    source_complete: true,
                    ..DayFacts::default()
                };
            }
        }
    }
    facts
}

fn fold(site: &mut Site, days: Range<i32>, shocks: &[Shock], agents: u32, log: impl Fn(i32) -> DayLog) -> Vec<SiteDayResult> {
    days.map(|at| site.take(&SiteSettings::default(), &model(), at, &facts(at, shocks, agents), &log(at))).collect()
}

fn told(results: &[SiteDayResult]) -> Vec<(i32, Notice)> {
    results.iter().flat_map(|result| result.notices.iter().map(|notice| (result.day - BEGINS, notice.clone()))).collect()
}

fn run(until: i32, shocks: &[Shock], agents: u32) -> Vec<(i32, Notice)> {
    told(&fold(&mut Site::default(), FIRST..until, shocks, agents, |_| DayLog::default()))
}

const TEAM: Shock = Shock { days: BEGINS..BEGINS + 7, of: |agent| agent < 20, by: 2.5, absent: false };

fn red() -> Group {
    Group::Team("team 0".to_owned())
}

#[test]
fn an_outage_of_a_team_is_told_once_at_its_beginning_and_once_at_its_end() {
    let found = run(BEGINS + 40, std::slice::from_ref(&TEAM), SIXTY);
    let [(began, notice), (ended, end)] = found.as_slice() else { panic!("{found:?}") };
    assert!((0..=1).contains(began) && *ended == 8, "two days without it end it: {found:?}");
    assert_eq!((&notice.group, notice.cause, notice.began_day, notice.ended), (&red(), Cause::Measures, BEGINS + began, None));
    assert!((8..=20).contains(&notice.agents), "{notice:?}");
    let measures: Vec<&str> = notice.moved.iter().map(|moved| moved.measure.as_str()).collect();
    assert!(notice.moved.iter().all(|moved| moved.by > 1.0 && moved.by < 4.5) && notice.moved.is_sorted_by(|a, b| a.by >= b.by));
    assert_eq!(measures.iter().collect::<std::collections::BTreeSet<_>>().into_iter().copied().collect::<Vec<_>>(), ["acw", "aht", "qa"]);
    assert_eq!(end, &Notice { ended: Some(Ending::Over), held_day: BEGINS + 6, ..notice.clone() });
    // Nothing happens, nothing is told; and what gets better is no event.
    assert_eq!(run(BEGINS + 40, &[], SIXTY), []);
    assert_eq!(run(BEGINS + 40, &[Shock { by: -2.5, ..TEAM }], SIXTY), []);
}

#[test]
fn what_lasts_for_four_weeks_is_the_new_usual() {
    let found = run(BEGINS + 70, &[Shock { days: BEGINS..BEGINS + 200, ..TEAM }], SIXTY);
    let [(began, _), (ended, end)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((ended - began, end.ended), (28, Some(Ending::Usual)));
}

/// Seven agents are no group: what moves them is told to nobody, even though it is taken from whoever they are compared with.
#[test]
fn nothing_is_told_of_seven() {
    let seven = Shock { of: |agent| agent >= 60, by: 4.0, ..TEAM };
    assert_eq!(run(BEGINS + 20, std::slice::from_ref(&seven), 67), []);
}

/// One notice for the site, and none for each team beside it.
#[test]
fn what_moves_everybody_is_told_of_the_site() {
    let found = run(BEGINS + 20, &[Shock { of: |_| true, ..TEAM }], SIXTY);
    assert!(found.iter().all(|(_, notice)| notice.group == Group::Site && notice.cause == Cause::Measures), "{found:?}");
    assert_eq!(found.len(), 2);
}

/// Twenty of forty-four move so far that the middle of the whole moves too: told of the team, and neither of the site nor of the rest.
#[test]
fn a_part_is_no_whole() {
    let found = run(BEGINS + 20, &[Shock { by: 3.0, ..TEAM }], 44);
    assert!(found.len() == 2 && found.iter().all(|(_, notice)| notice.group == red()), "{found:?}");
}

/// While an outage of most of the others lives, a team that is as ever looks no worse when it is over.
#[test]
fn the_end_of_an_outage_of_many_is_no_event_of_the_rest() {
    let most = Shock { of: |agent| agent < 40, by: 4.0, ..TEAM };
    let found = run(BEGINS + 20, std::slice::from_ref(&most), SIXTY);
    assert!(found.iter().all(|(_, notice)| notice.group != Group::Team("team 2".to_owned())), "{found:?}");
}

#[test]
fn a_wave_of_absence_is_told_of_the_site() {
    let wave = Shock { days: BEGINS..BEGINS + 10, of: |_| true, by: 0.0, absent: true };
    let found = run(BEGINS + 30, std::slice::from_ref(&wave), SIXTY);
    let [(began, notice), (ended, end)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&notice.group, notice.cause, notice.moved[0].measure.as_str()), (&Group::Site, Cause::Absence, "absent"));
    assert!(*began == 0 && notice.moved[0].by >= 1.75 && (8..=60).contains(&notice.agents), "{notice:?}");
    assert!((10..=16).contains(ended) && end.ended == Some(Ending::Over), "{end:?}");
}

/// A fold that follows its own log tells nothing again and ends in the same state, as does one that was stored and read anywhere; and both go on with the same ids.
#[test]
fn a_restart_and_a_replay_tell_the_same() {
    let shocks = [TEAM, Shock { days: BEGINS + 20..BEGINS + 27, of: |agent| (20..40).contains(&agent), ..TEAM }];
    let none = |_| DayLog::default();
    let whole = fold(&mut Site::default(), FIRST..BEGINS + 40, &shocks, SIXTY, none);
    let ids = |results: &[SiteDayResult]| -> Vec<(i32, String)> {
        let of = |notice: &Notice| notice_id("t", "s", notice.group.kind(), notice.group.name(), notice.cause.name(), notice.began_day);
        told(results).iter().map(|(at, notice)| (*at, of(notice))).collect()
    };
    assert_eq!(ids(&whole).iter().map(|(_, id)| id).collect::<std::collections::BTreeSet<_>>().len(), 2);
    let log: BTreeMap<i32, DayLog> =
        whole.iter().map(|result| (result.day, DayLog { told: true, notices: result.notices.clone(), ..DayLog::default() })).collect();
    // Before, while it lives, on its last day, between the two, and at the end.
    for until in [BEGINS - 1, BEGINS + 3, BEGINS + 9, BEGINS + 15, BEGINS + 22, BEGINS + 40] {
        let (mut one, mut follows) = (Site::default(), Site::default());
        let own: Vec<SiteDayResult> = fold(&mut one, FIRST..until, &shocks, SIXTY, none);
        // Signals of persons are not in this log, so that none may be told either.
        let repeated = fold(&mut follows, FIRST..until, &shocks, SIXTY, |at| log[&at].clone());
        assert!(told(&repeated).is_empty() && follows.group_events() == one.group_events());
        let mut stored = bytes::read(&bytes::write(&one).unwrap()).unwrap();
        assert!(stored == one);
        let rest = fold(&mut stored, until..BEGINS + 40, &shocks, SIXTY, none);
        assert_eq!([ids(&own), ids(&rest)].concat(), ids(&whole));
        assert_eq!([ids(&own), ids(&fold(&mut follows, until..BEGINS + 40, &shocks, SIXTY, none))].concat(), ids(&whole));
    }
}

/// Late data say that nothing happened: what was told stays told, and ends.
#[test]
fn what_was_told_ends_and_is_not_taken_back_in_silence() {
    let with = fold(&mut Site::default(), FIRST..BEGINS + 4, std::slice::from_ref(&TEAM), SIXTY, |_| DayLog::default());
    let log: BTreeMap<i32, DayLog> =
        with.iter().map(|result| (result.day, DayLog { told: true, notices: result.notices.clone(), ..DayLog::default() })).collect();
    let mut site = Site::default();
    let after = fold(&mut site, FIRST..BEGINS + 10, &[], SIXTY, |at| log.get(&at).cloned().unwrap_or_default());
    let found = told(&after);
    assert!(matches!(found.as_slice(), [(4, Notice { ended: Some(Ending::Over), .. })]), "{found:?}");
    assert!(site.group_events().is_empty());
}
