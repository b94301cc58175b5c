//! A site's day against peers: for each standardised feature the deviation from the narrowest group that is large enough, team, then queue group, then site.
//! Each one's own usual deviation is taken off before the medians are formed: what is left differs less between agents, so that they are surer.

use crate::baseline::{LearningCurve, against_peers};
use crate::features::{DayFacts, Feature, FeatureValues, Treatment, catalogue};
use std::collections::BTreeMap;

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

/// Replaces standardised values by deviations from peers; what has too few peers becomes missing. `usual` is each agent's own usual deviation by position in
/// `features`; `day` and `values` are in the same order.
pub(crate) fn deviations(features: &[Feature], day: &[&DayFacts], values: &mut [FeatureValues], usual: &[Option<&[f64]>]) {
    let (teams, groups) = (numbered(day, |facts| facts.team.as_deref()), numbered(day, |facts| facts.group.as_deref()));
    for (position, feature) in features.iter().enumerate() {
        let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, values)| Some((at, values.get(*feature)?))).collect();
        let own = |at: usize| usual.get(at).copied().flatten().and_then(|usual| usual.get(position)).copied().unwrap_or(0.0);
        let grouped: Vec<(Vec<u32>, f64)> = known.iter().map(|(at, value)| (vec![teams[*at], groups[*at], 0], value - own(*at))).collect();
        for ((at, value), adjusted) in known.iter().zip(against_peers(&grouped)) {
            values[*at].set(*feature, adjusted.map_or(f64::NAN, |adjusted| value - adjusted.peers));
        }
    }
}

/// Names as numbers, so that comparing them is quick.
fn numbered<'a>(day: &[&'a DayFacts], name: impl Fn(&'a DayFacts) -> Option<&'a str>) -> Vec<u32> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    day.iter()
        .map(|facts| {
            let next = numbers.len() as u32;
            *numbers.entry(name(facts).unwrap_or_default()).or_insert(next)
        })
        .collect()
}
