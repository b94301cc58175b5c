//! Agents' time: spans cut at quarter hours, in microseconds, and the KPIs that follow (domain.md 2.4).

use super::{View, view};

/// What a column adds up: the activities by name.
const COLUMNS: &[(&str, &str)] = &[
    ("available_us", "activity = 'available'"),
    ("contact_us", "activity = 'contact'"),
    ("acw_us", "activity = 'acw'"),
    ("pause_us", "startsWith(activity, 'pause_')"),
    ("meal_us", "activity = 'pause_meal'"),
    ("back_office_us", "activity = 'back_office'"),
    ("unknown_us", "activity = 'unknown'"),
    ("staffed_us", "activity NOT IN ('offline', 'unknown')"),
];

/// Quarter hours of each agent. Every offset from UTC in use is a multiple of them, so local days are sums of whole ones.
pub(super) fn intervals() -> View {
    let sums: Vec<String> = COLUMNS.iter().map(|(name, of)| format!("sumIf(part_us, {of}) AS {name}")).collect();
    let select = format!(
        "SELECT tenant, agent, fromUnixTimestamp64Micro(slot * 900000000, 'UTC') AS interval_start,
    {}
FROM
(
    SELECT tenant, agent, activity, slot, least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
    FROM
    (
        SELECT tenant, agent, activity, toUnixTimestamp64Micro(started_at) AS start_us,
            toUnixTimestamp64Micro(assumeNotNull(ifNull(ended_at, greatest(started_at, (SELECT max(greatest(started_at, ifNull(ended_at, started_at))) FROM {{database}}.activity_spans))))) AS end_us
        FROM {{database}}.activity_spans FINAL
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
    let sums: Vec<String> = COLUMNS.iter().map(|(name, _)| format!("sum(i.{name}) AS {name}")).collect();
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let select = format!(
        "SELECT t.tenant AS tenant, t.agent AS agent, t.day AS day, {}, h.handled AS handled,
    (contact_us + acw_us) / nullIf(contact_us + acw_us + available_us, 0) AS occupancy,
    (contact_us + acw_us) / nullIf({{paid_shift_s:UInt32}} * 1000000, 0) AS utilisation,
    pause_us / nullIf(staffed_us, 0) AS pause_share,
    h.handled / nullIf(contact_us + acw_us + available_us, 0) * 3600000000 AS calls_per_hour
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
        names.iter().map(|name| format!("t.{name} AS {name}")).collect::<Vec<_>>().join(", "),
        sums.join(", ")
    );
    let comment = "Local days of agents. Parameters: zone (IANA name), paid_shift_s (paid seconds of a shift, 27000 for 7.5 h). Occupancy: contact and after-call work / the same and available. Utilisation: contact and after-call work / paid shift.";
    view("v_agent_days", comment, &select)
}
