-- Pauses by kind.
SELECT day, agent, activity, reason, pauses, pause_us
FROM v_pause_days(zone = '{zone}') WHERE startsWith(agent, 'PJSIP/{site}-')
ORDER BY day, agent, activity, reason
