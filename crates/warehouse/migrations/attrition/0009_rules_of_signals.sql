-- Named rules that held, and what spoke against a signal, beside its reasons; and whether its probability is one.
ALTER TABLE {database}.signal_events
    ADD COLUMN IF NOT EXISTS `rules` Array(LowCardinality(String)) DEFAULT [] COMMENT 'Of an opening and an escalation: named rules that hold: efficiency, absence, attitude, overload.' AFTER `silent_share`,
    ADD COLUMN IF NOT EXISTS `lowering` Array(Tuple(String, String, Float64, String, String, Bool)) DEFAULT [] COMMENT 'Code, family, contribution in log-odds, English, Chinese, whether it is for the organisation to change: at most two families that lower the score, the strongest first.' AFTER `rules`,
    ADD COLUMN IF NOT EXISTS `calibrated` Bool DEFAULT false COMMENT 'Probability and base are meant as such; false: ranks only, or not known.' AFTER `lowering`;
