//! Who works when: shifts that follow demand, days off in turn, and the pauses of a shift.

use crate::calendar::Day;
use crate::demand::{Curve, SLOTS, day_factor};
use crate::draw::{Draw, Stream};
use crate::scenario::{QueuePlan, Scenario};

/// Quarter-hours of a full shift, half an hour of lunch included.
const SHIFT_SLOTS: usize = 34;

/// The part of the day in which an agent works, in minutes since local midnight; a night shift ends after 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) begins_min: u32,
    pub(crate) ends_min: u32,
}

/// A pause that an agent means to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlannedPause {
    /// Reason as the log shows it.
    pub(crate) reason: &'static str,
    /// When it is due, Unix seconds.
    pub(crate) due_s: i64,
    /// How long it lasts, seconds.
    pub(crate) length_s: i64,
}

/// An agent's work on one day: when the agent comes, when the agent wants to go home, and the pauses the agent means to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duty {
    /// Position among the agents: those of the first queue come first.
    pub(crate) agent: usize,
    /// Unix microseconds.
    pub(crate) begins_us: i64,
    /// Unix microseconds.
    pub(crate) ends_us: i64,
    pub(crate) pauses: Vec<PlannedPause>,
}

/// Who comes on which day where nobody has planned it: everybody in the shift of their own, on weak days a part of them.
#[derive(Debug)]
pub(crate) struct UsualRoster {
    /// Of each queue, a shift for each of its agents.
    shifts: Vec<Vec<Shift>>,
    draw: Draw,
    day_number: u32,
}

impl UsualRoster {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let shifts = scenario.queues.iter().map(|plan| shifts(plan, &Curve::of(plan))).collect();
        Self { shifts, draw: Draw::new(scenario.seed, Stream::Shifts), day_number: 0 }
    }

    /// Who works on the next day.
    pub(crate) fn duties(&mut self, scenario: &Scenario, day: &Day) -> Vec<Duty> {
        const SECOND_US: i64 = 1_000_000;
        let factor = day_factor(scenario, day);
        let (mut duties, mut agent) = (Vec::new(), 0);
        for shifts in &self.shifts {
            let agents = u32::try_from(shifts.len()).unwrap_or(u32::MAX);
            for (turn, shift) in (0_u32..).zip(shifts) {
                let absent = self.draw.chance(scenario.absence_share);
                if !absent && works(turn, agents, self.day_number, factor) {
                    // Nobody is on time to the second.
                    let begins_us = day.instant_s(shift.begins_min) * SECOND_US - self.draw.between(0, 180 * SECOND_US);
                    let ends_us = day.instant_s(shift.ends_min) * SECOND_US + self.draw.between(0, 120 * SECOND_US);
                    let pauses = pauses(begins_us.div_euclid(SECOND_US), ends_us.div_euclid(SECOND_US), &mut self.draw);
                    duties.push(Duty { agent, begins_us, ends_us, pauses });
                }
                agent += 1;
            }
        }
        self.day_number += 1;
        duties
    }
}

/// One shift for each agent of the queue: each in turn is put where it reduces Σ demand² / staff the most. That makes staff
/// proportional to demand and leaves no hour without anybody.
pub(crate) fn shifts(plan: &QueuePlan, curve: &Curve) -> Vec<Shift> {
    place(plan, curve, true)
}

/// The same without shifts over midnight: nights are worked from midnight on.
pub(crate) fn shifts_within_a_day(plan: &QueuePlan, curve: &Curve) -> Vec<Shift> {
    place(plan, curve, false)
}

fn place(plan: &QueuePlan, curve: &Curve, over_midnight: bool) -> Vec<Shift> {
    let (opens, closes) = (plan.opens_min as usize / 15, plan.closes_min as usize / 15);
    let around_the_clock = over_midnight && closes - opens == SLOTS;
    let length = SHIFT_SLOTS.min(closes - opens);
    let mut staff = [0.2; SLOTS];
    let starts = if around_the_clock { 0..SLOTS } else { opens..closes - length + 1 };
    (0..plan.agents)
        .map(|_| {
            let gains: Vec<f64> = staff.iter().zip(curve.shares()).map(|(staff, share)| share * share / (staff * (staff + 1.0))).collect();
            let gain = |start: usize| gains.iter().cycle().skip(start).take(length).sum::<f64>();
            let best = starts.clone().max_by(|left, right| gain(*left).total_cmp(&gain(*right)).then(right.cmp(left)));
            let start = best.unwrap_or(opens);
            for (slot, staffed) in staff.iter_mut().enumerate() {
                if (slot + SLOTS - start) % SLOTS < length {
                    *staffed += 1.0;
                }
            }
            let minute = |slot: usize| u32::try_from(slot * 15).unwrap_or(0);
            Shift { begins_min: minute(start), ends_min: minute(start + length) }
        })
        .collect()
}

/// Whether agent number `agent` of the queue's `agents` works on this day: on weak days a part of them, others each day.
pub(crate) fn works(agent: u32, agents: u32, day: u32, factor: f64) -> bool {
    let heads = crate::draw::whole((f64::from(agents) * factor.min(1.0)).ceil());
    let turn = (u64::from(agent) + u64::from(day) * 3) % u64::from(agents.max(1));
    i64::try_from(turn).is_ok_and(|turn| turn < heads)
}

/// The pauses of a shift: two breaks, lunch when it is long enough, and now and then a meeting, training or coaching.
pub(crate) fn pauses(begins_s: i64, ends_s: i64, draw: &mut Draw) -> Vec<PlannedPause> {
    let length_s = ends_s - begins_s;
    let at = |percent: i64, shift_s: i64| begins_s + length_s * percent / 100 + shift_s;
    let mut pauses = Vec::new();
    if length_s < 2 * 3_600 {
        return pauses;
    }
    let short_s = |draw: &mut Draw| draw.between(480, 900);
    pauses.push(PlannedPause { reason: "Break", due_s: at(25, draw.between(-900, 900)), length_s: short_s(draw) });
    pauses.push(PlannedPause { reason: "Break", due_s: at(76, draw.between(-900, 900)), length_s: short_s(draw) });
    if length_s >= 6 * 3_600 {
        let length_s = draw.between(1_620, 1_980);
        pauses.push(PlannedPause { reason: "Lunch", due_s: at(50, draw.between(-1_800, 1_800)), length_s });
    }
    if draw.chance(0.15) {
        let reasons = ["Meeting", "Training", "Coaching"];
        let choice = usize::try_from(draw.between(0, 2)).unwrap_or(0);
        let reason = reasons.get(choice).copied().unwrap_or("Meeting");
        pauses.push(PlannedPause { reason, due_s: at(88, draw.between(-900, 0)), length_s: draw.between(900, 2_400) });
    }
    pauses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Stream;

    #[test]
    fn shifts_lie_within_opening_hours_and_staff_the_peak_more_than_the_edge() {
        let plan = QueuePlan::new("sales", 500.0, 12);
        let shifts = shifts(&plan, &Curve::of(&plan));
        assert_eq!(shifts.len(), 12);
        assert!(shifts.iter().all(|shift| shift.begins_min >= 480 && shift.ends_min <= 1_200));
        let on = |minute: u32| shifts.iter().filter(|shift| (shift.begins_min..shift.ends_min).contains(&minute)).count();
        assert!(on(11 * 60) > on(8 * 60) && on(15 * 60) > on(19 * 60));
    }

    #[test]
    fn around_the_clock_somebody_is_there_at_night() {
        let hours = QueuePlan { opens_min: 0, closes_min: 1_440, night_share: 0.15, ..QueuePlan::new("a", 9e3, 60) };
        let shifts = shifts(&hours, &Curve::of(&hours));
        let on = |minute: u32| {
            let works = |shift: &&Shift| [minute, minute + 1_440].iter().any(|at| (shift.begins_min..shift.ends_min).contains(at));
            shifts.iter().filter(works).count()
        };
        assert!((0..24).all(|hour| on(hour * 60) > 0));
        assert!(on(11 * 60) > 3 * on(3 * 60));
    }

    #[test]
    fn short_opening_hours_are_worked_whole() {
        let hours = QueuePlan { opens_min: 600, closes_min: 720, ..QueuePlan::new("a", 50.0, 2) };
        let whole_opening = Shift { begins_min: 600, ends_min: 720 };
        assert_eq!(shifts(&hours, &Curve::of(&hours)), [whole_opening, whole_opening]);
    }

    #[test]
    fn weak_days_take_turns() {
        let on = |day, factor| (0..10).filter(|agent| works(*agent, 10, day, factor)).collect::<Vec<_>>();
        assert_eq!(on(0, 1.3).len(), 10);
        assert_eq!(on(0, 0.35).len(), 4);
        assert_ne!(on(0, 0.35), on(1, 0.35));
        assert!(on(0, 0.0).is_empty());
    }

    #[test]
    fn pauses_lie_within_the_shift() {
        let mut draw = Draw::new(5, Stream::Agents);
        for _ in 0..200 {
            let planned = pauses(0, 30_600, &mut draw);
            assert!(planned.len() >= 3);
            assert!(planned.iter().all(|pause| pause.due_s > 0 && pause.due_s + pause.length_s < 30_600));
        }
        assert!(pauses(0, 3_600, &mut draw).is_empty());
    }
}
