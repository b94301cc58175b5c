SELECT toInt32(min(d.day)) AS first, toInt32(max(d.day)) AS last, count() AS days FROM {attrition}.v_agent_days AS d WHERE d.tenant = {tenant} AND d.site = {site}
