//! `holdfast signals days`: an agent's own days, the facts that reasons rest on. Nobody else is shown them.

use super::asking::{Asking, Session};
use super::say;
use crate::care::Role;
use crate::commands::staying::asking::{date_of, day_of};
use crate::commands::{Context, Format, print};
use crate::error::Error;
use crate::privacy::access_log::quoted;
use attrition::features::DayFacts;
use attrition::reasons::Language;
use jiff::civil::Date;
use std::process::ExitCode;

/// Days that are shown unless others are asked for: a quarter.
const USUAL_DAYS: i32 = 91;

/// Arguments of `days`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals days --as agent:agent-101 --purpose own-data
  holdfast signals days --as agent:agent-101 --purpose objection --from 2026-03-01 --to 2026-03-31 --language zh
  holdfast signals days --as agent:agent-101 --purpose own-data --json      every number of a day, in ms and counts

What was measured of each of your own days, also at a site whose early warnings are off. \"usual\" is what as many of others' calls of the same kind took in the 28 days before. An empty cell: not known. If something is wrong (an absence \
that was approved, a shift that was swapped), have it corrected where it is entered: the days are formed anew by themselves. Or object: holdfast signals contest.")]
pub(super) struct Days {
    #[command(flatten)]
    asking: Asking,
    /// First day [default: a quarter before the last]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day [default: the newest]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
}

/// Shows an agent the own days.
///
/// # Errors
/// See [`super::run`].
pub(super) fn days(args: &Days, context: &Context) -> Result<ExitCode, Error> {
    let session = Session::open(&args.asking, context)?;
    let viewer = &args.asking.viewer;
    if viewer.role != Role::Agent {
        session.log(&[session.line("days").with_outcome("refused")])?;
        return Err(Error::new("HF-P001", "days are shown to the agent whose days they are, and to nobody else: --as agent:ID"));
    }
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Error::configuration(format!("--from {from} is after --to {to}")));
    }
    session.log(&[session.line("days").about("", &viewer.id)])?;
    let days = read(&session, args)?;
    if args.asking.json {
        say(&args.asking, "", &days)?;
    } else {
        print(Format::Table, header(args.asking.language), &days.iter().map(|day| cells(day, args.asking.language)).collect::<Vec<_>>())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(session: &Session<'_>, args: &Days) -> Result<Vec<DayFacts>, Error> {
    let of = format!("d.tenant = {} AND d.agent = {}", quoted(&args.asking.tenant), quoted(&args.asking.viewer.id));
    let last = args.to.map_or_else(|| format!("(SELECT max(d.day) FROM v_agent_days AS d WHERE {of})"), |date| day_of(date).to_string());
    let first = args.from.map_or_else(|| format!("{last} - {}", USUAL_DAYS - 1), |date| day_of(date).to_string());
    // An id may have been somebody else's: that one's days are before the day of hiring.
    let hired = format!("(SELECT argMax(ifNull(d.hired_day, -2147483648), d.day) FROM v_agent_days AS d WHERE {of})");
    let sql = format!(
        "SELECT * FROM v_agent_days AS d WHERE {of} AND d.day >= {hired} AND d.day BETWEEN {first} AND {last} ORDER BY d.day SETTINGS output_format_json_quote_64bit_integers = 0"
    );
    let rows = session.runtime.block_on(session.attrition.rows(&sql))?;
    let day = |row| -> Result<DayFacts, Error> {
        let day: DayFacts = serde_json::from_value(serde_json::Value::Object(row))
            .map_err(|error| Error::new("HF-W001", format!("v_agent_days: {error}")))?;
        // Counts of colleagues may be of fewer than eight.
        Ok(DayFacts { team_size: None, team_exits_30d: None, targets_missed_peers_share_micro: None, ..day })
    };
    rows.into_iter().map(day).collect()
}

const fn header(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "day",
            "shift, h",
            "absent",
            "late, min",
            "left early, min",
            "worked, h",
            "contacts",
            "handle time, min",
            "usual, min",
            "after-call work, min",
            "on hold, min",
            "unscheduled pauses, min",
            "transfers",
            "missed calls",
            "evaluations",
            "answers of customers",
        ],
        Language::Chinese => &[
            "日期",
            "排班（小时）",
            "缺勤",
            "迟到（分钟）",
            "早退（分钟）",
            "工作（小时）",
            "联系数",
            "处理时长（分钟）",
            "通常（分钟）",
            "话后处理（分钟）",
            "保持（分钟）",
            "计划外小休（分钟）",
            "转接",
            "漏接",
            "质检",
            "客户评价",
        ],
    }
}

/// What people look at of a day; with `--json` there is all of it.
fn cells(day: &DayFacts, language: Language) -> Vec<String> {
    let number = |value: f64| format!("{value:.1}");
    let minutes = |ms: i64| number(ms as f64 / 60_000.0);
    let hours = |ms: i64| number(ms as f64 / 3_600_000.0);
    let known = |value: Option<i64>, shown: &dyn Fn(i64) -> String| value.map(shown).unwrap_or_default();
    let absent = match (day.absent, day.approved_leave, language) {
        (_, Some(true), Language::English) => "leave",
        (_, Some(true), Language::Chinese) => "已批准",
        (Some(true), _, Language::English) => "yes",
        (Some(true), _, Language::Chinese) => "是",
        (Some(false), _, Language::English) => "no",
        (Some(false), _, Language::Chinese) => "否",
        (None, ..) => "",
    };
    // Of as many as were handled, where some could not be compared.
    let usual_ms = |compared: i64| (day.expected_handle_ms * i64::from(day.handled) + compared / 2) / compared;
    vec![
        date_of(day.day),
        known(day.scheduled_ms, &hours),
        absent.to_owned(),
        known(day.late_ms, &minutes),
        known(day.early_ms, &minutes),
        hours(day.staffed_ms),
        day.handled.to_string(),
        minutes(day.handle_ms),
        known((day.compared_calls > 0).then(|| usual_ms(i64::from(day.compared_calls))), &minutes),
        minutes(day.acw_ms),
        minutes(day.hold_ms),
        known(day.unscheduled_pause_ms, &minutes),
        day.transfers.to_string(),
        day.missed_offers.to_string(),
        day.evaluations.to_string(),
        day.surveys.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_cell_for_every_header_and_what_is_not_known_is_empty() {
        let facts = DayFacts {
            day: 20_000,
            scheduled_ms: Some(27_000_000),
            absent: Some(false),
            late_ms: Some(90_000),
            staffed_ms: 28_800_000,
            handled: 12,
            handle_ms: 3_600_000,
            expected_handle_ms: 3_300_000,
            compared_calls: 11,
            ..DayFacts::default()
        };
        let shown = cells(&facts, Language::English);
        // Usual for 11 that can be compared are 55 minutes, for the 12 that were handled 60.
        assert_eq!(shown[..9], ["2024-10-04", "7.5", "no", "1.5", "", "8.0", "12", "60.0", "60.0"]);
        assert_eq!(cells(&facts, Language::Chinese)[2], "否");
        assert_eq!([header(Language::English).len(), header(Language::Chinese).len()], [shown.len(); 2]);
        let absent =
            |absent, approved_leave| cells(&DayFacts { absent, approved_leave, ..DayFacts::default() }, Language::English)[2].clone();
        assert_eq!([absent(Some(true), Some(true)), absent(Some(true), Some(false)), absent(None, None)], ["leave", "yes", ""]);
        assert_eq!(
            cells(&DayFacts { expected_handle_ms: 5, ..DayFacts::default() }, Language::English)[8],
            "",
            "nothing could be compared"
        );
    }
}
