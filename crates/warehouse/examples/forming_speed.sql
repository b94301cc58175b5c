INSERT INTO {database}.reference (tenant, kind, id, valid_from, attributes, version, is_deleted)
SELECT 'default', 'site', 'berlin', toDateTime64('2020-01-01 00:00:00', 6, 'UTC'), map('zone', 'Europe/Berlin'), 1, 0
UNION ALL SELECT 'default', 'team', concat('team-', toString(number)), toDateTime64('2020-01-01 00:00:00', 6, 'UTC'), map('site', 'berlin', 'leader', concat('leader-', toString(number))), 1, 0
FROM numbers(intDiv({agents}, 15) + 1)
UNION ALL SELECT 'default', 'queue', concat('q', toString(number)), toDateTime64('2020-01-01 00:00:00', 6, 'UTC'), map('threshold_s', toString(10 + number)), 1, 0 FROM numbers(40)
UNION ALL SELECT 'default', 'target', concat('card/', kpi), toDateTime64('2020-01-01 00:00:00', 6, 'UTC'), map('kpi', kpi, 'value', value), 1, 0
FROM values('kpi String, value String', ('aht', '360'), ('calls_per_hour', '4'), ('adherence', '0.9'))
UNION ALL SELECT 'default', 'agent', concat('a', leftPad(toString(number), 5, '0')), toDateTime64('2020-01-01 00:00:00', 6, 'UTC'),
    map('team', concat('team-', toString(intDiv(number, 15))), 'hire_date', toString(toDate('2023-01-01') + number % 400)), 1, 0
FROM numbers({agents});

INSERT INTO {database}.activity_spans (tenant, agent, started_at, ended_at, activity, inferred, source_partition, version, is_deleted)
WITH toDateTime64(toDate({first}), 6, 'UTC') + toIntervalSecond(86400 * day + 3600 * (7 + agent % 3) + 720 * slot + late) AS slot_at
SELECT 'default', concat('a', leftPad(toString(agent), 5, '0')), slot_at + toIntervalSecond(part.1), slot_at + toIntervalSecond(part.2), part.3, 0, 0, 1, 0
FROM
(
    SELECT number % {agents} AS agent, intDiv(number, {agents}) % {days} AS day, intDiv(number, {agents} * {days}) AS slot,
        if(cityHash64(agent, day, 'late') % 20 = 0, 600, 0) AS late
    FROM numbers({agents} * {days} * 40)
)
ARRAY JOIN multiIf(slot = 12, [(0, 720, 'pause_break')], slot = 20 OR slot = 21, [(0, 720, 'pause_meal')], slot % 3 = 2, [(0, 720, 'available')],
    [(0, 200, 'available'), (200, 212, 'ringing'), (212, 480 + cityHash64(agent, day, slot) % 120, 'contact'), (480 + cityHash64(agent, day, slot) % 120, 720, 'acw')]) AS part
WHERE (agent + day) % 7 < 5;

INSERT INTO {database}.handlings (tenant, queue, connected_at, contact_id, handling_number, visit_number, source, agent, channel, direction, talk_ended_at, ended_at, talk_ms, hold_ms,
    holds, longest_hold_ms, acw_ms, end, inferred, source_partition, version, is_deleted)
WITH toDateTime64(toDate({first}), 6, 'UTC') + toIntervalSecond(86400 * day + 3600 * (7 + agent % 3) + 720 * slot + 212) AS at,
    268 + cityHash64(agent, day, slot) % 120 AS talk_s
SELECT 'default', concat('q', toString(agent % 40)), at, concat('pbx/', toString(agent), '-', toString(day), '-', toString(slot)), 1, 1, 'pbx', concat('a', leftPad(toString(agent), 5, '0')),
    'voice', 'inbound', at + toIntervalSecond(talk_s), at + toIntervalSecond(508), 1000 * talk_s, 0, 0, 0, 1000 * (508 - talk_s),
    if(cityHash64(agent, day, slot, 't') % 12 = 0, 'transfer_blind', 'customer'), 0, 0, 1, 0
FROM
(
    SELECT number % {agents} AS agent, intDiv(number, {agents}) % {days} AS day, intDiv(number, {agents} * {days}) AS slot FROM numbers({agents} * {days} * 40)
)
WHERE (agent + day) % 7 < 5 AND slot NOT IN (12, 20, 21) AND slot % 3 != 2;

INSERT INTO {database}.contacts (tenant, started_at, contact_id, source, channel, direction, customer, queue, ended_at, outcome, visits, handlings, transfers, events, inferred,
    source_partition, version, is_deleted)
SELECT 'default', connected_at - toIntervalSecond(15), contact_id, 'pbx', 'voice', 'inbound', toString(cityHash64(contact_id) % ({agents} * 300)), queue, talk_ended_at, 'handled', 1, 1, 0, 5, 0, 0, 1, 0
FROM {database}.handlings;

INSERT INTO {database}.queue_visits (tenant, queue, entered_at, contact_id, visit_number, source, channel, direction, left_at, wait_ms, outcome, agent, transferred_in, missed_offers,
    inferred, source_partition, version, is_deleted)
SELECT 'default', queue, connected_at - toIntervalSecond(12), contact_id, 1, 'pbx', 'voice', 'inbound', connected_at, 12000, 'answered', agent, false, 0, 0, 0, 1, 0
FROM {database}.handlings;

INSERT INTO {database}.observations (tenant, kind, source, observation_id, observed_at, ended_at, agent, dimension, version)
WITH toDateTime64(toDate({first}), 6, 'UTC') + toIntervalSecond(86400 * day + 3600 * (7 + agent % 3)) AS at
SELECT 'default', 'shift', 'wfm', concat('s', toString(agent), '-', toString(day), '-', toString(part.1)), at + toIntervalSecond(part.1), at + toIntervalSecond(part.2),
    concat('a', leftPad(toString(agent), 5, '0')), part.3, 1
FROM (SELECT number % {agents} AS agent, intDiv(number, {agents}) AS day FROM numbers({agents} * {days}))
ARRAY JOIN [(0, 8640, 'queue'), (8640, 9360, 'break'), (9360, 14400, 'queue'), (14400, 15840, 'meal'), (15840, 28800, 'queue')] AS part
WHERE (agent + day) % 7 < 5;

INSERT INTO {database}.observations (tenant, kind, source, observation_id, observed_at, ended_at, agent, outcome, reason, version)
SELECT 'default', 'absence', 'hr', concat('x', toString(number)), toDateTime64(toDate({first} + number % {days}), 6, 'UTC') + toIntervalHour(6),
    toDateTime64(toDate({first} + number % {days}), 6, 'UTC') + toIntervalHour(20), concat('a', leftPad(toString(cityHash64(number) % {agents}), 5, '0')), 'planned', 'leave', 1
FROM numbers(intDiv({agents} * {days}, 30));

INSERT INTO {database}.observations (tenant, kind, source, observation_id, observed_at, contact_id, agent, queue, dimension, outcome, reason, score_milli, score_max_milli, sampling, version)
SELECT 'default', kind, 'care', concat(kind, contact_id), ended_at + toIntervalMinute(20), contact_id, agent, queue,
    multiIf(kind = 'survey_answered', 'satisfaction', kind = 'evaluation', 'form', kind = 'other', 'tag', NULL),
    multiIf(kind = 'other', 'complaint', kind = 'dial', 'human', NULL), if(kind = 'dial', if(cityHash64(contact_id) % 3 = 0, 'refusal', 'sale'), NULL),
    if(kind IN ('survey_answered', 'evaluation'), 1000 * (1 + cityHash64(contact_id, kind) % 5), NULL), if(kind IN ('survey_answered', 'evaluation'), 5000, NULL),
    if(kind = 'evaluation', 'random', NULL), 1
FROM
(
    SELECT contact_id, agent, queue, assumeNotNull(ended_at) AS ended_at, kind FROM {database}.handlings
    ARRAY JOIN arrayFilter((kind, share) -> cityHash64(contact_id, kind, 'k') % 1000 < share, ['survey_answered', 'evaluation', 'other', 'dial'], [100, 8, 5, 60]) AS kind
);
