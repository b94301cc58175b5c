//! `holdfast attrition leaders --show load | talks`: what stands beside the leavers of each leader, by quarter.

use super::asking::{Period, Row, answer, date_of, digits, number, say_who_is_forgotten, text, whole};
use super::naming::Look;
use crate::care::switch::sites_off;
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::quarters::{LeaderAndQuarter, LeaderQuarter, LedAgent, LedHires, LedSignal, quarters};
use std::collections::BTreeMap;
use warehouse::attrition_reports::{LEADER_HIRES, LEADER_QUARTERS, LEADER_SIGNALS, Place};

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// What the leader can act on.
    Load,
    /// What became of warnings and of new hires.
    Talks,
}

const LOAD: &[&str] = &[
    "leader",
    "quarter",
    "agents",
    "days over 90 % utilisation",
    "hours without a pause",
    "quick returns in 28 d",
    "coachings a month",
    "targets reached",
    "comparable agents",
];

const TALKS: &[&str] =
    &["leader", "quarter", "agents", "signals", "talks", "days to talk", "outcomes", "hired 90 d ago", "left within 90 d"];

/// Prints it, and writes down before whose lines are shown.
pub(super) fn print_quarters(beside: Beside, look: &Look<'_>, period: &Period, config: &Config) -> Result<(), Error> {
    let (first, last) = period.days(365)?;
    say_who_is_forgotten(config, first);
    let found = read(config, period, first, last)?;
    let told: Vec<(&LeaderAndQuarter, &LeaderQuarter)> = found.iter().filter_map(|(key, of)| Some((key, of.as_ref()?))).collect();
    let shown: Vec<_> = told.iter().filter(|((leader, _), _)| look.sees_leader(leader)).collect();
    look.log(shown.iter().map(|((leader, _), _)| leader.as_str()))?;
    let (header, row): (_, fn(&LeaderAndQuarter, &LeaderQuarter) -> Vec<String>) = match beside {
        Beside::Load => (LOAD, load),
        Beside::Talks => (TALKS, talks),
    };
    print(period.format, header, &shown.iter().map(|(key, of)| row(key, of)).collect::<Vec<_>>())?;
    let hidden = found.len() - told.len();
    eprintln!("{} to {}: {hidden} of {} quarters not shown (fewer than eight agents)", date_of(first), date_of(last), found.len());
    Ok(())
}

fn load((leader, quarter): &LeaderAndQuarter, of: &LeaderQuarter) -> Vec<String> {
    vec![
        leader.clone(),
        name_of(*quarter),
        of.agents.to_string(),
        digits(of.overloaded_share, 3),
        digits(of.longest_run_hours, 2),
        digits(of.quick_returns_28_days, 2),
        digits(of.coachings_month, 2),
        digits(of.targets_reached.map(|(own, _)| own), 3),
        digits(of.targets_reached.map(|(_, comparable)| comparable), 3),
    ]
}

fn talks((leader, quarter): &LeaderAndQuarter, of: &LeaderQuarter) -> Vec<String> {
    let outcomes: Vec<String> = of.outcomes.iter().map(|(outcome, count)| format!("{outcome} {count}")).collect();
    vec![
        leader.clone(),
        name_of(*quarter),
        of.agents.to_string(),
        of.signals.to_string(),
        of.talks.to_string(),
        digits(of.days_to_talk, 1),
        outcomes.join("; "),
        of.hired.to_string(),
        of.left_early.to_string(),
    ]
}

/// A quarter as people write it, from its first day: `2026 Q1`.
fn name_of(first_day: i32) -> String {
    let date = date_of(first_day);
    let quarter = match date.get(5..7) {
        Some("01") => "Q1",
        Some("04") => "Q2",
        Some("07") => "Q3",
        _ => "Q4",
    };
    format!("{} {quarter}", date.get(..4).unwrap_or_default())
}

fn read(config: &Config, period: &Period, first: i32, last: i32) -> Result<BTreeMap<LeaderAndQuarter, Option<LeaderQuarter>>, Error> {
    let sites_off = sites_off(config);
    let values = [
        ("tenant", Place::Text(period.tenant.as_str())),
        ("sites_off", Place::Texts(&sites_off)),
        ("zone", Place::Text(&period.zone)),
        ("first_day", Place::Whole(first.into())),
        ("last_day", Place::Whole(last.into())),
    ];
    let key = |row: &Row| (text(row, "leader").to_owned(), whole(row, "quarter") as i32);
    let signal = |row: &Row| {
        let (leader, quarter) = key(row);
        let talked_after_s = number(row, "talked_after_s").map(|seconds| seconds as i64);
        LedSignal { leader, quarter, talked: whole(row, "talked") != 0, talked_after_s, outcome: text(row, "outcome").to_owned() }
    };
    let hires = |row: &Row| {
        let (leader, quarter) = key(row);
        LedHires { leader, quarter, hired: count(row, "hired"), left_early: count(row, "left_early") }
    };
    let led: Vec<LedAgent> = answer(config, LEADER_QUARTERS, &values)?.iter().map(led).collect();
    let signals: Vec<LedSignal> = answer(config, LEADER_SIGNALS, &values)?.iter().map(signal).collect();
    let hires: Vec<LedHires> = answer(config, LEADER_HIRES, &values)?.iter().map(hires).collect();
    Ok(quarters(&led, &signals, &hires))
}

fn led(row: &Row) -> LedAgent {
    LedAgent {
        leader: text(row, "leader").to_owned(),
        quarter: whole(row, "quarter") as i32,
        agent: text(row, "agent").to_owned(),
        days: count(row, "days"),
        worked_days: count(row, "worked_days"),
        overloaded_days: count(row, "overloaded_days"),
        run_days: count(row, "run_days"),
        run_ms: count(row, "run_ms"),
        scheduled_days: count(row, "scheduled_days"),
        quick_returns: count(row, "quick_returns"),
        coachings: count(row, "coachings"),
        targets: count(row, "targets"),
        targets_missed: count(row, "targets_missed"),
        peers_missed_micro: count(row, "peers_missed_micro"),
    }
}

fn count(row: &Row, column: &str) -> u64 {
    whole(row, column).max(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_have_names() {
        assert_eq!([20_089, 20_179, 20_270, 20_362].map(name_of), ["2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"]);
    }
}
