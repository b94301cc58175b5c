-- When work began, by the clock: lateness of whoever has no schedule is judged by it. Days that are formed already keep none until they are formed anew.
ALTER TABLE {database}.agent_days
    ADD COLUMN IF NOT EXISTS `first_start_minute` Nullable(UInt16) COMMENT 'Minute of the local day, by the clock, of the first paid activity that had none in the 6 h before it; none: no work began on this day.' AFTER `adherence_scheduled_ms`;
