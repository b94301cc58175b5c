//! `holdfast run`, `ingest`, `contacts`, `agents`, `load`, `board`: the stages.

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
    run(&["ingest", "contacts", "agents", "load", "board"], &args.stage, &config)
}

/// Runs one stage.
///
/// # Errors
/// The error that stopped it.
pub(super) fn stage(name: &'static str, args: &Stage, context: &Context) -> Result<ExitCode, Error> {
    run(&[name], args, &context.config()?)
}

fn run(names: &[&str], args: &Stage, config: &crate::config::Config) -> Result<ExitCode, Error> {
    let process = Process::start()?;
    let mut running: Vec<Running> = Vec::new();
    let board_alone = names == ["board"];
    if !board_alone {
        let address = process.serve(&config.pipeline.listen)?;
        tracing::info!(%address, "health pages at /livez, /readyz and /metrics");
        if let Some(file) = &args.address_file {
            std::fs::write(file, address.to_string())?;
        }
    }
    for name in names {
        running.extend(match *name {
            "ingest" => stages::ingest(config, &process, args.on_mismatch())?,
            "contacts" => stages::contacts(config, &process, args.on_mismatch())?,
            "agents" => stages::agents(config, &process, args.on_mismatch())?,
            "load" => crate::serving::load(config, &process)?,
            _ => {
                let (address, running) = crate::serving::board(config, &process)?;
                if board_alone && let Some(file) = &args.address_file {
                    std::fs::write(file, address.to_string())?;
                }
                running
            }
        });
    }
    let names: Vec<&str> = running.iter().map(|thread| thread.name.as_str()).collect();
    tracing::info!(threads = ?names, "running; stop with Ctrl-C");
    stages::wait(&process, running, Duration::from_secs(config.pipeline.shutdown_seconds))?;
    tracing::info!("stopped cleanly");
    Ok(ExitCode::SUCCESS)
}
