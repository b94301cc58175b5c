-- Who left when. Notice dates it where it was given or announced before the last day; else the last day worked. Ten shifts in a row that nobody explained are a
-- leaving too, dated at the first. What is known only in hindsight is known from the day of leaving.
WITH
(t -> toInt32(toDate(fromUnixTimestamp64Micro(t, 'UTC'), {zone}))) AS day_of,
{entries}
SELECT l.tenant AS tenant, l.agent AS agent, ifNull(r.site, '') AS site, ifNull(r.team, '') AS team, ifNull(r.leader, '') AS leader, l.hired_day AS hired_day,
    l.event_day AS event_day, l.kind AS kind, l.label_clock AS label_clock, l.known_day AS known_day
FROM
(
    -- One pass over the days of agents: whoever has no entry of leaving may have stayed away without a word.
    SELECT {tenant} AS tenant, d.agent AS agent, d.hired_day AS hired_day, if(d.has_left AND d.left_kind != 'voluntary', 'competing', 'voluntary') AS kind,
        d.notice_day IS NOT NULL OR d.told_day < d.gone_day AS noticed,
        arrayFilter(one -> one < d.gone_day AND one >= d.gone_day - 120, d.worked) AS before,
        arrayFilter(one -> NOT arrayExists(away -> away.1 <= one AND away.2 >= one, a.absences), d.absent_days) AS unexplained,
        multiIf(NOT d.has_left, unexplained[1], d.notice_day IS NOT NULL, assumeNotNull(d.notice_day), d.told_day < d.gone_day, d.told_day,
            length(before) > 0, arrayMax(before), d.gone_day - 1) AS event_day,
        multiIf(NOT d.has_left, 'no_show', noticed, 'notice', 'last_worked') AS label_clock,
        multiIf(NOT d.has_left, unexplained[10], d.notice_day IS NOT NULL, assumeNotNull(d.notice_day), d.told_day) AS known_day
    FROM
    (
        SELECT e.has_left AS has_left, if(e.has_left, e.agent, w.agent) AS agent, if(e.has_left, e.hired_day, w.hired_day) AS hired_day, e.gone_day AS gone_day,
            e.told_day AS told_day, e.notice_day AS notice_day, e.left_kind AS left_kind, w.worked AS worked,
            if(e.has_left, [], arrayFilter(one -> one > w.last_worked, arraySort(w.absent_on))) AS absent_days
        FROM
        (
            SELECT agent, true AS has_left, hired_day, assumeNotNull(left_day) AS gone_day, assumeNotNull(known_day) AS told_day, notice_day, left_kind
            FROM entries
            WHERE left_day IS NOT NULL
            ORDER BY from_us DESC
            LIMIT 1 BY agent, hired_day
        ) AS e
        FULL JOIN
        (
            SELECT v.agent AS agent, any(v.hired_day) AS hired_day, groupArrayIf(v.day, v.staffed_ms > 0) AS worked, maxIf(v.day, v.staffed_ms > 0) AS last_worked,
                groupArrayIf(v.day, ifNull(v.absent, false)) AS absent_on
            FROM {database}.v_agent_days AS v WHERE v.tenant = {tenant} GROUP BY v.agent
        ) AS w ON w.agent = e.agent
        WHERE has_left OR length(absent_days) >= 10
    ) AS d
    LEFT JOIN
    (
        SELECT assumeNotNull(o.agent) AS agent, groupArray((day_of(toUnixTimestamp64Micro(o.observed_at)), ifNull(day_of(toUnixTimestamp64Micro(o.ended_at) - 1), 2147483647))) AS absences
        FROM {facts}.v_observations AS o WHERE o.tenant = {tenant} AND o.kind = 'absence' AND o.agent IS NOT NULL GROUP BY agent
    ) AS a ON a.agent = d.agent
    WHERE d.has_left OR length(unexplained) >= 10
) AS l
ASOF LEFT JOIN
(
    SELECT agent, site, team, leader, day_of(toUnixTimestamp64Micro(valid_from) - 1) + 1 AS from_day FROM {facts}.v_agent_terms WHERE tenant = {tenant}
) AS r ON r.agent = l.agent AND r.from_day <= l.event_day
