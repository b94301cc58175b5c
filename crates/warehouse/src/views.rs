//! The views `v_…`: the stable contract for SQL users. They hide versions and deleted rows, and give counts and KPIs at
//! every grain. Nothing is summed incrementally: a table that replaces rows must not feed a summing view.

mod activity;
mod agent_panes;
mod comments;
mod contact_work;
mod cubes;
mod fact_kpis;
mod from_facts;
mod outbound;
mod panes;
mod people;
mod reference;
mod schedule;
mod sites;
mod teams;
mod tickets;
mod vendors;

pub(crate) use activity::stretches_of;
pub(crate) use comments::comment;
pub(crate) use schedule::pieces;

/// A view: its name and the statement that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Name.
    pub name: String,
    /// Statement.
    pub sql: String,
    /// What it is.
    pub comment: String,
}

impl View {
    /// It is called with parameters, `{name:Type}` in its statement.
    pub(crate) fn has_parameters(&self) -> bool {
        self.sql.split('{').skip(1).any(|part| part.split('}').next().is_some_and(|inside| inside.contains(':')))
    }
}

pub(crate) fn view(name: &str, comment: &str, select: &str) -> View {
    let sql = format!("CREATE OR REPLACE VIEW {{database}}.{name} AS\n{select}\nCOMMENT '{}'", comment.replace('\'', "\\'"));
    View { name: name.to_owned(), sql, comment: comment.to_owned() }
}

/// Every view, in an order in which they can be made.
pub fn all() -> Vec<View> {
    use from_facts::from_facts;
    use panes::rolled;
    let mut views = vec![
        facts("queue_visits", "Queue visits as they are now."),
        facts("handlings", "Handlings as they are now."),
        facts("contacts", "Contacts as they are now."),
        facts("activity_spans", "What each agent did when, as it is now."),
        activity::intervals(),
        agent_panes::panes(),
        activity::days(),
        activity::pauses(),
        activity::stretches(),
        activity::unmapped(),
        view("v_dead_letters", "What could not be used.", "SELECT * EXCEPT (version) FROM {database}.dead_letters FINAL"),
        panes::minutes(),
        rolled(
            "v_queue_intervals",
            "interval_start",
            "toStartOfInterval(p.minute_start, INTERVAL 15 MINUTE, 'UTC')",
            "Panes of 15 minutes.",
        ),
        rolled("v_queue_hours", "hour_start", "toStartOfHour(p.minute_start, 'UTC')", "Panes of an hour."),
        rolled(
            "v_queue_days",
            "day",
            "toDate(p.minute_start, {zone:String})",
            "Panes of the local business day; parameter zone: IANA name.",
        ),
        panes::kpis(),
        panes::exact_kpis(),
        from_facts("v_queue_intervals_from_facts", true, false),
        from_facts("v_queue_intervals_cohort_from_facts", false, false),
        from_facts("v_totals_from_facts", true, true),
        abandoned(),
    ];
    views.extend(reference::all());
    views.push(activity::reasons());
    views.push(people::terms());
    views.push(fact_kpis::repeats());
    views.push(contact_work::transfers());
    views.extend(schedule::all());
    views.push(teams::days());
    views.extend(fact_kpis::all());
    views.extend(cubes::all());
    views
}

fn facts(table: &str, comment: &str) -> View {
    view(&format!("v_{table}"), comment, &format!("SELECT * EXCEPT (version, is_deleted) FROM {{database}}.{table} FINAL"))
}

fn abandoned() -> View {
    view(
        "v_abandoned_callers",
        "Customers who left a queue (pseudonyms), newest first, and whether they were answered later.",
        "SELECT v.left_at AS left_at, v.queue AS queue, v.customer AS customer, v.wait_ms / 1000 AS wait_s, v.contact_id AS contact_id,
       v.customer IS NOT NULL AND later.answered_at > v.left_at AS answered_later
FROM {database}.v_queue_visits AS v
LEFT JOIN (SELECT customer, max(left_at) AS answered_at FROM {database}.v_queue_visits WHERE outcome = 'answered' GROUP BY customer) AS later
    ON later.customer = v.customer
WHERE v.outcome = 'abandoned'
ORDER BY left_at DESC",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_name_a_database_and_a_comment() {
        for view in all() {
            assert!(view.name.starts_with("v_"), "{}", view.name);
            assert!(view.sql.contains("{database}.") && view.sql.contains("COMMENT '"), "{}", view.name);
        }
    }
}
