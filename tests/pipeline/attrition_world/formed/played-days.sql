-- An agent's day with a shift or with work, as it was formed for the early warning. What an evaluation says is compared with others' there, and comes from the view here.
SELECT toDate(d.day) AS day, d.agent AS agent, d.adherence_scheduled_ms AS scheduled_ms, d.worked_in_shift_ms AS worked_in_shift_ms, d.in_adherence_ms AS in_adherence_ms,
    toUInt8(d.absent) AS absent, d.late_ms AS late_ms, d.staffed_ms AS staffed_ms, d.utilised_ms AS occupied_ms, d.productive_ms - d.utilised_ms AS available_ms,
    if(d.scheduled_ms IS NULL, NULL, d.unscheduled_pause_ms) AS unscheduled_pause_ms, if(d.scheduled_ms IS NULL, NULL, d.unscheduled_pauses) AS unscheduled_pauses,
    ifNull(d.longest_run_ms, 0) AS longest_run_ms, d.handled AS handled, d.handle_ms AS handle_ms, d.acw_ms AS acw_ms, d.transfers AS transfers, d.short_talks AS short_talks,
    ifNull(e.evaluations, 0) AS evaluations, ifNull(e.score_milli_sum, 0) AS score_milli
FROM {database}_attrition.v_agent_days AS d
LEFT JOIN (SELECT q.day AS on_day, q.agent AS of_agent, sum(q.evaluations) AS evaluations, sum(q.score_milli_sum) AS score_milli_sum FROM v_evaluation_days(zone = '{zone}', by = 'contact') AS q GROUP BY on_day, of_agent) AS e
    ON e.of_agent = d.agent AND e.on_day = toDate(d.day)
WHERE d.scheduled_ms IS NOT NULL OR d.staffed_ms > 0
ORDER BY day, agent
SETTINGS join_use_nulls = 1
