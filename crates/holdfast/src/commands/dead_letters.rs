//! `holdfast dead-letters`: what could not be used, and why.

use super::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::serving::server;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  holdfast dead-letters                 counts by source and reason\n  holdfast dead-letters --list 20       the newest 20 with file and line"
)]
pub(super) struct Args {
    /// List so many letters, the newest first, instead of counting
    #[arg(long, value_name = "N")]
    list: Option<u32>,
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
