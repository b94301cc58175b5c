//! `holdfast attrition groove --target-changes`: what came of changes of targets, against teams that they did not concern.

use super::asking::{Row, answer, between, date_of, digits, text, whole};
use super::groove::{Args, WEEK_ZERO_DAY};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::reading::{agent_weeks, latest_day};
use retention::target_changes::{Change, Move, Outcome, Scope, Target, WEEKS, changes, outcome};
use std::process::ExitCode;
use warehouse::attrition_reports::{Place, TARGET_ENTRIES};

const COLUMNS: &[&str] =
    &["changed on", "kpi", "from and to", "for", "agents", "others", "speed", "2 errors", "care", "2 errors of care", "told"];

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let (first, last) = args.period.days(26 * 7)?;
    let all = changes(&targets(args, config)?);
    let asked: Vec<&Change> = all.iter().filter(|change| (first..=last).contains(&change.day)).collect();
    let (earliest, latest) = asked.iter().fold((last, first), |days, change| (days.0.min(change.day), days.1.max(change.day)));
    // Whole weeks only: from the Monday of the first week before to the Sunday of the last week after that was formed.
    let formed = latest_day(config, &args.period.tenant, args.site())?.unwrap_or(last);
    let whole_weeks = (formed + 1 - WEEK_ZERO_DAY).div_euclid(7) * 7 + WEEK_ZERO_DAY - 1;
    let until = whole_weeks.min(latest + 7 * (WEEKS + 2));
    let since = (earliest - WEEK_ZERO_DAY).div_euclid(7) * 7 + WEEK_ZERO_DAY - 7 * WEEKS;
    let weeks = if asked.is_empty() { Vec::new() } else { agent_weeks(config, &args.period.tenant, args.site(), since, until)? };
    let rows: Vec<Vec<String>> = asked.iter().map(|change| line(change, &outcome(change, &all, args.site(), &weeks))).collect();
    print(args.period.format, COLUMNS, &rows)?;
    Ok(ExitCode::SUCCESS)
}

fn targets(args: &Args, config: &Config) -> Result<Vec<Target>, Error> {
    let values = [("tenant", Place::Text(args.period.tenant.as_str())), ("zone", Place::Text(&args.period.zone))];
    let of = |row: &Row| Target {
        id: text(row, "id").to_owned(),
        kpi: text(row, "kpi").to_owned(),
        asked: match (text(row, "value"), text(row, "weight")) {
            (value, "") => value.to_owned(),
            (value, weight) => format!("{value} weight {weight}"),
        },
        scope: match (text(row, "team"), text(row, "of_site")) {
            ("", "") => Scope::Everybody,
            ("", site) => Scope::Site(site.to_owned()),
            (team, _) => Scope::Team(team.to_owned()),
        },
        since_us: whole(row, "since_us"),
        since_day: whole(row, "since_day") as i32,
    };
    Ok(answer(config, TARGET_ENTRIES, &values)?.iter().map(of).collect())
}

fn line(change: &Change, found: &Outcome) -> Vec<String> {
    let or_none = |asked: &str| if asked.is_empty() { "none".to_owned() } else { asked.to_owned() };
    let asked: Vec<String> = change.asked.iter().map(|(before, since)| format!("{} → {}", or_none(before), or_none(since))).collect();
    let scopes: Vec<&str> = change.scopes.iter().map(named).collect();
    let compared = if let Outcome::Compared(compared) = found { Some(compared) } else { None };
    let count = |of: Option<usize>| of.map_or_else(|| "–".to_owned(), |count| count.to_string());
    let moved = |of: Option<Move>| [digits(of.map(|of| of.effect), 2), between(of.map(|of| of.interval()), 2)];
    let [speed, speed_errors] = moved(compared.map(|compared| compared.speed));
    let [care, care_errors] = moved(compared.map(|compared| compared.care));
    let (agents, others) = (count(compared.map(|compared| compared.agents)), count(compared.map(|compared| compared.others)));
    let (day, asked, scopes) = (date_of(change.day), asked.join(", "), scopes.join(", "));
    vec![day, change.kpi.clone(), asked, scopes, agents, others, speed, speed_errors, care, care_errors, told(found)]
}

fn named(scope: &Scope) -> &str {
    match scope {
        Scope::Everybody => "everybody",
        Scope::Site(name) | Scope::Team(name) => name,
    }
}

fn told(found: &Outcome) -> String {
    match found {
        Outcome::Nobody => "it concerned no team of the site".to_owned(),
        Outcome::NoOthers => "no team was without a change: nothing to compare with".to_owned(),
        Outcome::TooFewWeeks { before, after } => format!("too few weeks: {before} before, {after} after"),
        Outcome::TooFewAgents => "fewer than eight agents: not shown".to_owned(),
        Outcome::Compared(compared) => match (compared.is_drift(), compared.overlaps) {
            (true, true) => "drift; another target of theirs changed too".to_owned(),
            (true, false) => "drift".to_owned(),
            (false, true) => "another target of theirs changed too".to_owned(),
            (false, false) => String::new(),
        },
    }
}
