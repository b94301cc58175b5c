SELECT assumeNotNull(s.agent) AS agent, toInt32(toDate(s.observed_at, {zone})) AS day, ifNull(s.reason, '') AS role
FROM {main}.v_observations AS s
WHERE s.tenant = {tenant} AND s.kind = 'other' AND s.dimension = 'session' AND s.outcome = {kind} AND s.agent IS NOT NULL
    AND toInt32(toDate(s.observed_at, {zone})) BETWEEN {first_day} AND {last_day}
ORDER BY agent, day, role
