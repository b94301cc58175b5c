-- Attendance, absence, lateness by team.
SELECT day, team, shifts, on_leave, worked, late, sick, unplanned_absence_us, planned_absence_us, shift_us, attendance, lateness, absence, sick_share
FROM v_attendance_days(zone = '{zone}', late_s = 300) WHERE startsWith(team, '{site}-')
ORDER BY day, team
