SELECT {tenant} AS tenant, {site} AS site, p.agent AS agent, p.day AS day, nullIf(p.team, '') AS team, nullIf(p.leader, '') AS leader,
    nullIf(q.queue_group, '') AS `group`, p.hired_day AS hired_day, p.tenure_days AS tenure_days, p.employed AS employed, p.notice_given AS notice_given,
    arrayFold((run, absence) -> if(absence.1 <= run.2 + 86400000000, (run.1, greatest(run.2, if(absence.2 = 0, begin_us(p.day + 1), absence.2))),
        (absence.1, if(absence.2 = 0, begin_us(p.day + 1), absence.2))),
        arrayFilter(absence -> absence.1 < begin_us(p.day + 1), l.absences), (toInt64(0), toInt64(0))) AS leave,
    leave.2 > begin_us(p.day) AND leave.2 - leave.1 > 604800000000 AS on_leave,
    arrayCount(shift -> shift.1 > p.day - 28 AND shift.1 <= p.day, h.shifts) AS shifts_28d,
    s.until_us > 0 AS has_shift, least(w.planned_us, s.scheduled_us) AS planned_us,
    if(has_shift, intDiv(s.scheduled_us, 1000), NULL) AS scheduled_ms, if(has_shift, intDiv(s.worked_us, 1000), NULL) AS worked_in_shift_ms,
    if(has_shift, s.scheduled_us > 0 AND planned_us >= s.scheduled_us, NULL) AS approved_leave,
    2 * (s.worked_us + planned_us) < s.scheduled_us AS missing,
    -- Silence that would decide it, decides nothing.
    if(NOT has_shift OR missing AND 2 * (s.worked_us + planned_us + s.silent_us) >= s.scheduled_us, NULL, missing) AS absent,
    if(absent IS NULL, NULL, absent AND NOT (arrayExists(shift -> shift.1 = p.day - 1, h.shifts) AND arrayExists(shift -> shift.1 = p.day + 1, h.shifts))) AS edge_absent,
    -- Planned absence at either end of the shift moves that end.
    arrayMax(arrayPushBack(arrayMap(away -> if(away.1 <= s.from_us AND away.2 > s.from_us, away.3, s.from_us), w.times), s.from_us)) AS due_from_us,
    arrayMin(arrayPushBack(arrayMap(away -> if(away.2 >= s.until_us AND away.1 < s.until_us, away.4, s.until_us), w.times), s.until_us)) AS due_until_us,
    if(has_shift AND s.first_us > 0, intDiv(greatest(s.first_us - due_from_us, 0), 1000), NULL) AS late_ms,
    if(has_shift AND s.first_us > 0, intDiv(greatest(due_until_us - s.last_us, 0), 1000), NULL) AS early_ms,
    if(has_shift, intDiv(s.in_adherence_us, 1000), NULL) AS in_adherence_ms, if(has_shift, intDiv(s.adherence_scheduled_us, 1000), NULL) AS adherence_scheduled_ms,
    b.first_start_minute AS first_start_minute, t.paid_ms AS paid_ms, t.staffed_ms AS staffed_ms, t.utilised_ms AS utilised_ms, t.productive_ms AS productive_ms,
    t.unknown_ms + intDiv(s.silent_us, 1000) AS unknown_ms,
    if(shifts_28d = 0, NULL, intDiv(t.own_pause_us - s.allowed_pause_us, 1000)) AS unscheduled_pause_ms,
    if(shifts_28d = 0, NULL, toUInt32(arrayCount(pause -> NOT has(s.allowed_pauses, pause), t.own_pauses))) AS unscheduled_pauses,
    nullIf(r.longest_run_ms, 0) AS longest_run_ms, toUInt32(c.connected + r.missed_offers) AS offers, toUInt32(r.missed_offers) AS missed_offers,
    c.handled AS handled, c.handle_ms AS handle_ms, c.hold_ms AS hold_ms, c.acw_ms AS acw_ms, c.compared_calls AS compared_calls,
    c.expected_handle_ms AS expected_handle_ms, c.ln_handle_residual_sum_micro AS ln_handle_residual_sum_micro,
    c.ln_hold_residual_sum_micro AS ln_hold_residual_sum_micro, c.acw_compared_calls AS acw_compared_calls,
    c.ln_acw_residual_sum_micro AS ln_acw_residual_sum_micro, e.judged AS evaluations, e.z_sum_micro AS quality_z_sum_micro,
    u.judged AS surveys, u.z_sum_micro AS satisfaction_z_sum_micro, c.contacts AS contacts, g.complaints AS complaints,
    if(c.all_known, c.complaints_expected_micro, NULL) AS complaints_expected_micro,
    begin_us(p.day + 1) + 259200000000 <= {as_of_us} AS over, if(over, x.matured, NULL) AS repeats_matured, if(over, x.repeats, NULL) AS repeats_72h,
    if(over AND x.all_known, x.expected_micro, NULL) AS repeats_72h_expected_micro, c.transfers AS transfers,
    if(c.all_known, c.transfers_expected_micro, NULL) AS transfers_expected_micro, c.short_talks AS short_talks,
    if(c.all_known, c.short_talks_expected_micro, NULL) AS short_talks_expected_micro, g.hostile AS hostile, v.answered AS answered, v.long_waits AS long_waits,
    if(has_shift, s.from_us - arrayMax(arrayPushBack(arrayMap(shift -> shift.3, arrayFilter(shift -> shift.1 < p.day, h.shifts)), toInt64(0))) < 39600000000, NULL) AS quick_return,
    t.night_ms AS night_ms, if(shifts_28d = 0, NULL, greatest(t.paid_ms - intDiv(s.paid_in_schedule_us, 1000), 0)) AS overtime_ms,
    if(s.meal_us > 0 AND s.first_us > 0, s.meal_taken_us + 300000000 < s.meal_us, NULL) AS cut_meal,
    p.team_size AS team_size, p.team_exits_30d AS team_exits_30d, p.leader_changed_60d AS leader_changed_60d, z.targets AS day_targets
FROM
(
{people}
) AS p
LEFT JOIN ({time}) AS t ON t.agent = p.agent AND t.day = p.day
LEFT JOIN ({runs}) AS r ON r.agent = p.agent AND r.day = p.day
LEFT JOIN ({starts}) AS b ON b.agent = p.agent AND b.day = p.day
LEFT JOIN ({shift}) AS s ON s.agent = p.agent AND s.day = p.day
LEFT JOIN ({away}) AS w ON w.agent = p.agent AND w.day = p.day
LEFT JOIN ({shifts}) AS h ON h.agent = p.agent
LEFT JOIN ({leave}) AS l ON l.agent = p.agent
LEFT JOIN ({calls}) AS c ON c.agent = p.agent AND c.day = p.day
LEFT JOIN ({tagged}) AS g ON g.agent = p.agent AND g.day = p.day
LEFT JOIN ({groups}) AS q ON q.agent = p.agent AND q.day = p.day
LEFT JOIN ({waits}) AS v ON v.agent = p.agent AND v.day = p.day
LEFT JOIN ({evaluations}) AS e ON e.agent = p.agent AND e.day = p.day
LEFT JOIN ({surveys}) AS u ON u.agent = p.agent AND u.day = p.day
LEFT JOIN ({repeats}) AS x ON x.agent = p.agent AND x.day = p.day
LEFT JOIN ({targets}) AS z ON z.day = p.day
