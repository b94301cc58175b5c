,
summed AS
(
    SELECT c.period AS period, min(c.first_day) AS first_day, max(c.last_day) AS last_day,
        -- Whoever was forgotten cannot be told from the others: as many as there were at once, or as are still known.
        max(c.agents) AS agents, sum(c.agent_days) AS agent_days,
        sum(c.signals) AS signals, sum(c.came_true) AS came_true, sum(c.told) AS told, sum(c.told_came_true) AS told_came_true, sum(c.acknowledged) AS acknowledged,
        sum(c.drawn_told) AS drawn_told, sum(c.drawn_told_left) AS drawn_told_left, sum(c.drawn_silent) AS drawn_silent, sum(c.drawn_silent_left) AS drawn_silent_left,
        sum(c.leavers) AS leavers, sum(c.agent_weeks) AS agent_weeks, sum(c.observed) AS observed, sum(c.observed_outcome) AS observed_outcome, sum(c.expected) AS expected,
        sum(c.leader_days) AS leader_days, groupArrayArray(c.lead_days) AS lead_days, groupArrayArray(c.talk_days) AS talk_days,
        -- Shares that left with Wilson's interval of 95 %, of eight signals and more.
        arrayMap((x, n) -> if(n < 8, (NULL, NULL, NULL), (x / n,
            greatest(0., (x / n + 3.841458820694124 / (2 * n) - 1.959963984540054 * sqrt(x / n * (1 - x / n) / n + 3.841458820694124 / (4 * n * n))) / (1 + 3.841458820694124 / n)),
            least(1., (x / n + 3.841458820694124 / (2 * n) + 1.959963984540054 * sqrt(x / n * (1 - x / n) / n + 3.841458820694124 / (4 * n * n))) / (1 + 3.841458820694124 / n)))),
            [drawn_told_left, drawn_silent_left], [drawn_told, drawn_silent]) AS shares
    FROM
    (
        SELECT * FROM counted WHERE agents >= 8
        UNION ALL
        SELECT q.period, k.day, k.day + 6, k.agents, k.agent_days, k.signals, k.came_true, k.told, k.told_came_true, k.acknowledged, k.drawn_told, k.drawn_told_left,
            k.drawn_silent, k.drawn_silent_left, k.leavers, k.agent_weeks, k.observed, k.observed_outcome, k.expected, k.leader_days, k.lead_days, k.talk_days
        FROM kept AS k CROSS JOIN periods AS q WHERE k.agents > 0 AND k.day BETWEEN q.first_day AND q.last_day
    ) AS c
    GROUP BY c.period
)
SELECT {tenant:String} AS tenant, {site:String} AS site, s.period AS period, toDate32(s.first_day) AS first_day, toDate32(s.last_day) AS last_day,
    s.agents AS agents, s.agent_days AS agent_days,
    s.signals AS signals, s.came_true AS came_true, s.told AS told,
    -- A talk that helps makes a signal that was right look wrong: of those kept silent, where there are enough.
    multiIf(s.drawn_silent >= 8, s.drawn_silent_left / s.drawn_silent, s.signals > 0, s.came_true / s.signals, NULL) AS precision,
    if(s.drawn_silent >= 8, 'silent', 'all') AS precision_of,
    s.leavers AS leavers, toUInt64(length(s.lead_days)) AS leavers_warned, if(s.leavers > 0, leavers_warned / s.leavers, NULL) AS recall,
    1 - exp(-45 * s.signals / s.agent_days) AS chance_recall,
    s.agent_weeks AS agent_weeks, s.observed AS observed, s.expected AS expected, if(s.expected > 0, s.observed / s.expected, NULL) AS observed_over_expected,
    s.observed_outcome AS observed_outcome, s.observed_outcome / s.agent_weeks AS chance_precision,
    if(s.leader_days > 0, (s.told - s.told_came_true) * 30.4375 / s.leader_days, NULL) AS false_per_leader_month,
    if(leavers_warned > 0, arrayReduce('quantilesExactInclusive(0.25, 0.5, 0.75)', s.lead_days), CAST([], 'Array(Float64)')) AS lead_days_quartiles,
    s.acknowledged AS acknowledged, toUInt64(length(s.talk_days)) AS talked, if(s.told > 0, talked / s.told, NULL) AS talked_share,
    if(talked > 0, arrayReduce('quantilesExactInclusive(0.25, 0.5, 0.75)', s.talk_days), CAST([], 'Array(Float64)')) AS days_to_talk_quartiles,
    -- What telling changes, by what was drawn: the difference of the shares that left with Newcombe's interval; nothing of fewer than eight signals on either side.
    s.drawn_told AS drawn_told, s.drawn_told_left AS drawn_told_left, s.drawn_silent AS drawn_silent, s.drawn_silent_left AS drawn_silent_left,
    s.shares[1].1 AS told_left_share, s.shares[1].2 AS told_left_low, s.shares[1].3 AS told_left_high,
    s.shares[2].1 AS silent_left_share, s.shares[2].2 AS silent_left_low, s.shares[2].3 AS silent_left_high,
    silent_left_share - told_left_share AS kept_share,
    silent_left_share - told_left_share - sqrt(pow(silent_left_share - silent_left_low, 2) + pow(told_left_high - told_left_share, 2)) AS kept_low,
    silent_left_share - told_left_share + sqrt(pow(silent_left_high - silent_left_share, 2) + pow(told_left_share - told_left_low, 2)) AS kept_high
FROM summed AS s
WHERE s.agents >= 8
