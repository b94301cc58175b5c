//! `holdfast attrition survival`: of those hired together, how many are still there, and how fast they come to work as others do.

use super::asking::{Period, Row, answer, between, digits, text, whole};
use crate::care::switch::is_on;
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::cohorts::{AT_DAYS, Cohort, Share, Spell, cohorts};
use retention::ramps::{Ramp, STEP_WEEKS, Started, ramps, step_of};
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::{Place, SPELLS, STARTED};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition survival                     by month of hiring, those hired in the last year
  holdfast attrition survival --by site --from 2025-01-01
  holdfast attrition survival --by source         by how they were recruited (attribute recruit_source of agents)
  holdfast attrition survival --by batch --show ramp        contacts an hour and handle time by weeks since hiring

Product-limit estimate (Kaplan & Meier) with 95 % intervals; who leaves otherwise than by own wish counts as long as known. Cohorts of fewer than
eight are left out. Only those hired since --from are counted: of earlier ones who has left may not be known.
Handle time is a multiple of what is usual for the same queue, channel and hours. Sites where early warnings are switched off are left out.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Who is put together
    #[arg(long, default_value = "month", value_parser = ["month", "site", "team", "batch", "source"])]
    by: String,
    /// What is shown
    #[arg(long, default_value = "survival", value_parser = ["survival", "ramp"])]
    show: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let (first, last) = args.period.days(365)?;
    let values =
        [("tenant", Place::Text(&args.period.tenant)), ("first_day", Place::Whole(first.into())), ("last_day", Place::Whole(last.into()))];
    let mut hired = answer(config, SPELLS, &values)?;
    hired.retain(|row| is_on(config, Some(text(row, "site"))));
    let column = if args.by == "month" { "cohort" } else { args.by.as_str() };
    let (header, rows, all) = match args.show.as_str() {
        "ramp" => {
            let mut worked = answer(config, STARTED, &values)?;
            worked.retain(|row| is_on(config, Some(text(row, "site"))));
            ramp(&hired, &worked, column)
        }
        _ => survival(&hired, column),
    };
    let header: Vec<&str> = std::iter::once(args.by.as_str()).chain(header.iter().map(String::as_str)).collect();
    print(args.period.format, &header, &rows)?;
    if rows.len() < all {
        eprintln!("{} cohorts of fewer than eight are not shown", all - rows.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Header but the first column, lines, and how many there would be if none were hidden.
type Table = (Vec<String>, Vec<Vec<String>>, usize);

fn survival(hired: &[Row], column: &str) -> Table {
    let spell = |row: &Row| (text(row, column).to_owned(), Spell { days: whole(row, "days").max(0) as u32, left: whole(row, "left") != 0 });
    let found = cohorts(hired.iter().map(spell));
    let mut header = vec!["hired".to_owned()];
    header.extend(AT_DAYS.iter().map(|days| format!("still there after {days} d")));
    header.push("left within 90 d".to_owned());
    let share = |share: Option<Share>| match share {
        Some(share) => format!("{} ({})", digits(Some(share.value), 3), between(Some(share.interval), 3)),
        None => digits(None, 3),
    };
    let line = |cohort: &String, of: &Cohort| {
        let mut row = vec![cohort.clone(), of.agents.to_string()];
        row.extend(of.survival.map(share));
        row.push(share(of.early_exits));
        row
    };
    let rows = found.iter().filter_map(|(cohort, of)| Some(line(cohort, of.as_ref()?))).collect();
    (header, rows, found.len())
}

fn ramp(hired: &[Row], worked: &[Row], column: &str) -> Table {
    let cohort_of: BTreeMap<&str, &str> = hired.iter().map(|row| (text(row, "agent"), text(row, column))).collect();
    let one = |row: &Row| {
        Some(Started {
            cohort: (*cohort_of.get(text(row, "agent"))?).to_owned(),
            agent: text(row, "agent").to_owned(),
            step: step_of(whole(row, "week").max(0) as u32 * 7)?,
            handled: whole(row, "handled").max(0) as u64,
            productive_ms: whole(row, "productive_ms"),
            compared: whole(row, "compared").max(0) as u64,
            ln_handle_micro: whole(row, "ln_handle_micro"),
        })
    };
    let found = ramps(&worked.iter().filter_map(one).collect::<Vec<_>>());
    let header = STEP_WEEKS.iter().map(|weeks| format!("to week {weeks}: contacts an hour, handle time"));
    let step = |of: Option<Ramp>| match of {
        Some(of) => format!("{}, {}", digits(Some(of.contacts_per_hour), 1), digits(of.handle_time_ratio, 2)),
        None => digits(None, 1),
    };
    let line = |(cohort, steps): (&String, &[Option<Ramp>; STEP_WEEKS.len()])| {
        let shown = steps.iter().any(Option::is_some);
        shown.then(|| std::iter::once(cohort.clone()).chain(steps.map(step)).collect())
    };
    (header.collect(), found.iter().filter_map(line).collect(), found.len())
}
