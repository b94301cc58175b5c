//! When coaching no longer helps: agents who were coached several times and whose evaluations are no better than before. They are to be trained.

use crate::coaching_loop::{Coaching, Evaluation};
use std::collections::BTreeMap;

const DAY_S: i64 = 86_400;

/// When somebody counts as coached in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlateauSettings {
    /// Coachings that should have shown by now.
    pub coachings: usize,
    /// In the last so many days.
    pub within_days: i64,
    /// Days before the first of them with which is compared.
    pub before_days: i64,
    /// Evaluations needed before, and after.
    pub evaluations: usize,
}

impl Default for PlateauSettings {
    fn default() -> Self {
        Self { coachings: 3, within_days: 90, before_days: 28, evaluations: 3 }
    }
}

/// What follows for an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// No better than before: training, not another coaching.
    Train,
    /// Better than before.
    GoOn,
    /// Too few evaluations before or after.
    Unknown,
}

/// An agent who was coached often.
#[derive(Clone, Debug, PartialEq)]
pub struct Plateau {
    /// The agent.
    pub agent: String,
    /// Coachings in the time.
    pub coachings: usize,
    /// Mean points, percent, in the days before the first, and of how many evaluations.
    pub before: Option<(f64, usize)>,
    /// The same since the one by which it should have shown.
    pub after: Option<(f64, usize)>,
    /// What follows.
    pub advice: Advice,
}

/// Agents who were coached as often as the settings say in the days before a moment, with what follows. Only evaluations of calls drawn at random are
/// compared. Whoever is coached has often just had bad luck and would be better without: that one is no better in spite of it says the more.
#[must_use]
pub fn plateaus(evaluations: &[Evaluation], coachings: &[Coaching], settings: &PlateauSettings, now_s: i64) -> Vec<Plateau> {
    let since_s = now_s - settings.within_days * DAY_S;
    let mut times: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in coachings.iter().filter(|one| one.at_s >= since_s && one.at_s < now_s) {
        times.entry(&one.agent).or_default().push(one.at_s);
    }
    let mut drawn: BTreeMap<&str, Vec<&Evaluation>> = BTreeMap::new();
    evaluations.iter().filter(|one| one.random).for_each(|one| drawn.entry(&one.agent).or_default().push(one));
    let points = |agent: &str, from_s: i64, to_s: i64| {
        let of = drawn.get(agent).into_iter().flatten().filter(|one| one.at_s >= from_s && one.at_s < to_s);
        let points: Vec<f64> = of.filter_map(|one| one.points).collect();
        (!points.is_empty()).then(|| (points.iter().sum::<f64>() / points.len() as f64, points.len()))
    };
    let mut found = Vec::new();
    for (agent, mut times) in times {
        times.sort_unstable();
        let (Some(first), Some(should_show)) = (times.first(), times.get(settings.coachings.saturating_sub(1))) else { continue };
        let before = points(agent, first - settings.before_days * DAY_S, *first);
        let after = points(agent, should_show + 1, now_s);
        let advice = advice(before, after, settings.evaluations);
        found.push(Plateau { agent: agent.to_owned(), coachings: times.len(), before, after, advice });
    }
    found
}

fn advice(before: Option<(f64, usize)>, after: Option<(f64, usize)>, least: usize) -> Advice {
    match before.filter(|before| before.1 >= least).zip(after.filter(|after| after.1 >= least)) {
        None => Advice::Unknown,
        Some((before, after)) if after.0 > before.0 => Advice::GoOn,
        Some(_) => Advice::Train,
    }
}
