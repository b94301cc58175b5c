//! `holdfast attrition feedback`: whether warnings fulfil themselves, by what the organisation does with those who were warned of.

use super::asking::{Period, Row, answer, between, digits, number, shown_at, text, whole};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::feedback::{Around, Compared, Decision, Finding, Matched, Measure, Window, against_matched, against_silent};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::FEEDBACK;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition feedback --site berlin --zone Europe/Berlin                 signals of the last year
  holdfast attrition feedback --site berlin --from 2026-01-01 --to 2026-06-30 --format json

Of each agent who was told of: what the organisation decided in the 28 days after the signal, less the same in the 28 days before, less the same of agents of whom nobody was told
within 28 days of that day: same site, queue group and band of tenure, the three with the nearest score of that day, at most 0.5 apart in log-odds. And, where signals were kept
silent by chance (attrition.silent_share), less the same of those: the better comparison, because chance alone chose. Hours and counts are per 28 days employed; days of long leaves
and from notice on are left out on both sides, and fewer than seven days say nothing. Sessions are trainings and coachings, the talks themselves are not counted.

'changed': 0 is outside of the interval (95 % for all measures together, by agents). It is a reason to look at how the list is used, not a proof: a talk may have agreed on it.
'not shown to change' of few agents is no proof that nothing changed: look at how wide the interval is. Nothing is shown of fewer than eight agents on either side.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Site
    #[arg(long)]
    site: String,
}

const COLUMNS: &[&str] = &[
    "compared with",
    "measure",
    "agents",
    "others",
    "before",
    "after",
    "others before",
    "others after",
    "change",
    "95 % interval",
    "decision",
    "means",
];

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    shown_at(config, &args.site)?;
    let (first, last) = args.period.days(365)?;
    let values = args.period.of_site(&args.site, first, last);
    let signals = signals(&answer(config, FEEDBACK, &values)?);
    let mut rows: Vec<Vec<String>> = against_matched(&matched(&signals)).iter().map(|found| line("not told of", found)).collect();
    let drawn = |silent: bool| {
        let of = signals.values().filter(|signal| signal.drawn && signal.silent == silent);
        of.map(|signal| signal.around.own.clone()).collect::<Vec<_>>()
    };
    let by_chance = against_silent(&drawn(false), &drawn(true));
    if by_chance.iter().any(|found| found.compared.is_some()) {
        rows.extend(by_chance.iter().map(|found| line("kept silent", found)));
    }
    print(args.period.format, COLUMNS, &rows)?;
    eprintln!(
        "A difference is a reason to look at how the list of warnings is used, not a proof of misuse; no difference of few agents is no proof of none."
    );
    Ok(ExitCode::SUCCESS)
}

/// A signal with those to compare it with.
struct Signal {
    silent: bool,
    drawn: bool,
    around: Matched,
}

fn matched(signals: &BTreeMap<String, Signal>) -> Vec<Matched> {
    signals.values().filter(|signal| !signal.silent).map(|signal| signal.around.clone()).collect()
}

/// Signals by id. Of a window without a row no day counts.
fn signals(rows: &[Row]) -> BTreeMap<String, Signal> {
    let mut found: BTreeMap<String, Signal> = BTreeMap::new();
    let is = |row: &Row, column: &str| row.get(column).and_then(Value::as_bool).unwrap_or(false);
    let nobody = |agent: &str| Around { agent: agent.to_owned(), before: Window::default(), after: Window::default() };
    for row in rows {
        let agent = text(row, "agent");
        let signal = found.entry(text(row, "signal").to_owned()).or_insert_with(|| Signal {
            silent: is(row, "silent"),
            drawn: is(row, "drawn"),
            around: Matched { own: nobody(""), others: Vec::new() },
        });
        let around = if is(row, "own") {
            agent.clone_into(&mut signal.around.own.agent);
            &mut signal.around.own
        } else {
            let others = &mut signal.around.others;
            let place = others.iter().position(|other| other.agent == agent).unwrap_or_else(|| {
                others.push(nobody(agent));
                others.len() - 1
            });
            &mut others[place]
        };
        *(if is(row, "after") { &mut around.after } else { &mut around.before }) = window(row);
    }
    found
}

fn window(row: &Row) -> Window {
    let count = |column: &str| u32::try_from(whole(row, column)).unwrap_or(0);
    Window {
        days: count("days"),
        planned_days: count("planned_days"),
        scheduled_ms: whole(row, "scheduled_ms"),
        overtime_ms: whole(row, "overtime_ms"),
        quick_returns: count("quick_returns"),
        night_ms: whole(row, "night_ms"),
        sessions: count("sessions"),
        untimed_sessions: count("untimed_sessions"),
        session_ms: whole(row, "session_ms"),
        evaluations: count("evaluations"),
        scored: count("scored"),
        points: number(row, "points").unwrap_or(0.0),
    }
}

fn line(with: &str, finding: &Finding) -> Vec<String> {
    let of = finding.compared;
    let count = |count: Option<usize>| count.map_or_else(|| "–".to_owned(), |count| count.to_string());
    let at = |value: fn(Compared) -> f64| digits(of.map(value), 2);
    vec![
        with.to_owned(),
        finding.measure.name().to_owned(),
        count(of.map(|of| of.agents)),
        count(of.map(|of| of.others)),
        at(|of| of.own[0]),
        at(|of| of.own[1]),
        at(|of| of.of_others[0]),
        at(|of| of.of_others[1]),
        at(|of| of.change),
        between(of.map(|of| of.interval), 2),
        finding.decision().name().to_owned(),
        meaning(finding),
    ]
}

/// What it means, in plain words.
fn meaning(finding: &Finding) -> String {
    let is_more = finding.compared.is_some_and(|of| of.change > 0.0);
    let (more, less) = match finding.measure {
        Measure::ScheduledHours => ("more hours are scheduled", "fewer hours are scheduled: does the list reach whoever plans shifts?"),
        Measure::OvertimeHours => ("there is more overtime", "there is less overtime"),
        Measure::QuickReturns => ("shifts follow faster on each other", "shifts follow less fast on each other"),
        Measure::NightHours => ("there are more hours at night", "there are fewer hours at night"),
        Measure::Sessions => {
            ("there are more trainings and coachings: as talks agreed?", "there are fewer trainings and coachings: is somebody given up?")
        }
        Measure::SessionHours => (
            "there is more time for training and coaching: as talks agreed?",
            "there is less time for training and coaching: is somebody given up?",
        ),
        Measure::Evaluations => ("they are listened to more often: a warning is no reason to", "they are listened to less often"),
        Measure::EvaluationPoints => ("they are judged better", "they are judged worse: do evaluators know of warnings?"),
    };
    match finding.decision() {
        Decision::Changed => format!("since the warning {}", if is_more { more } else { less }),
        Decision::NotShown if finding.compared.is_some_and(|of| [of.own, of.of_others] == [[0.0; 2]; 2]) => {
            "nobody had any: is there a source that would know?".to_owned()
        }
        Decision::NotShown => "no change is shown; of few agents that is no proof of none".to_owned(),
        Decision::TooFew => "fewer than eight agents on either side: not shown".to_owned(),
    }
}
