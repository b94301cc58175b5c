-- Days on which each agent left of the own will.
SELECT l.agent AS agent, groupArray(l.event_day) AS days
FROM {database}.v_attrition_labels(tenant = {tenant:String}, zone = {zone:String}) AS l WHERE l.kind = 'voluntary' GROUP BY l.agent
