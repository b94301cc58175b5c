-- Inputs of the early warning by agent and week, under the codes of the catalogue of features, + = worse: how many values of a quarter ({then_first} to {then_last}) and of a week
-- ({now_first} to {now_last}) lie in each bin between the tenths of the quarter. What is the same for a whole team (leavers, leader, targets out of reach) is no evidence of agents,
-- swing is no measure of a week, and tenure grows by itself. Sums are divided by sums, so that a busy day counts more than a quiet one. Nothing of fewer than eight agents.
WITH
weeks AS
(
    SELECT d.agent AS agent, toInt32(d.day) BETWEEN {now_first} AND {now_last} AS is_now, intDiv(if(is_now, {now_last}, {then_last}) - toInt32(d.day), 7) AS weeks_ago,
        [
            ('absent', toFloat64(avgIf(d.absent, NOT ifNull(d.approved_leave, false)))),
            ('late_min', avgIf(least(greatest(assumeNotNull(d.late_ms) - 300000, 0), 3600000), d.late_ms IS NOT NULL) / 60000),
            ('early_min', avgIf(least(greatest(assumeNotNull(d.early_ms) - 300000, 0), 3600000), d.early_ms IS NOT NULL) / 60000),
            ('adherence_gap', -sumIf(d.in_adherence_ms, d.absent = false) / nullIf(sumIf(d.adherence_scheduled_ms, d.absent = false), 0)),
            ('aht', sum(d.ln_handle_residual_sum_micro) / 1e6 / nullIf(sum(d.compared_calls), 0)),
            ('hold', sum(d.ln_hold_residual_sum_micro) / 1e6 / nullIf(sum(d.compared_calls), 0)),
            ('acw', sum(d.ln_acw_residual_sum_micro) / 1e6 / nullIf(sum(d.acw_compared_calls), 0)),
            ('output', -sum(d.expected_handle_ms) * (sum(d.handled) / nullIf(sum(d.compared_calls), 0)) / nullIf(sum(d.productive_ms), 0)),
            ('aux', sum(d.unscheduled_pause_ms) / nullIf(sum(d.staffed_ms), 0)),
            ('aux_n', sum(d.unscheduled_pauses) * 3600000 / nullIf(sum(d.staffed_ms), 0)),
            ('not_responding', sum(d.missed_offers) / nullIf(sum(d.offers), 0)),
            ('qa', -sum(d.quality_z_sum_micro) / 1e6 / nullIf(sum(d.evaluations), 0)),
            ('csat', -sum(d.satisfaction_z_sum_micro) / 1e6 / nullIf(sum(d.surveys), 0)),
            ('complaint', (sumIf(d.complaints, d.complaints_expected_micro IS NOT NULL) - sum(d.complaints_expected_micro) / 1e6) / nullIf(sqrt(sum(d.complaints_expected_micro) / 1e6), 0)),
            ('repeat72', (sumIf(d.repeats_72h, d.repeats_72h_expected_micro IS NOT NULL) - sum(d.repeats_72h_expected_micro) / 1e6) / nullIf(sum(d.repeats_matured), 0)),
            ('transfer', (sumIf(d.transfers, d.transfers_expected_micro IS NOT NULL) - sum(d.transfers_expected_micro) / 1e6) / nullIf(sum(d.handled), 0)),
            ('short', (sumIf(d.short_talks, d.short_talks_expected_micro IS NOT NULL) - sum(d.short_talks_expected_micro) / 1e6) / nullIf(sum(d.handled), 0)),
            ('util90', if(countIf(d.paid_ms > 0) = 0, NULL, countIf(d.paid_ms > 0 AND d.utilised_ms * 100 > d.paid_ms * 90) / countIf(d.paid_ms > 0))),
            ('util', sum(d.utilised_ms) / nullIf(sum(d.paid_ms), 0)),
            ('no_pause', avg(d.longest_run_ms) / 3600000),
            ('quick_return', toFloat64(avg(d.quick_return))),
            ('night_share', sum(d.night_ms) / nullIf(sum(d.staffed_ms), 0)),
            ('overtime', avg(d.overtime_ms) / 3600000),
            ('cut_meal', toFloat64(avg(d.cut_meal))),
            ('hostile', 100 * sum(d.hostile) / nullIf(sum(d.contacts), 0)),
            ('long_wait', sum(d.long_waits) / nullIf(sum(d.answered), 0)),
            ('target_gap', sum(d.targets_missed) / nullIf(sum(d.targets), 0))
        ] AS measures
    FROM {attrition}.v_agent_days AS d
    WHERE d.tenant = {tenant} AND d.site = {site} AND d.employed
        AND (toInt32(d.day) BETWEEN {then_first} AND {then_last} OR toInt32(d.day) BETWEEN {now_first} AND {now_last})
    GROUP BY d.agent, is_now, weeks_ago
),
measured AS
(
    SELECT w.agent AS agent, w.is_now AS is_now, measure.1 AS input, assumeNotNull(measure.2) AS number FROM weeks AS w ARRAY JOIN w.measures AS measure
    WHERE measure.2 IS NOT NULL AND isFinite(assumeNotNull(measure.2))
)
SELECT v.input AS input, length(arrayFilter(edge -> edge < v.number, e.edges)) AS bin, countIf(NOT v.is_now) AS then, countIf(v.is_now) AS now
FROM measured AS v
INNER JOIN
(
    SELECT q.input AS input, arrayDistinct(quantilesExactInclusiveIf(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)(q.number, NOT q.is_now)) AS edges
    FROM measured AS q GROUP BY q.input HAVING uniqExactIf(q.agent, q.is_now) >= 8 AND uniqExactIf(q.agent, NOT q.is_now) >= 8
) AS e ON e.input = v.input
GROUP BY v.input, bin
ORDER BY v.input, bin
