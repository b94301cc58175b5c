//! Work on contacts: what became of transfers, identity checks, contacts in parallel, rings.

use super::fact_kpis::Rows;
use super::{View, view};
use kpi::fact_kpis::NEEDLESS;

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_handling_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(assumeNotNull(h.ended_at), {zone:String})"),
            ("queue", "queue"),
            ("agent", "agent"),
        ],
        from: "(SELECT * FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND end NOT IN ('open', 'lost')) AS h",
        comment: "Handle time and holds by local day, queue and agent. Parameter zone.",
    },
    Rows {
        view: "v_transfer_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(counted_at, {zone:String})"),
            ("queue", "queue"),
            ("agent", "agent"),
            ("to_queue", "to_queue"),
        ],
        from: "{database}.v_transfers(quick_close_s = {quick_close_s:UInt32}, came_back_s = {came_back_s:UInt32})",
        comment: "Needless transfers by local day. Parameters: zone, quick_close_s (30), came_back_s (1800).",
    },
    Rows {
        view: "v_verification_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(at, {zone:String})"),
            ("queue", "queue"),
            ("agent", "agent"),
            ("reason", "reason"),
        ],
        from: VERIFICATIONS,
        comment: "Identity checks beside handled contacts, by local day, queue, agent and reason. Parameter zone.",
    },
    Rows {
        view: "v_concurrency_days",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("agent", "agent")],
        from: CONCURRENCY,
        comment: "How many contacts agents have at once, by local day and agent. Parameter zone.",
    },
    Rows {
        view: "v_ring_days",
        dimensions: &[("tenant", "tenant"), ("day", "toDate(assumeNotNull(left_at), {zone:String})"), ("queue", "queue")],
        from: "(SELECT * FROM {database}.v_queue_visits WHERE left_at IS NOT NULL AND outcome NOT IN ('open', 'lost', 'blocked')) AS v",
        comment: "Rings that no agent answered, by local day and queue. Parameter zone.",
    },
];

/// Transfers, each with the handling that came after it; `counted_at` is null-free: transfers whose next handling goes on are not there yet.
pub(super) fn transfers() -> View {
    let select = "SELECT tenant, contact_id, handling_number, queue, agent, end, transfer_target, transferred_at, seen, to_queue, to_agent,
    counted_at, seen AND to_contact_ms < {quick_close_s:UInt32} * 1000 AS quick_close, seen AND (to_queue = queue AND queue != '' OR
    skill != '' AND skill = to_skill) AS same_skill, seen AND arrayExists(later -> later.1 > to_number
        AND later.4 <= addSeconds(transferred_at, {came_back_s:UInt32}) AND (later.2 = agent OR later.3 = queue AND queue != '' AND to_queue != queue),
        handlings) AS came_back, {NEEDLESS} AS needless
FROM
(
    SELECT t.tenant AS tenant, t.contact_id AS contact_id, t.handling_number AS handling_number, t.queue AS queue, t.agent AS agent, t.end AS end,
        t.transfer_target AS transfer_target, t.transferred_at AS transferred_at, t.handlings AS handlings, t.seen AS seen, t.to_number AS to_number,
        t.to_agent AS to_agent, t.to_queue AS to_queue, t.to_contact_ms AS to_contact_ms, t.counted_at AS counted_at,
        ifNull(f.skill, '') AS skill, ifNull(s.skill, '') AS to_skill
    FROM
    (
        SELECT h.tenant AS tenant, h.contact_id AS contact_id, h.handling_number AS handling_number, h.queue AS queue, h.agent AS agent, h.end AS end,
            h.transfer_target AS transfer_target, assumeNotNull(h.talk_ended_at) AS transferred_at, a.handlings AS handlings,
            arrayFirst(one -> one.1 > h.handling_number, a.handlings) AS next, next.1 > 0 AS seen, next.1 AS to_number, next.2 AS to_agent,
            next.3 AS to_queue, next.6 AS to_contact_ms, if(seen, assumeNotNull(next.5), transferred_at) AS counted_at
        FROM {database}.v_handlings AS h
        INNER JOIN
        (
            SELECT tenant, contact_id, arraySort(groupArray((handling_number, agent, queue, connected_at, ended_at, ifNull(talk_ms, 0) + hold_ms))) AS handlings
            FROM {database}.v_handlings GROUP BY tenant, contact_id
        ) AS a ON a.tenant = h.tenant AND a.contact_id = h.contact_id
        WHERE h.end IN ('transfer_blind', 'transfer_warm') AND h.talk_ended_at IS NOT NULL AND (NOT seen OR next.5 IS NOT NULL)
    ) AS t
    ASOF LEFT JOIN {database}.v_queues AS f ON f.tenant = t.tenant AND f.queue = t.queue AND f.valid_from <= t.transferred_at
    ASOF LEFT JOIN {database}.v_queues AS s ON s.tenant = t.tenant AND s.queue = t.to_queue AND s.valid_from <= t.transferred_at
)";
    view(
        "v_transfers",
        "Transfers with what became of them: the next handling of the contact, and whether the transfer was needless. Parameters: quick_close_s (30), came_back_s (1800).",
        &select.replace("{NEEDLESS}", NEEDLESS),
    )
}

/// A check ends after the time that it took; a contact's agent is the one of its first handling, who asks for it.
const VERIFICATIONS: &str = "(
    SELECT v.tenant AS tenant, 'verification' AS what, ifNull(v.ended_at, addMilliseconds(v.observed_at, ifNull(v.duration_ms, 0))) AS at,
        ifNull(v.queue, '') AS queue, ifNull(v.agent, '') AS agent, ifNull(c.disposition, '') AS reason, ifNull(v.outcome, '') AS outcome,
        v.duration_ms AS duration_ms, false AS checked, '' AS needs
    FROM {database}.v_observations AS v
    LEFT JOIN {database}.v_contacts AS c ON c.tenant = v.tenant AND c.contact_id = v.contact_id
    WHERE v.kind = 'verification'
    UNION ALL
    SELECT k.tenant AS tenant, 'contact' AS what, k.at AS at, k.queue AS queue, h.agent AS agent, k.reason AS reason, '' AS outcome,
        CAST(NULL, 'Nullable(Int64)') AS duration_ms, v.checks > 0 AS checked, r.attributes['verification'] AS needs
    FROM
    (
        SELECT tenant, contact_id, assumeNotNull(ended_at) AS at, queue, ifNull(disposition, '') AS reason
        FROM {database}.v_contacts WHERE outcome = 'handled' AND ended_at IS NOT NULL
    ) AS k
    LEFT JOIN (SELECT tenant, contact_id, argMin(agent, handling_number) AS agent FROM {database}.v_handlings GROUP BY tenant, contact_id) AS h
        ON h.tenant = k.tenant AND h.contact_id = k.contact_id
    LEFT JOIN
    (
        SELECT o.tenant AS tenant, assumeNotNull(o.contact_id) AS contact_id, count() AS checks
        FROM {database}.v_observations AS o WHERE kind = 'verification' AND o.contact_id IS NOT NULL GROUP BY o.tenant, o.contact_id
    ) AS v ON v.tenant = k.tenant AND v.contact_id = k.contact_id
    ASOF LEFT JOIN (SELECT tenant, id, valid_from, attributes FROM {database}.v_reference WHERE kind = 'reason') AS r
        ON r.tenant = k.tenant AND r.id = k.reason AND r.valid_from <= k.at
)";

/// Contacts and agents' time by quarter hours. A contact that goes on lasts until the latest event, as a span does; a lost one has no length.
const CONCURRENCY: &str = "(
    SELECT tenant, agent, toDate(fromUnixTimestamp64Micro(slot * 900000000, 'UTC'), {zone:String}) AS day, 'handling' AS what,
        least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
    FROM
    (
        SELECT tenant, agent, toUnixTimestamp64Micro(connected_at) AS start_us,
            if(end = 'lost' AND talk_ended_at IS NULL, start_us, toUnixTimestamp64Micro(ifNull(talk_ended_at, ifNull(ended_at, greatest(connected_at,
                assumeNotNull((SELECT max(greatest(started_at, ifNull(ended_at, started_at))) FROM {database}.activity_spans))))))) AS end_us
        FROM {database}.v_handlings
    )
    ARRAY JOIN range(intDiv(start_us, 900000000), intDiv(end_us - 1, 900000000) + 1) AS slot
    WHERE end_us > start_us
    UNION ALL
    SELECT tenant, agent, toDate(interval_start, {zone:String}) AS day, tupleElement(part, 1) AS what, tupleElement(part, 2) AS part_us
    FROM {database}.v_agent_intervals
    ARRAY JOIN [('contact', contact_us), ('acw', acw_us)] AS part
    UNION ALL
    SELECT tenant, agent, toDate(assumeNotNull(ended_at), {zone:String}) AS day, 'handled' AS what, toInt64(0) AS part_us
    FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND end NOT IN ('open', 'lost')
)";
