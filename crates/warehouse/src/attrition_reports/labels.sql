SELECT l.agent AS agent, toInt32(l.event_day) AS event_day, l.kind = 'voluntary' AS voluntary, toInt32(l.known_day) AS known_day
FROM {attrition}.v_attrition_labels(tenant = {tenant}, zone = {zone}) AS l
ORDER BY l.agent, l.event_day
