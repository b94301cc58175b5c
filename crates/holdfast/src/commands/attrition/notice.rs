//! `holdfast attrition notice`: the notice for workers and the works council.

use crate::care::switch;
use crate::commands::{Context, asynchronous, language};
use crate::config::Config;
use crate::error::Error;
use crate::privacy::notice::{Facts, Quality, Silent, notice as text};
use attrition::reasons::Language;
use std::process::ExitCode;

/// Days of the horizon of the shipped model.
const HORIZON_DAYS: u32 = 30;

/// Arguments of `notice`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition notice > notice.md
  holdfast attrition notice --language zh

Made from the list of inputs in the code, from this configuration, and from what became of warnings so far: print it anew after every change, and give it to \
people before the change works.")]
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
    let (share, sites) = switch::silent_shares(&config);
    let facts = Facts {
        enabled: switch::is_on(&config, None),
        sites_off: &sites_off,
        care: &config.care,
        horizon_days: HORIZON_DAYS,
        quality: quality(&config),
        silent: Silent { share, sites: &sites },
    };
    print!("{}", text(&facts, args.language));
    Ok(ExitCode::SUCCESS)
}

/// What became of warnings at the sites where they are on, all together; none: too little, or it cannot be read, which makes the notice no worse than before the
/// first warning.
fn quality(config: &Config) -> Option<Quality> {
    let read = asynchronous().and_then(|runtime| runtime.block_on(crate::care::qualities(config)));
    let sites = read
        .map_err(|error| tracing::warn!(%error, "what became of warnings could not be read: the notice tells simulated numbers"))
        .ok()?;
    let mut sum = Quality { warnings: 0, came_true: 0, leavers: 0, warned: 0 };
    for (_, _, periods) in sites.iter().filter(|(_, site, _)| switch::is_on(config, Some(site))) {
        for all in periods.iter().filter(|one| one.period == "all") {
            sum.warnings += all.quality.warnings;
            sum.came_true += all.quality.came_true;
            sum.leavers += all.quality.leavers;
            sum.warned += all.quality.leavers_warned;
        }
    }
    sum.tellable()
}
