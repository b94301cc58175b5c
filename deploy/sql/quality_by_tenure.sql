SELECT -- 000·06, 004·41: do newcomers and other contracts serve customers worse: satisfaction, quality, resolution and handle time by tenure as of the time.
    -- Each sum counts for the band in which the agent was then; few answers say little: read the numbers of them first. Change the days.
    c.tenant AS tenant,
    c.contract AS kind_of_contract,
    c.tenure AS tenure_at_the_time,
    sum(c.handled) AS handled_of_band,
    round(sum(c.talk_ms + c.hold_ms + c.acw_ms) / nullIf(handled_of_band, 0) / 1000, 1) AS handle_time_s,
    sum(c.survey_answers) AS answers_of_customers,
    round(sum(c.survey_score_milli_sum) / nullIf(answers_of_customers, 0) / 1000, 4) AS mean_score,
    sum(c.qa_evaluations) AS draws,
    round(sum(c.qa_score_milli_sum) / nullIf(sum(c.qa_score_max_milli_sum), 0), 4) AS quality_score,
    round(1 - sum(c.repeats_72h) / nullIf(sum(c.matured_72h), 0), 4) AS resolved_72h
FROM v_cube_employment(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', question = 'satisfaction', threshold_s = 20) AS c
GROUP BY tenant, kind_of_contract, tenure_at_the_time
ORDER BY tenant, kind_of_contract, tenure_at_the_time
