//! `holdfast attrition notice`: the notice for workers and the works council.

use crate::care::switch;
use crate::commands::{Context, language};
use crate::error::Error;
use crate::privacy::notice::{Facts, notice as text};
use attrition::reasons::Language;
use std::process::ExitCode;

/// Days of the horizon of the shipped model.
const HORIZON_DAYS: u32 = 30;

/// Arguments of `notice`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition notice > notice.md
  holdfast attrition notice --language zh

Made from the list of inputs in the code and from this configuration: print it anew after every change, and give it to people before the change works.")]
pub(super) struct Notice {
    /// en or zh
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
}

/// Prints the notice.
///
/// # Errors
/// HF-C001.
#[allow(clippy::print_stdout, reason = "the notice is the output")]
pub(super) fn notice(args: &Notice, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let sites_off = switch::sites_off(&config);
    let facts = Facts {
        enabled: switch::is_on(&config, None),
        sites_off: &sites_off,
        care: &config.care,
        horizon_days: HORIZON_DAYS,
        quality: None,
    };
    print!("{}", text(&facts, args.language));
    Ok(ExitCode::SUCCESS)
}
