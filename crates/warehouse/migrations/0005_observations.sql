CREATE TABLE IF NOT EXISTS {database}.observations
(
    `tenant` LowCardinality(String) COMMENT 'Whose it is.',
    `kind` LowCardinality(String) COMMENT 'survey_invited, survey_answered, evaluation, offer, verification, dial, ticket, shift, absence or other.',
    `source` LowCardinality(String) COMMENT 'Which feed reported it.',
    `observation_id` String COMMENT 'The source''s own id of it.',
    `observed_at` DateTime64(6, 'UTC') COMMENT 'When it happened or began.',
    `ended_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'When it ended; null: it goes on, or has no length.',
    `due_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'When it had to be done.',
    `subject_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'Time of what it is about, where that is another.',
    `contact_id` Nullable(String) COMMENT 'The contact that it is about.',
    `agent` Nullable(String) COMMENT 'Agent.',
    `queue` Nullable(String) COMMENT 'Queue.',
    `customer` Nullable(String) COMMENT 'Keyed pseudonym of the customer.',
    `campaign` Nullable(String) COMMENT 'Campaign.',
    `list` Nullable(String) COMMENT 'List that a dialled record is of.',
    `record` Nullable(String) COMMENT 'Record of the list.',
    `dimension` LowCardinality(Nullable(String)) COMMENT 'Question of a survey, form of an evaluation, activity of a shift.',
    `outcome` LowCardinality(Nullable(String)) COMMENT 'offer: accepted, refused. dial: human, machine, no_answer, busy, failed, dropped. ticket: open, closed. absence: planned, unplanned.',
    `reason` LowCardinality(Nullable(String)) COMMENT 'Disposition of a dial, kind of an absence, type of a ticket.',
    `score_milli` Nullable(Int64) COMMENT 'Score, thousandths.',
    `score_max_milli` Nullable(Int64) COMMENT 'Best possible score, thousandths.',
    `amount_milli` Nullable(Int64) COMMENT 'Value, thousandths of the currency.',
    `duration_ms` Nullable(Int64) COMMENT 'How long it took, milliseconds.',
    `sampling` LowCardinality(Nullable(String)) COMMENT 'How an evaluation was chosen: random, targeted, calibration.',
    `fatal` Bool COMMENT 'An evaluation found a fatal error.',
    `version` UInt64 COMMENT 'Revision of the source, else offset in the topic: the highest of a key wins.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, kind, source, observation_id)
COMMENT 'What systems beside the telephone report whole: surveys, evaluations, offers, dials, tickets, shifts, absences. Use v_observations.';

CREATE TABLE IF NOT EXISTS {database}.reference
(
    `tenant` LowCardinality(String) COMMENT 'Whose it is.',
    `kind` LowCardinality(String) COMMENT 'site, team, agent, queue, reason, campaign, list, target, calendar or annotation.',
    `id` String COMMENT 'What it is called in the facts.',
    `valid_from` DateTime64(6, 'UTC') COMMENT 'Holds from here until the next one of the same id.',
    `attributes` Map(String, String) COMMENT 'What was known, by name.',
    `version` UInt64 COMMENT 'When it was loaded, ms since 1970: of two with one key the later counts.',
    `is_deleted` UInt8 COMMENT '1: loaded by mistake, as if it had never been.'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (tenant, kind, id, valid_from)
COMMENT 'Effective-dated reference data, joined as of the time of the event. Use v_reference and the views made of it.';
