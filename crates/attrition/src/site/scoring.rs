//! Scores of a day: each agent at risk against the mean of the segment, then all of the site in one rank.

use super::agent::Observed;
use super::segments::{Member, Segments};
use crate::features::{DayFacts, Family};
use crate::hazard::{HazardModel, InputValues};
use crate::numerics::probability;
use crate::reasons::{Explanation, explain};
use crate::signals::{Candidate, SITE_EVENT_SHARE, Standing, Tier, TierSettings, hash128, is_site_event, place};
use std::collections::BTreeMap;

use super::outcome::Notice;

/// Fewer agents at risk are no group of which one could say that it moved as a whole.
const FEWEST_IN_GROUP: usize = 8;
/// A score with what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    pub(crate) probability: f64,
    pub(crate) base: f64,
    pub(crate) tier: Option<Tier>,
    pub(crate) explanation: Explanation,
    pub(crate) families: Vec<(Family, f64)>,
    pub(crate) inputs_hash: u64,
}

/// Scores everybody of whom a score may be formed; by position in `day`.
pub(crate) fn score(model: &HazardModel, tiers: &TierSettings, day: &[(&DayFacts, Observed)]) -> Vec<Option<Scored>> {
    let scored = |observed: &Observed| matches!(observed.standing, Standing::Scored | Standing::Muted);
    let members: Vec<Member<'_>> = day
        .iter()
        .filter(|(_, observed)| scored(observed))
        .map(|(facts, observed)| Member { group: facts.group.as_deref(), tenure_days: facts.tenure_days, inputs: &observed.inputs })
        .collect();
    let segments = Segments::of(model, &members);
    let mut found: Vec<Option<Scored>> = day
        .iter()
        .map(|(facts, observed)| {
            scored(observed).then(|| score_one(model, &observed.inputs, segments.usual(facts.group.as_deref(), facts.tenure_days)))
        })
        .collect();
    let candidates: Vec<Candidate> = found
        .iter()
        .zip(day)
        .filter_map(|(found, (_, observed))| {
            let Scored { probability, base, explanation, .. } = found.as_ref()?;
            let (families, rule) = (explanation.raising_families, !observed.rules.is_empty());
            Some(Candidate { probability: *probability, base: *base, families, rule })
        })
        .collect();
    for (found, tier) in found.iter_mut().flatten().zip(place(&candidates, tiers)) {
        found.tier = tier;
    }
    found
}

fn score_one(model: &HazardModel, inputs: &InputValues, usual: &InputValues) -> Scored {
    let score = model.score(inputs, usual);
    let mut families: BTreeMap<Family, f64> = BTreeMap::new();
    for part in &score.contributions {
        *families.entry(part.input.family()).or_default() += part.log_odds;
    }
    // What is missing is told apart from every number.
    let values = model.terms.iter().map(|term| inputs.get(&term.input).map_or(u64::MAX, |value| value.to_bits()));
    Scored {
        probability: score.probability(),
        base: probability(score.reference_log_odds),
        tier: None,
        explanation: explain(&score),
        families: families.into_iter().collect(),
        inputs_hash: hash128(values.flat_map(u64::to_be_bytes)) as u64,
    }
}

/// Groups that moved as a whole today, and whether each agent of `day` is in one. `alarmed` has the latest day on which a chart of each alarmed.
pub(crate) fn site_events(today: i32, day: &[(&DayFacts, Observed)], alarmed: &[Option<i32>]) -> (Vec<Notice>, Vec<bool>) {
    let at_risk: Vec<usize> = (0..day.len()).filter(|at| matches!(day[*at].1.standing, Standing::Scored | Standing::Muted)).collect();
    let mut groups: BTreeMap<(u8, Option<&str>), Vec<usize>> = BTreeMap::new();
    for at in at_risk {
        let facts = day[at].0;
        groups.entry((0, None)).or_default().push(at);
        for (kind, name) in [(1, facts.team.as_deref()), (2, facts.group.as_deref())] {
            if name.is_some() {
                groups.entry((kind, name)).or_default().push(at);
            }
        }
    }
    let (mut notices, mut withheld) = (Vec::new(), vec![false; day.len()]);
    for ((_, name), members) in groups.into_iter().filter(|(_, members)| members.len() >= FEWEST_IN_GROUP) {
        let alarms: Vec<(usize, i32)> = members.iter().filter_map(|at| Some((*at, alarmed[*at]?))).collect();
        let agents = members.len() as u32;
        if is_site_event(agents, &alarms, today) {
            let lately = alarms.iter().filter(|(_, day)| is_site_event(1, &[((), *day)], today)).count() as u32;
            notices.push(Notice { group: name.map(str::to_owned), agents, alarmed: lately });
            members.into_iter().for_each(|at| withheld[at] = true);
        }
    }
    debug_assert!(notices.iter().all(|notice| f64::from(notice.alarmed) > SITE_EVENT_SHARE * f64::from(notice.agents)));
    (notices, withheld)
}
