//! Schedules laid over what agents did: adherence by agent and day, attendance by team and day.

use super::super::files::{Portion, Sums};
use super::super::people::{Staff, person};
use super::super::plan::SitePlan;
use super::super::reference::team_name;
use super::super::schedule::{Away, PlannedShift, Scheduled, Stretch};
use super::facts::activity;
use crate::activity::{Activity, ActivitySpan};
use std::collections::BTreeMap;

const SECOND_US: i64 = 1_000_000;
const MS_US: i64 = 1_000;
/// Out of the schedule for no longer than this counts as adherent, seconds; as the views are asked.
const GRACE_S: i64 = 60;
/// Who comes later than this is late, seconds; as the views are asked.
const LATE_S: i64 = 300;

/// Shifts whose day is not over yet, and what agents did since.
#[derive(Debug)]
pub(super) struct Shifts {
    site: SitePlan,
    /// Shifts by the begin of their day, Unix seconds.
    waiting: Vec<(i64, Vec<PlannedShift>)>,
    spans: BTreeMap<usize, Vec<ActivitySpan>>,
    adherence: Sums<7>,
    attendance: Sums<8>,
}

impl Shifts {
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        let mut header = |file: &str, columns: &str| portion.line(&format!("truth/{}/{file}.csv", site.name), format_args!("{columns}"));
        header(
            "adherence-days",
            "day,agent,scheduled_us,scheduled_paid_us,adherent_us,worked_us,available_us,internal_us,external_us,adherence,conformance,\
             shrinkage,shrinkage_internal,shrinkage_external",
        );
        header(
            "attendance-days",
            "day,team,shifts,on_leave,worked,late,sick,unplanned_absence_us,planned_absence_us,shift_us,attendance,lateness,absence,sick_share",
        );
        Self { site: site.clone(), waiting: Vec::new(), spans: BTreeMap::new(), adherence: Sums::default(), attendance: Sums::default() }
    }

    /// Takes in the shifts of a day that began at `start_s`, and what was over by its end. The day before is complete then.
    pub(super) fn take(
        &mut self,
        shifts: Vec<PlannedShift>,
        spans: &[ActivitySpan],
        start_s: i64,
        staff: &Staff,
        last: bool,
        portion: &mut Portion,
    ) {
        for span in spans {
            if let Some((number, _)) = person(staff, &span.agent) {
                self.spans.entry(number).or_default().push(span.clone());
            }
        }
        self.waiting.push((start_s, shifts));
        let (over, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|(of_s, _)| last || *of_s < start_s);
        self.waiting = waiting;
        let over: Vec<(i64, Vec<PlannedShift>)> = over;
        for shift in over.iter().flat_map(|(_, shifts)| shifts) {
            self.settle(shift, staff);
        }
        for spans in self.spans.values_mut() {
            spans.retain(|span| span.until_ms.is_none_or(|until_ms| until_ms >= start_s * 1_000));
        }
        if last {
            self.write(portion);
        }
    }

    fn settle(&mut self, shift: &PlannedShift, staff: &Staff) {
        let (Some(person), Some(first), Some(end)) = (staff.people.get(shift.person), shift.stretches.first(), shift.stretches.last())
        else {
            return;
        };
        let (from_s, to_s) = (first.from_s, end.to_s);
        let spans = self.spans.get(&shift.person).map(Vec::as_slice).unwrap_or_default();
        let came_ms = spans.iter().filter_map(|span| within(span, from_s, to_s)).map(|(begin_ms, _)| begin_ms).min();
        let day = |time_s: i64| self.site.zone.text(time_s, "%Y-%m-%d");
        let pieces: Vec<(String, [i64; 7])> =
            shift.stretches.iter().map(|stretch| (format!("{},{}", day(from_s), person.name), adherence(*stretch, spans))).collect();
        let key = format!("{},{}", day(from_s), team_name(&self.site, person.team_at(from_s)));
        for (key, sums) in pieces {
            self.adherence.add(key, sums);
        }
        self.attendance.add(key, attendance(from_s, to_s, shift.away, came_ms));
    }

    fn write(&self, portion: &mut Portion) {
        let file = |name: &str| format!("truth/{}/{name}.csv", self.site.name);
        self.adherence.write(&file("adherence-days"), portion, |[scheduled, paid, adherent, worked, available, internal, external]| {
            [(*adherent, *scheduled), (*worked, *paid), (paid - available, *paid), (*internal, *paid), (*external, *paid)]
        });
        self.attendance.write(&file("attendance-days"), portion, |[shifts, leave, worked, late, sick, unplanned, _, shift]| {
            [(*worked, shifts - leave), (*late, *worked), (*unplanned, *shift), (*sick, shifts - leave)]
        });
    }
}

/// The part of a span within a time, milliseconds; none: it lies outside.
fn within(span: &ActivitySpan, from_s: i64, to_s: i64) -> Option<(i64, i64)> {
    let (begin_ms, end_ms) = (span.from_ms.max(from_s * 1_000), span.until_ms.unwrap_or(i64::MAX).min(to_s * 1_000));
    (begin_ms < end_ms).then_some((begin_ms, end_ms))
}

/// Microseconds: scheduled, paid of it, adherent, worked, available, internal, external.
fn adherence(stretch: Stretch, spans: &[ActivitySpan]) -> [i64; 7] {
    let length_ms = (stretch.to_s - stretch.from_s) * 1_000;
    let paid = |ms: i64| if stretch.what == Scheduled::Meal { 0 } else { ms };
    let (mut adherent_ms, mut worked_ms, mut available_ms, mut internal_ms, mut there_ms) = (0, 0, 0, 0, 0);
    // Out of the schedule without a gap: since when, until when.
    let mut out: Option<(i64, i64)> = None;
    let forgiven_ms =
        |out: Option<(i64, i64)>| out.map(|(from_ms, to_ms)| to_ms - from_ms).filter(|out_ms| *out_ms <= GRACE_S * 1_000).unwrap_or(0);
    for span in spans {
        let Some((from_ms, to_ms)) = within(span, stretch.from_s, stretch.to_s) else { continue };
        let part_ms = to_ms - from_ms;
        there_ms += part_ms;
        let away = matches!(span.activity, Activity::Paused(_) | Activity::NotResponding);
        if allowed(stretch.what, span.activity) {
            adherent_ms += part_ms + forgiven_ms(out.take());
        } else if let Some(out) = out.as_mut().filter(|out| out.1 == from_ms) {
            out.1 = to_ms;
        } else {
            adherent_ms += forgiven_ms(out.replace((from_ms, to_ms)));
        }
        worked_ms += if activity(span.activity) == "pause_meal" { 0 } else { part_ms };
        available_ms += if away { 0 } else { paid(part_ms) };
        internal_ms += if away { paid(part_ms) } else { 0 };
    }
    adherent_ms += forgiven_ms(out);
    let offline_ms = length_ms - there_ms;
    adherent_ms += if stretch.what == Scheduled::Meal { offline_ms } else { 0 };
    [length_ms, paid(length_ms), adherent_ms, worked_ms, available_ms, internal_ms, paid(offline_ms)].map(|ms| ms * MS_US)
}

fn allowed(what: Scheduled, done: Activity) -> bool {
    match what {
        Scheduled::Queue => !matches!(done, Activity::Paused(_) | Activity::NotResponding),
        Scheduled::Break | Scheduled::Meal | Scheduled::Training => activity(done).strip_prefix("pause_") == Some(what.word()),
    }
}

/// Shifts, on leave, worked, late, sick; microseconds of unplanned and planned absence and of the shift.
fn attendance(from_s: i64, to_s: i64, away: Option<Away>, came_ms: Option<i64>) -> [i64; 8] {
    let missing = away.map(|away| (away, (away.to_s.min(to_s) - away.from_s.max(from_s)).max(0)));
    let of = |planned: bool| missing.filter(|(away, _)| away.planned == planned).map_or(0, |(_, missing_s)| missing_s);
    let leave = of(true) >= to_s - from_s;
    let came_ms = came_ms.filter(|_| !leave);
    let late = came_ms.is_some_and(|came_ms| came_ms - from_s * 1_000 > LATE_S * 1_000);
    let sick = missing.is_some_and(|(away, missing_s)| away.sick && missing_s > 0) && !leave;
    let counts = [leave, came_ms.is_some(), late, sick].map(i64::from);
    [1, counts[0], counts[1], counts[2], counts[3], of(false) * SECOND_US, of(true) * SECOND_US, (to_s - from_s) * SECOND_US]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_s: i64, until_s: i64, activity: Activity) -> ActivitySpan {
        ActivitySpan { agent: "a-1001".into(), activity, from_ms: from_s * 1_000, until_ms: Some(until_s * 1_000) }
    }

    /// Queue from 0 to 1,000 s; there from 100 on: 45 s of a break (within the grace), available to 600, a break of 100 s, in contact to 1,200.
    /// Adherent 45 + 455 + 300 = 800; worked 900; available 755; on pause 145; away 100.
    #[test]
    fn the_schedule_is_laid_over_what_was_done() {
        let spans = [
            span(100, 145, Activity::Paused("Break")),
            span(145, 600, Activity::Available),
            span(600, 700, Activity::Paused("Break")),
            span(700, 1_200, Activity::Contact),
        ];
        let stretch = |from_s, to_s, what| Stretch { from_s, to_s, what };
        let seconds = |sums: [i64; 7]| sums.map(|us| us / SECOND_US);
        assert_eq!(seconds(adherence(stretch(0, 1_000, Scheduled::Queue), &spans)), [1_000, 1_000, 800, 900, 755, 145, 100]);
        // A meal from 0 to 200: 100 s away are as they should be; the pause of 45 s and 55 s of being available are 100 s at a stretch, and 60 s
        // would be forgiven.
        assert_eq!(seconds(adherence(stretch(0, 200, Scheduled::Meal), &spans)), [200, 0, 100, 100, 0, 0, 0]);
        assert_eq!(seconds(adherence(stretch(0, 160, Scheduled::Meal), &spans)), [160, 0, 160, 60, 0, 0, 0]);
    }

    /// A shift of 1,000 s: who comes at 301 s is late and at 300 s is not; leave over all of it is no absence; who is ill from 400 s on worked.
    #[test]
    fn attendance_leaves_approved_leave_out() {
        let of = |away, came_s: Option<i64>| attendance(0, 1_000, away, came_s.map(|came_s| came_s * 1_000));
        assert_eq!((of(None, Some(301))[..5].to_vec(), of(None, Some(300))[3]), (vec![1, 0, 1, 1, 0], 0));
        let away = |from_s, to_s, planned, sick| Some(Away { from_s, to_s, planned, sick });
        assert_eq!(of(away(-500, 5_000, true, false), None), [1, 1, 0, 0, 0, 0, 1_000 * SECOND_US, 1_000 * SECOND_US]);
        assert_eq!(of(away(400, 1_000, false, true), Some(-20)), [1, 0, 1, 0, 1, 600 * SECOND_US, 0, 1_000 * SECOND_US]);
    }
}
