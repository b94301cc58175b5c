-- Attrition and stability.
SELECT month, team, leader, headcount_start, headcount_end, hired_in_month, left_voluntary, left_within_90_days, with_12_months,
    attrition_rate, resignation_share, stability, early_share
FROM v_staff_months WHERE startsWith(team, '{site}-')
ORDER BY month, team, leader
