//! Scorecards that invite a groove: targets of speed and volume with nothing beside them that would suffer; and the pairs behind it, for people.

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
    // Before volume: `sales_per_hour` is sales.
    ("sales", &["complaint", "csat", "qa", "quality"]),
    ("per_hour", &["short_talk", "repeat", "qa", "quality", "csat"]),
    ("handled", &["short_talk", "repeat", "qa", "quality", "csat"]),
    ("occupancy", &["qa", "quality", "csat"]),
];

/// Two KPIs of the catalogue of which one is pushed at the cost of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The strong one: effort moves it at once.
    pub pushed: &'static str,
    /// The weak one: what suffers, later and elsewhere.
    pub at_the_cost_of: &'static str,
    /// How the one is had at the cost of the other.
    pub how: &'static str,
}

const fn pair(pushed: &'static str, at_the_cost_of: &'static str, how: &'static str) -> Pair {
    Pair { pushed, at_the_cost_of, how }
}

/// The opposed pairs, by the names that the KPIs have in the catalogue: what to watch beside what is pushed. [`lint`] asks for the same ones, and for KPIs of other
/// catalogues by their words.
///
/// ```
/// use retention::scorecards::{PAIRS, lint};
/// assert!(PAIRS.iter().any(|pair| pair.pushed == "calls_per_hour" && pair.at_the_cost_of == "short_talk_rate"));
/// assert!(PAIRS.iter().all(|pair| lint(&[(pair.pushed, 1), (pair.at_the_cost_of, 1)]).is_empty()));
/// ```
pub const PAIRS: &[Pair] = &[
    pair("aht", "repeat_rate_72h", "the call ends before the matter does, and the customer calls again"),
    pair("aht", "fcr_72h", "the same, as the share that is solved at once"),
    pair("aht", "transfer_rate_blind", "what would take long is passed on"),
    pair("aht", "qa_score", "steps of the conversation are left out"),
    pair("aht", "csat_top_two", "customers are hurried"),
    pair("average_acw", "qa_score", "notes are short or missing, or are written while the customer waits"),
    pair("average_acw", "repeat_rate_72h", "what was promised is not put down, and nobody does it"),
    pair("sales_per_hour", "csat_top_two", "what was sold is not what was wanted"),
    pair("sales_per_hour", "qa_score", "terms are not told"),
    pair("calls_per_hour", "short_talk_rate", "talks of a few seconds count, too"),
    pair("calls_per_hour", "repeat_rate_72h", "a second call for the same matter counts twice"),
    pair("calls_per_hour", "qa_score", "steps of the conversation are left out"),
    pair("calls_per_hour", "csat_top_two", "customers are hurried"),
    pair("handled", "short_talk_rate", "talks of a few seconds count, too"),
    pair("handled", "repeat_rate_72h", "a second call for the same matter counts twice"),
    pair("handled", "qa_score", "steps of the conversation are left out"),
    pair("handled", "csat_top_two", "customers are hurried"),
    pair("occupancy", "qa_score", "without a breath between calls care goes first"),
    pair("occupancy", "csat_top_two", "without a breath between calls patience goes first"),
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
