-- Early warnings of attrition: every score, and everything that happened to a signal. Use v_signals.
CREATE TABLE IF NOT EXISTS {database}.scores
(
    `tenant` LowCardinality(String) COMMENT 'Whose agent it is.',
    `site` LowCardinality(String) COMMENT 'Site as of the day.',
    `day` Int32 COMMENT 'Local day of the site, days since 1970-01-01.',
    `agent` String COMMENT 'Agent''s id, never a name.',
    `standing` LowCardinality(String) COMMENT 'muted: scored, but no signal may open on this day (a gap of the source, the first days back from leave, an event of the whole site); scored.',
    `probability` Float64 COMMENT 'Probability of leaving within the horizon of the model, 0 to 1; of a prior model a rank only.',
    `base` Float64 COMMENT 'The same of an agent who is as the segment on average.',
    `tier` LowCardinality(Nullable(String)) COMMENT 'watch (counted in aggregates of at least eight, shown to nobody by name), concern or urgent.',
    `rules` Array(LowCardinality(String)) COMMENT 'Named rules that hold: efficiency, absence, attitude, overload.',
    `families` Array(Tuple(String, Float64)) COMMENT 'Each family of inputs and what it adds to the log-odds against the segment; with log-odds of the base they add up to the score.',
    `model_id` LowCardinality(String) COMMENT 'Model.',
    `feature_schema` Int32 COMMENT 'Version of the list of features.',
    `inputs_hash` String COMMENT 'Hash of the inputs, 16 hexadecimal digits.',
    `config_hash` LowCardinality(String) COMMENT 'Hash of the settings of the site, 16 hexadecimal digits.',
    `code_version` LowCardinality(String) COMMENT 'Version of the product.',
    `version` UInt64 COMMENT 'Highest of a key wins: the moment of writing, microseconds since 1970.'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY intDiv(day, 32)
ORDER BY (tenant, site, day, agent)
COMMENT 'Scores as they were told: one agent on one local day. Late data change later scores, never these.';

CREATE TABLE IF NOT EXISTS {database}.signal_events
(
    `tenant` LowCardinality(String) COMMENT 'Whose agent it is.',
    `site` LowCardinality(String) COMMENT 'Site as of the day.',
    `agent` String COMMENT 'Agent''s id, never a name.',
    `signal_id` String COMMENT 'Stable: a hash of tenant, agent and the day of opening, 32 hexadecimal digits.',
    `episode` Int32 COMMENT 'Counts the agent''s signals from 1.',
    `kind` LowCardinality(String) COMMENT 'opened, escalated, acknowledged, talked, closed, expired, contested, objection_rejected, withdrawn.',
    `state` LowCardinality(String) COMMENT 'State after it: open, acknowledged, talked, contested_open, contested_acknowledged, contested_talked, closed, expired, withdrawn.',
    `tier` LowCardinality(String) COMMENT 'The highest so far: concern or urgent.',
    `day` Int32 COMMENT 'Local day of the site that it belongs to, days since 1970-01-01.',
    `event_time` DateTime64(6, 'UTC') COMMENT 'For people when they acted; for the product the moment from which the day could be scored.',
    `actor` LowCardinality(String) COMMENT 'Who did it: system, leader, agent, human_resources.',
    `actor_id` Nullable(String) COMMENT 'Id of the person.',
    `outcome` LowCardinality(Nullable(String)) COMMENT 'How it ended: faded, left, moved, dismissed, agreed, nothing_to_do.',
    `note` Nullable(String) COMMENT 'What the person wrote; why the product took it back.',
    `team` Nullable(String) COMMENT 'Team as of the day.',
    `leader` Nullable(String) COMMENT 'Id of the team''s leader as of the day.',
    `model_id` LowCardinality(Nullable(String)) COMMENT 'Model of the score.',
    `probability` Nullable(Float64) COMMENT 'Probability of leaving within the horizon, 0 to 1; of a prior model a rank only.',
    `base` Nullable(Float64) COMMENT 'The same of an agent who is as the segment on average.',
    `reasons` Array(Tuple(String, String, Float64, String, String, Bool)) COMMENT 'Code, family, contribution in log-odds, English, Chinese, whether it is for the organisation to change: what raises the score, the strongest first.',
    `feature_schema` Nullable(Int32) COMMENT 'Version of the list of features.',
    `inputs_hash` Nullable(String) COMMENT 'Hash of the inputs of the score.',
    `config_hash` Nullable(String) COMMENT 'Hash of the settings of the site.',
    `code_version` Nullable(String) COMMENT 'Version of the product.',
    `version` UInt64 COMMENT 'Offset in the topic attrition-signals.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, agent, signal_id, kind, day)
COMMENT 'Everything that happened to a signal, by the product and by people: append-only. Use v_signals for what holds now.';
