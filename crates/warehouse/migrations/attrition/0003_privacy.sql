-- Who read what about whom, and what was deleted.
CREATE TABLE IF NOT EXISTS {database}.access_log
(
    `tenant` LowCardinality(String) COMMENT 'Whose data.',
    `at_us` Int64 COMMENT 'When, microseconds since 1970-01-01 UTC.',
    `role` LowCardinality(String) COMMENT 'Role of the person who asked: leader, agent, hr.',
    `person` String COMMENT 'Id of the person who asked, as claimed.',
    `account` String COMMENT 'Account of the operating system under which it was asked.',
    `action` LowCardinality(String) COMMENT 'What was asked for: list, show, acknowledge, talk, close, contest, answer, break-glass, approve, readers, erase.',
    `purpose` LowCardinality(String) COMMENT 'What for: retention-talk, own-data, objection, oversight.',
    `signal_id` String COMMENT 'Signal; empty: none was named.',
    `agent` String COMMENT 'About whom; empty: nobody was shown. After an erasure a hash.',
    `outcome` LowCardinality(String) COMMENT 'granted, refused, asked, approved.',
    `request` String COMMENT 'Request for the leave of a second person; empty: none.',
    `reason` String COMMENT 'Why, in the person''s words; empty: only the purpose was given.'
)
ENGINE = MergeTree
PARTITION BY intDiv(at_us, 2592000000000)
ORDER BY (tenant, at_us)
COMMENT 'Every read and every action on early warnings, written before anything is shown. Only added to.';

CREATE TABLE IF NOT EXISTS {database}.erasures
(
    `tenant` LowCardinality(String) COMMENT 'Whose data.',
    `run` String COMMENT 'The run that deleted.',
    `at_us` Int64 COMMENT 'When, microseconds since 1970-01-01 UTC.',
    `cause` LowCardinality(String) COMMENT 'retention: too old; left: long after leaving; erasure: asked for.',
    `agent_hash` String COMMENT 'SHA-256 of tenant and agent, where one agent was erased: days of the agent are not formed again; empty: many.',
    `place` String COMMENT 'Table, or topic.',
    `rows_before` UInt64 COMMENT 'Rows, or records, before.',
    `rows_deleted` UInt64 COMMENT 'Rows that were to go.',
    `rows_after` UInt64 COMMENT 'Rows that are left.',
    `oldest_kept` String COMMENT 'The oldest day that is left; empty: none.'
)
ENGINE = MergeTree
ORDER BY (tenant, at_us, place)
COMMENT 'Proof of what was deleted: counts before and after, place by place. Only added to.';
