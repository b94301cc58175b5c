-- Facts, one row per fact: ReplacingMergeTree keeps the row with the highest version of a key. The partition key is a function of the sorting key,
-- or versions of one key could end up in two partitions and never meet.
CREATE TABLE IF NOT EXISTS {database}.queue_visits
(
    `tenant` LowCardinality(String) COMMENT 'Whose contact it is.',
    `queue` LowCardinality(String) COMMENT 'Queue.',
    `entered_at` DateTime64(6, 'UTC') COMMENT 'Time of entry.',
    `contact_id` String COMMENT 'system/call id.',
    `visit_number` Int32 COMMENT '1 for the contact\'s first visit, by time of entry.',
    `source` LowCardinality(String) COMMENT 'Source system.',
    `channel` LowCardinality(String) COMMENT 'voice, chat, email, callback or task.',
    `direction` LowCardinality(String) COMMENT 'inbound, outbound or internal.',
    `customer` Nullable(String) COMMENT 'Pseudonym of the customer; null: unknown.',
    `left_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'entered_at + wait_ms where the source gives the wait.',
    `wait_ms` Nullable(Int64) COMMENT 'Milliseconds from entry to leaving; null: open, blocked or lost.',
    `outcome` LowCardinality(String) COMMENT 'open, answered, abandoned, timeout, key, empty, withdrawn, callback, overflow, system_error, blocked or lost.',
    `reason` Nullable(String) COMMENT 'What the source said about the outcome.',
    `agent` Nullable(String) COMMENT 'Who answered.',
    `transferred_in` Bool COMMENT 'The contact had been with an agent before.',
    `missed_offers` Int32 COMMENT 'How often it rang at an agent who did not answer.',
    `inferred` Int32 COMMENT 'Bits of the rules that were needed; see lifecycle::Inferred.',
    `source_partition` Int32 COMMENT 'Partition of the topic calls that owns the contact.',
    `version` UInt64 COMMENT 'Replay generation times 2^48 plus input offset: the highest of a key wins.',
    `is_deleted` UInt8 COMMENT '1: the key no longer exists (a correction moved the fact to another key).'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(entered_at)
ORDER BY (tenant, queue, entered_at, contact_id, visit_number)
COMMENT 'One stay of a contact in one queue. Use v_queue_visits.';

CREATE TABLE IF NOT EXISTS {database}.handlings
(
    `tenant` LowCardinality(String) COMMENT 'Whose contact it is.',
    `queue` LowCardinality(String) COMMENT 'Queue; empty: none.',
    `connected_at` DateTime64(6, 'UTC') COMMENT 'Time of connection.',
    `contact_id` String COMMENT 'system/call id.',
    `handling_number` Int32 COMMENT '1 for the contact\'s first, by time of connection.',
    `visit_number` Nullable(Int32) COMMENT 'The queue visit that it answered; null: none (direct, transfer to an agent).',
    `source` LowCardinality(String) COMMENT 'Source system.',
    `agent` String COMMENT 'Agent.',
    `channel` LowCardinality(String) COMMENT 'voice, chat, email, callback or task.',
    `direction` LowCardinality(String) COMMENT 'inbound, outbound or internal.',
    `talk_ended_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'End of talk; null while it goes on.',
    `ended_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'End of after-call work, or of talk where the source knows none: the handling counts here.',
    `talk_ms` Nullable(Int64) COMMENT 'Without hold.',
    `hold_ms` Int64 COMMENT 'Milliseconds on hold.',
    `holds` Int32 COMMENT 'Number of holds.',
    `longest_hold_ms` Int64 COMMENT 'Longest hold, milliseconds.',
    `acw_ms` Nullable(Int64) COMMENT 'Null: the source does not know.',
    `end` LowCardinality(String) COMMENT 'open, agent, customer, system, transfer_blind, transfer_warm, unknown or lost.',
    `transfer_target` Nullable(String) COMMENT 'Where it was transferred; numbers outside are pseudonyms.',
    `inferred` Int32 COMMENT 'Bits of the rules that were needed; see lifecycle::Inferred.',
    `source_partition` Int32 COMMENT 'Partition of the topic calls that owns the contact.',
    `version` UInt64 COMMENT 'Replay generation times 2^48 plus input offset: the highest of a key wins.',
    `is_deleted` UInt8 COMMENT '1: the key no longer exists (a correction moved the fact to another key).'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(connected_at)
ORDER BY (tenant, queue, connected_at, contact_id, handling_number)
COMMENT 'One agent\'s work on one contact. Use v_handlings.';

CREATE TABLE IF NOT EXISTS {database}.contacts
(
    `tenant` LowCardinality(String) COMMENT 'Whose contact it is.',
    `started_at` DateTime64(6, 'UTC') COMMENT 'Time of the first event.',
    `contact_id` String COMMENT 'system/call id.',
    `source` LowCardinality(String) COMMENT 'Source system.',
    `channel` LowCardinality(String) COMMENT 'voice, chat, email, callback or task.',
    `direction` LowCardinality(String) COMMENT 'inbound, outbound or internal.',
    `customer` Nullable(String) COMMENT 'Pseudonym of the customer; null: unknown.',
    `dnis` Nullable(String) COMMENT 'Number that was dialled.',
    `queue` LowCardinality(String) COMMENT 'The first queue that it entered or was meant for; empty: none.',
    `ended_at` Nullable(DateTime64(6, 'UTC')) COMMENT 'End for the customer; null: not yet.',
    `outcome` LowCardinality(String) COMMENT 'open, handled, abandoned, flow_out, blocked, ivr_abandoned, self_served, excluded or lost.',
    `disposition` Nullable(String) COMMENT 'Code set by the agent.',
    `visits` Int32 COMMENT 'Queue visits.',
    `handlings` Int32 COMMENT 'Handlings.',
    `transfers` Int32 COMMENT 'Transfers.',
    `events` Int32 COMMENT 'Distinct events that it was folded from.',
    `inferred` Int32 COMMENT 'Bits of the rules that were needed; see lifecycle::Inferred.',
    `source_partition` Int32 COMMENT 'Partition of the topic calls that owns the contact.',
    `version` UInt64 COMMENT 'Replay generation times 2^48 plus input offset: the highest of a key wins.',
    `is_deleted` UInt8 COMMENT '1: the key no longer exists (a correction moved the fact to another key).'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (tenant, started_at, contact_id)
COMMENT 'A contact, the whole customer journey. Use v_contacts.';
