-- Quality, by the day of the contact.
SELECT day, dimension, queue, agent, evaluations, score_milli_sum, score_max_milli_sum, fatal_errors, targeted, targeted_score_milli_sum,
    targeted_score_max_milli_sum, calibrations, qa_score, fatal_error_rate, qa_score_targeted
FROM v_evaluation_days(zone = '{zone}', by = 'contact') WHERE startsWith(queue, '{site}-')
ORDER BY day, dimension, queue, agent
