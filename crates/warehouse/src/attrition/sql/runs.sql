-- Longest stretch without a pause by the day of its begin, and missed offers: what rang and led to nothing, or to not responding.
SELECT agent, day, max(run_ms) AS longest_run_ms, sum(missed) AS missed_offers
FROM
(
    SELECT agent, toInt32(day) AS day, intDiv(longest_stretch_us, 1000) AS run_ms, toUInt32(0) AS missed
    FROM
    (
        {stretches}
    )
    UNION ALL
    SELECT agent, day_of(span_us) AS day, toInt64(0) AS run_ms, toUInt32(1) AS missed
    FROM
    (
        SELECT agent, activity, span_us, end_us, leadInFrame(start_us, 1, toInt64(0)) OVER following AS next_us,
            leadInFrame(activity, 1, '') OVER following AS next_activity
        FROM cut WINDOW following AS (PARTITION BY agent ORDER BY start_us ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
    )
    WHERE activity = 'not_responding' AND NOT (next_us = end_us AND next_activity = 'not_responding')
        OR activity = 'ringing' AND NOT (next_us = end_us AND next_activity IN ('ringing', 'contact', 'not_responding'))
)
WHERE day BETWEEN {first} AND {last}
GROUP BY agent, day
