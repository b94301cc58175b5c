-- Agents' time by the team of the moment.
SELECT day, team, agents, available_us, ringing_us, contact_us, acw_us, pause_us, meal_us, staffed_us, handled,
    occupancy, utilisation, pause_share, calls_per_hour
FROM v_team_days(zone = '{zone}', paid_shift_s = 27000) WHERE startsWith(team, '{site}-')
ORDER BY day, team
