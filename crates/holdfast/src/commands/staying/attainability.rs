//! `holdfast attrition attainability`: how many of comparable agents reach each target.

use super::asking::{Period, Row, answer, between, digits, shown_at, text, whole};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::attainability::{Attained, FEW, Measured, Wanted, attainability};
use std::process::ExitCode;
use warehouse::attrition_reports::ATTAINMENT;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition attainability --site berlin                  by queue group, the last quarter
  holdfast attrition attainability --site berlin --by level

Targets (reference data of kind target) of handle time, contacts per hour and adherence: of other KPIs no single agent has a value. An agent reaches a target
whose KPI over all days on which the target held does, from five days on; exactly the target is reached. A target with another value is another one. Shares
have Wilson's 95 % interval; of fewer than eight agents nothing is shown.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Site
    #[arg(long)]
    site: String,
    /// Who is comparable: agents of one main queue, of one level, or of both
    #[arg(long, default_value = "queue", value_parser = ["queue", "level", "both"])]
    by: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    shown_at(config, &args.site)?;
    let (first, last) = args.period.days(91)?;
    let values = args.period.of_site(&args.site, first, last);
    let measured: Vec<Measured> = answer(config, ATTAINMENT, &values)?.iter().map(|row| one(row, &args.by)).collect();
    let found = attainability(&measured);
    let told: Vec<(&Wanted, Attained)> = found.iter().filter_map(|(wanted, of)| Some((wanted, (*of)?))).collect();
    let header = ["target", "KPI", "to reach", comparable(&args.by), "agents", "reach it", "share", "95 % interval", ""];
    print(args.period.format, &header, &told.iter().map(|(wanted, of)| row(wanted, of)).collect::<Vec<_>>())?;
    if told.len() < found.len() {
        eprintln!("{} of {} not shown: fewer than eight agents", found.len() - told.len(), found.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn comparable(by: &str) -> &str {
    match by {
        "level" => "level",
        "both" => "main queue, level",
        _ => "main queue",
    }
}

fn one(row: &Row, by: &str) -> Measured {
    let (queue, level) = (text(row, "queue_group"), text(row, "level"));
    let cell = match by {
        "level" => level.to_owned(),
        "both" => format!("{queue}, {level}"),
        _ => queue.to_owned(),
    };
    let wanted =
        Wanted { target: text(row, "target").to_owned(), kpi: text(row, "kpi").to_owned(), value_micro: whole(row, "value_micro"), cell };
    let days = whole(row, "days").max(0) as u64;
    Measured { wanted, agent: text(row, "agent").to_owned(), days, amount: whole(row, "amount"), base: whole(row, "base") }
}

fn row(wanted: &Wanted, of: &Attained) -> Vec<String> {
    let judged = if of.is_out_of_reach() {
        "hardly anybody reaches it"
    } else if of.share < FEW {
        "few reach it, perhaps by chance"
    } else {
        ""
    };
    vec![
        wanted.target.clone(),
        wanted.kpi.clone(),
        (wanted.value_micro as f64 / 1e6).to_string(),
        wanted.cell.clone(),
        of.agents.to_string(),
        of.reached.to_string(),
        digits(Some(of.share), 3),
        between(Some(of.interval), 3),
        judged.to_owned(),
    ]
}
