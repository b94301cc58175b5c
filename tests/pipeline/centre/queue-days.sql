-- KPIs of queues by the site's own days.
SELECT toUnixTimestamp(start) AS start_s, queue, offered, answered, abandoned, short_abandoned, flow_out, flow_out_timeout, flow_out_key, flow_out_empty,
    flow_out_overflow, flow_out_withdrawn, blocked, handled,
    abandonment_rate, abandonment_rate_raw, missed_offers_per_offered, service_level_1, service_level_2, service_level_3, service_level_4,
    service_level_5, service_level_7, service_level_8, asa, average_wait_abandoned, average_wait, aht, average_talk, average_hold_held, hold_rate, average_acw, transfer_rate,
    transfer_rate_blind, agent_first_disconnect_rate, customer_first_disconnect_rate, short_talk_rate
FROM v_kpis(grain = 'day', zone = '{zone}', threshold_s = 20, short_abandon_s = 5) WHERE startsWith(queue, '{site}-')
ORDER BY start_s, queue
