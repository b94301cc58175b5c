//! What looks like a warning and is none must open no signals: each world beside the reference world of the same seeds, whose agents are the same people with the same
//! days but for the one thing. Through the product's own fold of a site with the shipped model; who is told of is what counts, not how agents rank. The numbers in the comments are those of these
//! two seeds, and the limits are a tenth beyond them, or two standard errors where chance is what they are held against.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod played;

use attrition::measures::{area_under_curve, observed_over_expected};
use attrition::signals::TierSettings;
use attrition::site::SiteSettings;
use played::{Both, DAYS, FROM, Played, Told, both, both_with, count, precision, recall, reference, scored};
use simulator::attrition::Cause;
use std::collections::BTreeSet;

const ALL: [Cause; 3] = [Cause::Early, Cause::Sudden, Cause::WornOut];

fn engaged(told: &Told) -> bool {
    told.seat.truth.stage == 0
}

/// How many times as often signals open among some as among others.
fn times(one: (f64, f64), other: (f64, f64)) -> f64 {
    one.0 / one.1 / (other.0 / other.1)
}

/// No more than chance finds, within two standard errors.
fn assert_chance((found, all, chance): (f64, f64, f64)) {
    let expected = chance * all;
    assert!(all > 100.0 && found < expected + 2.0 * expected.sqrt(), "{found} of {all} leavers, {expected} by chance");
}

/// Leaving has nothing to do with anything: scores rank by chance (0.509; in the reference world 0.748) and say how many leave (1.01), warnings find what chance finds (10 of 120, by chance 9.6).
/// Named rules add 0.359 signals per agent-year to those of the same site without them, 118 to 105. Their charts by themselves nominally alarm 0.49 times: 0.22 for one of pace, 0.21 for
/// absence (220 shifts of 1,069), 0.06 for swing (77 evaluations of 1,330).
#[test]
fn nothing_is_found_where_there_is_nothing() {
    let plain = both("plain");
    let [auc, of_reference] = [&plain, reference()].map(|worlds| area_under_curve(&scored(worlds)).unwrap());
    // 120 leavers: standard errors of 0.03 and of a tenth.
    assert!((auc - 0.5).abs() < 0.06 && of_reference > 0.69, "{auc}, where there are signs {of_reference}");
    let ratio = observed_over_expected(&scored(&plain)).unwrap();
    assert!((0.82..1.22).contains(&ratio), "observed ÷ expected {ratio}");
    assert_chance(recall(&plain, &ALL));
    let tiers = TierSettings { rule_factor: f64::INFINITY, ..TierSettings::default() };
    let without = both_with("plain", &SiteSettings { tiers, ..SiteSettings::default() });
    let ((opened, days), (unruled, _)) = (count(&plain, |_| true), count(&without, |_| true));
    let by_rule = (opened - unruled) / (days / 365.0);
    assert!(by_rule > 0.0 && by_rule < 0.49, "{opened} signals, {unruled} without rules: {by_rule} per agent-year");
}

/// Who leaves without a sign is found by chance: 7 of 115, by chance 8.7. In the reference world 62 of 88 who are worn out are.
#[test]
fn who_leaves_without_a_sign_is_not_found() {
    assert_chance(recall(&both("sudden"), &ALL));
    let (found, all, chance) = recall(reference(), &[Cause::WornOut]);
    assert!(found > 0.65 * all && chance < 0.12, "{found} of {all}, by chance {chance}");
}

/// Occupancy alone drives. Whoever it wears out is found (73 of 106, by chance 12), and a warning in a busy team is right as often as another (0.239 and 0.260). An agent who is engaged is told of 4.0 times as often in
/// a busy team, and leaves within 45 days 1.7 times as often: that it is busy there is what the stage filter goes by.
#[test]
fn a_busy_team_is_not_told_of_for_being_busy() {
    let overload = both("overload");
    let busy = |told: &Told| told.seat.truth.occupancy > 0.86;
    let (found, all, chance) = recall(&overload, &[Cause::WornOut]);
    assert!(found > 0.61 * all && chance < 0.14, "{found} of {all}, by chance {chance}");
    let (right, usual) = (precision(&overload, busy), precision(&overload, |told| !busy(told)));
    assert!(right > 0.87 * usual, "right {right} in busy teams, {usual} else");
    let found = times(count(&overload, |told| engaged(told) && busy(told)), count(&overload, |told| engaged(told) && !busy(told)));
    assert!(found < 4.4, "an engaged agent in a busy team is told of {found} times as often");
}

/// Leaders differ twice as much, and under the worst third three times as many leave as under the best. Of two agents who are both engaged the one under the worse leader is told of no more often (31 and 40 signals,
/// 0.96 times as often), and warnings there are right more often (0.40 and 0.16).
#[test]
fn nobody_is_told_of_for_the_leader() {
    let worlds = both("bad_leader");
    // Leaders are chosen by what they are, of each seed.
    let third = |world: &Played, worst: bool| -> BTreeSet<u32> {
        let mut leaders: Vec<(f64, u32)> = world.days.iter().map(|told| (told.seat.truth.leader, told.seat.seen.team)).collect();
        leaders.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        leaders.dedup();
        if worst {
            leaders.reverse();
        }
        leaders.iter().take(leaders.len() / 3).map(|(_, team)| *team).collect()
    };
    // Engaged: signals and days. All: signals that are right, signals, days with leaving to come, days.
    let under = |worst: bool| {
        let (mut of_engaged, mut of_all) = ((0.0, 0.0), [0.0; 4]);
        for world in &worlds {
            let teams = third(world, worst);
            for told in world.days.iter().filter(|told| teams.contains(&told.seat.seen.team)) {
                let [opened, leaves, engaged] = [told.opened, world.leaves(told, 45), engaged(told)].map(|is| f64::from(u8::from(is)));
                of_engaged = (of_engaged.0 + opened * engaged, of_engaged.1 + engaged);
                of_all = [of_all[0] + opened * leaves, of_all[1] + opened, of_all[2] + leaves, of_all[3] + 1.0];
            }
        }
        (of_engaged, of_all)
    };
    let ((worst, of_worst), (best, of_best)) = (under(true), under(false));
    let [leaving, precision] = [[2, 3], [0, 1]].map(|[part, of]| (of_worst[part] / of_worst[of]) / (of_best[part] / of_best[of]));
    assert!(leaving > 2.5 && precision > 2.0, "worst against best: leaving {leaving}, precision {precision}");
    let found = times(worst, best);
    assert!(best.0 > 30.0 && found < 1.0, "engaged under the worst {worst:?}, under the best {best:?}: {found}");
}

/// A strong year in occupancy, work and absence. Everybody's season is nobody's change: an agent who is engaged is told of 1.08 times as often as in a year without, at its height 1.45 times, and warnings are right as
/// often (0.288 and 0.251). That more are told of in all is because more are worn out (114 leavers and 88).
#[test]
fn a_season_is_nobodys_change() {
    let seasonal = both("seasonal");
    let height = |told: &Told| told.day < FROM + (DAYS - FROM) / 3;
    let found = times(count(&seasonal, engaged), count(reference(), engaged));
    assert!(found < 1.19, "engaged, told of {found} times as often");
    let [at_height, usual] = [&seasonal, reference()].map(|worlds| count(worlds, |told| engaged(told) && height(told)));
    assert!(usual.0 > 30.0 && times(at_height, usual) < 1.55, "engaged at the height of the season: {at_height:?} and {usual:?}");
    let (right, usual) = (precision(&seasonal, |_| true), precision(reference(), |_| true));
    assert!(right > 0.96 * usual, "right {right} and {usual}");
}

/// From day 150 on everybody is absent up to five times as often, for three weeks: 34 signals, and 44 in the world without it, in which nobody is withheld. Before common absence was known there were twice as many with
/// it. And missing schedules or wrong clocks on a few days (`dirty`) open none either: 272 and 283.
#[test]
fn a_wave_of_flu_and_untidy_sources_open_no_signals() {
    let (flu, dirty) = (both("flu"), both("dirty"));
    let wave = |told: &Told| (150..180).contains(&told.day);
    let ((usual, _), (ill, _)) = (count(reference(), wave), count(&flu, wave));
    assert!(usual > 20.0 && ill < usual, "{ill} signals in the wave, {usual} without it");
    let absent = |told: &Told| wave(told) && told.seat.truth.absent;
    assert!(count(&flu, absent).1 > 2.0 * count(reference(), absent).1, "it is a wave");
    let ((usual, _), (untidy, _)) = (count(reference(), |_| true), count(&dirty, |_| true));
    assert!(untidy < 1.06 * usual, "{untidy} signals with untidy sources, {usual} without");
}

/// Every third team is two standard deviations worse in everything for a week, three times: 20 signals and 15 without.
#[test]
fn an_outage_of_teams_opens_few_signals() {
    let hit = |told: &Told| {
        let (turn, within) = (told.day / 90, told.day % 90);
        turn > 0 && within < 14 && (told.seat.seen.team + turn).is_multiple_of(3)
    };
    let ((usual, _), (broken, _)) = (count(reference(), hit), count(&both("outage"), hit));
    assert!(usual > 10.0 && broken < 1.55 * usual, "{broken} signals in teams that are hit, {usual} without an outage");
}

/// On leave of whatever length nobody is told of, and whoever comes back is told of no more than others: 4 signals in 45 days after leave, 0.47 times as many as
/// else.
#[test]
fn sick_leave_opens_no_signals() {
    let worlds = both("sick_leave");
    let on_leave = |told: &Told| told.seat.seen.on_leave;
    assert_eq!(count(&worlds, on_leave).0, 0.0);
    let mut back = BTreeSet::new();
    for (world, played) in worlds.iter().enumerate() {
        for told in played.days.iter().filter(|told| on_leave(told)) {
            back.extend((1..=45).map(|later| (world, told.seat.truth.person, told.day + later)));
        }
    }
    let of = |returned: bool| {
        let of = |(world, played): (usize, &Played)| {
            let here = |told: &&Told| !on_leave(told) && back.contains(&(world, told.seat.truth.person, told.day)) == returned;
            played.days.iter().filter(here).fold((0.0, 0.0), |(opened, all), told| (opened + f64::from(u8::from(told.opened)), all + 1.0))
        };
        worlds.iter().enumerate().map(of).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    };
    let (after, else_) = (of(true), of(false));
    assert!(after.1 > 3_000.0 && times(after, else_) < 0.87, "{after:?} after leave, {else_:?} else");
}

/// Whoever bends work to a target is worse in quality and short calls, which is a matter of targets (`holdfast attrition groove`): the same people in the world in which
/// they do not are told of nearly as often: 15 signals and 12.
#[test]
fn gaming_opens_few_signals() {
    let gaming = both("gaming");
    let bent: BTreeSet<(usize, u32, u32)> = gaming
        .iter()
        .enumerate()
        .flat_map(|(world, played)| played.days.iter().map(move |told| (world, told)))
        .filter(|(_, told)| told.seat.truth.gaming)
        .map(|(world, told)| (world, told.seat.truth.person, told.day))
        .collect();
    let opened = |worlds: &Both| {
        let of = |(world, played): (usize, &Played)| {
            played.days.iter().filter(|told| told.opened && bent.contains(&(world, told.seat.truth.person, told.day))).count()
        };
        worlds.iter().enumerate().map(of).sum::<usize>()
    };
    let (told, usual) = (opened(&gaming), opened(reference()));
    assert!(bent.len() > 4_000 && usual > 10, "{} days, {usual}", bent.len());
    assert!((told as f64) < 1.28 * usual as f64, "{told} signals on days of gaming, {usual} of the same people on the same days without");
}

/// A group that is absent twice as often and leaves as the others do is told of more often, as long as absence is looked at at all (decision 0020): here 1.38 times as often (97 signals in it, for 74 of the same people in
/// the world in which they are absent as everybody), give or take 0.25 (decision 0026; 1.48 before it). On seeds 1 and 2, on which the shipped model was fitted, and by the order of agents before, it was 1.33; and 1.6 with a filter that knew everybody's
/// rate of absence by forty-two shifts beforehand and a model that took a high rate for a sign. The limit was 1.4 then.
#[test]
fn a_group_that_is_absent_twice_as_often_is_not_told_of_twice_as_often() {
    let confounded = both("confounded_group");
    let group: Vec<BTreeSet<u32>> = confounded
        .iter()
        .map(|world| world.days.iter().filter(|told| told.seat.truth.in_group).map(|told| told.seat.truth.person).collect())
        .collect();
    // Signals per agent-day in the group ÷ the same outside it.
    let more_often = |worlds: &Both| {
        let signals = |of: bool| {
            let chosen = worlds
                .iter()
                .zip(&group)
                .flat_map(|(world, group)| world.days.iter().filter(move |told| group.contains(&told.seat.truth.person) == of));
            let (opened, days) = chosen.fold((0.0, 0.0), |(opened, days), told| (opened + f64::from(u8::from(told.opened)), days + 1.0));
            assert!(opened > 30.0, "{opened} signals prove little");
            (opened, days)
        };
        times(signals(true), signals(false))
    };
    let (found, chance) = (more_often(&confounded), more_often(reference()));
    assert!(found < 1.53 * chance, "{found} times as often, {chance} where they are absent as everybody");
}
