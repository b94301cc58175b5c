-- Panes of agents: one quarter of an hour of one agent. Use v_agent_panes.
CREATE TABLE IF NOT EXISTS {database}.agent_panes
(
    `tenant` LowCardinality(String) COMMENT 'Whose agent it is.',
    `agent` String COMMENT 'Agent.',
    `window_start` DateTime64(6, 'UTC') COMMENT 'UTC, a whole quarter of an hour.',
    `source_partition` Int32 COMMENT 'Partition of the topic agents that owns the agent; -1: a repair by the audit.',
    `layout` Int32 COMMENT 'Number of partitions that the topic agents had; panes of two layouts never mix.',
    `measures` Map(LowCardinality(String), Int64) COMMENT '<activity>_ms: milliseconds of each activity, between stamps cut to whole milliseconds; and the counts handled, transferred. What is not there is 0.',
    `version` UInt64 COMMENT 'Replay generation times 2^48 plus input offset: the highest of a key wins.'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(window_start)
ORDER BY (tenant, agent, window_start, source_partition, layout)
COMMENT 'What one agent did in one quarter of an hour: spans that have ended, cut at its edges, and handlings that ended in it. Use v_agent_panes.';
