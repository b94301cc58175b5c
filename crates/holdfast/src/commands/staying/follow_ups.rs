//! `holdfast attrition follow-ups`: new hires, and those who were trained, whom nobody has asked yet how it goes.

use super::asking::{date_of, day_of, today};
use super::naming::{Look, Who};
use crate::commands::{Format, print};
use crate::config::Config;
use crate::error::Error;
use crate::staying::Report;
use crate::staying::reading::{FollowUp, follow_ups, follow_ups_of_trainings};
use jiff::civil::Date;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition follow-ups --as leader:leader-1 --purpose retention-talk                        those of the own team
  holdfast attrition follow-ups --as leader:leader-1 --purpose coaching --after training
  holdfast attrition follow-ups --as hr:hr-1 --purpose retention-talk --overdue || mail -s 'overdue follow-ups' hr@example.invalid

Due 7, 30, 60 and 90 days after hiring, overdue a week later. Done by an observation of kind other with dimension session and outcome follow_up,
coaching or training, from five days before. After a training: after 14, 28 and 56 days, done by a follow_up or a coaching. With --overdue the exit code is 1 if there is any.
Leaders see the agents whom they lead now, human resources everybody, agents the own; nobody those of a site where early warnings are switched off.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    who: Who,
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
    let look = Look::open(&args.who, &args.tenant, Report::FollowUps, config)?;
    let today = day_of(args.on.unwrap_or_else(today));
    let (mut asked, since) = if args.after == "training" {
        (follow_ups_of_trainings(config, &args.tenant, &args.zone, today)?, "trained")
    } else {
        (follow_ups(config, &args.tenant, &args.zone, today)?, "hired")
    };
    asked.retain(|of| (of.due.overdue || !args.overdue) && look.sees_agent(&of.agent));
    look.log(asked.iter().map(|of| of.agent.as_str()))?;
    let row = |FollowUp { leader, agent, since_day, due }: FollowUp| {
        let state = if due.overdue { "overdue" } else { "due" };
        vec![leader, agent, date_of(since_day), format!("{} days", due.after_days), date_of(due.day), state.to_owned()]
    };
    let rows: Vec<Vec<String>> = asked.into_iter().map(row).collect();
    print(args.format, &["leader", "agent", since, "after", "due on", ""], &rows)?;
    Ok(if args.overdue && !rows.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
