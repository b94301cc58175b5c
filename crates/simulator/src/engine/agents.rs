//! What agents do between calls: come, take pauses, go.

use super::happening::Happening;
use super::people::AgentState;
use super::{Engine, SECOND_US};
use crate::activity::{Activity, ActivitySpan};
use crate::log::{NONE, Source};
use crate::roster::{Duty, PlannedPause};
use crate::table::{AgentKey, QueueKey};
use crate::truth::{AgentActivity, AgentSpan};
use std::sync::Arc;

impl Engine {
    /// Changes the agent's state; whatever was planned for the former one becomes pointless.
    pub(super) fn turn(&mut self, key: AgentKey, state: AgentState) {
        let agent = &mut self.agents[key];
        agent.turn += 1;
        agent.state = state;
        self.show(key);
    }

    /// No call for the agent for so long: wrap-up, or spared.
    pub(super) fn rest(&mut self, agent: AgentKey, state: AgentState, length_us: i64) {
        self.turn(agent, state);
        let turn = self.agents[agent].turn;
        self.agenda.enter(self.now_us + length_us, Happening::Ready { agent, turn });
    }

    pub(super) fn ready(&mut self, agent: AgentKey, turn: u32) {
        if self.agents[agent].turn == turn {
            self.next_task(agent);
        }
    }

    /// What the agent does next: go home, take the pause, take a call, or wait for one.
    pub(super) fn next_task(&mut self, agent: AgentKey) {
        if self.agents[agent].leaving {
            self.log_off(agent);
            return;
        }
        if let Some(pause) = self.agents[agent].wanted.take() {
            self.press_pause(agent, pause);
        }
        if let Some((_, pause)) = self.agents[agent].pressed {
            self.turn(agent, AgentState::Paused);
            let turn = self.agents[agent].turn;
            self.agenda.enter(self.now_us + pause.length_s * SECOND_US, Happening::PauseEnds { agent, turn });
            return;
        }
        self.turn(agent, AgentState::Idle { since_us: self.now_us });
        self.take_next(agent);
    }

    /// What the log now shows of the agent; what lasted less than a second is not seen.
    pub(super) fn show(&mut self, agent: AgentKey) {
        let now_ms = self.now_s() * 1_000;
        let agent = &mut self.agents[agent];
        let shown = match (agent.state, agent.pressed) {
            (AgentState::Off, _) => None,
            (AgentState::Talking, _) => Some(Activity::Contact),
            (AgentState::WrappingUp, _) => Some(Activity::AfterCall),
            (_, Some((_, pause))) => Some(Activity::Paused(pause.reason)),
            _ => Some(Activity::Available),
        };
        if shown == agent.shown.map(|(activity, _)| activity) {
            return;
        }
        if let Some((activity, from_ms)) = agent.shown.filter(|(_, from_ms)| *from_ms < now_ms) {
            let span = ActivitySpan { agent: Arc::clone(&agent.name), activity, from_ms, until_ms: Some(now_ms) };
            self.activities.extend(agent.before.replace(span));
        }
        if shown.is_none() {
            self.activities.extend(agent.before.take());
        }
        // After what was not seen, the same as before may go on.
        let resumed = agent.before.take_if(|before| shown == Some(before.activity) && before.until_ms == Some(now_ms));
        agent.shown = shown.map(|activity| (activity, resumed.map_or(now_ms, |before| before.from_ms)));
    }

    /// What the log shows of a ring that ends now: so many milliseconds before the full second of its line. The end is cut to that second
    /// and the length is not, so a ring may reach back into a pause that was over when it began; it shows there, as who rings is offered a
    /// contact whatever was said before. It does not show in a contact or its wrap-up.
    pub(super) fn show_ring(&mut self, agent: AgentKey, ring_ms: i64) {
        let until_ms = self.now_s() * 1_000;
        let agent = &mut self.agents[agent];
        let Some((_, since_ms)) = agent.shown.filter(|(activity, _)| *activity == Activity::Available && ring_ms > 0) else { return };
        let mut from_ms = until_ms - ring_ms;
        let span =
            |activity, from_ms, until_ms| ActivitySpan { agent: Arc::clone(&agent.name), activity, from_ms, until_ms: Some(until_ms) };
        if from_ms > since_ms {
            self.activities.extend(agent.before.replace(span(Activity::Available, since_ms, from_ms)));
        } else if from_ms < since_ms {
            let pause =
                agent.before.as_mut().filter(|before| before.until_ms == Some(since_ms) && matches!(before.activity, Activity::Paused(_)));
            match pause {
                Some(pause) => pause.until_ms = Some(from_ms),
                None => from_ms = since_ms,
            }
        }
        agent.shown = Some((Activity::Available, until_ms));
        match agent.before.as_mut().filter(|before| before.activity == Activity::Ringing && before.until_ms == Some(from_ms)) {
            Some(before) => before.until_ms = Some(until_ms),
            None if from_ms < until_ms => self.activities.extend(agent.before.replace(span(Activity::Ringing, from_ms, until_ms))),
            None => {}
        }
    }

    pub(super) fn begin_shift(&mut self, agent: AgentKey, duty: &Duty) {
        let ends_us = duty.ends_us;
        // A shift that overlaps the last one's overtime is the same stay.
        if self.agents[agent].logged_on_us.is_some() {
            self.agents[agent].leaving = false;
            self.agenda.enter(ends_us, Happening::ShiftEnds { agent });
            return;
        }
        let (name, queues) = self.names(agent);
        for queue in queues {
            let queue_name = Arc::clone(&self.queues[queue].name);
            self.log(Source::Manager, &queue_name, &name, "ADDMEMBER", format_args!(""));
            self.queues[queue].staffed += 1;
        }
        let on_duty = &mut self.agents[agent];
        on_duty.logged_on_us = Some(self.now_us);
        on_duty.leaving = false;
        on_duty.shift += 1;
        let shift = on_duty.shift;
        for pause in &duty.pauses {
            let due_us = (pause.due_s * SECOND_US).max(self.now_us);
            self.agenda.enter(due_us, Happening::PauseDue { agent, shift, pause: *pause });
        }
        self.agenda.enter(ends_us, Happening::ShiftEnds { agent });
        self.next_task(agent);
    }

    fn names(&self, agent: AgentKey) -> (Arc<str>, Vec<QueueKey>) {
        (Arc::clone(&self.agents[agent].name), self.agents[agent].queues.clone())
    }

    pub(super) fn end_shift(&mut self, agent: AgentKey) {
        self.agents[agent].leaving = true;
        match self.agents[agent].state {
            AgentState::Idle { .. } | AgentState::Paused => self.log_off(agent),
            AgentState::Off | AgentState::Ringing | AgentState::Talking | AgentState::WrappingUp | AgentState::Resting => {}
        }
    }

    fn log_off(&mut self, agent: AgentKey) {
        self.end_pause(agent);
        self.turn(agent, AgentState::Off);
        let (name, queues) = self.names(agent);
        for queue in &queues {
            let queue_name = Arc::clone(&self.queues[*queue].name);
            self.log(Source::Manager, &queue_name, &name, "REMOVEMEMBER", format_args!(""));
            self.queues[*queue].staffed -= 1;
        }
        self.close_spans(agent, Some(self.now_s()));
        self.agents[agent].wanted = None;
        for queue in queues {
            if self.queues[queue].staffed == 0 {
                self.send_away(queue);
            }
        }
    }

    /// Records the spans that the agent has open.
    pub(super) fn close_spans(&mut self, agent: AgentKey, until_s: Option<i64>) {
        let name = Arc::clone(&self.agents[agent].name);
        if let Some((since_us, pause)) = self.agents[agent].pressed.take() {
            let activity = AgentActivity::Paused(pause.reason);
            self.spans.push(AgentSpan { agent: Arc::clone(&name), activity, from_s: super::seconds(since_us), until_s });
        }
        if let Some(since_us) = self.agents[agent].logged_on_us.take() {
            let activity = AgentActivity::LoggedOn;
            self.spans.push(AgentSpan { agent: name, activity, from_s: super::seconds(since_us), until_s });
        }
    }

    pub(super) fn pause_due(&mut self, agent: AgentKey, shift: u32, pause: PlannedPause) {
        let on_duty = &self.agents[agent];
        if on_duty.shift != shift || on_duty.logged_on_us.is_none() || on_duty.leaving || on_duty.pressed.is_some() {
            return;
        }
        match on_duty.state {
            AgentState::Idle { .. } => {
                self.agents[agent].wanted = Some(pause);
                self.next_task(agent);
            }
            // Some press the key during the call; the pause then begins with the call's end.
            AgentState::Talking if self.agent_draw.chance(0.3) => self.press_pause(agent, pause),
            AgentState::Off | AgentState::Paused => {}
            AgentState::Ringing | AgentState::Talking | AgentState::WrappingUp | AgentState::Resting => {
                self.agents[agent].wanted = Some(pause)
            }
        }
    }

    fn press_pause(&mut self, agent: AgentKey, pause: PlannedPause) {
        self.log_pause(agent, "PAUSEALL", "PAUSE", pause.reason);
        self.agents[agent].pressed = Some((self.now_us, pause));
        self.show(agent);
    }

    /// The line for all queues, then one for each.
    fn log_pause(&mut self, agent: AgentKey, all: &str, each: &str, reason: &str) {
        let (name, queues) = self.names(agent);
        self.log(Source::Nobody, NONE, &name, all, format_args!("{reason}"));
        for queue in queues {
            let queue_name = Arc::clone(&self.queues[queue].name);
            self.log(Source::Nobody, &queue_name, &name, each, format_args!("{reason}"));
        }
    }

    pub(super) fn pause_over(&mut self, agent: AgentKey, turn: u32) {
        if self.agents[agent].turn == turn {
            self.end_pause(agent);
            self.next_task(agent);
        }
    }

    fn end_pause(&mut self, agent: AgentKey) {
        let Some((since_us, pause)) = self.agents[agent].pressed.take() else { return };
        self.log_pause(agent, "UNPAUSEALL", "UNPAUSE", pause.reason);
        self.show(agent);
        let (from_s, until_s) = (super::seconds(since_us), Some(self.now_s()));
        let agent = Arc::clone(&self.agents[agent].name);
        self.spans.push(AgentSpan { agent, activity: AgentActivity::Paused(pause.reason), from_s, until_s });
    }
}
