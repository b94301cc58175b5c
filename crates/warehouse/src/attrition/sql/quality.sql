-- What became of a site's signals, over matured days: all of them, the last 91, and each quarter. The same as attrition::quality::quality, number by number.
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
led AS
(
    SELECT DISTINCT a.leader AS leader, a.day AS day FROM {database}.v_agent_days AS a
    WHERE a.tenant = {tenant:String} AND a.site = {site:String} AND a.leader IS NOT NULL AND a.day + 45 <= (SELECT day FROM newest)
),
periods AS
(
    SELECT 'recent' AS period, (SELECT day FROM newest) - 45 - 90 AS first_day, (SELECT day FROM newest) - 45 AS last_day
{other_periods})
SELECT {tenant:String} AS tenant, {site:String} AS site, p.period AS period, toDate32(b.first_day) AS first_day, toDate32(b.last_day) AS last_day,
    b.agents AS agents, b.agent_days AS agent_days,
    o.signals AS signals, o.came_true AS came_true, o.told AS told,
    -- A talk that helps makes a signal that was right look wrong: of those kept silent, where there are enough.
    multiIf(o.drawn_silent >= 8, o.drawn_silent_left / o.drawn_silent, o.signals > 0, o.came_true / o.signals, NULL) AS precision,
    if(o.drawn_silent >= 8, 'silent', 'all') AS precision_of,
    l.leavers AS leavers, l.leavers_warned AS leavers_warned, if(l.leavers > 0, l.leavers_warned / l.leavers, NULL) AS recall,
    1 - exp(-45 * o.signals / b.agent_days) AS chance_recall,
    w.agent_weeks AS agent_weeks, w.observed AS observed, w.expected AS expected, if(w.expected > 0, w.observed / w.expected, NULL) AS observed_over_expected,
    w.observed_outcome AS observed_outcome, w.observed_outcome / w.agent_weeks AS chance_precision,
    if(d.leader_days > 0, (o.told - o.told_came_true) * 30.4375 / d.leader_days, NULL) AS false_per_leader_month,
    if(l.leavers_warned > 0, l.leads, CAST([], 'Array(Float64)')) AS lead_days_quartiles,
    o.acknowledged AS acknowledged, o.talked AS talked, if(o.told > 0, o.talked / o.told, NULL) AS talked_share,
    if(o.talked > 0, o.talks, CAST([], 'Array(Float64)')) AS days_to_talk_quartiles,
    -- What telling changes, by what was drawn: shares that left with Wilson's intervals, and their difference with Newcombe's; nothing of fewer than eight signals on either side.
    o.drawn_told AS drawn_told, o.drawn_told_left AS drawn_told_left, o.drawn_silent AS drawn_silent, o.drawn_silent_left AS drawn_silent_left,
    o.told_left_share AS told_left_share, o.told_left_low AS told_left_low, o.told_left_high AS told_left_high,
    o.silent_left_share AS silent_left_share, o.silent_left_low AS silent_left_low, o.silent_left_high AS silent_left_high,
    o.silent_left_share - o.told_left_share AS kept_share,
    o.silent_left_share - o.told_left_share - sqrt(pow(o.silent_left_share - o.silent_left_low, 2) + pow(o.told_left_high - o.told_left_share, 2)) AS kept_low,
    o.silent_left_share - o.told_left_share + sqrt(pow(o.silent_left_high - o.silent_left_share, 2) + pow(o.told_left_share - o.told_left_low, 2)) AS kept_high
FROM periods AS p
INNER JOIN
(
    SELECT q.period AS period, uniqExact(s.agent) AS agents, count() AS agent_days, min(s.day) AS first_day, max(s.day) AS last_day
    FROM scored AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day GROUP BY q.period
) AS b ON b.period = p.period
LEFT JOIN
(
    SELECT c.*, arrayMap((x, n) -> if(n < 8, (NULL, NULL, NULL), (x / n,
            greatest(0., (x / n + 3.841458820694124 / (2 * n) - 1.959963984540054 * sqrt(x / n * (1 - x / n) / n + 3.841458820694124 / (4 * n * n))) / (1 + 3.841458820694124 / n)),
            least(1., (x / n + 3.841458820694124 / (2 * n) + 1.959963984540054 * sqrt(x / n * (1 - x / n) / n + 3.841458820694124 / (4 * n * n))) / (1 + 3.841458820694124 / n)))),
            [c.drawn_told_left, c.drawn_silent_left], [c.drawn_told, c.drawn_silent]) AS shares,
        shares[1].1 AS told_left_share, shares[1].2 AS told_left_low, shares[1].3 AS told_left_high,
        shares[2].1 AS silent_left_share, shares[2].2 AS silent_left_low, shares[2].3 AS silent_left_high
    FROM
    (
        SELECT q.period AS period, count() AS signals, countIf(s.came_true) AS came_true, countIf(s.days_to_talk IS NOT NULL) AS talked, countIf(s.acknowledged) AS acknowledged,
            arrayMap(one -> ifNull(toFloat64(one), 0), quantilesExactInclusive(0.25, 0.5, 0.75)(s.days_to_talk)) AS talks,
            countIf(s.told) AS told, countIf(s.told AND s.came_true) AS told_came_true, countIf(s.drawn_told) AS drawn_told, countIf(s.drawn_told AND s.came_true) AS drawn_told_left,
            countIf(s.drawn_silent) AS drawn_silent, countIf(s.drawn_silent AND s.came_true) AS drawn_silent_left
        FROM outcomes AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day GROUP BY q.period
    ) AS c
) AS o ON o.period = p.period
LEFT JOIN
(
    SELECT q.period AS period, count() AS leavers, countIf(s.lead IS NOT NULL) AS leavers_warned,
        arrayMap(one -> ifNull(toFloat64(one), 0), quantilesExactInclusive(0.25, 0.5, 0.75)(s.lead)) AS leads
    FROM leavers AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day GROUP BY q.period
) AS l ON l.period = p.period
LEFT JOIN
(
    SELECT q.period AS period, count() AS agent_weeks, countIf(s.observed) AS observed, countIf(s.observed_outcome) AS observed_outcome, sum(s.probability) AS expected
    FROM weeks AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day GROUP BY q.period
) AS w ON w.period = p.period
LEFT JOIN
(
    SELECT q.period AS period, count() AS leader_days FROM led AS s CROSS JOIN periods AS q WHERE s.day BETWEEN q.first_day AND q.last_day GROUP BY q.period
) AS d ON d.period = p.period
WHERE b.agents >= 8
