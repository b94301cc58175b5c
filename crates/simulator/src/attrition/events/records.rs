//! What the systems beside the telephone write about a world of agents: schedules, absences, evaluations, and reference data with who came and went.

use super::plan::EventPlan;
use crate::calendar::{Day, utc};
use crate::centre::{Portion, Stretch, leader_name, team_name};
use crate::error::Error;
use crate::visit::Visit;
use jiff::ToSpan;
use jiff::civil::Date;

const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
/// How the systems of schedules and of evaluations write a time of the site's clock.
const CLOCK: &str = "%Y-%m-%d %H:%M";
const EVALUATION_CLOCK: &str = "%d.%m.%Y %H:%M:%S";
/// How long after a call it is evaluated, in seconds: still on the same day.
const EVALUATED_AFTER_S: i64 = 3_600;

/// Kinds of absence as the source has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    Leave,
    Sick,
    Other,
}

/// The records in the making.
#[derive(Clone, Debug)]
pub(super) struct Records {
    plan: EventPlan,
    stretches: u64,
    absences: u64,
    evaluations: u64,
    /// By what the centre calls an agent: the day of the newest entry. Personnel enters one thing after the other.
    entered: Vec<u32>,
}

impl Records {
    /// Writes headers, and reference data of the site and its teams.
    pub(super) fn begin(plan: &EventPlan, teams: usize, portion: &mut Portion) -> Self {
        let (site, name) = (plan.site_plan(), &plan.site);
        let mut line = |file: String, text: &str| portion.line(&file, format_args!("{text}"));
        line(format!("{name}/schedule.csv"), "stretch,version,agent,day,begin,minutes,activity,status,queue");
        line(format!("{name}/absences.csv"), "absence,agent,from,until,kind,status,changed,note");
        let columns = "evaluation;form;call;call_ended;evaluated;changed;agent;queue;points;points_max;fatal;chosen;evaluator";
        line(format!("{name}/evaluation.csv"), columns);
        line("reference/site.csv".to_owned(), "id,zone,opening");
        line("reference/site.csv".to_owned(), &format!("{name},{},{}", plan.zone.name(), site.opening));
        line("reference/reason.csv".to_owned(), "id,kind\nBreak,break\nLunch,meal");
        line("reference/team.csv".to_owned(), "id,valid_from,site,leader");
        line("reference/queue.csv".to_owned(), "id,skill,site,threshold_s,short_abandon_s,target_percent");
        for team in 0..teams {
            line("reference/team.csv".to_owned(), &format!("{},,{name},{}", team_name(&site, team), leader_name(&site, team)));
            line("reference/queue.csv".to_owned(), &format!("{},service,{name},20,5,80", plan.queue_name(team)));
        }
        let columns = "id,valid_from,team,leader,site,hire_date,left_date,left_kind,full_time_share,paid_shift_s";
        line("reference/agent.csv".to_owned(), columns);
        Self { plan: plan.clone(), stretches: 0, absences: 0, evaluations: 0, entered: Vec::new() }
    }

    /// The schedule of a shift.
    pub(super) fn schedule(&mut self, agent: &str, stretches: &[Stretch], portion: &mut Portion) {
        let (site, zone) = (&self.plan.site, &self.plan.zone);
        for stretch in stretches {
            self.stretches += 1;
            let (begin, minutes) = (zone.text(stretch.from_s, "%Y-%m-%d,%H:%M:%S"), (stretch.to_s - stretch.from_s) / 60);
            portion.line(
                &format!("{site}/schedule.csv"),
                format_args!("{site}-{:09},1,{agent},{begin},{minutes},{},published,", self.stretches, stretch.what.letter()),
            );
        }
    }

    /// An absence between two times, Unix seconds.
    pub(super) fn absence(&mut self, agent: &str, from_s: i64, to_s: i64, kind: Absence, portion: &mut Portion) {
        self.absences += 1;
        let (site, zone) = (&self.plan.site, &self.plan.zone);
        let letter = match kind {
            Absence::Leave => 'U',
            Absence::Sick => 'K',
            Absence::Other => 'S',
        };
        portion.line(
            &format!("{site}/absences.csv"),
            format_args!("{site}-{:07},{agent},{},{},{letter},granted,,", self.absences, zone.text(from_s, CLOCK), zone.text(to_s, CLOCK)),
        );
    }

    /// An evaluation of a call, in thousandths of a point.
    pub(super) fn evaluation(&mut self, visit: &Visit, score_milli: i64, portion: &mut Portion) {
        let (Some(agent), Some(ended_s)) = (&visit.agent, visit.ended_s()) else { return };
        self.evaluations += 1;
        let (site, zone) = (&self.plan.site, &self.plan.zone);
        let text = |time_s: i64| zone.text(time_s, EVALUATION_CLOCK);
        portion.line(
            &format!("{site}/evaluation.csv"),
            format_args!(
                "{site}-E{:07};service;{};{};{};;{agent};{};{}.{:03};100;N;R;9001",
                self.evaluations,
                visit.call,
                text(ended_s),
                text(ended_s + EVALUATED_AFTER_S),
                visit.queue,
                score_milli / 1_000,
                score_milli % 1_000
            ),
        );
    }

    /// Somebody who was hired on a day, which may lie before the first; the entry is known from `known` on, from the beginning without it.
    ///
    /// An id that is used again is given away a second after it became free, so that on the evening of every day somebody has it.
    pub(super) fn hired(
        &mut self,
        id: u32,
        team: usize,
        (hired_day, known): (i32, Option<u32>),
        reused: bool,
        portion: &mut Portion,
    ) -> Result<(), Error> {
        let known = known.map(|day| self.enter(id, day));
        let from_s = known.map(|day| Ok::<i64, Error>(self.plan.day(day)?.start_s + i64::from(reused))).transpose()?;
        let hired = self.plan.date(hired_day)?;
        self.write(id, team, from_s, (hired, None), portion);
        Ok(())
    }

    /// Somebody who was hired, and did not come any more from a day on; personnel knows it from another day on.
    pub(super) fn left(&mut self, id: u32, team: usize, days: (i32, u32, u32), portion: &mut Portion) -> Result<(), Error> {
        let (hired_day, left_day, reported_day) = days;
        let known = self.enter(id, reported_day.max(left_day));
        let from_s = self.plan.day(known)?.start_s;
        let (hired, left) = (self.plan.date(hired_day)?, self.plan.day(left_day)?.date);
        self.write(id, team, Some(from_s), (hired, Some(left)), portion);
        Ok(())
    }

    /// The day of an entry of an agent: never before an earlier entry.
    fn enter(&mut self, id: u32, day: u32) -> u32 {
        let position = id as usize;
        if self.entered.len() <= position {
            self.entered.resize(position + 1, 0);
        }
        let entered = &mut self.entered[position];
        *entered = day.max(*entered);
        *entered
    }

    fn write(&self, id: u32, team: usize, from_s: Option<i64>, (hired, left): (Date, Option<Date>), portion: &mut Portion) {
        let site = self.plan.site_plan();
        let valid_from = from_s.map(|from_s| utc(from_s, ISO)).unwrap_or_default();
        let (left_date, left_kind) = left.map_or((String::new(), ""), |left| (left.to_string(), "voluntary"));
        portion.line(
            "reference/agent.csv",
            format_args!(
                "{},{valid_from},{},{},{},{hired},{left_date},{left_kind},1,{}",
                self.plan.agent_name(id),
                team_name(&site, team),
                leader_name(&site, team),
                site.name,
                super::workday::PAID_S
            ),
        );
    }
}

impl EventPlan {
    /// The local day with this number.
    pub(super) fn day(&self, day: u32) -> Result<Day, Error> {
        Day::of(&self.zone, self.date(i32::try_from(day).unwrap_or(i32::MAX))?)
    }

    /// The date of a day; before the first one it is negative.
    pub(super) fn date(&self, day: i32) -> Result<Date, Error> {
        self.start.checked_add(i64::from(day).days()).map_err(|_| Error::World { problem: format!("day {day} lies outside the calendar") })
    }
}
