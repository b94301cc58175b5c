-- Inbound calls with a talk by agent and month of the clock of the zone, and those of them that were shorter than so many milliseconds and that the agent ended; with
-- the queue of which the agent handled most, of equal ones the last by name. An agent counts where the reference data say that the agent was at the time.
SELECT agent, month, argMax(queue, (of_queue, queue)) AS main_queue, sum(of_queue) AS calls, sum(short_of_queue) AS short_calls
FROM
(
    SELECT h.agent AS agent, formatDateTime(h.connected_at, '%Y-%m', {zone}) AS month, h.queue AS queue, count() AS of_queue,
        countIf(h.end = 'agent' AND h.talk_ms < {short_ms}) AS short_of_queue
    FROM {main}.v_handlings AS h
    INNER JOIN {main}.v_agent_terms AS t ON t.tenant = h.tenant AND t.agent = h.agent
    WHERE h.tenant = {tenant} AND h.channel = 'voice' AND h.direction = 'inbound' AND h.end NOT IN ('open', 'lost') AND h.talk_ms IS NOT NULL
        AND toInt32(toDate(h.connected_at, {zone})) BETWEEN {first_day} AND {last_day}
        AND t.valid_from <= h.connected_at AND h.connected_at < t.valid_to AND t.site = {site}
    GROUP BY agent, month, queue
)
GROUP BY agent, month
ORDER BY agent, month
