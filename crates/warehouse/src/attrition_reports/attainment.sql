-- Each agent of a site beside each target: the KPI over the days on whose end the target held. One target with another value is another one. Handle time: ms ÷ ms for a
-- second of each contact; contacts per hour: hours of contacts ÷ productive time; adherence: adherent ÷ scheduled. Queue group: of the last day on which it
-- held; level: of the last entry.
SELECT m.target AS target, m.kpi AS kpi, toInt64(round(m.wanted * 1e6)) AS value_micro, argMax(m.queue_group, m.on_day) AS queue_group,
    any(ifNull(l.of_agent, '')) AS level, m.who AS agent, countIf(m.divisor > 0) AS days, sumIf(m.dividend, m.divisor > 0) AS amount, sumIf(m.divisor, m.divisor > 0) AS base
FROM
(
    SELECT r.id AS target, r.attributes['kpi'] AS kpi, toFloat64OrZero(r.attributes['value']) AS wanted, d.agent AS who, toInt32(d.day) AS on_day,
        ifNull(d.`group`, '') AS queue_group,
        toInt64(multiIf(kpi = 'aht', d.handle_ms, kpi = 'calls_per_hour', d.handled * 3600000, ifNull(d.in_adherence_ms, 0))) AS dividend,
        toInt64(multiIf(kpi = 'aht', d.handled * 1000, kpi = 'calls_per_hour', d.productive_ms, ifNull(d.adherence_scheduled_ms, 0))) AS divisor
    FROM {attrition}.v_agent_days AS d
    CROSS JOIN
    (
        SELECT f.id AS id, f.attributes AS attributes, f.valid_from AS valid_from, f.valid_to AS valid_to FROM {main}.v_reference AS f
        WHERE f.tenant = {tenant} AND f.kind = 'target' AND f.attributes['kpi'] IN ('aht', 'calls_per_hour', 'adherence')
    ) AS r
    WHERE d.tenant = {tenant} AND d.site = {site} AND d.employed AND toInt32(d.day) BETWEEN {first_day} AND {last_day}
        AND toInt32(toDate32(toTimeZone(r.valid_from, {zone}))) <= toInt32(d.day) AND toInt32(toDate32(toTimeZone(r.valid_to, {zone}))) > toInt32(d.day)
) AS m
LEFT JOIN
(
    SELECT a.agent AS who, argMax(ifNull(a.level, ''), a.valid_from) AS of_agent FROM {main}.v_agents AS a
    WHERE a.tenant = {tenant} AND toInt32(toDate32(toTimeZone(a.valid_from, {zone}))) <= {last_day} GROUP BY who
) AS l ON l.who = m.who
GROUP BY target, kpi, value_micro, agent
ORDER BY target, kpi, value_micro, agent
