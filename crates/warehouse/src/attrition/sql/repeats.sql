-- Repeats by the last agent of the contact. A day's are known when 72 h after its end are over; so the usual share is that of the 28 days before the last three.
SELECT h.agent AS agent, e.day AS day, toUInt32(count()) AS matured, toUInt32(countIf(e.repeated)) AS repeats, min(u.n) >= 20 AS all_known,
    sumIf(intDiv(1000000 * toInt64(u.repeats), greatest(toInt64(u.n), 1)), u.n >= 20) AS expected_micro
FROM (SELECT * FROM ended WHERE day >= {first} AND begin_us(day + 1) + 259200000000 <= {as_of_us}) AS e
INNER JOIN
(
    SELECT contact_id, argMax(agent, (connected_at, handling_number)) AS agent, max(connected_at) AS last_at FROM {facts}.handlings FINAL
    WHERE tenant = {tenant} AND connected_at >= begin_at({first} - 2) AND connected_at < begin_at({last} + 1)
    GROUP BY contact_id
) AS h ON h.contact_id = e.contact_id
LEFT JOIN
(
    SELECT queue, for_day AS day, sum(n) AS n, sum(repeats) AS repeats
    FROM (SELECT queue, day, count() AS n, countIf(repeated) AS repeats FROM ended GROUP BY queue, day)
    ARRAY JOIN range(greatest(day + 4, {first}), least(day + 31, {last}) + 1) AS for_day
    GROUP BY queue, for_day
) AS u ON u.queue = e.queue AND u.day = e.day
WHERE h.last_at >= begin_at(e.day - 2)
GROUP BY agent, day
