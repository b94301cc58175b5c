SELECT e.agent AS agent, toInt32(e.day) AS day FROM {attrition}.signal_events AS e FINAL
WHERE e.tenant = {tenant} AND e.kind = 'talked' ORDER BY e.agent, e.day
