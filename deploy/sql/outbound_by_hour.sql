SELECT -- 000·15: at which hour of the day a list is answered, by a person and by the right one. Change the days.
    c.tenant AS tenant,
    c.campaign AS campaign_dialled,
    c.list AS list_dialled,
    toHour(c.start, 'Europe/Berlin') AS local_hour,
    sum(c.dials) AS dials_of_hour,
    round(sum(c.connected) / nullIf(dials_of_hour, 0), 4) AS answered_by_anything,
    round(sum(c.live) / nullIf(dials_of_hour, 0), 4) AS answered_by_a_person,
    round(sum(c.right_party) / nullIf(dials_of_hour, 0), 4) AS right_party_share
FROM v_cube_campaigns(grain = 'interval', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31') AS c
GROUP BY tenant, campaign_dialled, list_dialled, local_hour
ORDER BY tenant, campaign_dialled, list_dialled, local_hour
