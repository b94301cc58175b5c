-- The longest stretch without a pause.
SELECT day, agent, stretches, longest_stretch_us
FROM v_work_stretches(zone = '{zone}') WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY day, agent
