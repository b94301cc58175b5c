-- Schedules against what agents did.
SELECT day, agent, scheduled_us, scheduled_paid_us, adherent_us, worked_us, available_us, internal_us, external_us, adherence, conformance,
    shrinkage, shrinkage_internal, shrinkage_external
FROM v_adherence_days(zone = '{zone}', grace_s = 60) WHERE match(agent, '^(PJSIP/)?{site}-')
ORDER BY day, agent
