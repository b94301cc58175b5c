-- Scores of a site as they were told, by agent and model: days and probabilities in the same order. The caller takes one day a week.
SELECT s.agent AS agent, s.model_id AS model, arrayMap(one -> one.1, arraySort(groupArray((toInt32(s.day), s.probability)))) AS days,
    arrayMap(one -> one.2, arraySort(groupArray((toInt32(s.day), s.probability)))) AS probabilities
FROM {attrition}.scores AS s FINAL
WHERE s.tenant = {tenant} AND s.site = {site} AND toInt32(s.day) BETWEEN {first_day} AND {last_day}
GROUP BY s.agent, s.model_id
ORDER BY s.agent, s.model_id
