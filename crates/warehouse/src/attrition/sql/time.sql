-- What each agent did on each day, ms, and where own pauses began.
SELECT agent, day, intDiv(sumIf(end_us - start_us, {paid}), 1000) AS paid_ms, intDiv(sumIf(end_us - start_us, {staffed}), 1000) AS staffed_ms,
    intDiv(sumIf(end_us - start_us, activity IN ('contact', 'acw')), 1000) AS utilised_ms,
    intDiv(sumIf(end_us - start_us, activity = 'ringing' OR {occupancy_base}), 1000) AS productive_ms,
    intDiv(sumIf(end_us - start_us, activity = 'unknown'), 1000) AS unknown_ms,
    sumIf(end_us - start_us, {own_pause}) AS own_pause_us, groupArrayIf(span_us, {own_pause} AND span_us = start_us) AS own_pauses,
    intDiv(sumIf(greatest(least(end_us, toUnixTimestamp64Micro(toDateTime64(concat(toString(toDate(toUInt16(day))), ' 06:00:00'), 6, {zone}))) - start_us, 0)
        + greatest(end_us - greatest(start_us, toUnixTimestamp64Micro(toDateTime64(concat(toString(toDate(toUInt16(day))), ' 23:00:00'), 6, {zone}))), 0),
        {staffed}), 1000) AS night_ms
FROM cut WHERE day BETWEEN {first} AND {last}
GROUP BY agent, day
