-- Sessions of everybody, of every kind: who was trained in the time is no measure for who was coached.
SELECT assumeNotNull(s.agent) AS agent, toInt32(toDate(s.observed_at, {zone})) AS day, ifNull(s.outcome, '') AS kind, ifNull(s.reason, '') AS role
FROM {main}.v_observations AS s
WHERE s.tenant = {tenant} AND s.kind = 'other' AND s.dimension = 'session' AND s.outcome IN ('coaching', 'training', 'follow_up') AND s.agent IS NOT NULL
    AND toInt32(toDate(s.observed_at, {zone})) BETWEEN {first_day} AND {last_day}
ORDER BY agent, day, kind, role
