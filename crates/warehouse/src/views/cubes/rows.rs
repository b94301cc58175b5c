//! The facts that cubes sum, each with its time `at`, and what reference data say of them at that time.

use super::super::activity::SPANS;
use kpi::cubes::{Cube, Key, Origin, Rows};

/// What a group of rows of one contact tells of it. Only its own row knows when it ended, why the customer came and by which channel.
pub(super) const OF_CONTACT: &str = "max(is_contact_row) AS is_contact, max(at) AS at_of_part, max(reason) AS reason_of_part,
    max(channel) AS channel_of_part, max(who) AS who_of_part";

/// Columns of rows that are no contact but name one.
const NO_CONTACT: &str = "false AS is_contact_row, '' AS reason, '' AS channel";

/// Entries of a kind with the attributes that the cube needs, and the start of their time.
fn entries(kind: &str, attributes: &[&str]) -> String {
    let columns: String = attributes.iter().map(|name| format!(", attributes['{name}'] AS a_{name}")).collect();
    format!("SELECT tenant, id, valid_from{columns} FROM {{database}}.v_reference WHERE kind = '{kind}'")
}

/// Attributes of a kind that the dimensions of a cube are made of.
fn attributes(cube: &Cube, kind: &str) -> Vec<&'static str> {
    let of_dimension = |origin: Origin, name: &'static str| match origin {
        Origin::Reference(of) if of == kind => Some(name),
        Origin::Tenure if kind == "agent" => Some("hire_date"),
        _ => None,
    };
    cube.dimensions.iter().filter_map(|dimension| of_dimension(dimension.origin, dimension.name)).collect()
}

/// Rows with the reference entry that held at their time; `column` is what the entry is called in them.
fn as_of(facts: &str, kind: &str, column: &str, attributes: &[&str]) -> String {
    let columns: String = attributes.iter().map(|name| format!(", r.a_{name} AS a_{name}")).collect();
    format!(
        "SELECT f.*{columns}\nFROM\n(\n{facts}\n) AS f\nASOF LEFT JOIN ({}) AS r ON r.tenant = f.tenant AND r.id = f.{column} AND r.valid_from <= f.at",
        entries(kind, attributes)
    )
}

/// Rows of a cube of queues, agents or dials, with the attributes that its dimensions need.
pub(super) fn with_reference(cube: &Cube, part: Rows) -> String {
    let (kind, column) = if cube.key == Key::Queue { ("queue", "queue") } else { ("agent", "agent") };
    let attributes = attributes(cube, kind);
    if part == Rows::Activity {
        return activity(&attributes);
    }
    let facts = of(cube, part);
    if attributes.is_empty() { facts } else { as_of(&facts, kind, column, &attributes) }
}

/// Contacts that are whole, with their customer's segment and what reference data say of the reason, as far as the cube needs it.
pub(super) fn contacts_with_reference(cube: &Cube, contacts: &str) -> String {
    let reasons = attributes(cube, "reason");
    let facts = if reasons.is_empty() { contacts.to_owned() } else { as_of(contacts, "reason", "reason", &reasons) };
    if !cube.dimensions.iter().any(|dimension| dimension.origin == Origin::Segment) {
        return facts;
    }
    format!(
        "SELECT f.*, s.segment AS segment\nFROM\n(\n{facts}\n) AS f
ASOF LEFT JOIN
(
    SELECT cityHash64(o.tenant, o.customer) AS who, o.observed_at AS since, ifNull(o.outcome, '') AS segment
    FROM {{database}}.v_observations AS o WHERE o.kind = 'other' AND o.dimension = 'segment' AND o.customer IS NOT NULL
) AS s ON s.who = f.who AND s.since <= f.at"
    )
}

/// The facts of a kind.
pub(super) fn of(cube: &Cube, part: Rows) -> String {
    let of_contact = cube.key == Key::Contact;
    match part {
        Rows::Panes => "SELECT *, toDateTime64(minute_start, 6, 'UTC') AS at FROM {database}.v_queue_minutes".to_owned(),
        Rows::Handlings => handlings(of_contact),
        Rows::Answered => "SELECT v.tenant AS tenant, ifNull(v.agent, '') AS agent, assumeNotNull(v.left_at) AS at, v.wait_ms AS wait_ms,
    arrayMap(bucket -> toInt64(bucket = 1 + arrayCount(edge_s -> assumeNotNull(v.wait_ms) > edge_s * 1000, {EDGES})), range(1, {BUCKETS} + 1)) AS wait_answered_histogram
FROM {database}.v_queue_visits AS v WHERE v.outcome = 'answered' AND v.left_at IS NOT NULL AND v.wait_ms IS NOT NULL"
            .replace("{EDGES}", &format!("{:?}", kpi::WAIT_EDGES_S))
            .replace("{BUCKETS}", &(kpi::WAIT_EDGES_S.len() + 1).to_string()),
        // Cut in `activity`, which needs to know the attributes.
        Rows::Activity => activity(&[]),
        Rows::Contacts | Rows::Repeats => contacts(of_contact),
        Rows::Answers => observations(of_contact, "o.kind = 'survey_answered' AND ifNull(o.dimension, '') = {question:String}"),
        Rows::Evaluations => observations(of_contact, "o.kind = 'evaluation'"),
        Rows::Offers => observations(of_contact, "o.kind = 'offer'"),
        Rows::Dials => "SELECT *, observed_at AS at FROM {database}.v_observations WHERE kind = 'dial'".to_owned(),
    }
}

/// Contacts that ended, and for those that customers began the microseconds to the same customer's next one and to the newest of all: what the sums of
/// `v_repeat_days` are counted from, found faster than by `v_repeats` because the customer is hashed.
fn contacts(of_contact: bool) -> String {
    let (columns, join) = if of_contact {
        ("true AS is_contact_row, ifNull(c.disposition, '') AS reason, toString(c.channel) AS channel, c.who AS who", "")
    } else {
        (
            "h.agent AS agent",
            "\nLEFT JOIN (SELECT cityHash64(tenant, contact_id) AS contact, argMax(agent, (connected_at, handling_number)) AS agent FROM {database}.v_handlings GROUP BY contact) AS h
    ON h.contact = cityHash64(c.tenant, c.contact_id)",
        )
    };
    format!(
        "SELECT c.tenant AS tenant, c.contact_id AS contact_id, c.ended AS at, c.outcome AS outcome, ifNull(c.customer, '') AS customer, {columns},
    if(c.inbound AND n.who != 0, toUnixTimestamp64Micro(n.next_at) - toUnixTimestamp64Micro(c.ended), NULL) AS gap_us,
    if(c.inbound, toUnixTimestamp64Micro((SELECT max(started_at) FROM {{database}}.contacts)) - toUnixTimestamp64Micro(c.ended), NULL) AS age_us
FROM
(
    SELECT *, assumeNotNull(ended_at) AS ended, direction = 'inbound' AS inbound, if(customer IS NULL, toUInt64(0), cityHash64(tenant, customer)) AS who
    FROM {{database}}.v_contacts WHERE ended_at IS NOT NULL AND outcome NOT IN ('excluded', 'lost', 'open')
) AS c
ASOF LEFT JOIN
(
    SELECT cityHash64(tenant, customer) AS who, started_at AS next_at
    FROM {{database}}.v_contacts WHERE customer IS NOT NULL AND direction = 'inbound' AND outcome != 'excluded'
) AS n ON n.who = c.who AND n.next_at > c.ended{join}"
    )
}

/// What other systems report: of the contact that it is about, else by its own time. What names no contact is one of its own.
fn observations(of_contact: bool, which: &str) -> String {
    let at = if which.contains("'offer'") { "o.observed_at" } else { "ifNull(o.subject_at, o.observed_at)" };
    if !of_contact {
        return format!(
            "SELECT o.* EXCEPT (agent), ifNull(o.agent, '') AS agent, {at} AS at FROM {{database}}.v_observations AS o WHERE {which}"
        );
    }
    format!(
        "SELECT o.* EXCEPT (contact_id, reason), ifNull(o.contact_id, concat(o.kind, '/', o.source, '/', o.observation_id)) AS contact_id, {NO_CONTACT},
    {at} AS at, if(o.customer IS NULL, toUInt64(0), cityHash64(o.tenant, o.customer)) AS who
FROM {{database}}.v_observations AS o WHERE {which}"
    )
}

/// Handlings that ended, with the cost of their handle time where the queue has a cost per hour at the time.
fn handlings(of_contact: bool) -> String {
    let of_contact = if of_contact { format!(", {NO_CONTACT}, toUInt64(0) AS who") } else { String::new() };
    let ended = "SELECT *, assumeNotNull(ended_at) AS at FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND talk_ms IS NOT NULL AND end NOT IN ('open', 'lost')";
    format!(
        "SELECT h.* EXCEPT (channel){of_contact}, q.has_cost AS has_cost,
    intDiv((assumeNotNull(h.talk_ms) + h.hold_ms + ifNull(h.acw_ms, 0)) * q.cost_per_hour_milli, 3600000) AS cost_milli
FROM\n(\n{ended}\n) AS h
ASOF LEFT JOIN
(
    SELECT tenant, id, valid_from, toInt64(round(1000 * toFloat64OrZero(attributes['cost_per_hour']))) AS cost_per_hour_milli,
        attributes['cost_per_hour'] != '' AS has_cost
    FROM {{database}}.v_reference WHERE kind = 'queue'
) AS q ON q.tenant = h.tenant AND q.id = h.queue AND q.valid_from <= h.at"
    )
}

/// What agents did, cut at quarter hours and, where attributes are needed, at the moment at which one changes. Time before the first entry is
/// of nobody known, and is kept.
fn activity(attributes: &[&str]) -> String {
    let names: String = attributes.iter().map(|name| format!(", a_{name}")).collect();
    let of_entry: String = attributes.iter().map(|name| format!(", r.a_{name} AS a_{name}")).collect();
    let unknown: String = attributes.iter().map(|name| format!(", '' AS a_{name}")).collect();
    let columns: String = attributes.iter().map(|name| format!(", attributes['{name}'] AS a_{name}")).collect();
    let pieces = if attributes.is_empty() {
        SPANS.to_owned()
    } else {
        format!(
            "SELECT s.tenant AS tenant, s.agent AS agent, s.activity AS activity{of_entry},
        if(r.id = '', s.start_us, greatest(s.start_us, r.from_us)) AS start_us, if(r.id = '', s.end_us, least(s.end_us, r.to_us)) AS end_us
    FROM ({SPANS}) AS s
    LEFT JOIN
    (
        SELECT tenant, id{columns}, toUnixTimestamp64Micro(valid_from) AS from_us, toUnixTimestamp64Micro(valid_to) AS to_us
        FROM {{database}}.v_reference WHERE kind = 'agent'
        UNION ALL
        SELECT tenant, id{unknown}, toInt64(-9000000000000000000) AS from_us, min(toUnixTimestamp64Micro(valid_from)) AS to_us
        FROM {{database}}.v_reference WHERE kind = 'agent' GROUP BY tenant, id
    ) AS r ON r.tenant = s.tenant AND r.id = s.agent AND r.from_us < s.end_us AND r.to_us > s.start_us"
        )
    };
    // Two days to either side cover every zone; the exact days are asked of `at`.
    format!(
        "SELECT tenant, agent, activity{names}, fromUnixTimestamp64Micro(slot * 900000000, 'UTC') AS at,
    least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
FROM\n(\n{pieces}\n)
ARRAY JOIN range(intDiv(start_us, 900000000), intDiv(end_us - 1, 900000000) + 1) AS slot
WHERE end_us > start_us AND start_us < (toInt64({{last_day:Date}}) + 2) * 86400000000 AND end_us > (toInt64({{first_day:Date}}) - 2) * 86400000000"
    )
}
