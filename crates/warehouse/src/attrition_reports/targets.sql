-- A target belongs to the scope that its id begins with, before the first slash: `agents/aht` and `agents/quality` are one card.
SELECT if(position(r.id, '/') > 0, substring(r.id, 1, position(r.id, '/') - 1), '') AS card, r.attributes['kpi'] AS kpi,
    ifNull(toUInt32OrNull(r.attributes['weight']), 1) AS weight
FROM {main}.v_reference AS r
WHERE r.tenant = {tenant} AND r.kind = 'target' AND r.valid_to > now64(6) AND r.valid_from <= now64(6) AND r.attributes['kpi'] != ''
ORDER BY card, kpi
