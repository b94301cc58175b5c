-- Entries of agents. Leaving is known from the day of notice; else, where entries without a day of leaving came before, from the first one that has it; else
-- when the agent is gone: a file that holds the whole history in hindsight announces nothing.
entries AS {once}
(
    SELECT agent, from_us, until_us, left_kind, hired_day, left_day, notice_day, if(left_day IS NOT NULL AND without_before, day_of(since_us), left_day) AS known_day
    FROM
    (
        SELECT *, min(from_us) OVER (PARTITION BY agent, hired_day, left_day) AS since_us,
            countIf(left_day IS NULL) OVER (PARTITION BY agent, hired_day ORDER BY from_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > 0 AS without_before
        FROM
        (
            SELECT r.id AS agent, toUnixTimestamp64Micro(r.valid_from) AS from_us, toUnixTimestamp64Micro(r.valid_to) AS until_us,
                r.attributes['left_kind'] AS left_kind, toInt32(toDateOrNull(r.attributes['hire_date'])) AS hired_day,
                toInt32(toDateOrNull(r.attributes['left_date'])) AS left_day, toInt32(toDateOrNull(r.attributes['notice_date'])) AS notice_day
            FROM {facts}.v_reference AS r WHERE r.tenant = {tenant} AND r.kind = 'agent'
        )
    )
)
