//! `holdfast signals break-glass` and `approve`: human resources see a sealed signal with the leave of a second person.

use super::asking::{Asking, Session, missing};
use super::say;
use crate::care::{Purpose, Role, wrong_note};
use crate::commands::Context;
use crate::error::Error;
use crate::privacy::access_log::{Access, quoted};
use crate::privacy::two_persons::to_approve;
use sha2::{Digest, Sha256};
use std::process::ExitCode;

/// Arguments of `break-glass`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals break-glass SIGNAL --as hr:hr-1 --purpose oversight --reason 'complaint of the works council about this one'

Prints a request. Another person of human resources approves it; then `holdfast signals show SIGNAL --request REQUEST` works for a day, for you, \
for this signal.")]
pub(super) struct BreakGlass {
    #[command(flatten)]
    asking: Asking,
    /// Id of the signal
    signal: String,
    /// Why you must see it
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Arguments of `approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals approve REQUEST --as hr:hr-2 --purpose oversight --reason 'agreed with the works council'")]
pub(super) struct Approve {
    #[command(flatten)]
    asking: Asking,
    /// The request
    request: String,
    /// Why it is right
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks.
///
/// # Errors
/// See [`super::run`].
pub(super) fn break_glass(args: &BreakGlass, context: &Context) -> Result<ExitCode, Error> {
    let session = open(&args.asking, &args.reason, context)?;
    let signals = session.signals()?;
    let signal = signals.iter().find(|signal| signal.id == args.signal).ok_or_else(|| missing(&args.signal))?;
    let line = session.line("break-glass").about(&signal.id, &signal.agent).with_outcome("asked");
    let name = format!("{}\n{}\n{}\n{}", line.tenant, line.person, line.signal_id, line.at_us);
    let request: String = Sha256::digest(name.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    session.log(&[Access { request: request.clone(), reason: args.reason.clone(), ..line }])?;
    let text = format!("request {request}: another person of human resources approves it with `holdfast signals approve {request}`");
    say(&args.asking, &text, &serde_json::json!({"request": request}))?;
    Ok(ExitCode::SUCCESS)
}

/// Gives leave.
///
/// # Errors
/// See [`super::run`].
pub(super) fn approve(args: &Approve, context: &Context) -> Result<ExitCode, Error> {
    let session = open(&args.asking, &args.reason, context)?;
    let log = session.logged(&format!("l.request = {} AND l.outcome = 'asked'", quoted(&args.request)))?;
    let line = session.line("approve");
    let asked = match to_approve(&log, &args.asking.viewer) {
        Ok(asked) => asked,
        Err(why) => {
            session.log(&[Access { request: args.request.clone(), ..line.with_outcome("refused") }])?;
            return Err(Error::new("HF-P001", why));
        }
    };
    let approved = line.about(&asked.signal_id, &asked.agent).with_outcome("approved");
    session.log(&[Access { request: args.request.clone(), reason: args.reason.clone(), ..approved }])?;
    let text = format!("approved for a day: {} may see signal {} ({})", asked.person, asked.signal_id, asked.reason);
    say(&args.asking, &text, &serde_json::json!({"request": args.request, "person": asked.person, "signal": asked.signal_id}))?;
    Ok(ExitCode::SUCCESS)
}

fn open<'a>(asking: &'a Asking, reason: &str, context: &Context) -> Result<Session<'a>, Error> {
    if asking.viewer.role != Role::HumanResources || asking.purpose != Purpose::Oversight {
        return Err(Error::new("HF-P001", "this is for human resources, with --purpose oversight"));
    }
    if let Some(wrong) = wrong_note(reason) {
        return Err(Error::new("HF-P001", wrong));
    }
    Session::open(asking, context)
}
