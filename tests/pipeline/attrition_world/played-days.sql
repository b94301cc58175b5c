-- An agent's day with a shift or with work, out of the views that people use: schedules, time, handlings, evaluations.
SELECT coalesce(s.day, t.day) AS day, coalesce(s.agent, t.agent) AS agent, s.shift_us / 1000 AS scheduled_ms, a.worked_us / 1000 AS worked_in_shift_ms,
    a.adherent_us / 1000 AS in_adherence_ms, if(s.shift_us IS NULL, NULL, toUInt8(NOT s.came)) AS absent, if(s.came, s.late_us / 1000, NULL) AS late_ms,
    ifNull(t.staffed_us, 0) / 1000 AS staffed_ms, ifNull(t.contact_us + t.acw_us, 0) / 1000 AS occupied_ms, ifNull(t.available_us + t.ringing_us, 0) / 1000 AS available_ms,
    if(s.shift_us IS NULL, NULL, ifNull(p.pause_us, 0) / 1000) AS unscheduled_pause_ms,
    if(s.shift_us IS NULL, NULL, ifNull(p.pauses, 0)) AS unscheduled_pauses, ifNull(w.longest_stretch_us, 0) / 1000 AS longest_run_ms,
    ifNull(t.handled, 0) AS handled, ifNull(h.handle_ms, 0) AS handle_ms, ifNull(h.acw_ms, 0) AS acw_ms, ifNull(h.transfers, 0) AS transfers,
    ifNull(h.short_talks, 0) AS short_talks, ifNull(e.evaluations, 0) AS evaluations, ifNull(e.score_milli_sum, 0) AS score_milli
FROM (SELECT day, agent, shift_us, came, late_us FROM v_shift_days(zone = '{zone}')) AS s
FULL JOIN (SELECT * FROM v_agent_days(zone = '{zone}', paid_shift_s = 21600)) AS t ON t.agent = s.agent AND t.day = s.day
LEFT JOIN (SELECT day, agent, adherent_us, worked_us FROM v_adherence_days(zone = '{zone}', grace_s = 60)) AS a ON a.agent = s.agent AND a.day = s.day
LEFT JOIN
(
    SELECT toDate(started_at, '{zone}') AS day, agent, sum(dateDiff('microsecond', started_at, assumeNotNull(ended_at))) AS pause_us, count() AS pauses
    FROM v_activity_spans AS b
    WHERE activity = 'pause_break' AND (agent, started_at) NOT IN (SELECT assumeNotNull(o.agent), o.observed_at FROM v_observations AS o WHERE o.kind = 'shift' AND o.dimension = 'break')
    GROUP BY day, agent
) AS p ON p.agent = t.agent AND p.day = t.day
LEFT JOIN (SELECT day, agent, longest_stretch_us FROM v_work_stretches(zone = '{zone}')) AS w ON w.agent = t.agent AND w.day = t.day
LEFT JOIN
(
    SELECT toDate(assumeNotNull(h.ended_at), '{zone}') AS day, agent, sum(h.talk_ms + h.acw_ms) AS handle_ms, sum(h.acw_ms) AS acw_ms, countIf(startsWith(h.end, 'transfer_')) AS transfers,
        countIf(h.talk_ms < 10000) AS short_talks
    FROM v_handlings AS h GROUP BY day, agent
) AS h ON h.agent = t.agent AND h.day = t.day
LEFT JOIN (SELECT day, agent, sum(q.evaluations) AS evaluations, sum(q.score_milli_sum) AS score_milli_sum FROM v_evaluation_days(zone = '{zone}', by = 'contact') AS q GROUP BY day, agent) AS e
    ON e.agent = t.agent AND e.day = t.day
WHERE coalesce(s.day, t.day) >= '1971-01-01'
ORDER BY day, agent
SETTINGS join_use_nulls = 1
