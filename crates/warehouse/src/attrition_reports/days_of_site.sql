SELECT {columns}
FROM {attrition}.v_agent_days AS d
WHERE d.tenant = {tenant} AND d.site = {site} AND toInt32(d.day) BETWEEN {first_day} AND {last_day}
ORDER BY d.day, d.agent
SETTINGS output_format_json_quote_64bit_integers = 0
