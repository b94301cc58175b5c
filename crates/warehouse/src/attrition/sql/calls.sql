-- What each agent handled on each day, each call beside what calls of the same queue, channel and three hours of the day took in the 28 days before;
-- where these were fewer than 20, beside those of the same queue and channel at any hour; where these were too, it is not compared.
-- `usual` has a row for each day, queue and channel, and one for each band of hours; band -1 is all hours.
WITH
usual AS
(
    SELECT queue, channel, band, for_day AS day, sum(n) AS calls, sum(handle_sum) AS handle_sum, sum(ln_handle_sum) AS ln_handle_sum,
        sum(ln_hold_sum) AS ln_hold_sum, sum(acw_n) AS acw_calls, sum(ln_acw_sum) AS ln_acw_sum, sum(transfer_n) AS transfer_n,
        sum(short_n) AS short_n, sum(complaint_n) AS complaint_n, sumMap(sizes, size_counts) AS by_size
    FROM
    (
        SELECT queue, channel, band_of AS band, day, count() AS n, sum(handle_ms) AS handle_sum, sum(ln_handle) AS ln_handle_sum, sum(ln_hold) AS ln_hold_sum,
            count(ln_acw) AS acw_n, sum(ifNull(ln_acw, 0)) AS ln_acw_sum, countIf(transferred) AS transfer_n, countIf(short_talk) AS short_n,
            toUInt64(0) AS complaint_n, sumMap([toInt32(intDiv(ln_handle, 20000))], [toUInt64(band_of = -1)]) AS size_map,
            tupleElement(size_map, 1) AS sizes, tupleElement(size_map, 2) AS size_counts
        FROM handled ARRAY JOIN [toInt16(band), toInt16(-1)] AS band_of
        GROUP BY queue, channel, band, day
        UNION ALL
        SELECT queue, channel, toInt16(-1) AS band, day, toUInt64(0) AS n, toInt64(0) AS handle_sum, toInt64(0) AS ln_handle_sum, toInt64(0) AS ln_hold_sum,
            toUInt64(0) AS acw_n, toInt64(0) AS ln_acw_sum, toUInt64(0) AS transfer_n, toUInt64(0) AS short_n, countIf(complaint) AS complaint_n,
            ([]::Array(Int32), []::Array(UInt64)) AS size_map, []::Array(Int32) AS sizes, []::Array(UInt64) AS size_counts
        FROM tags GROUP BY queue, channel, day
    )
    ARRAY JOIN range(greatest(day + 1, {first}), least(day + 28, {last}) + 1) AS for_day
    GROUP BY queue, channel, band, for_day
)
SELECT agent, day, toUInt32(count()) AS handled, toUInt32(countIf(inbound)) AS connected, sum(handle_ms) AS handle_ms, sum(hold_ms) AS hold_ms,
    sum(ifNull(acw_ms, 0)) AS acw_ms, toUInt32(uniqExact(contact_id)) AS contacts, toUInt32(countIf(n >= 20)) AS compared_calls,
    sumIf(intDiv(usual_handle_ms, greatest(n, 1)), n >= 20) AS expected_handle_ms,
    sumIf(greatest(least(ln_handle, size_most), size_least) - intDiv(usual_ln_handle, greatest(n, 1)), n >= 20) AS ln_handle_residual_sum_micro,
    sumIf(ln_hold - intDiv(usual_ln_hold, greatest(n, 1)), n >= 20) AS ln_hold_residual_sum_micro,
    toUInt32(countIf(n >= 20 AND acw_n >= 20 AND ln_acw IS NOT NULL)) AS acw_compared_calls,
    sumIf(ifNull(ln_acw, 0) - intDiv(usual_ln_acw, greatest(acw_n, 1)), n >= 20 AND acw_n >= 20 AND ln_acw IS NOT NULL) AS ln_acw_residual_sum_micro,
    toUInt32(countIf(transferred)) AS transfers, toUInt32(countIf(short_talk)) AS short_talks, min(queue_n) >= 20 AS all_known,
    sumIf(intDiv(1000000 * transfer_n, greatest(queue_n, 1)), queue_n >= 20) AS transfers_expected_micro,
    sumIf(intDiv(1000000 * short_n, greatest(queue_n, 1)), queue_n >= 20) AS short_talks_expected_micro,
    sumIf(intDiv(1000000 * complaint_n, greatest(queue_n, 1)), queue_n >= 20) AS complaints_expected_micro
FROM
(
    SELECT h.agent AS agent, h.day AS day, h.contact_id AS contact_id, h.inbound AS inbound, h.handle_ms AS handle_ms, h.hold_ms AS hold_ms, h.acw_ms AS acw_ms,
        h.ln_handle AS ln_handle, h.ln_hold AS ln_hold, h.ln_acw AS ln_acw, h.transferred AS transferred, h.short_talk AS short_talk,
        b.calls >= 20 AS by_band, toInt64(if(by_band, b.calls, q.calls)) AS n, if(by_band, b.handle_sum, q.handle_sum) AS usual_handle_ms,
        if(by_band, b.ln_handle_sum, q.ln_handle_sum) AS usual_ln_handle, if(by_band, b.ln_hold_sum, q.ln_hold_sum) AS usual_ln_hold,
        toInt64(if(by_band, b.acw_calls, q.acw_calls)) AS acw_n, if(by_band, b.ln_acw_sum, q.ln_acw_sum) AS usual_ln_acw,
        toInt64(q.calls) AS queue_n, toInt64(q.transfer_n) AS transfer_n, toInt64(q.short_n) AS short_n, toInt64(q.complaint_n) AS complaint_n,
        -- Steps of 2 % of handle time: the lower edge of the one that holds the 1st percentile, the upper edge of the one that holds the 99th.
        q.size_least AS size_least, q.size_most AS size_most
    FROM (SELECT * FROM handled WHERE day >= {first} AND agent IN (SELECT agent FROM members)) AS h
    LEFT JOIN (SELECT * FROM usual WHERE band >= 0) AS b ON b.queue = h.queue AND b.channel = h.channel AND b.band = h.band AND b.day = h.day
    LEFT JOIN
    (
        SELECT queue, channel, day, calls, handle_sum, ln_handle_sum, ln_hold_sum, acw_calls, ln_acw_sum, transfer_n, short_n, complaint_n,
            arrayCumSum(tupleElement(by_size, 2)) AS below,
            toInt64(tupleElement(by_size, 1)[arrayFirstIndex(number -> number * 100 >= calls, below)]) * 20000 AS size_least,
            (toInt64(tupleElement(by_size, 1)[arrayFirstIndex(number -> number * 100 >= calls * 99, below)]) + 1) * 20000 AS size_most
        FROM usual WHERE band = -1
    ) AS q ON q.queue = h.queue AND q.channel = h.channel AND q.day = h.day
)
GROUP BY agent, day
