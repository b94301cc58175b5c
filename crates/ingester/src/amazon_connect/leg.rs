//! What a contact record and a contact event say of one contact id: the same things, the event those known so far.

use super::json::{Fields, Reader, arn_end};
use crate::reject::Fault;
use events::{Channel, Direction};
use std::borrow::Cow;

/// One contact id of Connect: a leg of the customer's contact. Durations in milliseconds, times in microseconds.
#[derive(Debug, Default)]
pub(super) struct Leg<'j> {
    pub(super) id: Cow<'j, str>,
    /// The first contact id of the chain.
    pub(super) root: Cow<'j, str>,
    /// Linked to another contact id, but not to the first of the chain.
    pub(super) unlinked: bool,
    /// The type of a contact event; none: a contact record, which is final until a newer one comes.
    pub(super) event_type: Option<String>,
    pub(super) event_us: Option<i64>,
    pub(super) revision: i64,
    /// How it was initiated, in upper case.
    pub(super) method: String,
    pub(super) channel: Channel,
    pub(super) channel_unknown: bool,
    pub(super) customer: Option<Cow<'j, str>>,
    pub(super) dialled: Option<Cow<'j, str>>,
    pub(super) target: Option<Cow<'j, str>>,
    pub(super) queue: Option<Cow<'j, str>>,
    pub(super) agent: Option<Cow<'j, str>>,
    /// In upper case.
    pub(super) disconnect_reason: String,
    pub(super) machine_detection: Option<Cow<'j, str>>,
    /// The contact went on under another contact id.
    pub(super) goes_on: bool,
    pub(super) initiated_us: Option<i64>,
    pub(super) system_us: Option<i64>,
    pub(super) enqueued_us: Option<i64>,
    pub(super) dequeued_us: Option<i64>,
    pub(super) connected_us: Option<i64>,
    pub(super) transferred_us: Option<i64>,
    pub(super) disconnected_us: Option<i64>,
    pub(super) acw_started_us: Option<i64>,
    pub(super) acw_ended_us: Option<i64>,
    pub(super) wait_ms: Option<i64>,
    pub(super) talk_ms: Option<i64>,
    pub(super) hold_ms: Option<i64>,
    pub(super) acw_ms: Option<i64>,
}

/// Ways of initiation in which nobody waits in the queue that is named.
const DIALLED_BY_AGENT: [&str; 3] = ["OUTBOUND", "EXTERNAL_OUTBOUND", "AGENT_REPLY"];

/// The chain that a contact id belongs to: its first contact id, and whether only a neighbour is known.
pub(super) fn chain<'j>(fields: Fields<'j>, id: &Cow<'j, str>) -> (Cow<'j, str>, bool) {
    match fields.text("InitialContactId") {
        Some(root) => (root, false),
        None => (id.clone(), fields.text("PreviousContactId").or_else(|| fields.text("RelatedContactId")).is_some()),
    }
}

/// The channel, and whether its name is known. A queued callback is one of its own: it may wait for days.
pub(super) fn channel(fields: Fields<'_>, method: &str) -> (Channel, bool) {
    match (method, fields.symbol("Channel").as_str()) {
        ("CALLBACK", _) => (Channel::Callback, true),
        (_, "VOICE" | "") => (Channel::Voice, true),
        (_, "CHAT") => (Channel::Chat, true),
        (_, "TASK" | "TASKS") => (Channel::Task, true),
        (_, "EMAIL") => (Channel::Email, true),
        _ => (Channel::Voice, false),
    }
}

/// Who began the contact. Later legs do not say: an agent who calls a colleague does not make the contact an outbound one.
pub(super) fn direction(method: &str, channel: Channel, is_root: bool) -> Direction {
    match method {
        "OUTBOUND" | "EXTERNAL_OUTBOUND" | "AGENT_REPLY" | "FLOW" if is_root => Direction::Outbound,
        // By API the centre places calls, but customers begin chats, tasks and mails.
        "API" if is_root && channel == Channel::Voice => Direction::Outbound,
        _ => Direction::Inbound,
    }
}

/// The agent's id: the same in all three kinds of records, and no name.
fn agent_id(agent: Option<Fields<'_>>) -> Option<Cow<'_, str>> {
    let agent = agent?;
    ["ARN", "AgentArn", "Id"].iter().find_map(|name| agent.text(name)).and_then(arn_end)
}

/// The queue's name, else its id.
fn queue_name(queue: Option<Fields<'_>>) -> Option<Cow<'_, str>> {
    let queue = queue?;
    let id = || ["ARN", "QueueArn", "Id"].iter().find_map(|name| queue.text(name)).and_then(arn_end);
    queue.text("Name").or_else(id)
}

impl<'j> Leg<'j> {
    /// Reads a contact record, or a contact event if `event_type` is its type. `sent_us` is when an envelope says it was sent.
    pub(super) fn read(
        fields: Fields<'j>,
        event_type: Option<String>,
        sent_us: Option<i64>,
        reader: &mut Reader<'_>,
    ) -> Result<Self, Fault> {
        let Some(id) = fields.text("ContactId") else {
            return Err(Fault::new("no_call_id", "ContactId is absent"));
        };
        let (root, unlinked) = chain(fields, &id);
        let method = fields.symbol("InitiationMethod");
        let (channel, channel_known) = channel(fields, &method);
        let address = |name: &'static str| fields.object(name).and_then(|endpoint| endpoint.text("Address"));
        let queue = fields.object("Queue").or_else(|| fields.object("QueueInfo"));
        let agent = fields.object("Agent").or_else(|| fields.object("AgentInfo"));
        let mut leg = Leg {
            id,
            root,
            unlinked,
            event_type,
            event_us: sent_us,
            channel,
            channel_unknown: !channel_known,
            customer: address("CustomerEndpoint"),
            dialled: address("SystemEndpoint"),
            target: address("TransferredToEndpoint"),
            queue: queue_name(queue),
            agent: agent_id(agent),
            disconnect_reason: fields.symbol("DisconnectReason"),
            machine_detection: fields.text("AnsweringMachineDetectionStatus"),
            goes_on: fields.text("NextContactId").is_some(),
            method,
            ..Leg::default()
        };
        leg.read_times(fields, queue, agent, reader)?;
        leg.read_durations(queue, agent, reader)?;
        if leg.event_type.is_some() {
            leg.fill_from_envelope()?
        } else {
            leg.read_revision(fields, reader)?
        }
        Ok(leg)
    }

    fn read_times(
        &mut self,
        fields: Fields<'_>,
        queue: Option<Fields<'_>>,
        agent: Option<Fields<'_>>,
        reader: &Reader<'_>,
    ) -> Result<(), Fault> {
        self.initiated_us = reader.time(Some(fields), "InitiationTimestamp")?;
        self.system_us = reader.time(Some(fields), "ConnectedToSystemTimestamp")?;
        self.disconnected_us = reader.time(Some(fields), "DisconnectTimestamp")?;
        self.transferred_us = reader.time(Some(fields), "TransferCompletedTimestamp")?;
        self.enqueued_us = reader.time(queue, "EnqueueTimestamp")?;
        self.dequeued_us = reader.time(queue, "DequeueTimestamp")?;
        self.connected_us = reader.time(agent, "ConnectedToAgentTimestamp")?;
        self.acw_started_us = reader.time(agent, "AfterContactWorkStartTimestamp")?;
        self.acw_ended_us = reader.time(agent, "AfterContactWorkEndTimestamp")?;
        Ok(())
    }

    fn read_durations(&mut self, queue: Option<Fields<'_>>, agent: Option<Fields<'_>>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.wait_ms = reader.seconds_as_ms(queue, "Duration")?;
        self.talk_ms = reader.seconds_as_ms(agent, "AgentInteractionDuration")?;
        self.hold_ms = match reader.seconds_as_ms(agent, "CustomerHoldDuration")? {
            Some(hold_ms) => Some(hold_ms),
            None => reader.seconds_as_ms(agent, "AgentInitiatedHoldDuration")?,
        };
        self.acw_ms = reader.seconds_as_ms(agent, "AfterContactWorkDuration")?;
        Ok(())
    }

    /// Old contact events say when only in their envelope.
    fn fill_from_envelope(&mut self) -> Result<(), Fault> {
        let place = match self.event_type.as_deref() {
            Some("INITIATED") => Some(&mut self.initiated_us),
            Some("CONNECTED_TO_SYSTEM") => Some(&mut self.system_us),
            Some("QUEUED") => Some(&mut self.enqueued_us),
            Some("CONNECTED_TO_AGENT") => Some(&mut self.connected_us),
            Some("DISCONNECTED") => Some(&mut self.disconnected_us),
            _ => None,
        };
        if let Some(time_us) = place {
            *time_us = time_us.or(self.event_us);
        }
        self.event_us = self.event_us.or_else(|| self.latest_us());
        match self.event_us {
            Some(_) => Ok(()),
            None => Err(Fault::new("no_time", "neither the contact event nor its envelope has a time")),
        }
    }

    fn read_revision(&mut self, fields: Fields<'_>, reader: &Reader<'_>) -> Result<(), Fault> {
        let latest_us = self.latest_us().ok_or_else(|| Fault::new("no_time", "the contact record has none of its timestamps"))?;
        let updated_us = reader.time(Some(fields), "LastUpdateTimestamp")?;
        // Also a record without it must count more than the events that it completes.
        self.revision = updated_us.unwrap_or(latest_us).max(1);
        Ok(())
    }

    fn latest_us(&self) -> Option<i64> {
        let times = [self.initiated_us, self.system_us, self.enqueued_us, self.dequeued_us, self.connected_us, self.transferred_us];
        times.into_iter().chain([self.disconnected_us, self.acw_started_us, self.acw_ended_us]).max().flatten()
    }

    pub(super) fn is_record(&self) -> bool {
        self.event_type.is_none()
    }

    /// The first contact id of its chain, as far as is known.
    pub(super) fn is_root(&self) -> bool {
        self.id == self.root
    }

    pub(super) fn direction(&self) -> Direction {
        direction(&self.method, self.channel, self.is_root())
    }

    /// When the customer began to wait in the queue.
    pub(super) fn entered_us(&self) -> Option<i64> {
        self.enqueued_us.filter(|_| self.queue.is_some() && !DIALLED_BY_AGENT.contains(&self.method.as_str()))
    }

    /// The agent who had it, as opposed to one whom it was only meant for.
    pub(super) fn handled_by(&self) -> Option<&str> {
        let had_it = self.connected_us.is_some() || self.talk_ms.is_some_and(|talk_ms| talk_ms > 0);
        self.agent.as_deref().filter(|_| had_it)
    }
}
