-- What agents did when.
SELECT toUnixTimestamp(started_at) AS from_s, agent, toUnixTimestamp(assumeNotNull(ended_at)) AS until_s, activity, ifNull(reason, '') AS reason
FROM v_activity_spans WHERE startsWith(agent, 'PJSIP/{site}-')
ORDER BY from_s, agent
