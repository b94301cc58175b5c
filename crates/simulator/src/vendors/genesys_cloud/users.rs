//! Topics of users: presence and routing status, each by itself for one half of the agents and together, as `activity`, for the other.

use super::status::{Change, changes, imposed};
use crate::vendors::json::millis_text;
use crate::vendors::story::Story;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A notification about a user: what has changed, and what else is true of him.
pub(super) struct UserMessage {
    pub(super) time_us: i64,
    agent: Arc<str>,
    change: Change,
    presence: (i64, &'static str),
    routing: (i64, &'static str),
}

/// The notifications about all users, by user and time.
pub(super) fn messages(story: &Story) -> Vec<UserMessage> {
    let mut talks: BTreeMap<&Arc<str>, Vec<(i64, Option<i64>)>> = BTreeMap::new();
    for talk in story.calls.iter().flat_map(|call| &call.stays).filter_map(|stay| stay.talk.as_ref()) {
        let wrapped_us = talk.end.as_ref().and_then(|end| end.wrapped_us);
        talks.entry(&talk.agent).or_default().push((talk.connected_us, wrapped_us));
    }
    let imposed = imposed(story);
    let mut messages = Vec::new();
    for duty in &story.duties {
        let talks = talks.get(&duty.agent).map_or(&[] as &[(i64, Option<i64>)], Vec::as_slice);
        let spared = imposed.get(&duty.agent).map_or(&[] as &[(i64, i64)], Vec::as_slice);
        let changes = changes(story, duty, talks, spared);
        // Before the first of them he had been away since the day before.
        let before_us = changes.first().map_or(0, |(time_us, _)| time_us - 16 * 3_600_000_000);
        let (mut presence, mut routing) = ((before_us, "OFFLINE"), (before_us, "OFF_QUEUE"));
        for (time_us, change) in changes {
            match change {
                Change::Presence(word) => presence = (time_us, word),
                Change::Routing(word) => routing = (time_us, word),
            }
            messages.push(UserMessage { time_us, agent: Arc::clone(&duty.agent), change, presence, routing });
        }
    }
    messages
}

/// The notification as it is sent.
pub(super) fn text(story: &Story, message: &UserMessage) -> Value {
    let user = story.keys.uuid("agent", &message.agent);
    let presence = |(time_us, word): (i64, &'static str)| {
        let definition = json!({ "id": story.keys.uuid("presence", word), "systemPresence": word });
        json!({ "source": "PURECLOUD", "presenceDefinition": definition, "message": "", "modifiedDate": millis_text(time_us) })
    };
    let routing = |(time_us, word): (i64, &'static str)| json!({ "userId": user, "status": word, "startTime": millis_text(time_us) });
    let together = story.keys.below(2, &["subscription", &message.agent]) == 0;
    let (topic, body) = match message.change {
        _ if together => (
            "activity",
            json!({
                "id": user, "routingStatus": routing(message.routing), "presence": presence(message.presence),
                "outOfOffice": { "active": false }, "activeQueueIds": [],
            }),
        ),
        Change::Presence(_) => ("presence", presence(message.presence)),
        Change::Routing(_) => ("routingStatus", json!({ "id": user, "routingStatus": routing(message.routing) })),
    };
    json!({ "topicName": format!("v2.users.{user}.{topic}"), "version": "2", "eventBody": body })
}
