//! What training needs from the database: days through the site's fold, who left, who was talked with.

use crate::commands::attrition::asking::{answer, text, whole};
use crate::commands::attrition::labels;
use crate::config::Config;
use crate::error::Error;
use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{DayLog, Site, SiteSettings};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use training::{Challenge, Labels, OriginSettings, Weeks};
use warehouse::attrition_reports::{DAYS_OF_SITE, Place, SPAN_OF_SITE, TALKS};

/// Days that are read at once.
const CHUNK_DAYS: i32 = 28;

/// A site.
pub(super) struct Data {
    /// One row per agent and week.
    pub(super) weeks: Weeks,
    /// Who left, and who was talked with.
    pub(super) labels: Labels,
}

/// The shipped model, or the one of a file.
pub(super) fn shipped(path: Option<&Path>) -> Result<HazardModel, Error> {
    let (name, text) = match path {
        Some(path) => (path.display().to_string(), std::fs::read_to_string(path)?),
        None => ("the shipped model".to_owned(), PRIOR_MODEL.to_owned()),
    };
    let model: HazardModel = serde_json::from_str(&text).map_err(|error| Error::configuration(format!("{name}: {error}")))?;
    model.check().map_err(|error| Error::configuration(format!("{name}: {error}")))?;
    Ok(model)
}

/// Reads a site and plays its days through the fold that scores it, so that a model learns from the very inputs that it will see.
pub(super) fn read(config: &Config, [tenant, site, zone]: [&str; 3], shipped: &HazardModel) -> Result<Data, Error> {
    let who = [("tenant", Place::Text(tenant)), ("site", Place::Text(site))];
    let mut labels = labels(config, tenant, zone)?;
    for row in answer(config, TALKS, &who[..1])? {
        labels.talks.entry(text(&row, "agent").to_owned()).or_default().push(whole(&row, "day") as i32);
    }
    let mut data = Data { weeks: Weeks::default(), labels };
    let span = answer(config, SPAN_OF_SITE, &who)?;
    let Some((first, last)) = span.first().filter(|row| whole(row, "days") > 0).map(|row| (whole(row, "first") as i32, whole(row, "last") as i32))
    else {
        return Ok(data);
    };
    // Nothing is decided: what a model learns from does not depend on whom another one warned of.
    let told = DayLog { told: true, ..DayLog::default() };
    let (mut fold, settings, mut from) = (Site::default(), SiteSettings::default(), first);
    while from <= last {
        let until = (from + CHUNK_DAYS - 1).min(last);
        let mut days = days(config, &who, from, until)?;
        for day in from..=until {
            let facts = days.remove(&day).unwrap_or_default();
            let scored = fold.take(&settings, shipped, day, &facts, &told);
            data.weeks.take(day, scored.scores.into_iter().map(|score| (score.agent, score.inputs)));
        }
        from = until + 1;
    }
    Ok(data)
}

fn days(config: &Config, who: &[(&str, Place<'_>)], first: i32, last: i32) -> Result<BTreeMap<i32, Vec<DayFacts>>, Error> {
    let mut values = who.to_vec();
    values.extend([("first_day", Place::Whole(first.into())), ("last_day", Place::Whole(last.into()))]);
    let wanted = serde_json::to_value(DayFacts::default()).unwrap_or_default();
    let columns: Vec<String> = wanted.as_object().into_iter().flatten().map(|(name, _)| column(name)).collect();
    let mut by_day: BTreeMap<i32, Vec<DayFacts>> = BTreeMap::new();
    for row in answer(config, &DAYS_OF_SITE.replace("{columns}", &columns.join(", ")), &values)? {
        let facts: DayFacts = serde_json::from_value(Value::Object(row)).map_err(|error| {
            Error::new("HF-W003", format!("a row of agent_days is not of this version: {error}; run `holdfast warehouse migrate`"))
        })?;
        by_day.entry(facts.day).or_default().push(facts);
    }
    Ok(by_day)
}

/// Days are dates in the table and numbers here.
fn column(name: &str) -> String {
    match name {
        "day" | "hired_day" => format!("toInt32(d.{name}) AS {name}"),
        _ => format!("d.`{name}` AS `{name}`"),
    }
}

/// The challenger, in builds that have it.
#[cfg(feature = "challenger")]
pub(super) fn challenged(data: &Data, shipped: &HazardModel, settings: &OriginSettings, known_until: i32) -> Result<Challenge, Error> {
    training::challenge(&data.weeks, &data.labels, shipped, settings, known_until, &training::GradientBoosting)
        .map_err(|error| Error::new("HF-T001", error.to_string()))
}

/// The challenger, in builds that have it.
#[cfg(not(feature = "challenger"))]
pub(super) fn challenged(_: &Data, _: &HazardModel, _: &OriginSettings, _: i32) -> Result<Challenge, Error> {
    Err(Error::configuration("--challenger: this build has none; build with `cargo build --release --features challenger --bin holdfast`"))
}
