-- Complaints about each agent's contacts, and what was hostile to the agent, by day.
SELECT agent, day, toUInt32(countIf(complaint)) AS complaints, toUInt32(countIf(hostile)) AS hostile
FROM tags WHERE agent != '' AND day BETWEEN {first} AND {last}
GROUP BY agent, day
