//! Agents, queues, calls and stays, as the engine keeps them.

use crate::activity::{Activity, ActivitySpan};
use crate::contact::Contact;
use crate::demand::Curve;
use crate::draw::Draw;
use crate::log::ChannelId;
use crate::roster::PlannedPause;
use crate::scenario::QueuePlan;
use crate::table::{AgentKey, CallKey, QueueKey, VisitKey};
use crate::visit::{Ended, Visit};
use std::collections::VecDeque;
use std::sync::Arc;

/// What keeps an agent busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgentState {
    /// At home.
    Off,
    /// Waits for a call since this instant, Unix microseconds.
    Idle { since_us: i64 },
    /// The telephone rings.
    Ringing,
    /// In conversation.
    Talking,
    /// Wraps up after a conversation, as the log shows.
    WrappingUp,
    /// Wraps up without a trace in the log, or is spared for a moment after a missed ring.
    Resting,
    /// Takes a pause.
    Paused,
}

#[derive(Debug)]
pub(super) struct Agent {
    pub(super) name: Arc<str>,
    pub(super) queues: Vec<QueueKey>,
    /// Factor on the talk time of this agent's calls.
    pub(super) pace: f64,
    pub(super) state: AgentState,
    /// Counts changes of state, so that what was planned for an earlier one is recognised as pointless.
    pub(super) turn: u32,
    /// Counts shifts.
    pub(super) shift: u32,
    /// Since when logged on, Unix microseconds.
    pub(super) logged_on_us: Option<i64>,
    /// Goes home as soon as possible.
    pub(super) leaving: bool,
    /// Pause pressed at this instant (Unix microseconds); during a call it begins in earnest afterwards.
    pub(super) pressed: Option<(i64, PlannedPause)>,
    /// A pause that is wanted but not pressed yet.
    pub(super) wanted: Option<PlannedPause>,
    /// What the agent does by the log, and since when, Unix milliseconds; nothing while logged off.
    pub(super) shown: Option<(Activity, i64)>,
    /// The stretch before it, which may yet go on.
    pub(super) before: Option<ActivitySpan>,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) plan: QueuePlan,
    pub(super) name: Arc<str>,
    pub(super) members: Vec<AgentKey>,
    /// Members who are logged on.
    pub(super) staffed: u32,
    pub(super) overflow: Option<QueueKey>,
    /// Who waits, first come first.
    pub(super) waiting: VecDeque<VisitKey>,
    /// How demand is spread over the day.
    pub(super) curve: Curve,
    pub(super) arrival_draw: Draw,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) channel: ChannelId,
    pub(super) name: Arc<str>,
    pub(super) caller: Arc<str>,
    /// The queues entered so far.
    pub(super) entered: Vec<QueueKey>,
    pub(super) fact: Contact,
    /// The call's last visit so far.
    pub(super) last: Option<VisitKey>,
    /// Nothing more will happen to it.
    pub(super) over: bool,
}

/// How far a stay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Ringing { agent: AgentKey, since_us: i64 },
    Talking { agent: AgentKey, since_us: i64 },
    Over,
}

#[derive(Debug)]
pub(super) struct Stay {
    pub(super) call: CallKey,
    pub(super) queue: QueueKey,
    pub(super) stage: Stage,
    /// Place in the line at the entry, 1 for the first.
    pub(super) position: usize,
    /// Counts rings, so that the end of an earlier one is recognised.
    pub(super) ring: u32,
    /// Channel of the ringing agent.
    pub(super) agent_channel: Option<ChannelId>,
    /// How the conversation is going to end.
    pub(super) will_end: Ended,
    pub(super) fact: Visit,
}
