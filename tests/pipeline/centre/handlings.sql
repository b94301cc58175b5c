-- Agents' work on contacts.
SELECT toUnixTimestamp(connected_at) AS connected_s, contact_id, ifNull(queue, '') AS queue, agent, toUnixTimestamp(assumeNotNull(ended_at)) AS ended_s,
    talk_ms, hold_ms, acw_ms, end
FROM v_handlings WHERE source = '{site}'
ORDER BY connected_s, contact_id
