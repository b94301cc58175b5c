//! The reports of `holdfast attrition`: what leaders, sites and the personnel department are shown of staying and leaving.

pub(crate) mod asking;
mod attainability;
mod coaching;
mod effects;
mod fairness;
mod feedback;
mod follow_ups;
mod groove;
mod leader_quarters;
mod leaders;
mod naming;
mod short_calls;
mod survival;
mod target_changes;
mod trends;

pub(crate) use fairness::labels;

use super::Context;
use crate::error::Error;
use std::process::ExitCode;

/// What is asked for. Quarterly, not daily; nothing is shown of fewer than eight agents (groups: thirty), and nothing is for dismissal, pay, rating or shifts.
/// Where persons are named, --as and --purpose say to whom and what for, and each look is written down first.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Report {
    /// Leavers of each leader against those expected of tenure, queue group, site, contract and month; load and talks beside them
    Leaders(leaders::Args),
    /// Survival, early exits and ramp of those hired together
    Survival(survival::Args),
    /// How many of comparable agents reach each target
    Attainability(attainability::Args),
    /// Grooves of teams, scorecards and pairs of KPIs that invite them, what changes of targets did, and talks of a few seconds that agents end
    Groove(groove::Args),
    /// Follow-ups of new hires, or of trainings, that are due
    FollowUps(follow_ups::Args),
    /// Whether sessions helped, against others like those who had them
    Effects(effects::Args),
    /// What became of what evaluations found, who is coached in vain, and what listening takes
    Coaching(coaching::Args),
    /// Whether warnings treat groups alike
    Fairness(fairness::Args),
    /// Whether warnings fulfil themselves: shifts, training and evaluations of those told of, against others like them
    Feedback(feedback::Args),
}

/// Runs the command.
///
/// # Errors
/// HF-P001 if persons are named and this may not be seen, HF-P003 if early warnings are switched off; HF-W… and HF-K… if ClickHouse or Kafka refuse.
pub(super) fn run(report: &Report, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    match report {
        Report::Leaders(args) => leaders::run(args, &config),
        Report::Survival(args) => survival::run(args, &config),
        Report::Attainability(args) => attainability::run(args, &config),
        Report::Groove(args) => groove::run(args, &config),
        Report::FollowUps(args) => follow_ups::run(args, &config),
        Report::Effects(args) => effects::run(args, &config),
        Report::Coaching(args) => coaching::run(args, &config),
        Report::Fairness(args) => fairness::run(args, &config),
        Report::Feedback(args) => feedback::run(args, &config),
    }
}
