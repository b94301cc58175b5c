//! What comes out of a day: what can be seen, and apart from it what is true.

use super::world::CHANNELS;
use serde::Serialize;

/// A day of the centre: one entry per seat, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Day {
    /// Day, from 0.
    pub day: u32,
    /// Seats.
    pub seats: Vec<SeatDay>,
}

/// A seat on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeatDay {
    /// What can be seen.
    pub seen: AgentDay,
    /// What is true and no warning may look at.
    pub truth: TruthDay,
}

/// What can be seen of an agent on a day. What was not measured is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentDay {
    /// What the centre calls the agent.
    pub agent: u32,
    /// Team, from 0.
    pub team: u32,
    /// Day of hiring; before the first day it is negative.
    pub hired_day: i32,
    /// Whether a shift was scheduled; not there when the schedule is missing.
    pub scheduled: Option<bool>,
    /// On leave that was granted before.
    pub on_leave: bool,
    /// Whether anything was worked.
    pub worked: bool,
    /// On a scheduled shift: whether it was missed.
    pub absent: Option<bool>,
    /// On a worked scheduled shift: minutes late, beyond the five that nobody counts.
    pub late_min: Option<f64>,
    /// Mean handle time, in seconds.
    pub handle_time_s: Option<f64>,
    /// Mean after-call work, in seconds.
    pub after_call_work_s: Option<f64>,
    /// Unscheduled pause ÷ staffed time.
    pub pause_share: Option<f64>,
    /// Share of scheduled time in adherence.
    pub adherence: Option<f64>,
    /// Calls cut short or transferred ÷ calls handled.
    pub short_or_transferred_share: Option<f64>,
    /// Score of the day's evaluation, 0 to 100, on most days none.
    pub quality_score: Option<f64>,
    /// Talk, hold and after-call work ÷ paid time.
    pub utilisation: Option<f64>,
}

/// What is true of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TruthDay {
    /// Counts agents, from 0; never used twice.
    pub person: u32,
    /// Stage, 0 engaged to 3 decided, at the end of the day.
    pub stage: usize,
    /// The agent began today.
    pub hired_today: bool,
    /// Frailty.
    pub frailty: f64,
    /// Effect of the leader.
    pub leader: f64,
    /// Occupancy of the team, exponentially weighted with a half-life of 14 days.
    pub occupancy: f64,
    /// Deviation of each channel from what is the agent's own today (level, drift, learning, shocks), in own standard deviations: shift and noise.
    pub deviations: Option<[f64; CHANNELS]>,
    /// The same for quality; − is worse.
    pub quality_deviation: Option<f64>,
    /// Chance of absence on a shift today if engaged.
    pub absence_rate: f64,
    /// Chance of lateness on a shift if engaged.
    pub lateness_rate: f64,
    /// Whether a shift was to be worked, whatever the schedule that is seen says.
    pub shift: bool,
    /// Whether it was missed.
    pub absent: bool,
    /// Whether it began late.
    pub late: bool,
    /// In the group that is absent more often.
    pub in_group: bool,
    /// Bends work to a target today.
    pub gaming: bool,
}

/// Why an agent left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Regret soon after hiring.
    Early,
    /// An offer, a move, a family: while engaged.
    Sudden,
    /// Worn out: while strained, searching or decided.
    WornOut,
}

/// An agent who left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Departure {
    /// Counts agents.
    pub person: u32,
    /// What the centre called the agent.
    pub agent: u32,
    /// Day of leaving: the last worked one is before.
    pub day: u32,
    /// Day on which it became known.
    pub reported_day: u32,
    /// Stage before leaving.
    pub stage: usize,
    /// Why.
    pub cause: Cause,
    /// Days since hiring.
    pub tenure_days: i32,
}

impl Departure {
    /// Whether there was anything to see: searching or decided.
    #[must_use]
    pub fn signed(&self) -> bool {
        self.stage >= 2
    }
}
