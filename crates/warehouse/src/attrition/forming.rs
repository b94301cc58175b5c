//! Forms days: all rows of a day become visible at once, when its fingerprint is written.

use super::statement::{Asked, insert};
use super::{Attrition, Site};
use crate::Error;
use crate::server::{integer, quoted};
use ::attrition::features::DayFacts;

/// Days that one statement forms at most.
const DAYS_AT_ONCE: i32 = 14;

impl Attrition {
    /// Forms these days of a site anew, whatever was formed before; `as_of_us` is the time up to which facts are there ([`super::ClosedDays::as_of_us`]), and decides
    /// which repeats are known. Killed anywhere, a day shows its old rows or its new ones.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn form_agent_days(&self, site: &Site, days: &[i32], as_of_us: i64) -> Result<(), Error> {
        let (columns, once) = (columns()?, self.works_out_once().await?);
        self.delete_superseded(site).await?;
        for (first_day, last_day) in runs(days) {
            let asked = Asked { site, first_day, last_day, as_of_us, once };
            let version = self.next_version(site).await?;
            // Before the rows: a fact that comes in between makes the day stale, and is not lost.
            let fingerprints = self.fingerprints(&asked).await?;
            self.own.execute(&self.filled(&insert(&asked, &columns, version))).await?;
            let value = |day| {
                let fingerprint = fingerprints.get(&day).map_or("0", String::as_str);
                format!("({}, {}, {day}, {fingerprint}, {as_of_us}, {version})", quoted(&site.tenant), quoted(&site.site))
            };
            let values: Vec<String> = (first_day..=last_day).map(value).collect();
            let sql = "INSERT INTO {database}.formed_days (tenant, site, day, fingerprint, as_of_us, version) VALUES ";
            self.own.execute(&format!("{sql}{}", values.join(", "))).await?;
        }
        Ok(())
    }

    /// Deletes what no longer counted before this forming began. What it makes superfluous itself is kept until the next one: somebody may be reading it.
    async fn delete_superseded(&self, site: &Site) -> Result<(), Error> {
        let of = format!("tenant = {} AND site = {}", quoted(&site.tenant), quoted(&site.site));
        // Rows that are newer than what counts are being formed, or will be superseded.
        let sql = format!(
            "SELECT DISTINCT a.day AS day, a.version AS version FROM (SELECT day, version FROM agent_days WHERE {of}) AS a
INNER JOIN (SELECT day, version FROM formed_days FINAL WHERE {of}) AS f ON f.day = a.day WHERE a.version < f.version"
        );
        let rows = self.own.rows(&sql).await?;
        let superseded: Vec<String> = rows.iter().map(|row| format!("({}, {})", integer(row, "day"), integer(row, "version"))).collect();
        if !superseded.is_empty() {
            crate::privacy::delete(&self.own, "agent_days", &format!("{of} AND (day, version) IN ({})", superseded.join(", "))).await?;
        }
        Ok(())
    }

    async fn next_version(&self, site: &Site) -> Result<u64, Error> {
        let of = format!("WHERE tenant = {} AND site = {}", quoted(&site.tenant), quoted(&site.site));
        let sql = format!(
            "SELECT greatest((SELECT max(version) FROM agent_days {of}), (SELECT max(version) FROM formed_days {of})) + 1 AS version"
        );
        Ok(self.own.rows(&sql).await?.first().map_or(1, |row| integer(row, "version").max(1) as u64))
    }
}

/// Columns of `agent_days`: the fields of a day.
fn columns() -> Result<Vec<String>, Error> {
    match serde_json::to_value(DayFacts::default()) {
        Ok(serde_json::Value::Object(fields)) => Ok(fields.into_iter().map(|(name, _)| name).collect()),
        _ => Err(Error::Schema("a day of an agent is no record".to_owned())),
    }
}

/// Runs of days without a gap, each of [`DAYS_AT_ONCE`] at most, in order.
fn runs(days: &[i32]) -> Vec<(i32, i32)> {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.dedup();
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((first, last)) if *last + 1 == day && day - *first < DAYS_AT_ONCE => *last = day,
            _ => runs.push((day, day)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_formed_in_runs() {
        assert_eq!(runs(&[5, 3, 4, 4, 9]), [(3, 5), (9, 9)]);
        assert_eq!(runs(&(0..=14).collect::<Vec<_>>()), [(0, 13), (14, 14)]);
        assert!(runs(&[]).is_empty());
    }
}
