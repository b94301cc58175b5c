//! A site's day against peers: for each standardised feature the deviation from the narrowest group that is large enough, team, then queue group, then site.
//! Each one's own usual deviation is taken off before peers are compared: what is left differs less between agents, so that they are surer. How a group moves is
//! followed from day to day.

use crate::baseline::{Adjusted, GroupShift, LearningCurve, Pool, ShiftSettings, against_followed, against_peers};
use crate::features::{DayFacts, Feature, FeatureValues, Treatment, catalogue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A group that was not seen for so many days is forgotten: nothing that lasts has lasted so long.
const FORGOTTEN_AFTER_DAYS: i32 = 60;

/// Standardised features, in order of the catalogue.
pub(crate) fn standardised() -> Vec<Feature> {
    catalogue().iter().filter(|spec| spec.treatment == Treatment::Standardised).map(|spec| spec.feature).collect()
}

/// Takes what a normal slow start explains off the handle time.
pub(crate) fn without_learning(facts: &DayFacts, values: &mut FeatureValues, learning: Option<&LearningCurve>) {
    if let (Some(curve), Some(days), Some(value)) = (learning, facts.tenure_days, values.get(Feature::HandleTime)) {
        values.set(Feature::HandleTime, value - curve.expected_excess(f64::from(days)));
    }
}

/// How the groups of a site move: by group, then feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shifts(BTreeMap<String, Vec<Option<GroupShift>>>);

/// How deviations are formed once it is known what agents have in common.
pub(crate) struct Following<'a> {
    pub(crate) settings: &'a ShiftSettings,
    /// By position in the features.
    pub(crate) pools: &'a [Option<Pool>],
    pub(crate) shifts: &'a mut Shifts,
}

/// Replaces standardised values by deviations from peers; what has too few peers becomes missing. `usual` is each agent's own usual deviation by position in
/// `features`; `day` and `values` are in the same order. Without `following` each day's peers stand for themselves.
pub(crate) fn deviations(
    features: &[Feature],
    day: &[&DayFacts],
    values: &mut [FeatureValues],
    usual: &[Option<&[f64]>],
    mut following: Option<Following<'_>>,
) {
    let (names, groups) = numbered(day);
    let today = day.first().map_or(0, |facts| facts.day);
    for (position, feature) in features.iter().enumerate() {
        let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, values)| Some((at, values.get(*feature)?))).collect();
        let own = |at: usize| usual.get(at).copied().flatten().and_then(|usual| usual.get(position)).copied().unwrap_or(0.0);
        let grouped: Vec<(Vec<usize>, f64)> = known.iter().map(|(at, value)| (groups[*at].to_vec(), value - own(*at))).collect();
        let adjusted: Vec<Option<Adjusted>> = match &mut following {
            Some(Following { settings, pools, shifts }) => match pools.get(position).copied().flatten() {
                Some(pool) => {
                    let mut states = shifts.of(&names, position);
                    let adjusted = against_followed(&grouped, today, pool.sd, settings, &mut states);
                    shifts.keep(&names, position, states);
                    adjusted
                }
                None => against_peers(&grouped),
            },
            None => against_peers(&grouped),
        };
        for ((at, value), adjusted) in known.iter().zip(adjusted) {
            values[*at].set(*feature, adjusted.map_or(f64::NAN, |adjusted| value - adjusted.peers));
        }
    }
    if let Some(Following { shifts, .. }) = following {
        shifts.0.retain(|_, of| of.iter().flatten().any(|shift| shift.day() + FORGOTTEN_AFTER_DAYS > today));
    }
}

impl Shifts {
    fn of(&self, names: &[String], position: usize) -> Vec<Option<GroupShift>> {
        names.iter().map(|name| self.0.get(name).and_then(|of| of.get(position).copied().flatten())).collect()
    }

    fn keep(&mut self, names: &[String], position: usize, states: Vec<Option<GroupShift>>) {
        for (name, state) in names.iter().zip(states).filter(|(_, state)| state.is_some()) {
            let of = self.0.entry(name.clone()).or_default();
            if of.len() <= position {
                of.resize(position + 1, None);
            }
            of[position] = state;
        }
    }
}

/// Names of the groups of a day, and the places in them of each agent's groups, from narrow to wide: team, queue group, site.
fn numbered(day: &[&DayFacts]) -> (Vec<String>, Vec<[usize; 3]>) {
    let mut names: Vec<String> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let groups = day
        .iter()
        .map(|facts| {
            let of = [("team", facts.team.as_deref()), ("group", facts.group.as_deref()), ("site", None)];
            of.map(|(kind, name)| {
                let name = name.unwrap_or_default();
                *places.entry((kind, name)).or_insert_with(|| {
                    names.push(format!("{kind}\u{1f}{name}"));
                    names.len() - 1
                })
            })
        })
        .collect();
    (names, groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEATURES: [Feature; 2] = [Feature::HandleTime, Feature::Hold];

    /// Nine agents of a team, and as many as are asked for of another one of the same queue group.
    fn site(day: i32, others: usize) -> Vec<DayFacts> {
        let of = |team: &str| DayFacts { day, team: Some(team.to_owned()), group: Some("sales".to_owned()), ..DayFacts::default() };
        [vec![of("red"); 9], vec![of("blue"); others]].concat()
    }

    /// Deviations of hold from peers: of the first of red and of the first of blue.
    fn against(facts: &[DayFacts], values: &[f64], usual: &[f64], shifts: &mut Shifts) -> [f64; 2] {
        let day: Vec<&DayFacts> = facts.iter().collect();
        let mut found: Vec<FeatureValues> = values
            .iter()
            .map(|value| {
                let mut own = FeatureValues::default();
                own.set(Feature::Hold, *value);
                own
            })
            .collect();
        let settings = ShiftSettings { lasting_variance: 0.3, memory: 0.5, daily_variance: 0.1, member_variance: 1.0 };
        let pools = [None, Some(Pool { sd: 1.0, ..Pool::default() })];
        let own: Vec<[f64; 2]> = usual.iter().map(|usual| [0.0, *usual]).collect();
        let own: Vec<Option<&[f64]>> = own.iter().map(|usual| Some(usual.as_slice())).collect();
        deviations(&FEATURES, &day, &mut found, &own, Some(Following { settings: &settings, pools: &pools, shifts }));
        [0, 9].map(|at| found[at].get(Feature::Hold).unwrap())
    }

    /// The eight others of red are 0.5 slower: 0.4 of 0.4 + 1 ÷ 8 of it is believed, and the next day half of what lasts is expected. Each one's own usual deviation
    /// is taken off before peers are compared.
    #[test]
    fn a_team_is_followed_from_day_to_day() {
        let (mut shifts, none) = (Shifts::default(), vec![0.0; 49]);
        let slow = [vec![0.5; 9], vec![0.0; 40]].concat();
        let [red, blue] = against(&site(10, 40), &slow, &none, &mut shifts);
        assert!((red - (0.5 - 0.5 * 0.4 / 0.525)).abs() < 1e-12 && blue.abs() < 1e-12, "{red} {blue}");
        let lasting = 0.5 * 0.3 / (0.4 + 1.0 / 9.0);
        // Two days later nobody is slow: a quarter of what lasted is expected, and the variance of it is nearly that of the beginning again.
        let variance = 0.3 * (0.1 + 1.0 / 9.0) / (0.4 + 1.0 / 9.0) / 16.0 + 0.3 * 15.0 / 16.0 + 0.1;
        let [red, _] = against(&site(12, 40), &[0.0; 49], &none, &mut shifts.clone());
        let expected = lasting / 4.0 * (1.0 - variance / (variance + 1.0 / 8.0));
        assert!((red + expected).abs() < 1e-12, "{red} {expected}");
        // That another one of the team is always 2 above is nothing to the first.
        let mut own = none.clone();
        own[1] = 2.0;
        let mut always = vec![0.0; 49];
        always[1] = 2.0;
        let [red, blue] = against(&site(10, 40), &always, &own, &mut Shifts::default());
        assert!(red.abs() < 1e-12 && blue.abs() < 1e-12, "{red} {blue}");
    }

    /// A team of five is compared with its queue group: 13 others, nine of them half a deviation slower.
    #[test]
    fn a_small_team_is_compared_with_its_queue_group() {
        let mut shifts = Shifts::default();
        let mut facts = site(10, 5);
        facts
            .extend(vec![DayFacts { day: 10, group: Some("bills".to_owned()), team: Some("green".to_owned()), ..DayFacts::default() }; 40]);
        let values = [vec![0.5; 9], vec![0.0; 45]].concat();
        let [_, blue] = against(&facts, &values, &[0.0; 54], &mut shifts);
        let expected = 4.5 / 13.0 * 0.4 / (0.4 + 1.0 / 13.0);
        assert!((blue + expected).abs() < 1e-12, "{blue} {expected}");
    }

    #[test]
    fn a_group_is_remembered_for_sixty_days() {
        let of = |last: i32| {
            let mut shifts = Shifts::default();
            against(&site(10, 40), &[0.0; 49], &[0.0; 49], &mut shifts);
            let mut blue_alone = site(last, 40);
            blue_alone.iter_mut().for_each(|facts| facts.team = Some("blue".to_owned()));
            against(&blue_alone, &[0.0; 49], &[0.0; 49], &mut shifts);
            shifts.0.keys().any(|name| name.ends_with("red"))
        };
        assert!(of(69) && !of(70));
    }

    /// With 0.8 too much at the beginning, gone to 1 ÷ e after 45 days.
    #[test]
    fn a_slow_start_is_taken_off() {
        let curve = LearningCurve { level: 0.3, excess: 0.8, time_constant_days: 45.0 };
        let mut values = FeatureValues::default();
        values.set(Feature::HandleTime, 0.5);
        without_learning(&DayFacts { tenure_days: Some(45), ..DayFacts::default() }, &mut values, Some(&curve));
        assert!((values.get(Feature::HandleTime).unwrap() - (0.5 - 0.8 / std::f64::consts::E)).abs() < 1e-12);
    }
}
