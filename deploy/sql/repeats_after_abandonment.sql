SELECT -- 004·27: how many customers who gave up called again, and how far calls exceed the customers behind them.
    -- The retrial factor is contacts per known customer of the day: 1.2 says that a forecast of calls is a fifth above one of customers.
    -- Distinct customers do not add up over days or queues, so this stays by day and queue.
    r.tenant AS tenant,
    r.queue AS queue,
    r.day AS local_day,
    r.abandoned_matured_60m AS abandoned_contacts,
    r.repeats_after_abandon_60m AS came_again_60m,
    round(r.repeat_rate_after_abandon_60m, 4) AS came_again_share_60m,
    round(r.repeat_rate_after_abandon_24h, 4) AS came_again_share_24h,
    r.known_contacts AS contacts_of_known_customers,
    r.callers AS known_customers,
    round(r.retrial_factor, 4) AS contacts_per_customer
FROM v_repeat_days(zone = 'Europe/Berlin') AS r
ORDER BY tenant, queue, local_day
