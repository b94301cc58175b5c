//! `holdfast warehouse`: migrations and queries.

use super::{Context, asynchronous};
use crate::config::Config;
use crate::error::Error;
use crate::serving::server;
use std::io::Write;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast warehouse migrate
  holdfast warehouse query \"SELECT queue, sum(offered) FROM v_queue_minutes GROUP BY queue\"")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Create or update tables and views
    Migrate,
    /// Run a statement in the database, whatever it does
    Query {
        /// pretty, json (one object per line) or csv
        #[arg(long, default_value = "pretty")]
        format: String,
        /// The statement
        sql: String,
    },
}

/// Runs the command.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    match &args.what {
        What::Migrate => migrate(&config)?,
        What::Query { format, sql } => {
            let format = match format.as_str() {
                "json" => "JSONEachRow",
                "csv" => "CSVWithNames",
                _ => "PrettyCompactMonoBlock",
            };
            let reads = ["select", "with", "show", "describe", "explain", "exists"];
            let first = sql.split_whitespace().next().unwrap_or_default().to_lowercase();
            if reads.contains(&first.as_str()) {
                let bytes = asynchronous()?.block_on(server(&config).fetch(sql, format))?;
                std::io::stdout().lock().write_all(&bytes)?;
            } else {
                asynchronous()?.block_on(server(&config).execute_inside(sql))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Brings the tables up to this version.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(super) fn migrate(config: &Config) -> Result<(), Error> {
    let done = asynchronous()?.block_on(warehouse::migrate(&server(config)))?;
    if !done.applied.is_empty() || done.views {
        tracing::info!(migrations = ?done.applied, views = done.views, database = config.clickhouse.database, "the warehouse was brought up to date");
    }
    if let Some(attrition) = crate::serving::attrition(config) {
        let done = asynchronous()?.block_on(warehouse::attrition::migrate(&attrition))?;
        if !done.applied.is_empty() || done.views {
            tracing::info!(migrations = ?done.applied, views = done.views, database = attrition.server().database, "the database of the early warning was brought up to date");
        }
    }
    Ok(())
}

/// What ClickHouse says of itself.
///
/// # Errors
/// HF-W001 if it does not answer.
pub(super) fn server_version(config: &Config) -> Result<String, Error> {
    let mut plain = config.clone();
    "default".clone_into(&mut plain.clickhouse.database);
    let bytes = asynchronous()?.block_on(server(&plain).fetch("SELECT version()", "TabSeparated"))?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
