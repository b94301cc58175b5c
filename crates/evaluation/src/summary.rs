//! Seeds put together: mean and standard deviation of every number.

use crate::evaluation::Evaluation;
use crate::scorers::Scorer;
use serde::Serialize;
use std::collections::BTreeMap;

/// A number of one evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Whose; none for the world's own.
    pub scorer: Option<Scorer>,
    /// Stable name.
    pub name: String,
    /// Value, if it could be formed.
    pub value: Option<f64>,
}

/// A number over seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Whose; none for the world's own.
    pub scorer: Option<Scorer>,
    /// Stable name.
    pub name: String,
    /// Mean over the seeds that have it.
    pub mean: f64,
    /// Standard deviation (n − 1) over them; none with one seed.
    pub sd: Option<f64>,
    /// How many have it.
    pub seeds: usize,
}

/// Every number of an evaluation. Skills are against Oracle-F: (AUC − ½) ÷ (AUC_F − ½) and (AP − base rate) ÷ (AP_F − base rate); ratios too.
#[must_use]
pub fn metrics(judged: &Evaluation) -> Vec<Metric> {
    let mut found = Vec::new();
    let mut push = |scorer: Option<Scorer>, name: &str, value: Option<f64>| {
        found.push(Metric { scorer, name: name.to_owned(), value: value.filter(|value| value.is_finite()) });
    };
    push(None, "leaving_per_year", Some(judged.world.leaving_per_year));
    for (stage, share) in judged.world.by_stage.iter().enumerate() {
        push(None, &format!("exits_stage_{stage}"), Some(*share));
    }
    let ceiling = judged.rows.iter().find(|row| row.scorer == Scorer::OracleF).map(|row| &row.quality);
    push(None, "base_rate", ceiling.map(|quality| quality.base_rate));
    push(None, "brier_of_base_rate", ceiling.map(|quality| quality.brier_of_base_rate));
    for row in &judged.rows {
        let (scorer, quality) = (Some(row.scorer), &row.quality);
        push(scorer, "auc", quality.auc);
        push(scorer, "ap", quality.average_precision);
        for (share, top) in ["2", "5", "10"].into_iter().zip(quality.at_top) {
            push(scorer, &format!("precision_at_{share}"), top.map(|(precision, _)| precision));
            push(scorer, &format!("recall_at_{share}"), top.map(|(_, recall)| recall));
        }
        let over = |own: Option<f64>, best: Option<f64>, least: f64| Some((own? - least) / (best? - least));
        push(scorer, "skill_auc", over(quality.auc, ceiling.and_then(|of| of.auc), 0.5));
        push(scorer, "skill_ap", over(quality.average_precision, ceiling.and_then(|of| of.average_precision), quality.base_rate));
        push(scorer, "brier", quality.brier);
        push(scorer, "log_loss", quality.log_loss);
        push(scorer, "observed_over_expected", quality.observed_over_expected);
        push(scorer, "slope", quality.slope);
        push(scorer, "intercept", quality.intercept);
        for (bin, (expected, observed)) in quality.reliability.iter().enumerate() {
            push(scorer, &format!("reliability_{}.expected", bin + 1), Some(*expected));
            push(scorer, &format!("reliability_{}.observed", bin + 1), Some(*observed));
        }
        for (number, quarter) in row.quarters.iter().enumerate() {
            push(scorer, &format!("observed_over_expected.quarter_{}", number + 1), quarter.observed_over_expected);
        }
        if let Some(errors) = &row.errors {
            push(scorer, "auc_error", errors.auc);
            push(scorer, "ap_error", errors.average_precision);
            push(scorer, "observed_over_expected_error", errors.observed_over_expected);
        }
    }
    for of in &judged.parts {
        let mut push = |name: &str, value: Option<f64>| push(Some(Scorer::Product), &format!("{}.{name}", of.part.code()), value);
        push("rows", Some(of.rows as f64));
        push("base_rate", of.base_rate);
        push("auc", of.auc);
        push("best_auc", of.best_auc);
        push("observed_over_expected", of.observed_over_expected);
        push("alerts_per_agent_year", of.alerts_per_agent_year);
        push("precision", of.precision);
        push("recall", of.recall);
        push("chance_recall", of.chance_recall);
    }
    for alerts in &judged.alerts {
        let best = judged.alerts.iter().find(|other| other.scorer == Scorer::OracleF && other.budget.total_cmp(&alerts.budget).is_eq());
        let (scorer, quality, at) = (Some(alerts.scorer), &alerts.quality, format!("budget_{}", alerts.budget * 100.0));
        let mut push = |name: &str, value: Option<f64>| push(scorer, &format!("{at}.{name}"), value);
        push("alerts_per_agent_year", Some(quality.alerts_per_agent_year));
        push("false_per_agent_year", Some(quality.false_per_agent_year));
        push("false_per_leader_week", Some(quality.false_per_leader_week));
        push("precision", quality.precision);
        push("recall", quality.recall);
        push("chance_recall", Some(quality.chance_recall));
        push("signed_recall", quality.signed_recall);
        push("sudden_recall", quality.sudden_recall);
        push("lead_days_q1", quality.lead_days.map(|lead| lead.0));
        push("lead_days_median", quality.lead_days.map(|lead| lead.1));
        push("lead_days_q3", quality.lead_days.map(|lead| lead.2));
        let ratio = |own: Option<f64>, best: Option<f64>| Some(own? / best?);
        push("recall_ratio", ratio(quality.recall, best.and_then(|best| best.quality.recall)));
        for of in &alerts.reasons {
            let of_whom = if of.right_only { "right" } else { "all" };
            let mut push = |name: &str, value: Option<f64>| push(&format!("reasons.{}.{of_whom}.{name}", of.named.code()), value);
            push("alarms", Some(of.alarms as f64));
            push("share", of.share);
            for (family, share) in &of.families {
                push(&format!("share_{family:?}").to_lowercase(), *share);
            }
            push("hit", of.hit);
            push("random_family", of.random_family);
            push("random_agent", of.random_agent);
        }
        push("false_ratio", ratio(Some(quality.false_per_agent_year), best.map(|best| best.quality.false_per_agent_year)));
    }
    found
}

/// Mean and standard deviation of every number, in order of first appearance.
#[must_use]
pub fn summarise(judged: &[Evaluation]) -> Vec<Summary> {
    let mut order = Vec::new();
    let mut values: BTreeMap<(Option<Scorer>, String), Vec<f64>> = BTreeMap::new();
    for metric in judged.iter().flat_map(metrics) {
        let key = (metric.scorer, metric.name);
        let of = values.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        of.extend(metric.value);
    }
    let put_together = |key: (Option<Scorer>, String)| {
        let of = values.get(&key).filter(|of| !of.is_empty())?;
        let n = of.len() as f64;
        let mean = of.iter().sum::<f64>() / n;
        let squares: f64 = of.iter().map(|value| (value - mean) * (value - mean)).sum();
        Some(Summary { scorer: key.0, name: key.1, mean, sd: (of.len() > 1).then(|| libm::sqrt(squares / (n - 1.0))), seeds: of.len() })
    };
    order.into_iter().filter_map(put_together).collect()
}
