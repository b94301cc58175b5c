//! Which days rows that were inserted can matter to: for each table of facts, how far from the time in its key. These are the borders of what the statements of `sql/` read for a
//! day; whoever changes one of them changes it here too (`tests/attrition/watch.rs` compares with everything looked at).

use super::parts::Inserted;
use super::statement::{Asked, day_of};

/// Every table that the fingerprint of a day is made of.
pub(super) const TABLES: [&str; 6] = ["activity_spans", "handlings", "contacts", "queue_visits", "observations", "reference"];

/// Table, the time in its key, first and last day that a row of this time (`us`, microseconds) matters to, and of which kind these days are.
const REACHES: [(&str, &str, &str, &str, &str); 5] = [
    // A span counts for at most 36 h.
    ("activity_spans", "started_at", "day_of(us)", "day_of(us) + 2", "facts"),
    // It counts on the day of its end, at most 30 days later; and up to 30 days later a tag may ask whose the contact was.
    ("handlings", "connected_at", "day_of(us)", "day_of(us) + 31", "facts"),
    // The same; ...
    ("contacts", "started_at", "day_of(us)", "day_of(us) + 34", "facts"),
    // ... and a contact that ended within 72 h before has come again by it.
    ("contacts", "started_at", "day_of(us - 259200000000)", "day_of(us)", "over"),
    ("queue_visits", "entered_at", "day_of(us)", "day_of(us) + 2", "facts"),
];

/// Observations: all versions that are still there of each that was inserted. What is scheduled moves what is scheduled around it without a rest; more than two days without
/// a rest are an error of the source, and what changes in them is seen when everything is looked at.
const OBSERVATIONS: &str = "SELECT DISTINCT 'observations' AS by, day_of(us) - if(kind = 'shift', 2, 0) AS first_day,
    multiIf(kind = 'shift', day_of(until_us) + 2, kind = 'absence', day_of(until_us), day_of(us)) AS last_day
FROM
(
    SELECT kind, toUnixTimestamp64Micro(observed_at) AS us, greatest(us, ifNull(toUnixTimestamp64Micro(ended_at), us + if(kind = 'absence', 31622400000000, 0))) AS until_us
    FROM {facts}.observations AS o
    WHERE (o.tenant, o.kind, o.source, o.observation_id) IN
    (
        SELECT n.tenant, n.kind, n.source, n.observation_id FROM {facts}.observations AS n
        WHERE n.tenant = {tenant} AND n.kind IN ('shift', 'absence', 'other', 'dial', 'evaluation', 'survey_answered') AND ({parts_of_n})
    )
)";

/// The statement: one row for each range of days, `by` what; none: nothing that it could ask for was inserted.
pub(super) fn touched(asked: &Asked<'_>, inserted: &[Inserted]) -> Option<String> {
    let mut asks = Vec::new();
    for (table, time, first_day, last_day, by) in REACHES {
        if let Some(parts) = parts(table, "r", inserted) {
            asks.push(format!(
                "SELECT DISTINCT '{by}' AS by, {first_day} AS first_day, {last_day} AS last_day
FROM (SELECT toUnixTimestamp64Micro(r.{time}) AS us FROM {{facts}}.{table} AS r WHERE r.tenant = {{tenant}} AND ({parts}))"
            ));
        }
    }
    asks.extend(parts("observations", "n", inserted).map(|parts| OBSERVATIONS.replace("{parts_of_n}", &parts)));
    (!asks.is_empty()).then(|| day_of(&asks.join("\nUNION ALL\n"), asked))
}

/// Whether a row lies in a part in which something was inserted; none: nothing was inserted into the table. By numbers and not by names: what is merged in the meantime
/// has another name.
fn parts(table: &str, alias: &str, inserted: &[Inserted]) -> Option<String> {
    let of_table = inserted.iter().filter(|inserted| inserted.table == table);
    let part = |inserted: &Inserted| {
        let partition = crate::server::quoted(&inserted.partition);
        format!("{alias}._partition_id = {partition} AND toInt64OrZero(splitByChar('_', {alias}._part)[3]) >= {}", inserted.last_block)
    };
    let parts: Vec<String> = of_table.map(part).collect();
    (!parts.is_empty()).then(|| parts.join(" OR "))
}
