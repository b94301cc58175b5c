//! `holdfast attrition`: what leaders, sites and the personnel department are shown of staying and leaving.

pub(super) mod asking;
mod effects;
mod fairness;
mod follow_ups;
mod groove;
mod leaders;
mod survival;

pub(super) use fairness::labels;

use super::Context;
use crate::error::Error;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition leaders --from 2026-01-01 --to 2026-03-31     leavers against those expected, by leader
  holdfast attrition survival --by site                            of those hired together, how many are still there
  holdfast attrition groove --site berlin                          teams whose speed rises while their care falls
  holdfast attrition follow-ups                                    new hires whom nobody has asked yet how it goes
  holdfast attrition effects --site berlin --kind coaching --measure quality
  holdfast attrition fairness --site berlin --attribute age_band   warnings by group, small groups hidden

Quarterly, not daily. Nothing is shown of fewer than eight agents (groups: thirty), and nothing here is for dismissal, pay, rating or shifts.")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Leavers of each leader against those expected of tenure, queue group, site, contract and month
    Leaders(leaders::Args),
    /// Survival and early exits of those hired in the same month
    Survival(survival::Args),
    /// Grooves of teams, and scorecards that invite them
    Groove(groove::Args),
    /// Follow-ups of new hires that are due
    FollowUps(follow_ups::Args),
    /// Whether sessions helped, against others like those who had them
    Effects(effects::Args),
    /// Whether warnings treat groups alike
    Fairness(fairness::Args),
}

/// Runs the command.
///
/// # Errors
/// HF-W… if ClickHouse refuses.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    match &args.what {
        What::Leaders(args) => leaders::run(args, &config),
        What::Survival(args) => survival::run(args, &config),
        What::Groove(args) => groove::run(args, &config),
        What::FollowUps(args) => follow_ups::run(args, &config),
        What::Effects(args) => effects::run(args, &config),
        What::Fairness(args) => fairness::run(args, &config),
    }
}
