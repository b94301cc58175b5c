//! Quality evaluations: calls drawn at random, calls that were chosen, and calls by which graders compare themselves; some are corrected.

use super::files::{Portion, Sums};
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::draw::{Draw, Stream};
use crate::visit::Visit;

/// How the system of evaluations writes times of its own clock.
const CLOCK: &str = "%d.%m.%Y %H:%M:%S";
const DAY_S: i64 = 86_400;

/// The evaluations of a site.
#[derive(Debug)]
pub(super) struct Evaluations {
    site: SitePlan,
    habits: Habits,
    draw: Draw,
    count: u64,
    /// By day of the contact, form, queue and agent: random ones, their thousandths and best thousandths, with fatal errors; the same three of
    /// chosen ones; calibrations.
    days: Sums<8>,
}

impl Evaluations {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits, portion: &mut Portion) -> Self {
        Observed::header(&site.name, "evaluation", portion);
        let columns = "evaluation;form;call;call_ended;evaluated;changed;agent;queue;points;points_max;fatal;chosen;evaluator";
        portion.line(&format!("{}/evaluation.csv", site.name), format_args!("{columns}"));
        portion.line(
            &format!("truth/{}/evaluation-days.csv", site.name),
            format_args!(
                "day,dimension,queue,agent,evaluations,score_milli_sum,score_max_milli_sum,fatal_errors,targeted,targeted_score_milli_sum,\
                 targeted_score_max_milli_sum,calibrations,qa_score,fatal_error_rate,qa_score_targeted"
            ),
        );
        let draw = Draw::new(seed.wrapping_add(1), Stream::Opinions);
        Self { site: site.clone(), habits, draw, count: 0, days: Sums::default() }
    }

    /// After a conversation with an agent in this mood.
    pub(super) fn take(&mut self, visit: &Visit, mood: f64, portion: &mut Portion) {
        let (Some(ended_s), Some(agent)) = (visit.ended_s(), visit.agent.as_deref()) else { return };
        let drawn = self.draw.chance(self.habits.evaluation_share);
        let evaluated_s = ended_s + self.draw.between(2 * 3_600, 2 * DAY_S);
        let changed_s = evaluated_s + self.draw.between(600, DAY_S);
        let (kind, corrected) = (self.draw.unit(), self.draw.chance(0.1));
        let (points, fatal) = self.points(mood);
        let (better, _) = self.points(mood);
        // A local clock cannot say a time that it shows for the second time.
        let sayable = [ended_s, evaluated_s, changed_s].iter().all(|time_s| self.site.zone.is_first(*time_s));
        if !drawn || !sayable {
            return;
        }
        self.count += 1;
        let id = format!("{}-E{:07}", self.site.name, self.count);
        let (letter, sampling) = if kind < 0.7 {
            ('R', "random")
        } else if kind < 0.93 {
            ('T', "targeted")
        } else {
            ('C', "calibration")
        };
        let text = |time_s: i64| self.site.zone.text(time_s, CLOCK);
        let (ended, evaluated) = (text(ended_s), text(evaluated_s));
        let (file, fatal_letter) = (format!("{}/evaluation.csv", self.site.name), if fatal { 'J' } else { 'N' });
        let mut line = |changed: &str, points: i64| {
            let (call, queue) = (&visit.call, &visit.queue);
            let points = format!("{}.{:03}", points / 1_000, points % 1_000);
            portion.line(
                &file,
                format_args!("{id};service;{call};{ended};{evaluated};{changed};{agent};{queue};{points};100;{fatal_letter};{letter};9001"),
            );
        };
        line("", points);
        let score = if corrected { better } else { points };
        if corrected {
            line(&text(changed_s), score);
        }
        let observed = Observed {
            id,
            at_s: evaluated_s,
            dimension: Some("service"),
            score_milli: Some(score),
            score_max_milli: Some(100_000),
            sampling: Some(sampling),
            fatal,
            known_customer: false,
            ..super::surveys::of_contact(visit, ended_s)
        };
        observed.write(&self.site.name, "evaluation", portion);
        self.add_to_day(visit, letter, score, fatal);
    }

    /// Counts one by the day of the contact.
    fn add_to_day(&mut self, visit: &Visit, letter: char, score: i64, fatal: bool) {
        let (Some(ended_s), Some(agent)) = (visit.ended_s(), visit.agent.as_deref()) else { return };
        let key = format!("{},service,{},{agent}", self.site.zone.text(ended_s, "%Y-%m-%d"), visit.queue);
        self.days.add(
            key,
            match letter {
                'R' => [1, score, 100_000, i64::from(fatal), 0, 0, 0, 0],
                'T' => [0, 0, 0, 0, 1, score, 100_000, 0],
                _ => [0, 0, 0, 0, 0, 0, 0, 1],
            },
        );
    }

    /// Thousandths of a point, in quarters of a point, and whether something fatal was found.
    fn points(&mut self, mood: f64) -> (i64, bool) {
        let points = (82.0 + 8.0 * mood + 9.0 * self.draw.normal()).clamp(0.0, 100.0);
        (crate::draw::whole(points * 4.0) * 250, self.draw.chance(0.03))
    }

    pub(super) fn write(&self, portion: &mut Portion) {
        let file = format!("truth/{}/evaluation-days.csv", self.site.name);
        self.days.write(&file, portion, |[random, score, best, fatal, _, chosen_score, chosen_best, _]| {
            [(*score, *best), (*fatal, *random), (*chosen_score, *chosen_best)]
        });
    }
}
