SELECT -- 004·17, 004·18, 001·28: which team's attendance fell below 92 % in which month, and how much of it is sickness.
    -- Attendance: shifts worked over shifts scheduled, approved leave apart; the team is that of the time. Late: more than 300 s.
    a.tenant AS tenant,
    a.team AS team_of_the_time,
    toStartOfMonth(a.day) AS month,
    sum(a.shifts) - sum(a.on_leave) AS shifts_due,
    round(sum(a.worked) / nullIf(sum(a.shifts) - sum(a.on_leave), 0), 4) AS attendance_of_month,
    attendance_of_month < 0.92 AS below_92_percent,
    round(sum(a.sick) / nullIf(sum(a.shifts) - sum(a.on_leave), 0), 4) AS sick_share_of_month,
    round(sum(a.late) / nullIf(sum(a.worked), 0), 4) AS late_share,
    round(sum(a.unplanned_absence_us) / nullIf(sum(a.shift_us), 0), 4) AS unplanned_absence
FROM v_attendance_days(zone = 'Europe/Berlin', late_s = 300) AS a
GROUP BY tenant, team_of_the_time, month
ORDER BY tenant, month, team_of_the_time
