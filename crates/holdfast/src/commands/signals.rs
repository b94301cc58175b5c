//! `holdfast signals`: what leaders, agents and human resources do with early warnings of attrition. Every look is written down before anything is shown.

mod acting;
mod alerting;
mod asking;
mod days;
mod leave;
mod looking;

use super::Context;
use crate::error::Error;
use asking::Asking;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals list --as leader:leader-1 --purpose retention-talk
  holdfast signals acknowledge SIGNAL --as leader:leader-1 --purpose retention-talk --saw 'quieter than usual, long after-call work'
  holdfast signals show SIGNAL --as leader:leader-1 --purpose retention-talk --language zh
  holdfast signals talk SIGNAL --as leader:leader-1 --purpose retention-talk --note 'shifts end too late for the last bus'
  holdfast signals close SIGNAL --as leader:leader-1 --purpose retention-talk --outcome agreed --note 'early shifts from May'
  holdfast signals contest SIGNAL --as agent:agent-101 --purpose objection --note 'the absence was approved'
  holdfast signals answer SIGNAL --as hr:hr-1 --purpose objection --uphold --note 'right, the roster was wrong'
  holdfast signals days --as agent:agent-101 --purpose own-data             what was measured of my days
  holdfast signals readers --as agent:agent-101 --purpose own-data          who has looked at my data

For keeping people, and for nothing else: never for dismissal, pay, rating or shifts. A leader sees the own team only, and reasons only after \
having recorded what the leader saw. Run it behind whatever knows who is calling: docs/attrition-privacy.md.")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What is there for you
    List(looking::List),
    /// One signal with what you may see of it
    Show(looking::Show),
    /// An agent's own days: what was measured, and is looked at for reasons
    Days(days::Days),
    /// Who has looked at an agent's data, when and why
    Readers(looking::Readers),
    /// The leader records what the leader saw, before reasons are shown
    Acknowledge(acting::Acknowledge),
    /// The leader records a talk
    Talk(acting::Noted),
    /// End it with an outcome
    Close(acting::Close),
    /// The agent objects; hidden from the leader until it is answered
    Contest(acting::Noted),
    /// Human resources answer an objection
    Answer(acting::Answer),
    /// Human resources ask to see a sealed signal; a second person approves
    BreakGlass(leave::BreakGlass),
    /// The second person gives leave
    Approve(leave::Approve),
    /// Keep Alertmanager told of signals that wait
    Alerts(alerting::Alerts),
}

/// Runs the command.
///
/// # Errors
/// HF-P001 if it may not be seen or done, HF-P002 if it could not be recorded, HF-P003 if early warnings are switched off, HF-P004 if those of the site are not
/// good enough to be shown; otherwise what Kafka or
/// ClickHouse say.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    match &args.what {
        What::List(args) => looking::list(args, context),
        What::Show(args) => looking::show(args, context),
        What::Days(args) => days::days(args, context),
        What::Readers(args) => looking::readers(args, context),
        What::Acknowledge(args) => acting::acknowledge(args, context),
        What::Talk(args) => acting::talk(args, context),
        What::Close(args) => acting::close(args, context),
        What::Contest(args) => acting::contest(args, context),
        What::Answer(args) => acting::answer(args, context),
        What::BreakGlass(args) => leave::break_glass(args, context),
        What::Approve(args) => leave::approve(args, context),
        What::Alerts(args) => alerting::alerts(args, context),
    }
}

/// Prints to standard output, as text or as one JSON value.
fn say(asking: &Asking, text: &str, value: &impl serde::Serialize) -> Result<(), Error> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if asking.json {
        let json = serde_json::to_string(value).map_err(|error| Error::new("HF-I001", error.to_string()))?;
        Ok(writeln!(out, "{json}")?)
    } else {
        Ok(writeln!(out, "{text}")?)
    }
}
