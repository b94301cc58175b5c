-- Outbound by campaign and list.
SELECT day, campaign, list, dials, records, connected, live, live_records, dropped, right_party, promises, sales, refusals, attempts_per_record,
    connect_rate, live_contact_rate, penetration, right_party_rate, right_party_of_live, drop_rate, conversion, refusal_rate
FROM v_dial_days(zone = '{zone}') WHERE startsWith(campaign, '{site}-')
ORDER BY day, campaign, list
