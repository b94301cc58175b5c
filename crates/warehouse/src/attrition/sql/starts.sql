-- When work began on each day, by the clock: the first paid activity with none in the 6 h before it. A night that goes on past midnight begins nothing.
SELECT agent, day, toNullable(toUInt16(toHour(fromUnixTimestamp64Micro(min(start_us), 'UTC'), {zone}) * 60 + toMinute(fromUnixTimestamp64Micro(min(start_us), 'UTC'), {zone})))
    AS first_start_minute
FROM
(
    SELECT agent, day, start_us, max(end_us) OVER (PARTITION BY agent ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_us
    FROM cut WHERE {paid}
)
WHERE day BETWEEN {first} AND {last} AND start_us - before_us >= 21600000000
GROUP BY agent, day
