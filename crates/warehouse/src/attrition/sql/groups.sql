-- The queue of which each agent handled most contacts in the 28 days up to each day; of equal ones the first by name.
SELECT agent, for_day AS day, argMax(queue, (n, -rank)) AS queue_group
FROM
(
    SELECT agent, queue, for_day, sum(n) AS n, dense_rank() OVER (ORDER BY queue) AS rank
    FROM
    (
        SELECT agent, queue, day_of(toUnixTimestamp64Micro(assumeNotNull(ended_at))) AS day, count() AS n
        FROM {facts}.handlings FINAL
        WHERE tenant = {tenant} AND agent IN (SELECT agent FROM members) AND queue != '' AND connected_at >= begin_at({first} - 29)
            AND connected_at < begin_at({last} + 1) AND ended_at >= begin_at({first} - 27) AND ended_at < begin_at({last} + 1) AND end NOT IN ('open', 'lost')
        GROUP BY agent, queue, day
    )
    ARRAY JOIN range(greatest(day, {first}), least(day + 27, {last}) + 1) AS for_day
    GROUP BY agent, queue, for_day
)
GROUP BY agent, for_day
