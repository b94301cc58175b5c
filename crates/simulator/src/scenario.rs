//! What to simulate.

use crate::error::Error;
use crate::zone::Zone;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A call centre and the time for which it is simulated. All shares are probabilities from 0 to 1.
///
/// ```
/// use simulator::{QueuePlan, Scenario};
///
/// let scenario = Scenario {
///     queues: vec![QueuePlan { mean_talk_s: 300.0, ..QueuePlan::new("support", 250.0, 5) }],
///     ..Scenario::preset("small", 42, 1_772_481_600_000_000)?
/// };
/// assert!(scenario.validate().is_ok());
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The same seed and scenario give the same bytes.
    pub seed: u64,
    /// First instant of the log, Unix microseconds. Nothing happens before; agents whose shift has begun by then log on at it.
    pub start_us: i64,
    /// Nothing at or after this instant (Unix microseconds) is logged: calls stay open.
    pub end_us: i64,
    /// What the centre's wall clock is ahead of UTC, in minutes: opening hours, shifts, weekdays and the daily curve follow it.
    pub east_of_utc_min: i32,
    /// The zone of the wall clock, changes of clocks included. `None`: `east_of_utc_min` all the year.
    pub zone: Option<Zone>,
    /// Days on which the centre has only `holiday_factor` of its demand.
    pub holidays: Vec<Date>,
    /// Further factor on demand on holidays; 0 closes the centre.
    pub holiday_factor: f64,
    /// Compound growth of demand by year, and the day to which `calls_per_day` belongs: `(2019-07-02, 0.2533)` makes 1.84 million contacts
    /// of that year 2.89 million two years later (mission 004·06).
    pub growth: Option<(Date, f64)>,
    /// What agents' names in the log begin with; the number of their telephone follows.
    pub agent_prefix: String,
    /// Three digits with which the numbers of callers begin; centres with different ones have no caller in common.
    pub caller_prefix: String,
    /// Nobody comes at or after `end_us`, but what has begun by then is played and logged to its end, so that nothing stays open.
    pub runs_out: bool,
    /// The queues; at least one.
    pub queues: Vec<QueuePlan>,
    /// Demand of Monday to Sunday relative to `calls_per_day`. 0 closes the centre: no calls, no agents.
    pub weekday_factors: [f64; 7],
    /// Further factor on demand for the first three days of a month.
    pub month_start_factor: f64,
    /// How unlike its forecast a day is: standard deviation of the logarithm of each queue's daily demand.
    pub day_spread: f64,
    /// Share of every queue's agents who also serve the next queue in the list.
    pub shared_agent_share: f64,
    /// Share of planned shifts to which the agent does not come.
    pub absence_share: f64,
    /// Share of answered visits that the agent transfers to an extension outside the queues, unannounced.
    pub blind_transfer_share: f64,
    /// Share of answered visits that the agent transfers to a colleague after talking to them first.
    pub warm_transfer_share: f64,
    /// Share of callers who call again within minutes after they gave up or were turned away.
    pub redial_share: f64,
    /// Share of callers who call again after they were answered: within six hours, or one to three days later.
    pub repeat_share: f64,
    /// Share of callers who withhold their number.
    pub anonymous_share: f64,
}

/// A queue: its demand, its agents and its rules.
///
/// ```
/// let queue = simulator::QueuePlan::new("sales", 400.0, 8);
/// assert_eq!((queue.opens_min, queue.closes_min), (8 * 60, 20 * 60));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePlan {
    /// Name as the log shows it; without `|`, `,`, `"` and white space, and not `ALL` or `NONE`.
    pub name: String,
    /// The number that callers dial. Empty: the log has no `DID` lines for this queue.
    pub did: String,
    /// New callers on a day whose weekday factor is 1, before redials, repeats and overflow.
    pub calls_per_day: f64,
    /// Share of these calls that is spread evenly over the 24 hours; the rest follows the double hump.
    pub night_share: f64,
    /// Agents on the roster. All work when the weekday factor is 1 or more, in turn a part of them on weaker days.
    pub agents: u32,
    /// When staffing begins, in minutes since midnight; a multiple of 15.
    pub opens_min: u32,
    /// When staffing ends, in minutes since midnight; a multiple of 15. From 0 to 1440 is around the clock.
    pub closes_min: u32,
    /// Mean talk time in seconds (log-normal).
    pub mean_talk_s: f64,
    /// Mean time after which a waiting caller gives up, in seconds (exponential, with some who give up at once).
    pub mean_patience_s: f64,
    /// How long one agent's telephone rings before the next one is tried, in seconds.
    pub ring_timeout_s: u32,
    /// Mean ringing time of calls that are picked up, in seconds.
    pub mean_ring_s: f64,
    /// Share of ringing calls that the agent lets pass.
    pub ring_no_answer_share: f64,
    /// Seconds after each call in which the agent gets no other.
    pub wrapup_s: u32,
    /// Whether the log shows wrap-up (`WRAPUPSTART`, as Wazo writes it), so that it is after-call work. Asterisk alone does not.
    pub logs_wrapup: bool,
    /// Waiting time in seconds after which the queue gives the call back (`EXITWITHTIMEOUT`).
    pub timeout_s: Option<u32>,
    /// Name of the queue that a call enters when its longest waiting time is over. `None`: the call ends.
    pub overflow_to: Option<String>,
    /// A call that finds so many waiting is refused (`FULL`). `None`: the queue is never full.
    pub waiting_max: Option<u32>,
    /// Whether callers may enter while nobody is logged on; they then leave at once (`EXITEMPTY`). Otherwise they are refused
    /// (`JOINEMPTY`).
    pub admits_when_empty: bool,
    /// Share of callers who, when they lose patience, press a key to leave (`EXITWITHKEY`) instead of hanging up.
    pub key_exit_share: f64,
}

impl QueuePlan {
    /// A queue with ordinary rules: open from 8 to 20 o'clock, four minutes of talk, two minutes of patience.
    #[must_use]
    pub fn new(name: &str, calls_per_day: f64, agents: u32) -> Self {
        Self {
            name: name.to_owned(),
            did: String::new(),
            calls_per_day,
            night_share: 0.01,
            agents,
            opens_min: 8 * 60,
            closes_min: 20 * 60,
            mean_talk_s: 240.0,
            mean_patience_s: 120.0,
            ring_timeout_s: 15,
            mean_ring_s: 3.0,
            ring_no_answer_share: 0.03,
            wrapup_s: 15,
            logs_wrapup: false,
            timeout_s: Some(600),
            overflow_to: None,
            waiting_max: None,
            admits_when_empty: true,
            key_exit_share: 0.05,
        }
    }

    fn problem(&self) -> Option<String> {
        let reserved = matches!(self.name.as_str(), "" | "-" | "ALL" | "NONE");
        let quarters = self.opens_min.is_multiple_of(15) && self.closes_min.is_multiple_of(15);
        let means = [self.mean_talk_s, self.mean_patience_s, self.mean_ring_s];
        let shares = [
            ("night_share", self.night_share),
            ("ring_no_answer_share", self.ring_no_answer_share),
            ("key_exit_share", self.key_exit_share),
        ];
        let lengths = [self.timeout_s.unwrap_or(1), self.wrapup_s.saturating_add(1), self.ring_timeout_s];
        if reserved || !plain(&self.name) || !plain(&self.did) {
            Some("name and did: no white space, '|', ',' or '\"', and the name not empty, ALL or NONE".to_owned())
        } else if !(0.0..=1e6).contains(&self.calls_per_day) {
            Some(format!("calls_per_day {}: from 0 to 1000000", self.calls_per_day))
        } else if self.agents > 10_000 {
            Some(format!("agents {}: at most 10000", self.agents))
        } else if !quarters || self.opens_min >= self.closes_min || self.closes_min > 1_440 {
            Some(format!("opens_min {}, closes_min {}: multiples of 15, in order, at most 1440", self.opens_min, self.closes_min))
        } else if lengths.iter().any(|length_s| !(1..=86_400).contains(length_s)) {
            Some("timeout_s and ring_timeout_s: from 1 to 86400; wrapup_s: from 0 to 86399".to_owned())
        } else if means.iter().any(|mean_s| !(1.0..=86_400.0).contains(mean_s)) {
            Some("mean_talk_s, mean_patience_s and mean_ring_s: from 1 to 86400".to_owned())
        } else {
            share_problem(&shares)
        }
    }
}

impl Scenario {
    /// The zone of the wall clock.
    pub(crate) fn clock(&self) -> Zone {
        self.zone.clone().unwrap_or_else(|| Zone::fixed(self.east_of_utc_min))
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error`] names the first field that is out of its range.
    pub fn validate(&self) -> Result<(), Error> {
        if let Some(problem) = self.problem() {
            return Err(Error::Scenario { problem });
        }
        let nowhere = |queue: &QueuePlan| {
            let name = queue.overflow_to.as_deref()?;
            let known = name != queue.name && self.queues.iter().any(|other| other.name == name);
            (!known).then(|| format!("overflow_to {name:?}: the name of another queue of the scenario, or none"))
        };
        let faulty = self.queues.iter().find_map(|queue| Some((queue, queue.problem().or_else(|| nowhere(queue))?)));
        faulty.map_or(Ok(()), |(queue, problem)| Err(Error::Queue { queue: queue.name.clone(), problem }))
    }

    fn problem(&self) -> Option<String> {
        let names: BTreeSet<&str> = self.queues.iter().map(|queue| queue.name.as_str()).collect();
        let growth = self.growth.map_or(0.0, |(_, per_year)| per_year);
        let factors = self.weekday_factors.iter().chain([&self.month_start_factor, &self.holiday_factor]);
        let shares = [
            ("shared_agent_share", self.shared_agent_share),
            ("absence_share", self.absence_share),
            ("blind_transfer_share", self.blind_transfer_share),
            ("warm_transfer_share", self.warm_transfer_share),
            ("both transfer shares together", self.blind_transfer_share + self.warm_transfer_share),
            ("redial_share", self.redial_share),
            ("repeat_share", self.repeat_share),
            ("anonymous_share", self.anonymous_share),
        ];
        const DAY_US: i64 = 86_400_000_000;
        if !(DAY_US..=47_482 * DAY_US).contains(&self.start_us) {
            Some(format!("start_us {}: Unix microseconds from 1970-01-02 to 2100", self.start_us))
        } else if !(1..=3_660 * DAY_US).contains(&self.end_us.saturating_sub(self.start_us)) {
            Some(format!("end_us {}: after start_us {} and at most ten years", self.end_us, self.start_us))
        } else if !(-840..=840).contains(&self.east_of_utc_min) {
            Some(format!("east_of_utc_min {}: from -840 to 840", self.east_of_utc_min))
        } else if self.queues.is_empty() || names.len() != self.queues.len() {
            Some("queues: at least one, each with a name of its own".to_owned())
        } else if factors.into_iter().any(|factor| !(0.0..=10.0).contains(factor)) || !(0.0..=1.0).contains(&self.day_spread) {
            Some("weekday_factors, month_start_factor and holiday_factor: from 0 to 10; day_spread: from 0 to 1".to_owned())
        } else if !(-0.9..=10.0).contains(&growth) {
            Some(format!("growth {growth}: from -0.9 to 10 a year"))
        } else if !plain(&self.agent_prefix)
            || self.caller_prefix.len() != 3
            || !self.caller_prefix.bytes().all(|digit| digit.is_ascii_digit())
        {
            Some("agent_prefix: no white space, '|', ',' or '\"'; caller_prefix: three digits".to_owned())
        } else {
            share_problem(&shares)
        }
    }
}

fn plain(text: &str) -> bool {
    !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || "|,\"".contains(letter))
}

fn share_problem(shares: &[(&str, f64)]) -> Option<String> {
    let outside = shares.iter().find(|(_, share)| !(0.0..=1.0).contains(share));
    outside.map(|(field, share)| format!("{field} {share}: from 0 to 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Scenario)) -> String {
        let mut scenario = Scenario::preset("small", 1, 1_772_481_600_000_000).unwrap();
        change(&mut scenario);
        scenario.validate().unwrap_err().to_string()
    }

    #[test]
    fn faults_are_named() {
        assert!(refused(|scenario| scenario.start_us = -1).contains("start_us -1"));
        assert!(refused(|scenario| scenario.end_us = scenario.start_us).contains("end_us"));
        assert!(refused(|scenario| scenario.east_of_utc_min = 900).contains("east_of_utc_min 900"));
        assert!(refused(|scenario| scenario.queues.clear()).contains("at least one"));
        assert!(refused(|scenario| scenario.repeat_share = f64::NAN).contains("repeat_share NaN"));
        assert!(refused(|scenario| scenario.blind_transfer_share = 0.99).contains("together"));
        assert!(refused(|scenario| scenario.weekday_factors[3] = -1.0).contains("weekday_factors"));
        assert!(refused(|scenario| scenario.queues[0].name = "a|b".to_owned()).contains("name and did"));
        assert!(refused(|scenario| scenario.queues[0].name = "ALL".to_owned()).contains("name and did"));
        assert!(refused(|scenario| scenario.queues[0].closes_min = 481).contains("multiples of 15"));
        assert!(refused(|scenario| scenario.queues[0].overflow_to = Some("nowhere".to_owned())).contains("overflow_to"));
        assert!(refused(|scenario| scenario.queues[0].mean_talk_s = 0.0).contains("mean_talk_s"));
        assert!(refused(|scenario| scenario.queues[0].ring_timeout_s = 0).contains("ring_timeout_s"));
        assert!(refused(|scenario| scenario.queues[1].name = scenario.queues[0].name.clone()).contains("of its own"));
    }
}
