//! Tiers under a budget: the first few of a site in the order of [`super::order`], if they are also high in themselves and for more than one reason.

use serde::{Deserialize, Serialize};

/// How urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Counted in aggregates of at least eight; visible to nobody by name.
    Watch,
    /// A talk is due.
    Concern,
    /// A talk is due now.
    Urgent,
}

impl Tier {
    /// Its name in events and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Concern => "concern",
            Self::Urgent => "urgent",
        }
    }

    /// The tier of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Watch, Self::Concern, Self::Urgent].into_iter().find(|tier| tier.name() == name)
    }
}

/// Where the tiers begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TierSettings {
    /// How much the rise of a score counts for the place under the budget, see [`super::order()`].
    pub rise_weight: f64,
    /// Share of the site's agents at risk that may be of concern.
    pub concern_share: f64,
    /// Share that may be urgent by rank.
    pub urgent_share: f64,
    /// Times the segment's base rate from which on anything is told.
    pub least_factor: f64,
    /// Families that must contribute.
    pub least_families: u32,
    /// Probability that is urgent whatever the rank.
    pub urgent_probability: f64,
    /// With a named rule: times the base rate that is urgent.
    pub rule_factor: f64,
}

impl Default for TierSettings {
    fn default() -> Self {
        Self {
            rise_weight: 0.175,
            concern_share: 0.05,
            urgent_share: 0.02,
            least_factor: 2.0,
            least_families: 2,
            urgent_probability: 0.35,
            rule_factor: 4.0,
        }
    }
}

/// An agent at risk with today's score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Probability of leaving within the horizon.
    pub probability: f64,
    /// The same of the agent's segment.
    pub base: f64,
    /// By what the agent stands in line for the budget: the higher, the earlier.
    pub order: f64,
    /// Families that raise the score, see [`crate::reasons::Explanation::raising_families`].
    pub families: u32,
    /// A named rule holds and says that something changed ([`crate::detectors::Rule::changed`]).
    pub rule: bool,
}

/// The tier of each of a site's agents at risk, in order. An agent is among the first share if no more than that share stand at least as high in the order, so
/// that equal ones never exceed the budget and the order of agents changes nothing.
///
/// ```
/// use attrition::signals::{Candidate, Tier, TierSettings, place};
/// let usual = Candidate { probability: 0.03, base: 0.04, order: -3.5, families: 0, rule: false };
/// let mut site = vec![usual; 100];
/// site[7] = Candidate { probability: 0.20, order: -1.4, families: 3, ..usual };
/// assert_eq!(place(&site, &TierSettings::default())[7], Some(Tier::Urgent));
/// site[7].families = 1;
/// assert_eq!(place(&site, &TierSettings::default())[7], Some(Tier::Watch));
/// ```
#[must_use]
pub fn place(site: &[Candidate], settings: &TierSettings) -> Vec<Option<Tier>> {
    let mut line: Vec<f64> = site.iter().map(|candidate| candidate.order).collect();
    line.sort_by(f64::total_cmp);
    let at_least_as_high = |order: f64| line.len() - line.partition_point(|other| other.total_cmp(&order).is_lt());
    let among = |order: f64, share: f64| at_least_as_high(order) as f64 <= share * line.len() as f64;
    site.iter()
        .map(|candidate| {
            let Candidate { probability, base, order, families, rule } = *candidate;
            let high = probability >= settings.least_factor * base;
            let told = high && families >= settings.least_families;
            let urgent = probability >= settings.urgent_probability
                || (rule && probability >= settings.rule_factor * base)
                || (told && among(order, settings.urgent_share));
            if urgent {
                Some(Tier::Urgent)
            } else if told && among(order, settings.concern_share) {
                Some(Tier::Concern)
            } else {
                high.then_some(Tier::Watch)
            }
        })
        .collect()
}
