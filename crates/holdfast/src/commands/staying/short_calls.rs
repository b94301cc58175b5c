//! `holdfast attrition groove --short-calls`: talks of a few seconds that agents ended, by agent and month.

use super::asking::{Row, answer, between, digits, text, whole};
use super::groove::Args;
use super::naming::Look;
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::Report;
use attrition::groove::{ChangePerCall, MonthOfCalls, ShortCallCount};
use retention::short_calls::{AgentMonth, Group, Judgement, changes_per_call, judge};
use std::process::ExitCode;
use warehouse::attrition_reports::{Place, SHORT_CALLS};

const COLUMNS: &[&str] = &[
    "agent",
    "month",
    "compared with",
    "calls",
    "short",
    "share",
    "95 % interval",
    "usual share",
    "expected",
    "called again",
    "transferred back",
    "talk",
    "hold",
    "not ready",
    "",
];

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    let look = Look::open(&args.who, &args.period.tenant, Report::ShortCalls, config)?;
    let months = months(args, config)?;
    let judged = judge(&months);
    let changed = changes_per_call(&months);
    let shown: Vec<_> = months.iter().zip(&judged).zip(&changed).filter(|((of, _), _)| look.sees_agent(&of.agent)).collect();
    look.log(shown.iter().map(|((of, _), _)| of.agent.as_str()))?;
    let rows: Vec<Vec<String>> =
        shown.into_iter().map(|((of, judgement), changed)| line(of, judgement.as_ref(), changed.as_ref())).collect();
    print(args.period.format, COLUMNS, &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// Calls of everybody of the site: who is shown is compared with those who are not.
fn months(args: &Args, config: &Config) -> Result<Vec<AgentMonth>, Error> {
    let (first, last) = args.period.days(92)?;
    let values = [
        ("tenant", Place::Text(args.period.tenant.as_str())),
        ("site", Place::Text(args.site())),
        ("zone", Place::Text(&args.period.zone)),
        ("short_ms", Place::Whole(i64::from(args.under) * 1_000)),
        ("first_day", Place::Whole(first.into())),
        ("last_day", Place::Whole(last.into())),
    ];
    let count = |row: &Row, column| u64::try_from(whole(row, column)).unwrap_or(0);
    let month = |row: &Row| AgentMonth {
        agent: text(row, "agent").to_owned(),
        month: text(row, "month").to_owned(),
        queue: text(row, "main_queue").to_owned(),
        count: ShortCallCount { calls: count(row, "calls"), short: count(row, "short_calls") },
        work: MonthOfCalls {
            calls: count(row, "calls"),
            talk_ms: count(row, "talk_ms"),
            hold_ms: count(row, "hold_ms"),
            short_known: count(row, "short_known"),
            short_followed: count(row, "short_followed"),
            transfers_known: count(row, "transfers_known"),
            transfers_back: count(row, "transfers_back"),
            parked_ms: count(row, "parked_ms"),
        },
    };
    Ok(answer(config, SHORT_CALLS, &values)?.iter().map(month).collect())
}

/// What lies beside short calls, where these are conspicuous: of whom they are not nothing more is told.
fn beside(work: &MonthOfCalls, changed: Option<&ChangePerCall>) -> [String; 5] {
    let of = |part: u64, whole: u64| if whole > 0 { format!("{part} of {whole}") } else { "–".to_owned() };
    [
        of(work.short_followed, work.short_known),
        of(work.transfers_back, work.transfers_known),
        digits(changed.map(|changed| changed.talk), 2),
        digits(changed.and_then(|changed| changed.hold), 2),
        digits(changed.and_then(|changed| changed.parked), 2),
    ]
}

fn line(of: &AgentMonth, judgement: Option<&Judgement>, changed: Option<&ChangePerCall>) -> Vec<String> {
    let ShortCallCount { calls, short } = of.count;
    let (with, usual) = (judgement.map(|found| found.group), judgement.map(|found| found.share.usual));
    let conspicuous = judgement.is_some_and(|found| found.share.is_groove);
    let [again, back, talk, hold, parked] = if conspicuous { beside(&of.work, changed) } else { [(); 5].map(|()| "–".to_owned()) };
    vec![
        of.agent.clone(),
        of.month.clone(),
        match with {
            Some(Group::Queue) => format!("queue {}", of.queue),
            Some(Group::Site) => "site".to_owned(),
            None => "–".to_owned(),
        },
        calls.to_string(),
        short.to_string(),
        digits((calls > 0).then(|| short as f64 / calls as f64), 3),
        between(judgement.map(|found| found.share.interval), 3),
        digits(usual, 3),
        digits(usual.map(|usual| usual * calls as f64), 1),
        again,
        back,
        talk,
        hold,
        parked,
        match judgement {
            Some(found) if found.share.is_groove => "conspicuous",
            Some(_) => "",
            None => "too few calls, or agents to compare with",
        }
        .to_owned(),
    ]
}
