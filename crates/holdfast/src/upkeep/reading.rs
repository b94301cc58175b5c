//! What the upkeep of models needs from ClickHouse: which models scored a site, what they told of matured days and who left, and the inputs of a quarter and of the last week.

use crate::commands::staying::asking::{Row, answer, number, text, value_number, whole, wholes};
use crate::commands::staying::labels;
use crate::commands::train::reading::nameless;
use crate::config::Config;
use crate::error::Error;
use attrition::hazard::is_training_day;
use attrition::quality::HORIZON_DAYS;
use attrition::upkeep::{Drift, ToldScore, WEEK_DAYS, drift, matured_days, reference_quarter};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use training::{Labels, Leavings, NamelessWeek, ToldOf, stand_ins};
use warehouse::attrition::Site;
use warehouse::attrition_reports::{INPUT_BINS, MODEL_SPANS, Place, TALKS, TOLD_SCORES};

/// A model that has scored a site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelSpan {
    /// Its name.
    pub(crate) model: String,
    /// First day that it scored.
    pub(crate) first_day: i32,
    /// Last day of what was known when it was made; `None`: that is not written down, as of the shipped one.
    pub(crate) made_until: Option<i32>,
    /// The newest day of the site that is formed.
    pub(crate) newest_day: i32,
}

impl ModelSpan {
    /// The days that its inputs are compared with.
    pub(crate) fn quarter(&self) -> Option<RangeInclusive<i32>> {
        reference_quarter(self.made_until, self.first_day, self.newest_day)
    }
}

/// A score that was told, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    agent: String,
    probability: f64,
    left: bool,
}

impl Told {
    /// For the calibration.
    pub(crate) fn score(&self) -> ToldScore<'_> {
        ToldScore { agent: &self.agent, probability: self.probability, left: self.left }
    }
}

/// Models that have scored a site; the last is the one in use.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn models(config: &Config, site: &Site) -> Result<Vec<ModelSpan>, Error> {
    let of = |row: &Row| ModelSpan {
        model: text(row, "model").to_owned(),
        first_day: whole(row, "first_day") as i32,
        made_until: number(row, "made_until").map(|day| day as i32),
        newest_day: whole(row, "newest_day") as i32,
    };
    Ok(answer(config, MODEL_SPANS, &[("tenant", Place::Text(&site.tenant)), ("site", Place::Text(&site.site))])?.iter().map(of).collect())
}

/// Who left, and who was talked with after a warning: a talk changed what would have happened.
fn outcomes(config: &Config, site: &Site) -> Result<Labels, Error> {
    let mut labels = labels(config, &site.tenant, &site.zone)?;
    for row in answer(config, TALKS, &[("tenant", Place::Text(&site.tenant))])? {
        labels.talks.entry(text(&row, "agent").to_owned()).or_default().push(whole(&row, "day") as i32);
    }
    Ok(labels)
}

/// What was told of a site on the last 90 matured days and what became of it, one row per agent and week, by model. Whoever ended otherwise, or was talked with, is in none.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn told(config: &Config, site: &Site, newest_day: i32) -> Result<BTreeMap<String, Vec<Told>>, Error> {
    let (days, labels) = (matured_days(newest_day), outcomes(config, site)?);
    let values = [
        ("tenant", Place::Text(site.tenant.as_str())),
        ("site", Place::Text(&site.site)),
        ("first_day", Place::Whole((*days.start()).into())),
        ("last_day", Place::Whole((*days.end()).into())),
    ];
    let (kept, kept_until) = nameless(config, site, *days.start())?;
    let mut rows: Vec<(String, i32, Told)> = Vec::new();
    for row in answer(config, TOLD_SCORES, &values)? {
        let (agent, model) = (text(&row, "agent"), text(&row, "model"));
        let probabilities = row.get("probabilities").and_then(Value::as_array).into_iter().flatten().filter_map(value_number);
        for (day, probability) in wholes(&row, "days").into_iter().zip(probabilities) {
            if is_training_day(agent, day)
                && let Some(left) = labels.outcome(agent, day, HORIZON_DAYS, newest_day)
            {
                rows.push((model.to_owned(), day, Told { agent: agent.to_owned(), probability, left }));
            }
        }
    }
    let left = rows.iter().filter(|(_, _, told)| told.left).map(|(_, day, told)| (told.agent.clone(), *day)).collect::<Vec<_>>();
    let leavings = Leavings::of(left.iter().map(|(agent, day)| (agent.as_str(), *day)), HORIZON_DAYS);
    let mut found = told_without_names(kept);
    for (model, day, told) in rows {
        if kept_until.is_none_or(|last| leavings.decided_day(&told.agent, day, told.left) > last) {
            found.entry(model).or_default().push(told);
        }
    }
    Ok(found)
}

/// What was told of weeks that outlived the names of those who left, by model. As many stand for leavers as there were.
fn told_without_names(kept: Vec<NamelessWeek>) -> BTreeMap<String, Vec<Told>> {
    let mut by_model: BTreeMap<String, Vec<(u32, f64)>> = BTreeMap::new();
    for NamelessWeek { rows_of_leaver, told, .. } in kept {
        let Some(ToldOf { model, probability }) = told else { continue };
        by_model.entry(model).or_default().push((rows_of_leaver, probability));
    }
    let named = |rows: Vec<(u32, f64)>| {
        let names = stand_ins(&rows.iter().map(|(rows, _)| *rows).collect::<Vec<_>>());
        rows.into_iter().zip(names).map(|((rows, probability), agent)| Told { agent, probability, left: rows > 0 }).collect()
    };
    by_model.into_iter().map(|(model, rows)| (model, named(rows))).collect()
}

/// Drift of each input of the last week against a quarter, by its code.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn drifts(
    config: &Config,
    site: &Site,
    quarter: &RangeInclusive<i32>,
    newest_day: i32,
) -> Result<BTreeMap<String, Drift>, Error> {
    let values = [
        ("tenant", Place::Text(site.tenant.as_str())),
        ("site", Place::Text(&site.site)),
        ("then_first", Place::Whole((*quarter.start()).into())),
        ("then_last", Place::Whole((*quarter.end()).into())),
        ("now_first", Place::Whole((newest_day - WEEK_DAYS + 1).into())),
        ("now_last", Place::Whole(newest_day.into())),
    ];
    let mut counts: BTreeMap<String, (Vec<u64>, Vec<u64>)> = BTreeMap::new();
    for row in answer(config, INPUT_BINS, &values)? {
        let (then, now) = counts.entry(text(&row, "input").to_owned()).or_default();
        then.push(whole(&row, "then").max(0) as u64);
        now.push(whole(&row, "now").max(0) as u64);
    }
    Ok(counts.into_iter().filter_map(|(input, (then, now))| Some((input, drift(&then, &now)?))).collect())
}
