//! `holdfast kpis`: the KPIs of a time range as a table.

use super::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::serving::server;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  holdfast kpis                         everything, by queue\n  holdfast kpis --grain day --zone Asia/Jerusalem\n  holdfast kpis --format csv > kpis.csv"
)]
pub(super) struct Args {
    /// One row per queue and: all, day, hour, interval (15 minutes)
    #[arg(long, default_value = "all", value_parser = ["all", "day", "hour", "interval"])]
    grain: String,
    /// IANA zone of local days
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Only this queue
    #[arg(long)]
    queue: Option<String>,
    /// Rows at most, the newest
    #[arg(long, default_value_t = 200)]
    limit: u32,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const COLUMNS: &[&str] = &[
    "queue",
    "offered",
    "answered",
    "abandoned",
    "flow_out",
    "service level",
    "abandonment",
    "ASA s",
    "AHT s",
    "handled",
    "in queue or lost",
];

/// Runs the command.
///
/// # Errors
/// HF-W001 if ClickHouse refuses.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let from = match args.grain.as_str() {
        "day" => format!("(SELECT *, toString(day) AS period FROM v_queue_days(zone = {}))", quoted(&args.zone)),
        "hour" => "(SELECT *, toString(hour_start) AS period FROM v_queue_hours)".to_owned(),
        "interval" => "(SELECT *, toString(interval_start) AS period FROM v_queue_intervals)".to_owned(),
        _ => "(SELECT *, 'all' AS period FROM v_queue_minutes)".to_owned(),
    };
    let filter = args.queue.as_ref().map_or_else(String::new, |queue| format!("WHERE queue = {}", quoted(queue)));
    let percent = |numerator: &str, denominator: &str| {
        format!("ifNull(toString(round(100 * ({numerator}) / nullIf({denominator}, 0), 1)) || ' %', '')")
    };
    let short = "arraySum(arraySlice(sumForEach(wait_abandoned_histogram), 1, 1))";
    let within = "arraySum(arraySlice(sumForEach(wait_answered_histogram), 1, 4))";
    let sql = format!(
        "SELECT period, queue, sum(p.offered) AS `offered`, sum(p.answered) AS `answered`, sum(p.abandoned) AS `abandoned`, sum(p.flow_out) AS `flow_out`,
            {} AS `service level`, {} AS `abandonment`,
            ifNull(toString(round(sum(p.wait_answered_ms) / 1000 / nullIf(sum(p.answered), 0), 1)), '') AS `ASA s`,
            ifNull(toString(round((sum(p.talk_ms) + sum(p.hold_ms) + sum(p.acw_ms)) / 1000 / nullIf(sum(p.handled), 0), 1)), '') AS `AHT s`,
            sum(p.handled) AS `handled`, sum(p.offered) - sum(p.cohort_answered) - sum(p.cohort_abandoned) - sum(p.cohort_flow_out) AS `in queue or lost`
        FROM {from} AS p {filter} GROUP BY period, queue ORDER BY period DESC, queue LIMIT {}",
        percent(within, &format!("sum(p.answered) + sum(p.abandoned) - {short}")),
        percent(&format!("sum(p.abandoned) - {short}"), &format!("sum(p.answered) + sum(p.abandoned) - {short}")),
        args.limit
    );
    let rows = asynchronous()?.block_on(server(&config).rows(&sql))?;
    let mut columns = COLUMNS.to_vec();
    if args.grain != "all" {
        columns.insert(0, "period");
    }
    print(args.format, &columns, &super::cells(&rows, &columns))?;
    Ok(ExitCode::SUCCESS)
}
