-- First day of which anything is known of the site's agents, and time of the latest event, microseconds since 1970; 0: nothing is known.
SELECT day_of(first_us) AS first_day, latest_us, day_of(latest_us - 129600000000) - 1 AS last_day
FROM
(
    SELECT toInt64(min(from_us)) AS first_us, toInt64(max(until_us)) AS latest_us
    FROM
    (
        SELECT toUnixTimestamp64Micro(started_at) AS from_us, toUnixTimestamp64Micro(greatest(started_at, ifNull(ended_at, started_at))) AS until_us
        FROM {facts}.activity_spans WHERE tenant = {tenant} AND agent IN (SELECT agent FROM members)
        UNION ALL
        SELECT toUnixTimestamp64Micro(connected_at) AS from_us, toUnixTimestamp64Micro(greatest(connected_at, ifNull(ended_at, connected_at))) AS until_us
        FROM {facts}.handlings WHERE tenant = {tenant} AND agent IN (SELECT agent FROM members)
    )
)
