//! `holdfast completions SHELL`.

use crate::error::Error;
use clap::CommandFactory;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  holdfast completions bash > /etc/bash_completion.d/holdfast")]
pub(super) struct Args {
    /// Which shell
    shell: clap_complete::Shell,
}

/// Runs the command.
///
/// # Errors
/// None.
pub(super) fn run(args: &Args) -> Result<ExitCode, Error> {
    clap_complete::generate(args.shell, &mut super::Cli::command(), "holdfast", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
