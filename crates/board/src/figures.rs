//! KPIs of a pane as amounts: a numerator and, for ratios and means, a denominator. The division comes last.

use crate::Target;
use kpi::Pane;
use serde_json::{Value, json};

/// A KPI of the catalogue.
pub(crate) struct Kpi {
    name: &'static str,
    title: &'static str,
    unit: Unit,
    amounts: fn(&Pane, Target) -> (i64, i64),
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Count,
    Ratio,
    Seconds,
}

/// Numerator and denominator of a KPI; denominator none: a plain count. Times are in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) numerator: i64,
    pub(crate) denominator: Option<i64>,
}

impl Amount {
    /// Both together.
    #[must_use]
    pub(crate) fn and(&self, other: &Amount) -> Amount {
        let denominator = match (self.denominator, other.denominator) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        Amount { numerator: self.numerator + other.numerator, denominator }
    }
}

fn within(pane: &Pane, outcome: usize, limit_s: i64) -> i64 {
    let buckets = kpi::WAIT_EDGES_S.iter().zip(&pane.histograms.0[outcome]);
    buckets.filter(|(edge_s, _)| **edge_s <= limit_s).map(|(_, count)| i64::from(*count)).sum()
}

static CATALOGUE: &[Kpi] = &[
    Kpi { name: "offered", title: "Offered", unit: Unit::Count, amounts: |pane, _| (pane.counts.offered, 0) },
    Kpi { name: "answered", title: "Answered", unit: Unit::Count, amounts: |pane, _| (pane.counts.answered, 0) },
    Kpi { name: "abandoned", title: "Abandoned", unit: Unit::Count, amounts: |pane, _| (pane.counts.abandoned, 0) },
    Kpi {
        name: "service_level",
        title: "Service level, short abandons out",
        unit: Unit::Ratio,
        amounts: |pane, target| {
            let asked = pane.counts.answered + pane.counts.abandoned - within(pane, 1, target.short_abandon_s);
            (within(pane, 0, target.threshold_s), asked)
        },
    },
    Kpi {
        name: "abandonment_rate",
        title: "Abandonment rate, short abandons out",
        unit: Unit::Ratio,
        amounts: |pane, target| {
            let given_up = pane.counts.abandoned - within(pane, 1, target.short_abandon_s);
            (given_up, pane.counts.answered + given_up)
        },
    },
    Kpi {
        name: "average_speed_of_answer",
        title: "Average speed of answer",
        unit: Unit::Seconds,
        amounts: |pane, _| (pane.counts.wait_answered_ms, pane.counts.answered),
    },
];

/// All KPIs.
pub(crate) fn catalogue() -> &'static [Kpi] {
    CATALOGUE
}

/// Its name in JSON and in metrics.
pub(crate) fn name(kpi: &Kpi) -> &'static str {
    kpi.name
}

/// The amounts of a pane.
pub(crate) fn evaluate(kpi: &Kpi, pane: &Pane, target: Target) -> Amount {
    let (numerator, denominator) = (kpi.amounts)(pane, target);
    Amount { numerator, denominator: (kpi.unit != Unit::Count).then_some(denominator) }
}

/// The value: a count, a share from 0 to 1, or seconds; none: the denominator is zero.
pub(crate) fn value(kpi: &Kpi, amount: &Amount) -> Option<f64> {
    match (kpi.unit, amount.denominator) {
        (Unit::Count, _) => Some(amount.numerator as f64),
        (_, None | Some(0)) => None,
        (Unit::Ratio, Some(denominator)) => Some(amount.numerator as f64 / denominator as f64),
        (Unit::Seconds, Some(denominator)) => Some(amount.numerator as f64 / 1e3 / denominator as f64),
    }
}

/// What it is, for `/api/kpis`.
pub(crate) fn describe(kpi: &Kpi) -> Value {
    let unit = match kpi.unit {
        Unit::Count => "count",
        Unit::Ratio => "ratio",
        Unit::Seconds => "seconds",
    };
    json!({ "name": kpi.name, "title": kpi.title, "unit": unit })
}

/// Metric families with their help: the value, the numerator, the denominator.
pub(crate) fn metric_names(kpi: &Kpi) -> [Option<(String, String)>; 3] {
    let (name, title) = (kpi.name, kpi.title);
    let family = |suffix: &str, what: &str| Some((format!("holdfast_queue_{name}{suffix}"), format!("{title}{what}")));
    match kpi.unit {
        Unit::Count => [family("", "."), None, None],
        Unit::Ratio => [
            family("_ratio", "; no sample without a denominator."),
            family("_numerator", ", numerator."),
            family("_denominator", ", denominator."),
        ],
        Unit::Seconds => [
            family("_seconds", "; no sample without a denominator."),
            family("_numerator_seconds", ", numerator."),
            family("_denominator", ", denominator."),
        ],
    }
}

/// Values of [`metric_names`].
pub(crate) fn metric_values(kpi: &Kpi, amount: &Amount) -> [Option<f64>; 3] {
    let scale = if kpi.unit == Unit::Seconds { 1e3 } else { 1.0 };
    [value(kpi, amount), Some(amount.numerator as f64 / scale), amount.denominator.map(|denominator| denominator as f64)]
}
