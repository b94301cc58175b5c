//! `holdfast dead-letters`: what could not be used, and why; and once more, when what was wrong has been put right.

use super::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::redrive::{self, Filter, Plan};
use crate::serving::server;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  holdfast dead-letters                 counts by source and reason
  holdfast dead-letters --list 20       the newest 20 with file and line
  holdfast dead-letters redrive --code unknown_source --dry-run")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// List so many letters, the newest first, instead of counting
    #[arg(long, value_name = "N")]
    list: Option<u32>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Put the records behind dead letters into their topics once more
    Redrive(Redrive),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast dead-letters redrive --dry-run                        what would be re-driven
  holdfast dead-letters redrive --code unknown_source            after the source was added to the configuration
  holdfast dead-letters redrive --source bank --code bad_time    after its mapping was corrected

Stages read their configuration when they start: restart them first. A record is re-driven once, however often this is run; if it fails again,
it makes a new dead letter. Records that Kafka has deleted (retention of the topic) cannot be re-driven: import their file again.")]
struct Redrive {
    /// Only letters with this code; can be given several times
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    /// Only letters of this source; can be given several times
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Only letters of this stage (ingest, contacts, agents); can be given several times
    #[arg(long, value_name = "NAME")]
    stage: Vec<String>,
    /// Say what would be done and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// HF-W001 if ClickHouse refuses; HF-K if Kafka does.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    match &args.action {
        Some(Action::Redrive(args)) => redrive(args, context),
        None => show(args, context),
    }
}

fn show(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let (columns, sql): (&[&str], String) = match args.list {
        None => (
            &["stage", "source", "code", "letters", "example"],
            "SELECT stage, source, code, count() AS letters, any(reason) AS example FROM v_dead_letters GROUP BY stage, source, code ORDER BY letters DESC".to_owned(),
        ),
        Some(limit) => (
            &["source", "source_file", "source_line", "code", "reason", "topic", "source_partition", "source_offset"],
            format!("SELECT source, source_file, source_line, code, reason, topic, source_partition, source_offset FROM v_dead_letters ORDER BY topic, source_offset DESC LIMIT {limit}"),
        ),
    };
    let found = asynchronous()?.block_on(server(&config).rows(&sql))?;
    print(args.format, columns, &super::cells(&found, columns))?;
    Ok(ExitCode::SUCCESS)
}

fn redrive(args: &Redrive, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let filter = Filter { codes: args.code.clone(), sources: args.source.clone(), stages: args.stage.clone() };
    let plan = redrive::plan(&config.kafka, &filter)?;
    print(args.format, &["stage", "source", "code", "letters"], &rows(&plan))?;
    let before = if plan.done_before > 0 { format!("; {} were re-driven before", plan.done_before) } else { String::new() };
    let total: u64 = plan.counts.values().sum();
    if args.dry_run {
        eprintln!("{total} would be re-driven{before}");
        return Ok(ExitCode::SUCCESS);
    }
    let bar = indicatif::ProgressBar::new(total);
    let done = redrive::carry_out(&config.kafka, &plan, &mut |records| bar.set_position(records))?;
    bar.finish_and_clear();
    eprintln!("{} re-driven{before}", done.records);
    if done.gone > 0 {
        eprintln!(
            "{} are not in Kafka any more: import their files again (`holdfast dead-letters --list 100` shows file and line)",
            done.gone
        );
    }
    Ok(ExitCode::from(u8::from(done.gone > 0)))
}

fn rows(plan: &Plan) -> Vec<Vec<String>> {
    plan.counts
        .iter()
        .map(|((stage, source, code), letters)| vec![stage.clone(), source.clone(), code.clone(), letters.to_string()])
        .collect()
}
