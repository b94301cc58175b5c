SELECT -- 000·15: who sells more, or less, than the lists that were dealt would give anyone.
    -- Expected is what other agents had of dials of the same list, hour and attempt in the same month; contacts that nobody else had are in no
    -- comparison. With few contacts the difference says little: two standard errors of a share of n are at most 1/sqrt(n).
    r.tenant AS tenant,
    r.month AS month,
    r.agent AS agent_of_dials,
    r.contacts AS persons_reached,
    r.results AS sales,
    round(r.expected_rate, 4) AS share_expected_of_anyone,
    round(r.results_compared / nullIf(r.compared, 0), 4) AS share_sold,
    round(r.result_above_expected, 4) AS above_expected,
    abs(r.result_above_expected) > 1 / sqrt(nullIf(r.compared, 0)) AS more_than_chance
FROM v_list_results(zone = 'Europe/Berlin', result = 'sale') AS r
ORDER BY tenant, month, above_expected DESC, agent_of_dials
