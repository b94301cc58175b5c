-- Who is in which team at a moment (microseconds since 1970); whoever has left by the day is in none.
SELECT t.agent AS agent, t.site AS site, t.team AS team
FROM {main}.v_agent_terms AS t
INNER JOIN {main}.v_agents_now AS p ON p.tenant = t.tenant AND p.agent = t.agent
WHERE t.tenant = {tenant} AND t.team != '' AND toUnixTimestamp64Micro(t.valid_from) <= {at_us} AND toUnixTimestamp64Micro(t.valid_to) > {at_us}
    AND ifNull(toInt32(p.left_on) >= {today}, true)
ORDER BY t.site, t.team, t.agent
