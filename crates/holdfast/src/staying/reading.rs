//! What ClickHouse knows of staying and leaving, for the reports and for the counts of teams.

use super::counting::Member;
use crate::commands::staying::asking::{Row, answer, number, text, whole, wholes};
use crate::config::Config;
use crate::error::Error;
use retention::follow_ups::{Due, due, due_after_training};
use retention::grooves::AgentWeek;
use warehouse::attrition_reports::{AGENT_WEEKS, MEMBERS, NEW_HIRES, Place, SPAN_OF_SITE, TRAININGS};

/// In the order of [`AgentWeek`]: three of speed, six of care.
const MEASURES: [&str; 9] =
    ["handle_time", "after_call_work", "contacts_per_hour", "repeats", "transfers", "short_talks", "quality", "satisfaction", "complaints"];

/// A follow-up that is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FollowUp {
    /// Who leads the agent.
    pub(crate) leader: String,
    /// Whom to ask.
    pub(crate) agent: String,
    /// Day of hiring, or of the training, since 1970.
    pub(crate) since_day: i32,
    /// Which one.
    pub(crate) due: Due,
}

/// Follow-ups of a tenant's new hires that are to be done today; sessions have their day by the clock of the zone.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn follow_ups(config: &Config, tenant: &str, zone: &str, today: i32) -> Result<Vec<FollowUp>, Error> {
    follow_ups_of(config, (NEW_HIRES, "hired_day", due), tenant, zone, today)
}

/// The same of those who were trained.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn follow_ups_of_trainings(config: &Config, tenant: &str, zone: &str, today: i32) -> Result<Vec<FollowUp>, Error> {
    follow_ups_of(config, (TRAININGS, "trained_day", due_after_training), tenant, zone, today)
}

/// A statement, its column with the day since which it is counted, and what is due.
type Asked<'a> = (&'a str, &'a str, fn(i32, &[i32], i32) -> Option<Due>);

fn follow_ups_of(
    config: &Config,
    (statement, since, due): Asked<'_>,
    tenant: &str,
    zone: &str,
    today: i32,
) -> Result<Vec<FollowUp>, Error> {
    let values = [("tenant", Place::Text(tenant)), ("zone", Place::Text(zone)), ("today", Place::Whole(today.into()))];
    let of = |row: &Row| {
        let since_day = whole(row, since) as i32;
        let due = due(since_day, &wholes(row, "asked_days"), today)?;
        Some(FollowUp { leader: text(row, "leader").to_owned(), agent: text(row, "agent").to_owned(), since_day, due })
    };
    Ok(answer(config, statement, &values)?.iter().filter_map(of).collect())
}

/// Weeks of a site's agents.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn agent_weeks(config: &Config, tenant: &str, site: &str, first_day: i32, last_day: i32) -> Result<Vec<AgentWeek>, Error> {
    let values = [
        ("tenant", Place::Text(tenant)),
        ("site", Place::Text(site)),
        ("first_day", Place::Whole(first_day.into())),
        ("last_day", Place::Whole(last_day.into())),
    ];
    let of = |row: &Row| {
        let of: [Option<f64>; 9] = MEASURES.map(|measure| number(row, measure));
        let [handle_time, after_call_work, contacts, care @ ..] = of;
        AgentWeek {
            agent: text(row, "agent").to_owned(),
            team: text(row, "team").to_owned(),
            group: text(row, "peers").to_owned(),
            week: whole(row, "week") as i32,
            speed: [handle_time, after_call_work, contacts],
            care,
        }
    };
    Ok(answer(config, AGENT_WEEKS, &values)?.iter().map(of).collect())
}

/// Latest day of a site that was formed; none: there is none yet.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn latest_day(config: &Config, tenant: &str, site: &str) -> Result<Option<i32>, Error> {
    let rows = answer(config, SPAN_OF_SITE, &[("tenant", Place::Text(tenant)), ("site", Place::Text(site))])?;
    Ok(rows.first().filter(|row| whole(row, "days") > 0).map(|row| whole(row, "last") as i32))
}

/// Who is in which team of a tenant at a moment; whoever left before `today` is in none.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(crate) fn members(config: &Config, tenant: &str, at_us: i64, today: i32) -> Result<Vec<Member>, Error> {
    let values = [("tenant", Place::Text(tenant)), ("at_us", Place::Whole(at_us)), ("today", Place::Whole(today.into()))];
    let of = |row: &Row| {
        let [agent, site, team] = ["agent", "site", "team"].map(|column| text(row, column).to_owned());
        Member { agent, site, team }
    };
    Ok(answer(config, MEMBERS, &values)?.iter().map(of).collect())
}
