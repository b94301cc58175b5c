-- Planned absences within each shift: how much of it they cover, meals apart, and for each when the agent is due again after it, and was due last before it.
SELECT agent, day, sum(covered_us) AS planned_us, groupArray((start_us, end_us, next_us, last_us)) AS times
FROM
(
    SELECT s.agent AS agent, s.day AS day, a.start_us AS start_us, a.end_us AS end_us,
        sumIf(greatest(least(s.end_us, a.end_us) - greatest(s.start_us, a.start_us), 0), s.scheduled != 'meal') AS covered_us,
        minIf(greatest(s.start_us, a.end_us), s.end_us > a.end_us) AS next_us, maxIf(least(s.end_us, a.start_us), s.start_us < a.start_us) AS last_us
    FROM scheduled AS s
    INNER JOIN (SELECT * FROM absences WHERE planned) AS a ON a.agent = s.agent
    WHERE s.day BETWEEN {first} AND {last} AND a.start_us < begin_us(s.day + 2) AND a.end_us > begin_us(s.day)
    GROUP BY agent, day, start_us, end_us
)
GROUP BY agent, day
