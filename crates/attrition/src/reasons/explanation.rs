//! A score taken apart by family.

use crate::features::{Family, Input};
use crate::hazard::Score;
use std::collections::BTreeMap;

/// A family that contributes less, in log-odds, is not shown.
pub const LEAST_LOG_ODDS: f64 = 0.15;
/// No more families are shown that raise a score.
pub const MOST_FAMILIES: usize = 5;

/// What one family contributed.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyReason {
    /// The family.
    pub family: Family,
    /// Log-odds against the segment.
    pub log_odds: f64,
    /// The same as a factor on the odds.
    pub factor: f64,
    /// Its input that contributed most in that direction.
    pub leading: Input,
    /// It is something for the organisation to change.
    pub organisation: bool,
}

/// A score with its reasons: reference + raising + lowering + rest = log-odds.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Log-odds of an agent who is as the segment on average.
    pub reference_log_odds: f64,
    /// Log-odds of the agent.
    pub log_odds: f64,
    /// At most five families that raise it, the strongest first.
    pub raising: Vec<FamilyReason>,
    /// Families that lower it, the strongest first.
    pub lowering: Vec<FamilyReason>,
    /// All that is not shown.
    pub rest: f64,
    /// Families that raise it by at least [`LEAST_LOG_ODDS`], shown or not: a warning needs two.
    pub raising_families: u32,
}

/// Takes a score apart.
///
/// ```
/// use attrition::features::{Family, Feature, Input};
/// use attrition::hazard::{Contribution, Score};
/// let score = Score {
///     log_odds: -1.9,
///     reference_log_odds: -3.0,
///     contributions: vec![
///         Contribution { input: Input::Change(Feature::AfterCallWork), log_odds: 0.6 },
///         Contribution { input: Input::Slow(Feature::AfterCallWork), log_odds: 0.3 },
///         Contribution { input: Input::Now(Feature::TeamExits), log_odds: 0.2 },
///     ],
/// };
/// let shown = attrition::reasons::explain(&score);
/// assert_eq!(shown.raising.iter().map(|reason| reason.family).collect::<Vec<_>>(), [Family::Pace, Family::Surroundings]);
/// assert_eq!(shown.raising[0].leading, Input::Change(Feature::AfterCallWork));
/// ```
#[must_use]
pub fn explain(score: &Score) -> Explanation {
    let mut families: BTreeMap<Family, Vec<(Input, f64)>> = BTreeMap::new();
    for contribution in &score.contributions {
        families.entry(contribution.input.family()).or_default().push((contribution.input, contribution.log_odds));
    }
    let reasons: Vec<FamilyReason> = families.iter().filter_map(|(family, parts)| reason(*family, parts)).collect();
    let strong = |sign: f64| {
        let mut found: Vec<FamilyReason> = reasons.iter().filter(|reason| reason.log_odds * sign >= LEAST_LOG_ODDS).cloned().collect();
        found.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then(a.family.cmp(&b.family)));
        found
    };
    let (mut raising, lowering) = (strong(1.0), strong(-1.0));
    let raising_families = raising.len() as u32;
    raising.truncate(MOST_FAMILIES);
    let shown = |family: Family| raising.iter().chain(&lowering).any(|reason| reason.family == family);
    let rest = reasons.iter().filter(|reason| !shown(reason.family)).map(|reason| reason.log_odds).sum();
    Explanation { reference_log_odds: score.reference_log_odds, log_odds: score.log_odds, raising, lowering, rest, raising_families }
}

fn reason(family: Family, parts: &[(Input, f64)]) -> Option<FamilyReason> {
    let log_odds: f64 = parts.iter().map(|(_, part)| part).sum();
    let sign = if log_odds < 0.0 { -1.0 } else { 1.0 };
    let (leading, _) = parts.iter().max_by(|a, b| (a.1 * sign).total_cmp(&(b.1 * sign)).then(b.0.cmp(&a.0)))?;
    let organisation = leading.feature().is_some_and(|feature| feature.spec().organisation);
    Some(FamilyReason { family, log_odds, factor: libm::exp(log_odds), leading: *leading, organisation })
}
