//! A forward filter over four hidden stages of an agent (engaged, strained, searching, decided). Alone it is no better than the logistic model; its
//! probabilities as three more inputs are worth about 0.01 of AUC and of AP in the reference world.

use crate::features::Feature;
use serde::{Deserialize, Serialize};

/// Stages.
const STAGES: usize = 4;
/// The channels of pace and care that the filter looks at.
const CHANNELS: [Feature; 5] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Pause, Feature::AdherenceGap, Feature::ShortCall];
/// Half-life, in days, of what a channel has said.
const EVIDENCE_HALF_LIFE_DAYS: f64 = 21.0;

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
    /// Variance of a channel beyond that of the day itself when nothing is known of the person.
    pub personal_variance: f64,
    /// The filter takes days for independent, and they resemble each other through slow drift, so that it is too sure: the variance of channels is
    /// multiplied by this.
    pub variance_factor: f64,
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
            personal_variance: 0.64,
            variance_factor: 3.0,
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
    /// On a worked shift: whether it began late.
    pub late: Option<bool>,
    /// Standardised channels (handle time, after-call work, pauses, adherence, short calls), + = worse.
    pub channels: [Option<f64>; CHANNELS.len()],
    /// Share of the personal level in the baseline, n ÷ (n + κ).
    pub known_share: f64,
    /// Standardised quality, + = worse.
    pub quality: Option<f64>,
    /// Personal rates of absence and lateness.
    pub absence_rate: f64,
    /// Personal rate of lateness.
    pub lateness_rate: f64,
}

/// The state for one agent.
///
/// ```
/// use attrition::hazard::{StageDay, StageFilter, StageParameters};
/// let (parameters, mut filter) = (StageParameters::default(), StageFilter::default());
/// let bad = StageDay { occupancy: 0.85, tenure_days: 400.0, channels: [Some(2.5); 5], known_share: 0.9, ..StageDay::default() };
/// for _ in 0..15 {
///     filter.observe(&parameters, &bad);
/// }
/// assert!(filter.stages()[3] > 0.5, "fifteen such days are no chance");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageFilter {
    stages: [f64; STAGES],
    /// Per channel, then absence, lateness, quality: log-likelihood of searching against engaged, with forgetting.
    evidence: [f64; CHANNELS.len() + 3],
}

impl Default for StageFilter {
    fn default() -> Self {
        Self { stages: [1.0, 0.0, 0.0, 0.0], evidence: [0.0; CHANNELS.len() + 3] }
    }
}

impl StageFilter {
    /// Probability of each stage, given all days so far.
    #[must_use]
    pub fn stages(&self) -> &[f64; STAGES] {
        &self.stages
    }

    /// The three inputs of the hazard model: ln(probability + 1e-4) of the stages 1 to 3.
    #[must_use]
    pub fn inputs(&self) -> [f64; 3] {
        let [_, strained, searching, decided] = self.stages;
        [strained, searching, decided].map(|probability| libm::log(probability + 1e-4))
    }

    /// What each channel says for *searching* against *engaged*: log-likelihood ratio with a half-life of 21 days. The last three are absence, lateness and
    /// quality.
    #[must_use]
    pub fn evidence(&self) -> &[f64] {
        &self.evidence
    }

    /// The features that the first places of [`Self::evidence`] belong to.
    #[must_use]
    pub fn channels() -> [Feature; CHANNELS.len()] {
        CHANNELS
    }

    /// Takes one calendar day: the stage may have changed since yesterday, then what was seen is weighed. A day without anything seen only lets the stage
    /// drift.
    pub fn observe(&mut self, parameters: &StageParameters, day: &StageDay) {
        let transitions = transitions(day);
        let early = parameters.early_exit * libm::exp(-day.tenure_days / 50.0);
        let mut next = [0.0; STAGES];
        for ((probability, leaving), row) in self.stages.iter().zip(parameters.leaving).zip(&transitions) {
            for (to, moved) in next.iter_mut().zip(row) {
                *to += probability * (1.0 - (leaving + early).min(0.5)) * moved;
            }
        }
        let likelihoods = log_likelihoods(parameters, day);
        let total: [f64; STAGES] = std::array::from_fn(|stage| likelihoods.iter().map(|channel| channel[stage]).sum());
        let most = total.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (probability, log) in next.iter_mut().zip(total) {
            *probability *= libm::exp(log - most);
        }
        let sum: f64 = next.iter().sum();
        if sum > 0.0 {
            self.stages = next.map(|probability| probability / sum);
        }
        let kept = libm::exp2(-1.0 / EVIDENCE_HALF_LIFE_DAYS);
        for (evidence, channel) in self.evidence.iter_mut().zip(&likelihoods) {
            *evidence = *evidence * kept + channel[2] - channel[0];
        }
    }
}

/// Chances of moving between stages in one day (reference world; occupancy drives strain).
fn transitions(day: &StageDay) -> [[f64; STAGES]; STAGES] {
    let load = day.occupancy - 0.82;
    let strained = (0.002_2 * libm::exp(12.0 * load) * (1.0 + 0.6 * libm::exp(-day.tenure_days / 90.0))).min(0.06);
    let searching = (libm::exp(6.0 * load) / 90.0).min(0.05);
    let (relaxed, stays_on, decided) = (1.0 / 70.0, 1.0 / 110.0, 1.0 / 40.0);
    [
        [1.0 - strained, strained, 0.0, 0.0],
        [relaxed, 1.0 - relaxed - searching, searching, 0.0],
        [0.0, stays_on, 1.0 - stays_on - decided, decided],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

/// Log-likelihood of each thing seen, in each stage; 0 where nothing was seen.
fn log_likelihoods(parameters: &StageParameters, day: &StageDay) -> [[f64; STAGES]; CHANNELS.len() + 3] {
    let mut found = [[0.0; STAGES]; CHANNELS.len() + 3];
    // The less the personal level is known, the less a deviation says.
    let variance = parameters.variance_factor * (1.15 + parameters.personal_variance * (1.0 - day.known_share));
    for ((channel, shifts), seen) in found.iter_mut().zip(&parameters.shifts).zip(day.channels) {
        if let Some(z) = seen {
            let z = z.clamp(-3.5, 3.5);
            *channel = shifts.map(|shift| -0.5 * (z - shift) * (z - shift) / variance);
        }
    }
    let [.., absence, lateness, quality] = &mut found;
    if let Some(absent) = day.absent {
        *absence = parameters.absence_factor.map(|factor| happened(absent, (day.absence_rate * factor).clamp(1e-6, 0.6)));
    }
    if let Some(late) = day.late {
        *lateness = parameters.lateness_factor.map(|factor| happened(late, (day.lateness_rate * factor).clamp(1e-6, 0.7)));
    }
    if let Some(z) = day.quality {
        let z = z.clamp(-4.0, 4.0);
        *quality = std::array::from_fn(|stage| {
            let (shift, sd) = (parameters.quality_shift[stage], parameters.quality_sd[stage]);
            -0.5 * (z - shift) * (z - shift) / (sd * sd * 1.15) - libm::log(sd)
        });
    }
    found
}

fn happened(it_did: bool, chance: f64) -> f64 {
    if it_did { libm::log(chance) } else { libm::log1p(-chance) }
}
