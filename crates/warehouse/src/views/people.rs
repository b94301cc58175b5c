//! Who worked where under whom: what attrition is counted from.

use super::fact_kpis::Rows;
use super::{View, view};

/// Agents' entries, cut where an entry of their team changes: the leader and site are the agent's own, else the team's.
pub(super) fn terms() -> View {
    view(
        "v_agent_terms",
        "In which team each agent was, at which site and under which leader, from when until when. Leader and site are the agent's own, where the agent's entry has them, else those of the team as of the time.",
        "SELECT a.tenant AS tenant, a.agent AS agent, ifNull(a.team, '') AS team, ifNull(a.leader, ifNull(t.leader, '')) AS leader,
    ifNull(a.site, ifNull(t.site, '')) AS site, if(t.team = '', a.valid_from, greatest(a.valid_from, t.valid_from)) AS valid_from,
    if(t.team = '', a.valid_to, least(a.valid_to, t.valid_to)) AS valid_to
FROM {database}.v_agents AS a
LEFT JOIN
(
    SELECT tenant, team, site, leader, valid_from, valid_to FROM {database}.v_teams
    UNION ALL
    SELECT f.tenant AS tenant, f.team AS team, NULL AS site, NULL AS leader, toDateTime64(0, 6, 'UTC') AS valid_from, min(f.valid_from) AS valid_to
    FROM {database}.v_teams AS f GROUP BY f.tenant, f.team
) AS t ON t.tenant = a.tenant AND t.team = a.team AND t.valid_from < a.valid_to AND t.valid_to > a.valid_from",
    )
}

/// Days under each leader (at each site …), those who left under the one of the day, and under the one of most of their last 90 days.
macro_rules! by_term {
    ($who:literal) => {
        concat!(
            "(
    WITH
    people AS
    (
        SELECT p.tenant AS tenant, p.agent AS agent, toDate32(assumeNotNull(p.hired)) AS hired, toDate32(p.left_on) AS left_on, p.left_kind AS left_kind
        FROM {database}.v_agents_now AS p WHERE p.hired IS NOT NULL
    ),
    leavers AS
    (
        SELECT tenant, agent, hired, assumeNotNull(left_on) AS gone, left_kind, greatest(hired, gone - 90) AS since,
            dateDiff('day', since, gone) AS days_before, toDateTime64(gone, 6, {zone:String}) AS at
        FROM people WHERE left_on >= {first_day:Date} AND left_on <= {last_day:Date}
    ),
    terms AS
    (
        SELECT tenant, agent, ",
            $who,
            ", valid_from, toDate32(toTimeZone(valid_from, {zone:String})) AS from_day,
            toDate32(toTimeZone(valid_to, {zone:String})) AS to_day
        FROM {database}.v_agent_terms
    )
    SELECT t.tenant AS tenant, t.",
            $who,
            " AS ",
            $who,
            ", t.agent AS agent, 'led' AS what, '' AS left_kind,
        dateDiff('day', greatest(t.from_day, p.hired, toDate32({first_day:Date})),
            least(t.to_day, ifNull(p.left_on, t.to_day), toDate32({last_day:Date}) + 1)) AS days
    FROM terms AS t
    INNER JOIN people AS p ON p.tenant = t.tenant AND p.agent = t.agent
    WHERE days > 0
    UNION ALL
    SELECT l.tenant AS tenant, r.",
            $who,
            " AS ",
            $who,
            ", l.agent AS agent, 'left' AS what, l.left_kind AS left_kind, toInt64(0) AS days
    FROM leavers AS l
    ASOF LEFT JOIN {database}.v_agent_terms AS r ON r.tenant = l.tenant AND r.agent = l.agent AND r.valid_from <= l.at
    UNION ALL
    SELECT tenant, if(max(days_under) * 2 >= any(days_before), argMax(",
            $who,
            ", (days_under, newest)), '') AS ",
            $who,
            ", agent, 'left_90' AS what,
        any(left_kind) AS left_kind, toInt64(0) AS days
    FROM
    (
        SELECT l.tenant AS tenant, l.agent AS agent, l.left_kind AS left_kind, l.days_before AS days_before, t.",
            $who,
            " AS ",
            $who,
            ",
            sum(greatest(dateDiff('day', greatest(t.from_day, l.since), least(t.to_day, l.gone)), 0)) AS days_under, max(t.from_day) AS newest
        FROM leavers AS l
        LEFT JOIN terms AS t ON t.tenant = l.tenant AND t.agent = l.agent
        GROUP BY tenant, agent, left_kind, days_before, ",
            $who,
            "
    )
    GROUP BY tenant, agent
)"
        )
    };
}

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_staff_months",
        dimensions: &[
            ("tenant", "tenant"),
            ("month", "month"),
            ("next_month", "addMonths(month, 1)"),
            ("team", "team"),
            ("leader", "leader"),
        ],
        from: STAFF,
        comment: "Headcount, tenure, leavers and stability by month, team and leader as of the time. Parameter zone.",
    },
    Rows {
        view: "v_leader_attrition",
        dimensions: &[("tenant", "tenant"), ("leader", "leader")],
        from: by_term!("leader"),
        comment: "Resignations by leader with exact intervals. Parameters: zone, first_day, last_day.",
    },
    Rows {
        view: "v_site_attrition",
        dimensions: &[("tenant", "tenant"), ("site", "site")],
        from: by_term!("site"),
        comment: "Attrition by site over any days, with exact intervals. Parameters: zone, first_day, last_day.",
    },
    Rows {
        view: "v_headcount",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("site", "site"), ("team", "team"), ("leader", "leader")],
        from: "(
    SELECT p.tenant AS tenant, p.day AS day, assumeNotNull(p.hired) AS hired, r.site AS site, r.team AS team, r.leader AS leader
    FROM (SELECT *, toDate({day:Date}) AS day, toDateTime64({day:Date}, 6, {zone:String}) AS at FROM {database}.v_agents_now) AS p
    ASOF LEFT JOIN {database}.v_agent_terms AS r ON r.tenant = p.tenant AND r.agent = p.agent AND r.valid_from <= p.at
    WHERE p.hired <= p.day AND ifNull(p.left_on > p.day, true)
)",
        comment: "Headcount and tenure on any day by site, team and leader. Parameters: zone, day.",
    },
];

/// One row for each thing that happened to a person in a month; the term is the one of that moment.
const STAFF: &str = "(
    SELECT e.tenant AS tenant, e.month AS month, e.what AS what, e.hired AS hired, e.left_on AS left_on, e.left_kind AS left_kind,
        r.team AS team, r.leader AS leader
    FROM
    (
        SELECT tenant, agent, hired, left_on, left_kind, month, tupleElement(entry, 1) AS what, tupleElement(entry, 2) AS at
        FROM
        (
            SELECT p.tenant AS tenant, p.agent AS agent, assumeNotNull(p.hired) AS hired, p.left_on AS left_on, p.left_kind AS left_kind,
                (SELECT max(greatest(hired, ifNull(left_on, hired))) FROM {database}.v_agents_now WHERE hired IS NOT NULL) AS newest
            FROM {database}.v_agents_now AS p WHERE p.hired IS NOT NULL
        )
        ARRAY JOIN arrayMap(step -> addMonths(toStartOfMonth(hired), step),
            range(toUInt32(dateDiff('month', hired, assumeNotNull(newest)) + 1))) AS month
        ARRAY JOIN arrayFilter(one -> tupleElement(one, 3), [
            ('start', toDateTime64(month, 6, {zone:String}), hired < month AND ifNull(left_on >= month, true)),
            ('end', toDateTime64(addMonths(month, 1), 6, {zone:String}) - toIntervalMicrosecond(1),
                hired < addMonths(month, 1) AND ifNull(left_on >= addMonths(month, 1), true)),
            ('hired', toDateTime64(hired, 6, {zone:String}), toStartOfMonth(hired) = month),
            ('cohort', toDateTime64(hired, 6, {zone:String}), toStartOfMonth(addDays(hired, 90)) = month AND addDays(hired, 90) <= newest),
            ('left', toDateTime64(ifNull(left_on, hired), 6, {zone:String}), ifNull(toStartOfMonth(left_on) = month, false))
        ]) AS entry
    ) AS e
    ASOF LEFT JOIN {database}.v_agent_terms AS r ON r.tenant = e.tenant AND r.agent = e.agent AND r.valid_from <= e.at
    UNION ALL
    SELECT m.tenant AS tenant, toStartOfMonth(toDate(m.valid_from, {zone:String})) AS month, tupleElement(entry, 1) AS what,
        assumeNotNull(p.hired) AS hired, p.left_on AS left_on, p.left_kind AS left_kind, tupleElement(entry, 2) AS team, tupleElement(entry, 3) AS leader
    FROM
    (
        SELECT tenant, agent, valid_from, team, leader,
            lagInFrame(team, 1, '') OVER (PARTITION BY tenant, agent ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS team_before,
            lagInFrame(leader, 1, '') OVER (PARTITION BY tenant, agent ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS leader_before
        FROM {database}.v_agent_terms
    ) AS m
    INNER JOIN {database}.v_agents_now AS p ON p.tenant = m.tenant AND p.agent = m.agent
    ARRAY JOIN [('moved_in', m.team, m.leader), ('moved_out', m.team_before, m.leader_before)] AS entry
    WHERE (m.team, m.leader) != (m.team_before, m.leader_before) AND p.hired IS NOT NULL
        AND m.valid_from > toDateTime64(assumeNotNull(p.hired), 6, {zone:String})
        AND (p.left_on IS NULL OR m.valid_from <= toDateTime64(assumeNotNull(p.left_on), 6, {zone:String}))
)";
