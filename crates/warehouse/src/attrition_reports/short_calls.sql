-- Inbound calls with a talk by agent and month of the clock of the zone, and those of them that were shorter than so many milliseconds and that the agent ended; with
-- the queue of which the agent handled most, of equal ones the last by name. An agent counts where the reference data say that the agent was at the time. Beside them
-- lie short calls whose known caller called again within ten minutes of the contact's end, as in v_repeats, and transfers after which the contact came to the same
-- queue or agent again, as the next handling says; and time not ready that began at the very end of a contact or its after-call work (breaks, personal and unexplained
-- pauses, not responding), of the month in which it began. Whether a schedule allowed it is not asked: it is compared with the month before.
WITH
spoken AS
(
    SELECT h.agent AS who, formatDateTime(h.connected_at, '%Y-%m', {zone}) AS in_month, h.queue AS of_queue, h.contact_id AS of_contact, h.handling_number AS number,
        assumeNotNull(h.talk_ms) AS talked_ms, h.hold_ms AS held_ms, h.end = 'agent' AND h.talk_ms < {short_ms} AS is_short,
        h.end IN ('transfer_blind', 'transfer_warm') AS is_transfer
    FROM {main}.v_handlings AS h
    INNER JOIN {main}.v_agent_terms AS t ON t.tenant = h.tenant AND t.agent = h.agent
    WHERE h.tenant = {tenant} AND h.channel = 'voice' AND h.direction = 'inbound' AND h.end NOT IN ('open', 'lost') AND h.talk_ms IS NOT NULL
        AND toInt32(toDate(h.connected_at, {zone})) BETWEEN {first_day} AND {last_day}
        AND t.valid_from <= h.connected_at AND h.connected_at < t.valid_to AND t.site = {site}
),
followed AS
(
    SELECT c.ended_contact AS ended_contact, n.caller != '' AND n.again_at <= addMinutes(c.over_at, 10) AS is_followed
    FROM
    (
        SELECT k.contact_id AS ended_contact, assumeNotNull(k.customer) AS caller, assumeNotNull(k.ended_at) AS over_at
        FROM {main}.v_contacts AS k
        WHERE k.tenant = {tenant} AND ifNull(k.customer, '') != '' AND k.outcome NOT IN ('excluded', 'lost', 'open')
            AND k.contact_id IN (SELECT of_contact FROM spoken WHERE is_short)
            AND addMinutes(k.ended_at, 10) <= (SELECT max(z.started_at) FROM {main}.v_contacts AS z WHERE z.tenant = {tenant})
    ) AS c
    ASOF LEFT JOIN
    (
        SELECT assumeNotNull(k.customer) AS caller, k.started_at AS again_at FROM {main}.v_contacts AS k
        WHERE k.tenant = {tenant} AND k.direction = 'inbound' AND k.outcome != 'excluded' AND ifNull(k.customer, '') != ''
            AND toInt32(toDate(k.started_at, {zone})) BETWEEN {first_day} AND {last_day} + 2
    ) AS n ON n.caller = c.caller AND n.again_at > c.over_at
),
parked AS
(
    SELECT p.agent AS parker, formatDateTime(p.started_at, '%Y-%m', {zone}) AS parker_month,
        intDiv(sum(toUnixTimestamp64Micro(assumeNotNull(p.ended_at)) - toUnixTimestamp64Micro(p.started_at)), 1000) AS not_ready_ms
    FROM {main}.v_activity_spans AS p
    INNER JOIN {main}.v_agent_terms AS t ON t.tenant = p.tenant AND t.agent = p.agent
    WHERE p.tenant = {tenant} AND p.ended_at IS NOT NULL AND p.activity IN ('pause_break', 'pause_personal', 'pause_unspecified', 'not_responding')
        AND toInt32(toDate(p.started_at, {zone})) BETWEEN {first_day} AND {last_day}
        AND t.valid_from <= p.started_at AND p.started_at < t.valid_to AND t.site = {site}
        AND (p.agent, p.started_at) IN
        (
            SELECT c.agent, assumeNotNull(c.ended_at) FROM {main}.v_activity_spans AS c
            WHERE c.tenant = {tenant} AND c.activity IN ('contact', 'acw') AND c.ended_at IS NOT NULL
                AND toInt32(toDate(c.ended_at, {zone})) BETWEEN {first_day} AND {last_day}
        )
    GROUP BY parker, parker_month
),
passed AS
(
    SELECT v.contact_id AS passed_contact, arraySort(groupArray((v.handling_number, v.agent, v.queue))) AS came_to FROM {main}.v_handlings AS v
    WHERE v.tenant = {tenant} AND v.contact_id IN (SELECT of_contact FROM spoken WHERE is_transfer) GROUP BY v.contact_id
)
SELECT m.agent AS agent, m.month AS month, m.main_queue AS main_queue, m.calls AS calls, m.short_calls AS short_calls, m.talk_ms AS talk_ms, m.hold_ms AS hold_ms,
    m.short_known AS short_known, m.short_followed AS short_followed, m.transfers_known AS transfers_known, m.transfers_back AS transfers_back, k.not_ready_ms AS parked_ms
FROM
(
    SELECT who AS agent, in_month AS month, argMax(of_queue, (in_queue, of_queue)) AS main_queue, sum(in_queue) AS calls, sum(short_in_queue) AS short_calls,
        sum(talk_in_queue) AS talk_ms, sum(hold_in_queue) AS hold_ms, sum(known_in_queue) AS short_known, sum(followed_in_queue) AS short_followed,
        sum(passed_in_queue) AS transfers_known, sum(back_in_queue) AS transfers_back
    FROM
    (
        SELECT w.who AS who, w.in_month AS in_month, w.of_queue AS of_queue, count() AS in_queue, countIf(w.is_short) AS short_in_queue, sum(w.talked_ms) AS talk_in_queue,
            sum(w.held_ms) AS hold_in_queue, countIf(w.is_short AND f.ended_contact != '') AS known_in_queue, countIf(w.is_short AND f.is_followed) AS followed_in_queue,
            countIf(w.is_transfer AND next.1 > 0) AS passed_in_queue,
            countIf(w.is_transfer AND next.1 > 0 AND (next.2 = w.who OR next.3 = w.of_queue AND w.of_queue != '')) AS back_in_queue
        FROM
        (
            SELECT c.*, arrayFirst(one -> one.1 > c.number, p.came_to) AS next
            FROM spoken AS c LEFT JOIN passed AS p ON p.passed_contact = c.of_contact
        ) AS w
        LEFT JOIN followed AS f ON f.ended_contact = w.of_contact
        GROUP BY who, in_month, of_queue
    )
    GROUP BY who, in_month
) AS m
LEFT JOIN parked AS k ON k.parker = m.agent AND k.parker_month = m.month
ORDER BY agent, month
