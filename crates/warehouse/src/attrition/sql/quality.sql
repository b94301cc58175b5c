-- What became of a site's signals, counted by period over matured days. The same as attrition::quality::quality, number by number.
WITH
newest AS (SELECT max(f.day) AS day FROM {database}.formed_days AS f WHERE f.tenant = {tenant:String} AND f.site = {site:String}),
-- Days of agents that were scored and are matured.
scored AS
(
    SELECT s.agent AS agent, s.day AS day, s.probability AS probability FROM {database}.scores AS s FINAL
    WHERE s.tenant = {tenant:String} AND s.site = {site:String} AND s.day + 45 <= (SELECT day FROM newest)
),
left_on AS
(
    {left_on}
),
-- One row per agent and week: its first day that was scored.
weeks AS
(
    SELECT w.agent AS agent, w.day AS day, w.probability AS probability,
        arrayExists(one -> one > w.day AND one <= w.day + 30, d.days) AS observed, arrayExists(one -> one > w.day AND one <= w.day + 45, d.days) AS observed_outcome
    FROM (SELECT agent, min(s.day) AS day, argMin(s.probability, s.day) AS probability FROM scored AS s GROUP BY s.agent, intDiv(s.day, 7)) AS w
    LEFT JOIN left_on AS d ON d.agent = w.agent
),
outcomes AS
(
    SELECT o.agent AS agent, o.opened_day AS day, o.came_true AS came_true, o.days_to_talk AS days_to_talk, o.days_to_acknowledge IS NOT NULL AS acknowledged,
        o.told AS told, o.silent_share IS NOT NULL AND NOT o.drawn_silent AS drawn_told, o.drawn_silent AS drawn_silent
    FROM
    (
{outcomes}
    ) AS o
),
-- Leavers who were scored in the 45 days before, with the days from their first signal in these.
leavers AS
(
    SELECT l.day AS day, arrayMin(arrayFilter(one -> one < l.day AND one >= l.day - 45, w.days)) AS first_day, if(first_day > 0, l.day - first_day, NULL) AS lead
    FROM (SELECT agent, arrayJoin(days) AS day FROM left_on) AS l
    INNER JOIN (SELECT agent, groupArray(day) AS days FROM scored WHERE agent IN (SELECT agent FROM left_on) GROUP BY agent) AS s ON s.agent = l.agent
    LEFT JOIN (SELECT agent, groupArray(day) AS days FROM outcomes GROUP BY agent) AS w ON w.agent = l.agent
    WHERE l.day + 45 <= (SELECT day FROM newest) AND arrayExists(one -> one < l.day AND one >= l.day - 45, s.days)
),
-- Days on which a leader led anybody and the site was scored.
led AS
(
    SELECT DISTINCT a.leader AS leader, a.day AS day FROM {database}.v_agent_days AS a
    WHERE a.tenant = {tenant:String} AND a.site = {site:String} AND a.leader IS NOT NULL AND a.day + 45 <= (SELECT day FROM newest)
        AND a.day IN (SELECT s.day FROM scored AS s)
),
periods AS
(
{periods}
),
-- Of each period what is counted of rows about agents.
counted AS
(
    SELECT p.period AS period, b.first_day AS first_day, b.last_day AS last_day, b.agents AS agents, b.agent_days AS agent_days,
        o.signals AS signals, o.came_true AS came_true, o.told AS told, o.told_came_true AS told_came_true, o.acknowledged AS acknowledged,
        o.drawn_told AS drawn_told, o.drawn_told_left AS drawn_told_left, o.drawn_silent AS drawn_silent, o.drawn_silent_left AS drawn_silent_left,
        l.leavers AS leavers, w.agent_weeks AS agent_weeks, w.observed AS observed, w.observed_outcome AS observed_outcome, w.expected AS expected,
        d.leader_days AS leader_days, arraySort(l.lead_days) AS lead_days, arraySort(o.talk_days) AS talk_days
    FROM periods AS p
    LEFT JOIN
    (
        SELECT q.period AS period, uniqExact(s.agent) AS agents, count() AS agent_days, min(s.day) AS first_day, max(s.day) AS last_day
        FROM scored AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day{uncounted} GROUP BY q.period
    ) AS b ON b.period = p.period
    LEFT JOIN
    (
        SELECT q.period AS period, count() AS signals, countIf(s.came_true) AS came_true, countIf(s.told) AS told, countIf(s.told AND s.came_true) AS told_came_true,
            countIf(s.acknowledged) AS acknowledged, countIf(s.drawn_told) AS drawn_told, countIf(s.drawn_told AND s.came_true) AS drawn_told_left,
            countIf(s.drawn_silent) AS drawn_silent, countIf(s.drawn_silent AND s.came_true) AS drawn_silent_left,
            groupArrayIf(assumeNotNull(s.days_to_talk), s.days_to_talk IS NOT NULL) AS talk_days
        FROM outcomes AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day{uncounted} GROUP BY q.period
    ) AS o ON o.period = p.period
    LEFT JOIN
    (
        SELECT q.period AS period, count() AS leavers, groupArrayIf(assumeNotNull(s.lead), s.lead IS NOT NULL) AS lead_days
        FROM leavers AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day{uncounted} GROUP BY q.period
    ) AS l ON l.period = p.period
    LEFT JOIN
    (
        SELECT q.period AS period, count() AS agent_weeks, countIf(s.observed) AS observed, countIf(s.observed_outcome) AS observed_outcome, sum(s.probability) AS expected
        FROM weeks AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day{uncounted} GROUP BY q.period
    ) AS w ON w.period = p.period
    LEFT JOIN
    (
        SELECT q.period AS period, count() AS leader_days FROM led AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day{uncounted} GROUP BY q.period
    ) AS d ON d.period = p.period
)
