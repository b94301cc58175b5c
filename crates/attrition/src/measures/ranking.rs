//! How well scores put leavers first. Ties never depend on the order of the rows.

/// Scores with labels from the highest score down, in groups of equal score: (members, leavers).
fn groups(scored: &[(f64, bool)]) -> Vec<(u64, u64)> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    sorted
        .chunk_by(|(a, _), (b, _)| a.total_cmp(b).is_eq())
        .map(|group| (group.len() as u64, group.iter().filter(|(_, left)| *left).count() as u64))
        .collect()
}

/// Area under the receiver operating characteristic: the share of pairs (leaver, stayer) in which the leaver has the higher score, a tie counting half
/// (Mann & Whitney 1947). `None` without leavers or without stayers.
///
/// ```
/// use attrition::measures::area_under_curve;
/// // Of the 2 × 2 pairs three are in order.
/// assert_eq!(area_under_curve(&[(0.9, true), (0.5, false), (0.4, true), (0.1, false)]), Some(0.75));
/// assert_eq!(area_under_curve(&[(0.9, true)]), None);
/// ```
#[must_use]
pub fn area_under_curve(scored: &[(f64, bool)]) -> Option<f64> {
    let (mut leavers_above, mut doubled_pairs, mut stayers) = (0, 0, 0);
    for (members, leavers) in groups(scored) {
        doubled_pairs += (members - leavers) * (2 * leavers_above + leavers);
        leavers_above += leavers;
        stayers += members - leavers;
    }
    let pairs = leavers_above * stayers;
    (pairs > 0).then(|| doubled_pairs as f64 / (2 * pairs) as f64)
}

/// Average precision: Σ (recall step) × precision over the thresholds, without interpolation, as scikit-learn defines it. Compare it with the base rate.
/// `None` without leavers.
#[must_use]
pub fn average_precision(scored: &[(f64, bool)]) -> Option<f64> {
    let (mut flagged, mut found, mut sum) = (0, 0, 0.0);
    for (members, leavers) in groups(scored) {
        flagged += members;
        found += leavers;
        sum += leavers as f64 * (found as f64 / flagged as f64);
    }
    (found > 0).then(|| sum / found as f64)
}

/// What flagging the highest scores finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtTop {
    /// Rows flagged.
    pub flagged: u64,
    /// Share of the flagged that leave.
    pub precision: f64,
    /// Share of the leavers that are flagged.
    pub recall: f64,
}

/// Precision and recall when this share of the rows (rounded down) is flagged. Where equal scores straddle the border, the leavers among them count pro rata.
/// `None` if that flags no row or there are no leavers.
///
/// ```
/// use attrition::measures::at_top;
/// let top = at_top(&[(0.9, true), (0.5, false), (0.4, true), (0.1, false)], 0.5).unwrap();
/// assert_eq!((top.flagged, top.precision, top.recall), (2, 0.5, 0.5));
/// ```
#[must_use]
pub fn at_top(scored: &[(f64, bool)], share: f64) -> Option<AtTop> {
    let flagged = libm::floor(scored.len() as f64 * share) as u64;
    let (mut room, mut found, mut all) = (flagged, 0.0, 0);
    for (members, leavers) in groups(scored) {
        let taken = room.min(members);
        found += leavers as f64 * taken as f64 / members as f64;
        room -= taken;
        all += leavers;
    }
    (flagged > 0 && all > 0).then(|| AtTop { flagged, precision: found / flagged as f64, recall: found / all as f64 })
}
