-- Tickets by the day of opening and type, in working days of the calendar of the site.
SELECT day, reason, opened, closed, closed_in_time, late, open, working_days_sum, in_time_share, average_working_days
FROM v_ticket_days(zone = '{zone}', sla_days = 5) WHERE startsWith(reason, '{site}-')
ORDER BY day, reason
