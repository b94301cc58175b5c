//! Before who left is forgotten: what became of warnings is counted for good, and what can be learned is kept without names.

use crate::care::switch::is_on;
use crate::commands::asynchronous;
use crate::commands::staying::asking::{answer, date_of, text, value_number, wholes};
use crate::commands::train::reading::{of_agents, shipped};
use crate::config::Config;
use crate::error::Error;
use crate::privacy::outliving::{Outliving, WeekFacts, weeks_to_keep};
use attrition::quality::HORIZON_DAYS;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use training::{NamelessWeek, ToldOf, WEEK_DAYS};
use warehouse::attrition::{Attrition, QualityWeeks, Site, TrainingWeek};
use warehouse::attrition_reports::{Place, TOLD_SCORES};

/// Counts, and keeps without names, the weeks of every site of which somebody is about to be forgotten. `version` is the moment, microseconds since 1970.
///
/// # Errors
/// HF-W… if ClickHouse refuses: then nothing may be deleted yet.
pub(super) fn keep(config: &Config, today: i32, version: u64, dry_run: bool) -> Result<(), Error> {
    // Of all sites before the first is counted: what an earlier version deleted says something only as long as none is.
    for (site, known) in asynchronous()?.block_on(all_known(&database(config)))? {
        let facts = WeekFacts {
            today,
            keep_after_leaving_days: config.care.keep_after_leaving_days,
            is_on: is_on(config, Some(&site.site)),
            first_day: known.first_day,
            newest_day: known.newest_day,
            kept_week: known.kept_week,
            deleted_day: known.deleted_day,
        };
        let Outliving { count, mark } = weeks_to_keep(&facts);
        if let Some(weeks) = &count {
            let does = if dry_run { "would be" } else { "are" };
            let (first, last) = (date_of(weeks.start() * WEEK_DAYS), date_of(weeks.end() * WEEK_DAYS + WEEK_DAYS - 1));
            eprintln!("{}: {first} to {last} {does} counted, and kept without names, before who left is forgotten", site.site);
            if !dry_run {
                keep_site(config, &site, &known, weeks, version)?;
            }
        }
        if let Some(week) = mark.filter(|_| !dry_run) {
            asynchronous()?.block_on(database(config).mark_week(&site, week))?;
        }
    }
    Ok(())
}

/// The database, also where early warnings are switched off. A connection belongs to the runtime that made it.
fn database(config: &Config) -> Attrition {
    Attrition::new(&crate::serving::server(config), &config.attrition.database(&config.clickhouse.database))
}

async fn all_known(attrition: &Attrition) -> Result<Vec<(Site, QualityWeeks)>, warehouse::Error> {
    let mut known = Vec::new();
    for site in attrition.sites().await? {
        let weeks = attrition.quality_weeks(&site).await?;
        known.push((site, weeks));
    }
    Ok(known)
}

/// Rows first: the counts say up to where they are there.
fn keep_site(config: &Config, site: &Site, known: &QualityWeeks, weeks: &RangeInclusive<i32>, version: u64) -> Result<(), Error> {
    let data = of_agents(config, site, &shipped(None)?)?;
    let told = told(config, site, weeks)?;
    let told_of = |agent: &str, day: i32| told.get(&(agent.to_owned(), day)).cloned();
    let known_until = known.newest_day.unwrap_or(0);
    let rows = training::nameless(&data.weeks, &data.labels, told_of, weeks, HORIZON_DAYS, known_until);
    let rows: Vec<TrainingWeek> = rows.into_iter().map(row).collect();
    let attrition = database(config);
    asynchronous()?.block_on(async {
        attrition.keep_training(site, known.kept_week, *weeks.end(), &rows).await?;
        attrition.keep_quality(site, weeks, version).await
    })?;
    Ok(())
}

fn row(of: NamelessWeek) -> TrainingWeek {
    TrainingWeek {
        day: of.day,
        inputs: of.inputs.into_iter().map(|(input, value)| (input.to_string(), value)).collect(),
        rows_of_leaver: of.rows_of_leaver,
        told: of.told.map(|told| (told.model, told.probability)),
    }
}

/// What was told of each agent on the days of these weeks, and of a horizon before: all rows before one leaving are kept with the last of them.
fn told(config: &Config, site: &Site, weeks: &RangeInclusive<i32>) -> Result<BTreeMap<(String, i32), ToldOf>, Error> {
    let values = [
        ("tenant", Place::Text(site.tenant.as_str())),
        ("site", Place::Text(&site.site)),
        ("first_day", Place::Whole((weeks.start() * WEEK_DAYS - HORIZON_DAYS).into())),
        ("last_day", Place::Whole((weeks.end() * WEEK_DAYS + WEEK_DAYS - 1).into())),
    ];
    let mut found = BTreeMap::new();
    for row in answer(config, TOLD_SCORES, &values)? {
        let probabilities = row.get("probabilities").and_then(Value::as_array).into_iter().flatten().filter_map(value_number);
        for (day, probability) in wholes(&row, "days").into_iter().zip(probabilities) {
            found.insert((text(&row, "agent").to_owned(), day), ToldOf { model: text(&row, "model").to_owned(), probability });
        }
    }
    Ok(found)
}
