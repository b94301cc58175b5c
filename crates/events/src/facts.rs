//! Facts: what a contact's events amount to. Each is a pure fold of all events of its contact and travels with its
//! state before and after, so that whoever sums can subtract the one and add the other.

use crate::{Channel, Direction};
use serde::{Deserialize, Serialize};

/// A fact before and after a change. `before` none: new. `after` none: later events showed that it never was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schemas")]
pub struct Change<T> {
    pub partition: i32,
    pub generation: i32,
    pub version: i64,
    pub before: Option<T>,
    pub after: Option<T>,
}

/// How a queue visit ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitOutcome {
    /// Not yet.
    #[default]
    Open,
    /// An agent answered.
    Answered,
    /// The customer left.
    Abandoned,
    /// The longest wait allowed had passed.
    Timeout,
    /// The customer pressed a key to leave.
    Key,
    /// No agent was left in the queue.
    Empty,
    /// Withdrawn by a system.
    Withdrawn,
    /// The customer asked to be called back.
    Callback,
    /// Passed to another queue by a rule.
    Overflow,
    /// A technical failure.
    SystemError,
    /// Refused at the door: not offered.
    Blocked,
    /// The end was never seen.
    Lost,
}

impl VisitOutcome {
    /// Left by overflow, timeout, key, callback request, empty queue, withdrawal or failure (domain.md 2.2, flow-out).
    pub fn is_flow_out(self) -> bool {
        use VisitOutcome::*;
        matches!(self, Timeout | Key | Empty | Withdrawn | Callback | Overflow | SystemError)
    }
}

/// One stay of a contact in one queue. Field documentation and units: `schemas/queue_visit.v1.avsc`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct QueueVisit<'a> {
    pub tenant: &'a str,
    pub contact_id: &'a str,
    pub visit_number: i32,
    pub source: &'a str,
    pub queue: &'a str,
    pub channel: Channel,
    pub direction: Direction,
    #[serde(borrow)]
    pub customer: Option<&'a str>,
    pub entered_us: i64,
    pub left_us: Option<i64>,
    pub wait_ms: Option<i64>,
    pub outcome: VisitOutcome,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    pub transferred_in: bool,
    pub missed_offers: i32,
    pub inferred: i32,
}

/// How a handling ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandlingEnd {
    /// Not yet.
    #[default]
    Open,
    /// The agent disconnected.
    Agent,
    /// The customer disconnected.
    Customer,
    /// A system or the line ended it.
    System,
    /// Passed on without speaking to the next.
    TransferBlind,
    /// Passed on after speaking to the next.
    TransferWarm,
    /// Ended, nobody knows by whom.
    Unknown,
    /// The end was never seen: not in handle times.
    Lost,
}

/// One agent's work on one contact. Field documentation and units: `schemas/handling.v1.avsc`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct Handling<'a> {
    pub tenant: &'a str,
    pub contact_id: &'a str,
    pub handling_number: i32,
    pub visit_number: Option<i32>,
    pub source: &'a str,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    pub agent: &'a str,
    pub channel: Channel,
    pub direction: Direction,
    pub connected_us: i64,
    pub talk_ended_us: Option<i64>,
    pub ended_us: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: i64,
    pub holds: i32,
    pub longest_hold_ms: i64,
    pub acw_ms: Option<i64>,
    pub end: HandlingEnd,
    #[serde(borrow)]
    pub transfer_target: Option<&'a str>,
    pub inferred: i32,
}

/// What became of a contact as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// Something is still going on.
    #[default]
    Open,
    /// An agent spoke with the customer.
    Handled,
    /// The customer left a queue and no agent had answered.
    Abandoned,
    /// It left every queue by other ways than an agent or the customer's hang-up.
    FlowOut,
    /// Every queue refused it.
    Blocked,
    /// The customer hung up inside the menu.
    IvrAbandoned,
    /// The menu served the customer.
    SelfServed,
    /// Not customer work.
    Excluded,
    /// The end was never seen.
    Lost,
}

/// A contact, the whole customer journey. Field documentation and units: `schemas/contact.v1.avsc`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct Contact<'a> {
    pub tenant: &'a str,
    pub contact_id: &'a str,
    pub source: &'a str,
    pub channel: Channel,
    pub direction: Direction,
    #[serde(borrow)]
    pub customer: Option<&'a str>,
    #[serde(borrow)]
    pub dnis: Option<&'a str>,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    pub started_us: i64,
    pub ended_us: Option<i64>,
    pub outcome: ContactOutcome,
    #[serde(borrow)]
    pub disposition: Option<&'a str>,
    pub visits: i32,
    pub handlings: i32,
    pub transfers: i32,
    pub events: i32,
    pub inferred: i32,
}

/// What one agent did for a while. Field documentation and units: `schemas/activity_span.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct ActivitySpan<'a> {
    pub tenant: &'a str,
    pub agent: &'a str,
    pub started_us: i64,
    pub ended_us: Option<i64>,
    pub activity: &'a str,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    pub inferred: i32,
}
