-- What agents did when. The truth does not tell ringing from available: such spans that follow each other are one here.
SELECT toUnixTimestamp(min(began)) AS from_s, agent, toUnixTimestamp(max(over)) AS until_s, what AS activity, any(why) AS reason
FROM
(
    SELECT *, sum(toUInt32(begins)) OVER (PARTITION BY agent ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
    FROM
    (
        SELECT agent, started_at AS began, assumeNotNull(ended_at) AS over, if(activity = 'ringing', 'available', activity) AS what, ifNull(reason, '') AS why,
            NOT (what = 'available' AND lagInFrame(what, 1, '') OVER w = 'available' AND lagInFrame(over, 1) OVER w = began) AS begins
        FROM v_activity_spans WHERE startsWith(agent, 'PJSIP/{site}-')
        WINDOW w AS (PARTITION BY agent ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
)
GROUP BY agent, run, what
ORDER BY from_s, agent
