-- Calls as a whole.
SELECT toUnixTimestamp(started_at) AS started_s, contact_id, toUnixTimestamp(assumeNotNull(ended_at)) AS ended_s, ifNull(queue, '') AS queue, outcome, visits,
    toUInt8(customer IS NOT NULL) AS known_customer
FROM v_contacts WHERE source = '{site}'
ORDER BY started_s, contact_id
