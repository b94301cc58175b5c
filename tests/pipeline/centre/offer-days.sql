-- Offers beside what was handled.
SELECT day, agent, offers, accepted, refused, amount_milli_sum, handled, offer_acceptance, sales_per_100_handled
FROM v_offer_days(zone = '{zone}') WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY day, agent
