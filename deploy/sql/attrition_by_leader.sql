SELECT -- 000·03, 000·14, 000·19, 004·20: whose staff leaves, over the last twelve months, and of how many people that is said.
    -- A year's rate: leavers over person-months, times twelve. The numbers of people stand beside it because a leader of five who loses one
    -- is no worse than a leader of fifty who loses ten. The leader is the last one known, and a move to another post is no leaving.
    s.tenant AS tenant,
    s.leader AS last_leader,
    uniqExact(s.month) AS months,
    round(sum(s.headcount_start + s.headcount_end) * 0.5 / nullIf(uniqExact(s.month), 0), 1) AS mean_headcount,
    sum(s.left_voluntary) AS resigned,
    sum(s.left_involuntary) AS dismissed,
    round(12 * sum(s.left_voluntary) / nullIf(sum(s.headcount_start + s.headcount_end) * 0.5, 0), 4) AS resignations_per_year,
    round(12 * sum(s.left_voluntary + s.left_involuntary) / nullIf(sum(s.headcount_start + s.headcount_end) * 0.5, 0), 4) AS attrition_per_year,
    round(sum(s.left_within_90_days) / nullIf(sum(s.left_voluntary + s.left_involuntary), 0), 4) AS early_share_of_leavers,
    mean_headcount < 10 AS too_few_to_compare
FROM v_staff_months AS s
WHERE s.month > addMonths((SELECT max(month) FROM v_staff_months), -12)
GROUP BY tenant, last_leader
ORDER BY too_few_to_compare, attrition_per_year DESC, tenant, last_leader
