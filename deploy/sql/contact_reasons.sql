SELECT -- 004·08, 004·36: why customers come: share and running share of each reason, its rank of the month before, and its handle time.
    -- A rank that changed is where to look first. Change the days: the first month is only there to compare with.
    tenant,
    month,
    contact_reason,
    contacts_of_month,
    rank_of_month,
    if(rank_before = 0, NULL, rank_before) AS rank_of_month_before,
    round(contacts_of_month / nullIf(contacts_of_all, 0), 4) AS share,
    round(running / nullIf(contacts_of_all, 0), 4) AS running_share,
    round(handle_ms / nullIf(handled_of_month, 0) / 1000, 1) AS handle_time_s
FROM
(
    SELECT *, sum(contacts_of_month) OVER (PARTITION BY tenant, month) AS contacts_of_all,
        sum(contacts_of_month) OVER (PARTITION BY tenant, month ORDER BY rank_of_month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running,
        lagInFrame(rank_of_month, 1) OVER (PARTITION BY tenant, contact_reason ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS rank_before
    FROM
    (
        SELECT *, row_number() OVER (PARTITION BY tenant, month ORDER BY contacts_of_month DESC, contact_reason) AS rank_of_month
        FROM
        (
            SELECT c.tenant AS tenant, toStartOfMonth(c.start, 'Europe/Berlin') AS month, c.reason AS contact_reason, sum(c.contacts) AS contacts_of_month,
                sum(c.handled) AS handled_of_month, sum(c.talk_ms + c.hold_ms + c.acw_ms) AS handle_ms
            FROM v_cube_cpc(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-02-01', last_day = '2024-04-30', question = 'satisfaction',
                resolved_value_milli = 0, csat_value_milli = 0, csat_base_permille = 0) AS c
            GROUP BY tenant, month, contact_reason
            HAVING contacts_of_month > 0
        )
    )
)
ORDER BY tenant, month, rank_of_month
