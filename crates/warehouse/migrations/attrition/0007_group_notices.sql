-- Groups that moved as a whole: events of the organisation, told once at their beginning and once at their end. Use v_group_events.
CREATE TABLE IF NOT EXISTS {database}.group_notices
(
    `tenant` LowCardinality(String) COMMENT 'Whose site it is.',
    `site` LowCardinality(String) COMMENT 'The site.',
    `notice_id` String COMMENT 'Stable: a hash of tenant, site, group, cause and the first day, 32 hexadecimal digits.',
    `kind` LowCardinality(String) COMMENT 'What is told of the event: began, ended.',
    `group_kind` LowCardinality(String) COMMENT 'site, queue_group or team.',
    `group_name` String COMMENT 'Its name; empty for the site.',
    `cause` LowCardinality(String) COMMENT 'What it was seen by: measures (several jumped to the worse on one day), absence (more are absent than usual), alarms (the charts of many alarmed within three days).',
    `day` Int32 COMMENT 'Local day of the site on which it is told, days since 1970-01-01.',
    `began_day` Int32 COMMENT 'Its first day, days since 1970-01-01.',
    `held_day` Int32 COMMENT 'The latest day on which it was seen, days since 1970-01-01.',
    `ending` LowCardinality(Nullable(String)) COMMENT 'How it ended: over (as before), usual (it has lasted for four weeks and is the new usual), unseen (the group was not seen for more than a week).',
    `event_time` DateTime64(6, 'UTC') COMMENT 'The moment from which the day could be scored.',
    `agents` Int32 COMMENT 'Agents that it was seen by on its first day, at least eight.',
    `moved` Array(Tuple(String, Float64)) COMMENT 'What moved on the first day, to the worse, the most first, and by how much: of a measure in day-to-day standard deviations of an agent, of absence in times what is usual, of alarms as a share of the group.',
    `config_hash` LowCardinality(Nullable(String)) COMMENT 'Hash of the settings of the site.',
    `code_version` LowCardinality(Nullable(String)) COMMENT 'Version of the product.',
    `version` UInt64 COMMENT 'Offset in the topic attrition-notices.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, site, notice_id, kind)
COMMENT 'What was told of groups that moved as a whole. No agent is in it, and no group of fewer than eight.';
