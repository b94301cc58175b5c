SELECT -- 002·08: does quality fall with the hours of a shift, or on some days, and how far does it swing within one agent.
    -- Random draws of contacts whose time is known, each as a share of the points that were possible. A shift begins with an activity after six hours without any.
    -- Against the own mean: who works when is taken out; two standard errors on either side hold nothing where they hold 0. Whoever was drawn once says nothing of
    -- it and is left out. Spread: pooled standard deviation within agents, of the whole only. Parts of fewer than eight agents are not shown. Change the zone.
    tenant,
    cut.1 AS cut_by,
    cut.2 AS part,
    count() AS draws,
    uniqExact(agent) AS agents_judged,
    round(avg(share), 4) AS mean_score,
    round(avg(share - own_mean), 4) + 0 AS against_own_mean,
    round(stddevSampStable(share - own_mean) / sqrt(draws), 4) AS standard_error,
    if(cut_by = 'all', round(sqrt(sum(pow(share - own_mean, 2)) / nullIf(draws - agents_judged, 0)), 4), NULL) AS spread_within_agents
FROM
(
    SELECT tenant, agent, share, avg(share) OVER (PARTITION BY tenant, agent) AS own_mean, count() OVER (PARTITION BY tenant, agent) AS own_draws,
        arrayJoin(arrayFilter(c -> c.2 IS NOT NULL, [
            ('all', toNullable(toInt64(0))), ('hour of the shift', hour_of_shift), ('day of the week', toNullable(toInt64(day_of_week)))
        ])) AS cut
    FROM
    (
        SELECT e.tenant AS tenant, e.agent AS agent, e.share AS share, toDayOfWeek(e.contact_at, 0, 'Europe/Berlin') AS day_of_week,
            -- Whoever has no activity on record has no hour.
            if(b.began_us > 0, intDiv(e.contact_us - b.began_us, 3600000000), NULL) AS hour_of_shift
        FROM
        (
            SELECT tenant, assumeNotNull(agent) AS agent, score_milli / score_max_milli AS share, assumeNotNull(subject_at) AS contact_at,
                toUnixTimestamp64Micro(contact_at) AS contact_us
            FROM v_observations
            WHERE kind = 'evaluation' AND sampling = 'random' AND ifNull(agent, '') != '' AND subject_at IS NOT NULL AND score_milli IS NOT NULL AND score_max_milli > 0
        ) AS e
        ASOF LEFT JOIN
        (
            SELECT tenant, agent, start_us AS began_us
            FROM
            (
                SELECT tenant, agent, toUnixTimestamp64Micro(started_at) AS start_us,
                    max(toUnixTimestamp64Micro(ifNull(ended_at, started_at))) OVER (PARTITION BY tenant, agent ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_us
                FROM v_activity_spans
            )
            WHERE start_us - before_us >= 21600000000
        ) AS b ON b.tenant = e.tenant AND b.agent = e.agent AND b.began_us <= e.contact_us
    )
)
WHERE own_draws > 1
GROUP BY tenant, cut
HAVING agents_judged >= 8
ORDER BY tenant, cut_by, part
