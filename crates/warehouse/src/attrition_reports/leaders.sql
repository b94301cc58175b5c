-- Agents led on any day, and leavers whom the leader led on at least half of the days of the 90 before that the agent was at risk.
WITH
at_risk AS
(
    SELECT d.agent AS agent, toInt32(d.day) AS day, ifNull(d.leader, '') AS leader
    FROM {attrition}.v_agent_days AS d
    WHERE d.tenant = {tenant} AND NOT has({sites_off}, d.site) AND d.employed AND NOT d.notice_given AND toInt32(d.day) BETWEEN {first_day} - 90 AND {last_day}
),
before AS
(
    SELECT l.agent AS agent, toInt32(l.event_day) AS event_day, r.leader AS leader, count() AS days, sum(days) OVER (PARTITION BY agent, event_day) AS all_days
    FROM {attrition}.v_attrition_labels(tenant = {tenant}, zone = {zone}) AS l
    INNER JOIN at_risk AS r ON r.agent = l.agent
    WHERE l.kind = 'voluntary' AND toInt32(l.event_day) BETWEEN {first_day} AND {last_day} + 1
        AND r.day < toInt32(l.event_day) AND r.day >= toInt32(l.event_day) - 90
    GROUP BY agent, event_day, leader
)
SELECT leader, sum(led) AS agents, sum(held) AS leavers_90
FROM
(
    SELECT r.leader AS leader, uniqExact(r.agent) AS led, 0 AS held FROM at_risk AS r WHERE r.day >= {first_day} AND r.leader != '' GROUP BY leader
    UNION ALL
    SELECT b.leader AS leader, 0 AS led, countIf(b.days * 2 >= b.all_days) AS held FROM before AS b WHERE b.leader != '' GROUP BY leader
)
GROUP BY leader
ORDER BY leader
