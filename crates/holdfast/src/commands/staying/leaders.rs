//! `holdfast attrition leaders`: leavers of each leader against those expected, and by quarter what stands beside them.

use super::asking::{Period, answer, between, date_of, digits, number, say_who_is_forgotten, text, whole};
use super::leader_quarters::{Beside, print_quarters};
use super::naming::{Look, Who};
use crate::care::switch::sites_off;
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::Report;
use retention::leaders::{LeaderPoint, Led, place};
use retention::mix::{Cell, Mix};
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::{LEADER_CELLS, LEADERS, Place};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition leaders --as hr:hr-1 --purpose oversight --from 2026-01-01 --to 2026-03-31
  holdfast attrition leaders --as hr:hr-1 --purpose oversight --format csv > leaders.csv
  holdfast attrition leaders --as leader:leader-1 --purpose retention-talk              the own line
  holdfast attrition leaders --show load --as hr:hr-1 --purpose oversight               by quarter: utilisation, pauses, quick returns, coaching, targets
  holdfast attrition leaders --show talks --as hr:hr-1 --purpose oversight              by quarter: signals, talks, outcomes, early exits

By name, never by rank. Expected: what agents of the same tenure, queue group, site, contract and month lose; not load and not behaviour, for those
are partly the leader's doing. A ratio within its limits is no difference. Leaders of fewer than eight agents or with less than one expected leaver
are left out, and counted. Load and talks are told by quarter, of quarters in which the leader led eight agents and more, and a mean only where it is one of
eight; every day counts for the leader of the day. Human resources see every leader, a leader the own line. Days at sites where early warnings are switched off do not count.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    period: Period,
    /// What is shown
    #[arg(long, default_value = "leavers", value_parser = ["leavers", "load", "talks"])]
    show: String,
}

const COLUMNS: &[&str] = &[
    "leader",
    "agents",
    "left",
    "expected",
    "ratio",
    "95 % interval",
    "shrunk",
    "limits 95 %",
    "limits 99.8 %",
    "left, led 45 of 90 days",
];

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let look = Look::open(&args.who, &args.period.tenant, Report::Leaders, config)?;
    let beside = match args.show.as_str() {
        "load" => Some(Beside::Load),
        "talks" => Some(Beside::Talks),
        _ => None,
    };
    match beside {
        Some(beside) => print_quarters(beside, &look, &args.period, config)?,
        None => print_leavers(&look, &args.period, config)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_leavers(look: &Look<'_>, period: &Period, config: &Config) -> Result<(), Error> {
    let (first, last) = period.days(365)?;
    say_who_is_forgotten(config, first);
    let led = led(config, period, first, last)?;
    let Some(found) = place(&led) else {
        look.log([])?;
        eprintln!("nobody left by their own wish from {} to {}: nothing can be expected", date_of(first), date_of(last));
        return Ok(());
    };
    let told: Vec<_> = found.leaders.iter().filter_map(|(leader, point)| Some((leader, point.as_ref()?))).collect();
    let shown: Vec<_> = told.iter().filter(|(leader, _)| look.sees_leader(leader)).collect();
    look.log(shown.iter().map(|(leader, _)| leader.as_str()))?;
    let row = |(leader, of): &&(&String, &LeaderPoint)| {
        vec![
            (*leader).clone(),
            of.agents.to_string(),
            of.observed.to_string(),
            digits(Some(of.expected), 1),
            digits(Some(of.point.ratio), 2),
            between(Some(of.point.interval), 2),
            digits(Some(of.point.shrunk), 2),
            between(Some(of.point.limits_95), 2),
            between(Some(of.point.limits_998), 2),
            of.observed_90.to_string(),
        ]
    };
    print(period.format, COLUMNS, &shown.iter().map(row).collect::<Vec<_>>())?;
    eprintln!(
        "{} to {}: {} left, all leaders together; {} of {} leaders not shown (fewer than eight agents, or less than one expected); overdispersion {:.2}, prior weight {:.1}",
        date_of(first),
        date_of(last),
        found.observed,
        found.leaders.len() - told.len(),
        found.leaders.len(),
        found.overdispersion,
        found.prior_weight
    );
    Ok(())
}

/// What each leader had, from the database.
fn led(config: &Config, period: &Period, first: i32, last: i32) -> Result<BTreeMap<String, Led>, Error> {
    let sites_off = sites_off(config);
    let values = [
        ("tenant", Place::Text(&period.tenant)),
        ("sites_off", Place::Texts(&sites_off)),
        ("zone", Place::Text(&period.zone)),
        ("first_day", Place::Whole(first.into())),
        ("last_day", Place::Whole(last.into())),
    ];
    let mut led: BTreeMap<String, Led> = BTreeMap::new();
    for row in answer(config, LEADERS, &values)? {
        let of = led.entry(text(&row, "leader").to_owned()).or_default();
        (of.agents, of.observed_90) = (whole(&row, "agents") as u32, whole(&row, "leavers_90") as u64);
    }
    for row in answer(config, LEADER_CELLS, &values)? {
        let mix = Mix {
            tenure_band: whole(&row, "tenure_days_from") as i32,
            group: text(&row, "queue_group").to_owned(),
            site: text(&row, "site").to_owned(),
            contract: text(&row, "contract").to_owned(),
            shifts: text(&row, "shifts_per_week").to_owned(),
            month: number(&row, "month").unwrap_or(0.0) as u8,
        };
        let cell = Cell { mix, days: whole(&row, "days") as u64, leavers: whole(&row, "leavers") as u64 };
        led.entry(text(&row, "leader").to_owned()).or_default().cells.push(cell);
    }
    // Who led only before the period.
    led.retain(|_, of| !of.cells.is_empty());
    Ok(led)
}
