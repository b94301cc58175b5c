-- Used by everything that follows: begin of a local day, local day of a time; days are numbers since 1970, times microseconds. All of a day's facts
-- lie within two days of it, but for what a day looks back at.
(d -> toUnixTimestamp64Micro(toDateTime64(toDate(toUInt16(d)), 6, {zone}))) AS begin_us,
(t -> toInt32(toDate(fromUnixTimestamp64Micro(t, 'UTC'), {zone}))) AS day_of,
(d -> fromUnixTimestamp64Micro(begin_us(d), 'UTC')) AS begin_at,
days AS
(
    SELECT day, begin_us(day) AS from_us, begin_us(day + 1) AS to_us
    FROM (SELECT toInt32(arrayJoin(range({first}, {last} + 1))) AS day)
),
-- Who may ever have been of the site, by an own entry or that of a team; who was, and when, is decided where people are. Without the views, because it is asked often.
members AS {once}
(
    SELECT DISTINCT id AS agent FROM {facts}.reference
    WHERE tenant = {tenant} AND kind = 'agent' AND (attributes['site'] = {site}
        OR attributes['team'] IN (SELECT id FROM {facts}.reference WHERE tenant = {tenant} AND kind = 'team' AND attributes['site'] = {site}))
),
-- What agents did, cut at local midnights, from the day before on: what began earlier begins no stretch, shift or offer of a day. A span of more than 36 h is an error
-- of its source, and counts for so long.
cut AS {once}
(
    SELECT agent, activity, span_us, day, greatest(span_us, begin_us(day)) AS start_us, least(until_us, begin_us(day + 1)) AS end_us
    FROM
    (
        SELECT agent, activity, toUnixTimestamp64Micro(started_at) AS span_us,
            least(ifNull(toUnixTimestamp64Micro(ended_at), span_us + 129600000000), span_us + 129600000000) AS until_us
        FROM {facts}.activity_spans FINAL
        PREWHERE tenant = {tenant} AND started_at >= begin_at({first} - 2) AND started_at < begin_at({last} + 2) AND agent IN (SELECT agent FROM members)
    )
    ARRAY JOIN range(greatest(day_of(span_us), {first} - 1), day_of(until_us - 1) + 1) AS day
    WHERE until_us > span_us
),
-- Scheduled activities with the day of their shift: what follows within 6 h is the same shift, so a split shift is one, and a night is of the day it began on.
scheduled AS {once}
(
    SELECT agent, observation_id, scheduled, start_us, end_us, day_of(min(start_us) OVER (PARTITION BY agent, shift)) AS day
    FROM
    (
        SELECT *, sum(begins) OVER (PARTITION BY agent ORDER BY start_us, end_us, observation_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS shift
        FROM
        (
            SELECT *, toUInt32(start_us - max(end_us) OVER (PARTITION BY agent ORDER BY start_us, end_us, observation_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= 21600000000) AS begins
            FROM
            (
                SELECT assumeNotNull(o.agent) AS agent, o.observation_id AS observation_id, ifNull(o.dimension, 'queue') AS scheduled,
                    toUnixTimestamp64Micro(o.observed_at) AS start_us, toUnixTimestamp64Micro(assumeNotNull(o.ended_at)) AS end_us
                FROM {facts}.v_observations AS o
                WHERE o.tenant = {tenant} AND o.kind = 'shift' AND o.agent IN (SELECT agent FROM members) AND o.ended_at > o.observed_at
                    AND ifNull(o.dimension, 'queue') != 'off' AND o.observed_at >= begin_at({first} - 30) AND o.observed_at < begin_at({last} + 3)
            )
        )
    )
),
-- Absences that are reported, of whatever kind. One without an end goes on.
absences AS {once}
(
    SELECT assumeNotNull(o.agent) AS agent, ifNull(o.outcome, '') = 'planned' AS planned, toUnixTimestamp64Micro(o.observed_at) AS start_us,
        o.ended_at IS NULL AS goes_on, ifNull(toUnixTimestamp64Micro(o.ended_at), start_us + 31536000000000) AS end_us
    FROM {facts}.v_observations AS o
    WHERE o.tenant = {tenant} AND o.kind = 'absence' AND o.agent IN (SELECT agent FROM members) AND end_us > start_us
        AND o.observed_at < begin_at({last} + 2)
)
