//! `holdfast attrition groove --trends`: speed and care of teams side by side over the weeks, or the two KPIs of one opposed pair.

use super::asking::{date_of, digits};
use super::groove::{Args, WEEK_ZERO_DAY};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::reading::agent_weeks;
use retention::grooves::Sides;
use retention::scorecards::PAIRS;
use retention::trends::{TeamWeek, trends};
use std::process::ExitCode;

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let (names, sides) = match &args.pair {
        Some(pair) => sides_of(pair)?,
        None => (["speed", "care"].map(str::to_owned), Sides::all()),
    };
    let (first, last) = args.period.days(26 * 7)?;
    let found = trends(&agent_weeks(config, &args.period.tenant, args.site(), first, last)?, &sides);
    let [strong, weak] = names.each_ref().map(String::as_str);
    print(args.period.format, &["team", "week of", "agents", strong, weak, "apart", ""], &found.iter().map(line).collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}

/// The measures of `pushed:at-the-cost-of`, under the names of its KPIs.
fn sides_of(pair: &str) -> Result<([String; 2], Sides), Error> {
    let measured: Vec<_> =
        PAIRS.iter().filter_map(|of| Some((format!("{}:{}", of.pushed, of.at_the_cost_of), of, Sides::of_pair(of)?))).collect();
    let names: Vec<&str> = measured.iter().map(|(name, ..)| name.as_str()).collect();
    let wrong = format!("--pair {pair}: no pair of KPIs that agents' weeks are measured by; one of {}", names.join(", "));
    let (_, of, sides) = measured.into_iter().find(|(name, ..)| name == pair).ok_or_else(|| Error::configuration(wrong))?;
    Ok(([of.pushed, of.at_the_cost_of].map(str::to_owned), sides))
}

fn line(of: &TeamWeek) -> Vec<String> {
    let with_error = |value: f64, error: f64| format!("{} ± {}", digits(Some(value), 2), digits(Some(error), 2));
    vec![
        of.team.clone(),
        date_of(of.week * 7 + WEEK_ZERO_DAY),
        of.agents.to_string(),
        with_error(of.both.strong, of.both.strong_error),
        with_error(of.both.weak, of.both.weak_error),
        digits(Some(of.both.index()), 2),
        if of.unsurpassed { "no other is better in both" } else { "" }.to_owned(),
    ]
}
