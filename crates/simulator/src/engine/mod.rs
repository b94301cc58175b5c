//! The centre at work: one happening after the other, in order of time.

mod agents;
mod callers;
mod conversations;
mod happening;
mod people;
mod setup;

use crate::activity::ActivitySpan;
use crate::calendar::Day;
use crate::draw::Draw;
use crate::error::Error;
use crate::log::{Line, NONE, Source, line};
use crate::roster::{Duty, UsualRoster};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::table::{AgentKey, CallKey, Key, QueueKey, Table, VisitKey, Window};
use crate::truth::{AgentSpan, Truth};
use happening::{Agenda, Happening};
use people::{Agent, Call, Queue, Stage, Stay};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// Microseconds of a second.
const SECOND_US: i64 = 1_000_000;

/// Whole seconds of an instant, as the log shows them.
fn seconds(time_us: i64) -> i64 {
    time_us.div_euclid(SECOND_US)
}

/// Plays the scenario to its end.
///
/// ```
/// use simulator::{Scenario, simulate};
///
/// let scenario = Scenario::preset("small", 1, 1_772_481_600_000_000)?;
/// assert_eq!(simulate(&scenario)?, simulate(&scenario)?);
/// # Ok::<(), simulator::Error>(())
/// ```
///
/// # Errors
/// [`Error`], when the scenario has a field out of its range.
pub fn simulate(scenario: &Scenario) -> Result<Simulation, Error> {
    let mut engine = Engine::new(scenario)?;
    let mut roster = UsualRoster::new(scenario);
    let mut whole = Simulation::default();
    while let Some(day) = engine.today().cloned() {
        let duties = roster.duties(scenario, &day);
        whole.append(engine.play_day(duties));
    }
    Ok(whole)
}

/// The whole state of the centre.
pub(crate) struct Engine {
    scenario: Scenario,
    /// Days that are still to be played.
    days: VecDeque<Day>,
    /// The first of them is the day before the log begins.
    before_first: bool,
    now_us: i64,
    agenda: Agenda,
    agents: Table<AgentKey, Agent>,
    queues: Table<QueueKey, Queue>,
    calls: Window<CallKey, Call>,
    stays: Window<VisitKey, Stay>,
    /// Channels since the exchange started.
    channels: u64,
    caller_draw: Draw,
    agent_draw: Draw,
    lines: Vec<Line>,
    spans: Vec<AgentSpan>,
    activities: Vec<ActivitySpan>,
}

impl Engine {
    /// A centre before its first second.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Error> {
        scenario.validate()?;
        let mut engine = setup::engine(scenario)?;
        engine.log(Source::Nobody, NONE, NONE, "QUEUESTART", format_args!(""));
        Ok(engine)
    }

    /// The day that is played next; nothing when all is over.
    pub(crate) fn today(&self) -> Option<&Day> {
        self.days.front()
    }

    /// Whether today is the day before the log begins, which is only there for those who work through the night.
    pub(crate) fn is_before_first(&self) -> bool {
        self.before_first
    }

    /// Plays the next day with these agents. Returns what was logged, and what was over by then: visits in order of entry, so a
    /// long one keeps those that came after it for another day.
    pub(crate) fn play_day(&mut self, duties: Vec<Duty>) -> Simulation {
        let Some(day) = self.days.pop_front() else { return Simulation::default() };
        for duty in duties.into_iter().filter(|duty| duty.ends_us > self.now_us && duty.begins_us < self.scenario.end_us) {
            let agent = AgentKey::at(duty.agent);
            self.agenda.enter(duty.begins_us.max(self.now_us), Happening::ShiftBegins { agent, duty });
        }
        if !self.before_first {
            setup::plan_arrivals(self, &day);
        }
        self.before_first = false;
        let end_us = if self.scenario.runs_out { i64::MAX } else { self.scenario.end_us };
        let last = self.days.is_empty();
        let until_us = if last { end_us } else { end_us.min(day.end_s * SECOND_US) };
        while let Some((at_us, happening)) = self.agenda.next_before(until_us) {
            self.now_us = at_us;
            self.play(happening);
        }
        self.played(last)
    }

    fn played(&mut self, last: bool) -> Simulation {
        if last {
            for agent in self.agents.keys() {
                self.close_spans(agent, None);
                let agent = &mut self.agents[agent];
                let going_on = agent.shown.take().map(|(activity, from_ms)| ActivitySpan {
                    agent: Arc::clone(&agent.name),
                    activity,
                    from_ms,
                    until_ms: None,
                });
                self.activities.extend(agent.before.take().into_iter().chain(going_on));
            }
        }
        let mut truth = Truth::default();
        while let Some(stay) = self.stays.take_first(|stay| last || stay.stage == Stage::Over) {
            truth.visits.push(stay.fact);
        }
        let stays = &self.stays;
        while let Some(call) = self.calls.take_first(|call| call.over && call.last.is_none_or(|visit| stays.get(visit).is_none())) {
            truth.contacts.push(call.fact);
        }
        truth.agent_spans = std::mem::take(&mut self.spans);
        truth.activities = std::mem::take(&mut self.activities);
        truth.sort();
        Simulation::new(std::mem::take(&mut self.lines), truth)
    }

    fn play(&mut self, happening: Happening) {
        match happening {
            Happening::Arrive { queue, caller } => self.arrive(queue, caller),
            Happening::Enter { call, queue } => self.enter(call, queue),
            Happening::Impatient { visit } => self.lose_patience(visit),
            Happening::WaitedTooLong { visit } => self.time_out(visit),
            Happening::StillEmpty { visit } => self.leave_if_empty(visit),
            Happening::PickUp { visit, ring } => self.pick_up(visit, ring),
            Happening::RingOver { visit, ring } => self.ring_in_vain(visit, ring),
            Happening::TalkEnds { visit } => self.end_talk(visit),
            Happening::Ready { agent, turn } => self.ready(agent, turn),
            Happening::ShiftBegins { agent, duty } => self.begin_shift(agent, &duty),
            Happening::ShiftEnds { agent } => self.end_shift(agent),
            Happening::PauseDue { agent, shift, pause } => self.pause_due(agent, shift, pause),
            Happening::PauseEnds { agent, turn } => self.pause_over(agent, turn),
        }
    }

    fn log(&mut self, source: Source, queue: &str, agent: &str, verb: &str, details: fmt::Arguments<'_>) {
        self.lines.push(line(self.now_us, source, queue, agent, verb, details));
    }

    fn now_s(&self) -> i64 {
        seconds(self.now_us)
    }
}
