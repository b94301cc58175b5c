-- Agents' time by the site's own days. The truth knows ringing in whole seconds only and counts it as available; so does this question.
SELECT day, agent, v.available_us + v.ringing_us AS available_us, contact_us, acw_us, pause_us, meal_us, staffed_us, handled,
    (v.contact_us + v.acw_us) / nullIf(v.contact_us + v.acw_us + v.available_us + v.ringing_us, 0) AS occupancy, utilisation, pause_share, calls_per_hour
FROM v_agent_days(zone = '{zone}', paid_shift_s = 27000) AS v WHERE startsWith(agent, 'PJSIP/{site}-')
ORDER BY day, agent
