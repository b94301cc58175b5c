-- Everybody hired since first_day, until leaving or last_day. Left: by own wish; another end is the end of what is known. Training batch and recruiting source are the last
-- that were known of the person hired on that day.
SELECT toString(toStartOfMonth(p.hired)) AS cohort, ifNull(t.site, '') AS site, ifNull(t.team, '') AS team, p.agent AS agent,
    dateDiff('day', p.hired, least(ifNull(p.left_on, toDate('2149-01-01')), toDate('1970-01-01') + {last_day})) AS days,
    ifNull(p.left_on <= toDate('1970-01-01') + {last_day}, false) AND p.left_kind = 'voluntary' AS left,
    b.training_batch AS batch, b.recruit_source AS source
FROM {main}.v_agents_now AS p
LEFT JOIN (SELECT agent, argMin(site, valid_from) AS site, argMin(team, valid_from) AS team FROM {main}.v_agent_terms WHERE tenant = {tenant} GROUP BY agent) AS t
    ON t.agent = p.agent
LEFT JOIN
(
    SELECT r.id AS who, assumeNotNull(toDateOrNull(r.attributes['hire_date'])) AS hired_on,
        argMaxIf(r.attributes['training_batch'], r.valid_from, r.attributes['training_batch'] != '') AS training_batch,
        argMaxIf(r.attributes['recruit_source'], r.valid_from, r.attributes['recruit_source'] != '') AS recruit_source
    FROM {main}.v_reference AS r WHERE r.tenant = {tenant} AND r.kind = 'agent' AND toDateOrNull(r.attributes['hire_date']) IS NOT NULL GROUP BY who, hired_on
) AS b ON b.who = p.agent AND b.hired_on = assumeNotNull(p.hired)
WHERE p.tenant = {tenant} AND p.hired IS NOT NULL AND toInt32(p.hired) BETWEEN {first_day} AND {last_day} AND ifNull(p.left_on >= p.hired, true)
ORDER BY cohort, agent
