//! A working day that says, to the second, what the world says of an agent's day: when the agent comes, pauses and is logged out, and every call.

use crate::attrition::AgentDay;
use crate::centre::{Scheduled, Stretch};
use crate::draw::{Draw, whole};
use crate::visit::Ended;

/// Length of a shift, in seconds: eight hours.
pub(super) const SHIFT_S: i64 = 28_800;
/// Paid seconds of it. Utilisation is occupied ÷ paid; six hours leave room for an occupancy of 0.98 beside breaks and what is out of adherence.
pub(super) const PAID_S: i64 = 21_600;
/// Calls of an agent with the usual handle time (280 s) at the usual occupancy (0.80): 0.80 · 21,600 ÷ 280, rounded.
pub(super) const FULL_CALLS: u32 = 62;
/// Coming later than this is late, in seconds.
pub(super) const GRACE_S: i64 = 300;
/// Being out of the schedule for no longer than this is not counted, in seconds; so nothing shorter is played.
const SHORTEST_S: i64 = 61;
/// Talk of a call that is cut short, in seconds.
pub(super) const SHORT_TALK_S: i64 = 8;
/// Least talk of any other call, in seconds.
const LEAST_TALK_S: i64 = 15;
/// Parts of a shift: from, to (seconds after its begin), and what is scheduled.
const LAYOUT: [(i64, i64, Scheduled); 7] = [
    (0, 7_200, Scheduled::Queue),
    (7_200, 7_800, Scheduled::Break),
    (7_800, 14_400, Scheduled::Queue),
    (14_400, 16_200, Scheduled::Meal),
    (16_200, 21_600, Scheduled::Queue),
    (21_600, 22_200, Scheduled::Break),
    (22_200, SHIFT_S, Scheduled::Queue),
];
/// In which of the parts with queues pauses and time logged out are put first: the first part is the last, since who comes late has less of it.
const PLACES: [usize; 4] = [1, 3, 2, 0];

/// What an agent does during a part of the shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Work,
    Paused(&'static str),
    LoggedOut,
}

/// A part of the day as it was worked, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from_s: i64,
    pub(super) to_s: i64,
    pub(super) doing: Doing,
    /// A break or meal of the schedule.
    pub(super) planned: bool,
}

/// A call that the agent handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) connected_s: i64,
    pub(super) talk_s: i64,
    pub(super) after_s: i64,
    pub(super) ended: Ended,
}

impl Call {
    pub(super) fn is_short(&self) -> bool {
        self.talk_s == SHORT_TALK_S
    }

    pub(super) fn over_s(&self) -> i64 {
        self.connected_s + self.talk_s + self.after_s
    }
}

/// A day of work, from the first login to the last logout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Workday {
    pub(super) parts: Vec<Part>,
    pub(super) calls: Vec<Call>,
}

/// How much of a full day's calls there are, and whether the agent bends the work to a target: then half of what is cut short or passed on is cut short.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habit {
    pub(super) volume: f64,
    pub(super) bends: bool,
}

/// The schedule of a shift that begins at this time, Unix seconds.
pub(super) fn stretches(begin_s: i64) -> Vec<Stretch> {
    LAYOUT.iter().map(|(from_s, to_s, what)| Stretch { from_s: begin_s + from_s, to_s: begin_s + to_s, what: *what }).collect()
}

/// The day of an agent who came.
pub(super) fn workday(seen: &AgentDay, begin_s: i64, habit: Habit, draw: &mut Draw) -> Workday {
    let late_s = seen.late_min.filter(|minutes| *minutes > 0.0).map_or(0, |minutes| GRACE_S + rounded(60.0 * minutes).max(1));
    let (pause_s, out_s) = out_of_adherence(seen, late_s);
    let parts = parts(begin_s, late_s, &pieces(pause_s, 400), &pieces(out_s, 1_500));
    let calls = calls(seen, habit, draw);
    let calls = placed(&parts, calls);
    Workday { parts, calls }
}

/// Seconds of unscheduled pauses, and of being logged out in the middle of the shift: together with coming late they are what is out of adherence.
///
/// Pauses are a share of the staffed time, which is the shift without lateness and being logged out. Who is late for longer than adherence allows is
/// less adherent than the world said: the day that can be played is the true one.
fn out_of_adherence(seen: &AgentDay, late_s: i64) -> (i64, i64) {
    let share = seen.pause_share.unwrap_or(0.0).clamp(0.0, 0.9);
    let outside_s = seen.adherence.map_or(0, |adherence| rounded((1.0 - adherence) * SHIFT_S as f64));
    let pause_s = rounded(share / (1.0 - share) * (SHIFT_S - outside_s) as f64);
    match outside_s - late_s - pause_s {
        out_s if out_s >= SHORTEST_S => (pause_s, out_s),
        _ => (rounded(share * (SHIFT_S - late_s) as f64), 0),
    }
}

/// A time in equal pieces of at most so many seconds, or in four; nothing if it is too short to count.
fn pieces(whole_s: i64, usual_s: i64) -> Vec<i64> {
    if whole_s < SHORTEST_S {
        return Vec::new();
    }
    let count = ((whole_s + usual_s - 1) / usual_s).clamp(1, 4);
    (0..count).map(|piece| whole_s * (piece + 1) / count - whole_s * piece / count).collect()
}

fn parts(begin_s: i64, late_s: i64, pauses_s: &[i64], outs_s: &[i64]) -> Vec<Part> {
    let place = |of: &[i64], queue: usize| PLACES.iter().position(|place| *place == queue).and_then(|turn| of.get(turn)).copied();
    let mut parts = Vec::new();
    let mut queue = 0;
    for stretch in stretches(begin_s) {
        if let Some(reason) = stretch.what.reason() {
            parts.push(Part { from_s: stretch.from_s, to_s: stretch.to_s, doing: Doing::Paused(reason), planned: true });
            continue;
        }
        let from_s = stretch.from_s.max(begin_s + late_s);
        let mut between = Vec::new();
        // Whatever the world says, some work is left in every part.
        let mut room_s = (stretch.to_s - from_s) / 2;
        for (doing, length_s) in [(Doing::Paused("Break"), place(pauses_s, queue)), (Doing::LoggedOut, place(outs_s, queue))] {
            let length_s = length_s.unwrap_or(0).min(room_s);
            if length_s >= SHORTEST_S {
                room_s -= length_s;
                between.push((doing, length_s));
            }
        }
        divide(from_s, stretch.to_s, &between, &mut parts);
        queue += 1;
    }
    parts
}

/// Work with these interruptions at equal distances.
fn divide(from_s: i64, to_s: i64, between: &[(Doing, i64)], parts: &mut Vec<Part>) {
    let work_s = to_s - from_s - between.iter().map(|(_, length_s)| length_s).sum::<i64>();
    let count = between.len() as i64 + 1;
    let mut now_s = from_s;
    let mut push = |doing, length_s| {
        parts.push(Part { from_s: now_s, to_s: now_s + length_s, doing, planned: false });
        now_s += length_s;
    };
    for turn in 0..count {
        push(Doing::Work, work_s * (turn + 1) / count - work_s * turn / count);
        if let Some((doing, length_s)) = usize::try_from(turn).ok().and_then(|turn| between.get(turn)) {
            push(*doing, *length_s);
        }
    }
}

/// The calls of the day without their times. Means are the world's, to the second in the sum; how many calls, and how many of them are cut short or passed
/// on, is rounded up or down by chance, so that it is right on average.
fn calls(seen: &AgentDay, habit: Habit, draw: &mut Draw) -> Vec<Call> {
    let handle_s = seen.handle_time_s.unwrap_or(280.0).max(1.0);
    let utilisation = seen.utilisation.unwrap_or(0.8);
    let count = by_chance(utilisation * PAID_S as f64 * habit.volume / handle_s, draw).max(1);
    let total_s = rounded(handle_s * count as f64).max(2 * LEAST_TALK_S * count);
    let after_s = rounded(seen.after_call_work_s.unwrap_or(0.0) * count as f64).min(total_s - LEAST_TALK_S * count);
    let marked = by_chance(seen.short_or_transferred_share.unwrap_or(0.0) * count as f64, draw).min(count);
    let cut = if habit.bends { by_chance(marked as f64 / 2.0, draw).min(marked).min(count - 1) } else { 0 };
    let (talk_s, others) = (total_s - after_s - cut * SHORT_TALK_S, count - cut);
    let mut other = 0;
    // The marked ones are spread over the day.
    let mark = |call: i64| (call + 1) * marked / count > call * marked / count;
    (0..count)
        .map(|call| {
            let turn = call * marked / count;
            let after_s = after_s * (call + 1) / count - after_s * call / count;
            if mark(call) && turn < cut {
                return Call { connected_s: 0, talk_s: SHORT_TALK_S, after_s, ended: Ended::ByAgent };
            }
            let talk_s = talk_s * (other + 1) / others - talk_s * other / others;
            other += 1;
            Call { connected_s: 0, talk_s, after_s, ended: if mark(call) { Ended::BlindTransfer } else { Ended::ByCaller } }
        })
        .collect()
}

/// The calls with their times: spread over the parts that are worked; those for which there is no room are left out.
fn placed(parts: &[Part], mut calls: Vec<Call>) -> Vec<Call> {
    let work: Vec<Part> = parts.iter().filter(|part| part.doing == Doing::Work).copied().collect();
    let work_s: i64 = work.iter().map(|part| part.to_s - part.from_s).sum();
    let count = calls.len() as i64;
    let spread = |before_s: i64| usize::try_from((count * before_s + work_s / 2) / work_s.max(1)).unwrap_or(0);
    let evenly = fill(&work, &calls, spread);
    let filled = if evenly.iter().sum::<usize>() < calls.len() { fill(&work, &calls, |_| usize::MAX) } else { evenly };
    let mut next = 0;
    for (part, taken) in work.iter().zip(filled) {
        let Some(of_part) = calls.get_mut(next..next + taken) else { break };
        let free_s = part.to_s - part.from_s - of_part.iter().map(length_s).sum::<i64>();
        let apart_s = free_s / (taken as i64 + 1);
        let mut now_s = part.from_s + apart_s;
        for call in of_part {
            call.connected_s = now_s;
            now_s += length_s(call) + apart_s;
        }
        next += taken;
    }
    calls.truncate(next);
    calls
}

/// How many calls each part takes, in order: as many as there is room for, and no more by its end than `quota` says of the work before.
fn fill(work: &[Part], calls: &[Call], quota: impl Fn(i64) -> usize) -> Vec<usize> {
    let (mut next, mut before_s) = (0, 0);
    let mut taken = Vec::with_capacity(work.len());
    for part in work {
        before_s += part.to_s - part.from_s;
        let (first, mut room_s) = (next, part.to_s - part.from_s);
        while let Some(call) = calls.get(next).filter(|call| next < quota(before_s) && length_s(call) <= room_s) {
            room_s -= length_s(call);
            next += 1;
        }
        taken.push(next - first);
    }
    taken
}

/// A call with the second before the next one.
fn length_s(call: &Call) -> i64 {
    call.talk_s + call.after_s + 1
}

fn rounded(number: f64) -> i64 {
    whole(number + 0.5)
}

/// The whole number below or above, so that the mean is right.
fn by_chance(number: f64, draw: &mut Draw) -> i64 {
    whole(number + draw.unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Stream;

    fn seen() -> AgentDay {
        AgentDay {
            agent: 0,
            team: 0,
            hired_day: 0,
            scheduled: Some(true),
            on_leave: false,
            worked: true,
            absent: Some(false),
            late_min: Some(0.0),
            handle_time_s: Some(300.0),
            after_call_work_s: Some(50.0),
            pause_share: Some(0.04),
            adherence: Some(0.9),
            short_or_transferred_share: Some(0.1),
            quality_score: None,
            utilisation: Some(0.8),
        }
    }

    fn played(seen: &AgentDay, bends: bool) -> Workday {
        workday(seen, 0, Habit { volume: 1.0, bends }, &mut Draw::new(1, Stream::Agents))
    }

    fn sum_s(day: &Workday, of: impl Fn(&Part) -> bool) -> i64 {
        day.parts.iter().filter(|part| of(part)).map(|part| part.to_s - part.from_s).sum()
    }

    /// Out of adherence: 10 % of 28,800 s = 2,880 s. Pauses: 4 % of what is staffed, 0.04 ÷ 0.96 · (28,800 − 2,880) = 1,080 s; the rest, 1,800 s, logged out.
    /// Staffed: 28,800 − 1,800 = 27,000 s, of which 1,080 s are 4 %. Calls: 0.8 · 21,600 ÷ 300 = 57.6, so 57 or 58.
    #[test]
    fn a_punctual_day_says_what_the_world_says() {
        let day = played(&seen(), false);
        let pause_s = sum_s(&day, |part| !part.planned && matches!(part.doing, Doing::Paused(_)));
        assert_eq!((pause_s, sum_s(&day, |part| part.doing == Doing::LoggedOut)), (1_080, 1_800));
        assert_eq!((day.parts[0].from_s, day.parts.last().unwrap().to_s), (0, SHIFT_S));
        assert!(day.parts.windows(2).all(|pair| pair[0].to_s == pair[1].from_s));
        let count = day.calls.len() as i64;
        assert!((57..=58).contains(&count), "{count}");
        assert_eq!(day.calls.iter().map(|call| call.talk_s + call.after_s).sum::<i64>(), 300 * count);
        assert_eq!(day.calls.iter().map(|call| call.after_s).sum::<i64>(), 50 * count);
        let passed_on = day.calls.iter().filter(|call| call.ended == Ended::BlindTransfer).count();
        assert!((5..=6).contains(&passed_on), "{passed_on} of 5.7 or 5.8");
    }

    /// Ten minutes late: 300 s that nobody counts and 600 s. Adherence of 0.99 allows 288 s: the day has neither more of it nor less than it has, pauses are 4 % of 27,900 s.
    #[test]
    fn lateness_is_out_of_adherence_whatever_the_world_says() {
        let day = played(&AgentDay { late_min: Some(10.0), adherence: Some(0.99), ..seen() }, false);
        assert_eq!((day.parts[0].from_s, sum_s(&day, |part| part.doing == Doing::LoggedOut)), (900, 0));
        assert_eq!(sum_s(&day, |part| !part.planned && matches!(part.doing, Doing::Paused(_))), 1_116);
    }

    /// Every call lies within a part that is worked, after the one before it; who bends the work cuts half of the 5 or 6 marked calls short.
    #[test]
    fn calls_follow_each_other_within_work() {
        for (utilisation, handle_s) in [(0.8, 300.0), (0.98, 180.0), (0.98, 900.0), (0.05, 4_000.0)] {
            let day = played(&AgentDay { utilisation: Some(utilisation), handle_time_s: Some(handle_s), ..seen() }, true);
            assert!(!day.calls.is_empty());
            assert!(day.calls.windows(2).all(|pair| pair[0].over_s() < pair[1].connected_s));
            for call in &day.calls {
                let within = |part: &&Part| part.doing == Doing::Work && part.from_s <= call.connected_s && call.over_s() < part.to_s;
                assert_eq!(day.parts.iter().filter(within).count(), 1, "{call:?}");
            }
        }
        let cut = played(&seen(), true).calls.iter().filter(|call| call.is_short()).count();
        assert!((2..=3).contains(&cut), "{cut}");
    }
}
