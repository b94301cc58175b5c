//! From the first ring to the end of a conversation.

use super::happening::Happening;
use super::people::{AgentState, Stage};
use super::{Engine, SECOND_US, seconds};
use crate::draw::micros;
use crate::log::{ChannelId, NONE};
use crate::table::{AgentKey, QueueKey, VisitKey};
use crate::visit::{Ended, Outcome};
use std::sync::Arc;

/// An agent who missed a ring is spared for so long.
const SPARED_US: i64 = 5 * SECOND_US;

impl Engine {
    /// Lets the longest idle member's telephone ring for the visit.
    pub(super) fn offer(&mut self, visit: VisitKey) {
        let members = self.queues[self.stays[visit].queue].members.iter();
        let idle = members.filter_map(|agent| match self.agents[*agent].state {
            AgentState::Idle { since_us } => Some((since_us, *agent)),
            _ => None,
        });
        if let Some((_, agent)) = idle.min() {
            self.ring(visit, agent);
        }
    }

    /// Gives the agent the longest waiting visit of the agent's queues that rings nowhere else.
    pub(super) fn take_next(&mut self, agent: AgentKey) {
        let first = |queue: &QueueKey| {
            let waiting = self.queues[*queue].waiting.iter();
            waiting.copied().find(|visit| self.stays[*visit].stage == Stage::Waiting)
        };
        let next = self.agents[agent].queues.iter().filter_map(first).min_by_key(|visit| self.stays[*visit].fact.entered_s);
        if let Some(visit) = next {
            self.ring(visit, agent);
        }
    }

    fn ring(&mut self, visit: VisitKey, agent: AgentKey) {
        self.turn(agent, AgentState::Ringing);
        let channel = self.channel();
        let stay = &mut self.stays[visit];
        stay.agent_channel = Some(channel);
        stay.ring += 1;
        stay.stage = Stage::Ringing { agent, since_us: self.now_us };
        let (ring, plan) = (stay.ring, &self.queues[stay.queue].plan);
        let timeout_us = i64::from(plan.ring_timeout_s) * SECOND_US;
        if self.agent_draw.chance(plan.ring_no_answer_share) {
            self.agenda.enter(self.now_us + timeout_us, Happening::RingOver { visit, ring });
        } else {
            let ring_us = micros(self.agent_draw.lognormal(plan.mean_ring_s, 0.5)).min(timeout_us - SECOND_US / 10);
            self.agenda.enter(self.now_us + ring_us, Happening::PickUp { visit, ring });
        }
    }

    /// The agent at whom this ring of the visit still rings, and since when.
    fn ringing(&self, visit: VisitKey, ring: u32) -> Option<(AgentKey, i64)> {
        let stay = self.stays.get(visit)?;
        match stay.stage {
            Stage::Ringing { agent, since_us } if stay.ring == ring => Some((agent, since_us)),
            _ => None,
        }
    }

    pub(super) fn ring_in_vain(&mut self, visit: VisitKey, ring: u32) {
        if self.ringing(visit, ring).is_none() {
            return;
        }
        if let Some(agent) = self.cancel_ring(visit, "RINGNOANSWER") {
            self.rest(agent, AgentState::Resting, SPARED_US);
        }
        self.offer(visit);
    }

    /// Stops the visit's ringing, if it rings; the agent is returned and must be given something to do.
    pub(super) fn cancel_ring(&mut self, visit: VisitKey, verb: &str) -> Option<AgentKey> {
        let Stage::Ringing { agent, since_us } = self.stays[visit].stage else { return None };
        let ring_ms = (self.now_us - since_us) / 1_000;
        let (queue, name) = (Arc::clone(&self.stays[visit].fact.queue), Arc::clone(&self.agents[agent].name));
        self.log(self.source(visit), &queue, &name, verb, format_args!("{ring_ms}"));
        self.show_ring(agent, ring_ms);
        let stay = &mut self.stays[visit];
        stay.stage = Stage::Waiting;
        stay.fact.missed_rings += 1;
        Some(agent)
    }

    /// An agent whose telephone stopped ringing by no fault of the agent's is free again.
    pub(super) fn free(&mut self, agent: Option<AgentKey>) {
        if let Some(agent) = agent {
            self.next_task(agent);
        }
    }

    pub(super) fn pick_up(&mut self, visit: VisitKey, ring: u32) {
        let Some((agent, rings_since_us)) = self.ringing(visit, ring) else { return };
        let ring_s = (self.now_us - rings_since_us) / SECOND_US;
        self.show_ring(agent, ring_s * 1_000);
        self.turn(agent, AgentState::Talking);
        self.leave(visit);
        let name = Arc::clone(&self.agents[agent].name);
        let stay = &mut self.stays[visit];
        stay.stage = Stage::Talking { agent, since_us: self.now_us };
        stay.fact.agent = Some(Arc::clone(&name));
        stay.fact.outcome = Outcome::Answered;
        let (wait_s, queue) = (stay.fact.wait_s, Arc::clone(&stay.fact.queue));
        let ChannelId { made_s, number } = stay.agent_channel.unwrap_or(ChannelId { made_s: 0, number: 0 });
        self.log(self.source(visit), &queue, &name, "CONNECT", format_args!("{wait_s}|{made_s}.{number}|{ring_s}"));
        self.plan_conversation(visit, agent);
    }

    fn plan_conversation(&mut self, visit: VisitKey, agent: AgentKey) {
        let (blind, warm) = (self.scenario.blind_transfer_share, self.scenario.warm_transfer_share);
        let fate = self.caller_draw.unit();
        let will_end = if fate < blind {
            Ended::BlindTransfer
        } else if fate < blind + warm {
            Ended::WarmTransfer
        } else if self.caller_draw.chance(0.36) {
            Ended::ByAgent
        } else {
            Ended::ByCaller
        };
        self.stays[visit].will_end = will_end;
        let mean_s = self.queues[self.stays[visit].queue].plan.mean_talk_s * self.agents[agent].pace;
        // Who transfers has usually understood soon that it is somebody else's case.
        let mean_s = if matches!(will_end, Ended::ByAgent | Ended::ByCaller) { mean_s } else { mean_s * 0.6 };
        let talk_s = 1.0 + self.caller_draw.lognormal(mean_s, 0.75);
        self.agenda.enter(self.now_us + micros(talk_s), Happening::TalkEnds { visit });
    }

    fn log_of_conversation(&mut self, visit: VisitKey, verb: &str, details: std::fmt::Arguments<'_>) {
        let fact = &self.stays[visit].fact;
        let (queue, agent) = (Arc::clone(&fact.queue), fact.agent.clone().unwrap_or_default());
        self.log(self.source(visit), &queue, &agent, verb, details);
    }

    pub(super) fn end_talk(&mut self, visit: VisitKey) {
        let Stage::Talking { agent, since_us } = self.stays[visit].stage else { return };
        let talk_s = self.now_s() - seconds(since_us);
        let stay = &mut self.stays[visit];
        let ended = stay.will_end;
        stay.stage = Stage::Over;
        stay.fact.talk_s = talk_s;
        stay.fact.ended = Some(ended);
        let (position, wait_s) = (stay.position, stay.fact.wait_s);
        let durations = format!("{wait_s}|{talk_s}|{position}");
        let details = match ended {
            Ended::ByAgent | Ended::ByCaller => durations,
            Ended::BlindTransfer => format!("{}|from-internal|{durations}", self.caller_draw.between(400, 499)),
            Ended::WarmTransfer => {
                let bridge = self.caller_draw.bits();
                format!("BRIDGE|{:08x}-{:04x}-4a00-8000-{:012x}|{durations}", bridge >> 32, bridge >> 48, bridge & 0xffff_ffff_ffff)
            }
        };
        self.log_of_conversation(visit, ended.verb(), format_args!("{details}"));
        self.note_end(visit, Some(talk_s));
        self.may_repeat(visit);
        let plan = &self.queues[self.stays[visit].queue].plan;
        let wrapup_s = i64::from(plan.wrapup_s);
        if plan.logs_wrapup {
            let name = Arc::clone(&self.agents[agent].name);
            self.log(self.source(visit), NONE, &name, "WRAPUPSTART", format_args!("{wrapup_s}"));
            self.stays[visit].fact.wrapup_s = Some(wrapup_s);
            self.rest(agent, AgentState::WrappingUp, wrapup_s * SECOND_US);
        } else {
            self.rest(agent, AgentState::Resting, wrapup_s * SECOND_US);
        }
    }
}
