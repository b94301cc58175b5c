-- Hires whose 90th day lies in the period, by its quarter and the leader of the first day (or else the first one known): how many, without those who left within the 90
-- days otherwise than by own wish, and how many of them left within them by own wish.
SELECT p.led_by AS leader, toInt32(toStartOfQuarter(toDate('1970-01-01') + p.over_day)) AS quarter, countIf(p.wish OR NOT p.gone) AS hired,
    countIf(p.wish AND p.gone) AS left_early
FROM
(
    SELECT a.agent AS who, toInt32(a.hired) + 90 AS over_day, ifNull(toInt32(a.left_on) - toInt32(a.hired) <= 90, false) AS gone, any(a.left_kind) = 'voluntary' AS wish,
        argMin(t.leader, t.valid_from) AS led_by, argMin(t.site, t.valid_from) AS at_site
    FROM {main}.v_agents_now AS a
    INNER JOIN {main}.v_agent_terms AS t ON t.tenant = a.tenant AND t.agent = a.agent
    WHERE a.tenant = {tenant} AND a.hired IS NOT NULL AND toInt32(a.hired) + 90 BETWEEN {first_day} AND {last_day}
        AND toInt32(toDate32(toTimeZone(t.valid_to, {zone}))) > toInt32(a.hired) AND ifNull(a.left_on >= a.hired, true)
    GROUP BY who, over_day, gone
) AS p
WHERE p.led_by != '' AND NOT has({sites_off}, p.at_site)
GROUP BY leader, quarter
ORDER BY leader, quarter
