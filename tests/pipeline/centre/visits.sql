-- Visits to queues. A refused join has no wait.
SELECT toUnixTimestamp(entered_at) AS entered_s, contact_id, visit_number, queue, ifNull(agent, '') AS agent,
    if(outcome = 'blocked', NULL, wait_ms) AS wait_ms, outcome, missed_offers
FROM v_queue_visits WHERE source = '{site}'
ORDER BY entered_s, contact_id, visit_number
