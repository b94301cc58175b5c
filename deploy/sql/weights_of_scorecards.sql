SELECT -- 002·10: what does a scorecard really weigh: the declared weight of each KPI beside its share in how far agents' results lie apart.
    -- A result is the weights of the targets that an agent reached over the days, together. A KPI that everybody reaches, or nobody, tells nobody apart: whatever was
    -- declared, it weighs nothing, and another one decides. Effective: covariance of the KPI's points with the result ÷ variance of results; the shares of a card are 1
    -- together, and one below 0 works against the rest. Cards are what ids of targets begin with, before the slash; targets are those of the last day, of the agent's
    -- team and site now. Agents of whom every KPI of the card is known, eight and more: whoever one target of a card is not for is left out of it, so that what only
    -- one team is asked belongs on a card of its own; a KPI that no single agent has (service level) counts in no share. Change the days and the zone.
    tenant,
    card,
    kpi,
    count() AS agents_judged,
    round(any(weight / card_weight), 4) AS declared_share,
    round(avg(reached), 4) AS reached_share,
    round(covarPop(reached * weight, result) / nullIf(varPop(result), 0), 4) AS effective_share
FROM
(
    SELECT tenant, card, kpi, agent, weight, reached, sum(weight) OVER of_agent AS card_weight, sum(reached * weight) OVER of_agent AS result,
        count() OVER of_agent AS known, kpis_of_card
    FROM
    (
        SELECT t.tenant AS tenant, t.card AS card, t.kpi AS kpi, t.weight AS weight, v.agent AS agent,
            if(t.kpi IN ('aht', 'average_acw', 'transfer_rate', 'short_talk_rate', 'repeat_rate_72h'), v.value <= t.wanted, v.value >= t.wanted) AS reached,
            uniqExact(t.kpi) OVER (PARTITION BY t.tenant, t.card) AS kpis_of_card
        FROM
        (
            SELECT r.tenant AS tenant, if(position(r.id, '/') > 0, substring(r.id, 1, position(r.id, '/') - 1), '') AS card, r.attributes['kpi'] AS kpi,
                toFloat64OrNull(r.attributes['value']) AS wanted, ifNull(toUInt32OrNull(r.attributes['weight']), 1) AS weight,
                r.attributes['team'] AS team, r.attributes['site'] AS site
            FROM v_reference AS r
            WHERE r.kind = 'target' AND toDate(r.valid_from, 'Europe/Berlin') <= '2024-03-31' AND toDate32(r.valid_to, 'Europe/Berlin') > '2024-03-31' AND wanted IS NOT NULL
        ) AS t
        INNER JOIN
        (
            SELECT a.tenant AS tenant, a.agent AS agent, ifNull(n.team, '') AS team, ifNull(s.site, '') AS site, measure.1 AS kpi, assumeNotNull(measure.2) AS value
            FROM
            (
                SELECT c.tenant AS tenant, c.agent AS agent,
                    [
                        ('aht', sum(c.talk_ms + c.hold_ms + c.acw_ms) / nullIf(sum(c.handled), 0) / 1000),
                        ('average_acw', sum(c.acw_ms) / nullIf(sum(c.handled), 0) / 1000),
                        ('transfer_rate', sum(c.transferred_blind + c.transferred_warm) / nullIf(sum(c.handled), 0)),
                        ('short_talk_rate', sum(c.short_talk) / nullIf(sum(c.handled), 0)),
                        ('repeat_rate_72h', sum(c.repeats_72h) / nullIf(sum(c.matured_72h), 0)),
                        ('calls_per_hour', sum(c.handled) / nullIf(sum(c.occupancy_base_us + c.ringing_us), 0) * 3600000000),
                        ('occupancy', sum(c.occupied_us) / nullIf(sum(c.occupancy_base_us), 0)),
                        ('csat_top_two', sum(c.survey_top_two) / nullIf(sum(c.survey_answers), 0)),
                        ('qa_score', sum(c.qa_score_milli_sum) / nullIf(sum(c.qa_score_max_milli_sum), 0)),
                        ('sales_per_100_handled', 100 * sum(c.accepted) / nullIf(sum(c.handled), 0))
                    ] AS measures
                FROM v_cube_agents(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', threshold_s = 20, question = 'satisfaction') AS c
                WHERE c.agent NOT IN ('', '(other)')
                GROUP BY tenant, agent
            ) AS a
            LEFT JOIN v_agents_now AS n ON n.tenant = a.tenant AND n.agent = a.agent
            LEFT JOIN
            (
                SELECT tenant, team, argMax(ifNull(site, ''), valid_from) AS site FROM v_teams WHERE valid_from <= now64(6) GROUP BY tenant, team
            ) AS s ON s.tenant = n.tenant AND s.team = n.team
            ARRAY JOIN measures AS measure
            WHERE measure.2 IS NOT NULL
        ) AS v ON v.tenant = t.tenant AND v.kpi = t.kpi
        WHERE t.team IN ('', v.team) AND t.site IN ('', v.site)
    )
    WINDOW of_agent AS (PARTITION BY tenant, card, agent)
)
WHERE known = kpis_of_card
GROUP BY tenant, card, kpi
HAVING agents_judged >= 8
ORDER BY tenant, card, declared_share DESC, kpi
