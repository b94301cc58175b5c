//! What may be shown of teams: counts, and only of teams of eight and more. No agent is in any column.

use crate::views::{View, view};

/// Agents below which nothing of a team is shown; the same as `holdfast::privacy::FEWEST_PEOPLE`.
const FEWEST_PEOPLE: u32 = 8;

/// The views, in an order in which they can be made.
pub(super) fn views() -> Vec<View> {
    vec![
        view(
            "v_team_sizes",
            "Teams of eight and more, with the agents of whom there is a day in the last week of the site.",
            &format!(
                "SELECT l.tenant AS tenant, l.site AS site, l.team AS team, count() AS agents, countIf(l.tier = 'watch') AS on_watch
FROM (
    SELECT d.tenant AS tenant, d.agent AS agent, argMax(d.site, d.day) AS site, ifNull(argMax(d.team, (d.day, d.version)), '') AS team,
        max(d.day) AS last_day, any(s.tier) AS tier
    FROM {{database}}.agent_days AS d FINAL
    LEFT JOIN (
        SELECT c.tenant AS tenant, c.agent AS agent, argMax(ifNull(c.tier, ''), c.day) AS tier FROM {{database}}.scores AS c FINAL
        GROUP BY c.tenant, c.agent
    ) AS s ON s.tenant = d.tenant AND s.agent = d.agent
    GROUP BY d.tenant, d.agent
) AS l
INNER JOIN (
    SELECT n.tenant AS tenant, n.site AS site, max(n.day) AS newest FROM {{database}}.agent_days AS n GROUP BY n.tenant, n.site
) AS w ON w.tenant = l.tenant AND w.site = l.site
WHERE l.team != '' AND l.last_day > w.newest - 7
GROUP BY l.tenant, l.site, l.team
HAVING count() >= {FEWEST_PEOPLE}"
            ),
        ),
        view(
            "v_team_signals",
            "Signals of teams of eight and more by week of opening (Monday), and what became of them; none that is kept silent.",
            "SELECT s.tenant AS tenant, s.site AS site, ifNull(s.team, '') AS team, toMonday(toDate32(s.opened_day)) AS week, any(t.agents) AS agents,
    count() AS opened, countIf(s.tier = 'urgent') AS urgent, countIf(s.state = 'open') AS unanswered, countIf(s.talks > 0) AS talked,
    countIf(s.outcome = 'agreed') AS agreed, countIf(s.outcome = 'dismissed') AS dismissed, countIf(s.outcome = 'left') AS went,
    countIf(s.state = 'expired') AS expired,
    quantileExactIf(0.5)(dateDiff('day', s.told_at, s.talked_at), s.talks > 0) AS median_days_to_talk
FROM {database}.v_signals AS s
INNER JOIN {database}.v_team_sizes AS t ON t.tenant = s.tenant AND t.site = s.site AND t.team = ifNull(s.team, '')
WHERE NOT s.silent
GROUP BY s.tenant, s.site, team, week",
        ),
        view(
            "v_team_burdens",
            "What the organisation can change, by month and team of eight and more: in how many signals each family of such reasons, or the rule overload, stood.",
            "SELECT s.tenant AS tenant, s.site AS site, ifNull(s.team, '') AS team, toStartOfMonth(toDate32(s.opened_day)) AS month,
    b AS family, uniqExact(s.signal_id) AS signals
FROM {database}.v_signals AS s
ARRAY JOIN arrayConcat(arrayMap(r -> r.2, arrayFilter(r -> r.6, s.reasons)), arrayFilter(r -> r = 'overload', s.rules)) AS b
INNER JOIN {database}.v_team_sizes AS t ON t.tenant = s.tenant AND t.site = s.site AND t.team = ifNull(s.team, '')
WHERE NOT s.silent
GROUP BY s.tenant, s.site, team, month, family",
        ),
    ]
}
