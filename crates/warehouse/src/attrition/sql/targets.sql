-- Targets as of the end of each day, of those KPIs that a single agent's day has, and that are for everybody, the site, or a team.
SELECT d.day AS day, arraySort(groupArray((r.id, r.attributes['kpi'], toFloat64OrZero(r.attributes['value']), r.attributes['team']))) AS targets
FROM days AS d
CROSS JOIN (SELECT * FROM {facts}.v_reference WHERE tenant = {tenant} AND kind = 'target') AS r
WHERE toUnixTimestamp64Micro(r.valid_from) < d.to_us AND toUnixTimestamp64Micro(r.valid_to) >= d.to_us
    AND r.attributes['kpi'] IN ('aht', 'calls_per_hour', 'adherence') AND r.attributes['value'] != ''
        AND (r.attributes['team'] != '' OR r.attributes['site'] IN ('', {site}))
GROUP BY day
