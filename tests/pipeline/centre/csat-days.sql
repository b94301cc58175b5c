-- Satisfaction by question, by the day of the answer.
SELECT day, dimension, queue, agent, answers, score_milli_sum, top_two, csat_top_two
FROM v_csat_days(zone = '{zone}', by = 'answer') WHERE startsWith(queue, '{site}-')
ORDER BY day, dimension, queue, agent
