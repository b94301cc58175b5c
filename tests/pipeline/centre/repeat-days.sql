-- Repeats and first contact resolution.
SELECT day, ifNull(queue, '') AS queue, handled, anonymous, dropped_lines, matured_24h, repeats_24h, matured_72h, repeats_72h, matured_7d, repeats_7d,
    abandoned_matured_60m, repeats_after_abandon_60m, abandoned_matured_24h, repeats_after_abandon_24h, known_contacts, callers,
    repeat_rate_24h, fcr_24h, fcr_72h, fcr_7d, repeat_rate_after_abandon_60m, retrial_factor
FROM v_repeat_days(zone = '{zone}') WHERE startsWith(queue, '{site}-')
ORDER BY day, queue
