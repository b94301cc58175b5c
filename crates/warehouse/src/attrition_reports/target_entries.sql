-- Every entry of every target that holds or has held, with whom it is for and the local day from which on it holds (microseconds 0: always).
SELECT r.id AS id, r.attributes['kpi'] AS kpi, r.attributes['value'] AS value, r.attributes['weight'] AS weight, r.attributes['team'] AS team,
    r.attributes['site'] AS of_site, toUnixTimestamp64Micro(r.valid_from) AS since_us, toInt32(toDate32(r.valid_from, {zone})) AS since_day
FROM {main}.v_reference AS r
WHERE r.tenant = {tenant} AND r.kind = 'target' AND r.valid_from <= now64(6)
ORDER BY r.id, since_us
