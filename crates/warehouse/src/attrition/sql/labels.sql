-- Who left when. Notice dates it where it was given or announced before the last day; else the last day worked. Ten shifts in a row that nobody explained are a
-- leaving too, dated at the first. What is known only in hindsight is known from the day of leaving.
WITH
(t -> toInt32(toDate(fromUnixTimestamp64Micro(t, 'UTC'), {zone}))) AS day_of,
{entries}
SELECT l.tenant AS tenant, l.agent AS agent, ifNull(r.site, '') AS site, ifNull(r.team, '') AS team, ifNull(r.leader, '') AS leader, l.hired_day AS hired_day,
    l.event_day AS event_day, l.kind AS kind, l.label_clock AS label_clock, l.known_day AS known_day
FROM
(
    SELECT {tenant} AS tenant, e.agent AS agent, e.hired_day AS hired_day, if(e.left_kind = 'voluntary', 'voluntary', 'competing') AS kind,
        multiIf(e.notice_day IS NOT NULL, assumeNotNull(e.notice_day), e.told_day < e.gone_day, e.told_day, length(before) > 0, arrayMax(before), e.gone_day - 1) AS event_day,
        multiIf(e.notice_day IS NOT NULL OR e.told_day < e.gone_day, 'notice', 'last_worked') AS label_clock,
        if(e.notice_day IS NOT NULL, assumeNotNull(e.notice_day), e.told_day) AS known_day,
        arrayFilter(one -> one < e.gone_day AND one >= e.gone_day - 120, w.worked) AS before
    FROM
    (
        SELECT agent, hired_day, assumeNotNull(left_day) AS gone_day, assumeNotNull(known_day) AS told_day, notice_day, left_kind
        FROM entries
        WHERE left_day IS NOT NULL
        ORDER BY from_us DESC
        LIMIT 1 BY agent, hired_day
    ) AS e
    LEFT JOIN (SELECT agent, groupArray(day) AS worked FROM {database}.v_agent_days WHERE tenant = {tenant} AND staffed_ms > 0 GROUP BY agent) AS w ON w.agent = e.agent
    UNION ALL
    SELECT {tenant} AS tenant, n.agent AS agent, n.hired_day AS hired_day, 'voluntary' AS kind, unexplained[1] AS event_day, 'no_show' AS label_clock,
        unexplained[10] AS known_day, arrayFilter(one -> NOT arrayExists(away -> away.1 <= one AND away.2 >= one, a.absences), n.absent_days) AS unexplained
    FROM
    (
        SELECT agent, any(hired_day) AS hired_day, maxIf(day, staffed_ms > 0) AS last_worked,
            arrayFilter(one -> one > last_worked, arraySort(groupArrayIf(day, ifNull(absent, false)))) AS absent_days
        FROM {database}.v_agent_days WHERE tenant = {tenant} GROUP BY agent HAVING length(absent_days) >= 10
    ) AS n
    LEFT JOIN
    (
        SELECT assumeNotNull(o.agent) AS agent, groupArray((day_of(toUnixTimestamp64Micro(o.observed_at)), ifNull(day_of(toUnixTimestamp64Micro(o.ended_at) - 1), 2147483647))) AS absences
        FROM {facts}.v_observations AS o WHERE o.tenant = {tenant} AND o.kind = 'absence' AND o.agent IS NOT NULL GROUP BY agent
    ) AS a ON a.agent = n.agent
    WHERE length(unexplained) >= 10 AND n.agent NOT IN (SELECT agent FROM entries WHERE left_day IS NOT NULL)
) AS l
ASOF LEFT JOIN
(
    SELECT agent, site, team, leader, day_of(toUnixTimestamp64Micro(valid_from) - 1) + 1 AS from_day FROM {facts}.v_agent_terms WHERE tenant = {tenant}
) AS r ON r.agent = l.agent AND r.from_day <= l.event_day
