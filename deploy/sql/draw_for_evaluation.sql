SELECT -- 002·09: which contacts to evaluate next: a random draw of what each agent handled in a week, two of each, whoever looks easy or hard.
    -- The same seed draws the same, so that seed and week are the log of the draw; nobody can know a draw before its seed is told. Drawn from: the frame, so that
    -- whoever has few contacts is seen to have few. Talks under ten seconds and lost handlings are not in it. Change seed, week, zone and how many.
    tenant,
    agent,
    place AS drawn_as,
    contact_id,
    handling_number,
    queue,
    channel AS contact_channel,
    toTimeZone(connected_at, 'Europe/Berlin') AS connected_local,
    frame AS drawn_from
FROM
(
    SELECT h.tenant AS tenant, h.agent AS agent, h.contact_id AS contact_id, h.handling_number AS handling_number, h.queue AS queue, h.channel AS channel,
        h.connected_at AS connected_at, count() OVER (PARTITION BY h.tenant, h.agent) AS frame,
        row_number() OVER (PARTITION BY h.tenant, h.agent ORDER BY sipHash64('seed 1', h.tenant, h.contact_id, h.handling_number), h.contact_id, h.handling_number) AS place
    FROM v_handlings AS h
    WHERE h.ended_at IS NOT NULL AND h.end != 'lost' AND h.agent != '' AND h.talk_ms >= 10000
        AND toDate(h.connected_at, 'Europe/Berlin') BETWEEN '2024-03-25' AND '2024-03-31'
)
WHERE place <= 2
ORDER BY tenant, agent, drawn_as
