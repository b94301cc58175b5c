-- Everybody hired since first_day, until leaving or last_day. Left: by own wish; another end is the end of what is known.
SELECT toString(toStartOfMonth(p.hired)) AS cohort, ifNull(t.site, '') AS site, ifNull(t.team, '') AS team, p.agent AS agent,
    dateDiff('day', p.hired, least(ifNull(p.left_on, toDate('2149-01-01')), toDate('1970-01-01') + {last_day})) AS days,
    ifNull(p.left_on <= toDate('1970-01-01') + {last_day}, false) AND p.left_kind = 'voluntary' AS left
FROM {main}.v_agents_now AS p
LEFT JOIN (SELECT agent, argMin(site, valid_from) AS site, argMin(team, valid_from) AS team FROM {main}.v_agent_terms WHERE tenant = {tenant} GROUP BY agent) AS t
    ON t.agent = p.agent
WHERE p.tenant = {tenant} AND p.hired IS NOT NULL AND toInt32(p.hired) BETWEEN {first_day} AND {last_day} AND ifNull(p.left_on >= p.hired, true)
ORDER BY cohort, agent
