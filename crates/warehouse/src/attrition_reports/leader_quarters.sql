-- What each agent had under each leader, by quarter: days (employed, before notice, in no long leave; leader as of the day), their load, coachings by whoever
-- held them, by the clock of the zone, and targets of single days.
SELECT d.led_by AS leader, d.first_of_quarter AS quarter, d.who AS agent, count() AS days, countIf(d.paid > 0) AS worked_days,
    countIf(d.paid > 0 AND d.utilised * 100 > d.paid * 90) AS overloaded_days, count(d.longest_run) AS run_days, sum(ifNull(d.longest_run, 0)) AS run_ms,
    countIf(d.scheduled) AS scheduled_days, countIf(d.returned_quickly) AS quick_returns, sum(s.sessions) AS coachings,
    sum(d.compared) AS targets, sum(d.missed) AS targets_missed, sum(d.compared * d.missed_by_peers) AS peers_missed_micro
FROM
(
    SELECT ifNull(v.leader, '') AS led_by, v.agent AS who, toInt32(v.day) AS on_day,
        toInt32(toStartOfQuarter(toDate('1970-01-01') + toInt32(v.day))) AS first_of_quarter, v.paid_ms AS paid, v.utilised_ms AS utilised,
        v.longest_run_ms AS longest_run, v.scheduled_shifts_28d IS NOT NULL AS scheduled, ifNull(v.quick_return, false) AS returned_quickly,
        v.targets AS compared, v.targets_missed AS missed, ifNull(v.targets_missed_peers_share_micro, 0) AS missed_by_peers
    FROM {attrition}.v_agent_days AS v
    WHERE v.tenant = {tenant} AND NOT has({sites_off}, v.site) AND v.employed AND NOT v.notice_given AND NOT v.on_leave AND ifNull(v.leader, '') != ''
        AND toInt32(v.day) BETWEEN {first_day} AND {last_day}
) AS d
LEFT JOIN
(
    SELECT assumeNotNull(o.agent) AS coached, toInt32(toDate(o.observed_at, {zone})) AS on_day, count() AS sessions
    FROM {main}.v_observations AS o
    WHERE o.tenant = {tenant} AND o.kind = 'other' AND o.dimension = 'session' AND o.outcome = 'coaching' AND o.agent IS NOT NULL
    GROUP BY coached, on_day
) AS s ON s.coached = d.who AND s.on_day = d.on_day
GROUP BY leader, quarter, agent
ORDER BY leader, quarter, agent
