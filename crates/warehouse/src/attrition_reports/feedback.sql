-- Signals of a site and agents to compare them with, what the organisation did with each in the 28 days before the opening's day, and in the 28 days after: one row a window. The
-- day itself is in neither. Signals whose 28 days after are formed, but those that the product took back because the data of the day were wrong, and those in whose days before
-- the agent was told of already. Drawn: it was drawn by chance whether the signal is kept silent. By what was drawn: a silent one that became urgent stays silent here.
-- The others of a signal (own = false), three at most: scored on the same day, of the same queue group and band of tenure, nobody told of them within 28 days before or after,
-- and nearest in log-odds, at most 0.5 apart (odds within a factor of 1.65). None is asked for of a silent one. What becomes of them later plays no part in the choice.
WITH
tellings AS
(
    -- Who is told of, and on which day: at the opening, or when it becomes urgent.
    SELECT e.agent AS agent, toInt32(e.day) AS day FROM {attrition}.signal_events AS e FINAL
    WHERE e.tenant = {tenant} AND e.kind IN ('opened', 'escalated') AND (e.tier = 'urgent' OR NOT e.silent)
),
places AS
(
    SELECT c.agent AS agent, toInt32(c.day) AS day, least(greatest(c.probability, 1e-9), 1 - 1e-9) AS chance, log(chance / (1 - chance)) AS log_odds,
        ifNull(v.`group`, '') AS queue_group, multiIf(ifNull(v.tenure_days, 0) < 30, 0, v.tenure_days < 90, 30, v.tenure_days < 180, 90, v.tenure_days < 365, 180,
        v.tenure_days < 1000, 365, 1000) AS tenure_days_from
    FROM {attrition}.scores AS c FINAL
    INNER JOIN {attrition}.v_agent_days AS v ON v.tenant = c.tenant AND v.site = c.site AND v.agent = c.agent AND v.day = c.day
    WHERE c.tenant = {tenant} AND c.site = {site} AND v.tenant = {tenant} AND v.site = {site} AND toInt32(c.day) BETWEEN {first_day} AND {last_day}
),
signals AS
(
    SELECT s.signal_id AS signal, s.agent AS agent, toInt32(s.opened_day) AS opened, toBool(s.drawn_silent) AS silent, toBool(s.silent_share IS NOT NULL) AS drawn,
        p.log_odds AS log_odds, p.queue_group AS queue_group, p.tenure_days_from AS tenure_days_from
    FROM {attrition}.v_signals AS s
    INNER JOIN places AS p ON p.agent = s.agent AND p.day = toInt32(s.opened_day)
    WHERE s.tenant = {tenant} AND s.site = {site} AND toInt32(s.opened_day) BETWEEN {first_day} AND {last_day}
        AND toInt32(s.opened_day) + 28 <= (SELECT max(toInt32(f.day)) FROM {attrition}.formed_days AS f WHERE f.tenant = {tenant} AND f.site = {site})
        AND s.signal_id NOT IN
        (
            SELECT e.signal_id FROM {attrition}.signal_events AS e FINAL WHERE e.tenant = {tenant} AND e.kind = 'withdrawn' AND e.actor = 'system'
        )
        AND (s.agent, toInt32(s.opened_day)) NOT IN (SELECT t.agent, t.day + arrayJoin(range(1, 29)) FROM tellings AS t)
),
members AS
(
    SELECT signal, agent, opened, silent, drawn, true AS own FROM signals
    UNION ALL
    SELECT signal, agent, opened, silent, drawn, false AS own
    FROM
    (
        SELECT s.signal AS signal, p.agent AS agent, s.opened AS opened, s.silent AS silent, s.drawn AS drawn, abs(p.log_odds - s.log_odds) AS apart
        FROM signals AS s
        INNER JOIN places AS p ON p.day = s.opened AND p.queue_group = s.queue_group AND p.tenure_days_from = s.tenure_days_from
        WHERE NOT s.silent AND p.agent != s.agent AND apart <= 0.5
            AND (p.agent, p.day) NOT IN (SELECT t.agent, t.day + arrayJoin(range(-28, 29)) FROM tellings AS t)
        ORDER BY signal, apart, agent
        LIMIT 3 BY signal
    )
),
sessions AS
(
    SELECT o.who AS agent, o.on_day AS day, count() AS held, countIf(o.took_ms IS NULL) AS untimed, sum(ifNull(o.took_ms, 0)) AS ms
    FROM
    (
        SELECT assumeNotNull(r.agent) AS who, toInt32(toDate(r.observed_at, {zone})) AS on_day,
            ifNull(r.duration_ms, intDiv(toUnixTimestamp64Micro(r.ended_at) - toUnixTimestamp64Micro(r.observed_at), 1000)) AS took_ms
        FROM {main}.v_observations AS r
        WHERE r.tenant = {tenant} AND r.kind = 'other' AND r.dimension = 'session' AND r.outcome IN ('training', 'coaching') AND r.agent IS NOT NULL
    ) AS o
    WHERE o.on_day BETWEEN {first_day} - 28 AND {last_day} + 28
    GROUP BY agent, day
),
evaluations AS
(
    SELECT o.who AS agent, o.on_day AS day, count() AS given, count(o.of_hundred) AS scored, sum(ifNull(o.of_hundred, 0)) AS points
    FROM
    (
        SELECT assumeNotNull(r.agent) AS who, toInt32(toDate(r.observed_at, {zone})) AS on_day,
            if(r.score_max_milli > 0, 100 * r.score_milli / r.score_max_milli, NULL) AS of_hundred
        FROM {main}.v_observations AS r
        WHERE r.tenant = {tenant} AND r.kind = 'evaluation' AND r.agent IS NOT NULL AND ifNull(r.sampling, '') != 'calibration'
    ) AS o
    WHERE o.on_day BETWEEN {first_day} - 28 AND {last_day} + 28
    GROUP BY agent, day
)
SELECT m.signal AS signal, m.own AS own, m.agent AS agent, m.silent AS silent, m.drawn AS drawn, toBool(v.on_day > m.opened) AS after, count() AS days,
    countIf(v.planned) AS planned_days, sum(v.in_shift_ms) AS scheduled_ms, sum(v.beyond_ms) AS overtime_ms, countIf(v.returned_quickly) AS quick_returns,
    sum(v.at_night_ms) AS night_ms, sum(n.held) AS sessions, sum(n.untimed) AS untimed_sessions, sum(n.ms) AS session_ms, sum(q.given) AS evaluations,
    sum(q.scored) AS scored, sum(q.points) AS points
FROM members AS m
INNER JOIN
(
    SELECT d.agent AS who, toInt32(d.day) AS on_day, d.scheduled_shifts_28d IS NOT NULL AS planned, ifNull(d.scheduled_ms, 0) AS in_shift_ms,
        ifNull(d.overtime_ms, 0) AS beyond_ms, ifNull(d.quick_return, false) AS returned_quickly, d.night_ms AS at_night_ms
    FROM {attrition}.v_agent_days AS d
    WHERE d.tenant = {tenant} AND d.site = {site} AND d.employed AND NOT d.notice_given AND NOT d.on_leave AND toInt32(d.day) BETWEEN {first_day} - 28 AND {last_day} + 28
) AS v ON v.who = m.agent
LEFT JOIN sessions AS n ON n.agent = v.who AND n.day = v.on_day
LEFT JOIN evaluations AS q ON q.agent = v.who AND q.day = v.on_day
WHERE v.on_day != m.opened AND v.on_day BETWEEN m.opened - 28 AND m.opened + 28
GROUP BY signal, own, agent, silent, drawn, after
ORDER BY signal, own DESC, agent, after
