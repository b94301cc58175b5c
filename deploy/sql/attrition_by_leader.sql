SELECT -- 000·14, 000·19: whose staff resigns, of how many people that is said, and what chance alone would explain.
    -- A rate is per person and year, with its exact 95 % interval: where the intervals of two leaders overlap widely, nothing is proven. The leader
    -- is the one at the time of leaving; beside it stands the leader of at least half of the last 90 days. A dismissal is no resignation.
    l.tenant AS tenant,
    l.leader AS leader_of_the_time,
    l.agents AS agents_led,
    round(l.person_days / 365, 1) AS person_years,
    l.left_voluntary AS resigned,
    l.left_involuntary AS dismissed,
    round(l.resignations_per_year, 4) AS resignations_per_year,
    round(l.resignations_per_year_low, 4) AS at_least,
    round(l.resignations_per_year_high, 4) AS at_most,
    l.left_voluntary_90 AS resigned_after_most_of_90_days,
    l.person_days < 3650 AS too_few_to_compare
FROM v_leader_attrition(zone = 'Europe/Berlin', first_day = '2025-01-01', last_day = '2030-12-31') AS l
ORDER BY too_few_to_compare, resignations_per_year DESC, tenant, leader_of_the_time
