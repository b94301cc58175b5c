//! `holdfast attrition`: what leaders and sites are shown of staying and leaving ([`super::staying`]), what is kept of early warnings and for how long, and what people are told
//! about them.

mod erase;
mod keeping;
mod model;
mod notice;
mod retention;
mod uplift;

use super::{Context, staying};
use crate::error::Error;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition leaders --as hr:hr-1 --purpose oversight --from 2026-01-01 --to 2026-03-31     leavers against those expected, by leader
  holdfast attrition survival --by site                            of those hired together, how many are still there
  holdfast attrition attainability --site berlin                   how many of comparable agents reach each target
  holdfast attrition groove --site berlin                          teams whose speed rises while their care falls
  holdfast attrition groove --site berlin --short-calls --as kpi-owner:kim --purpose targets       talks of a few seconds that agents end
  holdfast attrition follow-ups --as leader:leader-1 --purpose retention-talk --overdue            new hires whom nobody has asked yet how it goes
  holdfast attrition effects --site berlin --kind coaching --measure quality
  holdfast attrition coaching --site berlin                        what was found in calls, coached, and found again
  holdfast attrition fairness --site berlin --attribute age_band   warnings by group, small groups hidden
  holdfast attrition feedback --site berlin                        whether warnings fulfil themselves
  holdfast attrition uplift --site berlin                          whether talks keep people, against signals kept silent
  holdfast attrition model                                         whether the models in use still hold
  holdfast attrition retention --dry-run        what is too old
  holdfast attrition erase agent-101 --as hr:hr-1 --reason 'asked on 3 May' --dry-run
  holdfast attrition notice --language zh > notice.md")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    #[command(flatten)]
    Staying(staying::Report),
    /// Whether talks keep people: signals told against signals kept silent at random
    Uplift(uplift::Uplift),
    /// Whether the models in use still hold: probabilities against who left, inputs against the quarter they knew
    Model(model::Model),
    /// Delete what is too old, and what is left of people who left
    Retention(retention::Retention),
    /// Delete everything about one agent
    Erase(erase::Erase),
    /// The notice for workers and the works council, from this configuration
    Notice(notice::Notice),
}

/// Runs the command.
///
/// # Errors
/// HF-W001 if ClickHouse refuses; HF-K if Kafka does.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    match &args.what {
        What::Staying(report) => staying::run(report, context),
        What::Uplift(args) => uplift::uplift(args, context),
        What::Model(args) => model::model(args, context),
        What::Retention(args) => retention::retention(args, context),
        What::Erase(args) => erase::erase(args, context),
        What::Notice(args) => notice::notice(args, context),
    }
}
