//! What a vendor's system saw of the simulated day: calls with their stays, rings and talks, and agents with their shifts and
//! pauses, taken from the simulation's truth and (rings alone) from its log.
//!
//! The log knows neither hold nor after-call work, and times in whole seconds only. Here a part of the talks gets holds inside
//! them, drawn from the seed, and every talk is followed by the wrap-up of its queue, which is what the simulated agents do then.
//! Where the vendor's clock is finer than a second, the second `s` becomes `s` and some milliseconds that depend on `s` alone:
//! so what was at the same time stays so, and nothing changes places.

use super::identity::Keys;
use crate::scenario::{QueuePlan, Scenario};
use crate::simulation::Simulation;
use crate::truth::AgentActivity;
use crate::visit::{Ended, Outcome, Visit};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const SECOND_US: i64 = 1_000_000;

/// Nobody announces a caller to a colleague, or holds, in a talk that is shorter, seconds.
const SHORT_TALK_S: i64 = 24;

/// So long the simulated agents are spared after a ring that they let pass, seconds.
const SPARED_S: i64 = 5;

/// How fine the vendor's clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    Second,
    Millisecond,
}

/// How a story is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) grain: Grain,
    /// Agents and queues by their names instead of ids.
    pub(super) names: bool,
    /// Nothing at or after this time is known, Unix microseconds.
    pub(super) until_us: i64,
}

impl Manner {
    /// With ids, up to the end of the scenario.
    pub(super) fn of(scenario: &Scenario, grain: Grain) -> Self {
        Manner { grain, names: false, until_us: -(-scenario.end_us).div_euclid(SECOND_US) * SECOND_US }
    }
}

/// The whole day.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) seed: u64,
    pub(super) keys: Keys,
    /// Nothing at or after this time is known, Unix microseconds.
    pub(super) until_us: i64,
    /// In order of their first entry into a queue.
    pub(super) calls: Vec<Call>,
    /// By name of the agent.
    pub(super) duties: Vec<Duty>,
}

/// One call. Times are Unix microseconds.
#[derive(Debug)]
pub(super) struct Call {
    /// As the log names it.
    pub(super) name: Arc<str>,
    /// The caller's number; none if it was withheld.
    pub(super) caller: Option<Arc<str>>,
    /// The number that was dialled, if the queue has one.
    pub(super) dialled: Option<String>,
    pub(super) initiated_us: i64,
    /// At least one.
    pub(super) stays: Vec<Stay>,
}

/// One stay in a queue, or a refusal at its door.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) queue: Arc<str>,
    pub(super) entered_us: i64,
    pub(super) left_us: Option<i64>,
    pub(super) outcome: Outcome,
    /// In vain.
    pub(super) rings: Vec<Ring>,
    pub(super) talk: Option<Talk>,
}

/// A telephone that rang in vain.
#[derive(Debug)]
pub(super) struct Ring {
    pub(super) agent: Arc<str>,
    pub(super) from_us: i64,
    pub(super) to_us: i64,
    /// The caller had left; otherwise the agent let it ring.
    pub(super) caller_left: bool,
    /// Until when the agent gets no other call, if nothing else happens: some seconds after a ring that he let pass.
    pub(super) spared_until_us: i64,
}

#[derive(Debug)]
pub(super) struct Talk {
    pub(super) agent: Arc<str>,
    /// When the telephone began to ring.
    pub(super) rang_us: i64,
    pub(super) connected_us: i64,
    /// In order, inside the talk, which goes on after each. None in a talk whose end is not known.
    pub(super) holds: Vec<(i64, i64)>,
    pub(super) end: Option<TalkEnd>,
}

#[derive(Debug)]
pub(super) struct TalkEnd {
    pub(super) at_us: i64,
    pub(super) how: Ended,
    /// When the other side of a transfer was reached: with the end of the talk unless it was announced.
    pub(super) reached_us: i64,
    /// When the caller had gone, too: later than the end of the talk after a transfer. None: not yet.
    pub(super) gone_us: Option<i64>,
    /// End of after-call work; none: not yet.
    pub(super) wrapped_us: Option<i64>,
}

/// What an agent declared.
#[derive(Debug, Default)]
pub(super) struct Duty {
    pub(super) agent: Arc<str>,
    /// From login to logout.
    pub(super) sessions: Vec<Stretch>,
    /// From the key press to the end.
    pub(super) pauses: Vec<(Stretch, &'static str)>,
}

/// A time with its end; none: not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from_us: i64,
    pub(super) until_us: Option<i64>,
}

impl Talk {
    /// How much of it was hold, milliseconds.
    pub(super) fn hold_ms(&self) -> i64 {
        self.holds.iter().map(|(from_us, to_us)| to_us - from_us).sum::<i64>() / 1_000
    }
}

impl Stay {
    /// Whether the queue let the caller in.
    pub(super) fn is_admitted(&self) -> bool {
        !self.outcome.is_blocked()
    }
}

impl Story {
    /// The story of a simulation. `scenario` is the one that was simulated: the seed, the wrap-up and the numbers of its
    /// queues and the end are in it alone.
    pub(super) fn of(simulation: &Simulation, scenario: &Scenario, manner: Manner) -> Self {
        let keys = if manner.names { Keys::with_names(scenario.seed) } else { Keys::new(scenario.seed) };
        let clock = Clock { keys, grain: manner.grain, until_us: manner.until_us };
        let plans: HashMap<&str, &QueuePlan> = scenario.queues.iter().map(|plan| (plan.name.as_str(), plan)).collect();
        let rings = rings(simulation);
        let mut calls: Vec<Call> = Vec::new();
        let mut places: HashMap<Arc<str>, usize> = HashMap::new();
        for visit in simulation.truth().visits() {
            let plan = plans.get(&*visit.queue).copied();
            let place = *places.entry(Arc::clone(&visit.call)).or_insert_with(|| {
                calls.push(clock.call(visit, plan));
                calls.len() - 1
            });
            if let Some(call) = calls.get_mut(place) {
                let logged = rings.get(&(&*visit.call, &*visit.queue)).map_or(&[] as &[LoggedRing<'_>], Vec::as_slice);
                call.stays.push(clock.stay(visit, plan, logged));
            }
        }
        if manner.grain == Grain::Second {
            one_after_the_other(&mut calls);
        }
        Story { seed: scenario.seed, keys, until_us: clock.until_us, calls, duties: clock.duties(simulation) }
    }
}

/// A clock of whole seconds cannot tell that one telephone call was missed before the next one rang: who rings again in the same second has
/// missed the first call a second earlier.
fn one_after_the_other(calls: &mut [Call]) {
    let mut begins: HashMap<(Arc<str>, i64), usize> = HashMap::new();
    for stay in calls.iter().flat_map(|call| &call.stays) {
        let rings = stay.rings.iter().map(|ring| (&ring.agent, ring.from_us));
        for (agent, from_us) in rings.chain(stay.talk.iter().map(|talk| (&talk.agent, talk.rang_us))) {
            *begins.entry((Arc::clone(agent), from_us)).or_default() += 1;
        }
    }
    for ring in calls.iter_mut().flat_map(|call| &mut call.stays).flat_map(|stay| &mut stay.rings) {
        let others = begins.get(&(Arc::clone(&ring.agent), ring.to_us)).copied().unwrap_or(0);
        if others > usize::from(ring.from_us == ring.to_us) {
            ring.to_us -= SECOND_US;
            ring.from_us = ring.from_us.min(ring.to_us);
        }
    }
}

/// A ring as the log has it, in whole seconds.
struct LoggedRing<'l> {
    agent: &'l str,
    from_s: i64,
    to_s: i64,
    verb: &'l str,
}

/// The rings of every stay, by call and queue, in the order of the log.
fn rings(simulation: &Simulation) -> HashMap<(&str, &str), Vec<LoggedRing<'_>>> {
    let mut rings: HashMap<(&str, &str), Vec<LoggedRing<'_>>> = HashMap::new();
    for line in simulation.lines() {
        let mut fields = line.text.split('|').skip(1);
        let (Some(call), Some(queue), Some(agent), Some(verb)) = (fields.next(), fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let rang_s = match verb {
            "RINGNOANSWER" | "RINGCANCELED" => fields.next().and_then(|rang_ms| rang_ms.parse::<i64>().ok()).map(|rang_ms| rang_ms / 1_000),
            "CONNECT" => fields.nth(2).and_then(|rang_s| rang_s.parse::<i64>().ok()),
            _ => None,
        };
        if let Some(rang_s) = rang_s {
            let to_s = line.time_us / SECOND_US;
            rings.entry((call, queue)).or_default().push(LoggedRing { agent, from_s: to_s - rang_s, to_s, verb });
        }
    }
    rings
}

/// Turns the log's seconds into the vendor's times.
#[derive(Clone, Copy)]
struct Clock {
    keys: Keys,
    grain: Grain,
    until_us: i64,
}

impl Clock {
    fn at(self, second: i64) -> i64 {
        let fraction_ms = match self.grain {
            Grain::Second => 0,
            Grain::Millisecond => self.keys.below(1_000, &["clock", &second.to_string()]),
        };
        second * SECOND_US + fraction_ms * 1_000
    }

    /// The time, if it is not after the end of what is known.
    fn known(self, second: i64) -> Option<i64> {
        Some(self.at(second)).filter(|at_us| *at_us < self.until_us)
    }

    fn call(self, visit: &Visit, plan: Option<&QueuePlan>) -> Call {
        // The name of a call begins with the second in which its channel was made.
        let made_s = visit.call.split('.').next().and_then(|made_s| made_s.parse::<i64>().ok());
        let initiated_s = made_s.filter(|made_s| (visit.entered_s - 600..=visit.entered_s).contains(made_s)).unwrap_or(visit.entered_s);
        Call {
            name: Arc::clone(&visit.call),
            caller: Some(&visit.caller).filter(|caller| &***caller != "anonymous").cloned(),
            dialled: plan.map(|plan| plan.did.clone()).filter(|did| !did.is_empty()),
            initiated_us: self.at(initiated_s),
            stays: Vec::new(),
        }
    }

    fn stay(self, visit: &Visit, plan: Option<&QueuePlan>, logged: &[LoggedRing<'_>]) -> Stay {
        let during = |ring: &&LoggedRing<'_>| visit.entered_s <= ring.to_s && visit.left_s().is_none_or(|left_s| ring.to_s <= left_s);
        let in_vain = logged.iter().filter(during).filter(|ring| ring.verb != "CONNECT");
        let answered = logged.iter().filter(during).find(|ring| ring.verb == "CONNECT");
        let rings = in_vain.map(|ring| self.ring(ring, visit));
        let connected = visit.agent.as_ref().zip(visit.left_s());
        let talk = connected.map(|(agent, connected_s)| Talk {
            agent: Arc::clone(agent),
            rang_us: self.at(answered.map_or(connected_s, |ring| ring.from_s.max(visit.entered_s))),
            connected_us: self.at(connected_s),
            holds: visit.ended.map_or_else(Vec::new, |_| self.holds(visit, connected_s)),
            end: visit.ended.map(|how| self.end(visit, how, connected_s, plan.map_or(0, |plan| i64::from(plan.wrapup_s)))),
        });
        Stay {
            queue: Arc::clone(&visit.queue),
            entered_us: self.at(visit.entered_s),
            left_us: visit.left_s().map(|left_s| self.at(left_s)),
            outcome: visit.outcome,
            rings: rings.collect(),
            talk,
        }
    }

    fn ring(self, ring: &LoggedRing<'_>, visit: &Visit) -> Ring {
        let to_us = self.at(ring.to_s);
        // However short it was, it rang: a clock that knows milliseconds knows one.
        let latest_us = if self.grain == Grain::Millisecond { to_us - 1_000 } else { to_us };
        Ring {
            agent: ring.agent.into(),
            from_us: self.at(ring.from_s.max(visit.entered_s)).min(latest_us),
            to_us,
            caller_left: ring.verb == "RINGCANCELED",
            spared_until_us: self.at(ring.to_s + SPARED_S),
        }
    }

    /// A quarter of the talks has a hold after a third of it, and of these a third has another one after two thirds.
    fn holds(self, visit: &Visit, connected_s: i64) -> Vec<(i64, i64)> {
        let number = visit.number.to_string();
        let drawn = |below: i64, what: &str| self.keys.below(below, &[what, &visit.call, &visit.queue, &number]);
        let talk_s = visit.talk_s;
        if talk_s < SHORT_TALK_S || drawn(4, "hold") != 0 {
            return Vec::new();
        }
        let hold = |after_s: i64, most_s: i64, what: &str| {
            let from_s = connected_s + after_s;
            (self.at(from_s), self.at(from_s + 1 + drawn(most_s, what)))
        };
        let mut holds = vec![hold(talk_s / 3, talk_s / 4, "first hold")];
        if drawn(3, "another hold") == 0 {
            holds.push(hold(talk_s * 2 / 3, talk_s / 6, "second hold"));
        }
        holds
    }

    fn end(self, visit: &Visit, how: Ended, connected_s: i64, wrapup_s: i64) -> TalkEnd {
        let ended_s = connected_s + visit.talk_s;
        let how = if how == Ended::WarmTransfer && visit.talk_s < SHORT_TALK_S { Ended::BlindTransfer } else { how };
        let drawn = |below: i64, what: &str| self.keys.below(below, &[what, &visit.call, &visit.queue]);
        let reached_s = if how == Ended::WarmTransfer { ended_s - 4 - drawn(8, "announcing") } else { ended_s };
        let gone_s = match how {
            Ended::BlindTransfer | Ended::WarmTransfer => ended_s + wrapup_s + 5 + drawn(180, "talk outside"),
            Ended::ByAgent | Ended::ByCaller => ended_s,
        };
        TalkEnd {
            at_us: self.at(ended_s),
            how,
            reached_us: self.at(reached_s),
            gone_us: self.known(gone_s),
            wrapped_us: self.known(ended_s + wrapup_s),
        }
    }

    fn duties(self, simulation: &Simulation) -> Vec<Duty> {
        let mut duties: BTreeMap<Arc<str>, Duty> = BTreeMap::new();
        for span in simulation.truth().agent_spans() {
            let duty = duties.entry(Arc::clone(&span.agent)).or_insert_with(|| Duty { agent: Arc::clone(&span.agent), ..Duty::default() });
            let stretch = Stretch { from_us: self.at(span.from_s), until_us: span.until_s.map(|until_s| self.at(until_s)) };
            match span.activity {
                AgentActivity::LoggedOn => duty.sessions.push(stretch),
                AgentActivity::Paused(reason) => duty.pauses.push((stretch, reason)),
            }
        }
        duties.into_values().collect()
    }
}
