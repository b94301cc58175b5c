-- Whether the early warnings of each site are shown at present, for whoever reads them by SQL. Use v_display.
CREATE TABLE IF NOT EXISTS {database}.display_states
(
    `tenant` LowCardinality(String) COMMENT 'Whose site it is.',
    `site` LowCardinality(String) COMMENT 'Site.',
    `reason` LowCardinality(String) COMMENT 'Why its early warnings are not shown: switched_off, little_better_than_chance, wrong_probabilities; empty: they are shown.',
    `since` DateTime64(6, 'UTC') COMMENT 'Since when that is the reason, or since when they are shown.',
    `checked_at` DateTime64(6, 'UTC') COMMENT 'When the service last said so.',
    `version` UInt64 COMMENT 'Highest of a key wins: the moment of writing, microseconds since 1970.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, site)
COMMENT 'Whether the early warnings of each site are shown at present, said by the process that sends alerts. Names nobody.';
