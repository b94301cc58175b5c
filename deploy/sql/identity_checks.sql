SELECT -- 001·39, 004·22: what identity checks cost by reason of the contact, and how many nobody needed.
    -- Whether a reason needs a check is told by reference data (kind reason, attribute verification). Seconds are inside talk: they add nothing to it.
    v.tenant AS tenant,
    toStartOfMonth(v.day) AS month,
    v.reason AS reason_of_contact,
    sum(v.handled) AS contacts_handled,
    round(sum(v.verified) / nullIf(sum(v.handled), 0), 4) AS verified_share,
    sum(v.verified_not_needing) AS verified_without_need,
    round(sum(v.verification_ms) / nullIf(sum(v.timed), 0) / 1000, 1) AS seconds_per_check,
    round(max(v.longest_verification_ms) / 1000, 1) AS longest_check_s,
    round(sum(v.verification_ms) / 3600000, 1) AS hours_of_checks,
    round(sum(v.failed) / nullIf(sum(v.verifications), 0), 4) AS failed_share
FROM v_verification_days(zone = 'Europe/Berlin') AS v
GROUP BY tenant, month, reason_of_contact
ORDER BY tenant, month, hours_of_checks DESC, reason_of_contact
