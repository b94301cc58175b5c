-- Scored days, days on which a signal opened, and probabilities of the agent's weekly days, which the caller chooses.
SELECT s.agent AS agent, count() AS scored_days, groupArray((toInt32(s.day), s.probability)) AS scores, any(o.days) AS alert_days
FROM {attrition}.scores AS s FINAL
LEFT JOIN
(
    SELECT e.agent AS agent, arraySort(groupUniqArray(toInt32(e.day))) AS days FROM {attrition}.signal_events AS e FINAL
    WHERE e.tenant = {tenant} AND e.kind = 'opened' AND toInt32(e.day) BETWEEN {first_day} AND {last_day} GROUP BY e.agent
) AS o ON o.agent = s.agent
WHERE s.tenant = {tenant} AND s.site = {site} AND toInt32(s.day) BETWEEN {first_day} AND {last_day}
GROUP BY s.agent
ORDER BY s.agent
