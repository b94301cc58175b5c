-- Pauses by kind.
SELECT day, agent, activity, reason, pauses, pause_us
FROM v_pause_days(zone = '{zone}') WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY day, agent, activity, reason
