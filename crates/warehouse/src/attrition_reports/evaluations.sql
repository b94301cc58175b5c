-- Evaluations of a site's agents, what they found, and whose team the agent was in then. Those that calibrate judge the evaluators, not agents.
SELECT o.who AS agent, t.team AS team, t.leader AS leader, intDiv(toUnixTimestamp64Micro(o.observed_at), 1000000) AS at_s,
    intDiv(toUnixTimestamp64Micro(o.subject_at), 1000000) AS call_s, ifNull(o.contact_id, '') AS contact,
    multiIf(ifNull(o.reason, '') != '', assumeNotNull(o.reason), o.fatal, 'fatal error', '') AS finding,
    if(o.score_max_milli > 0, 100 * o.score_milli / o.score_max_milli, NULL) AS points,
    ifNull(o.sampling, '') = 'random' AS random, o.duration_ms AS took_ms, toInt32(toStartOfWeek(o.observed_at, 1, {zone})) AS week
FROM
(
    SELECT assumeNotNull(v.agent) AS who, v.* FROM {main}.v_observations AS v
    WHERE v.tenant = {tenant} AND v.kind = 'evaluation' AND v.agent IS NOT NULL AND ifNull(v.sampling, '') != 'calibration'
        AND toInt32(toDate(v.observed_at, {zone})) BETWEEN {first_day} AND {last_day}
) AS o
INNER JOIN {main}.v_agent_terms AS t ON t.tenant = o.tenant AND t.agent = o.who
WHERE t.valid_from <= o.observed_at AND o.observed_at < t.valid_to AND t.site = {site}
ORDER BY agent, at_s, contact, finding
