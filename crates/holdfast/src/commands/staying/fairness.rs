//! `holdfast attrition fairness`: whether warnings treat groups alike. The only place that reads the restricted table of groups.

use super::asking::{Period, answer, between, digits, say_who_is_forgotten, shown_at, text, value_number, value_whole, whole, wholes};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use attrition::hazard::{Leaving, is_training_day};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;
use training::fairness::{AgentRecord, Band, GroupReport, Reported, report};
use training::{Label, Labels};
use warehouse::attrition_reports::{GROUPS, LABELS, Place, WARNED};

/// Days within which the event lies.
const HORIZON_DAYS: i32 = 30;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition fairness --site berlin --attribute age_band
  holdfast attrition fairness --site berlin --attribute gender --from 2026-01-01 --to 2026-03-31 --format csv

Groups come from the table protected_groups, which no model, score, signal or other report reads; grant it to this job alone. Groups of fewer than
thirty agents are hidden, and where one alone would be, the next as well. A ratio outside of 0.8 to 1.25 is marked: a screen, not a judgement. Judge
by recall (equal opportunity) and observed / expected (calibration): groups that leave more often are warned of more often by a warning that is right.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Site
    #[arg(long)]
    site: String,
    /// What the groups are of, as in protected_groups
    #[arg(long)]
    attribute: String,
}

const COLUMNS: &[&str] = &[
    "group",
    "agents",
    "warnings / agent-year",
    "ratio to the rest",
    "recall",
    "false / agent-year",
    "precision",
    "observed / expected",
    "median lead, d",
    "",
];

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    shown_at(config, &args.site)?;
    let (first, last) = args.period.days(365)?;
    say_who_is_forgotten(config, first);
    let tenant = ("tenant", Place::Text(args.period.tenant.as_str()));
    let groups: BTreeMap<String, String> = answer(config, GROUPS, &[tenant, ("attribute", Place::Text(&args.attribute))])?
        .iter()
        .map(|row| (text(row, "agent").to_owned(), text(row, "value").to_owned()))
        .collect();
    if groups.is_empty() {
        let what = &args.attribute;
        return Err(Error::configuration(format!(
            "protected_groups has no {what}: load it into the attrition database, under a role of its own"
        )));
    }
    let labels = labels(config, &args.period.tenant, &args.period.zone)?;
    let values = [
        tenant,
        ("site", Place::Text(args.site.as_str())),
        ("first_day", Place::Whole(first.into())),
        ("last_day", Place::Whole(last.into())),
    ];
    let records: Vec<AgentRecord> = answer(config, WARNED, &values)?.iter().map(|row| record(row, &labels, first, last)).collect();
    let found = report(&records, |agent| groups.get(agent).map(String::as_str));
    let rows: Vec<Vec<String>> = found.iter().map(|(group, of)| line(group, of)).collect();
    print(args.period.format, COLUMNS, &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// Who left.
pub(crate) fn labels(config: &Config, tenant: &str, zone: &str) -> Result<Labels, Error> {
    let mut labels = Labels::default();
    for row in answer(config, LABELS, &[("tenant", Place::Text(tenant)), ("zone", Place::Text(zone))])? {
        let day = whole(&row, "event_day") as i32;
        let leaving = if whole(&row, "voluntary") != 0 { Leaving::Voluntary(day) } else { Leaving::Competing(day) };
        labels.left.entry(text(&row, "agent").to_owned()).or_default().push(Label { leaving, known_day: whole(&row, "known_day") as i32 });
    }
    Ok(labels)
}

fn record(row: &super::asking::Row, labels: &Labels, first: i32, last: i32) -> AgentRecord {
    let agent = text(row, "agent").to_owned();
    let voluntary = labels.left.get(&agent).into_iter().flatten().filter_map(|label| match label.leaving {
        Leaving::Voluntary(day) if (first..=last).contains(&day) => Some(day),
        _ => None,
    });
    let mut of = AgentRecord {
        scored_days: whole(row, "scored_days") as u64,
        alert_days: wholes(row, "alert_days"),
        left_day: voluntary.min(),
        expected: 0.0,
        observed: 0,
        agent,
    };
    for score in row.get("scores").and_then(Value::as_array).into_iter().flatten() {
        // Named or not, in the order in which they were asked for.
        let parts: Vec<&Value> = score
            .as_array()
            .map(|parts| parts.iter().collect())
            .or_else(|| Some(score.as_object()?.values().collect()))
            .unwrap_or_default();
        let [Some(day), Some(probability)] =
            [parts.first().and_then(|day| value_whole(day)).map(|day| day as f64), parts.get(1).and_then(|of| value_number(of))]
        else {
            continue;
        };
        let day = day as i32;
        if is_training_day(&of.agent, day)
            && let Some(left) = labels.outcome(&of.agent, day, HORIZON_DAYS, last)
        {
            of.expected += probability;
            of.observed += u64::from(left);
        }
    }
    of
}

fn line(group: &str, of: &GroupReport) -> Vec<String> {
    let GroupReport::Shown(of) = of else {
        let mut row = vec![group.to_owned()];
        row.extend(std::iter::repeat_n("–".to_owned(), 8));
        row.push("hidden: too few".to_owned());
        return row;
    };
    let Reported { agents, alert_rate, alert_rate_ratio, recall, false_alert_rate, precision, observed_over_expected, lead_days } =
        of.as_ref();
    let band = |band: &Option<Band>| match band {
        Some(band) => format!("{} ({})", digits(Some(band.value), 2), between(Some(band.interval), 2)),
        None => digits(None, 2),
    };
    vec![
        group.to_owned(),
        agents.to_string(),
        band(alert_rate),
        alert_rate_ratio.map_or_else(|| digits(None, 2), |ratio| format!("{:.2} ({})", ratio.value, between(ratio.interval, 2))),
        band(recall),
        band(false_alert_rate),
        band(precision),
        digits(*observed_over_expected, 2),
        digits(*lead_days, 0),
        if alert_rate_ratio.is_some_and(|ratio| ratio.is_conspicuous()) { "look closer" } else { "" }.to_owned(),
    ]
}
