-- Signals that are kept silent: a random share, recorded and told to nobody, so that it can be counted what telling changes.
ALTER TABLE {database}.signal_events
    ADD COLUMN IF NOT EXISTS `silent` Bool DEFAULT false COMMENT 'Of an opening: drawn to be kept silent, that is recorded and told to nobody unless it becomes urgent.' AFTER `code_version`,
    ADD COLUMN IF NOT EXISTS `silent_share` Nullable(Float64) DEFAULT NULL COMMENT 'Of an opening: the share, 0 to 1, with which was drawn whether it is kept silent; null: it was not drawn, because it is urgent or the share was 0.' AFTER `silent`;
