//! What a correct reader measures of an agent's day, counted from what was played; and what it must never see.

use super::plan::EventPlan;
use super::workday::{Doing, Workday};
use crate::activity::{Activity, ActivitySpan};
use crate::attrition::{Departure, SeatDay};
use crate::centre::{Portion, Stretch, adherence};
use crate::error::Error;
use crate::visit::Ended;
use std::fmt;
use std::sync::Arc;

/// An agent's day with a shift that is known, or with work. Durations in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedDay {
    /// Day of the world, from 0.
    pub day: u32,
    /// Position among the seats.
    pub seat: usize,
    /// What the events call the agent.
    pub agent: Arc<str>,
    /// Length of the scheduled shift; not there when the schedule is missing.
    pub scheduled_ms: Option<i64>,
    /// Of it: logged in and not at a meal.
    pub worked_in_shift_ms: Option<i64>,
    /// Of it: as scheduled.
    pub in_adherence_ms: Option<i64>,
    /// Whether the shift was missed.
    pub absent: Option<bool>,
    /// On a shift that was worked: from its begin to the first login.
    pub late_ms: Option<i64>,
    /// When work began, seconds since 1970; not there when nobody came. Not in the table.
    pub began_s: Option<i64>,
    /// Logged in.
    pub staffed_ms: i64,
    /// Talk and after-call work.
    pub occupied_ms: i64,
    /// Ready for a call.
    pub available_ms: i64,
    /// Pauses that nobody scheduled; without the schedule nobody can say which.
    pub unscheduled_pause_ms: Option<i64>,
    /// How many.
    pub unscheduled_pauses: Option<i64>,
    /// Longest stretch logged in without a pause.
    pub longest_run_ms: i64,
    /// Calls.
    pub handled: i64,
    /// Talk and after-call work of the calls.
    pub handle_ms: i64,
    /// After-call work.
    pub acw_ms: i64,
    /// Calls passed on.
    pub transfers: i64,
    /// Calls that the agent ended within ten seconds.
    pub short_talks: i64,
    /// Evaluations.
    pub evaluations: i64,
    /// Their scores, in thousandths of a point.
    pub score_milli: i64,
}

/// Columns of the table, in order.
const COLUMNS: &str = "day,agent,scheduled_ms,worked_in_shift_ms,in_adherence_ms,absent,late_ms,staffed_ms,occupied_ms,available_ms,unscheduled_pause_ms,\
unscheduled_pauses,longest_run_ms,handled,handle_ms,acw_ms,transfers,short_talks,evaluations,score_milli";

impl PlayedDay {
    /// A day on which nobody came.
    pub(super) fn missed(day: u32, seat: usize, agent: Arc<str>, stretches: &[Stretch]) -> Self {
        let known = !stretches.is_empty();
        let scheduled_ms = stretches.iter().map(|stretch| (stretch.to_s - stretch.from_s) * 1_000).sum();
        let [_, _, adherent_us, ..] = over(stretches, &[]);
        Self {
            day,
            seat,
            agent,
            scheduled_ms: known.then_some(scheduled_ms),
            worked_in_shift_ms: known.then_some(0),
            in_adherence_ms: known.then_some(adherent_us / 1_000),
            absent: known.then_some(true),
            late_ms: None,
            began_s: None,
            staffed_ms: 0,
            occupied_ms: 0,
            available_ms: 0,
            unscheduled_pause_ms: known.then_some(0),
            unscheduled_pauses: known.then_some(0),
            longest_run_ms: 0,
            handled: 0,
            handle_ms: 0,
            acw_ms: 0,
            transfers: 0,
            short_talks: 0,
            evaluations: 0,
            score_milli: 0,
        }
    }

    /// A day of work beside its schedule, if that is known.
    pub(super) fn worked(missed: Self, stretches: &[Stretch], work: &Workday, spans: &[ActivitySpan], score_milli: Option<i64>) -> Self {
        let known = !stretches.is_empty();
        let [_, _, adherent_us, worked_us, ..] = over(stretches, spans);
        let sum_ms = |of: &dyn Fn(Activity) -> bool| -> i64 {
            spans.iter().filter(|span| of(span.activity)).map(|span| span.until_ms.unwrap_or(span.from_ms) - span.from_ms).sum()
        };
        let unscheduled = || work.parts.iter().filter(|part| !part.planned && matches!(part.doing, Doing::Paused(_)));
        let begin_s = stretches.first().map_or(0, |stretch| stretch.from_s);
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let after_ms = work.calls.iter().map(|call| call.after_s * 1_000).sum();
        Self {
            worked_in_shift_ms: known.then_some(worked_us / 1_000),
            in_adherence_ms: known.then_some(adherent_us / 1_000),
            absent: known.then_some(false),
            late_ms: work.parts.first().filter(|_| known).map(|part| (part.from_s - begin_s) * 1_000),
            began_s: work.parts.first().map(|part| part.from_s),
            staffed_ms: sum_ms(&|_| true),
            occupied_ms: sum_ms(&|activity| matches!(activity, Activity::Contact | Activity::AfterCall)),
            available_ms: sum_ms(&|activity| activity == Activity::Available),
            unscheduled_pause_ms: known.then(|| unscheduled().map(|part| (part.to_s - part.from_s) * 1_000).sum()),
            unscheduled_pauses: known.then(|| count(unscheduled().count())),
            longest_run_ms: work
                .parts
                .iter()
                .filter(|part| part.doing == Doing::Work)
                .map(|part| (part.to_s - part.from_s) * 1_000)
                .max()
                .unwrap_or(0),
            handled: count(work.calls.len()),
            handle_ms: work.calls.iter().map(|call| (call.talk_s + call.after_s) * 1_000).sum(),
            acw_ms: after_ms,
            transfers: count(work.calls.iter().filter(|call| call.ended == Ended::BlindTransfer).count()),
            short_talks: count(work.calls.iter().filter(|call| call.is_short()).count()),
            evaluations: i64::from(score_milli.is_some()),
            score_milli: score_milli.unwrap_or(0),
            ..missed
        }
    }

    fn write(&self, plan: &EventPlan, portion: &mut Portion) -> Result<(), Error> {
        let file = format!("truth/{}/played-days.csv", plan.site);
        let cell = |number: Option<i64>| number.map_or(String::new(), |number| number.to_string());
        portion.line(
            &file,
            format_args!(
                "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                plan.day(self.day)?.date,
                self.agent,
                cell(self.scheduled_ms),
                cell(self.worked_in_shift_ms),
                cell(self.in_adherence_ms),
                cell(self.absent.map(i64::from)),
                cell(self.late_ms),
                self.staffed_ms,
                self.occupied_ms,
                self.available_ms,
                cell(self.unscheduled_pause_ms),
                cell(self.unscheduled_pauses),
                self.longest_run_ms,
                self.handled,
                self.handle_ms,
                self.acw_ms,
                self.transfers,
                self.short_talks,
                self.evaluations,
                self.score_milli
            ),
        );
        Ok(())
    }
}

fn over(stretches: &[Stretch], spans: &[ActivitySpan]) -> [i64; 7] {
    let mut sums = [0; 7];
    for stretch in stretches {
        sums.iter_mut().zip(adherence(*stretch, spans)).for_each(|(sum, part)| *sum += part);
    }
    sums
}

/// Writes the headers of the truth.
pub(super) fn begin(plan: &EventPlan, portion: &mut Portion) {
    portion.line(&format!("truth/{}/played-days.csv", plan.site), format_args!("{COLUMNS}"));
    portion.line(
        "truth/hidden/agent-days.csv",
        format_args!("day,agent,person,stage,frailty,leader,occupancy,on_leave,shift,absent,late,in_group,bends"),
    );
    portion.line("truth/hidden/departures.csv", format_args!("agent,person,day,reported,stage,cause,tenure_days"));
}

/// Writes the measured truth of a day, in the order of agents, as queries give it.
pub(super) fn write(plan: &EventPlan, played: &[PlayedDay], portion: &mut Portion) -> Result<(), Error> {
    let mut rows: Vec<&PlayedDay> = played.iter().collect();
    rows.sort_by(|left, right| left.agent.cmp(&right.agent));
    rows.into_iter().try_for_each(|day| day.write(plan, portion))
}

/// Writes what is hidden of a seat's day.
pub(super) fn write_hidden(date: impl fmt::Display, agent: &str, day: &SeatDay, portion: &mut Portion) {
    let truth = &day.truth;
    portion.line(
        "truth/hidden/agent-days.csv",
        format_args!(
            "{date},{agent},{},{},{},{},{},{},{},{},{},{},{}",
            truth.person,
            truth.stage,
            truth.frailty,
            truth.leader,
            truth.occupancy,
            u8::from(day.seen.on_leave),
            u8::from(truth.shift),
            u8::from(truth.absent),
            u8::from(truth.late),
            u8::from(truth.in_group),
            u8::from(truth.gaming)
        ),
    );
}

/// Writes who left.
pub(super) fn write_departure(plan: &EventPlan, departure: &Departure, portion: &mut Portion) -> Result<(), Error> {
    let cause = match departure.cause {
        crate::attrition::Cause::Early => "early",
        crate::attrition::Cause::Sudden => "sudden",
        crate::attrition::Cause::WornOut => "worn_out",
    };
    portion.line(
        "truth/hidden/departures.csv",
        format_args!(
            "{},{},{},{},{},{cause},{}",
            plan.agent_name(departure.agent),
            departure.person,
            plan.day(departure.day)?.date,
            plan.day(departure.reported_day)?.date,
            departure.stage,
            departure.tenure_days
        ),
    );
    Ok(())
}
