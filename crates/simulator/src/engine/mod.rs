//! The centre at work: one happening after the other, in order of time.

mod agents;
mod callers;
mod conversations;
mod happening;
mod people;
mod setup;

use crate::draw::Draw;
use crate::error::Error;
use crate::log::{Line, NONE, Source, line};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::table::{AgentKey, CallKey, QueueKey, Table, VisitKey};
use crate::truth::{AgentSpan, Truth};
use happening::{Agenda, Happening};
use people::{Agent, Call, Queue, Stay};
use std::fmt;

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
    scenario.validate()?;
    let mut engine = setup::engine(scenario)?;
    engine.log(Source::Nobody, NONE, NONE, "QUEUESTART", format_args!(""));
    while let Some((at_us, happening)) = engine.agenda.next() {
        if at_us >= scenario.end_us {
            break;
        }
        engine.now_us = at_us;
        engine.play(happening);
    }
    Ok(engine.finish())
}

/// The whole state of the centre.
struct Engine<'a> {
    scenario: &'a Scenario,
    now_us: i64,
    agenda: Agenda,
    agents: Table<AgentKey, Agent>,
    queues: Table<QueueKey, Queue>,
    calls: Table<CallKey, Call>,
    stays: Table<VisitKey, Stay>,
    /// Channels since the exchange started.
    channels: u64,
    caller_draw: Draw,
    agent_draw: Draw,
    lines: Vec<Line>,
    spans: Vec<AgentSpan>,
}

impl Engine<'_> {
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
            Happening::ShiftBegins { agent, ends_us } => self.begin_shift(agent, ends_us),
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

    fn finish(mut self) -> Simulation {
        for agent in self.agents.keys() {
            self.close_spans(agent, None);
        }
        let visits = self.stays.into_rows().into_iter().map(|stay| stay.fact).collect();
        Simulation::new(self.lines, Truth::new(visits, self.spans))
    }
}
