-- Tags of contacts: observations of kind other and dimension tag. Where a tag names no agent or queue, those of the contact's last handling in the 30 days up to the
-- end of the tag's day, whatever days are asked for beside it; refused dials beside.
tags AS {once}
(
    SELECT h.connected_at >= begin_at(o.day - 30) AS known, multiIf(o.agent != '', o.agent, known, h.agent, '') AS agent,
        multiIf(o.queue != '', o.queue, known, h.queue, '') AS queue, if(known, h.channel, 'voice') AS channel,
        o.day AS day, o.tag IN ('complaint', 'escalation') AS complaint, o.tag IN ('complaint', 'abuse', 'refusal') AS hostile
    FROM
    (
        SELECT ifNull(t.agent, '') AS agent, ifNull(t.queue, '') AS queue, ifNull(t.contact_id, '') AS contact_id,
            day_of(toUnixTimestamp64Micro(t.observed_at)) AS day, begin_at(day + 1) AS over_at, if(t.kind = 'dial', 'refusal', ifNull(t.outcome, '')) AS tag
        FROM {facts}.v_observations AS t
        WHERE t.tenant = {tenant} AND (t.kind = 'other' AND ifNull(t.dimension, '') = 'tag' OR t.kind = 'dial' AND ifNull(t.reason, '') = 'refusal')
            AND t.observed_at >= begin_at({first_28}) AND t.observed_at < begin_at({last} + 1)
    ) AS o
    ASOF LEFT JOIN
    (
        SELECT contact_id, connected_at, argMax(agent, handling_number) AS agent, argMax(queue, handling_number) AS queue,
            argMax(toString(channel), handling_number) AS channel
        FROM {facts}.handlings FINAL
        PREWHERE tenant = {tenant} AND connected_at >= begin_at({first} - 58) AND connected_at < begin_at({last} + 1) AND contact_id IN
        (
            SELECT assumeNotNull(t.contact_id) FROM {facts}.v_observations AS t
            WHERE t.tenant = {tenant} AND t.kind = 'other' AND ifNull(t.dimension, '') = 'tag' AND t.contact_id IS NOT NULL
        )
        GROUP BY contact_id, connected_at
    ) AS h ON h.contact_id = o.contact_id AND h.connected_at < o.over_at
)
