SELECT -- 002·05: who answers surveys and who is silent, and what satisfaction would be if every kind of contact answered as often as it is there.
    -- Kinds: channel, whether it was passed on, whether the customer came again within 72 h. Answered: of handled contacts. Satisfied: the two best boxes, with
    -- the 95 % interval (Wilson). As answered: of all answers of the month. Weighted: each kind as often as it is there, as far as kinds have answers at all
    -- (covered: share of contacts in them). Their difference is the part of the bias of silence that kinds explain; whatever else keeps people silent is in neither.
    -- Kinds with few answers say little. Change the question and the zone.
    tenant,
    month,
    contact_channel,
    passed_on,
    came_again_72h,
    contacts_of_kind,
    asked,
    answered,
    round(answered / contacts_of_kind, 4) AS answered_share,
    round(satisfied / nullIf(answered, 0), 4) AS satisfied_share,
    round((satisfied + 1.920729443) / nullIf(answered + 3.841458886, 0) - 1.959963985 * sqrt(satisfied * (answered - satisfied) / nullIf(answered, 0) + 0.9603647216) / nullIf(answered + 3.841458886, 0), 4) AS satisfied_low,
    round((satisfied + 1.920729443) / nullIf(answered + 3.841458886, 0) + 1.959963985 * sqrt(satisfied * (answered - satisfied) / nullIf(answered, 0) + 0.9603647216) / nullIf(answered + 3.841458886, 0), 4) AS satisfied_high,
    round(sum(satisfied) OVER of_month / nullIf(sum(answered) OVER of_month, 0), 4) AS satisfied_as_answered,
    round(sum(contacts_of_kind * satisfied / nullIf(answered, 0)) OVER of_month / nullIf(sumIf(contacts_of_kind, answered > 0) OVER of_month, 0), 4) AS satisfied_weighted,
    round(sumIf(contacts_of_kind, answered > 0) OVER of_month / sum(contacts_of_kind) OVER of_month, 4) AS covered
FROM
(
    SELECT c.tenant AS tenant, toStartOfMonth(toDate(c.started_at, 'Europe/Berlin')) AS month, c.channel AS contact_channel, c.transfers > 0 AS passed_on,
        multiIf(ifNull(c.customer, '') = '' OR r.contact_id = '', 'unknown', ifNull(r.gap_us <= 259200000000, false), 'yes', r.age_us < 259200000000, 'unknown', 'no') AS came_again_72h,
        count() AS contacts_of_kind, countIf(s.was_asked) AS asked, countIf(s.has_answered) AS answered, countIf(s.has_answered AND s.is_satisfied) AS satisfied
    FROM v_contacts AS c
    LEFT JOIN v_repeats AS r ON r.tenant = c.tenant AND r.contact_id = c.contact_id
    LEFT JOIN
    (
        SELECT tenant, assumeNotNull(contact_id) AS contact_id, countIf(kind = 'survey_invited') > 0 AS was_asked,
            countIf(kind = 'survey_answered' AND dimension = 'satisfaction' AND score_milli IS NOT NULL) > 0 AS has_answered,
            argMaxIf(ifNull(score_milli >= score_max_milli - 1000, false), observed_at, kind = 'survey_answered' AND dimension = 'satisfaction' AND score_milli IS NOT NULL) AS is_satisfied
        FROM v_observations
        WHERE kind IN ('survey_invited', 'survey_answered') AND contact_id IS NOT NULL
        GROUP BY tenant, contact_id
    ) AS s ON s.tenant = c.tenant AND s.contact_id = c.contact_id
    WHERE c.outcome = 'handled'
    GROUP BY tenant, month, contact_channel, passed_on, came_again_72h
)
WINDOW of_month AS (PARTITION BY tenant, month)
ORDER BY tenant, month, contact_channel, passed_on, came_again_72h
