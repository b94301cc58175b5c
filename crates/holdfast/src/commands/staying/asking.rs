//! What the reports share: a period, statements, and values of rows.

use crate::care::switch::is_on;
use crate::commands::{Format, asynchronous};
use crate::config::Config;
use crate::error::Error;
use crate::serving::server;
use jiff::ToSpan;
use jiff::civil::Date;
use runtime::clock::{Clock, SystemClock};
use serde_json::{Map, Value};
use warehouse::attrition_reports::{Place, ask};

/// A row of an answer.
pub(crate) type Row = Map<String, Value>;

/// First and last day, whose agents, and how it is printed.
#[derive(Debug, clap::Args)]
pub(crate) struct Period {
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day [default: yesterday]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Whose agents
    #[arg(long, default_value = "default")]
    pub(crate) tenant: String,
    /// IANA zone in which days begin
    #[arg(long, default_value = "UTC")]
    pub(crate) zone: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

impl Period {
    /// What a statement about days of a site asks for.
    pub(crate) fn of_site<'a>(&'a self, site: &'a str, first: i32, last: i32) -> [(&'static str, Place<'a>); 5] {
        [
            ("tenant", Place::Text(&self.tenant)),
            ("site", Place::Text(site)),
            ("zone", Place::Text(&self.zone)),
            ("first_day", Place::Whole(first.into())),
            ("last_day", Place::Whole(last.into())),
        ]
    }

    /// First and last day since 1970; without a first one so many days.
    pub(crate) fn days(&self, usual_days: i32) -> Result<(i32, i32), Error> {
        let last = self.to.map_or_else(|| day_of(today()) - 1, day_of);
        let first = self.from.map_or(last - usual_days + 1, day_of);
        if first > last {
            return Err(Error::configuration(format!("--from {} is after --to {}", date_of(first), date_of(last))));
        }
        Ok((first, last))
    }
}

/// Says it where some of those who left before are missing: a period that begins before the first day whose leavers are all still known.
pub(crate) fn say_who_is_forgotten(config: &Config, first: i32) {
    let kept = day_of(today()) - i32::try_from(config.care.keep_after_leaving_days).unwrap_or(i32::MAX);
    if first < kept {
        eprintln!(
            "who left before {} is forgotten (care.keep_after_leaving_days = {}): what is counted of earlier days lacks them",
            date_of(kept),
            config.care.keep_after_leaving_days
        );
    }
}

/// Today in UTC.
pub(crate) fn today() -> Date {
    let days = SystemClock.now_ms().div_euclid(86_400_000);
    Date::constant(1970, 1, 1).saturating_add(days.days())
}

/// Days since 1970-01-01.
pub(crate) fn day_of(date: Date) -> i32 {
    i32::try_from(date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24).unwrap_or(0)
}

/// The date of a day since 1970-01-01, as people write it.
pub(crate) fn date_of(day: i32) -> String {
    Date::constant(1970, 1, 1).checked_add(day.days()).map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// Asks a statement of the attrition database.
pub(crate) fn answer(config: &Config, statement: &str, values: &[(&str, Place<'_>)]) -> Result<Vec<Row>, Error> {
    let database = database(config)?;
    Ok(asynchronous()?.block_on(ask(&server(config), &database, statement, values))?)
}

/// The attrition database; where it is switched off nothing is read or shown.
pub(crate) fn database(config: &Config) -> Result<String, Error> {
    if !is_on(config, None) {
        return Err(Error::new(
            "HF-P003",
            "early warnings are switched off (attrition.enabled = false): nothing is learned and nothing is shown",
        ));
    }
    Ok(config.attrition.database(&config.clickhouse.database))
}

/// Whether anything is shown of a site.
///
/// # Errors
/// HF-P003: early warnings are switched off, there or everywhere.
pub(crate) fn shown_at(config: &Config, site: &str) -> Result<(), Error> {
    database(config)?;
    if is_on(config, Some(site)) {
        return Ok(());
    }
    let text = format!("early warnings are switched off at {site} (attrition.sites.{site}.enabled = false): nothing of the site is shown");
    Err(Error::new("HF-P003", text))
}

/// A text; empty where there is none.
pub(crate) fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// A number, whether it comes as one or as text.
pub(crate) fn number(row: &Row, column: &str) -> Option<f64> {
    row.get(column).and_then(value_number)
}

/// A whole number; 0 where there is none.
pub(crate) fn whole(row: &Row, column: &str) -> i64 {
    row.get(column).and_then(value_whole).unwrap_or(0)
}

/// Whole numbers of an array.
pub(crate) fn wholes(row: &Row, column: &str) -> Vec<i32> {
    let values = row.get(column).and_then(Value::as_array).into_iter().flatten();
    values.filter_map(value_whole).filter_map(|day| i32::try_from(day).ok()).collect()
}

pub(crate) fn value_whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_bool().map(i64::from)).or_else(|| value.as_str()?.parse().ok())
}

pub(crate) fn value_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|number: &f64| number.is_finite())
}

/// A number with so many digits; a dash where there is none.
pub(crate) fn digits(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

/// An interval.
pub(crate) fn between(interval: Option<attrition::measures::Interval>, digits: usize) -> String {
    interval.map_or_else(|| "–".to_owned(), |interval| format!("{:.digits$} to {:.digits$}", interval.low, interval.high))
}
