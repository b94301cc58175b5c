-- What those hired since first_day did in each week since the day of hiring, up to a year. Who they were hired with: see spells.sql. Sites as of the day.
SELECT d.agent AS agent, d.site AS site, intDiv(toInt32(d.day) - toInt32(p.hired), 7) AS week, sum(d.handled) AS handled, sum(d.productive_ms) AS productive_ms,
    sum(d.compared_calls) AS compared, sum(d.ln_handle_residual_sum_micro) AS ln_handle_micro
FROM {attrition}.v_agent_days AS d
INNER JOIN {main}.v_agents_now AS p ON p.tenant = d.tenant AND p.agent = d.agent
WHERE d.tenant = {tenant} AND p.hired IS NOT NULL AND toInt32(p.hired) BETWEEN {first_day} AND {last_day} AND toInt32(d.day) BETWEEN toInt32(p.hired) AND {last_day}
    AND toInt32(d.day) < toInt32(p.hired) + 364 AND d.employed AND d.productive_ms > 0
GROUP BY agent, site, week
ORDER BY agent, site, week
