//! How good a site's signals were: what `v_signal_quality` counts, as the type of `attrition::quality`.

use super::{Attrition, Site};
use crate::Error;
use crate::server::{integer, quoted, text};
use attrition::quality::{Drawn, Quality};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// Which periods are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Periods {
    /// All matured days, the last 91, and each quarter.
    All,
    /// The last 91.
    Recent,
}

/// The days on which each agent left: `left_on` of what follows.
const LEFT_ON: &str = include_str!("sql/left_on.sql");
/// The last 91 matured days.
const RECENT: &str =
    "    SELECT 'recent' AS period, (SELECT day FROM newest) - 45 - 90 AS first_day, (SELECT day FROM newest) - 45 AS last_day\n";
/// Weeks of which rows are counted: those that were not when retention deleted.
const UNCOUNTED: &str = " AND s.day > (SELECT max(k.day) + 6 FROM kept AS k)";

/// What became of each signal: the view.
pub(super) fn outcomes() -> String {
    include_str!("sql/outcomes.sql").replace("{left_on}", LEFT_ON)
}

/// The counts, by period. Days of leaving are found once, and what became of each signal is made of them.
pub(super) fn statement(periods: Periods) -> String {
    let others = if periods == Periods::All { include_str!("sql/periods.sql") } else { "" };
    counts(include_str!("sql/kept.sql"), &format!("{RECENT}{others}"), UNCOUNTED) + include_str!("sql/quality_of_periods.sql")
}

/// The same counts of whole weeks, of rows about agents alone.
pub(super) fn of_weeks(weeks: &RangeInclusive<i32>, version: u64) -> String {
    let number = weeks.end() - weeks.start() + 1;
    let periods = format!(
        "    SELECT toString(n.number) AS period, toInt32(n.number) * 7 AS first_day, toInt32(n.number) * 7 + 6 AS last_day FROM numbers({}, {number}) AS n\n",
        weeks.start()
    );
    counts("", &periods, "") + &include_str!("sql/quality_of_weeks.sql").replace("{version}", &version.to_string())
}

fn counts(kept: &str, periods: &str, uncounted: &str) -> String {
    [
        ("periods AS\n", format!("{kept}periods AS\n").as_str()),
        ("{outcomes}", include_str!("sql/outcomes.sql").replace("{left_on}", "SELECT agent, days FROM left_on").as_str()),
        ("{left_on}", LEFT_ON),
        ("{periods}\n", periods),
        ("{uncounted}", uncounted),
    ]
    .iter()
    .fold(include_str!("sql/quality.sql").to_owned(), |sql, (place, text)| sql.replace(place, text))
}

/// A period of `v_signal_quality`.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodQuality {
    /// `all`, `recent` (the last 91 matured days), or a quarter such as `2026-Q1`.
    pub period: String,
    /// What was counted.
    pub quality: Quality,
}

impl Attrition {
    /// How good the signals of a site were, by period; nothing of fewer than eight agents.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn signal_quality(&self, site: &Site) -> Result<Vec<PeriodQuality>, Error> {
        let Site { tenant, site, zone } = site;
        let (tenant, site, zone) = (quoted(tenant), quoted(site), quoted(zone));
        let sql = format!("SELECT * FROM v_signal_quality(tenant = {tenant}, site = {site}, zone = {zone}) AS q ORDER BY q.period");
        let rows = self.own.rows(&sql).await?;
        Ok(rows.iter().map(of_row).collect())
    }
}

/// A row of the view.
pub(super) fn of_row(row: &Map<String, Value>) -> PeriodQuality {
    PeriodQuality { period: text(row, "period").to_owned(), quality: quality(row) }
}

fn quality(row: &Map<String, Value>) -> Quality {
    let whole = |name: &str| u64::try_from(integer(row, name)).unwrap_or(0);
    let real = |name: &str| row.get(name).and_then(Value::as_f64);
    let quartiles = |name: &str| {
        let values: Vec<f64> = row.get(name)?.as_array()?.iter().filter_map(Value::as_f64).collect();
        if let [first, second, third] = values[..] { Some((first, second, third)) } else { None }
    };
    Quality {
        agents: whole("agents"),
        agent_days: whole("agent_days"),
        warnings: whole("signals"),
        came_true: whole("came_true"),
        told: whole("told"),
        precision: real("precision"),
        drawn: Drawn {
            told: whole("drawn_told"),
            told_left: whole("drawn_told_left"),
            silent: whole("drawn_silent"),
            silent_left: whole("drawn_silent_left"),
        },
        leavers: whole("leavers"),
        leavers_warned: whole("leavers_warned"),
        recall: real("recall"),
        chance_recall: real("chance_recall"),
        agent_weeks: whole("agent_weeks"),
        observed: whole("observed"),
        expected: real("expected").unwrap_or(0.0),
        observed_over_expected: real("observed_over_expected"),
        observed_outcome: whole("observed_outcome"),
        false_per_leader_month: real("false_per_leader_month"),
        lead_days: quartiles("lead_days_quartiles"),
        talked: whole("talked"),
        days_to_talk: quartiles("days_to_talk_quartiles"),
    }
}
