//! When an agent usually begins, by weekday: what lateness is judged by where the site has no schedule. It says less than a schedule does, so the stage filter lets it
//! count half ([`crate::hazard::StageDay::late_by_habit`]), and a model has a coefficient of its own for it.

use crate::features::DayFacts;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Starts of the same weekday that are remembered, and fewer than which say nothing of what is usual.
const REMEMBERED: usize = 8;
const FEWEST: usize = 4;
/// Minutes that mean nothing, as after a scheduled start.
const TOLERATED_MIN: f64 = 5.0;
/// A start that is further off than this is another shift, early or late: nobody knows whether it was kept.
const SAME_SHIFT_MIN: f64 = 60.0;

/// The state for one agent: minutes of the day, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Starts {
    last_day: Option<i32>,
    weekdays: [VecDeque<u16>; 7],
}

impl Starts {
    /// Takes a day: how much later it began than is usual, minutes beyond what is tolerated. None: it has no start or the site a schedule, too little is known, or it was
    /// another shift. After more than `gap_days` without a start everything is learned anew; while a signal is open (`frozen`) nothing is.
    pub(crate) fn observe(&mut self, facts: &DayFacts, gap_days: i32, frozen: bool) -> Option<f64> {
        let minute = facts.first_start_minute?;
        if self.last_day.is_some_and(|last| facts.day.saturating_sub(last) > gap_days) {
            *self = Self::default();
        }
        self.last_day = Some(facts.day);
        let starts = self.weekdays.get_mut(facts.day.rem_euclid(7) as usize)?;
        let later = usual(starts).map(|usual| f64::from(minute) - usual);
        if !frozen {
            starts.push_back(minute);
            if starts.len() > REMEMBERED {
                starts.pop_front();
            }
        }
        later
            .filter(|later| facts.scheduled_shifts_28d.is_none() && later.abs() <= SAME_SHIFT_MIN)
            .map(|later| (later - TOLERATED_MIN).max(0.0))
    }
}

/// The median.
fn usual(starts: &VecDeque<u16>) -> Option<f64> {
    let minutes: Vec<f64> = starts.iter().map(|minute| f64::from(*minute)).collect();
    if minutes.len() < FEWEST { None } else { crate::numerics::median(&minutes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP_DAYS: i32 = 20;

    fn began(day: i32, minute: u16) -> DayFacts {
        DayFacts { day, first_start_minute: Some(minute), ..DayFacts::default() }
    }

    /// So many Mondays at eight o'clock, the last one a week before day 0.
    fn mondays(count: i32) -> Starts {
        let mut starts = Starts::default();
        (1..=count).rev().for_each(|week| assert_eq!(starts.observe(&began(-7 * week, 480), GAP_DAYS, false).unwrap_or_default(), 0.0));
        starts
    }

    /// Eight o'clock on four Mondays: five minutes mean nothing, an hour at most is lateness, more is another shift, early or late. Tuesdays are not known.
    #[test]
    fn later_than_usual_on_the_same_weekday() {
        let at = |day: i32, minute: u16| mondays(4).observe(&began(day, minute), GAP_DAYS, false);
        assert_eq!(
            [485, 486, 540, 541, 480, 420, 419].map(|minute| at(0, minute)),
            [Some(0.0), Some(1.0), Some(55.0), None, Some(0.0), Some(0.0), None]
        );
        assert_eq!(at(1, 500), None, "no Tuesday has been seen");
        assert_eq!(mondays(3).observe(&began(0, 500), GAP_DAYS, false), None, "three are too few");
    }

    /// Where there is a schedule it says what is late; and a day without a start says nothing.
    #[test]
    fn only_without_a_schedule() {
        let mut starts = mondays(4);
        let scheduled = DayFacts { scheduled_shifts_28d: Some(0), ..began(0, 500) };
        assert_eq!(starts.clone().observe(&scheduled, GAP_DAYS, false), None);
        assert_eq!(starts.observe(&DayFacts { first_start_minute: None, ..began(0, 500) }, GAP_DAYS, false), None);
        assert_eq!(starts, mondays(4), "nothing was learned");
    }

    /// A new usual start is learned within eight weeks: from the fifth Monday at nine on the median of eight is between, then it is nine.
    #[test]
    fn what_is_usual_follows() {
        let mut starts = mondays(8);
        let told: Vec<Option<f64>> = (0..9).map(|week| starts.observe(&began(7 * week, 530), GAP_DAYS, false)).collect();
        assert_eq!(told, [45.0, 45.0, 45.0, 45.0, 20.0, 0.0, 0.0, 0.0, 0.0].map(Some));
    }

    /// While a signal is open the decline is not learned.
    #[test]
    fn nothing_is_learned_while_a_signal_is_open() {
        let mut starts = mondays(8);
        let told: Vec<Option<f64>> = (0..9).map(|week| starts.observe(&began(7 * week, 530), GAP_DAYS, true)).collect();
        assert_eq!(told, [Some(45.0); 9]);
    }

    /// Back after three weeks without work: no start is late until four of the weekday are known again, whatever the shift is now.
    #[test]
    fn a_long_leave_begins_anew() {
        let after = |day: i32| {
            let mut starts = mondays(4);
            (0..5).map(|week| starts.observe(&began(day + 7 * week, 500), GAP_DAYS, false)).collect::<Vec<_>>()
        };
        assert_eq!(after(14), [None, None, None, None, Some(0.0)], "21 days after the last one");
        assert_eq!(after(7), [15.0, 15.0, 15.0, 15.0, 5.0].map(Some));
    }
}
