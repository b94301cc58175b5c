//! `holdfast attrition follow-ups`: new hires whom nobody has asked yet how it goes.

use super::asking::{answer, date_of, day_of, text, today, whole, wholes};
use crate::commands::{Format, print};
use crate::config::Config;
use crate::error::Error;
use jiff::civil::Date;
use retention::follow_ups::due;
use std::process::ExitCode;
use warehouse::attrition_reports::{NEW_HIRES, Place};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition follow-ups
  holdfast attrition follow-ups --overdue || mail -s 'overdue follow-ups' leaders@example.invalid

Due 7, 30, 60 and 90 days after hiring, overdue a week later. Done by an observation of kind other with dimension session and outcome follow_up,
coaching or training, from five days before. With --overdue the exit code is 1 if there is any.")]
pub(in crate::commands) struct Args {
    /// Only those that are overdue
    #[arg(long)]
    overdue: bool,
    /// The day that is today
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// IANA zone in which sessions have their day
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Whose agents
    #[arg(long, default_value = "default")]
    tenant: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let today = day_of(args.on.unwrap_or_else(today));
    let values = [("tenant", Place::Text(&args.tenant)), ("zone", Place::Text(&args.zone)), ("today", Place::Whole(today.into()))];
    let mut rows = Vec::new();
    for row in answer(config, NEW_HIRES, &values)? {
        let hired_day = whole(&row, "hired_day") as i32;
        if let Some(found) = due(hired_day, &wholes(&row, "asked_days"), today)
            && (found.overdue || !args.overdue)
        {
            let state = if found.overdue { "overdue" } else { "due" };
            let after = format!("{} days", found.after_days);
            rows.push(
                [text(&row, "leader"), text(&row, "agent"), &date_of(hired_day), &after, &date_of(found.day), state]
                    .map(str::to_owned)
                    .to_vec(),
            );
        }
    }
    print(args.format, &["leader", "agent", "hired", "after", "due on", ""], &rows)?;
    Ok(if args.overdue && !rows.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
