//! The TOML form of a mapping. Meaning and examples of every key: `docs/sources.md`.

use events::{AgentVerb, CallVerb, ObservationKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Fields between delimiters.
    Delimited,
    /// One JSON object in each record. Columns are dotted paths: `Queue.Name`, `participants.0.id`.
    Json,
}

/// A whole mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// How the records are written.
    pub format: Format,
    /// Delimited: what stands between fields.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Delimited: fields may be quoted.
    #[serde(default = "yes")]
    pub quotes: bool,
    /// Delimited: line 1 must be the header. A record equal to the header is skipped wherever it stands.
    #[serde(default)]
    pub header: bool,
    /// Delimited: names of the fields in order.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Delimited: more fields than columns are allowed, and ignored.
    #[serde(default)]
    pub extra_fields: bool,
    /// IANA zone of local times; the source's own setting comes first.
    #[serde(default)]
    pub timezone: Option<String>,
    /// The id of the contact inside its system. Needed where there are `events`.
    #[serde(default)]
    pub contact_id: String,
    /// Columns with personal data, besides those used for `customer`, `target` and a `record` that is a number.
    #[serde(default)]
    pub personal: Vec<String>,
    /// Records that are of no interest; they leave nothing but a count.
    #[serde(default, rename = "skip")]
    pub skips: Vec<SkipRule>,
    /// Records that must not be used; they become dead letters.
    #[serde(default, rename = "reject")]
    pub rejects: Vec<RejectRule>,
    /// Named times.
    #[serde(default)]
    pub times: BTreeMap<String, TimeRule>,
    /// Named durations.
    #[serde(default)]
    pub durations: BTreeMap<String, DurationRule>,
    /// Events of the contact.
    #[serde(default)]
    pub events: Vec<EventRule>,
    /// Events of an agent.
    #[serde(default)]
    pub agent_events: Vec<AgentEventRule>,
    /// Observations: what the record reports whole.
    #[serde(default)]
    pub observations: Vec<ObservationRule>,
}

/// Conditions on columns: all of a table, or all of any table in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum When {
    /// All must hold.
    All(BTreeMap<String, Condition>),
    /// All of at least one table must hold.
    Any(Vec<BTreeMap<String, Condition>>),
}

impl Default for When {
    fn default() -> Self {
        When::All(BTreeMap::new())
    }
}

/// What a column must be.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// Exactly this text.
    Equals(String),
    /// Every test given.
    Tests(Tests),
}

/// Tests on one column; those that are given must all hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// Another text than this.
    pub not: Option<String>,
    /// One of these.
    #[serde(rename = "in")]
    pub one_of: Option<Vec<String>>,
    /// None of these.
    #[serde(rename = "not_in")]
    pub none_of: Option<Vec<String>>,
    /// Empty or missing (true), or not (false).
    pub empty: Option<bool>,
    /// A pattern in which `*` stands for any text and `?` for one character.
    pub matches: Option<String>,
}

/// Records to skip.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// Which.
    pub when: When,
}

/// Records to reject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectRule {
    /// Which.
    pub when: When,
    /// Why, for people; without any value.
    pub reason: String,
}

/// How a time is found. Exactly one of `column`, `clock`, `from`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRule {
    /// One column with date and time.
    pub column: Option<String>,
    /// Its form: `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, or a strptime format. Default `iso`.
    pub format: Option<String>,
    /// Column with the date that belongs to `clock`.
    pub date: Option<String>,
    /// Its form: `iso` or a strptime format. Default `iso`.
    pub date_format: Option<String>,
    /// Column with the time of day.
    pub clock: Option<String>,
    /// Its form: `hms`, `seconds_of_day`, or a strptime format. Default `hms`.
    pub clock_format: Option<String>,
    /// If the clock is more than 12 hours before this time, midnight has passed in between.
    pub next_day_if_before: Option<String>,
    /// Another time that this one is counted from.
    pub from: Option<String>,
    /// Durations to add.
    #[serde(default)]
    pub plus: Vec<String>,
    /// Durations to subtract.
    #[serde(default)]
    pub minus: Vec<String>,
    /// Texts that mean "no time", besides the empty one.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Another time to take where this one is absent.
    pub otherwise: Option<String>,
    /// Reject the record where the time is absent.
    #[serde(default)]
    pub required: bool,
}

/// Unit of a duration column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds, with or without fraction.
    #[default]
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
    /// Minutes.
    Min,
    /// Hours.
    H,
    /// `H:MM:SS` or `MM:SS`.
    Hms,
}

/// How a duration is found: `column`, or the difference between two times. Where a source gives the duration itself,
/// take that: its clocks may disagree.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DurationRule {
    /// Column with the duration.
    pub column: Option<String>,
    /// Its unit.
    #[serde(default)]
    pub unit: Unit,
    /// Two times: the duration from the first to the second.
    pub between: Option<[String; 2]>,
    /// Where this does not hold, `otherwise_ms` is taken.
    #[serde(default)]
    pub when: When,
    /// Taken where the condition does not hold or the column is empty; without it the duration is unknown.
    pub otherwise_ms: Option<i64>,
    /// Reject the record where the column is empty.
    #[serde(default)]
    pub required: bool,
}

/// A text: a template such as `"{date}-{call_id}"`, or a column whose values are translated.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// A constant, or a template with columns in braces.
    Template(String),
    /// A column whose values are translated.
    Translated(Translation),
}

/// A column whose values are translated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// Which column.
    pub column: String,
    /// From its value to the text.
    pub map: BTreeMap<String, String>,
    /// For all other values; without it they give no text.
    pub default: Option<String>,
}

/// A duration: the name of one, or a constant in milliseconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// Constant, in milliseconds.
    Constant(i64),
    /// Name of a duration.
    Named(String),
}

/// One event of the contact. Fields: see `schemas/call_event.v1.avsc`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named as the fields of the event")]
pub struct EventRule {
    pub verb: CallVerb,
    #[serde(default)]
    pub when: When,
    pub time: String,
    pub queue: Option<Text>,
    pub agent: Option<Text>,
    pub customer: Option<Text>,
    pub channel: Option<Text>,
    pub direction: Option<Text>,
    pub wait: Option<Amount>,
    pub ring: Option<Amount>,
    pub talk: Option<Amount>,
    pub hold: Option<Amount>,
    pub acw: Option<Amount>,
    pub reason: Option<Text>,
    pub target: Option<Text>,
    pub party: Option<Text>,
    pub position: Option<Text>,
    pub dnis: Option<Text>,
}

/// One event of an agent. Fields: see `schemas/agent_event.v1.avsc`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named as the fields of the event")]
pub struct AgentEventRule {
    pub verb: AgentVerb,
    #[serde(default)]
    pub when: When,
    pub time: String,
    pub agent: Text,
    pub queue: Option<Text>,
    pub reason: Option<Text>,
    pub duration: Option<Amount>,
}

/// One observation. Fields: see `schemas/observation.v1.avsc`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "named as the fields of the observation")]
pub struct ObservationRule {
    pub kind: ObservationKind,
    #[serde(default)]
    pub when: When,
    /// The source's own id; without one, the place of the record.
    pub id: Option<Text>,
    /// Name of a time, as are `ended`, `due`, `subject` and `revision_time`. Only this one must be there.
    pub time: String,
    pub ended: Option<String>,
    pub due: Option<String>,
    pub subject: Option<String>,
    /// Id of the contact inside the source's system.
    pub contact: Option<Text>,
    pub agent: Option<Text>,
    pub queue: Option<Text>,
    pub customer: Option<Text>,
    pub campaign: Option<Text>,
    pub list: Option<Text>,
    pub record: Option<Text>,
    /// The record is known by the customer's number: it is pseudonymised.
    #[serde(default)]
    pub record_is_number: bool,
    pub dimension: Option<Text>,
    pub outcome: Option<Text>,
    pub reason: Option<Text>,
    pub sampling: Option<Text>,
    /// A decimal number with at most three decimals, as are `score_max` and `amount`.
    pub score: Option<Text>,
    pub score_max: Option<Text>,
    pub amount: Option<Text>,
    pub duration: Option<Amount>,
    /// `true`, `yes`, `1`; `false`, `no`, `0`, or nothing.
    pub fatal: Option<Text>,
    /// A whole number that grows with each correction.
    pub revision: Option<Text>,
    /// Instead of `revision`: name of the time of the correction.
    pub revision_time: Option<String>,
}

fn comma() -> char {
    ','
}

fn yes() -> bool {
    true
}
