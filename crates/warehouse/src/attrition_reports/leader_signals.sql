-- Signals that were told, by the leader and quarter of their opening; but those that the product took back because the data of the day were wrong. What is contested is
-- open: who objected is between the agent and the personnel department.
SELECT s.led_by AS leader, s.first_of_quarter AS quarter, s.was_talked AS talked, s.after_s AS talked_after_s, s.ended AS outcome
FROM
(
    SELECT ifNull(v.leader, '') AS led_by, toInt32(toStartOfQuarter(toDate('1970-01-01') + toInt32(v.opened_day))) AS first_of_quarter, v.signal_id AS id,
        v.talks > 0 AS was_talked,
        if(was_talked AND v.talked_at >= v.told_at, intDiv(toUnixTimestamp64Micro(v.talked_at) - toUnixTimestamp64Micro(v.told_at), 1000000), NULL) AS after_s,
        multiIf(v.state = 'closed', ifNull(v.outcome, 'closed'), v.state IN ('expired', 'withdrawn'), v.state, 'open') AS ended
    FROM {attrition}.v_signals AS v
    WHERE v.tenant = {tenant} AND NOT has({sites_off}, v.site) AND NOT v.silent AND toInt32(v.opened_day) BETWEEN {first_day} AND {last_day}
        AND v.signal_id NOT IN
        (
            SELECT e.signal_id FROM {attrition}.signal_events AS e FINAL WHERE e.tenant = {tenant} AND e.kind = 'withdrawn' AND e.actor = 'system'
        )
) AS s
WHERE s.led_by != ''
ORDER BY leader, quarter, s.id
