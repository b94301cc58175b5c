SELECT -- 000·03, 001·01, 003·03, 004·20: how many come, stay and leave in each team, how long they have been there, and how recruits fare.
    -- Team and leader are those of the time; a move between teams is no leaving. The interval of a month's rate is exact and, for small teams, wide.
    -- Recruits: of those whose 90th day fell into the month, the share that had left by then.
    s.tenant AS tenant,
    s.month AS month,
    s.team AS team_of_the_time,
    s.leader AS leader_of_the_time,
    s.headcount_end AS headcount,
    s.hired_in_month + s.moved_in AS came,
    s.leavers AS resigned_or_dismissed,
    round(s.attrition_rate, 4) AS attrition,
    round(s.attrition_rate_low, 4) AS attrition_at_least,
    round(s.attrition_rate_high, 4) AS attrition_at_most,
    round(s.tenure_below_90_days / nullIf(s.headcount_end, 0), 4) AS share_below_90_days,
    round(s.stability, 4) AS share_of_12_months,
    s.hires_90_days_ago AS recruits,
    round(s.early_attrition, 4) AS recruits_who_left,
    round(s.early_attrition_high, 4) AS recruits_who_left_at_most
FROM v_staff_months(zone = 'Europe/Berlin') AS s
ORDER BY tenant, month, team_of_the_time, leader_of_the_time
