//! What to simulate.

use crate::error::Error;
use std::collections::BTreeSet;

/// A call centre and the time for which it is simulated. All shares are probabilities from 0 to 1.
///
/// ```
/// use simulator::{QueuePlan, Scenario};
///
/// let scenario = Scenario {
///     seed: 42,
///     days: 3,
///     queues: vec![QueuePlan { mean_talk_s: 300.0, ..QueuePlan::new("support", 250.0, 5) }],
///     ..Scenario::preset("small", 42)?
/// };
/// assert!(scenario.validate().is_ok());
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The same seed and scenario give the same bytes.
    pub seed: u64,
    /// First instant of the log, Unix seconds. Nothing happens before; agents whose shift has begun by then log on at it.
    pub start_s: i64,
    /// Local calendar days, the one in which `start_s` falls included.
    pub days: u32,
    /// Nothing that happens at or after this instant (Unix seconds) is logged: calls stay open. `None`: all is played to its end.
    pub until_s: Option<i64>,
    /// IANA name of the centre's time zone: opening hours, shifts, weekdays and the daily curve follow its wall clock.
    pub zone: String,
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
    /// Share of answered visits that the agent transfers blindly to a number outside the queues.
    pub blind_transfer_share: f64,
    /// Share of answered visits that the agent transfers to a colleague after talking to them first.
    pub attended_transfer_share: f64,
    /// Share of answered visits that the agent transfers to another queue, where the same call enters once more.
    pub queue_transfer_share: f64,
    /// Share of callers who call again within minutes after they gave up or were turned away.
    pub redial_share: f64,
    /// Share of callers who call again one to three days after they were answered.
    pub repeat_share: f64,
    /// Share of callers who withhold their number.
    pub anonymous_share: f64,
    /// Share of longer conversations in which the agent puts the caller on hold once (`CALLERONHOLD`, `CALLEROFFHOLD`). Native
    /// logs do not show holds: 0 for those.
    pub hold_share: f64,
    /// Whether refused joins are logged (`FULL`, `JOINEMPTY`), as Wazo does. Native logs are silent about them.
    pub logs_refused_joins: bool,
    /// Number of the first agent's telephone; agents are `PJSIP/<number>`, counted up from here.
    pub first_extension: u32,
}

/// A queue: its demand, its agents and its rules.
///
/// ```
/// let queue = simulator::QueuePlan::new("sales", 400.0, 8);
/// assert_eq!((queue.opens_minute, queue.closes_minute, queue.service_level_s), (8 * 60, 20 * 60, 20));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePlan {
    /// Name as the log shows it; without `|`, `,`, `"` and white space.
    pub name: String,
    /// The number that callers dial. Empty: the log has no `DID` lines for this queue.
    pub did: String,
    /// New callers on a day whose weekday factor is 1, before redials, repeats and transfers.
    pub calls_per_day: f64,
    /// Share of these calls that is spread evenly over the 24 hours; the rest follows the double hump.
    pub night_share: f64,
    /// Agents on the roster. All work when the weekday factor is 1 or more, in turn a part of them on weaker days.
    pub agents: u32,
    /// When staffing begins, in minutes since local midnight; a multiple of 15.
    pub opens_minute: u32,
    /// When staffing ends, in minutes since local midnight; a multiple of 15. From 0 to 1440 is around the clock.
    pub closes_minute: u32,
    /// Mean talk time in seconds (log-normal).
    pub mean_talk_s: f64,
    /// Mean time after which a waiting caller gives up, in seconds (exponential, with some who give up at once).
    pub mean_patience_s: f64,
    /// The waiting time in seconds that the centre aims at. Does not influence the simulation: it is the target to report against.
    pub service_level_s: u32,
    /// How long one agent's telephone rings before the next one is tried, in seconds.
    pub ring_timeout_s: u32,
    /// Mean ringing time of calls that are picked up, in seconds.
    pub mean_ring_s: f64,
    /// Share of ringing calls that the agent lets pass.
    pub ring_no_answer_share: f64,
    /// Seconds after each call in which the agent gets no other; as in Asterisk the log does not show them.
    pub wrapup_s: u32,
    /// Waiting time in seconds after which the queue gives the call back (`EXITWITHTIMEOUT`).
    pub timeout_s: Option<u32>,
    /// Name of the queue that a call enters when its longest waiting time is over. `None`: the call ends.
    pub overflow_to: Option<String>,
    /// A call that finds so many waiting is refused. `None`: the queue is never full.
    pub waiting_max: Option<u32>,
    /// Whether callers may enter while nobody is logged on; they then leave at once (`EXITEMPTY`). Otherwise they are refused.
    pub admits_when_empty: bool,
    /// Share of callers who, when they lose patience, press a key to leave (`EXITWITHKEY`) instead of hanging up.
    pub key_exit_share: f64,
}

impl QueuePlan {
    /// A queue with ordinary rules: open from 8 to 20 o'clock, four minutes of talk, two minutes of patience, 20 s to answer.
    #[must_use]
    pub fn new(name: &str, calls_per_day: f64, agents: u32) -> Self {
        Self {
            name: name.to_owned(),
            did: String::new(),
            calls_per_day,
            night_share: 0.01,
            agents,
            opens_minute: 8 * 60,
            closes_minute: 20 * 60,
            mean_talk_s: 240.0,
            mean_patience_s: 120.0,
            service_level_s: 20,
            ring_timeout_s: 15,
            mean_ring_s: 3.0,
            ring_no_answer_share: 0.03,
            wrapup_s: 15,
            timeout_s: Some(600),
            overflow_to: None,
            waiting_max: None,
            admits_when_empty: true,
            key_exit_share: 0.05,
        }
    }

    fn problem(&self) -> Option<String> {
        let name_is_plain = !self.name.is_empty() && plain(&self.name) && plain(&self.did);
        let whole_quarters = self.opens_minute.is_multiple_of(15) && self.closes_minute.is_multiple_of(15);
        let shares = [
            ("night_share", self.night_share),
            ("ring_no_answer_share", self.ring_no_answer_share),
            ("key_exit_share", self.key_exit_share),
        ];
        if !name_is_plain {
            Some("name and did: no white space, '|', ',' or '\"', and the name not empty".to_owned())
        } else if !(0.0..=1e6).contains(&self.calls_per_day) {
            Some(format!("calls_per_day {}: from 0 to 1000000", self.calls_per_day))
        } else if self.agents > 10_000 {
            Some(format!("agents {}: at most 10000", self.agents))
        } else if !whole_quarters || self.opens_minute >= self.closes_minute || self.closes_minute > 24 * 60 {
            Some("opens_minute and closes_minute: multiples of 15, the first smaller, the second at most 1440".to_owned())
        } else if !(1..=300).contains(&self.ring_timeout_s) || self.wrapup_s > 3_600 {
            Some("ring_timeout_s: from 1 to 300; wrapup_s: at most 3600".to_owned())
        } else if self.timeout_s == Some(0) || self.waiting_max == Some(0) {
            Some("timeout_s and waiting_max: at least 1, or none".to_owned())
        } else {
            let means = [self.mean_talk_s, self.mean_patience_s, self.mean_ring_s];
            let bad_mean = means.iter().any(|mean_s| !(1.0..=86_400.0).contains(mean_s));
            let bad_mean = bad_mean.then(|| "mean_talk_s, mean_patience_s and mean_ring_s: from 1 to 86400".to_owned());
            bad_mean.or_else(|| share_problem(&shares))
        }
    }
}

impl Scenario {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error`] names the first field that is out of its range; an unknown time zone is only found by the simulation.
    pub fn validate(&self) -> Result<(), Error> {
        let names: BTreeSet<&str> = self.queues.iter().map(|queue| queue.name.as_str()).collect();
        let transfers = self.blind_transfer_share + self.attended_transfer_share + self.queue_transfer_share;
        let factors = self.weekday_factors.iter().chain([&self.month_start_factor]);
        let shares = [
            ("shared_agent_share", self.shared_agent_share),
            ("absence_share", self.absence_share),
            ("blind_transfer_share", self.blind_transfer_share),
            ("attended_transfer_share", self.attended_transfer_share),
            ("queue_transfer_share", self.queue_transfer_share),
            ("the three transfer shares together", transfers),
            ("redial_share", self.redial_share),
            ("repeat_share", self.repeat_share),
            ("anonymous_share", self.anonymous_share),
            ("hold_share", self.hold_share),
        ];
        let problem = if !(86_400..=4_102_444_800).contains(&self.start_s) {
            Some(format!("start_s {}: Unix seconds from 1970-01-02 to 2100", self.start_s))
        } else if !(1..=3_660).contains(&self.days) {
            Some(format!("days {}: from 1 to 3660", self.days))
        } else if self.queues.is_empty() || names.len() != self.queues.len() {
            Some("queues: at least one, each with a name of its own".to_owned())
        } else if factors.into_iter().any(|factor| !(0.0..=10.0).contains(factor)) || !(0.0..=1.0).contains(&self.day_spread) {
            Some("weekday_factors and month_start_factor: from 0 to 10; day_spread: from 0 to 1".to_owned())
        } else {
            share_problem(&shares)
        };
        if let Some(problem) = problem {
            return Err(Error::Scenario { problem });
        }
        let nowhere = |queue: &QueuePlan| queue.overflow_to.as_deref().is_some_and(|name| name == queue.name || !names.contains(name));
        let problem = |queue: &QueuePlan| {
            let other = || nowhere(queue).then(|| "overflow_to: the name of another queue of the scenario, or none".to_owned());
            queue.problem().or_else(other)
        };
        let faulty = self.queues.iter().find_map(|queue| Some((queue, problem(queue)?)));
        faulty.map_or(Ok(()), |(queue, problem)| Err(Error::Queue { queue: queue.name.clone(), problem }))
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
        let mut scenario = Scenario::small_site();
        change(&mut scenario);
        scenario.validate().unwrap_err().to_string()
    }

    #[test]
    fn presets_are_valid() {
        for name in ["small", "day", "month", "demo"] {
            assert_eq!(Scenario::preset(name, 1).unwrap().validate(), Ok(()));
        }
        assert!(Scenario::preset("huge", 1).unwrap_err().to_string().contains("huge"));
    }

    #[test]
    fn faults_are_named() {
        assert!(refused(|scenario| scenario.days = 0).contains("days 0"));
        assert!(refused(|scenario| scenario.start_s = -1).contains("start_s -1"));
        assert!(refused(|scenario| scenario.queues.clear()).contains("at least one"));
        assert!(refused(|scenario| scenario.repeat_share = f64::NAN).contains("repeat_share NaN"));
        assert!(refused(|scenario| scenario.blind_transfer_share = 0.99).contains("together"));
        assert!(refused(|scenario| scenario.weekday_factors[3] = -1.0).contains("weekday_factors"));
        assert!(refused(|scenario| scenario.queues[0].name = "a|b".to_owned()).contains("name and did"));
        assert!(refused(|scenario| scenario.queues[0].closes_minute = 481).contains("multiples of 15"));
        assert!(refused(|scenario| scenario.queues[0].overflow_to = Some("sales".to_owned())).contains("overflow_to"));
        assert!(refused(|scenario| scenario.queues[0].mean_talk_s = 0.0).contains("mean_talk_s"));
        assert!(refused(|scenario| scenario.queues[1].name = scenario.queues[0].name.clone()).contains("of its own"));
    }
}
