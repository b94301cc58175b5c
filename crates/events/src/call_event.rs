//! `CallEvent`: one canonical event in the life of a contact (`schemas/call_event.v2.avsc`).

use serde::{Deserialize, Serialize};

/// What happened. The order of the variants is the order in which events of the same instant are applied
/// ("verb rank"), so that whole-second logs fold the same way however their lines arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum CallVerb {
    /// The source system restarted: everything open in it ends here.
    SourceRestarted,
    /// The contact began.
    ContactInitiated,
    /// The contact entered a voice menu.
    IvrEntered,
    /// The contact left the voice menu; `reason`: self_served, to_queue, hangup, diverted.
    IvrExited,
    /// The queue refused the contact; `reason` says why.
    QueueBlocked,
    /// The contact entered a queue.
    QueueEntered,
    /// The contact rings at an agent.
    AgentOffered,
    /// The agent did not take the offer; `reason` says why.
    AgentMissed,
    /// An agent took the contact; it has thereby left its queue.
    AgentConnected,
    /// The contact left the queue without an agent; `reason` is the outcome.
    QueueLeft,
    /// The agent put the contact on hold.
    HoldStarted,
    /// The agent took the contact off hold.
    HoldEnded,
    /// The agent passed the contact on; `reason`: blind or warm.
    TransferCompleted,
    /// The conversation with the agent ended; `party` says who ended it.
    ContactDisconnected,
    /// After-call work began.
    AcwStarted,
    /// After-call work ended.
    AcwEnded,
    /// The agent coded the contact.
    DispositionSet,
    /// Not customer work (test, phantom, consult leg): counts nowhere.
    ContactExcluded,
    /// Nothing more will come.
    ContactClosed,
    /// Anything else the source said; kept, counted, without effect.
    #[default]
    SideEvent,
}

/// Medium of the contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Channel {
    #[default]
    Voice,
    Chat,
    Email,
    Callback,
    Task,
}

/// Who began the contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The customer.
    #[default]
    Inbound,
    /// The centre.
    Outbound,
    /// Agent to agent.
    Internal,
}

/// Who ended something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Party {
    Agent,
    Customer,
    System,
}

/// Reason of a `source_restarted` event of one contact that says: its agent, who has one contact at a time, was connected to another.
pub const NEXT_CONTACT_REASON: &str = "next_contact";

/// One canonical event in the life of a contact. Field documentation and units: `schemas/call_event.v2.avsc`.
/// Text is borrowed from the message (or line) that it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct CallEvent<'a> {
    pub tenant: &'a str,
    pub source: &'a str,
    pub event_id: &'a str,
    pub contact_id: &'a str,
    pub event_time_us: i64,
    pub sequence: i64,
    pub verb: CallVerb,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    #[serde(borrow)]
    pub customer: Option<&'a str>,
    pub channel: Channel,
    pub direction: Direction,
    pub wait_ms: Option<i64>,
    pub ring_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub acw_ms: Option<i64>,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    #[serde(borrow)]
    pub target: Option<&'a str>,
    pub party: Option<Party>,
    pub position: Option<i32>,
    #[serde(borrow)]
    pub dnis: Option<&'a str>,
    #[serde(borrow, default)]
    pub leg: Option<&'a str>,
    #[serde(default)]
    pub revision: i64,
}

impl Default for CallEvent<'_> {
    fn default() -> Self {
        CallEvent {
            tenant: "default",
            source: "",
            event_id: "",
            contact_id: "",
            event_time_us: 0,
            sequence: 0,
            verb: CallVerb::default(),
            queue: None,
            agent: None,
            customer: None,
            channel: Channel::default(),
            direction: Direction::default(),
            wait_ms: None,
            ring_ms: None,
            talk_ms: None,
            hold_ms: None,
            acw_ms: None,
            reason: None,
            target: None,
            party: None,
            position: None,
            dnis: None,
            leg: None,
            revision: 0,
        }
    }
}
