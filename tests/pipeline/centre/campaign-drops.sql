-- Drop rate of 30 days.
SELECT day, campaign, live, dropped, drop_rate
FROM v_campaign_drop_rates(zone = '{zone}') WHERE startsWith(campaign, '{site}-')
ORDER BY day, campaign
