SELECT -- 004·06, 004·43: calls by month with the same month of the year before, and the growth.
    -- Null where the month before a year is not there: no growth, not 100 %.
    now_.tenant AS tenant,
    now_.queue AS queue,
    now_.month AS month,
    now_.offered_of_month AS offered_of_month,
    if(before.queue = '', NULL, before.offered_of_month) AS offered_a_year_before,
    round((offered_of_month - offered_a_year_before) / nullIf(offered_a_year_before, 0), 4) AS growth
FROM (SELECT tenant, queue, toStartOfMonth(day) AS month, sum(offered) AS offered_of_month FROM v_queue_days(zone = 'Europe/Berlin') GROUP BY tenant, queue, month) AS now_
LEFT JOIN (SELECT tenant, queue, addYears(toStartOfMonth(day), 1) AS month, sum(offered) AS offered_of_month FROM v_queue_days(zone = 'Europe/Berlin') GROUP BY tenant, queue, month) AS before
    ON before.tenant = now_.tenant AND before.queue = now_.queue AND before.month = now_.month
ORDER BY tenant, queue, month
