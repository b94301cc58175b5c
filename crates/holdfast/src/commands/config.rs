//! `holdfast config show`: every value and where it comes from.

use super::{Context, Format, print};
use crate::error::Error;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Every value with its origin; secrets are hidden
    Show {
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// Runs the command.
///
/// # Errors
/// HF-C001 if a layer cannot be read.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let What::Show { format } = args.what;
    let rows: Vec<Vec<String>> =
        crate::config::provenance(&context.origin)?.into_iter().map(|(key, value, from)| vec![key, value, from]).collect();
    print(format, &["key", "value", "from"], &rows)?;
    Ok(ExitCode::SUCCESS)
}
