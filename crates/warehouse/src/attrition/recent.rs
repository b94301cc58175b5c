//! The last quarter of `v_signal_quality` alone: it decides whether a site's warnings are shown, and every command about signals asks for it. The statement is that
//! of the view, cut to the days that the 91 latest matured ones can be made from; so nothing is counted by two definitions.

use super::quality::{PeriodQuality, Periods, of_row, statement};
use super::statement::ONCE as ONCE_SETTINGS;
use super::{Attrition, Site};
use crate::Error;
use crate::server::quoted;

/// The period that is asked for.
const RECENT: &str = "recent";
/// A warning is right within 45 days; 91 days are a quarter; leavers look back 45 days; and a week may begin 6 days before its quarter.
const FIRST_DAY: &str = "(SELECT day FROM newest) - 45 - 91 - 45 - 6";
/// What is needed several times is worked out once, where the server can do that.
const ONCE: [&str; 4] = ["scored", "left_on", "weeks", "outcomes"];

/// The statement of that period alone, cut. A place that is not found stays as it is: the answer is the same, and takes longer.
fn recent(site: &Site, once: bool) -> String {
    // The connection is one to the database of early warnings.
    let mut sql = statement(Periods::Recent).replace("{database}.", "");
    for days in ["s.day", "a.day"] {
        let matured = format!("{days} + 45 <= (SELECT day FROM newest)");
        sql = sql.replace(&matured, &format!("{matured} AND {days} >= {FIRST_DAY}"));
    }
    if once {
        for name in ONCE {
            sql = sql.replace(&format!("\n{name} AS\n("), &format!("\n{name} AS MATERIALIZED\n("));
        }
        sql.push_str(ONCE_SETTINGS);
    }
    let Site { tenant, site, zone } = site;
    [("{tenant:String}", tenant), ("{site:String}", site), ("{zone:String}", zone)]
        .iter()
        .fold(sql, |sql, (place, value)| sql.replace(place, &quoted(value)))
}

impl Attrition {
    /// How good the signals of a site were in the last 91 matured days: the row `recent` of [`Attrition::signal_quality`]. None: nothing of fewer than eight agents.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn recent_quality(&self, site: &Site) -> Result<Option<PeriodQuality>, Error> {
        let rows = self.own.rows(&self.filled(&recent(site, self.works_out_once().await?))).await?;
        Ok(rows.iter().map(of_row).find(|row| row.period == RECENT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_of_the_view_has_the_places_that_are_cut() {
        let site = Site { tenant: "default".to_owned(), site: "it's".to_owned(), zone: "UTC".to_owned() };
        let sql = recent(&site, true);
        assert_eq!([sql.matches(FIRST_DAY).count(), sql.matches(" AS MATERIALIZED\n(").count()], [2, ONCE.len()], "{sql}");
        assert!(sql.contains("s.site = 'it\\'s'") && !sql.contains(":String") && !sql.contains("{database}"), "{sql}");
        assert!(!recent(&site, false).contains("MATERIALIZED"));
    }
}
