//! `holdfast audit`: every pane recomputed from the facts, those of queues and those of agents.

use super::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::serving::server;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast audit          exit code 0: every pane equals the facts; 1: differences, each printed
  holdfast audit --fix    write repairs, so that panes equal facts")]
pub(super) struct Args {
    /// Write repairs for what differs
    #[arg(long)]
    fix: bool,
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
    let default_ms = config.queues.get("default").map_or(20_000, |queue| queue.threshold_s * 1_000);
    let others = config.queues.iter().filter(|(name, _)| *name != "default");
    let queues: Vec<(String, i64)> = others.map(|(name, queue)| (name.clone(), queue.threshold_s * 1_000)).collect();
    let runtime = asynchronous()?;
    let limit = if args.fix { 10_000_000 } else { args.limit };
    let report = runtime.block_on(warehouse::audit(&server, &queues, default_ms, limit))?;
    let rows: Vec<Vec<String>> = report.differences.iter().take(args.limit).map(row).collect();
    if !rows.is_empty() || args.format != Format::Table {
        print(args.format, &["tenant", "queue", "minute (UTC)", "measure", "facts", "panes"], &rows)?;
    }
    let agents = runtime.block_on(warehouse::audit_agents(&server, limit))?;
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
