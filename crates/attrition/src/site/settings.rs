//! How a site's days are scored.

use crate::baseline::{BaselineSettings, ShiftSettings};
use crate::hazard::StageParameters;
use crate::signals::{TierSettings, TrackerSettings, hash128};

/// How a site's days are scored.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteSettings {
    /// How baselines learn.
    pub baseline: BaselineSettings,
    /// How groups of peers move.
    pub shifts: ShiftSettings,
    /// What the stage filter believes.
    pub stages: StageParameters,
    /// Where the tiers begin.
    pub tiers: TierSettings,
    /// When signals open and end.
    pub tracker: TrackerSettings,
    /// Days at the beginning from which the moments of the site are taken: how much agents differ, and how fast they learn. They are kept until then and
    /// nothing is scored, as on a new site (at least 15).
    pub moment_days: u32,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            baseline: BaselineSettings::default(),
            shifts: ShiftSettings::default(),
            stages: StageParameters::default(),
            tiers: TierSettings::default(),
            tracker: TrackerSettings::default(),
            moment_days: 28,
        }
    }
}

impl SiteSettings {
    /// A hash that changes whenever a setting does: every score carries it.
    ///
    /// ```
    /// use attrition::site::SiteSettings;
    /// let usual = SiteSettings::default();
    /// assert_ne!(usual.hash(), SiteSettings { moment_days: 60, ..usual.clone() }.hash());
    /// ```
    #[must_use]
    pub fn hash(&self) -> u64 {
        // The shortest text of a number is the number: two settings with one text are one.
        hash128(format!("{self:?}").bytes()) as u64
    }
}
