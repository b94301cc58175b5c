-- Signals whose 45 days are over, but those that the product took back because the data of the day were wrong: the same as attrition::quality::Warning.
SELECT s.tenant AS tenant, s.site AS site, s.agent AS agent, s.signal_id AS signal_id, s.tier AS tier, s.team AS team, s.leader AS leader,
    s.opened_day AS opened_day, arrayMin(arrayFilter(one -> one > s.opened_day AND one <= s.opened_day + 45, d.days)) AS first_left_day,
    if(first_left_day > 0, first_left_day, NULL) AS left_day, left_day IS NOT NULL AS came_true, left_day - s.opened_day AS lead_days,
    s.drawn_silent AS drawn_silent, s.silent_share AS silent_share, NOT s.silent AS told,
    s.state AS state, s.outcome AS outcome, t.contested AS contested, s.state = 'expired' AS expired, t.talked_us > 0 AS talked,
    -- Nobody answers what was not told: what somebody did before, or about one that was kept silent to its end, has no time.
    if(told AND t.acknowledged_us >= toUnixTimestamp64Micro(s.told_at), toInt32(intDiv(t.acknowledged_us - toUnixTimestamp64Micro(s.told_at), 86400000000)), NULL) AS days_to_acknowledge,
    if(told AND t.talked_us >= toUnixTimestamp64Micro(s.told_at), toInt32(intDiv(t.talked_us - toUnixTimestamp64Micro(s.told_at), 86400000000)), NULL) AS days_to_talk
FROM {database}.v_signals AS s
INNER JOIN
(
    SELECT e.tenant AS tenant, e.signal_id AS signal_id, countIf(e.kind = 'contested') > 0 AS contested,
        if(countIf(e.kind = 'acknowledged') > 0, toUnixTimestamp64Micro(minIf(e.event_time, e.kind = 'acknowledged')), 0) AS acknowledged_us,
        if(countIf(e.kind = 'talked') > 0, toUnixTimestamp64Micro(minIf(e.event_time, e.kind = 'talked')), 0) AS talked_us,
        countIf(e.kind = 'withdrawn' AND e.actor = 'system') > 0 AS taken_back
    FROM {database}.signal_events AS e FINAL GROUP BY e.tenant, e.signal_id
) AS t ON t.tenant = s.tenant AND t.signal_id = s.signal_id
LEFT JOIN
(
    {left_on}
) AS d ON d.agent = s.agent
WHERE s.tenant = {tenant:String} AND s.site = {site:String} AND NOT t.taken_back
    AND s.opened_day + 45 <= (SELECT max(f.day) FROM {database}.formed_days AS f WHERE f.tenant = {tenant:String} AND f.site = {site:String})
