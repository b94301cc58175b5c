-- Handlings that ended, of everybody of the tenant, with what they are compared by: ln seconds in millionths, and bands of three hours by the clock of the site.
handled AS {once}
(
    SELECT agent, queue, channel, intDiv(toHour(toTimeZone(connected_at, {zone})), 3) AS band, day_of(toUnixTimestamp64Micro(assumeNotNull(ended_at))) AS day,
        contact_id, direction = 'inbound' AS inbound, hold_ms, acw_ms, assumeNotNull(talk_ms) + hold_ms + ifNull(acw_ms, 0) AS handle_ms,
        toInt64(round(log(greatest(handle_ms, 1000) / 1000) * 1e6)) AS ln_handle, toInt64(round(log1p(hold_ms / 1000) * 1e6)) AS ln_hold,
        if(acw_ms IS NULL, NULL, toInt64(round(log1p(assumeNotNull(acw_ms) / 1000) * 1e6))) AS ln_acw,
        end IN ('transfer_blind', 'transfer_warm') AS transferred, end = 'agent' AND assumeNotNull(talk_ms) < 10000 AS short_talk
    FROM {facts}.handlings FINAL
    WHERE tenant = {tenant} AND connected_at >= begin_at({first} - 30) AND connected_at < begin_at({last} + 1) AND ended_at >= begin_at({first_28})
        AND ended_at < begin_at({last} + 1) AND end NOT IN ('open', 'lost') AND talk_ms IS NOT NULL
        AND (ended_at < addDays(connected_at, 28) OR connected_at >= begin_at(day - 30))
)
