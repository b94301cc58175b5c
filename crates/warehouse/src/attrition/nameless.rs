//! What is kept of weeks without names, before who left is forgotten: counts of a site, and rows to learn from.

use super::quality::of_weeks;
use super::{Attrition, Site};
use crate::Error;
use crate::server::{integer, quoted, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What is known of a site's weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QualityWeeks {
    /// First day of which there are days of agents or scores, since 1970.
    pub first_day: Option<i32>,
    /// Newest day that is formed.
    pub newest_day: Option<i32>,
    /// The last week that was counted for good, or given up.
    pub kept_week: Option<i32>,
    /// Day since 1970 on which rows of leavers were last deleted, at whichever site, while no week of any site was counted yet: by a version that did not count.
    pub deleted_day: Option<i32>,
}

/// A row to learn from whose agent nobody can name: a row of the table `training_weeks`.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingWeek {
    /// First day of the week, since 1970.
    pub day: i32,
    /// Inputs by name.
    pub inputs: BTreeMap<String, f64>,
    /// 0: did not leave within 30 days. Else how many rows the leaver has of which that is true.
    pub rows_of_leaver: u32,
    /// The model that scored the agent on that day, and what it told.
    pub told: Option<(String, f64)>,
}

/// Days of a week.
const WEEK_DAYS: i32 = 7;
/// Counts of a row of `quality_weeks`; two lists and the version follow.
const COUNTS: usize = 17;
/// Rows of one insert.
const ROWS_AT_ONCE: usize = 10_000;

impl Attrition {
    /// What a site's weeks have: the first day, the newest day that is formed, and the last week that [`Attrition::keep_quality`] has counted or [`Attrition::mark_week`] given up. A week's number
    /// is its first day, since 1970, divided by 7.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn quality_weeks(&self, site: &Site) -> Result<QualityWeeks, Error> {
        let of = of(site);
        let sql = format!(
            "SELECT (SELECT if(count() = 0, NULL, min(day)) FROM (SELECT day FROM scores WHERE {of} UNION ALL SELECT day FROM agent_days WHERE {of})) AS first_day, (SELECT if(count() = 0, NULL, max(day)) FROM formed_days WHERE {of}) AS newest_day,
    (SELECT if(count() = 0, NULL, max(day)) FROM quality_weeks WHERE {of}) AS kept_day,
    (SELECT if(count() = 0, NULL, intDiv(max(at_us), 86400000000)) FROM erasures WHERE cause = 'left' AND rows_deleted > 0 AND (SELECT count() FROM quality_weeks) = 0) AS deleted_day"
        );
        let rows = self.own.rows(&sql).await?;
        let day = |name: &str| {
            rows.first().filter(|row| row.get(name).is_some_and(|value| !value.is_null())).map(|row| integer(row, name) as i32)
        };
        Ok(QualityWeeks {
            first_day: day("first_day"),
            newest_day: day("newest_day"),
            kept_week: day("kept_day").map(|day| day.div_euclid(WEEK_DAYS)),
            deleted_day: day("deleted_day"),
        })
    }

    /// Counts what became of the signals of these weeks and keeps the counts, so that `v_signal_quality` stays what it is when rows of those who left are deleted. Rows
    /// about their days count no more from then on. Of a week of fewer than eight agents nothing is kept.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn keep_quality(&self, site: &Site, weeks: &RangeInclusive<i32>, now_us: u64) -> Result<(), Error> {
        let Site { tenant, site, zone } = site;
        let (tenant, site, zone) = (quoted(tenant), quoted(site), quoted(zone));
        let counted = [("{tenant:String}", &tenant), ("{site:String}", &site), ("{zone:String}", &zone)]
            .iter()
            .fold(of_weeks(weeks, now_us), |sql, (place, value)| sql.replace(place, value));
        // The last week has a row in any case, in the same insert: what it marks is what the rows without names go up to.
        let last = weeks.end() * WEEK_DAYS;
        let nothing = ["0"; COUNTS].join(", ") + ", [], [], 0";
        let sql = format!(
            "INSERT INTO {{database}}.quality_weeks SELECT * FROM\n(\n{}\n)\nUNION ALL SELECT {tenant}, {site}, {last}, {nothing}",
            self.filled(&counted)
        );
        self.own.execute(&sql).await
    }

    /// Gives up the weeks up to this one, as far as they are not counted: somebody of them is about to go, so that nothing is counted of them later.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn mark_week(&self, site: &Site, week: i32) -> Result<(), Error> {
        let (tenant, site) = (quoted(&site.tenant), quoted(&site.site));
        // The lowest of all: what was counted stays.
        let mark = format!(
            "INSERT INTO {{database}}.quality_weeks (tenant, site, day, version) VALUES ({tenant}, {site}, {}, 0)",
            week * WEEK_DAYS
        );
        self.own.execute(&mark).await
    }

    /// Rows to learn from of weeks after the last that was counted for good up to another, in place of those that an earlier run may have begun with.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn keep_training(&self, site: &Site, kept_week: Option<i32>, last_week: i32, rows: &[TrainingWeek]) -> Result<(), Error> {
        let begun = format!("{} AND kept_day > {}", of(site), kept_week.map_or(i32::MIN, |week| week * WEEK_DAYS));
        crate::privacy::delete(&self.own, "training_weeks", &begun).await?;
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let line = |row: &TrainingWeek| {
                let (model, probability) =
                    row.told.as_ref().map_or(("", None), |(model, probability)| (model.as_str(), Some(*probability)));
                json!({"tenant": site.tenant, "site": site.site, "day": row.day, "inputs": row.inputs, "rows_of_leaver": row.rows_of_leaver, "model_id": model, "probability": probability, "kept_day": last_week * WEEK_DAYS})
                    .to_string()
            };
            let lines: Vec<String> = rows.iter().map(line).collect();
            self.own.execute(&format!("INSERT INTO {{database}}.training_weeks FORMAT JSONEachRow\n{}", lines.join("\n"))).await?;
        }
        Ok(())
    }

    /// The rows to learn from of weeks that were counted for good, from a day on, and the last day of these weeks.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn training_weeks(&self, site: &Site, first_day: i32) -> Result<(Vec<TrainingWeek>, Option<i32>), Error> {
        let Some(kept) = self.quality_weeks(site).await?.kept_week else { return Ok((Vec::new(), None)) };
        let last = kept * WEEK_DAYS + WEEK_DAYS - 1;
        let sql = format!(
            "SELECT day, inputs, rows_of_leaver, model_id, probability FROM training_weeks WHERE {} AND day >= {first_day} AND kept_day <= {last}
ORDER BY day, model_id, probability, cityHash64(toString(inputs))",
            of(site)
        );
        Ok((self.own.rows(&sql).await?.iter().map(training_week).collect(), Some(last)))
    }
}

fn of(site: &Site) -> String {
    format!("tenant = {} AND site = {}", quoted(&site.tenant), quoted(&site.site))
}

fn training_week(row: &Map<String, Value>) -> TrainingWeek {
    let inputs = row.get("inputs").and_then(Value::as_object).into_iter().flatten();
    let told = row.get("probability").and_then(Value::as_f64).map(|probability| (text(row, "model_id").to_owned(), probability));
    TrainingWeek {
        day: integer(row, "day") as i32,
        inputs: inputs.filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect(),
        rows_of_leaver: u32::try_from(integer(row, "rows_of_leaver")).unwrap_or(0),
        told,
    }
}
