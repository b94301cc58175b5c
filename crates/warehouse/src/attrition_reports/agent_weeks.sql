-- Weeks begin on Monday: day 4 of 1970 was one. Every measure is a mean of the week, + = better; what nobody did is null.
SELECT d.agent AS agent, argMax(ifNull(d.team, ''), d.day) AS team, concat(argMax(d.site, d.day), '/', argMax(ifNull(d.`group`, ''), d.day)) AS peers,
    intDiv(toInt32(d.day) + 3, 7) AS week,
    -sum(d.ln_handle_residual_sum_micro) / nullIf(sum(d.compared_calls), 0) AS handle_time,
    -sum(d.ln_acw_residual_sum_micro) / nullIf(sum(d.acw_compared_calls), 0) AS after_call_work,
    sum(d.handled) * 3600000 / nullIf(sum(d.productive_ms), 0) AS contacts_per_hour,
    -(sum(d.repeats_72h) * 1000000 - sum(d.repeats_72h_expected_micro)) / nullIf(sum(d.repeats_matured), 0) AS repeats,
    -(sum(d.transfers) * 1000000 - sum(d.transfers_expected_micro)) / nullIf(sum(d.handled), 0) AS transfers,
    -(sum(d.short_talks) * 1000000 - sum(d.short_talks_expected_micro)) / nullIf(sum(d.handled), 0) AS short_talks,
    sum(d.quality_z_sum_micro) / nullIf(sum(d.evaluations), 0) AS quality,
    sum(d.satisfaction_z_sum_micro) / nullIf(sum(d.surveys), 0) AS satisfaction,
    -(sum(d.complaints) * 1000000 - sum(d.complaints_expected_micro)) / nullIf(sum(d.contacts), 0) AS complaints
FROM {attrition}.v_agent_days AS d
WHERE d.tenant = {tenant} AND d.site = {site} AND toInt32(d.day) BETWEEN {first_day} AND {last_day}
GROUP BY d.agent, week
ORDER BY d.agent, week
