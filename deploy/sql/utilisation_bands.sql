SELECT -- 004·14, 004·15, 004·16: who is loaded how much in which week, by the bands of 76, 80 and 90 %.
    -- Utilisation: contact and after-call work over the paid shift of 7.5 h (27,000 s) of each day on which the agent was logged in.
    -- Over 90 % there is no time left for a pause: see the longest stretch beside it.
    d.tenant AS tenant,
    d.agent AS agent,
    toMonday(d.day) AS week,
    count() AS days_worked,
    round(sum(d.contact_us + d.acw_us) / (count() * 27000 * 1000000), 4) AS utilisation_of_week,
    multiIf(utilisation_of_week > 0.9, 'above 90 %', utilisation_of_week >= 0.8, '80 to 90 %', utilisation_of_week >= 0.76, '76 to 80 %', 'below 76 %') AS band,
    countIf(d.utilisation > 0.9) AS days_above_90,
    round(sum(d.pause_us) / nullIf(sum(d.staffed_us), 0), 4) AS share_of_pauses,
    round(max(w.longest_stretch_us) / 60000000, 0) AS longest_stretch_min
FROM v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000) AS d
LEFT JOIN (SELECT tenant, agent, day, longest_stretch_us FROM v_work_stretches(zone = 'Europe/Berlin')) AS w
    ON w.tenant = d.tenant AND w.agent = d.agent AND w.day = d.day
WHERE d.staffed_us > 0
GROUP BY tenant, agent, week
ORDER BY utilisation_of_week DESC, tenant, agent, week
