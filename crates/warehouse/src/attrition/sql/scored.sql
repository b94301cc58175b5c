-- Scores as ten-thousandths of the best possible one. Only evaluations that were drawn at random estimate anything.
scored_{what} AS {once}
(
    SELECT ifNull(o.agent, '') AS agent, {of} AS of, day_of(toUnixTimestamp64Micro(o.observed_at)) AS day,
        intDiv(10000 * assumeNotNull(o.score_milli), assumeNotNull(o.score_max_milli)) AS score
    FROM {facts}.v_observations AS o
    WHERE o.tenant = {tenant} AND {which} AND o.agent IS NOT NULL AND o.score_milli IS NOT NULL AND o.score_max_milli > 0
        AND o.observed_at >= begin_at({first_28}) AND o.observed_at < begin_at({last} + 1)
)
