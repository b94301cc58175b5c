//! Tables and views of the database of the early warning: migrations and a ledger of its own.

use super::Attrition;
use super::quality::Periods;
use crate::Error;
use crate::migrations::{Migrated, Plan, carry_out};
use crate::views::{View, view};

/// Every migration: never edited once released, only added to.
pub(crate) const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_agent_days", include_str!("../../migrations/attrition/0001_agent_days.sql")),
    ("0002_signals", include_str!("../../migrations/attrition/0002_signals.sql")),
    ("0003_privacy", include_str!("../../migrations/attrition/0003_privacy.sql")),
    ("0004_models", include_str!("../../migrations/attrition/0004_models.sql")),
    ("0005_silent_signals", include_str!("../../migrations/attrition/0005_silent_signals.sql")),
    ("0006_display_states", include_str!("../../migrations/attrition/0006_display_states.sql")),
    ("0007_group_notices", include_str!("../../migrations/attrition/0007_group_notices.sql")),
    ("0008_generations", include_str!("../../migrations/attrition/0008_generations.sql")),
    ("0009_rules_of_signals", include_str!("../../migrations/attrition/0009_rules_of_signals.sql")),
    ("0010_first_starts", include_str!("../../migrations/attrition/0010_first_starts.sql")),
    ("0011_weeks_without_names", include_str!("../../migrations/attrition/0011_weeks_without_names.sql")),
];

/// Every view, in an order in which they can be made; `{facts}` is the database of the facts.
pub(crate) fn views() -> Vec<View> {
    let mut views = vec![
        view(
            "v_agent_days",
            "Days of agents as they are now: those that are formed to the end.",
            "SELECT * EXCEPT (version, generation) FROM {database}.agent_days FINAL
WHERE (tenant, site, day, version) IN (SELECT tenant, site, day, version FROM {database}.formed_days FINAL)",
        ),
        view(
            "v_attrition_labels",
            "Who left when, for training and for the view of leaders: never an input. Parameters: tenant, zone (IANA name of the site). Columns: tenant, agent, site, team, \
leader and hired_day as of the event; event_day and known_day (since when it is known), days since 1970-01-01; kind voluntary or competing; label_clock (what dates it) notice, \
last_worked or no_show.",
            &super::statement::labels(),
        ),
        view("v_signals", "Every signal as it stands.", include_str!("sql/signals.sql")),
        view(
            "v_group_events",
            "Groups that moved as a whole, one row an event: of the organisation, not of persons.",
            include_str!("sql/group_events.sql"),
        ),
        view(
            "v_signal_outcomes",
            "What became of each signal whose 45 days are over, told or kept silent. Parameters: tenant, site, zone (IANA name of the site).",
            &super::quality::outcomes(),
        ),
        view(
            "v_signal_quality",
            "How good a site's signals were, beside chance, and what telling changed: over all matured days (but for weeks that were given up), the last 91, by quarter; nothing of fewer than eight agents. \
             Parameters: tenant, site, zone (IANA name of the site).",
            &super::quality::statement(Periods::All),
        ),
    ];
    views.push(view(
        "v_display",
        "Whether the early warnings of each site are shown at present. What nobody has said for a quarter of an hour counts as no longer: whoever reads by SQL is not shown more than \
         the commands show.",
        "SELECT d.tenant AS tenant, d.site AS site, toBool(d.reason = '' AND d.checked_at > now64(6) - INTERVAL 15 MINUTE) AS shown,
    multiIf(d.reason != '', d.reason, shown, '', 'not_checked') AS why, d.since AS since, d.checked_at AS checked_at
FROM {database}.display_states AS d FINAL",
    ));
    views.extend(super::teams::views());
    views
}

/// Brings the database of the early warning up to this version. The one of the facts comes first.
///
/// # Errors
/// [`Error::Changed`] if an applied migration has another text here; [`Error::ClickHouse`].
pub async fn migrate(attrition: &Attrition) -> Result<Migrated, Error> {
    let views = views().into_iter().map(|view| View { sql: attrition.filled(&view.sql), ..view }).collect();
    let comment = "Holdfast: early warning of attrition. About employees: for keeping them, never for dismissal, pay, rating or shifts.";
    carry_out(&attrition.own, &Plan { comment, migrations: MIGRATIONS, views, column: super::comments::comment }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_in_order_and_name_the_database_in_every_statement() {
        assert!(MIGRATIONS.is_sorted_by_key(|(name, _)| *name));
        for (name, sql) in MIGRATIONS {
            assert!(crate::migrations::statements(sql).all(|statement| statement.contains("{database}.")), "{name}");
        }
    }
}
