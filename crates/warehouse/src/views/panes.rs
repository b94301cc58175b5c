//! Panes added up: over partitions, over time, and the KPIs of the catalogue from them.

use super::{View, view};
use events::QueueCounts;
use kpi::{Histogram, SqlParameters, WAIT_EDGES_S};

const SKETCHES: [&str; 2] = ["wait_sketch", "talk_sketch"];

/// Sums of every count and histogram of `p`, under their own names.
fn sums() -> String {
    let buckets = WAIT_EDGES_S.len() + 1;
    let mut columns: Vec<String> = QueueCounts::NAMES.iter().map(|name| format!("sum(p.{name}) AS {name}")).collect();
    let histograms = Histogram::ALL.iter().map(|histogram| histogram.column());
    columns.extend(histograms.map(|name| format!("sumForEach(arrayResize(p.{name}, {buckets}, toInt64(0))) AS {name}")));
    columns.join(",\n    ")
}

/// One row per tenant, queue and minute.
pub(super) fn minutes() -> View {
    let sketches = SKETCHES.map(|name| format!("CAST(sumMap(p.{name}_buckets, p.{name}_counts), 'Map(Int32, Int64)') AS {name}"));
    let select = format!(
        "SELECT p.tenant AS tenant, p.queue AS queue, p.window_start AS minute_start,\n    {},\n    {}\nFROM {{database}}.queue_panes AS p FINAL\nGROUP BY tenant, queue, minute_start",
        sums(),
        sketches.join(",\n    ")
    );
    view("v_queue_minutes", "Minutes of queues, all partitions and repairs together.", &select)
}

fn roll_up(column: &str, expression: &str) -> String {
    let sketches = SKETCHES.map(|name| format!("sumMap(p.{name}) AS {name}"));
    format!(
        "SELECT p.tenant AS tenant, p.queue AS queue, {expression} AS {column},\n    {},\n    {}\nFROM {{database}}.v_queue_minutes AS p\nGROUP BY tenant, queue, {column}",
        sums(),
        sketches.join(",\n    ")
    )
}

/// Longer spans: `expression` gives the span of `p.minute_start`.
pub(super) fn rolled(name: &str, column: &str, expression: &str, comment: &str) -> View {
    view(name, comment, &roll_up(column, expression))
}

/// The start of the span of `time` at the grain that is asked for, in UTC; a local day begins in the zone.
fn start_of(time: &str) -> String {
    format!(
        "multiIf(
        {{grain:String}} = 'minute', toDateTime(toStartOfMinute({time}), 'UTC'),
        {{grain:String}} = 'interval', toDateTime(toStartOfInterval({time}, INTERVAL 15 MINUTE, 'UTC'), 'UTC'),
        {{grain:String}} = 'hour', toDateTime(toStartOfHour({time}), 'UTC'),
        {{grain:String}} = 'day', toDateTime(toStartOfDay({time}, {{zone:String}}), 'UTC'),
        toDateTime(throwIf({{grain:String}} != 'all', 'grain must be minute, interval, hour, day or all'), 'UTC'))"
    )
}

/// Every KPI that panes hold, at any grain and with any limits. A KPI may have the name of a measure and another meaning, so
/// they are computed under names of their own first.
pub(super) fn kpis() -> View {
    let parameters = SqlParameters::new("{threshold_s:UInt32}", "{short_abandon_s:UInt32}");
    let held: Vec<(&str, String)> = kpi::catalogue().filter_map(|kpi| Some((kpi.name, kpi.to_sql(&parameters)?))).collect();
    let values: Vec<String> = held.iter().map(|(name, sql)| format!("{sql} AS kpi_{name}")).collect();
    let names: Vec<String> = held.iter().map(|(name, _)| format!("kpi_{name} AS {name}")).collect();
    let select = format!(
        "SELECT tenant, queue, start,\n    {}\nFROM\n(\nSELECT tenant, queue, start,\n    {}\nFROM\n(\n{}\n)\n)",
        names.join(",\n    "),
        values.join(",\n    "),
        roll_up("start", &start_of("p.minute_start"))
    );
    let comment = "KPIs of the catalogue (docs/kpis.md) from panes. Parameters: grain (minute, interval, hour, day, all), zone (IANA name, for days), threshold_s, short_abandon_s. Times in seconds, shares from 0 to 1, null without a denominator.";
    view("v_kpis", comment, &select)
}

/// KPIs of which panes hold only an approximation, from the visits themselves.
pub(super) fn exact_kpis() -> View {
    let parameters = SqlParameters::new("{threshold_s:UInt32}", "5");
    let columns: Vec<String> =
        kpi::catalogue().filter_map(|kpi| Some(format!("{} AS {}", kpi.exact_sql(&parameters)?, kpi.name))).collect();
    let select = format!(
        "SELECT v.tenant AS tenant, v.queue AS queue, {} AS start,\n    {}\nFROM {{database}}.v_queue_visits AS v\nWHERE v.left_at IS NOT NULL\nGROUP BY tenant, queue, start",
        start_of("assumeNotNull(v.left_at)"),
        columns.join(",\n    ")
    );
    view(
        "v_kpis_exact",
        "KPIs of which panes hold only an approximation, from queue visits by their leaving. Parameters: grain, zone, threshold_s as for v_kpis.",
        &select,
    )
}
