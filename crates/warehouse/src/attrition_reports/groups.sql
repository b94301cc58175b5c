SELECT g.agent AS agent, g.value AS value FROM {attrition}.protected_groups AS g FINAL
WHERE g.tenant = {tenant} AND g.attribute = {attribute} ORDER BY g.agent
