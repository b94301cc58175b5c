//! Agents' time by team, as of the time: a span in which an agent moves is cut at the moment of the move.

use super::activity::SPANS;
use super::{View, view};
use kpi::agent_time::{KPIS, SUMS};

/// Local days of teams.
pub(super) fn days() -> View {
    let sums: Vec<String> = SUMS.iter().map(|sum| format!("sumIf(part_us, {}) AS {}", sum.sql(), sum.name)).collect();
    let names: Vec<String> = SUMS.iter().map(|sum| format!("t.{0} AS {0}", sum.name)).collect();
    // The paid shift is that of every agent who was there.
    let ratios: Vec<String> = KPIS
        .iter()
        .map(|kpi| format!("{} AS {}", kpi.sql.replace("{paid_shift_s:UInt32}", "(t.agents * {paid_shift_s:UInt32})"), kpi.name))
        .collect();
    let select = format!(
        "SELECT t.tenant AS tenant, t.team AS team, t.day AS day, t.agents AS agents, {}, h.handled AS handled,
    {}
FROM
(
    SELECT tenant, team, toDate(fromUnixTimestamp64Micro(slot * 900000000, 'UTC'), {{zone:String}}) AS day, uniqExact(agent) AS agents,
        {}
    FROM
    (
        SELECT tenant, agent, team, activity, slot, least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
        FROM
        (
            SELECT s.tenant AS tenant, s.agent AS agent, ifNull(r.team, '') AS team, s.activity AS activity,
                if(r.agent = '', s.start_us, greatest(s.start_us, r.from_us)) AS start_us,
                if(r.agent = '', s.end_us, least(s.end_us, r.to_us)) AS end_us
            FROM
            (
                {SPANS}
            ) AS s
            LEFT JOIN
            (
                SELECT tenant, agent, team, toUnixTimestamp64Micro(valid_from) AS from_us, toUnixTimestamp64Micro(valid_to) AS to_us
                FROM {{database}}.v_agents
                UNION ALL
                SELECT tenant, agent, NULL AS team, toInt64(0) AS from_us, min(toUnixTimestamp64Micro(valid_from)) AS to_us
                FROM {{database}}.v_agents GROUP BY tenant, agent
            ) AS r ON r.tenant = s.tenant AND r.agent = s.agent AND r.from_us < s.end_us AND r.to_us > s.start_us
        )
        ARRAY JOIN range(intDiv(start_us, 900000000), intDiv(end_us - 1, 900000000) + 1) AS slot
        WHERE end_us > start_us
    )
    GROUP BY tenant, team, day
) AS t
LEFT JOIN
(
    SELECT g.tenant AS tenant, ifNull(r.team, '') AS team, toDate(g.at, {{zone:String}}) AS day, count() AS handled
    FROM (SELECT tenant, agent, assumeNotNull(ended_at) AS at FROM {{database}}.handlings FINAL WHERE ended_at IS NOT NULL AND end != 'lost') AS g
    LEFT JOIN {{database}}.v_agents AS r ON r.tenant = g.tenant AND r.agent = g.agent AND r.valid_from <= g.at AND r.valid_to > g.at
    GROUP BY tenant, team, day
) AS h ON h.tenant = t.tenant AND h.team = t.team AND h.day = t.day",
        names.join(", "),
        ratios.join(",\n    "),
        sums.join(",\n        ")
    );
    let comment = "Local days of teams as they were at the time; team '': not known. Parameters: zone, paid_shift_s (of one agent).";
    view("v_team_days", comment, &select)
}
