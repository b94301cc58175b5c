-- Who was hired in the last 150 days and is still there, and when somebody asked: sessions of kind follow_up, coaching or training, by the clock of the zone.
SELECT p.agent AS agent, ifNull(t.leader, '') AS leader, toInt32(p.hired) AS hired_day,
    arraySort(groupUniqArrayIf(toInt32(toDate(o.observed_at, {zone})), o.agent IS NOT NULL)) AS asked_days
FROM {main}.v_agents_now AS p
LEFT JOIN (SELECT agent, argMax(leader, valid_from) AS leader FROM {main}.v_agent_terms WHERE tenant = {tenant} GROUP BY agent) AS t ON t.agent = p.agent
LEFT JOIN
(
    SELECT assumeNotNull(s.agent) AS who, s.agent AS agent, s.observed_at AS observed_at FROM {main}.v_observations AS s
    WHERE s.tenant = {tenant} AND s.kind = 'other' AND s.dimension = 'session' AND s.outcome IN ('follow_up', 'coaching', 'training') AND s.agent IS NOT NULL
) AS o ON o.who = p.agent
WHERE p.tenant = {tenant} AND p.hired IS NOT NULL AND toInt32(p.hired) BETWEEN {today} - 150 AND {today}
    AND ifNull(toInt32(p.left_on) > {today}, true)
GROUP BY p.agent, leader, p.hired
ORDER BY leader, p.agent
