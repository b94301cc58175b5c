-- One measure by day: sum and weight, so that any days together have the mean of all calls, evaluations or hours in them. + = better.
SELECT d.agent AS agent, concat(d.site, '/', ifNull(d.`group`, '')) AS peers, toInt32(d.day) AS day,
    toFloat64(multiIf(
        {measure} = 'quality', d.quality_z_sum_micro / 1000000,
        {measure} = 'satisfaction', d.satisfaction_z_sum_micro / 1000000,
        {measure} = 'handle_time', -d.ln_handle_residual_sum_micro / 1000000,
        {measure} = 'after_call_work', -d.ln_acw_residual_sum_micro / 1000000,
        {measure} = 'repeats', -ifNull(d.repeats_72h - d.repeats_72h_expected_micro / 1000000, 0),
        {measure} = 'contacts_per_hour', d.handled,
        0)) AS sum,
    toFloat64(multiIf(
        {measure} = 'quality', d.evaluations,
        {measure} = 'satisfaction', d.surveys,
        {measure} = 'handle_time', d.compared_calls,
        {measure} = 'after_call_work', d.acw_compared_calls,
        {measure} = 'repeats', if(d.repeats_72h_expected_micro IS NULL, 0, ifNull(d.repeats_matured, 0)),
        {measure} = 'contacts_per_hour', d.productive_ms / 3600000,
        0)) AS weight
FROM {attrition}.v_agent_days AS d
WHERE d.tenant = {tenant} AND d.site = {site} AND toInt32(d.day) BETWEEN {first_day} AND {last_day}
ORDER BY d.agent, d.day
