//! The centre before its first second, and who will call on a day.

use super::happening::{Agenda, Happening};
use super::people::{Agent, AgentState, Queue};
use super::{Engine, seconds};
use crate::calendar::{Day, days};
use crate::demand::{self, Curve, day_factor, growth_factor};
use crate::draw::{Draw, Stream};
use crate::error::Error;
use crate::scenario::Scenario;
use crate::table::{QueueKey, Table, Window};
use std::collections::VecDeque;

/// Number of the first agent's telephone; the others count up from here.
const FIRST_EXTENSION: usize = 1_001;

/// An engine with its queues and agents.
pub(super) fn engine(scenario: &Scenario) -> Result<Engine, Error> {
    let days = days(&scenario.clock(), seconds(scenario.start_us), seconds(scenario.end_us) + 1)?;
    let mut engine = Engine {
        scenario: scenario.clone(),
        days: days.into(),
        before_first: true,
        now_us: scenario.start_us,
        agenda: Agenda::default(),
        agents: Table::new(),
        queues: queues(scenario),
        calls: Window::new(),
        stays: Window::new(),
        channels: 0,
        caller_draw: Draw::new(scenario.seed, Stream::Calls),
        agent_draw: Draw::new(scenario.seed, Stream::Agents),
        lines: Vec::new(),
        spans: Vec::new(),
        activities: Vec::new(),
    };
    for (position, queue) in engine.queues.keys().enumerate() {
        hire(&mut engine, queue, position);
    }
    Ok(engine)
}

fn queues(scenario: &Scenario) -> Table<QueueKey, Queue> {
    let mut queues = Table::new();
    for (position, plan) in scenario.queues.iter().enumerate() {
        queues.push(Queue {
            plan: plan.clone(),
            name: plan.name.as_str().into(),
            members: Vec::new(),
            staffed: 0,
            overflow: None,
            waiting: VecDeque::new(),
            curve: Curve::of(plan),
            arrival_draw: Draw::new(scenario.seed, Stream::Arrivals(position)),
        });
    }
    for queue in queues.keys() {
        let target = queues[queue].plan.overflow_to.clone();
        queues[queue].overflow = queues.keys().find(|other| Some(queues[*other].plan.name.as_str()) == target.as_deref());
    }
    queues
}

/// Makes the queue's own agents; some of them also serve the next queue.
fn hire(engine: &mut Engine, queue: QueueKey, position: usize) {
    let mut draw = Draw::new(engine.scenario.seed, Stream::Traits(position));
    let next = engine.queues.keys().skip_while(|other| *other != queue).nth(1).or_else(|| engine.queues.keys().next());
    for _ in 0..engine.queues[queue].plan.agents {
        let mut queues = vec![queue];
        queues.extend(next.filter(|next| *next != queue && draw.chance(engine.scenario.shared_agent_share)));
        let number = FIRST_EXTENSION + engine.agents.len();
        let agent = engine.agents.push(Agent {
            name: format!("{}{number}", engine.scenario.agent_prefix).into(),
            queues: queues.clone(),
            pace: draw.lognormal(1.0, 0.15),
            state: AgentState::Off,
            turn: 0,
            shift: 0,
            logged_on_us: None,
            leaving: false,
            pressed: None,
            wanted: None,
            shown: None,
            before: None,
        });
        for served in queues {
            engine.queues[served].members.push(agent);
        }
    }
}

/// Enters the callers of a day, within the time of the log.
pub(super) fn plan_arrivals(engine: &mut Engine, day: &Day) {
    let (start_us, end_us) = (engine.now_us, engine.scenario.end_us);
    for key in engine.queues.keys() {
        let queue = &mut engine.queues[key];
        let spread = queue.arrival_draw.lognormal(1.0, engine.scenario.day_spread);
        let factor = day_factor(&engine.scenario, day) * growth_factor(&engine.scenario, day) * spread;
        for at_us in demand::arrivals(&queue.plan, &queue.curve, day, factor, &mut queue.arrival_draw) {
            if (start_us..end_us).contains(&at_us) {
                engine.agenda.enter(at_us, Happening::Arrive { queue: key, caller: None });
            }
        }
    }
}
