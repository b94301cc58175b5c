-- What is kept of weeks without names, before who left is forgotten: what became of warnings, counted (use v_signal_quality), and rows to learn from.
CREATE TABLE IF NOT EXISTS {database}.quality_weeks
(
    `tenant` LowCardinality(String) COMMENT 'Whose site it is.',
    `site` LowCardinality(String) COMMENT 'Site.',
    `day` Int32 COMMENT 'First of the seven days, days since 1970-01-01: a multiple of 7.',
    `agents` UInt64 COMMENT 'Agents who were scored; 0: fewer than eight, of whom nothing is kept, or the outcomes were not known in time.',
    `agent_days` UInt64 COMMENT 'Days of agents that were scored.',
    `signals` UInt64 COMMENT 'Signals that were opened, but those that the product took back.',
    `came_true` UInt64 COMMENT 'Of them: the agent left of own will within 45 days.',
    `told` UInt64 COMMENT 'Of the signals: anybody was told.',
    `told_came_true` UInt64 COMMENT 'Of those told: the agent left of own will within 45 days.',
    `acknowledged` UInt64 COMMENT 'Of the signals: acknowledged after they were told.',
    `drawn_told` UInt64 COMMENT 'Of the signals: drawn to be told.',
    `drawn_told_left` UInt64 COMMENT 'Of these: the agent left of own will within 45 days.',
    `drawn_silent` UInt64 COMMENT 'Of the signals: drawn to be kept silent.',
    `drawn_silent_left` UInt64 COMMENT 'Of these: the agent left of own will within 45 days.',
    `leavers` UInt64 COMMENT 'Who left of own will in the week and was scored in the 45 days before.',
    `agent_weeks` UInt64 COMMENT 'Weeks of agents whose first scored day it is.',
    `observed` UInt64 COMMENT 'Of them: left of own will within 30 days.',
    `observed_outcome` UInt64 COMMENT 'Of them: left of own will within 45 days.',
    `expected` Float64 COMMENT 'Of them: the sum of the probabilities.',
    `leader_days` UInt64 COMMENT 'Days of leaders who led anybody.',
    `lead_days` Array(Int32) COMMENT 'Of leavers who had a signal in the 45 days before: days from the first one to leaving, in order of size.',
    `talk_days` Array(Int32) COMMENT 'Of signals that were talked about: days from telling to the first talk, in order of size.',
    `version` UInt64 COMMENT 'Highest of a key wins: the moment of writing, microseconds since 1970.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, site, day)
COMMENT 'What became of a site''s signals by week, of eight agents and more: written by retention before it deletes who left, so that numbers over a longer time do not lack leavers. No ids. For the service alone.';

CREATE TABLE IF NOT EXISTS {database}.training_weeks
(
    `tenant` LowCardinality(String) COMMENT 'Whose site it is.',
    `site` LowCardinality(String) COMMENT 'Site.',
    `day` Int32 COMMENT 'First day of the week, days since 1970-01-01: a multiple of 7.',
    `inputs` Map(LowCardinality(String), Float64) COMMENT 'What a model may see of somebody at the end of a day of that week, by the names of the catalogue.',
    `rows_of_leaver` UInt32 COMMENT '0: that person did not leave of own will within 30 days. Else how many rows the person has of which that is true.',
    `model_id` LowCardinality(String) COMMENT 'Model that scored the person on that day; empty: none did.',
    `probability` Nullable(Float64) COMMENT 'What it told; null: nothing.',
    `kept_day` Int32 COMMENT 'First day of the last week that was kept together with this row: all rows before one leaving are kept at once.'
)
ENGINE = MergeTree
PARTITION BY intDiv(day, 32)
ORDER BY (tenant, site, day)
COMMENT 'One row per agent and week, of those who left and those who stayed, in weeks of eight agents and more: no id, no team, tenure in steps of 30 days. For the service alone: for training and for judging models.';
