//! Agents' time: spans cut at quarter hours, in microseconds, and the KPIs that `kpi::agent_time` declares.

use super::{View, view};
use kpi::agent_time::{KPIS, SUMS};

/// The bit `lifecycle::activity::inferred::UNMAPPED_REASON` of the column `inferred`; bits never change their meaning.
const UNMAPPED_REASON: i32 = 8;

/// Spans in microseconds; one that goes on ends at the latest event of all.
pub(super) const SPANS: &str = "SELECT tenant, agent, activity, toUnixTimestamp64Micro(started_at) AS start_us,
            toUnixTimestamp64Micro(assumeNotNull(ifNull(ended_at, greatest(started_at, (SELECT max(greatest(started_at, ifNull(ended_at, started_at))) FROM {database}.activity_spans))))) AS end_us
        FROM {database}.activity_spans FINAL";

/// Quarter hours of each agent. Every offset from UTC in use is a multiple of them, so local days are sums of whole ones.
pub(super) fn intervals() -> View {
    let sums: Vec<String> = SUMS.iter().map(|sum| format!("sumIf(part_us, {}) AS {}", sum.sql(), sum.name)).collect();
    let select = format!(
        "SELECT tenant, agent, fromUnixTimestamp64Micro(slot * 900000000, 'UTC') AS interval_start,
    {}
FROM
(
    SELECT tenant, agent, activity, slot, least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
    FROM
    (
        {SPANS}
    )
    ARRAY JOIN range(intDiv(start_us, 900000000), intDiv(end_us - 1, 900000000) + 1) AS slot
    WHERE end_us > start_us
)
GROUP BY tenant, agent, slot",
        sums.join(",\n    ")
    );
    view(
        "v_agent_intervals",
        "What each agent did in each quarter hour, microseconds; a span that goes on counts up to the latest event.",
        &select,
    )
}

/// Local days of each agent with the KPIs of time.
pub(super) fn days() -> View {
    let sums: Vec<String> = SUMS.iter().map(|sum| format!("sum(i.{0}) AS {0}", sum.name)).collect();
    let names: Vec<String> = SUMS.iter().map(|sum| format!("t.{0} AS {0}", sum.name)).collect();
    let ratios: Vec<String> = KPIS.iter().map(|kpi| format!("{} AS {}", kpi.sql, kpi.name)).collect();
    let select = format!(
        "SELECT t.tenant AS tenant, t.agent AS agent, t.day AS day, {}, h.handled AS handled,
    {}
FROM
(
    SELECT i.tenant AS tenant, i.agent AS agent, toDate(i.interval_start, {{zone:String}}) AS day, {}
    FROM {{database}}.v_agent_intervals AS i
    GROUP BY tenant, agent, day
) AS t
LEFT JOIN
(
    SELECT tenant, agent, toDate(assumeNotNull(ended_at), {{zone:String}}) AS day, count() AS handled
    FROM {{database}}.handlings FINAL
    WHERE ended_at IS NOT NULL AND end != 'lost'
    GROUP BY tenant, agent, day
) AS h ON h.tenant = t.tenant AND h.agent = t.agent AND h.day = t.day",
        names.join(", "),
        ratios.join(",\n    "),
        sums.join(", ")
    );
    let comment = "Local days of agents. Parameters: zone (IANA name), paid_shift_s (paid seconds of a shift, 27000 for 7.5 h). Occupancy: contact, after-call work and dialling / the same and available. Utilisation: contact and after-call work / paid shift.";
    view("v_agent_days", comment, &select)
}

/// Pauses by kind and by the source's word for them.
pub(super) fn pauses() -> View {
    let select =
        "SELECT tenant, agent, toDate(started_at, {zone:String}) AS day, activity, ifNull(reason, '') AS reason, count() AS pauses,
    sum(toUnixTimestamp64Micro(assumeNotNull(ended_at)) - toUnixTimestamp64Micro(started_at)) AS pause_us
FROM {database}.activity_spans FINAL
WHERE startsWith(activity, 'pause_') AND ended_at IS NOT NULL
GROUP BY tenant, agent, day, activity, reason";
    view("v_pause_days", "Pauses that ended, by agent, local day of their begin, kind and reason. Parameter zone.", select)
}

/// Reasons of pauses that no table knows, so that someone maps them.
pub(super) fn unmapped() -> View {
    let select = format!(
        "SELECT tenant, ifNull(reason, '') AS reason, count() AS pauses, uniqExact(agent) AS agents,
    sum(toUnixTimestamp64Micro(assumeNotNull(ifNull(ended_at, started_at))) - toUnixTimestamp64Micro(started_at)) AS pause_us,
    max(started_at) AS last_used_at
FROM {{database}}.activity_spans FINAL
WHERE bitAnd(inferred, {UNMAPPED_REASON}) != 0
GROUP BY tenant, reason"
    );
    let comment =
        "Reasons of pauses that no table knows: map them in [agents.reasons] of the configuration. Pauses that go on have no length yet.";
    view("v_unmapped_reasons", comment, &select)
}

/// What reference data say of the reasons that agents give, beside what the agent stage made of them.
pub(super) fn reasons() -> View {
    let select = "SELECT s.tenant AS tenant, s.said AS pause_reason, s.activity AS activity, nullIf(r.meant, '') AS reference_activity, count() AS pauses,
    sum(s.part_us) AS pause_us
FROM
(
    SELECT tenant, assumeNotNull(reason) AS said, activity, started_at,
        toUnixTimestamp64Micro(assumeNotNull(ended_at)) - toUnixTimestamp64Micro(started_at) AS part_us
    FROM {database}.activity_spans FINAL
    WHERE reason IS NOT NULL AND ended_at IS NOT NULL AND (startsWith(activity, 'pause_') OR activity IN ('back_office', 'acw'))
) AS s
LEFT JOIN
(
    SELECT tenant, id, attributes['activity'] AS meant, valid_from, valid_to FROM {database}.v_reference
    WHERE kind = 'reason' AND attributes['activity'] != ''
) AS r ON r.tenant = s.tenant AND r.id = s.said AND r.valid_from <= s.started_at AND r.valid_to > s.started_at
GROUP BY s.tenant, s.said, s.activity, r.meant";
    let comment = "Reasons of pauses that ended: the activity that the agent stage took them for, and the one that reference data (kind reason, activity) say as of the begin of the pause; null: they say none. Where the two differ, [agents.reasons] has to follow.";
    view("v_pause_reasons", comment, select)
}

/// Spans that have ended, for [`STRETCHES`].
const ENDED: &str =
    "SELECT tenant, agent, toUnixTimestamp64Micro(started_at) AS start_us, toUnixTimestamp64Micro(assumeNotNull(ended_at)) AS end_us,
                    startsWith(activity, 'pause_') OR activity = 'unknown' AS paused
                FROM {database}.activity_spans FINAL WHERE ended_at IS NOT NULL";

/// How long agents worked without a pause. Time that is not known, and time not logged in, ends a stretch too.
const STRETCHES: &str =
    "SELECT tenant, agent, toDate(fromUnixTimestamp64Micro(begin_us, 'UTC'), {zone:String}) AS day, count() AS stretches,
    max(stretch_us) AS longest_stretch_us
FROM
(
    SELECT tenant, agent, stretch, min(start_us) AS begin_us, max(end_us) - min(start_us) AS stretch_us
    FROM
    (
        SELECT tenant, agent, start_us, end_us, paused,
            sum(begins) OVER (PARTITION BY tenant, agent ORDER BY start_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
        FROM
        (
            SELECT tenant, agent, start_us, end_us, paused,
                paused OR lagInFrame(end_us, 1, toInt64(-1)) OVER (
                    PARTITION BY tenant, agent ORDER BY start_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) != start_us AS begins
            FROM
            (
                {ENDED}
            )
        )
    )
    WHERE NOT paused
    GROUP BY tenant, agent, stretch
)
GROUP BY tenant, agent, day";

/// The stretches of these spans (tenant, agent, start_us, end_us, paused), by local day of `zone`, an SQL expression.
pub(crate) fn stretches_of(spans: &str, zone: &str) -> String {
    STRETCHES.replace("{ENDED}", spans).replace("{zone:String}", zone)
}

pub(super) fn stretches() -> View {
    let comment = "The longest stretch without a pause, by agent and local day of its begin. Parameter zone.";
    view("v_work_stretches", comment, &stretches_of(ENDED, "{zone:String}"))
}
