-- A number of the facts of each day: what a day is formed of, by their contents, and what the day looks back at left out. It changes when a fact of the day is
-- new, corrected or gone, when people's standing on the day changes, and when the day's repeats have become known.
SELECT day, sum(part) AS fingerprint
FROM
(
    SELECT day, cityHash64('person', agent, team, leader, ifNull(hired_day, -1), employed, notice_given, ifNull(team_size, 0), ifNull(team_exits_30d, 0),
        ifNull(leader_changed_60d, false)) AS part
    FROM
    (
{people}
    )
    UNION ALL
    SELECT day, cityHash64('span', agent, activity, start_us, end_us) AS part FROM cut
    UNION ALL
    SELECT day, cityHash64('shift', agent, observation_id, scheduled, start_us, end_us) AS part FROM scheduled
    UNION ALL
    SELECT d.day AS day, cityHash64('absence', a.agent, a.planned, a.start_us, if(a.goes_on, 0, a.end_us)) AS part
    FROM days AS d CROSS JOIN absences AS a WHERE a.start_us < d.to_us AND a.end_us > d.from_us
    UNION ALL
    SELECT day, cityHash64('handling', agent, queue, channel, band, contact_id, inbound, hold_ms, handle_ms, ifNull(acw_ms, -1), transferred, short_talk) AS part
    FROM handled WHERE agent IN (SELECT agent FROM members)
    UNION ALL
    SELECT day_of(toUnixTimestamp64Micro(left_at)) AS day, cityHash64('answered', agent, queue, left_at, wait_ms) AS part FROM answered
    UNION ALL
    SELECT day, cityHash64('tag', agent, queue, channel, complaint, hostile) AS part FROM tags WHERE agent IN (SELECT agent FROM members)
    UNION ALL
    SELECT day, cityHash64('evaluation', agent, of, score) AS part FROM scored_evaluations WHERE agent IN (SELECT agent FROM members)
    UNION ALL
    SELECT day, cityHash64('survey', agent, of, score) AS part FROM scored_surveys WHERE agent IN (SELECT agent FROM members)
    UNION ALL
    SELECT day, cityHash64('contact', contact_id, queue, if(begin_us(day + 1) + 259200000000 <= {as_of_us}, toInt8(repeated), -1)) AS part FROM ended
    -- By the day of the contact: its after-call work may end on the next one, which is not always asked for.
    WHERE (contact_id, day) IN
    (
        SELECT contact_id, day_of(toUnixTimestamp64Micro(connected_at)) + arrayJoin([0, 1, 2]) FROM {facts}.handlings FINAL
        WHERE tenant = {tenant} AND connected_at >= begin_at({first} - 2) AND connected_at < begin_at({last} + 1) AND agent IN (SELECT agent FROM members)
    )
)
WHERE day BETWEEN {first} AND {last}
GROUP BY day
ORDER BY day
