SELECT -- 001·11, 001·05, 001·12: which share of contacts comes by which channel, and how much the voice menu serves alone. Change the days.
    c.tenant AS tenant,
    toStartOfMonth(c.start, 'Europe/Berlin') AS month,
    c.channel AS contact_channel,
    sum(c.contacts) AS contacts_of_month,
    round(contacts_of_month / nullIf(sum(contacts_of_month) OVER (PARTITION BY tenant, month), 0), 4) AS share,
    round(sum(c.contacts_self_served) / nullIf(contacts_of_month, 0), 4) AS served_by_menu,
    round(sum(c.repeats_72h) / nullIf(sum(c.matured_72h), 0), 4) AS came_again_72h
FROM v_cube_business(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-02-01', last_day = '2024-04-30', question = 'satisfaction',
    resolved_value_milli = 0, csat_value_milli = 0, csat_base_permille = 0) AS c
GROUP BY tenant, month, contact_channel
HAVING contacts_of_month > 0
ORDER BY tenant, month, contact_channel
