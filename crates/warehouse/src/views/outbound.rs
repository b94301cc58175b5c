//! Outbound by agent, by list, and against what the list dealt.

use super::fact_kpis::Rows;

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_dial_agent_days",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("agent", "agent")],
        from: "(
    WITH dials AS
    (
        SELECT o.tenant AS tenant, assumeNotNull(o.agent) AS agent, toDate(o.observed_at, {zone:String}) AS day, ifNull(o.outcome, '') AS outcome,
            ifNull(o.reason, '') AS reason
        FROM {database}.v_observations AS o WHERE kind = 'dial' AND o.agent IS NOT NULL
    )
    SELECT tenant, agent, day, 'dial' AS what, outcome, reason, toInt64(0) AS productive_part_us, toInt64(0) AS staffed_part_us FROM dials
    UNION ALL
    SELECT i.tenant AS tenant, i.agent AS agent, toDate(i.interval_start, {zone:String}) AS day, 'time' AS what, '' AS outcome, '' AS reason,
        toInt64(i.contact_us + i.acw_us + i.available_us) AS productive_part_us, toInt64(i.staffed_us) AS staffed_part_us
    FROM {database}.v_agent_intervals AS i
    WHERE (i.tenant, i.agent, toDate(i.interval_start, {zone:String})) IN (SELECT tenant, agent, day FROM dials)
)",
        comment: "Outbound by local day and agent, per dial, per person and per hour. Parameter zone.",
    },
    Rows {
        view: "v_list_penetration",
        dimensions: &[("tenant", "tenant"), ("campaign", "ifNull(campaign, '')"), ("list", "ifNull(list, '')")],
        from: "(SELECT * FROM {database}.v_observations WHERE kind = 'dial')",
        comment: "How far a list has been worked off: its records, those with a person, with the person who was meant, with a sale.",
    },
    Rows {
        view: "v_list_results",
        dimensions: &[("tenant", "tenant"), ("month", "month"), ("agent", "agent")],
        from: LIST_RESULTS,
        comment: "Agents' results against those of other agents with the same list, hour and attempt. Parameters: zone, result (right_party, promise, sale).",
    },
    Rows {
        view: "v_promise_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(observed_at, {zone:String})"),
            ("campaign", "ifNull(campaign, '')"),
            ("list", "ifNull(list, '')"),
        ],
        from: "(SELECT * FROM {database}.v_observations WHERE kind = 'other' AND dimension = 'promise')",
        comment: "Promises that were kept and broken, by local day, campaign and list. Parameter zone.",
    },
];

/// Agents' live dials by list, hour and attempt, each beside those of all others in the same cell. The attempt is counted over every dial of the record.
const LIST_RESULTS: &str = "(
    SELECT tenant, month, agent, dealt, hits, sum(dealt) OVER cell - dealt AS others, sum(hits) OVER cell - hits AS others_hits
    FROM
    (
        SELECT tenant, month, agent, list, hour, least(attempt, 4) AS attempt_group, toInt64(count()) AS dealt, toInt64(countIf({RESULT})) AS hits
        FROM
        (
            SELECT tenant, ifNull(agent, '') AS agent, ifNull(list, '') AS list, outcome, reason, toStartOfMonth(observed_at, {zone:String}) AS month,
                toHour(observed_at, {zone:String}) AS hour,
                row_number() OVER (PARTITION BY tenant, campaign, list, ifNull(record, observation_id) ORDER BY observed_at, observation_id) AS attempt
            FROM {database}.v_observations WHERE kind = 'dial'
        )
        WHERE outcome = 'human' AND agent != ''
        GROUP BY tenant, month, agent, list, hour, attempt_group
    )
    WINDOW cell AS (PARTITION BY tenant, month, list, hour, attempt_group)
)";
