-- The shifts of each agent, by day: what says which days are days of rest, and how long the rest between two was.
SELECT agent, groupArray((day, from_us, until_us)) AS shifts
FROM (SELECT agent, day, min(start_us) AS from_us, max(end_us) AS until_us FROM scheduled GROUP BY agent, day)
GROUP BY agent
