SELECT -- 001·16, 004·25: how old the open tickets are in working days, which are late and which will be tomorrow. Put any time into `at`.
    -- Working days are those of the calendar of the site of the ticket's queue; the limit is five.
    b.tenant AS tenant,
    b.site AS site_of_queue,
    b.reason AS type_of_ticket,
    b.open AS open_tickets,
    b.age_at_most_1 AS up_to_1_day,
    b.age_2_to_3 AS days_2_to_3,
    b.age_4_to_5 AS days_4_to_5,
    b.age_above_5 AS more_than_5,
    b.late AS late_tickets,
    b.at_risk AS at_risk_tickets,
    round(b.average_age_working_days, 2) AS average_age,
    b.oldest_working_days AS oldest
FROM v_ticket_backlog(zone = 'Europe/Berlin', at = '2026-03-02 09:00:00', sla_days = 5) AS b
ORDER BY late_tickets DESC, open_tickets DESC, tenant, site_of_queue, type_of_ticket
