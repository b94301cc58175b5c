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
