//! The configuration: defaults < /etc/holdfast/holdfast.toml < --config FILE < HOLDFAST__… variables < --set KEY=VALUE.
//! Every value knows where it comes from (`holdfast config show`).

mod agents;
mod attrition;
mod board;

pub use self::attrition::{Attrition, AttritionSite};
pub use agents::Agents;
pub use board::Board;

use crate::care::Care;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Metadata, Profile, Provider};
use ingester::SourceConfig;
use runtime::flood::FloodLimit;
use runtime::settings::KafkaSettings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How to reach Kafka.
    pub kafka: KafkaSettings,
    /// How to reach ClickHouse.
    pub clickhouse: ClickHouse,
    /// How the stages run.
    pub pipeline: Pipeline,
    /// What agents' events mean.
    pub agents: Agents,
    /// Customer numbers become pseudonyms with this key.
    pub privacy: Privacy,
    /// Targets by queue; the entry `default` holds for all others.
    pub queues: BTreeMap<String, Queue>,
    /// What is read.
    pub sources: Vec<SourceConfig>,
    /// The live board.
    pub board: Board,
    /// The early warning of attrition.
    pub attrition: Attrition,
    /// What is done with early warnings of attrition.
    pub care: Care,
}

/// How to reach ClickHouse.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClickHouse {
    /// http(s)://host:port.
    pub url: String,
    /// Database of the KPI tables.
    pub database: String,
    /// User.
    pub user: String,
    /// Password; better: `password_file`.
    pub password: String,
    /// File with the password.
    pub password_file: Option<PathBuf>,
}

impl Default for ClickHouse {
    fn default() -> Self {
        ClickHouse {
            url: "http://127.0.0.1:8123".to_owned(),
            database: "holdfast".to_owned(),
            user: "default".to_owned(),
            password: String::new(),
            password_file: None,
        }
    }
}

/// How the stages run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pipeline {
    /// Partitions of the topics that are created; fixed from then on.
    pub partitions: i32,
    /// Threads of a stage in one process.
    pub threads: usize,
    /// Longest time between commits of a stage that keeps up, ms.
    pub commit_ms: i64,
    /// Longest time between commits of a stage that is behind, ms.
    pub catch_up_commit_ms: i64,
    /// A contact is forgotten when it has been quiet for so long, event time, minutes.
    pub horizon_minutes: i64,
    /// So many contacts of one partition are remembered however old they are.
    pub contacts_min: usize,
    /// Contacts of one partition that are remembered at most.
    pub contacts_max: usize,
    /// Facts of contacts that are still going on are written so often, ms.
    pub open_facts_ms: i64,
    /// What agents did is remembered for so long, event time, hours; more than the longest session (16).
    pub agent_retention_hours: i64,
    /// Event times further ahead of the wall clock are rejected, minutes.
    pub ahead_max_minutes: i64,
    /// Address of /metrics, /livez and /readyz of a stage; port 0 takes a free one.
    pub listen: String,
    /// When dead letters stop a stage.
    pub flood: FloodLimit,
    /// The loader flushes so often at the latest, ms.
    pub load_ms: u64,
    /// Time for a clean end, seconds.
    pub shutdown_seconds: u64,
}

impl Default for Pipeline {
    fn default() -> Self {
        Pipeline {
            partitions: 8,
            threads: 1,
            commit_ms: 50,
            catch_up_commit_ms: 240,
            horizon_minutes: 24 * 60,
            contacts_min: 50_000,
            contacts_max: 250_000,
            open_facts_ms: 5_000,
            agent_retention_hours: 72,
            ahead_max_minutes: 24 * 60,
            listen: "127.0.0.1:0".to_owned(),
            flood: FloodLimit::default(),
            load_ms: 250,
            shutdown_seconds: 8,
        }
    }
}

/// The key that customer numbers are hashed with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// Id of the key, written into every pseudonym.
    pub key_id: Option<String>,
    /// The key; better: `key_file`.
    pub key: String,
    /// File with the key, at least 16 bytes.
    pub key_file: Option<PathBuf>,
}

/// Targets of a queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// Seconds within which a call should be answered.
    pub threshold_s: i64,
    /// Abandons within so many seconds are short.
    pub short_abandon_s: i64,
    /// Service level to be reached, per cent.
    pub target_percent: f64,
}

impl Default for Queue {
    fn default() -> Self {
        Queue { threshold_s: 20, short_abandon_s: 5, target_percent: 80.0 }
    }
}

/// The defaults as a provider: what `Config::default()` says, without the sources.
#[derive(Serialize)]
struct Defaults {
    kafka: KafkaSettings,
    clickhouse: ClickHouse,
    pipeline: Pipeline,
    agents: Agents,
    privacy: Privacy,
    board: Board,
    attrition: Attrition,
    care: Care,
}

/// `--set kafka.brokers=host:9092`
struct Flags(Vec<String>);

impl Provider for Flags {
    fn metadata(&self) -> Metadata {
        Metadata::named("--set")
    }

    fn data(&self) -> Result<figment::value::Map<Profile, Dict>, figment::Error> {
        let mut figment = Figment::new();
        for setting in &self.0 {
            let (key, value) = setting.split_once('=').ok_or_else(|| {
                figment::Error::from(format!("--set {setting}: write KEY=VALUE, for example kafka.brokers=localhost:9092"))
            })?;
            let value: Value = value.parse().unwrap_or_else(|never: std::convert::Infallible| match never {});
            figment = figment.merge(Serialized::default(key, value));
        }
        figment.data()
    }
}

/// Where a configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// `--config FILE`.
    pub file: Option<PathBuf>,
    /// `--set KEY=VALUE`, several.
    pub set: Vec<String>,
}

/// File that is read if it exists.
const SYSTEM_FILE: &str = "/etc/holdfast/holdfast.toml";

/// The layers, put together.
pub fn layers(origin: &Origin) -> Figment {
    let defaults = Defaults {
        kafka: KafkaSettings::default(),
        clickhouse: ClickHouse::default(),
        pipeline: Pipeline::default(),
        agents: Agents::default(),
        privacy: Privacy::default(),
        board: Board::default(),
        attrition: Attrition::default(),
        care: Care::default(),
    };
    let mut figment = Figment::from(Serialized::defaults(defaults)).merge(Toml::file(SYSTEM_FILE));
    if let Some(file) = &origin.file {
        figment = figment.merge(Toml::file_exact(file));
    }
    figment.merge(Env::prefixed("HOLDFAST__").split("__")).merge(Flags(origin.set.clone()))
}

/// Reads and checks a configuration.
///
/// # Errors
/// A text with the value, where it was set and what is wrong with it.
pub fn load(origin: &Origin) -> Result<Config, crate::error::Error> {
    let mut config: Config = layers(origin).extract().map_err(|error| crate::error::Error::configuration(explain(&error)))?;
    read_secrets(&mut config)?;
    check(&config)?;
    Ok(config)
}

fn explain(error: &figment::Error) -> String {
    let mut lines = Vec::new();
    for one in error.clone() {
        let from = one.metadata.as_ref().map_or_else(String::new, |metadata| match &metadata.source {
            Some(figment::Source::File(file)) => format!(" (set in {})", file.display()),
            _ => format!(" (set by {})", metadata.name),
        });
        let path = one.path.join(".");
        let mut line = format!("{}{}{}{from}", if path.is_empty() { "" } else { &path }, if path.is_empty() { "" } else { ": " }, one.kind);
        if let figment::error::Kind::UnknownField(field, known) = &one.kind
            && let Some(near) = known.iter().min_by_key(|known| distance(field, known)).filter(|known| distance(field, known) <= 3)
        {
            line = format!("{line}; did you mean `{near}`?");
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Edit distance of two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn read_secrets(config: &mut Config) -> Result<(), crate::error::Error> {
    if let Some(file) = &config.clickhouse.password_file {
        config.clickhouse.password = read_secret("clickhouse.password_file", file)?;
    }
    if let Some(file) = &config.privacy.key_file {
        config.privacy.key = read_secret("privacy.key_file", file)?;
    }
    for source in &mut config.sources {
        if !source.pseudonym_key.is_set() && !config.privacy.key.is_empty() {
            source.pseudonym_key = ingester::Secret::new(config.privacy.key.clone());
            if let Some(id) = &config.privacy.key_id {
                source.pseudonym_key_id.clone_from(id);
            }
        }
    }
    Ok(())
}

fn read_secret(key: &str, file: &Path) -> Result<String, crate::error::Error> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(crate::error::Error::configuration(format!("{key}: {} cannot be read: {error}", file.display()))),
    }
}

/// Relations between values that no single value shows.
fn check(config: &Config) -> Result<(), crate::error::Error> {
    let mut wrong = Vec::new();
    let refused = config.kafka.refused();
    if !refused.is_empty() {
        wrong.push(format!("kafka.client: {} cannot be set: exactly-once depends on it", refused.join(", ")));
    }
    for name in config.kafka.topics.keys().filter(|name| !crate::topology::SHAREABLE.contains(&name.as_str())) {
        let known = crate::topology::SHAREABLE.join(", ");
        wrong.push(format!("kafka.topics.{name}: only {known} can be another installation's; every other topic has one writer"));
    }
    let pipeline = &config.pipeline;
    if pipeline.commit_ms < 1 || pipeline.catch_up_commit_ms < pipeline.commit_ms {
        wrong.push("pipeline.commit_ms must be at least 1 and not above pipeline.catch_up_commit_ms".to_owned());
    }
    if pipeline.catch_up_commit_ms * 4 > i64::from(config.kafka.transaction_timeout_ms) {
        wrong.push("kafka.transaction_timeout_ms must be at least four times pipeline.catch_up_commit_ms".to_owned());
    }
    if pipeline.shutdown_seconds * 1_000 >= u64::from(config.kafka.session_timeout_ms) {
        wrong.push("pipeline.shutdown_seconds must be below kafka.session_timeout_ms, or others take over before the end".to_owned());
    }
    if pipeline.partitions < 1 || pipeline.threads < 1 {
        wrong.push("pipeline.partitions and pipeline.threads must be at least 1".to_owned());
    }
    wrong.extend(config.care.wrong());
    wrong.extend(config.agents.wrong(config.pipeline.agent_retention_hours));
    wrong.extend(config.sources.iter().filter_map(|source| config.agents.wrong_of(source)));
    wrong.extend(config.attrition.wrong(&config.clickhouse.database));
    for (name, queue) in &config.queues {
        for (key, seconds) in [("threshold_s", queue.threshold_s), ("short_abandon_s", queue.short_abandon_s)] {
            if !kpi::WAIT_EDGES_S.contains(&seconds) {
                wrong.push(format!("queues.{name}.{key} = {seconds}: one of {:?}", kpi::WAIT_EDGES_S));
            }
        }
    }
    let mut names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        wrong.push(format!("sources: the name {} is used twice", twice[0]));
    }
    if wrong.is_empty() { Ok(()) } else { Err(crate::error::Error::configuration(wrong.join("\n"))) }
}

/// Keys whose values are never shown.
const SECRET_KEYS: &[&str] = &["password", "key", "pseudonym_key", "sasl.password", "ssl.key.password"];

/// Every value with its key and its origin, secrets hidden.
///
/// # Errors
/// If a layer cannot be read.
pub fn provenance(origin: &Origin) -> Result<Vec<(String, String, String)>, crate::error::Error> {
    let figment = layers(origin);
    let all: Dict = figment.extract().map_err(|error| crate::error::Error::configuration(explain(&error)))?;
    let mut rows = Vec::new();
    for (key, value) in &all {
        flatten(key, value, &figment, &mut rows);
    }
    Ok(rows)
}

fn flatten(path: &str, value: &Value, figment: &Figment, rows: &mut Vec<(String, String, String)>) {
    match value {
        Value::Dict(_, inner) => inner.iter().for_each(|(key, value)| flatten(&format!("{path}.{key}"), value, figment, rows)),
        Value::Array(_, inner) => {
            inner.iter().enumerate().for_each(|(at, value)| flatten(&format!("{path}[{at}]"), value, figment, rows));
        }
        _ => {
            let secret = path.rsplit('.').next().is_some_and(|last| SECRET_KEYS.contains(&last)) || path.contains("password");
            let shown = match value.as_str() {
                Some("") => "\"\"".to_owned(),
                _ if secret => "(secret)".to_owned(),
                Some(text) => text.to_owned(),
                None => plain(value),
            };
            rows.push((path.to_owned(), shown, from(figment, value)));
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Num(_, number) => number
            .to_u128()
            .map(|n| n.to_string())
            .or_else(|| number.to_i128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Bool(_, on) => on.to_string(),
        _ => String::new(),
    }
}

fn from(figment: &Figment, value: &Value) -> String {
    let Some(metadata) = figment.get_metadata(value.tag()) else { return "default".to_owned() };
    match &metadata.source {
        Some(figment::Source::File(file)) => file.display().to_string(),
        _ if metadata.name.contains("environment") => "environment".to_owned(),
        _ if metadata.name == "--set" => "--set".to_owned(),
        _ => "default".to_owned(),
    }
}
