//! Facts and panes taken apart into (tenant, queue, minute, measure, value): the SQL of the audit.
//!
//! The facts' side says again, in SQL, what `kpi` says in Rust about the minute of every measure: two writings of one
//! definition, so that a slip in either is a difference. Histogram and sketch buckets are measures of their own
//! (`wait_answered_histogram/3`, counted from 1, and `wait_sketch/130`).

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
    /// First minute, microseconds since 1970; none: from the beginning.
    pub from_us: Option<i64>,
    /// First minute that is not compared any more; none: to the end.
    pub until_us: Option<i64>,
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

    /// Condition on a column that holds a minute.
    fn minutes_sql(&self, column: &str) -> String {
        let mut parts = Vec::new();
        let bound = |time_us: i64| format!("fromUnixTimestamp64Micro({time_us}, 'UTC')");
        parts.extend(self.from_us.map(|time_us| format!("{column} >= {}", bound(time_us))));
        parts.extend(self.until_us.map(|time_us| format!("{column} < {}", bound(time_us))));
        if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }
    }
}

/// The minute of a time that is not null. A 64-bit time: the short one wraps round before 1970 and after 2106.
fn minute(time: &str) -> String {
    format!("toStartOfInterval(assumeNotNull({time}), INTERVAL 1 MINUTE, 'UTC')")
}

fn visits(scope: &Scope) -> String {
    let threshold_ms = scope.threshold_sql();
    let (entered, left) = (minute("entered_at"), minute("left_at"));
    let decided = minute(&format!("least(assumeNotNull(left_at), entered_at + toIntervalMillisecond({threshold_ms}))"));
    let flow_out = "outcome IN ('timeout', 'key', 'empty', 'withdrawn', 'callback', 'overflow', 'system_error')";
    let kind = "multiIf(outcome = 'answered', 'answered', outcome = 'abandoned', 'abandoned', 'flow_out')";
    let wait = "toInt64(assumeNotNull(wait_ms))";
    let bucket = format!("1 + arrayCount(edge_s -> {wait} > edge_s * 1000, {WAIT_EDGES_S:?})");
    format!(
        "SELECT tenant, queue, arrayJoin(arrayConcat(
    if(outcome = 'blocked', [({entered}, 'blocked', toInt64(1))],
        [({entered}, 'offered', toInt64(1)), ({entered}, 'offered_transferred_in', toInt64(transferred_in)), ({entered}, 'lost', toInt64(outcome = 'lost'))]),
    if(outcome IN ('open', 'lost', 'blocked') OR left_at IS NULL OR wait_ms IS NULL, [],
        [({entered}, 'cohort_' || {kind}, toInt64(1)), ({entered}, 'cohort_wait_answered_ms', if(outcome = 'answered', {wait}, 0)),
         ({entered}, 'cohort_' || {kind} || '_histogram/' || toString({bucket}), toInt64(1)),
         ({left}, {kind}, toInt64(1)), ({left}, 'wait_' || {kind} || '_ms', {wait}),
         ({left}, 'flow_out_' || outcome, toInt64({flow_out})),
         ({left}, 'wait_' || {kind} || '_histogram/' || toString({bucket}), toInt64(1)),
         ({left}, 'wait_sketch/' || toString({sketch}), toInt64(1)), ({left}, 'missed_offers', toInt64(missed_offers)),
         ({decided}, 'threshold_base', toInt64(1)),
         ({decided}, 'threshold_met', toInt64(outcome = 'answered' AND wait_ms <= {threshold_ms}))]))) AS m
FROM v_queue_visits",
        sketch = bucket_sql(wait),
    )
}

fn handlings() -> String {
    let (connected, ended) = (minute("connected_at"), minute("ended_at"));
    let talk = "toInt64(assumeNotNull(talk_ms))";
    format!(
        "SELECT tenant, queue, arrayJoin(multiIf(
    end = 'lost', [({connected}, 'handling_lost', toInt64(1))],
    end = 'open' OR ended_at IS NULL OR talk_ms IS NULL, [],
        [({ended}, 'handled', toInt64(1)), ({ended}, 'talk_ms', {talk}), ({ended}, 'hold_ms', toInt64(hold_ms)),
         ({ended}, 'acw_ms', toInt64(ifNull(acw_ms, 0))), ({ended}, 'acw_unknown', toInt64(acw_ms IS NULL)), ({ended}, 'held', toInt64(holds > 0)),
         ({ended}, 'holds', toInt64(holds)), ({ended}, 'short_talk', toInt64({talk} <= {SHORT_TALK_MS})),
         ({ended}, 'transferred_blind', toInt64(end = 'transfer_blind')), ({ended}, 'transferred_warm', toInt64(end = 'transfer_warm')),
         ({ended}, 'ended_by_agent', toInt64(end = 'agent')), ({ended}, 'ended_by_customer', toInt64(end = 'customer')),
         ({ended}, 'talk_sketch/' || toString({sketch}), toInt64(1))])) AS m
FROM v_handlings",
        sketch = bucket_sql(talk),
    )
}

fn contacts() -> String {
    let ended = minute("ended_at");
    format!(
        "SELECT tenant, queue, ({ended}, outcome::String, toInt64(1)) AS m
FROM v_contacts WHERE outcome IN ('ivr_abandoned', 'self_served') AND ended_at IS NOT NULL"
    )
}

/// The measures of panes in `table`, whose sketches are pairs of arrays, as columns tenant, queue, minute, measure, value.
fn panes(table: &str) -> String {
    let mut measures: Vec<String> = QueueCounts::NAMES.iter().map(|name| format!("[('{name}', {name})]")).collect();
    for histogram in Histogram::ALL {
        let name = histogram.column();
        measures.push(format!("arrayMap((value, at) -> ('{name}/' || toString(at), value), {name}, arrayEnumerate({name}))"));
    }
    for name in ["wait_sketch", "talk_sketch"] {
        measures.push(format!("arrayMap((bucket, value) -> ('{name}/' || toString(bucket), value), {name}_buckets, {name}_counts)"));
    }
    format!(
        "SELECT tenant, queue, toDateTime64(minute_start, 6, 'UTC') AS minute, arrayJoin(arrayFilter(m -> m.2 != 0, arrayConcat({}))) AS m, m.1 AS measure, m.2 AS value
FROM {table}",
        measures.join(",\n    ")
    )
}

/// What users see: panes of all partitions and repairs together.
fn seen_panes(scope: &Scope) -> String {
    let sketch = |name: &str| format!("mapKeys({name}) AS {name}_buckets, mapValues({name}) AS {name}_counts");
    let renamed = format!("SELECT *, {}, {}", sketch("wait_sketch"), sketch("talk_sketch"));
    panes(&format!("({renamed} FROM v_queue_minutes WHERE {})", scope.minutes_sql("minute_start")))
}

/// Measures of the repairs that there are, with their versions.
pub(super) fn repairs(repair_partition: i32) -> String {
    panes(&format!("(SELECT *, window_start AS minute_start FROM queue_panes FINAL WHERE source_partition = {repair_partition})"))
}

/// Every measure that differs: tenant, queue, minute_us, measure, facts, panes, and `total`, the number of them all.
pub(super) fn differences(scope: &Scope, limit: usize) -> String {
    let facts = |select: &str| {
        format!(
            "SELECT tenant, queue, toDateTime64(m.1, 6, 'UTC') AS minute, m.2 AS measure, m.3 AS facts, toInt64(0) AS panes FROM ({select}) WHERE facts != 0 AND {}",
            scope.minutes_sql("minute")
        )
    };
    format!(
        "SELECT tenant, queue, toUnixTimestamp64Micro(minute) AS minute_us, measure, sum(facts) AS facts, sum(panes) AS panes, count() OVER () AS total
FROM
(
    {}
    UNION ALL
    {}
    UNION ALL
    {}
    UNION ALL
    SELECT tenant, queue, minute, measure, toInt64(0) AS facts, value AS panes FROM ({})
)
GROUP BY tenant, queue, minute, measure
HAVING facts != panes
ORDER BY tenant, queue, minute, measure
LIMIT {limit}",
        facts(&visits(scope)),
        facts(&handlings()),
        facts(&contacts()),
        seen_panes(scope),
    )
}

/// Numbers of facts and of minutes of queues that are compared.
pub(super) fn counts(scope: &Scope) -> String {
    let range = |column: &str| scope.minutes_sql(column);
    format!(
        "SELECT (SELECT count() FROM v_queue_visits WHERE {}) + (SELECT count() FROM v_handlings WHERE {}) + (SELECT count() FROM v_contacts WHERE {}) AS facts,
    (SELECT count() FROM v_queue_minutes WHERE {}) AS panes",
        range("entered_at"),
        range("connected_at"),
        range("started_at"),
        range("minute_start"),
    )
}
