//! A forward filter over four hidden stages of an agent (engaged, strained, searching, decided) and the agent's personal levels at once.
//!
//! Whoever always works slowly must not look worn out, and whoever has worked slowly for weeks is either drifting or worn out. A filter that takes the personal level
//! for known forgets the second, one that knows only stages forgets the first. So each stage carries its own belief of levels, drift and rates, and from
//! day to day stages mix, and their beliefs with them (Blom and Bar-Shalom 1988, interacting multiple models).

use super::levels::{Belief, OwnSpread, PersonalLevels, SEEN, SPREAD, Said};
use crate::features::Feature;
use serde::{Deserialize, Serialize};

/// Stages.
const STAGES: usize = 4;
/// The channels of pace and care that the filter looks at.
pub(super) const CHANNELS: [Feature; 5] =
    [Feature::HandleTime, Feature::AfterCallWork, Feature::Pause, Feature::AdherenceGap, Feature::ShortCall];
/// Kinds of agents: some wear out more easily than others (frailty, Vaupel 1979). Points and weights of a normal distribution, in its standard deviations
/// (Gauss–Hermite, exact up to the fifth power).
const FRAILTIES: [(f64, f64); 3] = [(-SQRT_3, 1.0 / 6.0), (0.0, 2.0 / 3.0), (SQRT_3, 1.0 / 6.0)];
const SQRT_3: f64 = 1.732_050_807_568_877_2;
/// How the logarithms of becoming strained, of searching, of leaving and of an early exit rise with frailty (reference world).
const STRAINED_BY_FRAILTY: f64 = 1.0;
const SEARCHING_BY_FRAILTY: f64 = 0.5;
const LEAVING_BY_FRAILTY: f64 = 0.5;
const EARLY_BY_FRAILTY: f64 = 0.3;
/// Half-life, in days, of what a channel has said.
const EVIDENCE_HALF_LIFE_DAYS: f64 = 21.0;
/// Days ahead of [`StageFilter::leaving`].
const AHEAD_DAYS: u32 = 30;

/// What the filter believes about agents in general. `prior`: from the reference world, not from a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageParameters {
    /// From the reference world and not fitted on this site.
    pub prior: bool,
    /// Shift of each channel in each stage, in personal standard deviations.
    pub shifts: [[f64; STAGES]; CHANNELS.len()],
    /// Shift of quality in each stage; + is worse.
    pub quality_shift: [f64; STAGES],
    /// Standard deviation of quality in each stage.
    pub quality_sd: [f64; STAGES],
    /// Factor on the personal rate of absence.
    pub absence_factor: [f64; STAGES],
    /// Factor on the personal rate of lateness.
    pub lateness_factor: [f64; STAGES],
    /// Chance of leaving per calendar day.
    pub leaving: [f64; STAGES],
    /// Chance of an early exit per day at tenure 0, falling with a time constant of 50 days.
    pub early_exit: f64,
    /// Standard deviation of frailty.
    pub frailty_sd: f64,
    /// How agents differ and drift.
    pub levels: PersonalLevels,
}

impl Default for StageParameters {
    fn default() -> Self {
        Self {
            prior: true,
            shifts: [
                [0.0, 0.15, 0.30, 0.50],
                [0.0, 0.15, 0.30, 0.55],
                [0.0, 0.10, 0.35, 0.75],
                [0.0, 0.15, 0.40, 0.85],
                [0.0, 0.05, 0.30, 0.55],
            ],
            quality_shift: [0.0, 0.15, 0.30, 0.55],
            quality_sd: [1.0, 1.15, 1.35, 1.6],
            absence_factor: [1.0, 1.4, 2.1, 3.3],
            lateness_factor: [1.0, 1.2, 1.8, 2.5],
            leaving: [0.000_35, 0.000_6, 0.004, 0.08],
            early_exit: 0.003_5,
            frailty_sd: 0.5,
            levels: PersonalLevels::default(),
        }
    }
}

/// What is seen of an agent on one calendar day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageDay {
    /// Team's occupancy, smoothed (0…1).
    pub occupancy: f64,
    /// Days since hiring.
    pub tenure_days: f64,
    /// On a scheduled shift: whether it was missed without approval.
    pub absent: Option<bool>,
    /// How much more often than usual everybody is absent these days, as a share of usual: 0 as usual, 1 twice as often.
    pub absence_excess: f64,
    /// On a worked shift: whether it began late.
    pub late: Option<bool>,
    /// Nothing was scheduled: late is what began later than the agent usually does, and counts half.
    pub late_by_habit: bool,
    /// Deviations from peers ÷ the usual day-to-day standard deviation of the site (handle time, after-call work, pauses, adherence, short calls), + = worse. The own level
    /// is still in them.
    pub channels: [Option<f64>; CHANNELS.len()],
    /// The same of quality.
    pub quality: Option<f64>,
}

/// The state for one agent.
///
/// ```
/// use attrition::hazard::{StageDay, StageFilter, StageParameters};
/// let (parameters, mut filter) = (StageParameters::default(), StageFilter::default());
/// let day = |deviation| StageDay { occupancy: 0.8, tenure_days: 400.0, channels: [Some(deviation); 5], ..StageDay::default() };
/// (0..200).for_each(|_| filter.observe(&parameters, &day(1.0)));
/// let slow_but_content = filter.stages()[3];
/// (0..20).for_each(|_| filter.observe(&parameters, &day(2.0)));
/// assert!(slow_but_content < 0.02 && filter.stages()[3] > 0.5, "one more than usual for twenty days is a sign; being always above the others is none");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageFilter {
    /// Probability of each stage under each frailty.
    stages: [[f64; STAGES]; FRAILTIES.len()],
    /// By stage; not there before the first day.
    beliefs: Option<[Belief; STAGES]>,
    spreads: [OwnSpread; SPREAD],
    /// Per channel, then absence, lateness, quality: log-likelihood of searching against engaged, with forgetting.
    evidence: [f64; SEEN],
}

impl Default for StageFilter {
    fn default() -> Self {
        let stages = FRAILTIES.map(|(_, weight)| [weight, 0.0, 0.0, 0.0]);
        Self { stages, beliefs: None, spreads: [OwnSpread::default(); SPREAD], evidence: [0.0; SEEN] }
    }
}

impl StageFilter {
    /// Probability of each stage, given all days so far.
    #[must_use]
    pub fn stages(&self) -> [f64; STAGES] {
        std::array::from_fn(|stage| self.stages.iter().map(|stages| stages[stage]).sum())
    }

    /// What each channel says for *searching* against *engaged*: log-likelihood ratio with a half-life of 21 days. The last three are absence, lateness and
    /// quality.
    #[must_use]
    pub fn evidence(&self) -> &[f64] {
        &self.evidence
    }

    /// What is expected of a channel on the next day, deviation from peers ÷ the usual day-to-day standard deviation: what stage, level and drift make
    /// of it.
    #[must_use]
    pub fn expected(&self, parameters: &StageParameters) -> [f64; CHANNELS.len()] {
        std::array::from_fn(|channel| {
            let own = |stage: usize| self.beliefs.map_or(0.0, |beliefs| beliefs[stage].channels[channel].expected());
            let sd = libm::sqrt(self.spreads[channel].variance(&parameters.levels));
            let under = |stage: usize| own(stage) + sd * parameters.shifts[channel][stage];
            self.stages().iter().enumerate().map(|(stage, probability)| probability * under(stage)).sum()
        })
    }

    /// Log-odds of leaving within 30 days if occupancy stays as it is: the stages carried forward day by day.
    #[must_use]
    pub fn leaving(&self, parameters: &StageParameters, occupancy: f64, tenure_days: f64) -> f64 {
        let mut stays = 0.0;
        for (of, (frailty, _)) in self.stages.iter().zip(FRAILTIES) {
            let mut staying = *of;
            for ahead in 1..=AHEAD_DAYS {
                staying = added(&carried(&staying, parameters, occupancy, tenure_days + f64::from(ahead), frailty));
            }
            stays += staying.iter().sum::<f64>();
        }
        let stays = stays.clamp(1e-9, 1.0 - 1e-9);
        libm::log((1.0 - stays) / stays)
    }

    /// The features that the first places of [`Self::evidence`] belong to.
    #[must_use]
    pub fn channels() -> [Feature; CHANNELS.len()] {
        CHANNELS
    }

    /// Takes one calendar day: the stage may have changed since yesterday, then what was seen is weighed and learned. A day without anything seen only lets
    /// stage and drift move on.
    pub fn observe(&mut self, parameters: &StageParameters, day: &StageDay) {
        let moved: [[[f64; STAGES]; STAGES]; FRAILTIES.len()] =
            std::array::from_fn(|of| carried(&self.stages[of], parameters, day.occupancy, day.tenure_days, FRAILTIES[of].0));
        let from: [[f64; STAGES]; STAGES] =
            std::array::from_fn(|stage| std::array::from_fn(|to| moved.iter().map(|rows| rows[stage][to]).sum()));
        let next = added(&from);
        let before = self.beliefs.unwrap_or_else(|| [Belief::prior(&parameters.levels); STAGES]);
        let mut beliefs = before;
        let mut said = [Said::default(); STAGES];
        for (to, belief) in beliefs.iter_mut().enumerate() {
            let parts: Vec<(f64, Belief)> = from
                .iter()
                .zip(before)
                .filter(|(row, _)| next[to] > 0.0 && row[to] > 0.0)
                .map(|(row, before)| (row[to] / next[to], before))
                .collect();
            if !parts.is_empty() {
                *belief = Belief::mixed(&parts);
            }
            said[to] = belief.learn(to, parameters, day, &self.spreads);
        }
        self.beliefs = Some(beliefs);
        self.weigh(&moved.map(|rows| added(&rows)), &said.map(|said| said.logs.iter().sum()));
        self.learn_spreads(day, &said);
        let kept = libm::exp2(-1.0 / EVIDENCE_HALF_LIFE_DAYS);
        for (channel, evidence) in self.evidence.iter_mut().enumerate() {
            *evidence = *evidence * kept + said[2].logs[channel] - said[0].logs[channel];
        }
    }

    /// Bayes: what was expected, by how well each stage explains the day.
    fn weigh(&mut self, next: &[[f64; STAGES]; FRAILTIES.len()], logs: &[f64; STAGES]) {
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weighed = next.map(|stages| std::array::from_fn(|stage| stages[stage] * libm::exp(logs[stage] - most)));
        let sum: f64 = weighed.iter().flatten().sum();
        if sum > 0.0 {
            self.stages = weighed.map(|stages: [f64; STAGES]| stages.map(|probability| probability / sum));
        }
    }

    fn learn_spreads(&mut self, day: &StageDay, said: &[Said; STAGES]) {
        let stages = self.stages();
        let seen = day.channels.iter().chain([&day.quality]);
        for ((place, spread), _) in self.spreads.iter_mut().enumerate().zip(seen).filter(|(_, seen)| seen.is_some()) {
            spread.learn(stages.iter().zip(said).map(|(probability, said)| probability * said.squares[place]).sum());
        }
    }
}

/// One day on: who leaves is taken out, the others move. Says how much of each stage (row) goes to which (column).
fn carried(
    stages: &[f64; STAGES],
    parameters: &StageParameters,
    occupancy: f64,
    tenure_days: f64,
    frailty: f64,
) -> [[f64; STAGES]; STAGES] {
    let frailty = parameters.frailty_sd * frailty;
    let moves = transitions(occupancy, tenure_days, frailty);
    let early = parameters.early_exit * libm::exp(EARLY_BY_FRAILTY * frailty - tenure_days / 50.0);
    let factor = libm::exp(LEAVING_BY_FRAILTY * frailty);
    std::array::from_fn(|stage| {
        let staying = stages[stage] * (1.0 - (factor * parameters.leaving[stage] + early).min(0.5));
        moves[stage].map(|moved| staying * moved)
    })
}

fn added(from: &[[f64; STAGES]; STAGES]) -> [f64; STAGES] {
    std::array::from_fn(|to| from.iter().map(|row| row[to]).sum())
}

/// Chances of moving between stages in one day (reference world; occupancy drives strain).
fn transitions(occupancy: f64, tenure_days: f64, frailty: f64) -> [[f64; STAGES]; STAGES] {
    let load = occupancy - 0.82;
    let newcomer = 1.0 + 0.6 * libm::exp(-tenure_days / 90.0);
    let strained = (0.002_2 * libm::exp(12.0 * load + STRAINED_BY_FRAILTY * frailty) * newcomer).min(0.06);
    let searching = (libm::exp(6.0 * load + SEARCHING_BY_FRAILTY * frailty) / 90.0).min(0.05);
    let (relaxed, stays_on, decided) = (1.0 / 70.0, 1.0 / 110.0, 1.0 / 40.0);
    [
        [1.0 - strained, strained, 0.0, 0.0],
        [relaxed, 1.0 - relaxed - searching, searching, 0.0],
        [0.0, stays_on, 1.0 - stays_on - decided, decided],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    /// Nobody is frail, and whoever leaves does so with the same chance from every stage.
    fn plain(leaving: f64, early_exit: f64) -> StageParameters {
        StageParameters { leaving: [leaving; STAGES], early_exit, frailty_sd: 0.0, ..StageParameters::default() }
    }

    /// Thirty days of 1 % each; and early exits that fall with 50 days of tenure from the first day ahead on, never more than every second one a day.
    #[test]
    fn leaving_is_thirty_days_ahead() {
        let odds = |stays: f64| ((1.0 - stays) / stays).ln();
        near(StageFilter::default().leaving(&plain(0.01, 0.0), 0.8, 400.0), odds(0.99_f64.powi(30)));
        let early = |day: i32| 10.0 * (-f64::from(140 + day) / 50.0).exp();
        assert!(early(1) > 0.5 && early(20) < 0.5);
        let stays = (1..=30).map(|day| 1.0 - early(day).min(0.5)).product();
        near(StageFilter::default().leaving(&plain(0.0, 10.0), 0.8, 140.0), odds(stays));
    }

    /// However loaded and frail, no more than 6 % become strained and 5 % of them search in a day.
    #[test]
    fn moves_are_bounded() {
        let moves = transitions(1.5, 0.0, 2.0);
        near(moves[0][1], 0.06);
        near(moves[1][2], 0.05);
        moves.iter().for_each(|row| near(row.iter().sum(), 1.0));
    }

    /// One channel at 1 where the level is known to be 0 and days have a variance of 1: searching adds 0.3, so it says ½ − ½ · 0.7², half of it after 21 days.
    #[test]
    fn evidence_is_of_searching_and_fades() {
        let levels = PersonalLevels {
            level_variance: 0.0,
            drift_variance: 0.0,
            day_variance: 1.0,
            day_variance_days: 1e15,
            peer_variance: 0.0,
            ..PersonalLevels::default()
        };
        let (parameters, mut filter) = (StageParameters { levels, ..plain(0.001, 0.0) }, StageFilter::default());
        filter.observe(&parameters, &StageDay { occupancy: 0.8, channels: [Some(1.0), None, None, None, None], ..StageDay::default() });
        near(filter.evidence[0], 0.5 - 0.5 * 0.7 * 0.7);
        (0..21).for_each(|_| filter.observe(&parameters, &StageDay { occupancy: 0.8, ..StageDay::default() }));
        near(filter.evidence[0], 0.5 * (0.5 - 0.5 * 0.7 * 0.7));
    }

    /// Spreads are learned from what was seen alone, and from each stage as far as it is believed: a quarter of 4 and three quarters of 8.
    #[test]
    fn spreads_are_learned_by_belief() {
        let stages = [[0.0; STAGES], [0.25, 0.0, 0.0, 0.75], [0.0; STAGES]];
        let mut filter = StageFilter { stages, ..StageFilter::default() };
        let of = |square: f64| Said { squares: [square; SPREAD], ..Said::default() };
        filter.learn_spreads(&StageDay { quality: Some(1.0), ..StageDay::default() }, &[of(4.0), of(100.0), of(100.0), of(8.0)]);
        let usual = OwnSpread::default();
        let mut learned = usual;
        learned.learn(7.0);
        assert_eq!(filter.spreads, [usual, usual, usual, usual, usual, learned]);
    }
}
