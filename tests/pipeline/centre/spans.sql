-- What agents did when.
SELECT toUnixTimestamp64Milli(started_at) AS from_ms, agent, toUnixTimestamp64Milli(assumeNotNull(ended_at)) AS until_ms, activity, ifNull(reason, '') AS reason
FROM v_activity_spans WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY from_ms, agent
