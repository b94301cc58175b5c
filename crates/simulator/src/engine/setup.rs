//! The centre before its first second: queues, agents, and everything that is planned.

use super::happening::{Agenda, Happening};
use super::people::{Agent, AgentState, Queue};
use super::{Engine, SECOND_US, seconds};
use crate::calendar::{Day, days};
use crate::demand::{self, Curve, day_factor};
use crate::draw::{Draw, Stream};
use crate::error::Error;
use crate::roster::{self, Shift};
use crate::scenario::Scenario;
use crate::table::{AgentKey, QueueKey, Table};
use std::collections::VecDeque;

/// Number of the first agent's telephone; the others count up from here.
const FIRST_EXTENSION: usize = 1_001;

/// An engine with all arrivals and shifts on its agenda.
pub(super) fn engine(scenario: &Scenario) -> Result<Engine<'_>, Error> {
    let days = days(scenario.east_of_utc_min, seconds(scenario.start_us), seconds(scenario.end_us) + 1)?;
    let mut engine = Engine {
        scenario,
        now_us: scenario.start_us,
        agenda: Agenda::default(),
        agents: Table::new(),
        queues: queues(scenario),
        calls: Table::new(),
        stays: Table::new(),
        channels: 0,
        caller_draw: Draw::new(scenario.seed, Stream::Calls),
        agent_draw: Draw::new(scenario.seed, Stream::Agents),
        lines: Vec::new(),
        spans: Vec::new(),
    };
    for (position, queue) in engine.queues.keys().enumerate() {
        let plan = &engine.queues[queue].plan;
        let curve = Curve::of(plan);
        let shifts = roster::shifts(plan, &curve);
        let members = hire(&mut engine, queue, position, &shifts);
        plan_shifts(&mut engine, &members, &shifts, &days);
        plan_arrivals(&mut engine, queue, position, &curve, &days);
    }
    Ok(engine)
}

fn queues(scenario: &Scenario) -> Table<QueueKey, Queue> {
    let mut queues = Table::new();
    for plan in &scenario.queues {
        queues.push(Queue {
            plan: plan.clone(),
            name: plan.name.as_str().into(),
            members: Vec::new(),
            staffed: 0,
            overflow: None,
            waiting: VecDeque::new(),
        });
    }
    for queue in queues.keys() {
        let target = queues[queue].plan.overflow_to.clone();
        queues[queue].overflow = queues.keys().find(|other| Some(queues[*other].plan.name.as_str()) == target.as_deref());
    }
    queues
}

/// Makes the queue's own agents; some of them also serve the next queue.
fn hire(engine: &mut Engine<'_>, queue: QueueKey, position: usize, shifts: &[Shift]) -> Vec<AgentKey> {
    let mut draw = Draw::new(engine.scenario.seed, Stream::Traits(position));
    let next = engine.queues.keys().skip_while(|other| *other != queue).nth(1).or_else(|| engine.queues.keys().next());
    let mut members = Vec::new();
    for _ in shifts {
        let mut queues = vec![queue];
        queues.extend(next.filter(|next| *next != queue && draw.chance(engine.scenario.shared_agent_share)));
        let number = FIRST_EXTENSION + engine.agents.len();
        let agent = engine.agents.push(Agent {
            name: format!("PJSIP/{number}").into(),
            queues: queues.clone(),
            pace: draw.lognormal(1.0, 0.15),
            state: AgentState::Off,
            turn: 0,
            shift: 0,
            logged_on_us: None,
            leaving: false,
            pressed: None,
            wanted: None,
        });
        for served in queues {
            engine.queues[served].members.push(agent);
        }
        members.push(agent);
    }
    members
}

fn plan_shifts(engine: &mut Engine<'_>, members: &[AgentKey], shifts: &[Shift], days: &[Day]) {
    let agents = u32::try_from(members.len()).unwrap_or(u32::MAX);
    for (day_number, day) in (0_u32..).zip(days) {
        let factor = day_factor(engine.scenario, day);
        for ((turn, agent), shift) in (0_u32..).zip(members).zip(shifts) {
            let absent = engine.agent_draw.chance(engine.scenario.absence_share);
            if absent || !roster::works(turn, agents, day_number, factor) {
                continue;
            }
            // Nobody is on time to the second.
            let early_us = engine.agent_draw.between(0, 180 * SECOND_US);
            let begins_us = day.instant_s(shift.begins_min) * SECOND_US - early_us;
            let ends_us = day.instant_s(shift.ends_min) * SECOND_US + engine.agent_draw.between(0, 120 * SECOND_US);
            if ends_us > engine.now_us {
                engine.agenda.enter(begins_us.max(engine.now_us), Happening::ShiftBegins { agent: *agent, ends_us });
            }
        }
    }
}

fn plan_arrivals(engine: &mut Engine<'_>, queue: QueueKey, position: usize, curve: &Curve, days: &[Day]) {
    let mut draw = Draw::new(engine.scenario.seed, Stream::Arrivals(position));
    for day in days.iter().skip(1) {
        let factor = day_factor(engine.scenario, day) * draw.lognormal(1.0, engine.scenario.day_spread);
        for at_us in demand::arrivals(&engine.queues[queue].plan, curve, day, factor, &mut draw) {
            if at_us >= engine.now_us {
                engine.agenda.enter(at_us, Happening::Arrive { queue, caller: None });
            }
        }
    }
}
