//! The middle of each group of a site on a day, in day-to-day standard deviations of an agent: what deviations from peers take off the individuals. And what is usual
//! of each group: a mean that forgets, and how much its days differ from it.

use super::group::Group;
use crate::baseline::{Pool, ShiftSettings};
use crate::features::{DayFacts, Feature, FeatureValues};
use crate::numerics::{gain, median};
use crate::signals::{Distance, FEWEST_IN_EVENT};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Half-lives of what is usual and of how much days differ, in days on which the group was seen.
const USUAL_HALF_LIFE_DAYS: f64 = 5.0;
const SPREAD_HALF_LIFE_DAYS: f64 = 28.0;
/// Days of a group before anything is said of it.
const YOUNG_DAYS: u32 = 10;
/// Variance of the median of a normal sample, as a multiple of that of its mean: π ÷ 2.
const MEDIAN_VARIANCE: f64 = std::f64::consts::FRAC_PI_2;
/// A day counts at most so many times the variance that was expected, and a group is never taken for steadier than half of it.
const REACH: f64 = 9.0;
const STEADIEST: f64 = 0.5;

/// The middle of a group in one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Median {
    pub(crate) middle: f64,
    pub(crate) members: u32,
}

/// By group, then by position in the features. Groups of at least eight only.
pub(crate) type Medians = BTreeMap<Group, Vec<Option<Median>>>;

/// The groups of an agent, from wide to narrow.
pub(crate) fn groups_of(facts: &DayFacts) -> Vec<Group> {
    let named = [facts.group.clone().map(Group::QueueGroup), facts.team.clone().map(Group::Team)];
    std::iter::once(Group::Site).chain(named.into_iter().flatten()).collect()
}

/// The queue group of each team, where all of it are in one.
pub(crate) fn wider(day: &[&DayFacts]) -> BTreeMap<Group, Group> {
    let mut found: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for facts in day {
        if let Some(team) = facts.team.as_deref() {
            found.entry(team).or_default().insert(facts.group.as_deref());
        }
    }
    let one = |(team, groups): (&str, BTreeSet<Option<&str>>)| match groups.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(group)] => Some((Group::Team(team.to_owned()), Group::QueueGroup((*group).to_owned()))),
        _ => None,
    };
    found.into_iter().filter_map(one).collect()
}

/// Medians of a day. Each one's own usual deviation from peers is taken off first, by position in `features`. The site's is as it is; those of its parts are against
/// the middle of everybody whom no event has moved (`moved`), or a large outage would make all others look better. What has moved a part alone is no movement of the
/// whole: site and queue groups are judged by whoever is not in such a part, as long as these are eight.
pub(crate) fn medians(
    features: &[Feature],
    day: &[&DayFacts],
    values: &[FeatureValues],
    usual: &[Option<&[f64]>],
    pools: &[Option<Pool>],
    moved: &dyn Fn(&Group) -> bool,
) -> Medians {
    let groups: Vec<Vec<Group>> = day.iter().map(|facts| groups_of(facts)).collect();
    let still: Vec<bool> = groups.iter().map(|of| !of.iter().skip(1).any(moved)).collect();
    let mut found = Medians::new();
    for (position, (feature, pool)) in features.iter().zip(pools).enumerate() {
        let Some(Pool { sd, .. }) = pool else { continue };
        let own = |at: usize| usual.get(at).copied().flatten().and_then(|usual| usual.get(position)).copied().unwrap_or(0.0);
        let of_agent = |(at, values): (usize, &FeatureValues)| Some((at, (values.get(*feature)? - own(at)) / sd));
        let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(of_agent).collect();
        let all: Vec<(bool, f64)> = known.iter().map(|(at, value)| (still[*at], *value)).collect();
        let base = median(&of_the_rest(&all)).unwrap_or(0.0);
        let mut members: BTreeMap<&Group, Vec<(bool, f64)>> = BTreeMap::new();
        for (at, value) in &known {
            for group in &groups[*at] {
                let against = if *group == Group::Site { 0.0 } else { base };
                let counts = still[*at] || matches!(group, Group::Team(_));
                members.entry(group).or_default().push((counts, value - against));
            }
        }
        for (group, values) in members.into_iter().filter(|(_, values)| values.len() >= FEWEST_IN_EVENT as usize) {
            let values = of_the_rest(&values);
            let of = found.entry(group.clone()).or_insert_with(|| vec![None; features.len()]);
            of[position] = median(&values).map(|middle| Median { middle, members: values.len() as u32 });
        }
    }
    found
}

/// Values of those that no part's own event has moved; of all, if these are fewer than eight.
fn of_the_rest(values: &[(bool, f64)]) -> Vec<f64> {
    let still: Vec<f64> = values.iter().filter(|(still, _)| *still).map(|(_, value)| *value).collect();
    if still.len() >= FEWEST_IN_EVENT as usize { still } else { values.iter().map(|(_, value)| *value).collect() }
}

/// What is usual of a group in one feature.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Level {
    middle: f64,
    /// Mean square of what days differ from the middle, as a multiple of what was expected.
    spread: f64,
    days: u32,
    /// The latest day, days since 1970-01-01.
    pub(crate) day: i32,
}

/// Variance of a day's median around what was usual of the group: the part of one day, the error of the median, and what the mean lags behind what lasts.
fn expected_variance(settings: &ShiftSettings, members: u32) -> f64 {
    let innovation = settings.lasting_variance * (1.0 - settings.memory * settings.memory);
    let lag = innovation / (2.0 * gain(USUAL_HALF_LIFE_DAYS));
    settings.daily_variance + MEDIAN_VARIANCE * settings.member_variance / f64::from(members) + lag
}

impl Level {
    /// How far a median lies from what is usual, to the worse; none while little is known.
    pub(crate) fn distance(&self, settings: &ShiftSettings, median: Median) -> Option<Distance> {
        let by = median.middle - self.middle;
        let sd = libm::sqrt(expected_variance(settings, median.members) * self.spread.max(STEADIEST));
        (self.days >= YOUNG_DAYS).then(|| Distance { by, sds: by / sd })
    }

    /// Learns a day.
    pub(crate) fn learn(before: Option<Self>, settings: &ShiftSettings, day: i32, median: Median) -> Self {
        let Some(mut level) = before else { return Self { middle: median.middle, spread: 1.0, days: 1, day } };
        let off = median.middle - level.middle;
        let times = (off * off / expected_variance(settings, median.members)).min(REACH);
        level.days += 1;
        level.spread += gain(SPREAD_HALF_LIFE_DAYS) * (times - level.spread);
        level.middle += gain(USUAL_HALF_LIFE_DAYS).max(1.0 / f64::from(level.days)) * off;
        Self { day, ..level }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: ShiftSettings = ShiftSettings { lasting_variance: 0.0, memory: 0.5, daily_variance: 0.1, member_variance: 1.0 };

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    fn agents(team: &str, many: usize) -> Vec<DayFacts> {
        let facts = DayFacts { team: Some(team.to_owned()), group: Some("calls".to_owned()), ..DayFacts::default() };
        vec![facts; many]
    }

    /// Eight of red are 3 standard deviations of 2 slower than usual, of which one of each is the agent's own; twenty of blue and seven of green are as usual.
    #[test]
    fn groups_of_eight_are_compared_with_whoever_is_not_moved() {
        let facts = [agents("red", 8), agents("blue", 20), agents("green", 7)].concat();
        let day: Vec<&DayFacts> = facts.iter().collect();
        let mut values = vec![FeatureValues::default(); 35];
        values.iter_mut().enumerate().for_each(|(at, values)| values.set(Feature::Hold, if at < 8 { 18.0 } else { 11.0 }));
        let one = [1.0];
        let usual: Vec<Option<&[f64]>> = vec![Some(&one); 35];
        let pools = [Some(Pool { sd: 2.0, ..Pool::default() })];
        let of = |moved: &dyn Fn(&Group) -> bool| medians(&[Feature::Hold], &day, &values, &usual, &pools, moved);
        let team = |name: &str| Group::Team(name.to_owned());
        let found = of(&|_| false);
        let middle =
            |medians: &Medians, group: &Group| medians.get(group).and_then(|of| of[0]).map(|median| (median.middle, median.members));
        assert_eq!(middle(&found, &Group::Site), Some((5.0, 35)));
        assert_eq!(middle(&found, &team("red")), Some((3.5, 8)));
        assert_eq!(middle(&found, &team("blue")), Some((0.0, 20)));
        assert_eq!(middle(&found, &team("green")), None, "seven are no group");
        // Were blue moved by an event, everybody would be compared with the others: of red eight and of green seven, red is the middle.
        let found = of(&|group| *group == team("blue"));
        assert_eq!(middle(&found, &team("red")), Some((0.0, 8)));
        assert_eq!(middle(&found, &team("blue")), Some((-3.5, 20)));
        assert_eq!(middle(&found, &Group::Site), Some((8.5, 15)), "of those that are not moved red are the middle");
        // The site's own event says nothing of who is a part that moved.
        let found = of(&|group| *group == team("blue") || *group == Group::Site);
        assert_eq!(middle(&found, &Group::Site), Some((8.5, 15)));
        // Eight that are left are a rest, and seven are none: then everybody counts.
        let rest = |moved: &str| middle(&of(&|group| *group == team(moved) || *group == team("blue")), &Group::Site);
        assert_eq!((rest("green"), rest("red")), (Some((8.5, 8)), Some((5.0, 35))));
    }

    /// Ten of red are of calls and ten of chats, and calls moved as a whole: the team is all twenty, the site the ten of chats.
    #[test]
    fn a_team_is_all_of_it_though_a_part_of_it_moved() {
        let mut facts = agents("red", 20);
        facts.iter_mut().skip(10).for_each(|facts| facts.group = Some("chats".to_owned()));
        let day: Vec<&DayFacts> = facts.iter().collect();
        let mut values = vec![FeatureValues::default(); 20];
        values.iter_mut().enumerate().for_each(|(at, values)| values.set(Feature::Hold, if at < 10 { 4.0 } else { 0.0 }));
        let pools = [Some(Pool { sd: 1.0, ..Pool::default() })];
        let moved = |group: &Group| *group == Group::QueueGroup("calls".to_owned());
        let found = medians(&[Feature::Hold], &day, &values, &[None; 20], &pools, &moved);
        let of = |group: &Group| found[group][0].map(|median| (median.middle, median.members));
        assert_eq!((of(&Group::Team("red".to_owned())), of(&Group::Site)), (Some((2.0, 20)), Some((0.0, 10))));
    }

    #[test]
    fn a_team_lies_within_a_queue_group_if_all_of_it_do() {
        let mut facts = [agents("red", 2), agents("blue", 2), agents("green", 2)].concat();
        facts[3].group = None;
        facts[5].group = Some("chats".to_owned());
        let found = wider(&facts.iter().collect::<Vec<_>>());
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(Group::Team("red".to_owned()), Group::QueueGroup("calls".to_owned()))]);
    }

    /// Ten days at 1 of ten members each: variance 0.1 + π ÷ 20 was expected and nothing differed, so the spread has sunk a little; a day at 2 is 1 off.
    #[test]
    fn distances_are_in_what_days_differ() {
        let at = |middle: f64| Median { middle, members: 10 };
        let mut level = Level::learn(None, &SETTINGS, 0, at(1.0));
        for day in 1..10 {
            assert_eq!(level.distance(&SETTINGS, at(2.0)), None, "{day} days are few");
            level = Level::learn(Some(level), &SETTINGS, day, at(1.0));
        }
        let spread = libm::exp2(-9.0 / 28.0);
        let found = level.distance(&SETTINGS, at(2.0)).unwrap();
        near(found.by, 1.0);
        near(found.sds, 1.0 / libm::sqrt((0.1 + std::f64::consts::PI / 20.0) * spread));
        // A tenth of the way is learned, though the half-life alone would say an eighth of it: days before it were few.
        let learned = Level::learn(Some(level), &SETTINGS, 10, at(2.0));
        near(learned.middle, 1.0 + gain(5.0).max(1.0 / 11.0));
        // However far, a day counts for nine variances.
        let far = Level::learn(Some(level), &SETTINGS, 10, at(1e6));
        near(far.spread, spread + gain(28.0) * (9.0 - spread));
    }

    /// The second day counts as much as the first; and of a group whose days never differ half of what was expected is.
    #[test]
    fn few_days_are_a_mean_and_no_group_is_steadier_than_half() {
        let at = |middle: f64| Median { middle, members: 10 };
        let second = Level::learn(Some(Level::learn(None, &SETTINGS, 0, at(1.0))), &SETTINGS, 1, at(3.0));
        near(second.middle, 2.0);
        let steady = (0..60).fold(None, |level, day| Some(Level::learn(level, &SETTINGS, day, at(1.0)))).unwrap();
        assert!(steady.spread < 0.3, "{steady:?}");
        near(steady.distance(&SETTINGS, at(2.0)).unwrap().sds, 1.0 / libm::sqrt((0.1 + std::f64::consts::PI / 20.0) * 0.5));
    }
}
