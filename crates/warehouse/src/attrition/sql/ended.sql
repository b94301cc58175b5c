-- Contacts that known customers began and that were handled, by the day of their end, with whether the same customer came again within 72 h: as v_repeats has
-- them, of a few weeks only.
ended AS {once}
(
    SELECT c.contact_id AS contact_id, c.queue AS queue, c.day AS day, n.next_at <= addHours(c.ended_at, 72) AND n.who != 0 AS repeated
    FROM
    (
        SELECT contact_id, queue, assumeNotNull(ended_at) AS ended_at, day_of(toUnixTimestamp64Micro(assumeNotNull(ended_at))) AS day,
            cityHash64(assumeNotNull(customer)) AS who
        FROM {facts}.contacts FINAL
        WHERE tenant = {tenant} AND direction = 'inbound' AND outcome = 'handled' AND customer IS NOT NULL AND started_at >= begin_at({first} - 33)
            AND started_at < begin_at({last} + 1) AND ended_at >= begin_at({first_31}) AND ended_at < begin_at({last} + 1){if_over}
            AND (ended_at < addDays(started_at, 30) OR started_at >= begin_at(day - 33))
    ) AS c
    ASOF LEFT JOIN
    (
        SELECT cityHash64(assumeNotNull(customer)) AS who, started_at AS next_at FROM {facts}.contacts FINAL
        WHERE tenant = {tenant} AND direction = 'inbound' AND outcome != 'excluded' AND customer IS NOT NULL
            AND started_at >= begin_at({first_31}) AND started_at < begin_at({last} + 5){if_over}
    ) AS n ON n.who = c.who AND n.next_at > c.ended_at
)
