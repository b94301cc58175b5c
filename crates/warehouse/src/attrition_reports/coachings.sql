-- Coachings of a site's agents (observations of kind other, dimension session, outcome coaching), with the call that each was about.
SELECT o.who AS agent, intDiv(toUnixTimestamp64Micro(o.observed_at), 1000000) AS at_s, ifNull(o.contact_id, '') AS contact,
    ifNull(o.duration_ms, intDiv(toUnixTimestamp64Micro(o.ended_at) - toUnixTimestamp64Micro(o.observed_at), 1000)) AS took_ms,
    toInt32(toStartOfWeek(o.observed_at, 1, {zone})) AS week
FROM
(
    SELECT assumeNotNull(v.agent) AS who, v.* FROM {main}.v_observations AS v
    WHERE v.tenant = {tenant} AND v.kind = 'other' AND v.dimension = 'session' AND v.outcome = 'coaching' AND v.agent IS NOT NULL
        AND toInt32(toDate(v.observed_at, {zone})) BETWEEN {first_day} AND {last_day}
) AS o
INNER JOIN {main}.v_agent_terms AS t ON t.tenant = o.tenant AND t.agent = o.who
WHERE t.valid_from <= o.observed_at AND o.observed_at < t.valid_to AND t.site = {site}
ORDER BY agent, at_s, contact
