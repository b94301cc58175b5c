SELECT -- 002·03, 002·05, 002·09, 001·42: the strong measure (calls per hour) beside the weak ones, by agent and month.
    -- Strong: whoever wants to can raise it at once. Weak: satisfaction and quality. Satisfied: the two best boxes, with the 95 % interval
    -- (Wilson) over the answers of the month; quality: random draws only. Few answers or draws say little: read the numbers of them first.
    tenant,
    agent,
    month,
    contacts_handled,
    round(contacts_handled / nullIf(ready_us, 0) * 3600000000, 2) AS contacts_per_hour,
    answers_of_customers,
    round(satisfied / nullIf(answers_of_customers, 0), 4) AS satisfied_share,
    round((satisfied + 1.920729443) / nullIf(answers_of_customers + 3.841458886, 0) - 1.959963985 * sqrt(satisfied * (answers_of_customers - satisfied) / nullIf(answers_of_customers, 0) + 0.9603647216) / nullIf(answers_of_customers + 3.841458886, 0), 4) AS satisfied_low,
    round((satisfied + 1.920729443) / nullIf(answers_of_customers + 3.841458886, 0) + 1.959963985 * sqrt(satisfied * (answers_of_customers - satisfied) / nullIf(answers_of_customers, 0) + 0.9603647216) / nullIf(answers_of_customers + 3.841458886, 0), 4) AS satisfied_high,
    draws,
    round(points / nullIf(points_possible, 0), 4) AS quality_score,
    round(draws_with_fatal_error / nullIf(draws, 0), 4) AS fatal_share
FROM
(
    SELECT tenant, agent, month, sum(handled_part) AS contacts_handled, sum(ready_part) AS ready_us, sum(answers_part) AS answers_of_customers,
        sum(satisfied_part) AS satisfied, sum(draws_part) AS draws, sum(points_part) AS points, sum(possible_part) AS points_possible,
        sum(fatal_part) AS draws_with_fatal_error
    FROM
    (
        SELECT tenant, agent, toStartOfMonth(day) AS month, toInt64(handled) AS handled_part, toInt64(contact_us + acw_us + available_us) AS ready_part,
            toInt64(0) AS answers_part, toInt64(0) AS satisfied_part, toInt64(0) AS draws_part, toInt64(0) AS points_part,
            toInt64(0) AS possible_part, toInt64(0) AS fatal_part
        FROM v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000)
        UNION ALL
        SELECT tenant, agent, toStartOfMonth(day), toInt64(0), toInt64(0), toInt64(answers), toInt64(top_two), toInt64(0), toInt64(0), toInt64(0), toInt64(0)
        FROM v_csat_days(zone = 'Europe/Berlin', by = 'contact') WHERE dimension = 'satisfaction'
        UNION ALL
        SELECT tenant, agent, toStartOfMonth(day), toInt64(0), toInt64(0), toInt64(0), toInt64(0), toInt64(evaluations), toInt64(score_milli_sum),
            toInt64(score_max_milli_sum), toInt64(fatal_errors)
        FROM v_evaluation_days(zone = 'Europe/Berlin', by = 'contact')
    )
    WHERE agent != ''
    GROUP BY tenant, agent, month
)
ORDER BY tenant, month, contacts_per_hour DESC
