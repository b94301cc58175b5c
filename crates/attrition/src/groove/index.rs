//! The groove index: speed and care of an agent or team, standardised, peers removed, exponentially weighted over 28 days.

/// One week. Both means are oriented so that + is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrooveWeek {
    /// Mean of handle time, calls per hour, after-call work.
    pub strong: f64,
    /// Its bootstrap standard error.
    pub strong_error: f64,
    /// Mean of repeats, transfers, short calls, quality, satisfaction, complaints.
    pub weak: f64,
    /// Its bootstrap standard error.
    pub weak_error: f64,
}

impl GrooveWeek {
    /// Strong − weak.
    #[must_use]
    pub fn index(&self) -> f64 {
        self.strong - self.weak
    }

    fn holds(&self) -> bool {
        self.strong >= 0.75 && self.weak <= -0.5 && self.strong > 2.0 * self.strong_error && -self.weak > 2.0 * self.weak_error
    }
}

/// Whether the latest two weeks both show strong ≥ 0.75 and weak ≤ −0.5, each beyond two standard errors. Learning looks different: both go up.
///
/// ```
/// use attrition::groove::{GrooveWeek, is_groove};
/// let bent = GrooveWeek { strong: 0.9, strong_error: 0.2, weak: -0.6, weak_error: 0.2 };
/// assert!(is_groove(&[bent, bent]));
/// assert!(!is_groove(&[bent, GrooveWeek { weak: 0.1, ..bent }]));
/// assert!(!is_groove(&[bent]));
/// ```
#[must_use]
pub fn is_groove(weeks: &[GrooveWeek]) -> bool {
    matches!(weeks, [.., before, last] if before.holds() && last.holds())
}
