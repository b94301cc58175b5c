//! `holdfast signals acknowledge`, `talk`, `close`, `contest`, `answer`: what people do. Each is an event in the topic of signals.

use super::asking::{Asking, Session, local_day, missing};
use super::say;
use crate::care::{Deed, Moment, Refused, event, text, told, topic};
use crate::commands::Context;
use crate::error::Error;
use crate::signals::log::Writer;
use attrition::reasons::Language;
use attrition::signals::{Action, Outcome};
use std::process::ExitCode;

/// What every action needs.
#[derive(Debug, clap::Args)]
pub(super) struct Act {
    #[command(flatten)]
    asking: Asking,
    /// Id of the signal
    signal: String,
    /// Only say whether it could be done
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `acknowledge`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals acknowledge SIGNAL --as leader:leader-1 --purpose retention-talk --saw 'nothing unusual; two late starts'")]
pub(super) struct Acknowledge {
    #[command(flatten)]
    act: Act,
    /// What you have seen yourself, before you see reasons
    #[arg(long, value_name = "TEXT")]
    saw: String,
}

/// Arguments of `talk` and `contest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals talk SIGNAL --as leader:leader-1 --purpose retention-talk --note 'shifts end too late for the last bus'
  holdfast signals contest SIGNAL --as agent:agent-101 --purpose objection --note 'the absence of 3 May was approved'")]
pub(super) struct Noted {
    #[command(flatten)]
    act: Act,
    /// What was said; no customers' numbers
    #[arg(long, value_name = "TEXT")]
    note: String,
}

/// Arguments of `close`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals close SIGNAL --as leader:leader-1 --purpose retention-talk --outcome agreed --note 'early shifts from May'
  holdfast signals close SIGNAL --as leader:leader-1 --purpose retention-talk --outcome dismissed --note 'was on a course'
  holdfast signals close SIGNAL --as hr:hr-1 --purpose retention-talk --outcome moved --note 'back office from June'

Leaders: dismissed (after acknowledging), agreed, nothing-to-do (after the talk). Human resources: left, moved.")]
pub(super) struct Close {
    #[command(flatten)]
    act: Act,
    /// How it ended
    #[arg(long, value_enum)]
    outcome: Ending,
    /// What came of it, or why not
    #[arg(long, value_name = "TEXT")]
    note: String,
}

/// How people end a signal.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Ending {
    /// There is no reason for a talk
    Dismissed,
    /// Something was agreed
    Agreed,
    /// The talk found nothing to do
    NothingToDo,
    /// The agent has left or given notice
    Left,
    /// The agent has another post
    Moved,
}

/// Arguments of `answer`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals answer SIGNAL --as hr:hr-1 --purpose objection --uphold --note 'right, the roster was wrong'
  holdfast signals answer SIGNAL --as hr:hr-1 --purpose objection --reject --note 'the roster has been checked'")]
#[command(group(clap::ArgGroup::new("verdict").required(true)))]
pub(super) struct Answer {
    #[command(flatten)]
    act: Act,
    /// The objection is right: the signal goes
    #[arg(long, group = "verdict")]
    uphold: bool,
    /// The signal stays
    #[arg(long, group = "verdict")]
    reject: bool,
    /// The answer to the agent
    #[arg(long, value_name = "TEXT")]
    note: String,
}

pub(super) fn acknowledge(args: &Acknowledge, context: &Context) -> Result<ExitCode, Error> {
    act(&args.act, "acknowledge", &Deed { action: Action::Acknowledge, note: &args.saw }, context)
}

pub(super) fn talk(args: &Noted, context: &Context) -> Result<ExitCode, Error> {
    act(&args.act, "talk", &Deed { action: Action::Talk, note: &args.note }, context)
}

pub(super) fn contest(args: &Noted, context: &Context) -> Result<ExitCode, Error> {
    act(&args.act, "contest", &Deed { action: Action::Contest, note: &args.note }, context)
}

pub(super) fn close(args: &Close, context: &Context) -> Result<ExitCode, Error> {
    let outcome = match args.outcome {
        Ending::Dismissed => Outcome::Dismissed,
        Ending::Agreed => Outcome::Agreed,
        Ending::NothingToDo => Outcome::NothingToDo,
        Ending::Left => Outcome::Left,
        Ending::Moved => Outcome::Moved,
    };
    act(&args.act, "close", &Deed { action: Action::Close(outcome), note: &args.note }, context)
}

pub(super) fn answer(args: &Answer, context: &Context) -> Result<ExitCode, Error> {
    let action = if args.uphold { Action::UpholdObjection } else { Action::RejectObjection };
    act(&args.act, "answer", &Deed { action, note: &args.note }, context)
}

/// Takes the right to record, reads how the signal stands, decides, logs, writes; then shows what the person may see of it now.
fn act(args: &Act, name: &str, deed: &Deed<'_>, context: &Context) -> Result<ExitCode, Error> {
    let (asking, session) = (&args.asking, Session::open(&args.asking, context)?);
    let recorder = if args.dry_run { None } else { Some(Writer::new(&session.config.kafka, topic::WRITER)?) };
    let signals = session.signals()?;
    let Some(signal) = signals.iter().find(|signal| signal.id == args.signal) else {
        session.log(&[session.line(name).about(&args.signal, "").with_outcome("refused")])?;
        return Err(missing(&args.signal));
    };
    let line = session.line(name).about(&signal.id, &signal.agent);
    // What is not for this person is refused below, in other words than what is only kept back.
    if session.is_kept_back(signal, false) && crate::care::sight(&asking.viewer, signal, &session.roster, false).is_ok() {
        session.log(&[line.with_outcome("refused")])?;
        return Err(session.suspended(&signal.site));
    }
    let (day, _) = local_day(session.now_us, session.roster.zone(&signal.site));
    let moment = Moment { at_us: session.now_us, day };
    let event = match event(signal, &asking.viewer, deed, &session.roster, moment) {
        Ok(event) => event,
        Err(refused) => {
            session.log(&[line.with_outcome("refused")])?;
            return Err(match refused {
                Refused::Hidden(id) => missing(&id),
                refused => Error::new("HF-P001", refused.to_string()),
            });
        }
    };
    session.log(&[if args.dry_run { line.with_outcome("dry run") } else { line }])?;
    let Some(mut recorder) = recorder else {
        let text = if asking.language == Language::English {
            "dry run: it could be done, nothing was written"
        } else {
            "试运行：可以执行，未写入任何内容"
        };
        say(asking, text, &serde_json::json!({"done": false, "state": event.state}))?;
        return Ok(ExitCode::SUCCESS);
    };
    recorder.write(std::slice::from_ref(&event), None).map_err(unrecorded)?;
    let after = topic::read(&session.config.kafka)?.get(&args.signal).ok_or_else(|| missing(&args.signal))?;
    match crate::care::sight(&asking.viewer, &after, &session.roster, false) {
        Ok(sight) => {
            let told = told(&after, sight, session.precision(&after), asking.language);
            say(asking, &text(&told, asking.language), &told)?;
        }
        // It was theirs to do and is not theirs to see any longer.
        Err(_) => say(asking, event.state, &serde_json::json!({"done": true, "state": event.state}))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn unrecorded(error: Error) -> Error {
    if error.code == "HF-R001" {
        return Error::new("HF-P002", "somebody else has recorded something meanwhile, nothing was written: try again");
    }
    Error::new("HF-P002", format!("{}; look with `holdfast signals show` whether it was recorded, and do it again if not", error.text))
}
