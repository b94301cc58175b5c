-- What a day was before and what it is now stand beside each other until the new one counts: `agent_days FINAL` replaced the old rows before formed_days said so.
ALTER TABLE {database}.agent_days
    ADD COLUMN IF NOT EXISTS `generation` UInt64 COMMENT 'Version again, so that rows of two formings of a day are never merged; 0: formed by a version of the product that did not have it.',
    MODIFY ORDER BY (tenant, site, day, agent, generation);
