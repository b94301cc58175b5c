//! `holdfast signals alerts`: keeps Alertmanager told of signals that wait, and serves the counts of teams. `holdfast run signals` does the same beside scoring.

use crate::care;
use crate::commands::Context;
use crate::error::Error;
use crate::stages::{self, Process};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `alerts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals alerts --set care.alertmanager=http://127.0.0.1:9093
  holdfast signals alerts --dry-run                     what would fire now, as it would be sent

An alert says that a talk is due in a team. It names neither the agent nor a score.")]
pub(super) struct Alerts {
    /// Print what fires now and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the address of the health pages into this file
    #[arg(long, value_name = "FILE")]
    address_file: Option<PathBuf>,
}

/// Runs until it is told to stop.
///
/// # Errors
/// HF-C001 without an address of Alertmanager; otherwise what Kafka says.
#[allow(clippy::print_stdout, reason = "the dry run is the output")]
pub(super) fn alerts(args: &Alerts, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    if args.dry_run {
        println!("{}", care::firing(&config)?);
        return Ok(ExitCode::SUCCESS);
    }
    if config.care.alertmanager.is_empty() {
        return Err(Error::configuration("care.alertmanager is empty: set it to http://HOST:PORT of Alertmanager"));
    }
    let process = Process::start()?;
    let address = process.serve(&config.pipeline.listen)?;
    tracing::info!(%address, "health pages at /livez, /readyz and /metrics");
    if let Some(file) = &args.address_file {
        std::fs::write(file, address.to_string())?;
    }
    let mut running = care::watch(context.origin.clone(), &process)?;
    running.extend(crate::staying::watch(context.origin.clone(), &process)?);
    stages::wait(&process, running, Duration::from_secs(config.pipeline.shutdown_seconds))?;
    Ok(ExitCode::SUCCESS)
}
