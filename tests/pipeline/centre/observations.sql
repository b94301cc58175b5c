-- Observations of one kind.
SELECT observation_id AS id, toUnixTimestamp(observed_at) AS at_s, toUnixTimestamp(ended_at) AS ended_s, toUnixTimestamp(due_at) AS due_s,
    toUnixTimestamp(subject_at) AS subject_s, contact_id, agent, queue, campaign, list, dimension, outcome, reason, score_milli, score_max_milli,
    amount_milli, duration_ms, sampling, toUInt8(fatal) AS fatal, toUInt8(customer IS NOT NULL) AS known_customer
FROM v_observations WHERE kind = '{kind}' AND startsWith(source, '{site}-')
ORDER BY id
