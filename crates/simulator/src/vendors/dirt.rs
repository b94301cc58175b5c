//! Spoils a vendor's lines the way queues, retries and other versions do, and says what was done.

use super::Vendor;
use crate::draw::{Draw, Stream, micros};
use crate::log::Line;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

mod junk;
mod outdated;

/// How dirty. Shares are probabilities from 0 to 1.
///
/// ```
/// assert_eq!(simulator::vendors::VendorDirt::default().junk_lines, 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VendorDirt {
    /// Every line is delayed by a random time below this many seconds, so that lines may swap places.
    pub shuffle_within_s: u32,
    /// Share of lines that come twice: vendors deliver at least once.
    pub duplicate_share: f64,
    /// Share of records that come in an older version, too, which says something else: before the right one or after it.
    pub outdated_share: f64,
    /// Share of lines whose fields, and the vendor's words in them, are written in other case.
    pub other_case_share: f64,
    /// Share of lines in which fields are missing that a reader can do without.
    pub lacking_share: f64,
    /// Number of lines to put in that no adapter can use, spread over the time.
    pub junk_lines: u32,
}

impl Default for VendorDirt {
    /// Lines out of order by up to 30 s; 2 % twice, 5 % of records in two versions, 5 % in other case, 5 % with fields missing; 20
    /// lines of junk.
    fn default() -> Self {
        Self {
            shuffle_within_s: 30,
            duplicate_share: 0.02,
            outdated_share: 0.05,
            other_case_share: 0.05,
            lacking_share: 0.05,
            junk_lines: 20,
        }
    }
}

/// What was done to the lines. None of it changes the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VendorDirtTruth {
    /// Lines that are there a second time.
    pub duplicates: u64,
    /// Older versions of records.
    pub outdated: u64,
    /// Lines in other case.
    pub other_case: u64,
    /// Lines with fields missing.
    pub lacking: u64,
    /// Lines that come after one that was sent later.
    pub out_of_order: u64,
    /// How many dead letters there must be, by the adapter's reject code.
    pub dead_letters: BTreeMap<&'static str, u64>,
}

/// A dirty copy of a vendor's lines, in the order and at the time of arrival.
///
/// ```
/// use simulator::vendors::{self, Vendor, VendorDirt};
/// use simulator::{Scenario, simulate};
///
/// let scenario = Scenario::preset("small", 1, 1_772_481_600_000_000)?;
/// let lines: Vec<_> = vendors::genesys_cloud(&simulate(&scenario)?, &scenario).collect();
/// let (spoilt, truth) = vendors::dirty(Vendor::GenesysCloud, &lines, 5, &VendorDirt::default());
/// assert_eq!(spoilt.len() as u64, lines.len() as u64 + truth.duplicates + truth.outdated + 20);
/// # Ok::<(), simulator::Error>(())
/// ```
#[must_use]
pub fn dirty(vendor: Vendor, lines: &[Line], seed: u64, dirt: &VendorDirt) -> (Vec<Line>, VendorDirtTruth) {
    let mut draw = Draw::new(seed, Stream::Dirt);
    let mut truth = VendorDirtTruth::default();
    let mut arriving: Vec<(i64, Line)> = Vec::with_capacity(lines.len() + lines.len() / 16);
    let window_s = f64::from(dirt.shuffle_within_s);
    for line in lines {
        let sent_us = line.time_us;
        let line =
            Line { time_us: sent_us + micros(window_s * draw.unit()), text: spoilt(vendor, &line.text, &mut draw, dirt, &mut truth) };
        if draw.chance(dirt.outdated_share)
            && let Some(text) = outdated::version(vendor, &line.text)
        {
            truth.outdated += 1;
            arriving.push((sent_us, Line { time_us: sent_us + micros((window_s + 60.0) * draw.unit()), text }));
        }
        if draw.chance(dirt.duplicate_share) {
            truth.duplicates += 1;
            arriving.push((sent_us, Line { time_us: sent_us + micros(window_s * draw.unit()), text: line.text.clone() }));
        }
        arriving.push((sent_us, line));
    }
    let (first_us, last_us) = (lines.first().map_or(0, |line| line.time_us), lines.last().map_or(0, |line| line.time_us));
    for number in 0..dirt.junk_lines {
        let time_us = draw.between(first_us, last_us);
        let (text, code) = junk::line(vendor, number, time_us);
        *truth.dead_letters.entry(code).or_default() += 1;
        arriving.push((time_us, Line { time_us, text }));
    }
    arriving.sort_by_key(|(_, line)| line.time_us);
    let mut latest_us = i64::MIN;
    for (sent_us, _) in &arriving {
        truth.out_of_order += u64::from(*sent_us < latest_us);
        latest_us = latest_us.max(*sent_us);
    }
    (arriving.into_iter().map(|(_, line)| line).collect(), truth)
}

/// The line as another version of the vendor might have written it.
fn spoilt(vendor: Vendor, text: &str, draw: &mut Draw, dirt: &VendorDirt, truth: &mut VendorDirtTruth) -> String {
    let (lacking, other_case) = (draw.chance(dirt.lacking_share), draw.chance(dirt.other_case_share));
    if !lacking && !other_case {
        return text.to_owned();
    }
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    if lacking {
        truth.lacking += 1;
        let optional = optional(vendor, &value);
        strip(&mut value, optional, draw);
    }
    if other_case {
        truth.other_case += 1;
        value = in_other_case(vendor, value);
    }
    value.to_string()
}

/// Fields of a Connect contact record that a reader can do without: what they say is said by others, or to nobody.
const OF_RECORD: &[&str] = &[
    "AWSAccountId",
    "AfterContactWorkDuration",
    "AgentConnectionAttempts",
    "AgentInteractionDuration",
    "Attributes",
    "Campaign",
    "Channel",
    "ConnectedToSystemTimestamp",
    "ContactDetails",
    "DequeueTimestamp",
    "Duration",
    "HierarchyGroups",
    "InstanceARN",
    "LongestHoldDuration",
    "MediaStreams",
    "NumberOfHolds",
    "PreviousContactId",
    "Recordings",
    "References",
    "RoutingProfile",
    "Username",
    "VoiceIdResult",
];

/// The same of a contact event and its envelope.
const OF_CONTACT_EVENT: &[&str] = &[
    "account",
    "afterContactWorkDuration",
    "channel",
    "connectedToSystemTimestamp",
    "hierarchyGroups",
    "id",
    "instanceArn",
    "previousContactId",
    "queueType",
    "region",
    "resources",
    "source",
    "tags",
    "time",
    "version",
];

/// The same of an event of the agent stream.
const OF_AGENT_EVENT: &[&str] =
    &["AWSAccountId", "Channel", "Configuration", "EventId", "InstanceARN", "Queue", "QueueTimestamp", "Type", "Version"];

/// The same of Genesys Cloud's conversation details, detail events and topics of users.
const OF_GENESYS: &[&str] = &[
    "CorrelationId",
    "activeQueueIds",
    "conference",
    "connectedDurationMs",
    "conversationStart",
    "direction",
    "dnis",
    "mediaType",
    "message",
    "metadata",
    "metrics",
    "outOfOffice",
    "participantId",
    "participantName",
    "provider",
    "requestedRoutings",
    "sessionId",
    "source",
    "usedRouting",
    "version",
    "wrapUpCode",
    "wrapupCode",
];

fn optional(vendor: Vendor, value: &Value) -> &'static [&'static str] {
    match vendor {
        Vendor::GenesysCloud => OF_GENESYS,
        Vendor::AmazonConnect if value.get("AgentARN").is_some() => OF_AGENT_EVENT,
        Vendor::AmazonConnect if value.get("detail").is_some() => OF_CONTACT_EVENT,
        Vendor::AmazonConnect => OF_RECORD,
    }
}

/// Takes half of the optional fields out, wherever they are.
fn strip(value: &mut Value, optional: &[&str], draw: &mut Draw) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !optional.contains(&name.as_str()) || draw.chance(0.5));
            fields.values_mut().for_each(|inner| strip(inner, optional, draw));
        }
        Value::Array(values) => values.iter_mut().for_each(|inner| strip(inner, optional, draw)),
        _ => {}
    }
}

/// Words of the vendors whose case does not matter either.
const WORDS: [&str; 8] =
    ["DisconnectReason", "InitiationMethod", "EventType", "State", "disconnectType", "segmentType", "purpose", "systemPresence"];

/// Connect's feeds in small letters, as tables leave them; Genesys Cloud's in capitals, as its enumerations are.
fn in_other_case(vendor: Vendor, value: Value) -> Value {
    let recased = |text: &str| match vendor {
        Vendor::AmazonConnect => text.to_ascii_lowercase(),
        Vendor::GenesysCloud => text.to_ascii_uppercase(),
    };
    match value {
        Value::Object(fields) => {
            let field = |(name, inner): (String, Value)| {
                let inner = match inner {
                    Value::String(word) if WORDS.contains(&name.as_str()) => Value::String(recased(&word)),
                    inner => in_other_case(vendor, inner),
                };
                (recased(&name), inner)
            };
            Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>())
        }
        Value::Array(values) => values.into_iter().map(|inner| in_other_case(vendor, inner)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_words_change_their_case_and_nothing_else_does() {
        let value = json!({"ContactId": "aB", "State": "CONNECTED", "List": [{"Name": "Lunch"}]});
        let expected = json!({"contactid": "aB", "state": "connected", "list": [{"name": "Lunch"}]});
        assert_eq!(in_other_case(Vendor::AmazonConnect, value), expected);
        let value = json!({"segmentType": "interact", "queueId": "q-1"});
        assert_eq!(in_other_case(Vendor::GenesysCloud, value), json!({"SEGMENTTYPE": "INTERACT", "QUEUEID": "q-1"}));
    }

    #[test]
    fn only_optional_fields_are_taken_out() {
        let mut value = json!({"ContactId": "1", "Queue": {"Duration": 3, "Name": "sales"}, "Recordings": []});
        strip(&mut value, OF_RECORD, &mut Draw::new(3, Stream::Dirt));
        assert_eq!((value["ContactId"].as_str(), value["Queue"]["Name"].as_str()), (Some("1"), Some("sales")));
    }
}
