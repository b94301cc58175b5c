//! Records of every kind of source that cannot be used, each with an agent's name and a customer's number in as many fields as it has.

use crate::{Expected, NAME, canary};
use serde_json::json;

/// The sources of the test, one of each kind and form.
pub fn sources() -> String {
    let mut toml = "[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n\n[[sources]]\nname = \"events\"\nkind = \"avro\"\n\n\
                    [[sources]]\nname = \"rows\"\nkind = \"queue_log\"\nqueue_log.form = \"json\"\n\n\
                    [[sources]]\nname = \"connect\"\nkind = \"amazon_connect\"\n\n[[sources]]\nname = \"genesys\"\nkind = \"genesys_cloud\"\n"
        .to_owned();
    for name in ["absences", "survey"] {
        let mapping = crate::site::root().join(format!("deploy/sources/{name}.toml"));
        toml.push_str(&format!("\n[[sources]]\nname = \"{name}\"\nkind = \"mapping\"\nmapping_file = \"{}\"\n", mapping.display()));
    }
    toml
}

const ID: &str = "15a5cf14-3212-45a1-9f86-a8e97db8afaf";

/// Source, record, and the code that says why it cannot be used.
type Planted = (&'static str, Vec<u8>, &'static str);

fn cut(record: &serde_json::Value) -> Vec<u8> {
    let mut bytes = record.to_string().into_bytes();
    bytes.truncate(bytes.len() - 2);
    bytes
}

fn of_connect() -> Vec<Planted> {
    let arn = format!("arn:aws:connect:eu-central-1:1:instance/x/agent/{NAME}");
    let contact = json!({
        "ContactId": ID, "InitiationMethod": "INBOUND", "Channel": NAME, "DisconnectReason": NAME,
        "InitiationTimestamp": format!("{NAME} {}", canary(60)), "CustomerEndpoint": {"Address": canary(61), "Type": "TELEPHONE_NUMBER"},
        "Agent": {"Username": NAME, "ARN": arn}, "Queue": {"Name": NAME, "Duration": canary(62)}, "Attributes": {NAME: canary(63)},
    });
    let agent = json!({
        "AgentARN": arn, "EventType": "LOGIN", "EventTimestamp": NAME,
        "CurrentAgentSnapshot": {"Configuration": {"Username": NAME, "FirstName": NAME}, "Contacts": [{"Number": canary(64)}]},
    });
    let latin = [contact.to_string().as_bytes(), b"\xff"].concat();
    vec![
        ("connect", cut(&contact), "bad_json"),
        ("connect", latin, "bad_utf8"),
        ("connect", contact.to_string().into_bytes(), "bad_time"),
        ("connect", agent.to_string().into_bytes(), "bad_time"),
        ("connect", json!({"Agent": {"Username": NAME}, "Note": canary(65)}).to_string().into_bytes(), "not_amazon_connect"),
    ]
}

fn of_genesys() -> Vec<Planted> {
    let session =
        json!({"ani": format!("tel:+{}", canary(66)), "mediaType": NAME, "segments": [{"wrapUpNote": format!("{NAME} {}", canary(67))}]});
    let participant =
        json!({"purpose": "agent", "participantName": NAME, "userId": NAME, "attributes": {NAME: canary(68)}, "sessions": [session]});
    let conversation = json!({"conversationId": ID, "conversationStart": NAME, "participants": [participant]});
    let presence = json!({"topicName": format!("v2.users.{NAME}.presence"), "eventBody": {"presenceDefinition": {"systemPresence": NAME}}});
    vec![
        ("genesys", cut(&conversation), "bad_json"),
        ("genesys", conversation.to_string().into_bytes(), "bad_time"),
        ("genesys", presence.to_string().into_bytes(), "bad_time"),
        ("genesys", json!({"agentName": NAME, "number": canary(69)}).to_string().into_bytes(), "no_call_id"),
    ]
}

fn of_others() -> Vec<Planted> {
    let number = canary(70);
    let survey = |kind: &str, at: &str| json!({"id": "S1", "type": kind, "at": at, "agent": NAME, "phone": number, "call": {"id": NAME}});
    let row = |event: &str| json!({"time": NAME, "callid": NAME, "queuename": NAME, "agent": NAME, "event": event, "data1": number});
    vec![
        // Line 1 of a file that has a header.
        ("absences", format!("{NAME},{number}").into_bytes(), "header_mismatch"),
        ("absences", format!("A1,{NAME},2024-01-01 00:00,,X,granted,,{number}").into_bytes(), "mapping_reject"),
        ("absences", format!("A1,{NAME},{NAME},2024-01-02 00:00,U,granted,,{number}").into_bytes(), "bad_time"),
        ("absences", format!("A1,{NAME},{number}").into_bytes(), "field_count"),
        ("survey", survey(NAME, "2024-01-01T00:00:00Z").to_string().into_bytes(), "mapping_reject"),
        ("survey", survey("invited", NAME).to_string().into_bytes(), "bad_time"),
        ("survey", cut(&survey("invited", NAME)), "bad_json"),
        ("rows", row("CONNECT").to_string().into_bytes(), "bad_time"),
        ("rows", row("").to_string().into_bytes(), "not_queue_log"),
        ("rows", cut(&row("CONNECT")), "bad_json"),
    ]
}

/// Puts them into the raw topic.
pub fn plant(injector: &crate::topics::Injector, expected: &mut Expected) {
    let all = [of_others(), of_connect(), of_genesys()].concat();
    for (line, (source, payload, code)) in (1..).zip(all) {
        expected.insert(("raw".to_owned(), "planted".to_owned(), line), code);
        injector.put("raw", 3, Some(&payload), &[("source", source), ("file", "planted"), ("line", &line.to_string())]);
    }
}
