SELECT -- 004·10: the numbers of Amazon Connect's report beside ours, by day and queue: what differs differs by definition.
    -- Connect counts by disconnect and its service level takes an abandon in time as a success; ours counts by leaving and takes short abandons out.
    toDate(c.interval_start, 'Europe/Berlin') AS local_day,
    c.tenant AS tenant,
    c.queue AS queue,
    sum(c.CONTACTS_QUEUED) AS contacts_queued_of_connect,
    any(k.calls_offered) AS offered_of_ours,
    sum(c.CONTACTS_ABANDONED) AS contacts_abandoned_of_connect,
    round(100 * sum(c.removed_in_time) / nullIf(sum(c.CONTACTS_QUEUED), 0), 2) AS service_level_of_connect,
    round(100 * any(k.level), 2) AS service_level_of_ours
FROM v_reconcile_amazon_connect(threshold_s = 20) AS c
LEFT JOIN
(
    SELECT tenant, queue, toDate(start, 'Europe/Berlin') AS day_of_ours, offered AS calls_offered, service_level_2 AS level
    FROM v_kpis(grain = 'day', zone = 'Europe/Berlin', threshold_s = 20, short_abandon_s = 5)
) AS k ON k.tenant = c.tenant AND k.queue = c.queue AND k.day_of_ours = toDate(c.interval_start, 'Europe/Berlin')
GROUP BY local_day, tenant, queue
ORDER BY local_day, tenant, queue
