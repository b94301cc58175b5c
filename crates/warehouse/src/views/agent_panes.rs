//! Panes of agents as SQL users see them.

use super::{View, view};
use kpi::agent_pane::{COUNTS, occupancy_base, occupied, time_measure};

/// A sum of some activities' milliseconds.
fn time_ms(activities: &[&str]) -> String {
    activities.iter().map(|activity| format!("measures['{}']", time_measure(activity))).collect::<Vec<_>>().join(" + ")
}

/// Quarter hours of agents, repairs included.
pub(super) fn panes() -> View {
    let counts: Vec<String> = COUNTS.iter().map(|count| format!("measures['{0}'] AS {0}", count.name)).collect();
    let select = format!(
        "SELECT tenant, agent, interval_start, measures, {} AS occupied_ms, {} AS occupancy_base_ms, {}
FROM
(
    SELECT p.tenant AS tenant, p.agent AS agent, p.window_start AS interval_start, sumMap(p.measures) AS measures
    FROM {{database}}.agent_panes AS p FINAL
    GROUP BY tenant, agent, interval_start
)",
        time_ms(&occupied()),
        time_ms(&occupancy_base()),
        counts.join(", ")
    );
    let comment = "What each agent did in each quarter of an hour, as the board has it: spans that have ended, and handlings. Occupancy: sum(occupied_ms) / nullIf(sum(occupancy_base_ms), 0).";
    view("v_agent_panes", comment, &select)
}
