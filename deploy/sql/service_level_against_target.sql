SELECT -- 004·10, 004·44, 000·08: which queue missed its service level on which day, and how many customers gave up.
    -- service_level_2 has one threshold for all (20 s); service_level_9 has each queue's own. Targets are those that held when the day began
    -- (reference data of kind queue); without one nothing is said about reaching it.
    k.tenant AS tenant,
    k.queue AS queue,
    toDate(k.start, 'Europe/Berlin') AS local_day,
    k.offered AS calls_offered,
    k.answered AS calls_answered,
    round(k.service_level_2, 4) AS service_level_20s,
    round(k.service_level_9, 4) AS service_level_own_threshold,
    toFloat64OrNull(ifNull(q.target_percent, '')) / 100 AS target,
    k.service_level_2 >= target AS target_reached,
    round(k.abandonment_rate, 4) AS abandonment,
    round(k.abandonment_rate_raw, 4) AS abandonment_with_short_ones,
    round(k.asa, 1) AS average_answer_s
FROM v_kpis(grain = 'day', zone = 'Europe/Berlin', threshold_s = 20, short_abandon_s = 5) AS k
LEFT JOIN v_queues AS q ON q.tenant = k.tenant AND q.queue = k.queue AND q.valid_from <= k.start AND q.valid_to > k.start
ORDER BY tenant, queue, local_day
