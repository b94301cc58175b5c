//! `holdfast audit`: every pane recomputed from the facts, those of queues and those of agents.

use super::{Context, Format, asynchronous, print};
use crate::config::Config;
use crate::error::Error;
use crate::serving::server;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use warehouse::{AgentReport, Report, Scope, Server, Span};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast audit                     exit code 0: every pane equals the facts; 1: differences, each printed
  holdfast audit --from 2026-11-26   only since then, UTC
  holdfast audit --fix               write repairs, so that panes equal facts")]
pub(super) struct Args {
    /// Write repairs for what differs
    #[arg(long)]
    fix: bool,
    /// Compare from this time on: a date (UTC) or a time such as 2026-11-26T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = quarter)]
    from: Option<i64>,
    /// Compare up to this time
    #[arg(long, value_name = "TIME", value_parser = quarter)]
    until: Option<i64>,
    /// Print so many differences at most
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// HF-W001 if ClickHouse refuses.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let server = server(&config);
    let runtime = asynchronous()?;
    let limit = if args.fix { 10_000_000 } else { args.limit };
    let scope = scope(&config, Span { from_us: args.from, until_us: args.until });
    let (report, agents) = runtime.block_on(compare(&server, &scope, limit))?;
    let rows: Vec<Vec<String>> = report.differences.iter().take(args.limit).map(row).collect();
    if !rows.is_empty() || args.format != Format::Table {
        print(args.format, &["tenant", "queue", "minute (UTC)", "measure", "facts", "panes"], &rows)?;
    }
    let rows: Vec<Vec<String>> = agents.differences.iter().take(args.limit).map(agent_row).collect();
    if !rows.is_empty() {
        print(args.format, &["tenant", "agent", "quarter (UTC)", "measure", "facts", "panes"], &rows)?;
    }
    let (panes, facts, total) = (report.panes + agents.panes, report.facts + agents.facts, report.total + agents.total);
    if total == 0 {
        eprintln!("audit: {panes} panes equal {facts} facts; no difference");
        return Ok(ExitCode::SUCCESS);
    }
    if args.fix {
        let fixed = runtime.block_on(async {
            let queues = warehouse::fix(&server, &report).await?;
            Ok::<_, warehouse::Error>(queues + warehouse::fix_agents(&server, &agents).await?)
        })?;
        eprintln!("audit: {total} differences in {fixed} panes were repaired");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("audit: {total} differences between {panes} panes and {facts} facts; `holdfast audit --fix` repairs the panes");
    Ok(ExitCode::FAILURE)
}

/// Every pane of a configuration's database, with one difference each as an example.
///
/// # Errors
/// HF-W001 if ClickHouse refuses.
pub(super) fn whole(config: &Config) -> Result<(Report, AgentReport), Error> {
    asynchronous()?.block_on(compare(&server(config), &scope(config, Span::default()), 1))
}

fn scope(config: &Config, span: Span) -> Scope {
    let default_threshold_ms = config.queues.get("default").map_or(20_000, |queue| queue.threshold_s * 1_000);
    let others = config.queues.iter().filter(|(name, _)| *name != "default");
    Scope { threshold_ms: others.map(|(name, queue)| (name.clone(), queue.threshold_s * 1_000)).collect(), default_threshold_ms, span }
}

/// Compares part by part, so that a year needs no more memory than a week.
async fn compare(server: &Server, scope: &Scope, limit: usize) -> Result<(Report, AgentReport), Error> {
    let spans = warehouse::audit_spans(server, scope.span).await?;
    let style =
        ProgressStyle::with_template("auditing {bar:30} {pos}/{len} parts, {eta} left").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(spans.len() as u64).with_style(style);
    let (mut queues, mut agents) = (Report::default(), AgentReport::default());
    for span in spans {
        queues.add(warehouse::audit_queues(server, &Scope { span, ..scope.clone() }, limit).await?, limit);
        agents.add(warehouse::audit_agents(server, &span, limit).await?, limit);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((queues, agents))
}

/// The quarter of an hour that a time lies in, microseconds since 1970.
pub(super) fn quarter(text: &str) -> Result<i64, String> {
    let midnight = |date: jiff::civil::Date| jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    let time = text.parse::<jiff::Timestamp>().or_else(|_| text.parse().and_then(midnight));
    let time = time.map_err(|_| format!("{text} is neither a date such as 2026-11-26 nor a time such as 2026-11-26T08:00:00Z"))?;
    Ok(time.as_microsecond().div_euclid(kpi::windows::INTERVAL_US) * kpi::windows::INTERVAL_US)
}

fn row(difference: &warehouse::Difference) -> Vec<String> {
    vec![
        difference.tenant.clone(),
        difference.queue.clone(),
        time(difference.minute_us),
        difference.measure.clone(),
        difference.facts.to_string(),
        difference.panes.to_string(),
    ]
}

fn agent_row(difference: &warehouse::AgentDifference) -> Vec<String> {
    vec![
        difference.tenant.clone(),
        difference.agent.clone(),
        time(difference.window_us),
        difference.measure.clone(),
        difference.facts.to_string(),
        difference.panes.to_string(),
    ]
}

fn time(us: i64) -> String {
    jiff::Timestamp::from_microsecond(us).map_or_else(|_| us.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_and_begin_with_their_quarter() {
        assert_eq!(quarter("1970-01-02"), Ok(86_400_000_000));
        assert_eq!(quarter("1970-01-01T01:20:59+01:00"), Ok(900_000_000));
        assert!(quarter("yesterday").unwrap_err().contains("2026-11-26"));
    }
}
