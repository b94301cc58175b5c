SELECT -- 004·33, 002·03: which queue settles its customers' matters at the first contact, and how far that is known already.
    -- A contact counts for a window once the window is over. Where matured_share_7d is below 1 the week is provisional; customers who
    -- are not known can have no repeat and are in no rate.
    r.tenant AS tenant,
    r.queue AS queue,
    toMonday(r.day) AS week,
    sum(r.handled) AS contacts_handled,
    round(sum(r.anonymous) / nullIf(sum(r.handled), 0), 4) AS unknown_share,
    round(sum(r.matured_7d) / nullIf(sum(r.handled) - sum(r.anonymous), 0), 4) AS matured_share_7d,
    round(1 - sum(r.repeats_24h) / nullIf(sum(r.matured_24h), 0), 4) AS resolved_24h,
    round(1 - sum(r.repeats_72h) / nullIf(sum(r.matured_72h), 0), 4) AS resolved_72h,
    round(1 - sum(r.repeats_7d) / nullIf(sum(r.matured_7d), 0), 4) AS resolved_7d,
    round(sum(r.repeats_7d_same_disposition) / nullIf(sum(r.repeats_7d), 0), 4) AS same_matter_of_repeats_7d
FROM v_repeat_days(zone = 'Europe/Berlin') AS r
GROUP BY tenant, queue, week
ORDER BY tenant, queue, week
