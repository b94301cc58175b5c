//! The vendors' metrics from our facts, for reconciliation.

use super::fact_kpis::Rows;

const QUEUE: &[(&str, &str)] =
    &[("tenant", "tenant"), ("queue", "queue"), ("interval_start", "toStartOfInterval(at, INTERVAL 15 MINUTE, 'UTC')")];

const AGENT: &[(&str, &str)] = &[("tenant", "tenant"), ("agent", "agent"), ("interval_start", "interval_start")];

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_reconcile_amazon_connect",
        dimensions: QUEUE,
        from: AMAZON_CONNECT,
        comment: "What Amazon Connect would count of these facts, under its names: by disconnect. For reconciliation only. Parameter threshold_s.",
    },
    Rows {
        view: "v_reconcile_amazon_connect_agents",
        dimensions: AGENT,
        from: "{database}.v_agent_intervals",
        comment: "What Amazon Connect would count of agents' time, under its names. For reconciliation only.",
    },
    Rows {
        view: "v_reconcile_genesys_cloud",
        dimensions: QUEUE,
        from: GENESYS_CLOUD,
        comment: "What Genesys Cloud would count of these facts, under its names: by event, handle time at its completion. For reconciliation only. Parameters: threshold_s, short_abandon_s.",
    },
    Rows {
        view: "v_reconcile_genesys_cloud_agents",
        dimensions: AGENT,
        from: "{database}.v_agent_intervals",
        comment: "What Genesys Cloud would count of agents' time, under its names. For reconciliation only.",
    },
];

/// What a row of visits says of handlings: nothing.
macro_rules! no_handling {
    () => {
        "CAST(NULL, 'Nullable(Int64)') AS talk_ms, toInt64(0) AS hold_ms, toInt32(0) AS holds, CAST(NULL, 'Nullable(Int64)') AS acw_ms, '' AS end"
    };
}

/// The disconnect of an answered visit is the end of its talk; while that goes on there is no contact record.
const AMAZON_CONNECT: &str = concat!(
    "(
    WITH visits AS
    (
        SELECT v.tenant AS tenant, v.queue AS queue, v.entered_at AS entered_at, v.outcome AS outcome, v.wait_ms AS wait_ms,
            if(v.outcome = 'answered' AND h.contact_id != '', h.talk_ended_at, v.left_at) AS at
        FROM {database}.v_queue_visits AS v
        LEFT JOIN (SELECT tenant, contact_id, ifNull(visit_number, 0) AS visit_number, max(talk_ended_at) AS talk_ended_at FROM {database}.v_handlings
            WHERE end != 'lost' GROUP BY tenant, contact_id, visit_number) AS h
            ON h.tenant = v.tenant AND h.contact_id = v.contact_id AND h.visit_number = v.visit_number
        WHERE v.outcome NOT IN ('open', 'lost', 'blocked') AND at IS NOT NULL
    )
    SELECT tenant, queue, assumeNotNull(at) AS at, 'visit' AS what, outcome, wait_ms, ",
    no_handling!(),
    " FROM visits
    UNION ALL
    SELECT tenant, queue, entered_at AS at, 'entry' AS what, outcome, wait_ms, ",
    no_handling!(),
    " FROM visits
    UNION ALL
    SELECT tenant, queue, assumeNotNull(talk_ended_at) AS at, 'handling' AS what, '' AS outcome, CAST(NULL, 'Nullable(Int64)') AS wait_ms,
        talk_ms, hold_ms, holds, acw_ms, end
    FROM {database}.v_handlings WHERE talk_ended_at IS NOT NULL AND end NOT IN ('open', 'lost')
)"
);

const GENESYS_CLOUD: &str = concat!(
    "(
    SELECT tenant, queue, entered_at AS at, 'entry' AS what, outcome, wait_ms, ",
    no_handling!(),
    " FROM {database}.v_queue_visits WHERE outcome != 'blocked'
    UNION ALL
    SELECT tenant, queue, assumeNotNull(left_at) AS at, 'visit' AS what, outcome, wait_ms, ",
    no_handling!(),
    " FROM {database}.v_queue_visits WHERE outcome NOT IN ('open', 'lost', 'blocked') AND left_at IS NOT NULL
    UNION ALL
    SELECT tenant, queue, assumeNotNull(ended_at) AS at, 'handling' AS what, '' AS outcome, CAST(NULL, 'Nullable(Int64)') AS wait_ms,
        talk_ms, hold_ms, holds, acw_ms, end
    FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND end NOT IN ('open', 'lost')
    UNION ALL
    SELECT tenant, queue, assumeNotNull(talk_ended_at) AS at, 'transfer' AS what, '' AS outcome, CAST(NULL, 'Nullable(Int64)') AS wait_ms,
        talk_ms, hold_ms, holds, acw_ms, end
    FROM {database}.v_handlings WHERE talk_ended_at IS NOT NULL AND end IN ('transfer_blind', 'transfer_warm')
)"
);
