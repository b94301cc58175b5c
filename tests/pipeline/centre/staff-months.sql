-- Attrition, tenure and moves.
SELECT month, team, leader, headcount_start, headcount_end, hired_in_month, moved_in, moved_out, left_voluntary,
    leavers + left_move + left_unknown AS left_for_any_reason, left_within_90_days, hires_90_days_ago, hires_90_days_ago_who_left,
    tenure_below_90_days, tenure_from_90_days, tenure_from_12_months, tenure_from_24_months,
    attrition_rate, resignation_share, stability, early_share, early_attrition
FROM v_staff_months(zone = '{zone}') WHERE startsWith(team, '{site}-')
ORDER BY month, team, leader
