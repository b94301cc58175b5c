-- Who belonged to the site at the end of each day, in which team and under whom, as it was known then.
SELECT p.agent AS agent, p.day AS day, p.team AS team, p.leader AS leader, p.hired_day AS hired_day,
    if(p.hired_day IS NULL, NULL, p.day - p.hired_day) AS tenure_days, p.employed AS employed, p.notice_given AS notice_given,
    if(p.team = '', NULL, toUInt32(countIf(p.employed) OVER (PARTITION BY p.day, p.team))) AS team_size,
    if(p.team = '', NULL, toUInt32(x.exits)) AS team_exits_30d,
    if(p.leader = '', NULL, arrayExists(term -> term.1 < p.to_us AND term.2 > begin_us(p.day - 60) AND term.3 NOT IN ('', p.leader), l.led)) AS leader_changed_60d
FROM
(
    SELECT t.agent AS agent, d.day AS day, d.to_us AS to_us, t.team AS team, t.leader AS leader, e.hired_day AS hired_day, e.left_day AS left_day,
        ifNull(e.hired_day <= d.day, true) AND ifNull(e.left_day > d.day, true) AS employed,
        ifNull(coalesce(e.notice_day, e.known_day) <= d.day, false) OR ifNull(e.left_day <= d.day, false) AS notice_given
    FROM days AS d
    CROSS JOIN
    (
        SELECT agent, team, leader, from_us, until_us FROM terms WHERE site = {site}
    ) AS t
    INNER JOIN entries AS e ON e.agent = t.agent
    WHERE t.from_us < d.to_us AND t.until_us >= d.to_us AND e.from_us < d.to_us AND e.until_us >= d.to_us
        AND ifNull(e.hired_day <= d.day, true) AND ifNull(d.day <= e.left_day + 35, true)
) AS p
LEFT JOIN
(
    SELECT d.day AS day, g.team AS team, count() AS exits
    FROM days AS d
    CROSS JOIN
    (
        SELECT e.agent AS agent, e.left_day AS left_day, e.from_us AS from_us, e.until_us AS until_us, r.team AS team
        FROM (SELECT *, begin_us(assumeNotNull(left_day)) AS gone_us FROM entries WHERE left_day IS NOT NULL AND left_kind != 'move') AS e
        ASOF LEFT JOIN (SELECT agent, team, from_us FROM terms) AS r ON r.agent = e.agent AND r.from_us < e.gone_us
    ) AS g
    WHERE g.from_us < d.to_us AND g.until_us >= d.to_us AND g.left_day <= d.day AND g.left_day > d.day - 30
    GROUP BY day, team
) AS x ON x.day = p.day AND x.team = p.team
LEFT JOIN
(
    SELECT agent, groupArray((from_us, until_us, leader)) AS led FROM terms GROUP BY agent
) AS l ON l.agent = p.agent
