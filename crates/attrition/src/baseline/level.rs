//! An agent's own level and spread of one feature, after the peers were taken out.
//!
//! The level is an exponentially weighted Huber mean. It lags, so that the beginning of a decline is not yet in it, and it is frozen while a warning is open, so
//! that it does not learn the decline. It is shrunk to the peers, because the mean of few days is mostly chance.

use crate::numerics::{gain, median_absolute_deviation};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Factor from the median absolute deviation to a normal standard deviation.
const MAD_TO_SD: f64 = 1.4826;

/// How a baseline learns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineSettings {
    /// Half-life of the level, in worked days.
    pub half_life_days: f64,
    /// The level on a day knows the days up to so many worked days before.
    pub lag_days: usize,
    /// Deviations from the level are held to so many spreads before they are learned.
    pub winsor_sd: f64,
    /// The spread comes from the latest so many learned days.
    pub spread_days: usize,
    /// Days that the pooled spread counts as.
    pub pool_days: f64,
    /// Standardised values are held to ± this.
    pub clip_sd: f64,
    /// A time of more calendar days without work makes doubtful what was usual.
    pub gap_days: i32,
    /// Weight of the level, in days, after such a gap: from then on it learns faster. The level itself stays, so that a return never raises a score.
    pub gap_weight_days: u32,
    /// Worked days after a gap that raise no chart.
    pub quiet_days: u32,
    /// The same after a move to another team, queue mix or leader.
    pub move_weight_days: u32,
}

impl Default for BaselineSettings {
    fn default() -> Self {
        Self {
            half_life_days: 60.0,
            lag_days: 5,
            winsor_sd: 3.5,
            spread_days: 60,
            pool_days: 20.0,
            clip_sd: 3.0,
            gap_days: 20,
            gap_weight_days: 30,
            quiet_days: 10,
            move_weight_days: 15,
        }
    }
}

/// What agents of a site have in common, per feature; from [`super::moments`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// Day-to-day standard deviation of an agent.
    pub sd: f64,
    /// Days of evidence at which own level and peers weigh the same.
    pub shrinkage_days: f64,
    /// Correlation of neighbouring days.
    pub correlation: f64,
}

impl Default for Pool {
    fn default() -> Self {
        Self { sd: 1.0, shrinkage_days: 8.0, correlation: 0.3 }
    }
}

/// A day against the own usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// (deviation from peers − own usual deviation) ÷ spread, clipped.
    pub z: f64,
    /// The part of it that yesterday does not explain, for charts.
    pub whitened: f64,
    /// Own usual deviation from peers, shrunk.
    pub usual: f64,
    /// Spread.
    pub spread: f64,
}

/// The state for one agent and feature.
///
/// ```
/// use attrition::baseline::{Baseline, BaselineSettings, Pool};
/// let (settings, pool) = (BaselineSettings::default(), Pool::default());
/// let mut baseline = Baseline::default();
/// for _ in 0..100 {
///     baseline.observe(&settings, &pool, 2.0);
/// }
/// // Always 2 above the peers is usual by now: 96 days are learned, and 96 / (96 + 8) of 2 is 1.85.
/// assert!((baseline.observe(&settings, &pool, 2.0).usual - 2.0 * 96.0 / 104.0).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    level: f64,
    /// Learned days, as evidence.
    evidence_days: u32,
    /// What they weigh against a new day.
    weight_days: u32,
    /// Days that wait to be learned, oldest first.
    waiting: VecDeque<f64>,
    /// Learned days, for the spread.
    learned: VecDeque<f64>,
    /// z of the latest day.
    last: Option<f64>,
    frozen: bool,
}

impl Baseline {
    /// Takes the deviation from peers of one worked day and says how far it is from the own usual.
    pub fn observe(&mut self, settings: &BaselineSettings, pool: &Pool, deviation: f64) -> Standardised {
        let (usual, spread) = (self.usual(pool), self.spread(settings, pool));
        let z = ((deviation - usual) / spread).clamp(-settings.clip_sd, settings.clip_sd);
        let correlation = pool.correlation;
        let whitened = match self.last {
            Some(before) => (z - correlation * before) / libm::sqrt(1.0 - correlation * correlation),
            None => z,
        };
        self.last = Some(z);
        if !self.frozen {
            self.waiting.push_back(deviation);
            while self.waiting.len() >= settings.lag_days.max(1) {
                self.learn_oldest(settings, spread);
            }
        }
        Standardised { z, whitened, usual, spread }
    }

    fn learn_oldest(&mut self, settings: &BaselineSettings, spread: f64) {
        let Some(deviation) = self.waiting.pop_front() else { return };
        let gain = gain(settings.half_life_days).max(1.0 / (f64::from(self.weight_days) + 1.0));
        let reach = settings.winsor_sd * spread;
        self.level += gain * (deviation - self.level).clamp(-reach, reach);
        self.evidence_days = self.evidence_days.saturating_add(1);
        self.weight_days = self.weight_days.saturating_add(1);
        self.learned.push_back(deviation);
        while self.learned.len() > settings.spread_days {
            self.learned.pop_front();
        }
    }

    /// Own usual deviation from peers: b · n ÷ (n + κ).
    #[must_use]
    pub fn usual(&self, pool: &Pool) -> f64 {
        self.level * self.known_share(pool)
    }

    /// How much of the level is the agent's own: n ÷ (n + κ).
    #[must_use]
    pub fn known_share(&self, pool: &Pool) -> f64 {
        let n = f64::from(self.evidence_days);
        if n > 0.0 { n / (n + pool.shrinkage_days) } else { 0.0 }
    }

    /// √((20 · pooled² + n · own²) ÷ (20 + n)), the own one from the median absolute deviation and at least half the pooled.
    #[must_use]
    pub fn spread(&self, settings: &BaselineSettings, pool: &Pool) -> f64 {
        let learned: Vec<f64> = self.learned.iter().copied().collect();
        let own = median_absolute_deviation(&learned).map_or(pool.sd, |deviation| (MAD_TO_SD * deviation).max(0.5 * pool.sd));
        let n = f64::from(self.evidence_days);
        libm::sqrt((settings.pool_days * pool.sd * pool.sd + n * own * own) / (settings.pool_days + n))
    }

    /// Learned days.
    #[must_use]
    pub fn evidence_days(&self) -> u32 {
        self.evidence_days
    }

    /// What the level weighs against a new day, in days.
    #[must_use]
    pub fn weight_days(&self) -> u32 {
        self.weight_days
    }

    /// A warning was opened: nothing is learned until it is closed. The days that wait are dropped, for it is they that the lag exists for.
    pub fn freeze(&mut self) {
        self.frozen = true;
        self.waiting.clear();
    }

    /// The warning was closed.
    pub fn thaw(&mut self) {
        self.frozen = false;
    }

    /// The agent is back from a long time without work: the level stays, so that a return never raises a score, and learns faster. The last days before it explain nothing
    /// of the first ones after it.
    pub fn returned(&mut self, settings: &BaselineSettings) {
        self.weight_days = self.weight_days.min(settings.gap_weight_days);
        self.waiting.clear();
        self.last = None;
    }

    /// Another team, queue mix or leader: the level stays and learns faster.
    pub fn moved(&mut self, settings: &BaselineSettings) {
        self.weight_days = self.weight_days.min(settings.move_weight_days);
    }
}
