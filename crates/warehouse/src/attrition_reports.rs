//! Questions to the attrition database for leaders, sites and training: statements with a place for each value, one file each in `attrition_reports/`.
//!
//! They read `v_agent_days`, `scores`, `signal_events` and `v_attrition_labels`, and the reference data and observations of the main database. No statement
//! asks for a name, an absence's cause or a protected attribute, but one: [`GROUPS`], for the fairness report.

mod models;

pub use models::{TrainedModel, write_model};

use crate::Error;
use crate::server::{Server, quoted};
use serde_json::{Map, Value};

/// Agent-days at risk, but at the sites that are left out, and leavers by leader and mix: columns leader, tenure_days_from, queue_group, site, contract, shifts_per_week, month, days, leavers.
pub const LEADER_CELLS: &str = include_str!("attrition_reports/leader_cells.sql");
/// Agents led, and leavers led on at least half of the 90 days before, by leader.
pub const LEADERS: &str = include_str!("attrition_reports/leaders.sql");
/// What each agent had under each leader by quarter: leader, quarter, agent, days, worked_days, overloaded_days, run_days, run_ms, scheduled_days, quick_returns, coachings,
/// targets, targets_missed, peers_missed_micro.
pub const LEADER_QUARTERS: &str = include_str!("attrition_reports/leader_quarters.sql");
/// Signals told, by leader and quarter of their opening: leader, quarter, talked, talked_after_s, outcome.
pub const LEADER_SIGNALS: &str = include_str!("attrition_reports/leader_signals.sql");
/// Hires by the leader of the first day and the quarter of the 90th: leader, quarter, hired, left_early.
pub const LEADER_HIRES: &str = include_str!("attrition_reports/leader_hires.sql");
/// Agents of a site beside targets: target, kpi, value_micro, queue_group, level, agent, days, amount, base.
pub const ATTAINMENT: &str = include_str!("attrition_reports/attainment.sql");
/// Work of those hired since a day, by week since hiring: agent, site, week, handled, productive_ms, compared, ln_handle_micro.
pub const STARTED: &str = include_str!("attrition_reports/started.sql");
/// One person's time since hiring: cohort (month of hiring), site, team, days, left, batch, source.
pub const SPELLS: &str = include_str!("attrition_reports/spells.sql");
/// Measures of speed and care of each agent by week, + = better.
pub const AGENT_WEEKS: &str = include_str!("attrition_reports/agent_weeks.sql");
/// Calls of a site's agents by month: agent, month, main_queue, calls, short_calls (ended by the agent before `short_ms`), talk_ms, hold_ms; short calls with a known
/// caller and those of them after which the caller called again within ten minutes: short_known, short_followed; transfers whose next handling is known and those that
/// came to the same queue or agent again: transfers_known, transfers_back; not ready from the end of a contact on: parked_ms.
pub const SHORT_CALLS: &str = include_str!("attrition_reports/short_calls.sql");
/// New hires and the days on which somebody asked how it goes.
pub const NEW_HIRES: &str = include_str!("attrition_reports/new_hires.sql");
/// Who is in which team at a moment: agent, site, team.
pub const MEMBERS: &str = include_str!("attrition_reports/members.sql");
/// Sessions (observations of kind other with dimension session): agent, day, kind (coaching, training or follow_up), role of who held it.
pub const SESSIONS: &str = include_str!("attrition_reports/sessions.sql");
/// Evaluations of a site's agents: agent, team, leader, at_s, call_s, contact, finding, points, random, took_ms, week.
pub const EVALUATIONS: &str = include_str!("attrition_reports/evaluations.sql");
/// Coachings of a site's agents: agent, at_s, contact, took_ms, week.
pub const COACHINGS: &str = include_str!("attrition_reports/coachings.sql");
/// The last training of each agent, and the days on which somebody asked since.
pub const TRAININGS: &str = include_str!("attrition_reports/trainings.sql");
/// Group of each agent, and one measure by day: sum and weight.
pub const MEASURE_DAYS: &str = include_str!("attrition_reports/measure_days.sql");
/// First and last agent-day of a site, and how many there are.
pub const SPAN_OF_SITE: &str = include_str!("attrition_reports/span_of_site.sql");
/// Who left, how, when, and since when it is known.
pub const LABELS: &str = include_str!("attrition_reports/labels.sql");
/// Scored time, warnings and weekly scores of each agent, for the fairness report.
pub const WARNED: &str = include_str!("attrition_reports/warned.sql");
/// Groups of one attribute, from the restricted table. Only the fairness report may ask.
pub const GROUPS: &str = include_str!("attrition_reports/groups.sql");
/// Days on which leaders talked with agents after a warning.
pub const TALKS: &str = include_str!("attrition_reports/talks.sql");
/// What the organisation did with agents around signals, told or kept silent, and with agents of whom nobody was told: signal, own (whom it was about), agent, silent, drawn, after
/// (the 28 days after the opening's day, else those before), days, planned_days, scheduled_ms, overtime_ms, quick_returns, night_ms, sessions, untimed_sessions, session_ms, evaluations,
/// scored, points.
pub const FEEDBACK: &str = include_str!("attrition_reports/feedback.sql");
/// Models that have scored a site: model, first_day, last_day, made_until, newest_day (of the site).
pub const MODEL_SPANS: &str = include_str!("attrition_reports/model_spans.sql");
/// Scores of a site as they were told, by agent and model: days, probabilities.
pub const TOLD_SCORES: &str = include_str!("attrition_reports/told_scores.sql");
/// Inputs of a site's agents by week: how many values of a quarter and of a week lie in each bin: input, bin, then, now.
pub const INPUT_BINS: &str = include_str!("attrition_reports/input_bins.sql");
/// Targets as they are now: scope, KPI, weight.
pub const TARGETS: &str = include_str!("attrition_reports/targets.sql");

/// Every entry of every target, with whom it is for and since when: id, kpi, value, weight, team, of_site, since_us, since_day.
pub const TARGET_ENTRIES: &str = include_str!("attrition_reports/target_entries.sql");

/// A value of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A text, quoted here.
    Text(&'a str),
    /// A whole number, such as a day since 1970.
    Whole(i64),
    /// Texts, quoted here.
    Texts(&'a [String]),
}

/// Asks a statement. `database` is the attrition database, `{main}` the one of the facts; `values` are its other places, by name.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn ask(server: &Server, database: &str, statement: &str, values: &[(&str, Place<'_>)]) -> Result<Vec<Map<String, Value>>, Error> {
    let mut sql = statement.replace("{attrition}", &identifier(database)).replace("{main}", &identifier(&server.database));
    for (name, value) in values {
        let text = match value {
            Place::Text(text) => quoted(text),
            Place::Whole(number) => number.to_string(),
            Place::Texts(texts) => {
                format!("CAST([{}], 'Array(String)')", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
            }
        };
        sql = sql.replace(&format!("{{{name}}}"), &text);
    }
    server.rows(&sql).await
}

fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
