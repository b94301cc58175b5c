SELECT -- 002·09: how well is quality known: the mean score of random draws of an agent's month with its 95 % interval, and of whom too few were drawn to say anything.
    -- An interval of the mean of n shares by Student's t with n - 1 degrees of freedom (its quantile by the expansion of Cornish and Fisher, 0.2 % off at ten draws),
    -- within 0 and 1. Under ten draws no score is shown, and nobody is ranked by it; two whose intervals overlap are not told apart. Chosen contacts and calibrations
    -- are in none. Change the zone.
    tenant,
    agent,
    month,
    draws,
    if(draws >= 10, round(mean_share, 4), NULL) AS quality_score,
    if(draws >= 10, round(greatest(mean_share - half_width, 0), 4), NULL) AS quality_low,
    if(draws >= 10, round(least(mean_share + half_width, 1), 4), NULL) AS quality_high,
    draws_with_fatal_error
FROM
(
    SELECT tenant, assumeNotNull(agent) AS agent, toStartOfMonth(toDate(ifNull(subject_at, observed_at), 'Europe/Berlin')) AS month, count() AS draws,
        avg(score_milli / score_max_milli) AS mean_share, countIf(fatal) AS draws_with_fatal_error, draws - 1 AS freedom,
        (1.959964 + 2.372271 / nullIf(freedom, 0) + 2.822499 / nullIf(freedom * freedom, 0)) * stddevSampStable(score_milli / score_max_milli) / sqrt(draws) AS half_width
    FROM v_observations
    WHERE kind = 'evaluation' AND sampling = 'random' AND ifNull(agent, '') != '' AND score_milli IS NOT NULL AND score_max_milli > 0
    GROUP BY tenant, agent, month
)
ORDER BY tenant, month, agent
