CREATE TABLE IF NOT EXISTS {database}.activity_spans
(
    `tenant` LowCardinality(String) COMMENT 'Whose agent it is.',
    `agent` String COMMENT 'Agent.',
    `started_at` DateTime64(6, 'UTC') COMMENT 'Begin of the span.',
    `ended_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'End of the span; null: it goes on.',
    `activity` LowCardinality(String) COMMENT 'available, contact, acw, pause_… (by kind), back_office or unknown; offline time has no span.',
    `reason` Nullable(String) COMMENT 'The word of the source for it.',
    `inferred` Int32 COMMENT 'Bits of the rules that were needed; see lifecycle::activity.',
    `source_partition` Int32 COMMENT 'Partition of the topic agents that owns the agent.',
    `version` UInt64 COMMENT 'Replay generation times 2^48 plus input offset: the highest of a key wins.',
    `is_deleted` UInt8 COMMENT '1: the span no longer exists (a correction).'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (tenant, agent, started_at)
COMMENT 'What each agent did when; spans of an agent do not overlap. Use v_activity_spans.';
