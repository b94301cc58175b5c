SELECT -- 000·15, 000·20, 003·09: is the drop rate of a campaign within 3 % over 30 days, and how much refusal do its calls bring.
    -- A row covers the day's dials; drop_rate_30_days covers the day and the 29 before it. Refusals are counted of those who were meant.
    d.tenant AS tenant,
    d.campaign AS campaign,
    d.day AS local_day,
    d.dials_of_day AS dials_of_day,
    round(d.live_of_day / nullIf(d.dials_of_day, 0), 4) AS live_contact_share,
    round(d.right_party_of_day / nullIf(d.dials_of_day, 0), 4) AS right_party_share,
    round(c.drop_rate, 4) AS drop_rate_30_days,
    c.drop_rate > 0.03 AS above_3_percent,
    d.refusals_of_day AS refusals_of_day,
    round(d.refusals_of_day / nullIf(d.right_party_of_day, 0), 4) AS refusal_share,
    round(d.sales_of_day / nullIf(d.right_party_of_day, 0), 4) AS sale_share
FROM
(
    SELECT p.tenant AS tenant, p.campaign AS campaign, p.day AS day, sum(p.dials) AS dials_of_day, sum(p.live) AS live_of_day,
        sum(p.right_party) AS right_party_of_day, sum(p.refusals) AS refusals_of_day, sum(p.sales) AS sales_of_day
    FROM v_dial_days(zone = 'Europe/Berlin') AS p
    GROUP BY tenant, campaign, day
) AS d
INNER JOIN (SELECT tenant, campaign, day, drop_rate FROM v_campaign_drop_rates(zone = 'Europe/Berlin')) AS c
    ON c.tenant = d.tenant AND c.campaign = d.campaign AND c.day = d.day
ORDER BY tenant, campaign, local_day
