//! What training needs from the database: days through the site's fold, who left, who was talked with.

use crate::commands::asynchronous;
use crate::commands::staying::asking::{answer, text, whole};
use crate::commands::staying::labels;
use crate::config::Config;
use crate::error::Error;
use crate::serving;
use attrition::features::{DayFacts, Input};
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::quality::HORIZON_DAYS;
use attrition::site::{DayLog, Site, SiteSettings};
use std::collections::BTreeMap;
use std::path::Path;
use training::{Challenge, Labels, NamelessWeek, OriginSettings, ToldOf, Weeks};
use warehouse::attrition::{Attrition, TrainingWeek};
use warehouse::attrition_reports::{Place, SPAN_OF_SITE, TALKS};

/// Days that are read at once.
const CHUNK_DAYS: i32 = 28;

/// A site.
pub(crate) struct Data {
    /// One row per agent and week.
    pub(crate) weeks: Weeks,
    /// Who left, and who was talked with.
    pub(crate) labels: Labels,
}

/// The shipped model, or the one of a file.
pub(crate) fn shipped(path: Option<&Path>) -> Result<HazardModel, Error> {
    let (name, text) = match path {
        Some(path) => (path.display().to_string(), std::fs::read_to_string(path)?),
        None => ("the shipped model".to_owned(), PRIOR_MODEL.to_owned()),
    };
    let model: HazardModel = serde_json::from_str(&text).map_err(|error| Error::configuration(format!("{name}: {error}")))?;
    model.check().map_err(|error| Error::configuration(format!("{name}: {error}")))?;
    Ok(model)
}

/// The site with the zone in which its days begin.
pub(super) fn site(config: &Config, args: &super::Args) -> Result<warehouse::attrition::Site, Error> {
    let of = |zone: String| warehouse::attrition::Site { tenant: args.tenant.clone(), site: args.site.clone(), zone };
    if let Some(zone) = &args.zone {
        return Ok(of(zone.clone()));
    }
    let known = asynchronous()?.block_on(database(config)?.sites())?;
    known.into_iter().find(|site| site.tenant == args.tenant && site.site == args.site).ok_or_else(|| {
        let text = format!("the reference data of tenant {} have no site {} with a zone: load it, or give --zone", args.tenant, args.site);
        Error::configuration(text)
    })
}

fn database(config: &Config) -> Result<Attrition, Error> {
    serving::attrition(config).ok_or_else(|| Error::configuration("attrition.enabled is false: nothing is learned"))
}

/// A site with the weeks that outlived the names of those who left.
pub(super) fn read(config: &Config, site: &warehouse::attrition::Site, shipped: &HazardModel) -> Result<Data, Error> {
    let data = of_agents(config, site, shipped)?;
    let (kept, until) = nameless(config, site, i32::MIN)?;
    Ok(Data { weeks: data.weeks.after(&kept, until, &data.labels, HORIZON_DAYS), ..data })
}

/// Weeks without names from a day on, and the last day of the weeks that are kept so.
pub(crate) fn nameless(
    config: &Config,
    site: &warehouse::attrition::Site,
    first_day: i32,
) -> Result<(Vec<NamelessWeek>, Option<i32>), Error> {
    let (rows, until) = asynchronous()?.block_on(database(config)?.training_weeks(site, first_day))?;
    let inputs: BTreeMap<String, Input> = Input::all().into_iter().map(|input| (input.to_string(), input)).collect();
    let week = |row: TrainingWeek| NamelessWeek {
        day: row.day,
        // An input that this version does not know any more is none.
        inputs: row.inputs.iter().filter_map(|(name, value)| Some((*inputs.get(name)?, *value))).collect(),
        rows_of_leaver: row.rows_of_leaver,
        told: row.told.map(|(model, probability)| ToldOf { model, probability }),
    };
    Ok((rows.into_iter().map(week).collect(), until))
}

/// Reads a site and plays its days through the fold that scores it, so that a model learns from the very inputs that it will see.
pub(crate) fn of_agents(config: &Config, site: &warehouse::attrition::Site, shipped: &HazardModel) -> Result<Data, Error> {
    let who = [("tenant", Place::Text(site.tenant.as_str())), ("site", Place::Text(&site.site))];
    let mut labels = labels(config, &site.tenant, &site.zone)?;
    for row in answer(config, TALKS, &who[..1])? {
        labels.talks.entry(text(&row, "agent").to_owned()).or_default().push(whole(&row, "day") as i32);
    }
    let mut data = Data { weeks: Weeks::default(), labels };
    let span = answer(config, SPAN_OF_SITE, &who)?;
    let Some((first, last)) =
        span.first().filter(|row| whole(row, "days") > 0).map(|row| (whole(row, "first") as i32, whole(row, "last") as i32))
    else {
        return Ok(data);
    };
    // Nothing is decided: what a model learns from does not depend on whom another one warned of.
    let told = DayLog { told: true, ..DayLog::default() };
    let (mut fold, settings, mut from) = (Site::default(), SiteSettings::default(), first);
    // A connection belongs to the runtime that made it.
    let (runtime, attrition) = (asynchronous()?, database(config)?);
    while from <= last {
        let until = (from + CHUNK_DAYS - 1).min(last);
        let mut by_day: BTreeMap<i32, Vec<DayFacts>> = BTreeMap::new();
        for facts in runtime.block_on(attrition.agent_days(site, from, until))? {
            by_day.entry(facts.day).or_default().push(facts);
        }
        for day in from..=until {
            let facts = by_day.remove(&day).unwrap_or_default();
            let scored = fold.take(&settings, shipped, day, &facts, &told);
            data.weeks.take(day, scored.scores.into_iter().map(|score| (score.agent, score.inputs)));
        }
        from = until + 1;
    }
    Ok(data)
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
