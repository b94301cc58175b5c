//! `holdfast attrition survival`: of those hired together, how many are still there.

use super::asking::{Period, answer, between, digits, text, whole};
use crate::care::switch::is_on;
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::cohorts::{AT_DAYS, Spell, cohorts};
use std::process::ExitCode;
use warehouse::attrition_reports::{Place, SPELLS};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition survival                     by month of hiring, those hired in the last year
  holdfast attrition survival --by site --from 2025-01-01

Product-limit estimate (Kaplan & Meier) with 95 % intervals; who leaves otherwise than by own wish counts as long as known. Cohorts of fewer than
eight are left out. Only those hired since --from are counted: of earlier ones who has left may not be known.
Sites where early warnings are switched off are left out.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Who is put together
    #[arg(long, default_value = "month", value_parser = ["month", "site", "team"])]
    by: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let (first, last) = args.period.days(365)?;
    let values =
        [("tenant", Place::Text(&args.period.tenant)), ("first_day", Place::Whole(first.into())), ("last_day", Place::Whole(last.into()))];
    let column = if args.by == "month" { "cohort" } else { args.by.as_str() };
    let spells: Vec<(String, Spell)> = answer(config, SPELLS, &values)?
        .iter()
        .filter(|row| is_on(config, Some(text(row, "site"))))
        .map(|row| (text(row, column).to_owned(), Spell { days: whole(row, "days").max(0) as u32, left: whole(row, "left") != 0 }))
        .collect();
    let found = cohorts(spells);
    let mut header = vec![args.by.clone(), "hired".to_owned()];
    header.extend(AT_DAYS.iter().map(|days| format!("still there after {days} d")));
    header.push("left within 90 d".to_owned());
    let rows: Vec<Vec<String>> = found
        .iter()
        .filter_map(|(cohort, of)| {
            let of = of.as_ref()?;
            let share = |share: Option<retention::cohorts::Share>| match share {
                Some(share) => format!("{} ({})", digits(Some(share.value), 3), between(Some(share.interval), 3)),
                None => digits(None, 3),
            };
            let mut row = vec![cohort.clone(), of.agents.to_string()];
            row.extend(of.survival.map(share));
            row.push(share(of.early_exits));
            Some(row)
        })
        .collect();
    print(args.period.format, &header.iter().map(String::as_str).collect::<Vec<_>>(), &rows)?;
    if rows.len() < found.len() {
        eprintln!("{} cohorts of fewer than eight are not shown", found.len() - rows.len());
    }
    Ok(ExitCode::SUCCESS)
}
