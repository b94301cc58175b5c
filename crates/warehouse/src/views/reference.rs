//! Reference data as of a time: what holds from when until when, and the views of agents, teams, sites and queues made of it.

use super::{View, view};

/// An attribute as a column; null: not known.
fn attribute(name: &str) -> String {
    format!("nullIf(attributes['{name}'], '') AS {name}")
}

fn of_kind(name: &str, kind: &str, column: &str, attributes: &[&str], comment: &str) -> View {
    let columns: Vec<String> = attributes.iter().map(|attribute_name| attribute(attribute_name)).collect();
    let select = format!(
        "SELECT tenant, id AS {column}, valid_from, valid_to, {}\nFROM {{database}}.v_reference WHERE kind = '{kind}'",
        columns.join(", ")
    );
    view(name, comment, &select)
}

pub(super) fn all() -> Vec<View> {
    vec![
        view(
            "v_reference",
            "Reference data with the time in which each entry holds. Join facts as of their own time: valid_from <= time AND time < valid_to.",
            "SELECT tenant, kind, id, valid_from, attributes,
    leadInFrame(valid_from, 1, toDateTime64('2299-12-31 23:59:59', 6, 'UTC')) OVER (
        PARTITION BY tenant, kind, id ORDER BY valid_from ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS valid_to
FROM (SELECT tenant, kind, id, valid_from, attributes FROM {database}.reference FINAL)",
        ),
        of_kind(
            "v_agents",
            "agent",
            "agent",
            &[
                "team",
                "leader",
                "site",
                "level",
                "contract",
                "vendor",
                "hire_date",
                "left_date",
                "left_kind",
                "skills",
                "full_time_share",
                "paid_shift_s",
            ],
            "Agents: team, leader, level … and from when until when.",
        ),
        of_kind("v_teams", "team", "team", &["site", "leader"], "Teams and from when until when they were so."),
        of_kind("v_sites", "site", "site", &["zone", "opening", "seats"], "Sites: IANA zone, opening hours, seats."),
        of_kind(
            "v_queues",
            "queue",
            "queue",
            &["skill", "client", "site", "threshold_s", "short_abandon_s", "target_percent"],
            "Queues: skill, client, targets.",
        ),
        view(
            "v_agents_now",
            "Agents as last known, with days of hiring and leaving.",
            "SELECT tenant, agent, argMax(team, valid_from) AS team, argMax(leader, valid_from) AS leader,
    toDateOrNull(argMax(ifNull(hire_date, ''), valid_from)) AS hired, toDateOrNull(argMax(ifNull(left_date, ''), valid_from)) AS left_on,
    argMax(ifNull(left_kind, ''), valid_from) AS left_kind
FROM {database}.v_agents GROUP BY tenant, agent",
        ),
        view(
            "v_unmapped_dispositions",
            "Dispositions of contacts whose reason had no business type in the reference data when the contact began: load them with kind reason. \
Whoever sums by business type has these contacts under no type.",
            "SELECT c.tenant AS tenant, assumeNotNull(c.disposition) AS disposition, count() AS contacts_without_type, max(c.started_at) AS newest_at
FROM {database}.v_contacts AS c
LEFT JOIN
(
    SELECT tenant, id, valid_from, valid_to FROM {database}.v_reference WHERE kind = 'reason' AND attributes['business_type'] != ''
) AS r ON r.tenant = c.tenant AND r.id = c.disposition AND r.valid_from <= c.started_at AND r.valid_to > c.started_at
WHERE ifNull(c.disposition, '') != '' AND r.id = ''
GROUP BY c.tenant, c.disposition",
        ),
        view("v_observations", "Observations as they are now.", "SELECT * EXCEPT (version) FROM {database}.observations FINAL"),
    ]
}
