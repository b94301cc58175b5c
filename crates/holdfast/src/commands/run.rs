//! `holdfast run`, `run signals`, `ingest`, `contacts`, `agents`, `load`, `board`: the stages.

use super::Context;
use crate::error::Error;
use crate::stages::{self, OnMismatch, Process, Running};
use std::process::ExitCode;
use std::time::Duration;

/// Every stage in one process.
#[derive(Debug, clap::Args)]
pub(super) struct RunAll {
    /// Create missing topics, tables and views first
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    prepare: bool,
    /// `signals`: only the scoring of early warnings of attrition, which `run` includes where attrition.enabled
    #[arg(value_name = "STAGE", value_parser = ["signals"])]
    only: Option<String>,
    /// With `signals`: score what is closed, then end
    #[arg(long, requires = "only")]
    once: bool,
    /// With `signals`: of a site of which nothing was told yet, tell from this local day on, and not only the latest
    #[arg(long, requires = "only", value_name = "YYYY-MM-DD")]
    since: Option<jiff::civil::Date>,
    #[command(flatten)]
    stage: Stage,
}

/// One stage.
#[derive(Debug, clap::Args)]
pub(super) struct Stage {
    /// The group's offset and the state disagree: read on from the state
    #[arg(long, conflicts_with = "rebuild_state")]
    rewind: bool,
    /// The group's offset and the state disagree: forget the state
    #[arg(long)]
    rebuild_state: bool,
    /// Write the address of the health pages into this file
    #[arg(long, value_name = "FILE")]
    address_file: Option<std::path::PathBuf>,
}

impl Stage {
    fn on_mismatch(&self) -> OnMismatch {
        match (self.rewind, self.rebuild_state) {
            (true, _) => OnMismatch::Rewind,
            (_, true) => OnMismatch::RebuildState,
            _ => OnMismatch::Refuse,
        }
    }
}

/// Runs every stage.
///
/// # Errors
/// The first error of a stage.
pub(super) fn all(args: &RunAll, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    if args.prepare {
        super::topics::create(&config)?;
        super::query::migrate(&config)?;
    }
    if args.only.is_some() {
        return signals(args, context);
    }
    let all = ["ingest", "contacts", "agents", "load", "board"];
    let process = begin(&args.stage, &config, false)?;
    let mut running = start(&all, &args.stage, &config, &process, false)?;
    if config.attrition.enabled {
        running.extend(crate::signals::stage::start(context.origin.clone(), &process, None, false)?);
        running.extend(crate::care::watch(context.origin.clone(), &process)?);
        running.extend(crate::staying::watch(context.origin.clone(), &process)?);
    }
    finish(&process, running, &config)
}

/// Scores early warnings.
///
/// # Errors
/// What stopped it.
fn signals(args: &RunAll, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let since = args.since.map(crate::signals::calendar::day_number);
    if args.once {
        let told = crate::signals::stage::Stage::new(&config, &prometheus::Registry::new(), since)?.turn(&config)?;
        tracing::info!(days = told, "told");
        return Ok(ExitCode::SUCCESS);
    }
    let process = begin(&args.stage, &config, false)?;
    let mut running = crate::signals::stage::start(context.origin.clone(), &process, since, true)?;
    running.extend(crate::care::watch(context.origin.clone(), &process)?);
    running.extend(crate::staying::watch(context.origin.clone(), &process)?);
    finish(&process, running, &config)
}

/// Runs one stage.
///
/// # Errors
/// The error that stopped it.
pub(super) fn stage(name: &'static str, args: &Stage, context: &Context) -> Result<ExitCode, Error> {
    run(&[name], args, &context.config()?)
}

fn run(names: &[&str], args: &Stage, config: &crate::config::Config) -> Result<ExitCode, Error> {
    let board_alone = names == ["board"];
    let process = begin(args, config, board_alone)?;
    let running = start(names, args, config, &process, board_alone)?;
    finish(&process, running, config)
}

/// A process with its health pages; the board has its own.
fn begin(args: &Stage, config: &crate::config::Config, board_alone: bool) -> Result<Process, Error> {
    let process = Process::start()?;
    if !board_alone {
        let address = process.serve(&config.pipeline.listen)?;
        tracing::info!(%address, "health pages at /livez, /readyz and /metrics");
        if let Some(file) = &args.address_file {
            std::fs::write(file, address.to_string())?;
        }
    }
    Ok(process)
}

fn start(
    names: &[&str],
    args: &Stage,
    config: &crate::config::Config,
    process: &Process,
    board_alone: bool,
) -> Result<Vec<Running>, Error> {
    let mut running: Vec<Running> = Vec::new();
    for name in names {
        running.extend(match *name {
            "ingest" => stages::ingest(config, process, args.on_mismatch())?,
            "contacts" => stages::contacts(config, process, args.on_mismatch())?,
            "agents" => stages::agents(config, process, args.on_mismatch())?,
            "load" => crate::serving::load(config, process)?,
            _ => {
                let (address, running) = crate::serving::board(config, process)?;
                if board_alone && let Some(file) = &args.address_file {
                    std::fs::write(file, address.to_string())?;
                }
                running
            }
        });
    }
    Ok(running)
}

fn finish(process: &Process, running: Vec<Running>, config: &crate::config::Config) -> Result<ExitCode, Error> {
    let names: Vec<&str> = running.iter().map(|thread| thread.name.as_str()).collect();
    tracing::info!(threads = ?names, "running; stop with Ctrl-C");
    stages::wait(process, running, Duration::from_secs(config.pipeline.shutdown_seconds))?;
    tracing::info!("stopped cleanly");
    Ok(ExitCode::SUCCESS)
}
