-- Trainings of the last 120 days of agents who are still there, and when somebody asked since then: sessions of kind follow_up or coaching on a later day, by
-- the clock of the zone. Of several trainings of an agent the last: whoever asks after it asks after those before.
SELECT s.who AS agent, ifNull(t.leader, '') AS leader, s.trained_day AS trained_day, arraySort(arrayFilter(day -> day > s.trained_day, o.days)) AS asked_days
FROM
(
    SELECT assumeNotNull(v.agent) AS who, max(toInt32(toDate(v.observed_at, {zone}))) AS trained_day FROM {main}.v_observations AS v
    WHERE v.tenant = {tenant} AND v.kind = 'other' AND v.dimension = 'session' AND v.outcome = 'training' AND v.agent IS NOT NULL
        AND toInt32(toDate(v.observed_at, {zone})) BETWEEN {today} - 120 AND {today}
    GROUP BY who
) AS s
INNER JOIN {main}.v_agents_now AS p ON p.agent = s.who
LEFT JOIN (SELECT agent, argMax(leader, valid_from) AS leader FROM {main}.v_agent_terms WHERE tenant = {tenant} GROUP BY agent) AS t ON t.agent = s.who
LEFT JOIN
(
    SELECT assumeNotNull(v.agent) AS who, groupUniqArray(toInt32(toDate(v.observed_at, {zone}))) AS days FROM {main}.v_observations AS v
    WHERE v.tenant = {tenant} AND v.kind = 'other' AND v.dimension = 'session' AND v.outcome IN ('follow_up', 'coaching') AND v.agent IS NOT NULL
    GROUP BY who
) AS o ON o.who = s.who
WHERE p.tenant = {tenant} AND ifNull(toInt32(p.left_on) > {today}, true)
ORDER BY leader, agent
