//! `holdfast attrition follow-ups`: new hires, and those who were trained, whom nobody has asked yet how it goes.

use super::asking::{date_of, day_of, today};
use crate::commands::{Format, print};
use crate::config::Config;
use crate::error::Error;
use crate::staying::reading::{FollowUp, follow_ups, follow_ups_of_trainings};
use jiff::civil::Date;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition follow-ups
  holdfast attrition follow-ups --after training
  holdfast attrition follow-ups --overdue || mail -s 'overdue follow-ups' leaders@example.invalid

Due 7, 30, 60 and 90 days after hiring, overdue a week later. Done by an observation of kind other with dimension session and outcome follow_up,
coaching or training, from five days before. After a training: after 14, 28 and 56 days, done by a follow_up or a coaching. With --overdue the exit code is 1 if there is any.")]
pub(in crate::commands) struct Args {
    /// What is followed up
    #[arg(long, default_value = "hiring", value_parser = ["hiring", "training"])]
    after: String,
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
    let mut rows = Vec::new();
    let (asked, since) = if args.after == "training" {
        (follow_ups_of_trainings(config, &args.tenant, &args.zone, today)?, "trained")
    } else {
        (follow_ups(config, &args.tenant, &args.zone, today)?, "hired")
    };
    for FollowUp { leader, agent, since_day, due } in asked {
        if due.overdue || !args.overdue {
            let state = if due.overdue { "overdue" } else { "due" };
            rows.push(vec![leader, agent, date_of(since_day), format!("{} days", due.after_days), date_of(due.day), state.to_owned()]);
        }
    }
    print(args.format, &["leader", "agent", since, "after", "due on", ""], &rows)?;
    Ok(if args.overdue && !rows.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
