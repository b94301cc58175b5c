//! The KPIs that are counted from facts in SQL: repeats, surveys, evaluations, offers, dials, tickets, schedules, people. As data: what each
//! sum holds and the ratios that follow. `warehouse` makes one view of each table here; a ratio without a denominator is null.

mod contact_work;
mod exact;
mod outbound;
mod people;
mod quality;
mod repeats;
mod schedule;
mod sites;
mod vendors;
mod work;

pub use contact_work::NEEDLESS;
pub use outbound::RESULT;
pub use repeats::DROPPED_LINE_BELOW_MS;
pub use schedule::{ADHERENT, ALLOWED, ON_LEAVE, REST_S};
pub use work::WORKING_DAY;

/// A count or sum over the rows of a view.
#[derive(Clone, Copy, Debug)]
pub struct FactSum {
    /// Column.
    pub name: &'static str,
    /// ClickHouse aggregate over the rows of the view.
    pub sql: &'static str,
    /// What it is, with its unit.
    pub description: &'static str,
}

/// A ratio of sums.
#[derive(Clone, Copy, Debug)]
pub struct FactKpi {
    /// Column.
    pub name: &'static str,
    /// ClickHouse expression over the sums.
    pub sql: &'static str,
    /// Definition and edge cases.
    pub description: &'static str,
    /// Rows of the source documents that ask for it.
    pub mission: &'static [&'static str],
}

/// KPIs of one view.
#[derive(Clone, Copy, Debug)]
pub struct FactTable {
    /// Name of the view.
    pub view: &'static str,
    /// Heading.
    pub title: &'static str,
    /// One row per …
    pub grain: &'static str,
    /// Which time puts a fact into which row.
    pub assigned_by: &'static str,
    /// Parameters of the view, with an example.
    pub parameters: &'static str,
    /// Its sums.
    pub sums: &'static [FactSum],
    /// Its ratios.
    pub kpis: &'static [FactKpi],
}

/// Every table.
///
/// ```
/// let days = kpi::fact_kpis::table("v_repeat_days").unwrap();
/// assert!(days.kpis.iter().any(|kpi| kpi.name == "fcr_24h"));
/// ```
pub const TABLES: &[&FactTable] = &[
    &repeats::REPEATS,
    &contact_work::HANDLINGS,
    &contact_work::TRANSFERS,
    &contact_work::VERIFICATIONS,
    &contact_work::CONCURRENCY,
    &contact_work::RINGS,
    &quality::SURVEYS,
    &quality::ANSWERS,
    &quality::EVALUATIONS,
    &work::OFFERS,
    &work::DIALS,
    &work::CAMPAIGNS,
    &outbound::DIAL_AGENTS,
    &outbound::LISTS,
    &outbound::LIST_RESULTS,
    &outbound::PROMISES,
    &work::TICKETS,
    &work::BACKLOG,
    &schedule::ADHERENCE,
    &schedule::ATTENDANCE,
    &people::STAFF,
    &people::LEADERS,
    &people::SITES,
    &people::HEADCOUNT,
    &sites::SEATS,
    &sites::CROSS_SUPPORT,
    &vendors::AMAZON_CONNECT,
    &vendors::AMAZON_CONNECT_AGENTS,
    &vendors::GENESYS_CLOUD,
    &vendors::GENESYS_CLOUD_AGENTS,
];

/// The table of a view.
pub fn table(view: &str) -> Option<&'static FactTable> {
    TABLES.iter().copied().find(|table| table.view == view)
}

const fn sum(name: &'static str, sql: &'static str, description: &'static str) -> FactSum {
    FactSum { name, sql, description }
}

const fn ratio(name: &'static str, sql: &'static str, description: &'static str, mission: &'static [&'static str]) -> FactKpi {
    FactKpi { name, sql, description, mission }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlParameters;
    use crate::expression::Parameters;
    use std::collections::BTreeSet;

    /// One KPI, one definition: what has the name of a KPI of the catalogue, over the same measures, is that KPI.
    #[test]
    fn handlings_by_agent_have_the_definitions_of_the_catalogue() {
        let parameters = SqlParameters::from(Parameters::default());
        for kpi in contact_work::HANDLINGS.kpis {
            let catalogued = crate::by_name(kpi.name).ok().and_then(|found| found.to_sql(&parameters));
            assert_eq!(catalogued.as_deref(), Some(kpi.sql), "{}", kpi.name);
        }
    }

    #[test]
    fn names_are_unique_and_every_ratio_guards_its_denominator() {
        let views: BTreeSet<&str> = TABLES.iter().map(|table| table.view).collect();
        assert_eq!(views.len(), TABLES.len());
        for table in TABLES {
            let mut names = BTreeSet::new();
            for name in table.sums.iter().map(|sum| sum.name).chain(table.kpis.iter().map(|kpi| kpi.name)) {
                assert!(names.insert(name), "{name} is there twice in {}", table.view);
            }
            for kpi in table.kpis {
                let guarded = kpi.sql.matches("/ nullIf(").count() + kpi.sql.matches("/ 1000").count();
                assert_eq!(kpi.sql.matches(" / ").count(), guarded, "{} in {}", kpi.name, table.view);
            }
        }
    }
}
