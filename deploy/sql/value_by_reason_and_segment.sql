SELECT -- 001·04, 001·06, 000·21: what a minute of handling brings and costs, by reason, segment and channel. Change the days and the weights.
    -- Value: accepted offers + resolved contacts (2.00 each) + satisfaction above 60 % of the scale (1.00 for a whole scale). The parts stand
    -- beside it because the weights are a choice. Cost: reference data of kind queue (cost_per_hour). Rare reasons of a day are (other).
    c.tenant AS tenant,
    c.reason AS contact_reason,
    c.segment AS customer_segment,
    c.channel AS contact_channel,
    sum(c.contacts) AS contacts_of_cell,
    round(sum(c.talk_ms + c.hold_ms + c.acw_ms) / 60000, 2) AS handled_minutes,
    round(sum(c.sales_value), 2) AS value_of_sales,
    round(sum(c.resolved_value), 2) AS value_of_resolved,
    round(sum(c.csat_value), 2) AS value_of_satisfaction,
    round((sum(c.sales_value) + sum(c.resolved_value) + sum(c.csat_value)) / nullIf(sum(c.talk_ms + c.hold_ms + c.acw_ms) / 60000, 0), 4) AS value_per_minute,
    if(sum(c.handled_costed) = sum(c.handled), round(sum(c.cost_milli_sum) / nullIf(sum(c.contacts_handled), 0) / 1000, 4), NULL) AS cost_per_handled_contact
FROM v_cube_cpc(grain = 'day', zone = 'Europe/Berlin', first_day = '2024-03-01', last_day = '2024-03-31', question = 'satisfaction',
    resolved_value_milli = 2000, csat_value_milli = 1000, csat_base_permille = 600) AS c
GROUP BY tenant, contact_reason, customer_segment, contact_channel
ORDER BY tenant, value_per_minute DESC NULLS LAST, contact_reason, customer_segment, contact_channel
