-- Customers' contacts that each agent answered from a queue, and those of them that had waited longer than the queue's threshold (20 s, where it has none).
SELECT v.agent AS agent, day_of(toUnixTimestamp64Micro(v.left_at)) AS day, toUInt32(count()) AS answered,
    toUInt32(countIf(v.wait_ms > 1000 * if(q.threshold_s > 0, q.threshold_s, 20))) AS long_waits
FROM
answered AS v
ASOF LEFT JOIN
(
    SELECT id AS queue, valid_from, toInt64OrZero(attributes['threshold_s']) AS threshold_s
    FROM {facts}.v_reference WHERE tenant = {tenant} AND kind = 'queue'
) AS q ON q.queue = v.queue AND q.valid_from <= v.left_at
GROUP BY agent, day
