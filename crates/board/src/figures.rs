//! KPIs as they are shown: names, values of queues added up, metric families. What a KPI is stands in `kpi`.

use crate::Target;
use kpi::{Family, Kpi, Pane, Parameters, Unit, Value};
use serde_json::json;

/// KPIs of a span of time; those of the present are not among them.
pub(crate) fn of_spans() -> impl Iterator<Item = &'static Kpi> {
    kpi::catalogue().filter(|kpi| kpi.family != Family::Now)
}

/// The limits of a target. One that is off the edges was refused at the start (`BoardSettings::check`).
pub(crate) fn parameters(target: Target) -> Parameters {
    Parameters::new(target.threshold_s * 1_000, target.short_abandon_s * 1_000).unwrap_or_default()
}

/// Several queues together: parts are added, each with its queue's own limits; quantiles are taken of the merged panes.
pub(crate) struct Together<'k> {
    kpis: &'k [&'static Kpi],
    values: Vec<Option<Value>>,
    pane: Pane,
}

impl<'k> Together<'k> {
    /// Nothing yet.
    pub(crate) fn new(kpis: &'k [&'static Kpi]) -> Self {
        Together { kpis, values: vec![None; kpis.len()], pane: Pane::default() }
    }

    /// Adds a queue.
    pub(crate) fn add(&mut self, pane: &Pane, values: &[Option<Value>]) {
        for (sum, value) in self.values.iter_mut().zip(values) {
            *sum = match (*sum, *value) {
                (Some(sum), Some(value)) => Some(sum.and(value)),
                (sum, value) => sum.or(value),
            };
        }
        self.pane.merge(pane, 1);
    }

    /// The values of all that were added; a count of no queue is 0.
    pub(crate) fn values(self) -> Vec<Option<Value>> {
        let whole = self.kpis.iter().map(|kpi| kpi.parts(&self.pane, &Parameters::default()));
        let added = self.kpis.iter().zip(self.values);
        whole.zip(added).map(|(whole, (kpi, added))| if kpi.is_additive() { added.or(whole) } else { whole }).collect()
    }
}

/// A value with its parts; `value` is null without a denominator.
pub(crate) fn figure(kpi: &Kpi, value: Option<Value>) -> serde_json::Value {
    let number = value.and_then(|value| value.in_unit(kpi.unit));
    // A whole number is written as one.
    let number = number.map(|number| if kpi.unit == Unit::Count { json!(number as i64) } else { json!(number) });
    match value.and_then(|value| value.denominator.map(|denominator| (value.numerator, denominator))) {
        None => json!({ "value": number }),
        Some((numerator, denominator)) => json!({ "value": number, "numerator": numerator, "denominator": denominator }),
    }
}

/// What a KPI is, for `/api/kpis`.
pub(crate) fn describe(kpi: &Kpi) -> serde_json::Map<String, serde_json::Value> {
    let about = [
        ("name", kpi.name),
        ("title", kpi.title),
        ("family", kpi.family.title()),
        ("unit", kpi.unit.name()),
        ("grain", kpi.grain.name()),
        ("assigned_by", kpi.assigned_by.name()),
        ("edge_cases", kpi.edge_cases),
        ("source_note", kpi.source_note),
    ];
    let mut object: serde_json::Map<_, _> = about.into_iter().map(|(key, text)| (key.to_owned(), json!(text))).collect();
    object.insert("formula".to_owned(), json!(kpi.formula()));
    object.insert("metric".to_owned(), json!(format!("{}{}", kpi.metric_base(), kpi.unit.suffix())));
    object
}

/// Metric families of a KPI with their help: value, numerator, denominator.
pub(crate) fn families(kpi: &Kpi) -> Vec<(String, String)> {
    let (base, suffix, title, formula) = (kpi.metric_base(), kpi.unit.suffix(), kpi.title, kpi.formula());
    let absent = if kpi.denominator.is_some() { " No sample without a denominator." } else { "" };
    let mut families = vec![(format!("{base}{suffix}"), format!("{title}: {formula}.{absent}"))];
    if kpi.denominator.is_some() {
        let seconds = if kpi.unit == Unit::Seconds { "_seconds" } else { "" };
        families.push((format!("{base}_numerator{seconds}"), format!("{title}, above the line: {}.", kpi.numerator)));
        let below = kpi.denominator.map(|denominator| denominator.to_string()).unwrap_or_default();
        families.push((format!("{base}_denominator"), format!("{title}, below the line: {below}.")));
    }
    families
}

/// Samples of [`families`]; none: no sample.
pub(crate) fn samples(kpi: &Kpi, value: Option<Value>) -> [Option<f64>; 3] {
    let Some(value) = value else { return [None; 3] };
    let above = Value { denominator: None, ..value }.in_unit(kpi.unit);
    [value.in_unit(kpi.unit), above, value.denominator.map(|denominator| denominator as f64)]
}
