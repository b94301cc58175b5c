//! `holdfast topics`: creates what is missing, shows what there is.

use super::{Context, Format, print};
use crate::error::Error;
use crate::topology;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  holdfast topics            what exists\n  holdfast topics --create   create what is missing")]
pub(super) struct Args {
    /// Create the topics that are missing
    #[arg(long)]
    create: bool,
    /// Delete every topic of this prefix with everything in it (asks for --yes)
    #[arg(long, conflicts_with = "create")]
    delete: bool,
    /// Yes, delete
    #[arg(long, requires = "delete")]
    yes: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// If Kafka cannot be reached.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    if args.create {
        create(&config)?;
    }
    if args.delete {
        return delete(&config, args.yes);
    }
    let mut rows = Vec::new();
    let mut missing = false;
    for plan in topology::topics_of(&config)? {
        let found = runtime::kafka::topics::partitions(&config.kafka, &plan.name)?;
        missing |= found.is_none();
        let settings: Vec<String> = plan.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let state = found.map_or_else(|| "missing".to_owned(), |count| format!("{count} partitions"));
        rows.push(vec![plan.name, state, settings.join(" ")]);
    }
    for (name, topic) in &config.kafka.topics {
        let found = runtime::kafka::topics::partitions(&config.kafka, topic)?;
        missing |= found.is_none();
        let state = found.map_or_else(|| "missing".to_owned(), |count| format!("{count} partitions"));
        rows.push(vec![topic.clone(), state, format!("another installation's, used as `{name}`: neither created nor deleted here")]);
    }
    print(args.format, &["topic", "state", "settings when created"], &rows)?;
    if missing {
        eprintln!("some topics are missing: `holdfast topics --create` creates them");
    }
    Ok(ExitCode::from(u8::from(missing)))
}

/// Creates what is missing.
///
/// # Errors
/// If Kafka refuses.
pub(super) fn create(config: &crate::config::Config) -> Result<(), Error> {
    let plans = topology::topics_of(config)?;
    let created = super::asynchronous()?.block_on(runtime::kafka::topics::create_missing(&config.kafka, &plans))?;
    if !created.is_empty() {
        tracing::info!(count = created.len(), "topics created");
    }
    Ok(())
}

/// Deletes what is this installation's own; without `sure` it only says so.
///
/// # Errors
/// If Kafka refuses.
pub(super) fn delete(config: &crate::config::Config, sure: bool) -> Result<ExitCode, Error> {
    let plans = topology::topics(&config.kafka, config.pipeline.partitions, config.pipeline.partitions);
    let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
    if !sure {
        eprintln!("would delete: {}\nrepeat with --yes to do it", names.join(", "));
        return Ok(ExitCode::FAILURE);
    }
    super::asynchronous()?.block_on(runtime::kafka::topics::delete(&config.kafka, &names))?;
    Ok(ExitCode::SUCCESS)
}
