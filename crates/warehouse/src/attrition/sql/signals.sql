SELECT
    e.tenant AS tenant,
    argMax(e.site, (e.event_time, e.version)) AS site,
    e.agent AS agent,
    e.signal_id AS signal_id,
    max(e.episode) AS episode,
    argMax(e.state, (e.event_time, e.version)) AS state,
    if(countIf(e.tier = 'urgent') > 0, 'urgent', 'concern') AS tier,
    minIf(e.day, e.kind = 'opened') AS opened_day,
    minIf(e.event_time, e.kind = 'opened') AS opened_at,
    max(e.event_time) AS changed_at,
    argMax(e.outcome, (e.event_time, e.version)) AS outcome,
    argMinIf(e.team, e.event_time, e.kind = 'opened') AS team,
    argMinIf(e.leader, e.event_time, e.kind = 'opened') AS leader,
    argMaxIf(e.model_id, e.event_time, e.kind IN ('opened', 'escalated')) AS model_id,
    argMaxIf(e.probability, e.event_time, e.kind IN ('opened', 'escalated')) AS probability,
    argMaxIf(e.base, e.event_time, e.kind IN ('opened', 'escalated')) AS base,
    argMaxIf(e.reasons, e.event_time, e.kind IN ('opened', 'escalated')) AS reasons,
    argMaxIf(e.lowering, e.event_time, e.kind IN ('opened', 'escalated')) AS lowering,
    argMaxIf(e.rules, e.event_time, e.kind IN ('opened', 'escalated')) AS rules,
    argMaxIf(e.calibrated, e.event_time, e.kind IN ('opened', 'escalated')) AS calibrated,
    countIf(e.kind = 'talked') AS talks,
    minIf(e.event_time, e.kind = 'talked') AS talked_at,
    argMinIf(e.silent, e.event_time, e.kind = 'opened') AS drawn_silent,
    argMinIf(e.silent_share, e.event_time, e.kind = 'opened') AS silent_share,
    -- One that became urgent is told from then on.
    argMinIf(e.silent, e.event_time, e.kind = 'opened') AND countIf(e.tier = 'urgent') = 0 AS silent,
    multiIf(
        NOT argMinIf(e.silent, e.event_time, e.kind = 'opened'), minIf(e.event_time, e.kind = 'opened'),
        countIf(e.tier = 'urgent') = 0, toDateTime64(0, 6, 'UTC'),
        minIf(e.event_time, e.tier = 'urgent')) AS told_at
FROM {database}.signal_events AS e FINAL
GROUP BY e.tenant, e.agent, e.signal_id
HAVING countIf(e.kind = 'opened') > 0
