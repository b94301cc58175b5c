-- At risk: employed, notice not given, of a leader. A leaver counts on the last such day before the event, for the leader of that day. Kind of contract as of the end of the day.
WITH
at_risk AS
(
    SELECT d.agent AS agent, toInt32(d.day) AS day, ifNull(d.leader, '') AS leader, d.site AS site, ifNull(d.`group`, '') AS queue_group,
        ifNull(d.tenure_days, 0) AS tenure_days, ifNull(toString(round(d.scheduled_shifts_28d / 4)), '') AS shifts_per_week
    FROM {attrition}.v_agent_days AS d
    WHERE d.tenant = {tenant} AND NOT has({sites_off}, d.site) AND d.employed AND NOT d.notice_given AND toInt32(d.day) BETWEEN {first_day} AND {last_day}
),
leavers AS
(
    SELECT l.agent AS agent, max(r.day) AS last_day
    FROM {attrition}.v_attrition_labels(tenant = {tenant}, zone = {zone}) AS l
    INNER JOIN at_risk AS r ON r.agent = l.agent
    WHERE l.kind = 'voluntary' AND toInt32(l.event_day) BETWEEN {first_day} AND {last_day} + 1
        AND r.day < toInt32(l.event_day) AND r.day >= toInt32(l.event_day) - 31
    GROUP BY l.agent, l.event_day
),
contracts AS
(
    SELECT a.agent AS agent, toInt32(toDate32(toTimeZone(a.valid_from, {zone}))) AS from_day, argMax(ifNull(a.contract, ''), a.valid_from) AS contract
    FROM {main}.v_agents AS a WHERE a.tenant = {tenant} GROUP BY a.agent, from_day
)
SELECT r.leader AS leader, multiIf(r.tenure_days < 30, 0, r.tenure_days < 90, 30, r.tenure_days < 180, 90, r.tenure_days < 365, 180,
        r.tenure_days < 1000, 365, 1000) AS tenure_days_from,
    r.queue_group AS queue_group, r.site AS site, k.contract AS contract, r.shifts_per_week AS shifts_per_week,
    toMonth(toDate('1970-01-01') + r.day) AS month, count() AS days, countIf(l.agent != '') AS leavers
FROM at_risk AS r
LEFT JOIN leavers AS l ON l.agent = r.agent AND l.last_day = r.day
ASOF LEFT JOIN contracts AS k ON k.agent = r.agent AND k.from_day <= r.day
WHERE r.leader != ''
GROUP BY leader, tenure_days_from, queue_group, site, contract, shifts_per_week, month
ORDER BY leader, tenure_days_from, queue_group, site, contract, shifts_per_week, month
