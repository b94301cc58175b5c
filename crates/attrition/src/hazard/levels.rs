//! What a stage filter believes of one agent: under each stage the personal level and slow drift of every channel, and the personal rates of absence and
//! lateness; under all together how much the agent's days differ. Levels and drift are a Kalman filter of two dimensions, rates are gamma distributions; beliefs of
//! stages that flow together are mixed by mean and variance.

use super::stages::{CHANNELS, StageDay, StageParameters};
use serde::{Deserialize, Serialize};

/// Deviations count up to so many standard deviations of what is expected.
const REACH_SD: f64 = 4.0;
/// What a start says that is judged by the agent's own habit, beside one that is judged by a schedule.
const HABIT_WEIGHT: f64 = 0.5;
/// Things seen: the channels, absence, lateness, quality.
pub(super) const SEEN: usize = CHANNELS.len() + 3;
/// Things of which the spread is learned: the channels and quality.
pub(super) const SPREAD: usize = CHANNELS.len() + 1;

/// How agents differ and drift, in the usual day-to-day standard deviation of a channel on the site. A site finds all of it in the autocovariances of its own days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalLevels {
    /// Variance of levels between agents.
    pub level_variance: f64,
    /// Variance of the slow drift around the level.
    pub drift_variance: f64,
    /// Correlation of the drift from one calendar day to the next.
    pub drift_memory: f64,
    /// Usual variance of a day around level and drift; each agent's own is learned.
    pub day_variance: f64,
    /// Days of the agent's own that count as much as what is usual of the variance of a day.
    pub day_variance_days: f64,
    /// Variance of what the peers err.
    pub peer_variance: f64,
    /// Shifts that the rate of absence is known by before anything is seen: times it happened, and all. Few of them, so that whoever is absent more often for reasons of
    /// their own is known by that soon, and not taken for somebody who is about to leave (decision 0020).
    pub absence_prior: [f64; 2],
    /// The same of lateness.
    pub lateness_prior: [f64; 2],
}

impl Default for PersonalLevels {
    fn default() -> Self {
        Self {
            level_variance: 0.64,
            drift_variance: 0.14,
            drift_memory: 0.985,
            day_variance: 0.95,
            day_variance_days: 12.0,
            peer_variance: 0.05,
            absence_prior: [0.5, 10.5],
            lateness_prior: [2.0, 32.0],
        }
    }
}

/// What is believed of a channel: level and drift with their covariances.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Level {
    level: f64,
    drift: f64,
    level_variance: f64,
    covariance: f64,
    drift_variance: f64,
}

impl Level {
    fn prior(levels: &PersonalLevels) -> Self {
        Self { level: 0.0, drift: 0.0, level_variance: levels.level_variance, covariance: 0.0, drift_variance: levels.drift_variance }
    }

    pub(super) fn expected(&self) -> f64 {
        self.level + self.drift
    }

    /// A calendar day passes.
    fn age(&mut self, levels: &PersonalLevels) {
        let memory = levels.drift_memory;
        self.drift *= memory;
        self.covariance *= memory;
        self.drift_variance = memory * memory * self.drift_variance + (1.0 - memory * memory) * levels.drift_variance;
    }

    /// Learns a deviation (without what the stage adds). Says its log-likelihood, and the square of the day's own part of it that is to be expected now.
    fn learn(&mut self, deviation: f64, day_variance: f64, peer_variance: f64) -> (f64, f64) {
        let (of_level, of_drift) = (self.level_variance + self.covariance, self.covariance + self.drift_variance);
        let variance = of_level + of_drift + day_variance + peer_variance;
        let reach = REACH_SD * libm::sqrt(variance);
        let surprise = (deviation - self.expected()).clamp(-reach, reach);
        self.level += of_level / variance * surprise;
        self.drift += of_drift / variance * surprise;
        self.level_variance -= of_level * of_level / variance;
        self.covariance -= of_level * of_drift / variance;
        self.drift_variance -= of_drift * of_drift / variance;
        let (share, log) = (day_variance / variance, -0.5 * (surprise * surprise / variance + libm::log(variance)));
        (log, day_variance * (1.0 - share) + share * share * surprise * surprise)
    }

    /// One belief with the mean and the variance of several.
    fn mixed(parts: &[(f64, Self)]) -> Self {
        let mean = |of: fn(&Self) -> f64| parts.iter().map(|(weight, part)| weight * of(part)).sum::<f64>();
        let (level, drift) = (mean(|part| part.level), mean(|part| part.drift));
        let mut mixed = Self { level, drift, level_variance: 0.0, covariance: 0.0, drift_variance: 0.0 };
        for (weight, part) in parts {
            let (off_level, off_drift) = (part.level - level, part.drift - drift);
            mixed.level_variance += weight * (part.level_variance + off_level * off_level);
            mixed.covariance += weight * (part.covariance + off_level * off_drift);
            mixed.drift_variance += weight * (part.drift_variance + off_drift * off_drift);
        }
        mixed
    }
}

/// What is believed of a personal rate: a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct OwnRate {
    hits: f64,
    shifts: f64,
}

impl OwnRate {
    /// Learns whether it happened on a shift that counts `weight` and on which the rate was so many times its usual, and says the log-likelihood.
    fn learn(&mut self, happened: bool, factor: f64, weight: f64) -> f64 {
        let chance = (self.hits / self.shifts * factor).clamp(1e-6, 0.7);
        self.hits += weight * f64::from(u8::from(happened));
        self.shifts += weight * factor;
        weight * if happened { libm::log(chance) } else { libm::log1p(-chance) }
    }

    fn mixed(parts: &[(f64, Self)]) -> Self {
        let sum = |of: fn(&Self) -> f64| parts.iter().map(|(weight, part)| weight * of(part)).sum();
        Self { hits: sum(|part| part.hits), shifts: sum(|part| part.shifts) }
    }
}

/// How much the days of an agent differ, in one channel: the mean square of what the days add on their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnSpread {
    days: f64,
    squares: f64,
}

impl OwnSpread {
    pub(super) fn variance(&self, levels: &PersonalLevels) -> f64 {
        (levels.day_variance_days * levels.day_variance + self.squares) / (levels.day_variance_days + self.days)
    }

    pub(super) fn learn(&mut self, square: f64) {
        self.days += 1.0;
        self.squares += square;
    }
}

/// What a stage says of a day: the log-likelihood of each thing seen, and the squares from which spreads are learned; 0 where nothing was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) logs: [f64; SEEN],
    pub(super) squares: [f64; SPREAD],
}

/// What is believed under one stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Belief {
    pub(super) channels: [Level; CHANNELS.len()],
    quality: Level,
    absence: OwnRate,
    lateness: OwnRate,
}

impl Belief {
    pub(super) fn prior(levels: &PersonalLevels) -> Self {
        let rate = |[hits, shifts]: [f64; 2]| OwnRate { hits, shifts };
        Self {
            channels: [Level::prior(levels); CHANNELS.len()],
            quality: Level { drift_variance: 0.0, ..Level::prior(levels) },
            absence: rate(levels.absence_prior),
            lateness: rate(levels.lateness_prior),
        }
    }

    pub(super) fn mixed(parts: &[(f64, Self)]) -> Self {
        let of =
            |pick: &dyn Fn(&Self) -> Level| Level::mixed(&parts.iter().map(|(weight, part)| (*weight, pick(part))).collect::<Vec<_>>());
        let rate =
            |pick: &dyn Fn(&Self) -> OwnRate| OwnRate::mixed(&parts.iter().map(|(weight, part)| (*weight, pick(part))).collect::<Vec<_>>());
        Self {
            channels: std::array::from_fn(|channel| of(&|part| part.channels[channel])),
            quality: of(&|part| part.quality),
            absence: rate(&|part| part.absence),
            lateness: rate(&|part| part.lateness),
        }
    }

    /// Learns a day as one of a stage.
    pub(super) fn learn(&mut self, stage: usize, parameters: &StageParameters, day: &StageDay, spreads: &[OwnSpread; SPREAD]) -> Said {
        let levels = &parameters.levels;
        let mut said = Said::default();
        for (channel, belief) in self.channels.iter_mut().enumerate() {
            belief.age(levels);
            if let Some(seen) = day.channels[channel] {
                let variance = spreads[channel].variance(levels);
                let shift = libm::sqrt(variance) * parameters.shifts[channel][stage];
                (said.logs[channel], said.squares[channel]) = belief.learn(seen - shift, variance, levels.peer_variance);
            }
        }
        let [.., absence, lateness, quality] = &mut said.logs;
        let times_absent = parameters.absence_factor[stage] * (1.0 + day.absence_excess);
        *absence = day.absent.map_or(0.0, |absent| self.absence.learn(absent, times_absent, 1.0));
        let weight = if day.late_by_habit { HABIT_WEIGHT } else { 1.0 };
        *lateness = day.late.map_or(0.0, |late| self.lateness.learn(late, parameters.lateness_factor[stage], weight));
        if let Some(seen) = day.quality {
            let (variance, sd) = (spreads[SPREAD - 1].variance(levels), parameters.quality_sd[stage]);
            let shift = libm::sqrt(variance) * parameters.quality_shift[stage];
            let (log, square) = self.quality.learn(seen - shift, variance * sd * sd, levels.peer_variance);
            (*quality, said.squares[SPREAD - 1]) = (log, square / (sd * sd));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half 1 ± √0.5 and half −1 ± √0.5: mean 0, variance 0.5 within and 1 between.
    #[test]
    fn beliefs_mix_by_mean_and_variance() {
        let at = |level: f64| Level { level, drift: 0.0, level_variance: 0.5, covariance: 0.0, drift_variance: 0.2 };
        let mixed = Level::mixed(&[(0.5, at(1.0)), (0.5, at(-1.0))]);
        assert_eq!((mixed.level, mixed.level_variance, mixed.drift_variance), (0.0, 1.5, 0.2));
        // Where a high level comes with a high drift, the one says something of the other.
        let both = |level: f64| Level { drift: level / 2.0, ..at(level) };
        let mixed = Level::mixed(&[(0.5, both(1.0)), (0.5, both(-1.0))]);
        assert_eq!((mixed.covariance, mixed.drift_variance), (0.5, 0.45));
        let rate = OwnRate::mixed(&[(0.25, OwnRate { hits: 4.0, shifts: 40.0 }), (0.75, OwnRate { hits: 0.0, shifts: 80.0 })]);
        assert_eq!((rate.hits, rate.shifts), (1.0, 70.0));
    }

    /// Variance 0.6 of level and 0.2 of drift, a day of variance 1.2 at 2: gains 0.6 ÷ 2 and 0.2 ÷ 2, so level 0.6 and drift 0.2. A drift of memory 0.5 halves each
    /// day and its variance comes back; the level stays.
    #[test]
    fn drift_fades_and_level_stays() {
        let levels = PersonalLevels { level_variance: 0.6, drift_variance: 0.2, drift_memory: 0.5, ..PersonalLevels::default() };
        let mut level = Level::prior(&levels);
        let (log, square) = level.learn(2.0, 0.8, 0.4);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(level.level, 0.6);
        near(level.drift, 0.2);
        near(log, -0.5 * (2.0 + 2.0_f64.ln()));
        // Of the 2, 0.4 shares belong to the day itself: 0.8, with a variance of 0.8 · 0.6 that is left.
        near(square, 0.8 * 0.8 + 0.8 * 0.6);
        near(level.level_variance, 0.6 - 0.6 * 0.6 / 2.0);
        near(level.covariance, -0.6 * 0.2 / 2.0);
        (0..2).for_each(|_| level.age(&levels));
        near(level.drift, 0.05);
        near(level.covariance, -0.015);
        (0..100).for_each(|_| level.age(&levels));
        near(level.expected(), 0.6);
        near(level.drift_variance, 0.2);
        // A wild day counts as four standard deviations, here of √2.
        let mut wild = Level::prior(&levels);
        wild.learn(1_000.0, 0.8, 0.4);
        near(wild.level, 0.3 * 4.0 * 2.0_f64.sqrt());
    }

    /// A day of the last stage, in which quality differs twice as much: of the variance 0.2 of the agent's own days 0.8. With 0.8 of the level and 0.4 of the peers they are 2,
    /// and quality has no drift. Of the 2 seen 0.4 shares are the day's: 0.8 · 0.6 + 0.8², a quarter of it in units of the first stage.
    #[test]
    fn quality_is_learned_in_its_own_spread() {
        let levels = PersonalLevels {
            level_variance: 0.8,
            drift_variance: 0.2,
            day_variance: 0.1,
            day_variance_days: 12.0,
            peer_variance: 0.4,
            ..PersonalLevels::default()
        };
        let mut parameters = StageParameters { levels, quality_sd: [1.0, 1.0, 1.0, 2.0], ..StageParameters::default() };
        parameters.quality_shift = [0.0; 4];
        // Twelve usual days of 0.1 and twelve of 0.3.
        let spreads = [OwnSpread { days: 12.0, squares: 3.6 }; SPREAD];
        let said = Belief::prior(&levels).learn(3, &parameters, &StageDay { quality: Some(2.0), ..StageDay::default() }, &spreads);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(said.squares[SPREAD - 1], (0.8 * 0.6 + 0.8 * 0.8) / 4.0);
        near(said.logs[SEEN - 1], -0.5 * (2.0 + 2.0_f64.ln()));
        // With a shift of 1.5, √0.2 of it is the stage's own.
        parameters.quality_shift = [1.5; 4];
        let said = Belief::prior(&levels).learn(3, &parameters, &StageDay { quality: Some(2.0), ..StageDay::default() }, &spreads);
        let left = 2.0 - 1.5 * 0.2_f64.sqrt();
        near(said.logs[SEEN - 1], -0.5 * (left * left / 2.0 + 2.0_f64.ln()));
    }

    /// Drift fades on days on which nothing is seen, too; and lateness is judged by what the stage makes of it.
    #[test]
    fn every_day_passes_and_every_stage_is_late_in_its_way() {
        let levels = PersonalLevels { drift_memory: 0.5, lateness_prior: [2.0, 40.0], ..PersonalLevels::default() };
        let parameters = StageParameters { levels, ..StageParameters::default() };
        let mut belief = Belief::prior(&levels);
        let seen = StageDay { channels: [Some(1.0); CHANNELS.len()], late: Some(true), ..StageDay::default() };
        let said = belief.learn(3, &parameters, &seen, &[OwnSpread::default(); SPREAD]);
        assert!((said.logs[SEEN - 2] - (2.0 / 40.0 * parameters.lateness_factor[3]).ln()).abs() < 1e-12);
        let drift = belief.channels[0].drift;
        (0..2).for_each(|_| _ = belief.learn(3, &parameters, &StageDay::default(), &[OwnSpread::default(); SPREAD]));
        assert!(drift != 0.0 && (belief.channels[0].drift - drift / 4.0).abs() < 1e-15);
    }

    /// Without a schedule a late start counts half: half the evidence, and half a shift of what is learned.
    #[test]
    fn lateness_by_habit_counts_half() {
        let (parameters, spreads) = (StageParameters::default(), [OwnSpread::default(); SPREAD]);
        let seen = |late_by_habit: bool| {
            let mut belief = Belief::prior(&parameters.levels);
            let day = StageDay { late: Some(true), late_by_habit, ..StageDay::default() };
            let said = belief.learn(3, &parameters, &day, &spreads);
            (said.logs[SEEN - 2], belief.lateness)
        };
        let ((whole, _), (half, learned)) = (seen(false), seen(true));
        assert!(whole < -0.5 && (half - whole / 2.0).abs() < 1e-15, "{whole} {half}");
        assert_eq!((learned.hits, learned.shifts), (2.0 + 0.5, 32.0 + 0.5 * parameters.lateness_factor[3]));
    }

    /// Four absences in forty shifts: (0.5 + 4) ÷ (10.5 + 40) of a further one, most of the 10 % that it is, where one in 21 is usual of all.
    #[test]
    fn who_is_usually_absent_is_known_by_that_soon() {
        let (parameters, spreads) = (StageParameters::default(), [OwnSpread::default(); SPREAD]);
        let mut belief = Belief::prior(&parameters.levels);
        let mut shift = |absent: bool| belief.learn(0, &parameters, &StageDay { absent: Some(absent), ..StageDay::default() }, &spreads);
        (0..40).for_each(|day| _ = shift(day % 10 == 9));
        let [.., log, _, _] = shift(true).logs;
        assert!((log - (4.5_f64 / 50.5).ln()).abs() < 1e-12, "{log}");
    }

    /// Twelve usual days of variance 1 and four that were 9 each: (12 + 36) ÷ 16.
    #[test]
    fn own_spread_is_shrunk_to_the_usual() {
        let levels = PersonalLevels { day_variance: 1.0, day_variance_days: 12.0, ..PersonalLevels::default() };
        let mut spread = OwnSpread::default();
        assert_eq!(spread.variance(&levels), 1.0);
        (0..4).for_each(|_| spread.learn(9.0));
        assert_eq!(spread.variance(&levels), 3.0);
    }

    /// 2 of 40 shifts: it happens with 5 %, three times as often in a stage with factor 3; then it is 3 of 43.
    #[test]
    fn rates_are_learned_by_what_the_stage_makes_of_them() {
        let mut rate = OwnRate { hits: 2.0, shifts: 40.0 };
        assert!((rate.learn(true, 3.0, 1.0) - 0.15_f64.ln()).abs() < 1e-12);
        assert_eq!((rate.hits, rate.shifts), (3.0, 43.0));
        assert!((rate.learn(false, 1.0, 1.0) - (1.0_f64 - 3.0 / 43.0).ln()).abs() < 1e-12);
        // Nothing is certain: three times 75 % is 70 %.
        assert!((OwnRate { hits: 30.0, shifts: 40.0 }.learn(true, 3.0, 1.0) - 0.7_f64.ln()).abs() < 1e-12);
    }
}
