SELECT -- 002·06: which KPIs does effort move: of how far an agent's KPI goes up and down by week, how much goes with the share of paid time spent on the job.
    -- Strong is what whoever wants to can raise at once, weak what effort hardly moves. Within agents: each week against the agent's own mean, so that it is no
    -- comparison of people. Explained: the squared correlation; by chance: what weeks of no connection give on average, so that little more is nothing. Direction:
    -- 1 the KPI rises with effort, -1 it falls. That they go together is no proof that one moves the other: a calm week has more pauses, too.
    -- Agents of four weeks and more, KPIs of eight agents and more. Change the days and the zone.
    tenant,
    kpi,
    uniqExact(agent) AS agents_measured,
    count() AS weeks_of_agents,
    if(isFinite(corr(effort, moved) AS together), round(together * together, 4), NULL) AS explained_share,
    round(1 / (weeks_of_agents - agents_measured), 4) AS by_chance,
    if(isFinite(together), sign(round(together, 4)), NULL) AS direction
FROM
(
    SELECT tenant, agent, kpi, value - avg(value) OVER of_agent AS moved, effort_share - avg(effort_share) OVER of_agent AS effort, count() OVER of_agent AS own_weeks
    FROM
    (
        SELECT tenant, agent, week, effort_share, measure.1 AS kpi, assumeNotNull(measure.2) AS value
        FROM
        (
            SELECT c.tenant AS tenant, c.agent AS agent, toMonday(toDate(c.start, 'Europe/Berlin')) AS week,
                sum(c.occupancy_base_us) / nullIf(sum(c.paid_us), 0) AS effort_share,
                [
                    ('contacts per paid hour', sum(c.handled) * 3600000000 / nullIf(sum(c.paid_us), 0)),
                    ('contacts per hour on the job', sum(c.handled) * 3600000000 / nullIf(sum(c.occupancy_base_us + c.ringing_us), 0)),
                    ('handle time', sum(c.talk_ms + c.hold_ms + c.acw_ms) / nullIf(sum(c.handled), 0)),
                    ('after-call work', sum(c.acw_ms) / nullIf(sum(c.handled), 0)),
                    ('transfers', sum(c.transferred_blind + c.transferred_warm) / nullIf(sum(c.handled), 0)),
                    ('short talks', sum(c.short_talk) / nullIf(sum(c.handled), 0)),
                    ('repeats within 72 h', sum(c.repeats_72h) / nullIf(sum(c.matured_72h), 0)),
                    ('satisfied', sum(c.survey_top_two) / nullIf(sum(c.survey_answers), 0)),
                    ('quality', sum(c.qa_score_milli_sum) / nullIf(sum(c.qa_score_max_milli_sum), 0))
                ] AS measures
            FROM v_cube_agents(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', threshold_s = 20, question = 'satisfaction') AS c
            WHERE c.agent NOT IN ('', '(other)')
            GROUP BY tenant, agent, week
        )
        ARRAY JOIN measures AS measure
        WHERE effort_share IS NOT NULL AND measure.2 IS NOT NULL
    )
    WINDOW of_agent AS (PARTITION BY tenant, agent, kpi)
)
WHERE own_weeks >= 4
GROUP BY tenant, kpi
HAVING agents_measured >= 8
ORDER BY tenant, explained_share DESC NULLS LAST, kpi
