//! Scores of a day: each agent at risk against the mean of the segment, then all of the site in one line.

use super::agent::Observed;
use super::group::Group;
use super::medians::groups_of;
use super::notices::Alarms;
use super::segments::{Member, Segments};
use crate::features::{DayFacts, Family};
use crate::hazard::{HazardModel, InputValues};
use crate::numerics::probability;
use crate::reasons::{Explanation, explain};
use crate::signals::{Candidate, FEWEST_IN_EVENT, Standing, Tier, TierSettings, hash128, is_site_event, order, place};
use std::collections::BTreeMap;

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
            let (families, rule) = (explanation.raising_families, observed.changed);
            let order = order(explanation.log_odds, observed.before, tiers.rise_weight);
            Some(Candidate { probability: *probability, base: *base, order, families, rule })
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

/// Groups of at least eight with their alarms, and whether of each agent of `day` nothing is told because too many of a group alarmed. `alarmed` has the latest day on
/// which a chart of each alarmed.
pub(crate) fn alarms(today: i32, day: &[(&DayFacts, Observed)], alarmed: &[Option<i32>]) -> (Vec<Alarms>, Vec<bool>) {
    let at_risk = (0..day.len()).filter(|at| matches!(day[*at].1.standing, Standing::Scored | Standing::Muted));
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for at in at_risk {
        groups_of(day[at].0).into_iter().for_each(|group| groups.entry(group).or_default().push(at));
    }
    let (mut found, mut withheld) = (Vec::new(), vec![false; day.len()]);
    for (group, members) in groups.into_iter().filter(|(_, members)| members.len() >= FEWEST_IN_EVENT as usize) {
        let alarms: Vec<(usize, i32)> = members.iter().filter_map(|at| Some((*at, alarmed[*at]?))).collect();
        let agents = members.len() as u32;
        if is_site_event(agents, &alarms, today) {
            members.into_iter().for_each(|at| withheld[at] = true);
        }
        let lately = alarms.iter().filter(|(_, day)| is_site_event(1, &[((), *day)], today)).count() as u32;
        found.push(Alarms { group, agents, alarmed: lately });
    }
    (found, withheld)
}

#[cfg(test)]
mod tests {
    use super::super::segments::segment;
    use super::*;
    use crate::detectors::Rule;
    use crate::features::{FEATURE_SCHEMA, Feature, Input};
    use crate::hazard::{MODEL_FORMAT, Recalibration, Scaling, Term};

    const INPUT: Input = Input::Now(Feature::Overloaded);

    /// −3 and as much as one input says.
    fn model() -> HazardModel {
        HazardModel {
            format: MODEL_FORMAT,
            id: "test".to_owned(),
            prior: true,
            horizon_days: 30,
            feature_schema: FEATURE_SCHEMA,
            intercept: -3.0,
            terms: vec![Term { input: INPUT, coefficient: 1.0, scaling: Scaling { mean: 0.0, sd: 1.0 } }],
            recalibration: Recalibration::NONE,
        }
    }

    fn observed(value: Option<f64>, standing: Standing) -> Observed {
        let inputs = value.map(|value| (INPUT, value)).into_iter().collect();
        Observed { inputs, standing, worked_days: 100, rules: Vec::new(), changed: false, before: None }
    }

    fn of(group: &str) -> DayFacts {
        DayFacts { group: Some(group.to_owned()), team: Some("red".to_owned()), ..DayFacts::default() }
    }

    /// So many of sales at 1 and eight of bills at 0: the probabilities of somebody of each who is as the others.
    fn bases(sales: usize) -> [f64; 2] {
        let (one, other) = (of("sales"), of("bills"));
        let at = |value: f64| observed(Some(value), Standing::Scored);
        let day: Vec<_> = (0..sales).map(|_| (&one, at(1.0))).chain((0..8).map(|_| (&other, at(0.0)))).collect();
        let found = score(&model(), &TierSettings::default(), &day);
        [0, sales].map(|place| found[place].as_ref().unwrap().base)
    }

    #[test]
    fn eight_are_a_segment_and_fewer_are_the_whole_site() {
        assert_eq!(bases(8), [probability(-2.0), probability(-3.0)]);
        let [sales, bills] = bases(7);
        assert!((sales - probability(-3.0 + 7.0 / 15.0)).abs() < 1e-15 && bills == probability(-3.0), "{sales} {bills}");
    }

    #[test]
    fn a_segment_is_a_queue_group_and_a_band_of_tenure() {
        let band = |tenure_days| segment(None, tenure_days).1;
        assert_eq!([Some(89), Some(90), Some(364), Some(365), None].map(band), [0, 1, 1, 2, 2]);
        assert_eq!(segment(Some("sales"), None), (Some("sales"), 2));
    }

    /// Muted ones are scored as well; and what is missing is told apart from zero.
    #[test]
    fn whoever_is_known_is_scored() {
        let facts = of("sales");
        let standings = [Standing::Scored, Standing::Muted, Standing::Unknown, Standing::NotAtRisk];
        let day: Vec<_> = standings.into_iter().map(|standing| (&facts, observed(Some(0.0), standing))).collect();
        let found = score(&model(), &TierSettings::default(), &day);
        assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false, false]);
        let missing = score(&model(), &TierSettings::default(), &[(&facts, observed(None, Standing::Scored))]);
        assert_ne!(missing[0].as_ref().unwrap().inputs_hash, found[0].as_ref().unwrap().inputs_hash);
    }

    /// Of one family alone nothing is told, whatever the rank; with a named rule four times the base is urgent, if it says that something changed.
    #[test]
    fn a_named_rule_makes_urgent() {
        let facts = of("sales");
        let tier = |changed: bool| {
            let mut day: Vec<_> = (0..39).map(|_| (&facts, observed(Some(0.0), Standing::Scored))).collect();
            day.push((&facts, Observed { rules: vec![Rule::Absence], changed, ..observed(Some(2.0), Standing::Scored) }));
            score(&model(), &TierSettings::default(), &day)[39].as_ref().unwrap().tier
        };
        assert_eq!((tier(false), tier(true)), (Some(Tier::Watch), Some(Tier::Urgent)));
    }

    /// Of two with the same probability the one of whom it is new takes the one place of sixty; the other comes next.
    #[test]
    fn whoever_rose_comes_first() {
        let facts = of("sales");
        let second = Input::Rate(Feature::Absent);
        let mut model = model();
        model.terms.push(Term { input: second, ..model.terms[0] });
        let usual = |input: f64, before| {
            let inputs = [(INPUT, input), (second, input)].into();
            Observed { inputs, before, ..observed(None, Standing::Scored) }
        };
        let tiers = |befores: [Option<f64>; 2]| {
            let mut day: Vec<_> = (0..58).map(|_| (&facts, usual(0.0, None))).collect();
            day.extend(befores.map(|before| (&facts, usual(0.6, before))));
            let found = score(&model, &TierSettings::default(), &day);
            [58, 59].map(|at| found[at].as_ref().unwrap().tier)
        };
        assert_eq!(tiers([Some(-2.5), Some(-2.0)]), [Some(Tier::Urgent), Some(Tier::Concern)]);
        assert_eq!(tiers([None, Some(-2.0)]), [Some(Tier::Concern), Some(Tier::Urgent)], "without a score of before there is no rise");
        assert_eq!(tiers([None, Some(-1.0)]), [Some(Tier::Urgent), Some(Tier::Concern)], "and whoever fell comes after");
        assert_eq!(tiers([None, None]), [Some(Tier::Concern); 2], "equal ones do not exceed the budget");
    }

    #[test]
    fn a_group_of_eight_moves_as_a_whole() {
        let events = |agents: usize, alarmed: &[i32]| {
            let facts = of("sales");
            let day: Vec<_> = (0..agents).map(|_| (&facts, observed(Some(0.0), Standing::Muted))).collect();
            let alarmed: Vec<Option<i32>> = (0..agents).map(|at| alarmed.get(at).copied()).collect();
            alarms(100, &day, &alarmed)
        };
        // Three of eight within three days; two alarmed long ago.
        let (found, withheld) = events(8, &[100, 99, 98, 97, 50]);
        let of = |group: Group| Alarms { group, agents: 8, alarmed: 3 };
        assert_eq!(found, [of(Group::Site), of(Group::QueueGroup("sales".to_owned())), of(Group::Team("red".to_owned()))]);
        assert_eq!(withheld, [true; 8]);
        let (found, withheld) = events(10, &[100, 99, 98]);
        assert_eq!((found.len(), withheld), (3, vec![false; 10]), "three of ten are not more than 30 %");
        assert_eq!(events(7, &[100, 99, 98]), (Vec::new(), vec![false; 7]), "seven are no group");
    }
}
