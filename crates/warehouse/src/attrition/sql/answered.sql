-- Customers' contacts that the site's agents answered from a queue.
answered AS {once}
(
    SELECT queue, assumeNotNull(agent) AS agent, assumeNotNull(left_at) AS left_at, assumeNotNull(wait_ms) AS wait_ms
    FROM {facts}.queue_visits FINAL
    WHERE tenant = {tenant} AND outcome = 'answered' AND direction = 'inbound' AND agent IN (SELECT agent FROM members) AND wait_ms IS NOT NULL
        AND entered_at >= begin_at({first} - 2) AND entered_at < begin_at({last} + 1) AND left_at >= begin_at({first}) AND left_at < begin_at({last} + 1)
        AND entered_at >= begin_at(day_of(toUnixTimestamp64Micro(assumeNotNull(left_at))) - 2)
)
