//! A rejected record without anybody's name or number: of its texts only ids of contacts, times and words of Connect's own stay.

use crate::redact::Vendor;
use crate::time::Clock;

/// Fields with the id of a contact.
const IDS: [&str; 6] = ["contactid", "initialcontactid", "nextcontactid", "previouscontactid", "relatedcontactid", "eventid"];

/// Fields with a time that are not called so.
const TIMES: [&str; 1] = ["time"];

/// Words of Connect's own: channels, ways in, ends, events of agents and contacts, states.
const WORDS: [&str; 70] = [
    "agent",
    "agent_disconnect",
    "agent_hung_up",
    "agent_reply",
    "amazon connect contact event",
    "api",
    "aws.connect",
    "barged",
    "callback",
    "callback_agent_disconnect",
    "callback_customer_disconnect",
    "chat",
    "completed",
    "connected",
    "connected_onhold",
    "connected_to_agent",
    "connecting",
    "contact_data_updated",
    "contact_flow_disconnect",
    "custom",
    "customer_disconnect",
    "customer_hung_up",
    "customer_never_arrived",
    "disconnect",
    "disconnected",
    "email",
    "ended",
    "error",
    "expired",
    "external_outbound",
    "flow",
    "heart_beat",
    "inbound",
    "incoming",
    "initiated",
    "login",
    "logout",
    "missed",
    "monitor",
    "offline",
    "other",
    "outbound",
    "outbound_attempt_to_customer_expired",
    "outbound_destination_endpoint_error",
    "outbound_line_busy",
    "outbound_number_not_dialed",
    "outbound_preview_discarded",
    "paused",
    "pending",
    "queue_transfer",
    "queued",
    "rejected",
    "routable",
    "sms",
    "standard",
    "state_change",
    "task",
    "telecom_busy",
    "telecom_number_invalid",
    "telecom_originator_cancel",
    "telecom_potential_blocking",
    "telecom_problem",
    "telecom_timeout",
    "telecom_unanswered",
    "telephone_number",
    "third_party_disconnect",
    "transfer",
    "transferred",
    "voice",
    "webrtc_api",
];

/// Names and values in them are the site's.
const FREE: [&str; 5] = ["attributes", "references", "segmentattributes", "tags", "customdata"];

/// Keeps structure, names of fields, ids of contacts, times and durations.
pub(super) fn redact(text: &str, clock: &Clock) -> Vec<u8> {
    Vendor { ids: &IDS, times: &TIMES, words: &WORDS, free: &FREE, clock }.redacted(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let config: crate::SourceConfig = toml::from_str("name = 'c'\nkind = 'amazon_connect'").unwrap();
        String::from_utf8(redact(text, &Clock::new(&config, "UTC").unwrap())).unwrap()
    }

    #[test]
    fn people_go_and_ids_times_and_words_of_the_system_stay() {
        let text = r#"{"ContactId":"15a5cf14-3212-45a1-9f86-a8e97db8afaf","Agent":{"ARN":"15a5cf14-3212-45a1-9f86-a8e97db8afaf","Username":"ann.lee"},
            "Channel":"VOICE","Duration":7,"Epoch":1649430102,"DisconnectTimestamp":"2022-04-08T15:01:22Z","InitiationTimestamp":"Ann Lee",
            "Address":"+15555550103","Channels":["CHAT","ANN"],"Attributes":{"ann":"lee"},"Said \"hi\"":true}"#;
        let expected = serde_json::json!({
            "ContactId": "15a5cf14-3212-45a1-9f86-a8e97db8afaf", "Agent": {"ARN": "9a9a9-9-9a9-9a9-a9a9a9a", "Username": "a.a"},
            "Channel": "VOICE", "Duration": 7, "Epoch": "9", "DisconnectTimestamp": "2022-04-08T15:01:22Z", "InitiationTimestamp": "a a",
            "Address": "+9", "Channels": ["CHAT", "a"], "Attributes": "a", "a \"a\"": true
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&redacted(text)).unwrap(), expected);
    }

    #[test]
    fn of_what_is_cut_off_the_shape_is_left() {
        assert_eq!(redacted(r#"{"Type":"VOICE","Address":"+1555"#), r#"{"a":"a","a":"+9"#);
        assert_eq!(redacted("call 030/123-4567"), "a 9/9-9");
    }
}
