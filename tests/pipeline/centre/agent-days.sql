-- Agents' time by the site's own days.
SELECT day, agent, available_us, ringing_us, contact_us, acw_us, pause_us, meal_us, staffed_us, handled,
    occupancy, utilisation, pause_share, calls_per_hour
FROM v_agent_days(zone = '{zone}', paid_shift_s = 27000) WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY day, agent
