//! `holdfast lag`: how far each stage is behind; `--wait` until none is.

use super::{Context, Format, print};
use crate::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  holdfast lag\n  holdfast lag --wait 60    wait until every stage has caught up, at most 60 s; exit code 1 if not"
)]
pub(super) struct Args {
    /// Wait until every stage has caught up, at most so many seconds
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
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
    let deadline = Instant::now() + Duration::from_secs(args.wait.unwrap_or(0));
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}").map_err(|error| Error::new("HF-I001", error.to_string()))?;
    let bar = ProgressBar::new_spinner().with_style(style);
    let (_bell, quiet) = std::sync::mpsc::channel::<()>();
    loop {
        let rows = crate::behind::stages(&config)?;
        let behind: i64 = rows.iter().map(|(_, behind)| behind).sum();
        bar.set_message(format!("{behind} records behind"));
        bar.tick();
        if behind == 0 || Instant::now() >= deadline {
            bar.finish_and_clear();
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(stage, behind)| vec![stage.to_owned(), behind.to_string()]).collect();
            print(args.format, &["stage", "records behind"], &rows)?;
            return Ok(ExitCode::from(u8::from(behind > 0)));
        }
        if quiet.recv_timeout(Duration::from_millis(200)).is_ok() {
            return Ok(ExitCode::FAILURE);
        }
    }
}
