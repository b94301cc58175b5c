//! The audit: every pane recomputed from the facts, in SQL, and compared measure by measure.
//!
//! Facts and panes are both taken apart into (tenant, queue, minute, measure, value); the panes count negative; what does not
//! sum to zero is a difference. Histogram and sketch buckets are measures of their own (`wait_sketch/130`).

use crate::{Error, Server};
use events::QueueCounts;
use std::collections::BTreeMap;

/// A measure of a pane that does not equal the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Tenant.
    pub tenant: String,
    /// Queue.
    pub queue: String,
    /// Minute, UTC, microseconds since 1970.
    pub minute_us: i64,
    /// Name of the measure; buckets as `wait_answered_histogram/3`, counted from 1, and `wait_sketch/130`.
    pub measure: String,
    /// From the facts.
    pub facts: i64,
    /// From the panes.
    pub panes: i64,
}

/// What the audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Facts that were read.
    pub facts: i64,
    /// Panes that were compared.
    pub panes: i64,
    /// What does not fit, at most as many as were asked for.
    pub differences: Vec<Difference>,
    /// How many there are in all.
    pub total: i64,
}

/// A wait's bucket, 1 to 15.
const WAIT_BUCKET: &str = "1 + arrayCount(edge -> assumeNotNull(wait_ms) > edge * 1000, [5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600])";

/// The bucket of a sketch (`kpi::sketch`): values below 64 are their own bucket, then 64 buckets per octave.
fn sketch_bucket(column: &str) -> String {
    let octave = format!("toInt64(floor(log2(toFloat64(greatest({column}, 1)))))");
    // log2 of a double is exact enough to find the octave of integers below 2^50 except just below a power of two: corrected by comparison.
    let octave = format!("({octave} - if(bitShiftLeft(toInt64(1), {octave}) > {column}, 1, 0))");
    format!("if({column} < 64, {column}, 64 + ({octave} - 6) * 64 + bitShiftRight({column}, {octave} - 6) - 64)")
}

fn visits(threshold_ms: &str) -> String {
    let minute = |time: &str| format!("toStartOfMinute(assumeNotNull({time}))");
    let (entered, left) = (minute("entered_at"), minute("left_at"));
    let threshold = minute(&format!("least(assumeNotNull(left_at), entered_at + toIntervalMillisecond({threshold_ms}))"));
    let flow_out = "outcome IN ('timeout', 'key', 'empty', 'withdrawn', 'callback', 'overflow', 'system_error')";
    let kind = "multiIf(outcome = 'answered', 'answered', outcome = 'abandoned', 'abandoned', 'flow_out')";
    let bucket = sketch_bucket("assumeNotNull(wait_ms)");
    let wait = "toInt64(assumeNotNull(wait_ms))";
    format!(
        "SELECT tenant, queue, arrayJoin(arrayFilter(m -> m.3 != 0, arrayConcat(
    [({entered}, 'blocked', toInt64(outcome = 'blocked')), ({entered}, 'offered', toInt64(outcome != 'blocked')),
     ({entered}, 'offered_transferred_in', toInt64(outcome != 'blocked' AND transferred_in)), ({entered}, 'lost', toInt64(outcome = 'lost'))],
    if(outcome IN ('open', 'lost', 'blocked') OR left_at IS NULL, [],
        [({entered}, concat('cohort_', {kind}), toInt64(1)), ({entered}, 'cohort_wait_answered_ms', if(outcome = 'answered', {wait}, 0)),
         ({entered}, concat('cohort_', {kind}, '_histogram/', toString({WAIT_BUCKET})), toInt64(1)),
         ({left}, {kind}, toInt64(1)), ({left}, concat('wait_', {kind}, '_ms'), {wait}),
         ({left}, if({flow_out}, concat('flow_out_', outcome), ''), toInt64({flow_out})),
         ({left}, concat('wait_', {kind}, '_histogram/', toString({WAIT_BUCKET})), toInt64(1)),
         ({left}, concat('wait_sketch/', toString({bucket})), toInt64(1)), ({left}, 'missed_offers', toInt64(missed_offers)),
         ({threshold}, 'threshold_base', toInt64(1)),
         ({threshold}, 'threshold_met', toInt64(outcome = 'answered' AND wait_ms <= {threshold_ms}))])))) AS m
FROM v_queue_visits"
    )
}

fn handlings() -> String {
    let (connected, ended) = ("toStartOfMinute(connected_at)", "toStartOfMinute(assumeNotNull(ended_at))");
    let bucket = sketch_bucket("assumeNotNull(talk_ms)");
    format!(
        "SELECT tenant, queue, arrayJoin(arrayFilter(m -> m.3 != 0, if(end = 'lost', [({connected}, 'handling_lost', toInt64(1))],
    if(end = 'open' OR ended_at IS NULL OR talk_ms IS NULL, [],
        [({ended}, 'handled', toInt64(1)), ({ended}, 'talk_ms', toInt64(assumeNotNull(talk_ms))), ({ended}, 'hold_ms', toInt64(hold_ms)),
         ({ended}, 'acw_ms', toInt64(ifNull(acw_ms, 0))), ({ended}, 'acw_unknown', toInt64(acw_ms IS NULL)), ({ended}, 'held', toInt64(holds > 0)),
         ({ended}, 'holds', toInt64(holds)), ({ended}, 'short_talk', toInt64(talk_ms <= 10000)),
         ({ended}, 'transferred_blind', toInt64(end = 'transfer_blind')), ({ended}, 'transferred_warm', toInt64(end = 'transfer_warm')),
         ({ended}, 'ended_by_agent', toInt64(end = 'agent')), ({ended}, 'ended_by_customer', toInt64(end = 'customer')),
         ({ended}, concat('talk_sketch/', toString({bucket})), toInt64(1))])))) AS m
FROM v_handlings"
    )
}

fn contacts() -> String {
    "SELECT tenant, queue, (toStartOfMinute(assumeNotNull(ended_at)), outcome, toInt64(1)) AS m
FROM v_contacts WHERE outcome IN ('ivr_abandoned', 'self_served') AND ended_at IS NOT NULL"
        .to_owned()
}

fn panes() -> String {
    let mut measures: Vec<String> = QueueCounts::NAMES.iter().map(|name| format!("[('{name}', {name})]")).collect();
    for name in ["wait_answered", "wait_abandoned", "wait_flow_out", "cohort_answered", "cohort_abandoned", "cohort_flow_out"] {
        measures.push(format!("arrayMap((value, at) -> (concat('{name}_histogram/', toString(at)), value), {name}_histogram, arrayEnumerate({name}_histogram))"));
    }
    for name in ["wait_sketch", "talk_sketch"] {
        measures.push(format!("arrayMap((bucket, value) -> (concat('{name}/', toString(bucket)), value), {name}_buckets, {name}_counts)"));
    }
    format!(
        "SELECT tenant, queue, window_start, arrayJoin(arrayFilter(m -> m.2 != 0, arrayConcat({}))) AS m\nFROM queue_panes FINAL",
        measures.join(",\n    ")
    )
}

fn differences(threshold_ms: &str, limit: usize) -> String {
    format!(
        "SELECT tenant, queue, toUnixTimestamp64Micro(toDateTime64(minute, 6, 'UTC')) AS minute_us, measure, sum(facts) AS facts, sum(panes) AS panes, count() OVER () AS total
FROM
(
    SELECT tenant, queue, toDateTime(m.1, 'UTC') AS minute, m.2 AS measure, m.3 AS facts, toInt64(0) AS panes FROM ({})
    UNION ALL
    SELECT tenant, queue, toDateTime(m.1, 'UTC') AS minute, m.2 AS measure, m.3 AS facts, toInt64(0) AS panes FROM ({})
    UNION ALL
    SELECT tenant, queue, toDateTime(m.1, 'UTC') AS minute, m.2 AS measure, m.3 AS facts, toInt64(0) AS panes FROM ({})
    UNION ALL
    SELECT tenant, queue, toDateTime(window_start, 'UTC') AS minute, m.1 AS measure, toInt64(0) AS facts, m.2 AS panes FROM ({})
)
GROUP BY tenant, queue, minute, measure
HAVING facts != panes
ORDER BY tenant, queue, minute, measure
LIMIT {limit}",
        visits(threshold_ms),
        handlings(),
        contacts(),
        panes()
    )
}

/// The service-level threshold of each queue as SQL, from (queue, ms) pairs.
fn thresholds(queues: &[(String, i64)], default_ms: i64) -> String {
    if queues.is_empty() {
        return default_ms.to_string();
    }
    let quote = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let names: Vec<String> = queues.iter().map(|(queue, _)| quote(queue)).collect();
    let values: Vec<String> = queues.iter().map(|(_, ms)| ms.to_string()).collect();
    format!("transform(queue, [{}], [{}], {default_ms})", names.join(", "), values.join(", "))
}

/// Recomputes every pane and lists at most `limit` differences. `queues`: thresholds that differ from `default_ms`.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn audit(server: &Server, queues: &[(String, i64)], default_ms: i64, limit: usize) -> Result<Report, Error> {
    let sql = differences(&thresholds(queues, default_ms), limit.max(1));
    let rows = server.rows(&sql).await?;
    let counts = server
        .rows("SELECT (SELECT count() FROM v_queue_visits) + (SELECT count() FROM v_handlings) + (SELECT count() FROM v_contacts) AS facts, (SELECT count() FROM queue_panes FINAL) AS panes")
        .await?;
    let counts = counts.first().cloned().unwrap_or_default();
    let total = rows.first().map_or(0, |row| number(row.get("total")));
    let difference = |row: &serde_json::Map<String, serde_json::Value>| Difference {
        tenant: text(row.get("tenant")),
        queue: text(row.get("queue")),
        minute_us: number(row.get("minute_us")),
        measure: text(row.get("measure")),
        facts: number(row.get("facts")),
        panes: number(row.get("panes")),
    };
    Ok(Report { facts: number(counts.get("facts")), panes: number(counts.get("panes")), differences: rows.iter().map(difference).collect(), total })
}

fn text(value: Option<&serde_json::Value>) -> String {
    value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

/// 64-bit integers come as text.
fn number(value: Option<&serde_json::Value>) -> i64 {
    value.and_then(|value| value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))).unwrap_or(0)
}

/// Partition number under which repairs are written.
const REPAIR: i32 = -1;

/// Adds a repair to every pane that differs, so that panes equal facts. Returns the number of panes repaired.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn fix(server: &Server, report: &Report) -> Result<usize, Error> {
    let mut panes: BTreeMap<(String, String, i64), Vec<&Difference>> = BTreeMap::new();
    for difference in &report.differences {
        panes.entry((difference.tenant.clone(), difference.queue.clone(), difference.minute_us)).or_default().push(difference);
    }
    let repaired = panes.len();
    let mut lines = String::new();
    for ((tenant, queue, minute_us), differences) in panes {
        let old = old_repair(server, &tenant, &queue, minute_us).await?;
        let row = repair_row(&tenant, &queue, minute_us, &differences, &old);
        lines.push_str(&serde_json::Value::Object(row).to_string());
        lines.push('\n');
    }
    if repaired > 0 {
        let failed = |error: &clickhouse::error::Error| Error::failed("writing repairs", error);
        let mut insert = server.bound().insert_formatted_with("INSERT INTO queue_panes FORMAT JSONEachRow");
        insert.send(lines.into()).await.map_err(|error| failed(&error))?;
        insert.end().await.map_err(|error| failed(&error))?;
    }
    Ok(repaired)
}

/// The repair that a pane already has, as measures, with its version.
async fn old_repair(server: &Server, tenant: &str, queue: &str, minute_us: i64) -> Result<(BTreeMap<String, i64>, u64), Error> {
    let quote = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let filter = format!(
        "source_partition = {REPAIR} AND tenant = {} AND queue = {} AND window_start = fromUnixTimestamp64Micro({minute_us}, 'UTC')",
        quote(tenant),
        quote(queue)
    );
    let rows = server.rows(&format!("SELECT m.1 AS measure, m.2 AS value FROM ({} WHERE {filter})", panes())).await?;
    let versions = server.rows(&format!("SELECT max(version) AS version FROM queue_panes WHERE {filter}")).await?;
    let version = versions.first().map_or(0, |row| number(row.get("version"))) as u64;
    Ok((rows.iter().map(|row| (text(row.get("measure")), number(row.get("value")))).collect(), version))
}

fn repair_row(
    tenant: &str,
    queue: &str,
    minute_us: i64,
    differences: &[&Difference],
    (old, version): &(BTreeMap<String, i64>, u64),
) -> serde_json::Map<String, serde_json::Value> {
    let mut measures = old.clone();
    for difference in differences {
        *measures.entry(difference.measure.clone()).or_default() += difference.facts - difference.panes;
    }
    let mut row = serde_json::Map::new();
    row.insert("tenant".to_owned(), tenant.into());
    row.insert("queue".to_owned(), queue.into());
    row.insert("window_start".to_owned(), crate::rows::seconds(minute_us).into());
    row.insert("source_partition".to_owned(), REPAIR.into());
    row.insert("layout".to_owned(), 0.into());
    row.insert("version".to_owned(), (version + 1).into());
    let mut histograms: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut sketches: BTreeMap<String, (Vec<i64>, Vec<i64>)> = BTreeMap::new();
    for (measure, value) in measures {
        match measure.split_once('/') {
            None => {
                row.insert(measure, value.into());
            }
            Some((name, at)) if name.ends_with("_histogram") => {
                let at = at.parse::<usize>().unwrap_or(1).clamp(1, 15);
                let histogram = histograms.entry(name.to_owned()).or_insert_with(|| vec![0; 15]);
                histogram[at - 1] = value;
            }
            Some((name, bucket)) => {
                let sketch = sketches.entry(name.to_owned()).or_default();
                sketch.0.push(bucket.parse().unwrap_or(0));
                sketch.1.push(value);
            }
        }
    }
    row.extend(histograms.into_iter().map(|(name, histogram)| (name, histogram.into())));
    for (name, (buckets, counts)) in sketches {
        row.insert(format!("{name}_buckets"), buckets.into());
        row.insert(format!("{name}_counts"), counts.into());
    }
    row
}
