//! Facts and panes taken apart into (tenant, queue, minute, measure, value): the SQL of the audit.
//!
//! The facts' side says again, in SQL, what `kpi` says in Rust about the minute of every measure: two writings of one
//! definition, so that a slip in either is a difference. Histogram and sketch buckets are measures of their own
//! (`wait_answered_histogram/3`, counted from 1, and `wait_sketch/130`). In the SQL a measure is a number.

use super::span::Span;
use crate::server::quoted;
use events::QueueCounts;
use kpi::sketch::bucket_sql;
use kpi::{Histogram, SHORT_TALK_MS, WAIT_EDGES_S};

/// Which minutes are compared, and by which thresholds.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Threshold of service level 9 of queues that have their own, ms.
    pub threshold_ms: Vec<(String, i64)>,
    /// Threshold of all other queues, ms.
    pub default_threshold_ms: i64,
    /// Minutes that are compared.
    pub span: Span,
}

impl Scope {
    /// The threshold of a queue as SQL.
    fn threshold_sql(&self) -> String {
        if self.threshold_ms.is_empty() {
            return self.default_threshold_ms.to_string();
        }
        let names: Vec<String> = self.threshold_ms.iter().map(|(queue, _)| quoted(queue)).collect();
        let values: Vec<String> = self.threshold_ms.iter().map(|(_, ms)| ms.to_string()).collect();
        format!("transform(queue, [{}], [{}], {})", names.join(", "), values.join(", "), self.default_threshold_ms)
    }
}

/// Number of a measure in the SQL: comparing millions of numbers is several times faster than their names.
fn count(name: &str) -> usize {
    QueueCounts::NAMES.iter().position(|known| *known == name).unwrap_or(usize::MAX)
}

/// Number of bucket 0 of a histogram.
fn histogram(histogram: Histogram) -> usize {
    1_000 + 100 * histogram as usize
}

/// Number of bucket 0 of a sketch.
fn sketch(place: usize) -> usize {
    100_000 * (place + 1)
}

/// Columns of the sketches.
const SKETCHES: [&str; 2] = ["wait_sketch", "talk_sketch"];

/// The name of a number: of a count, or of a bucket of a histogram or sketch.
pub(super) fn name(number: i64) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    if let (Some(column), bucket) = (SKETCHES.get((number / 100_000).wrapping_sub(1)), number % 100_000) {
        return format!("{column}/{bucket}");
    }
    let histograms = Histogram::ALL.iter().find(|of| (histogram(**of)..histogram(**of) + 100).contains(&number));
    match histograms {
        Some(of) => format!("{}/{}", of.column(), number - histogram(*of)),
        None => QueueCounts::NAMES.get(number).map_or_else(|| format!("measure {number}"), |name| (*name).to_owned()),
    }
}

/// The minute of a time that is not null. A 64-bit time: the short one wraps round before 1970 and after 2106.
fn minute(time: &str) -> String {
    format!("toStartOfInterval(assumeNotNull({time}), INTERVAL 1 MINUTE, 'UTC')")
}

/// An entry: minute, number of the measure, value.
fn entry(minute: &str, measure: impl std::fmt::Display, value: &str) -> String {
    format!("({minute}, toUInt32({measure}), toInt64({value}))")
}

fn visits(scope: &Scope) -> String {
    let threshold_ms = scope.threshold_sql();
    let (entered, left) = (minute("entered_at"), minute("left_at"));
    let decided = minute(&format!("least(assumeNotNull(left_at), entered_at + toIntervalMillisecond({threshold_ms}))"));
    let kinds = ["timeout", "key", "empty", "withdrawn", "callback", "overflow", "system_error"];
    let flow_outs: Vec<String> = kinds.iter().map(|kind| count(&format!("flow_out_{kind}")).to_string()).collect();
    let wait = "toInt64(assumeNotNull(wait_ms))";
    let bucket = format!("1 + arrayCount(edge_s -> {wait} > edge_s * 1000, {WAIT_EDGES_S:?})");
    // Three numbers for answered, abandoned, flowed out.
    let by_kind = |numbers: [usize; 3]| {
        format!("multiIf(outcome = 'answered', {}, outcome = 'abandoned', {}, {})", numbers[0], numbers[1], numbers[2])
    };
    let histograms = |three: [Histogram; 3]| format!("{} + {bucket}", by_kind(three.map(histogram)));
    let outcomes = by_kind(["answered", "abandoned", "flow_out"].map(count));
    let sums = by_kind(["wait_answered_ms", "wait_abandoned_ms", "wait_flow_out_ms"].map(count));
    let cohort = by_kind(["cohort_answered", "cohort_abandoned", "cohort_flow_out"].map(count));
    let entries = [
        entry(&entered, cohort, "1"),
        entry(&entered, count("cohort_wait_answered_ms"), &format!("if(outcome = 'answered', {wait}, 0)")),
        entry(&entered, histograms([Histogram::CohortAnswered, Histogram::CohortAbandoned, Histogram::CohortFlowOut]), "1"),
        entry(&left, outcomes, "1"),
        entry(&left, sums, wait),
        entry(
            &left,
            format!("transform(outcome, {kinds:?}, [{}], 0)", flow_outs.join(", ")).replace('"', "'"),
            "outcome NOT IN ('answered', 'abandoned')",
        ),
        entry(&left, histograms([Histogram::WaitAnswered, Histogram::WaitAbandoned, Histogram::WaitFlowOut]), "1"),
        entry(&left, format!("{} + {}", sketch(0), bucket_sql(wait)), "1"),
        entry(&left, count("missed_offers"), "missed_offers"),
        entry(&decided, count("threshold_base"), "1"),
        entry(&decided, count("threshold_met"), &format!("outcome = 'answered' AND {wait} <= {threshold_ms}")),
    ];
    format!(
        "SELECT tenant, queue, arrayJoin(arrayConcat(
    if(outcome = 'blocked', [{}], [{}, {}, {}]),
    if(outcome IN ('open', 'lost', 'blocked') OR left_at IS NULL OR wait_ms IS NULL, [], [{}]))) AS m
FROM v_queue_visits WHERE {}",
        entry(&entered, count("blocked"), "1"),
        entry(&entered, count("offered"), "1"),
        entry(&entered, count("offered_transferred_in"), "transferred_in"),
        entry(&entered, count("lost"), "outcome = 'lost'"),
        entries.join(",\n        "),
        scope.span.touched_sql("entered_at", "left_at")
    )
}

fn handlings(scope: &Scope) -> String {
    let (connected, ended) = (minute("connected_at"), minute("ended_at"));
    let talk = "toInt64(assumeNotNull(talk_ms))";
    let of = |name: &str, value: &str| entry(&ended, count(name), value);
    let entries = [
        of("handled", "1"),
        of("talk_ms", talk),
        of("hold_ms", "hold_ms"),
        of("acw_ms", "ifNull(acw_ms, 0)"),
        of("acw_unknown", "acw_ms IS NULL"),
        of("held", "holds > 0"),
        of("holds", "holds"),
        of("short_talk", &format!("{talk} <= {SHORT_TALK_MS}")),
        of("transferred_blind", "end = 'transfer_blind'"),
        of("transferred_warm", "end = 'transfer_warm'"),
        of("ended_by_agent", "end = 'agent'"),
        of("ended_by_customer", "end = 'customer'"),
        entry(&ended, format!("{} + {}", sketch(1), bucket_sql(talk)), "1"),
    ];
    format!(
        "SELECT tenant, queue, arrayJoin(multiIf(end = 'lost', [{}], end = 'open' OR ended_at IS NULL OR talk_ms IS NULL, [], [{}])) AS m
FROM v_handlings WHERE {}",
        entry(&connected, count("handling_lost"), "1"),
        entries.join(",\n        "),
        scope.span.touched_sql("connected_at", "ended_at")
    )
}

fn contacts() -> String {
    let measure = format!("if(outcome = 'self_served', {}, {})", count("self_served"), count("ivr_abandoned"));
    let entry = entry(&minute("ended_at"), measure, "1");
    format!(
        "SELECT tenant, queue, {entry} AS m\nFROM v_contacts WHERE outcome IN ('ivr_abandoned', 'self_served') AND ended_at IS NOT NULL"
    )
}

/// The measures of panes in `table`, whose sketches are pairs of arrays, as columns tenant, queue, minute, measure, value.
fn panes(table: &str) -> String {
    let numbers: Vec<String> = (0..QueueCounts::NAMES.len()).map(|number| format!("toUInt32({number})")).collect();
    let mut measures = vec![format!("arrayZip([{}], [{}])", numbers.join(", "), QueueCounts::NAMES.join(", "))];
    for of in Histogram::ALL {
        let (first, name) = (histogram(of), of.column());
        measures.push(format!("arrayMap((value, at) -> (toUInt32({first} + at), value), {name}, arrayEnumerate({name}))"));
    }
    for (place, name) in SKETCHES.iter().enumerate() {
        let first = sketch(place);
        measures.push(format!("arrayMap((bucket, value) -> (toUInt32({first} + bucket), value), {name}_buckets, {name}_counts)"));
    }
    format!(
        "SELECT tenant, queue, toDateTime64(minute_start, 6, 'UTC') AS minute, arrayJoin(arrayFilter(m -> m.2 != 0, arrayConcat({}))) AS m, m.1 AS measure, m.2 AS value
FROM {table}",
        measures.join(",\n    ")
    )
}

/// What users see: panes of all partitions and repairs together.
fn seen_panes(scope: &Scope) -> String {
    let columns = SKETCHES.map(|name| format!("mapKeys({name}) AS {name}_buckets, mapValues({name}) AS {name}_counts"));
    let renamed = format!("SELECT *, {}", columns.join(", "));
    panes(&format!("({renamed} FROM v_queue_minutes WHERE {})", scope.span.times_sql("minute_start")))
}

/// Measures of the repairs that there are, with their versions.
pub(super) fn repairs(repair_partition: i32) -> String {
    panes(&format!("(SELECT *, window_start AS minute_start FROM queue_panes FINAL WHERE source_partition = {repair_partition})"))
}

/// Every measure that differs: tenant, queue, minute_us, measure (a number), facts, panes, and `total`, the number of them all.
/// Tenant and queue are one number too until the differences are known: grouping by text takes seven times as long.
pub(super) fn differences(scope: &Scope, limit: usize) -> String {
    let facts = |select: &str| {
        format!(
            "SELECT cityHash64(tenant, queue) AS place, m.1 AS minute, m.2 AS measure, m.3 AS facts, toInt64(0) AS panes FROM ({select}) WHERE facts != 0 AND {}",
            scope.span.times_sql("minute")
        )
    };
    let places =
        ["v_queue_visits", "v_handlings", "v_contacts", "queue_panes"].map(|table| format!("SELECT DISTINCT tenant, queue FROM {table}"));
    format!(
        "SELECT tenant, queue, toUnixTimestamp64Micro(minute) AS minute_us, measure, facts, panes, total
FROM
(
    SELECT place, minute, measure, sum(facts) AS facts, sum(panes) AS panes, count() OVER () AS total
    FROM
    (
        {}
        UNION ALL
        {}
        UNION ALL
        {}
        UNION ALL
        SELECT cityHash64(tenant, queue) AS place, minute, measure, toInt64(0) AS facts, value AS panes FROM ({})
    )
    GROUP BY place, minute, measure
    HAVING facts != panes
) AS differences
INNER JOIN (SELECT DISTINCT tenant, queue, cityHash64(tenant, queue) AS place FROM ({})) AS places USING (place)
ORDER BY tenant, queue, minute, measure
LIMIT {limit}",
        facts(&visits(scope)),
        facts(&handlings(scope)),
        facts(&contacts()),
        seen_panes(scope),
        places.join(" UNION ALL ")
    )
}

/// Numbers of facts and of minutes of queues that are compared.
pub(super) fn counts(scope: &Scope) -> String {
    let range = |column: &str| scope.span.times_sql(column);
    format!(
        "SELECT (SELECT count() FROM v_queue_visits WHERE {}) + (SELECT count() FROM v_handlings WHERE {}) + (SELECT count() FROM v_contacts WHERE {}) AS facts,
    (SELECT count() FROM v_queue_minutes WHERE {}) AS panes",
        range("entered_at"),
        range("connected_at"),
        range("started_at"),
        range("minute_start"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_name() {
        for known in QueueCounts::NAMES {
            assert_eq!(name(count(known) as i64), *known);
        }
        assert_eq!(name((histogram(Histogram::CohortFlowOut) + 15) as i64), "cohort_flow_out_histogram/15");
        assert_eq!(name((histogram(Histogram::WaitAnswered) + 1) as i64), "wait_answered_histogram/1");
        assert_eq!((name(sketch(0) as i64), name((sketch(1) + 3_711) as i64)), ("wait_sketch/0".to_owned(), "talk_sketch/3711".to_owned()));
        assert_eq!(name(-1), format!("measure {}", usize::MAX));
    }
}
