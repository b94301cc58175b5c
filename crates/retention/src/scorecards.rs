//! Scorecards that invite a groove: targets of speed and volume with nothing beside them that would suffer.

/// What a target pushes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// Easily moved by effort: speed and volume.
    Strong,
    /// What suffers unseen: care.
    Weak,
}

/// Words in names of KPIs (the catalogue's and common ones), and on which side they stand.
const WORDS: &[(&str, Side)] = &[
    ("aht", Side::Strong),
    ("handle", Side::Strong),
    ("acw", Side::Strong),
    ("after_call", Side::Strong),
    ("per_hour", Side::Strong),
    ("handled", Side::Strong),
    ("answered", Side::Strong),
    ("talk", Side::Strong),
    ("occupancy", Side::Strong),
    ("utilisation", Side::Strong),
    ("sales", Side::Strong),
    ("csat", Side::Weak),
    ("satisfaction", Side::Weak),
    ("nps", Side::Weak),
    ("qa", Side::Weak),
    ("quality", Side::Weak),
    ("fatal", Side::Weak),
    ("repeat", Side::Weak),
    ("fcr", Side::Weak),
    ("resolution", Side::Weak),
    ("transfer", Side::Weak),
    ("complaint", Side::Weak),
    ("short_talk", Side::Weak),
];

/// Pairs in which the first is pushed at the cost of the second: what to set a target for, or at least to watch, beside the first.
const CROWDS_OUT: &[(&str, &[&str])] = &[
    ("aht", &["repeat", "transfer", "qa", "quality", "csat", "fcr"]),
    ("handle", &["repeat", "transfer", "qa", "quality", "csat", "fcr"]),
    ("acw", &["qa", "quality", "repeat"]),
    ("per_hour", &["short_talk", "repeat", "qa", "quality", "csat"]),
    ("handled", &["short_talk", "repeat", "qa", "quality", "csat"]),
    ("sales", &["complaint", "csat", "qa", "quality"]),
    ("occupancy", &["qa", "quality", "csat"]),
];

/// What is wrong with a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Only speed and volume are asked for.
    NothingOfCare,
    /// This KPI is pushed and none of those that it crowds out is on the card.
    Unopposed {
        /// The KPI.
        kpi: String,
        /// What would have to stand beside it, any of these.
        missing: Vec<&'static str>,
    },
    /// Weights of care are together less than half of those of speed and volume.
    CareWeighsLittle {
        /// Weight of speed and volume.
        strong: u32,
        /// Weight of care.
        weak: u32,
    },
}

/// A target of a scorecard: name of its KPI and weight (1 where weights are not given).
pub type Target<'a> = (&'a str, u32);

/// Looks for what invites a groove.
///
/// ```
/// use retention::scorecards::{Finding, lint};
/// assert_eq!(lint(&[("aht", 1), ("repeat_rate_72h", 1)]), []);
/// let found = lint(&[("calls_per_hour", 3), ("aht", 1)]);
/// assert_eq!(found[0], Finding::NothingOfCare);
/// assert!(matches!(&found[1], Finding::Unopposed { kpi, .. } if kpi == "calls_per_hour"));
/// ```
#[must_use]
pub fn lint(targets: &[Target<'_>]) -> Vec<Finding> {
    let weight = |side| targets.iter().filter(|(kpi, _)| side_of(kpi) == Some(side)).map(|(_, weight)| weight).sum::<u32>();
    let (strong, weak) = (weight(Side::Strong), weight(Side::Weak));
    let mut found = Vec::new();
    if strong > 0 && weak == 0 {
        found.push(Finding::NothingOfCare);
    } else if 2 * weak < strong {
        found.push(Finding::CareWeighsLittle { strong, weak });
    }
    for (kpi, _) in targets.iter().filter(|(kpi, _)| side_of(kpi) == Some(Side::Strong)) {
        let crowded_out = CROWDS_OUT.iter().find(|(word, _)| contains(kpi, word)).map(|(_, words)| *words).unwrap_or_default();
        let opposed = targets.iter().any(|(other, _)| crowded_out.iter().any(|word| contains(other, word)));
        if !crowded_out.is_empty() && !opposed {
            found.push(Finding::Unopposed { kpi: (*kpi).to_owned(), missing: crowded_out.to_vec() });
        }
    }
    found
}

/// Care first: `short_talk_rate` is care although talk is speed.
fn side_of(kpi: &str) -> Option<Side> {
    let of = |side| WORDS.iter().any(|(word, its)| *its == side && contains(kpi, word)).then_some(side);
    of(Side::Weak).or_else(|| of(Side::Strong))
}

fn contains(kpi: &str, word: &str) -> bool {
    // Whole words: `unhandled` is not `handled`.
    let (kpi, word) = (format!("_{}_", kpi.to_lowercase().replace(['-', ' ', '.'], "_")), format!("_{word}_"));
    kpi.contains(&word)
}
