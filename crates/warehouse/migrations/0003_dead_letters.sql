-- What could not be used.
CREATE TABLE IF NOT EXISTS {database}.dead_letters
(
    `topic` LowCardinality(String) COMMENT 'Topic of the input.',
    `source_partition` Int32 COMMENT 'Partition of the input.',
    `source_offset` Int64 COMMENT 'Offset of the input.',
    `stage` LowCardinality(String) COMMENT 'Stage that could not use it.',
    `code` LowCardinality(String) COMMENT 'Short stable reason, a label of the counter; \'holdfast explain CODE\' has a page.',
    `reason` String COMMENT 'What is wrong, for people. No personal data.',
    `source` LowCardinality(String) COMMENT 'Configured source.',
    `source_file` String COMMENT 'Empty where the input was no file.',
    `source_line` Int64 COMMENT '1 for the first line; 0: unknown.',
    `payload` String COMMENT 'The bytes, with personal data redacted, at most 64 KiB.',
    `payload_size` Int64 COMMENT 'Bytes of the original.',
    `version` UInt64 COMMENT 'Offset in the dead letters: the highest of a key wins.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (topic, source_partition, source_offset)
COMMENT 'An input that could not be used, with where it came from and why.';
