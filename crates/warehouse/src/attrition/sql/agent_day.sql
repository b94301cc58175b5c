-- The row of an agent's day, put together; columns are those of attrition::features::DayFacts.
SELECT *, toUInt32(arrayCount(flag -> flag >= 0, flags)) AS targets, toUInt32(arrayCount(flag -> flag = 1, flags)) AS targets_missed,
    if(targets = 0, NULL, toInt64(round(1e6 * arrayAvg(arrayMap((flag, missed, known) -> missed / known, arrayFilter(flag -> flag >= 0, flags),
        arrayFilter((missed, flag) -> flag >= 0, all_missed, flags), arrayFilter((known, flag) -> flag >= 0, all_known, flags)))))) AS targets_missed_peers_share_micro
FROM
(
    SELECT *, sumForEach(arrayMap(flag -> toUInt32(flag = 1), flags)) OVER peers AS all_missed,
        sumForEach(arrayMap(flag -> toUInt32(flag >= 0), flags)) OVER peers AS all_known,
        unknown_ms = 0 AND (sum(staffed_ms) OVER of_day > 0 OR max(ifNull(scheduled_ms, 0)) OVER of_day = 0) AS source_complete,
        if(max(shifts_28d) OVER of_day = 0, NULL, toUInt32(shifts_28d)) AS scheduled_shifts_28d
    FROM
    (
        SELECT *,
            arrayMap(target -> multiIf(
                target.4 != '' AND target.4 != ifNull(team, ''), toInt8(-1),
                target.2 = 'aht' AND handled > 0, toInt8(handle_ms > 1000 * target.3 * handled),
                target.2 = 'calls_per_hour' AND productive_ms > 0, toInt8(handled * 3600000 < target.3 * productive_ms),
                target.2 = 'adherence' AND ifNull(adherence_scheduled_ms, 0) > 0, toInt8(ifNull(in_adherence_ms, 0) < target.3 * ifNull(adherence_scheduled_ms, 0)),
                toInt8(-1)), day_targets) AS flags
        FROM
        (
{joined}
        )
    )
    WINDOW peers AS (PARTITION BY day, `group`), of_day AS (PARTITION BY day)
)
