//! The command line: one file per command with its arguments and its `run`.

mod attrition;
mod audit;
mod check;
mod completions;
mod config;
mod dead_letters;
mod evaluate;
mod explain;
mod import;
mod kpis;
mod lag;
mod query;
mod reference;
mod replay;
mod run;
mod signals;
mod simulate;
pub(crate) mod staying;
mod topics;
pub(crate) mod train;

use crate::config::Origin;
use crate::error::Error;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Turns the event streams of a call centre into rolling KPIs: Kafka in, ClickHouse and Prometheus out, every number proven.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, about = ABOUT, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    /// Configuration file (TOML), on top of /etc/holdfast/holdfast.toml
    #[arg(long, short, global = true, value_name = "FILE", env = "HOLDFAST_CONFIG")]
    config: Option<PathBuf>,
    /// Sets one value, for example --set kafka.brokers=localhost:9092; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Log level: error, warn, info, debug, or a filter such as runtime=debug,warn
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info", env = "HOLDFAST_LOG")]
    log: String,
    /// Log as JSON; the default when standard error is no terminal
    #[arg(long, global = true)]
    json_logs: bool,
    #[command(subcommand)]
    command: Command,
}

const ABOUT: &str =
    "Turns the event streams of a call centre into rolling KPIs: Kafka in, ClickHouse and Prometheus out, every number proven.";

const EXAMPLES: &str = "\
Examples:
  holdfast topics --create                          create what is missing in Kafka
  holdfast warehouse migrate                        create the tables and views in ClickHouse
  holdfast run                                      every stage in one process
  holdfast import --source pbx1 /var/log/asterisk/queue_log
  holdfast kpis --grain day                         the KPIs as a table
  holdfast audit                                    recompute every pane from the facts; exit code 1 if anything differs
  holdfast explain HF-R003                          what an error means and what to do

Exit codes: 0 ok, 1 failed or differences found, 2 wrong usage, 65 wrong configuration, 69 Kafka or ClickHouse, 70 a stage stopped";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every stage in one process: ingest, contacts, agents, load and board
    Run(run::RunAll),
    /// Run the ingest stage: raw records to canonical events
    Ingest(run::Stage),
    /// Run the contact stage: events to facts to panes
    Contacts(run::Stage),
    /// Run the agent stage: what agents declare and what contacts show of them to activity spans
    Agents(run::Stage),
    /// Run the loader: facts and panes to ClickHouse
    Load(run::Stage),
    /// Run the board: live page, JSON and KPI metrics
    Board(run::Stage),
    /// Put files into the raw topic
    Import(import::Args),
    /// Reference data: sites, teams, agents, queues, targets, calendars, and from when on
    Reference(reference::Args),
    /// Write the log of a simulated centre, and what it must come to
    Simulate(simulate::Args),
    /// How good the early warning of attrition is, on simulated worlds with known truth
    Evaluate(evaluate::Args),
    /// Learn the model that warns of attrition from a site's own days, and say how good it is
    Train(train::Args),
    /// Early warnings of attrition: who waits for a talk, and what became of it
    Signals(signals::Args),
    /// Staying and leaving: what leaders and sites are shown; what is kept of warnings, what people are told
    Attrition(attrition::Args),
    /// Show the KPIs of a time range, or their definitions
    Kpis(kpis::Args),
    /// Recompute every pane from the facts and list each difference
    Audit(audit::Args),
    /// Work everything out again from the raw records, beside what is there, and compare
    Replay(replay::Args),
    /// Show what could not be used, and why
    DeadLetters(dead_letters::Args),
    /// Create or check the topics
    Topics(topics::Args),
    /// Show how far each stage is behind, or wait until none is
    Lag(lag::Args),
    /// Tables and views in ClickHouse
    Warehouse(query::Args),
    /// Check the configuration, Kafka and ClickHouse
    Check(check::Args),
    /// Show the configuration
    Config(config::Args),
    /// Explain an error code
    Explain(explain::Args),
    /// Print the completions of a shell
    Completions(completions::Args),
}

/// What every command needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where the configuration comes from.
    pub origin: Origin,
}

impl Context {
    /// The configuration.
    ///
    /// # Errors
    /// HF-C001.
    pub fn config(&self) -> Result<crate::config::Config, Error> {
        crate::config::load(&self.origin)
    }
}

/// Parses the command line, runs the command, tells the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging(&cli.log, cli.json_logs);
    let context = Context { origin: Origin { file: cli.config, set: cli.set } };
    let done = match cli.command {
        Command::Run(args) => run::all(&args, &context),
        Command::Ingest(args) => run::stage("ingest", &args, &context),
        Command::Contacts(args) => run::stage("contacts", &args, &context),
        Command::Agents(args) => run::stage("agents", &args, &context),
        Command::Load(args) => run::stage("load", &args, &context),
        Command::Board(args) => run::stage("board", &args, &context),
        Command::Import(args) => import::run(&args, &context),
        Command::Reference(args) => reference::run(&args, &context),
        Command::Simulate(args) => simulate::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Train(args) => train::run(&args, &context),
        Command::Attrition(args) => attrition::run(&args, &context),
        Command::Signals(args) => signals::run(&args, &context),
        Command::Kpis(args) => kpis::run(&args, &context),
        Command::Audit(args) => audit::run(&args, &context),
        Command::Replay(args) => replay::run(&args, &context),
        Command::DeadLetters(args) => dead_letters::run(&args, &context),
        Command::Lag(args) => lag::run(&args, &context),
        Command::Topics(args) => topics::run(&args, &context),
        Command::Warehouse(args) => query::run(&args, &context),
        Command::Check(args) => check::run(&args, &context),
        Command::Config(args) => config::run(&args, &context),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if explain::page(error.code).is_some() {
                eprintln!("       `holdfast explain {}` says more", error.code);
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn start_logging(level: &str, json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_new(level).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let terminal = std::io::stderr().is_terminal();
    let started = if json || !terminal { builder.json().flatten_event(true).try_init() } else { builder.with_target(false).try_init() };
    if let Err(error) = started {
        eprintln!("logging could not be started: {error}");
    }
}

/// A multi-threaded runtime for the parts that are asynchronous.
///
/// # Errors
/// If the system refuses threads.
pub fn asynchronous() -> Result<tokio::runtime::Runtime, Error> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// The language of an answer: en or zh.
fn language(text: &str) -> Result<::attrition::reasons::Language, &'static str> {
    match text {
        "en" => Ok(::attrition::reasons::Language::English),
        "zh" => Ok(::attrition::reasons::Language::Chinese),
        _ => Err("write en or zh"),
    }
}

/// How tables are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON array.
    Json,
    /// Comma-separated, with a header.
    Csv,
}

/// Prints rows to standard output.
///
/// # Errors
/// If standard output is closed.
pub fn print(format: Format, header: &[&str], rows: &[Vec<String>]) -> Result<(), Error> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let written = match format {
        Format::Table => {
            let mut table = comfy_table::Table::new();
            table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY).set_header(header.to_vec());
            for row in rows {
                table.add_row(row.clone());
            }
            writeln!(out, "{table}")
        }
        Format::Json => {
            let object =
                |row: &Vec<String>| header.iter().zip(row).map(|(k, v)| ((*k).to_owned(), serde_json::Value::from(v.as_str()))).collect();
            let array: Vec<serde_json::Map<String, serde_json::Value>> = rows.iter().map(object).collect();
            writeln!(out, "{}", serde_json::Value::from_iter(array))
        }
        Format::Csv => {
            let quote =
                |text: &str| if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() };
            let line = |cells: Vec<String>| cells.join(",");
            let mut text = line(header.iter().map(|cell| quote(cell)).collect());
            for row in rows {
                text = format!("{text}\n{}", line(row.iter().map(|cell| quote(cell)).collect()));
            }
            writeln!(out, "{text}")
        }
    };
    Ok(written?)
}

/// Cells of JSON rows, in the order of the columns.
pub fn cells(rows: &[serde_json::Map<String, serde_json::Value>], columns: &[&str]) -> Vec<Vec<String>> {
    let cell = |value: Option<&serde_json::Value>| match value {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    rows.iter().map(|row| columns.iter().map(|column| cell(row.get(*column))).collect()).collect()
}
