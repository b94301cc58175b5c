-- Models that were trained, and groups that no model may ever see.
CREATE TABLE IF NOT EXISTS {database}.models
(
    `tenant` LowCardinality(String) COMMENT 'Whose agents it was learned from.',
    `site` LowCardinality(String) COMMENT 'Site.',
    `model_id` String COMMENT 'Name that every score carries.',
    `trained_until` Date32 COMMENT 'Last day of what was known.',
    `learned` LowCardinality(String) COMMENT 'Which numbers of it are the site''s own.',
    `rows` UInt64 COMMENT 'Agent-weeks with a known outcome.',
    `leavers` UInt64 COMMENT 'Agents who left by their own wish among them.',
    `auc` Nullable(Float64) COMMENT 'Area under the curve on later months, mean over origins.',
    `average_precision` Nullable(Float64) COMMENT 'Average precision on later months, mean over origins.',
    `observed_over_expected` Nullable(Float64) COMMENT 'Leavers divided by expected leavers over all origins.',
    `model` String COMMENT 'The model file, JSON.',
    `card` String COMMENT 'The model card, Markdown.',
    `code_version` LowCardinality(String) COMMENT 'Version of the product.',
    `written_at` DateTime64(6, 'UTC') COMMENT 'When it was written.'
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (tenant, site, model_id)
COMMENT 'Trained models with how good they were. A model is used only where the configuration names its file.';

CREATE TABLE IF NOT EXISTS {database}.protected_groups
(
    `tenant` LowCardinality(String) COMMENT 'Whose agent it is.',
    `agent` String COMMENT 'Agent''s id, never a name.',
    `attribute` LowCardinality(String) COMMENT 'What the groups are of, such as age_band.',
    `value` LowCardinality(String) COMMENT 'Group.',
    `version` UInt64 COMMENT 'Highest of a key wins.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, attribute, agent)
COMMENT 'Groups for the fairness report, which alone may read it: restricted, joined with nothing else, no input of any model.';
