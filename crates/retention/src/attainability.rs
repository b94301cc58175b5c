//! Whether targets can be reached: the share of comparable agents who reach each. A target that hardly anybody reaches says something of the target.

use crate::FEWEST_AGENTS;
use attrition::measures::{Interval, wilson};
use std::collections::BTreeMap;

/// Days below which nothing is said of an agent.
pub const FEWEST_DAYS: u64 = 5;
/// Below this share few reach a target.
pub const FEW: f64 = 0.3;

/// A target, and with whom agents are comparable.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The target, as reference data call it.
    pub target: String,
    /// `aht` (less is better), `calls_per_hour` or `adherence`.
    pub kpi: String,
    /// What is to be reached, millionths: of seconds, of calls per hour, of all.
    pub value_micro: i64,
    /// Who is comparable: agents of one queue group, of one level, or of both.
    pub cell: String,
}

/// What of an agent is compared with a target: the KPI over all days on which the target held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// The target.
    pub wanted: Wanted,
    /// The agent.
    pub agent: String,
    /// Days of which the KPI is known.
    pub days: u64,
    /// Numerator of the KPI over them.
    pub amount: i64,
    /// Its denominator: numerator ÷ denominator has the unit of the target.
    pub base: i64,
}

/// How many reach a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attained {
    /// Agents of whom it is known.
    pub agents: u64,
    /// Of them: who reach it.
    pub reached: u64,
    /// The same as a share.
    pub share: f64,
    /// Its 95 % interval (Wilson).
    pub interval: Interval,
}

impl Attained {
    /// Fewer than 30 % reach it, beyond chance: the whole interval lies below. That takes nine agents at least.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        self.interval.high < FEW
    }
}

impl Measured {
    /// Whether the agent reached the target over all days together; exactly the target is reached. `None` with fewer than five days, or of a KPI that no single agent has.
    ///
    /// ```
    /// use retention::attainability::{Measured, Wanted};
    /// let of = |kpi: &str, value_micro, amount, days| {
    ///     let wanted = Wanted { kpi: kpi.into(), value_micro, ..Wanted::default() };
    ///     Measured { wanted, days, amount, base: 10, ..Measured::default() }.is_reached()
    /// };
    /// assert_eq!(of("aht", 300_000_000, 3_000, 5), Some(true));
    /// assert_eq!(of("calls_per_hour", 12_000_000, 119, 5), Some(false));
    /// assert_eq!([of("aht", 300_000_000, 3_000, 4), of("service_level", 800_000, 9, 5)], [None; 2]);
    /// ```
    #[must_use]
    pub fn is_reached(&self) -> Option<bool> {
        let (own, wanted) = (i128::from(self.amount) * 1_000_000, i128::from(self.wanted.value_micro) * i128::from(self.base));
        let reached = match self.wanted.kpi.as_str() {
            "aht" => own <= wanted,
            "calls_per_hour" | "adherence" => own >= wanted,
            _ => return None,
        };
        (self.days >= FEWEST_DAYS && self.base > 0).then_some(reached)
    }
}

/// Counts who reaches each target; `None` where it is known of fewer than eight agents. Several rows of one agent are put together; the order of rows changes nothing.
#[must_use]
pub fn attainability(measured: &[Measured]) -> BTreeMap<Wanted, Option<Attained>> {
    let mut targets: BTreeMap<&Wanted, BTreeMap<&str, Measured>> = BTreeMap::new();
    for row in measured {
        let empty = || Measured { wanted: row.wanted.clone(), ..Measured::default() };
        let of = targets.entry(&row.wanted).or_default().entry(&row.agent).or_insert_with(empty);
        (of.days, of.amount, of.base) = (of.days + row.days, of.amount + row.amount, of.base + row.base);
    }
    targets.into_iter().map(|(wanted, agents)| (wanted.clone(), attained(agents.values().filter_map(Measured::is_reached)))).collect()
}

fn attained(known: impl Iterator<Item = bool>) -> Option<Attained> {
    let (agents, reached) = known.fold((0, 0), |(agents, all), reached| (agents + 1, all + u64::from(reached)));
    let interval = wilson(reached, agents, 0.95).filter(|_| agents >= FEWEST_AGENTS as u64)?;
    Some(Attained { agents, reached, share: reached as f64 / agents as f64, interval })
}
