-- Scores of each agent's contacts on the day on which they were given, in standard deviations of the same form or question over the 28 days before.
SELECT s.agent AS agent, s.day AS day, toUInt32(count()) AS judged,
    sum(toInt64(round(1e6 * (s.score - u.total / u.n) / sqrt((u.squares - u.total * u.total / u.n) / (u.n - 1))))) AS z_sum_micro
FROM (SELECT agent, of, day, score FROM scored_{what} WHERE day >= {first} AND agent IN (SELECT agent FROM members)) AS s
INNER JOIN
(
    SELECT of, for_day AS day, toInt64(sum(n)) AS n, sum(total) AS total, sum(squares) AS squares
    FROM (SELECT of, day, count() AS n, sum(score) AS total, sum(score * score) AS squares FROM scored_{what} GROUP BY of, day)
    ARRAY JOIN range(greatest(day + 1, {first}), least(day + 28, {last}) + 1) AS for_day
    GROUP BY of, for_day
) AS u ON u.of = s.of AND u.day = s.day
WHERE u.n >= 20 AND u.squares * u.n > u.total * u.total
GROUP BY agent, day
