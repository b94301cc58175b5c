//! The topology: which topics exist, and which stage reads and writes which. Read this first.
//!
//! ```text
//! raw ─► ingest ─► calls ─► contacts ─► queue-visits, handlings, contacts (facts) ─► load ─► ClickHouse
//!                ├► agents          └► kpi-panes, queue-now ─► board, load
//!                └► observations ─► load          (holdfast reference load) reference ─► load
//! agents (declared events, and contacts' handlings by agent) ─► agents ─► activity-spans ─► load
//!                                                                    └► agent-panes, agent-now ─► board, load
//! agent-days in ClickHouse ─► signals ─► attrition-signals (people's actions too), attrition-notices ─► load, signals
//! every stage ─► dead-letters ─► load
//! ```
//!
//! A stage is cut where the key changes; inside a stage operators are chained without a hop: the contact stage is the
//! enricher (events → facts) and the aggregator (facts → panes) in one task and one transaction, and so is the agent stage.

use runtime::broker::Failure;
use runtime::kafka::topics::TopicPlan;
use runtime::settings::KafkaSettings;
use runtime::task::OutputTopics;

/// Raw lines and records as the sources wrote them.
pub const RAW: &str = "raw";
/// Canonical events of contacts; key: contact id.
pub const CALLS: &str = "calls";
/// Canonical events of agents, and the handlings of contacts once more; key: agent. One topic: of two, a group may give the halves of
/// a partition to different members.
pub const AGENTS: &str = "agents";
/// Facts: queue visits with before and after; key: contact id.
pub const QUEUE_VISITS: &str = "queue-visits";
/// Facts: handlings with before and after; key: contact id.
pub const HANDLINGS: &str = "handlings";
/// Facts: contacts with before and after; key: contact id.
pub const CONTACTS: &str = "contacts";
/// Facts: what each agent did when, with before and after; key: agent.
pub const ACTIVITY_SPANS: &str = "activity-spans";
/// Facts that other systems report whole (surveys, evaluations, dials, tickets, shifts …); key: tenant, kind, source, id.
pub const OBSERVATIONS: &str = "observations";
/// Effective-dated reference data; compacted, one partition.
pub const REFERENCE: &str = "reference";
/// Panes: one minute of one queue in one partition; compacted.
pub const KPI_PANES: &str = "kpi-panes";
/// Who waits now, per queue and partition; compacted.
pub const QUEUE_NOW: &str = "queue-now";
/// Panes: one quarter of an hour of one agent; compacted.
pub const AGENT_PANES: &str = "agent-panes";
/// What each agent does now; compacted.
pub const AGENT_NOW: &str = "agent-now";
/// What could not be used.
pub const DEAD_LETTERS: &str = "dead-letters";
/// What happened to early warnings of attrition: the product's decisions and people's actions, the log that both are folded from. Key: the event's
/// identity; all of an agent lie in one partition.
pub const ATTRITION_SIGNALS: &str = "attrition-signals";
/// Groups of a site that moved as a whole, told once at the beginning and once at the end; one partition. Key: tenant, site, event, kind.
pub const ATTRITION_NOTICES: &str = "attrition-notices";
/// Up to which local day the warnings of each site have been told, in the transaction that told them; compacted, one partition. Key: tenant, site.
pub const ATTRITION_PROGRESS: &str = "attrition-progress";
/// How far files have been imported; compacted, one partition.
pub const IMPORTS: &str = "imports";
/// State of the ingest stage.
pub const INGEST_CHANGELOG: &str = "ingest-changelog";
/// State of the contact stage.
pub const CONTACTS_CHANGELOG: &str = "contacts-changelog";
/// State of the agent stage.
pub const AGENTS_CHANGELOG: &str = "agents-changelog";

/// Outputs of the ingest stage, by position.
pub mod ingest_output {
    /// `calls`.
    pub const CALLS: usize = 0;
    /// `agents`.
    pub const AGENTS: usize = 1;
    /// `observations`.
    pub const OBSERVATIONS: usize = 2;
}

/// Outputs of the contact stage, by position.
pub mod contacts_output {
    /// `queue-visits`.
    pub const QUEUE_VISITS: usize = 0;
    /// `handlings`.
    pub const HANDLINGS: usize = 1;
    /// `contacts`.
    pub const CONTACTS: usize = 2;
    /// `kpi-panes`.
    pub const KPI_PANES: usize = 3;
    /// `queue-now`.
    pub const QUEUE_NOW: usize = 4;
    /// `agents`.
    pub const AGENT_WORK: usize = 5;
}

/// Outputs of the agent stage, by position.
pub mod agents_output {
    /// `activity-spans`.
    pub const ACTIVITY_SPANS: usize = 0;
    /// `agent-panes`.
    pub const AGENT_PANES: usize = 1;
    /// `agent-now`.
    pub const AGENT_NOW: usize = 2;
}

/// A stage: what it reads, writes and restores from, by short names of topics.
#[derive(Clone, Copy, Debug)]
pub struct StagePlan {
    /// Name of the stage and of its consumer group.
    pub name: &'static str,
    /// Topics that it reads.
    pub inputs: &'static [&'static str],
    /// Topics that it writes, dead letters apart.
    pub outputs: &'static [&'static str],
    /// Topics that its state is restored from, the changelog first.
    pub restores: &'static [&'static str],
    /// It wants the headers of its records.
    pub with_headers: bool,
}

/// Parses, validates and pseudonymises.
pub const INGEST: StagePlan = StagePlan {
    name: "ingest",
    inputs: &[RAW],
    outputs: &[CALLS, AGENTS, OBSERVATIONS],
    restores: &[INGEST_CHANGELOG],
    with_headers: true,
};

/// Enricher and aggregator.
pub const CONTACT: StagePlan = StagePlan {
    name: "contacts",
    inputs: &[CALLS],
    outputs: &[QUEUE_VISITS, HANDLINGS, CONTACTS, KPI_PANES, QUEUE_NOW, AGENTS],
    restores: &[CONTACTS_CHANGELOG, KPI_PANES],
    with_headers: false,
};

/// What agents do, from what they declare and what contacts show: enricher and aggregator.
pub const AGENT: StagePlan = StagePlan {
    name: "agents",
    inputs: &[AGENTS],
    outputs: &[ACTIVITY_SPANS, AGENT_PANES, AGENT_NOW],
    restores: &[AGENTS_CHANGELOG, AGENT_PANES],
    with_headers: false,
};

/// Every stage, in the order in which records pass them.
pub const STAGES: [StagePlan; 3] = [INGEST, CONTACT, AGENT];

/// Topics that the loader reads.
pub const LOADED: &[&str] =
    &[QUEUE_VISITS, HANDLINGS, CONTACTS, KPI_PANES, ACTIVITY_SPANS, AGENT_PANES, OBSERVATIONS, REFERENCE, DEAD_LETTERS];

/// Topics that the loader reads too where the early warning of attrition is on: into that database.
pub const LOADED_ATTRITION: &[&str] = &[ATTRITION_SIGNALS, ATTRITION_NOTICES];

/// What the loader reads, with the early warning on or off. (Whoever else reads signals reads them whole and commits nothing.)
#[must_use]
pub fn loaded(attrition: bool) -> Vec<&'static str> {
    [LOADED, if attrition { LOADED_ATTRITION } else { &[] }].concat()
}

/// Topics that the board reads, whole.
pub const SHOWN: [&str; 5] = [KPI_PANES, QUEUE_NOW, AGENT_PANES, AGENT_NOW, REFERENCE];

/// Topics that may be another installation's (`kafka.topics`): what comes in, and what is known of it. Every other topic is written by one installation alone.
pub const SHAREABLE: [&str; 3] = [RAW, IMPORTS, REFERENCE];

/// Every topic that is this installation's own, as it is created. The state of the ingest stage belongs to the partitions of `raw`, which are another installation's where
/// it is shared.
pub fn topics(kafka: &KafkaSettings, partitions: i32, raw_partitions: i32) -> Vec<TopicPlan> {
    let day_ms = 24 * 3_600_000_i64;
    let delete = |days: i64| vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", (days * day_ms).to_string())];
    // Compaction may not run ahead of a reader that restores, so deletes stay visible for a day.
    let compact = || {
        vec![
            ("cleanup.policy", "compact".to_owned()),
            ("delete.retention.ms", day_ms.to_string()),
            ("min.cleanable.dirty.ratio", "0.1".to_owned()),
            ("segment.ms", "600000".to_owned()),
            ("segment.bytes", "67108864".to_owned()),
        ]
    };
    let panes = || {
        let mut settings = compact();
        settings[0].1 = "compact,delete".to_owned();
        settings.push(("retention.ms", (9 * day_ms).to_string()));
        settings
    };
    // Warnings are kept as long as the days that they rest on; what is told twice is one.
    let signals = || {
        let mut settings = compact();
        settings[0].1 = "compact,delete".to_owned();
        settings.push(("retention.ms", (400 * day_ms).to_string()));
        settings
    };
    let plan = |name: &str, partitions: i32, settings: Vec<(&str, String)>| {
        let own = !kafka.is_shared(name);
        own.then(|| TopicPlan {
            name: kafka.name(name),
            partitions,
            // What the producers may send, the topics must take.
            settings: settings
                .into_iter()
                .chain([("max.message.bytes", "4194304".to_owned())])
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        })
    };
    let plans = [
        plan(RAW, partitions, delete(7)),
        plan(CALLS, partitions, delete(7)),
        plan(AGENTS, partitions, delete(7)),
        plan(QUEUE_VISITS, partitions, delete(7)),
        plan(HANDLINGS, partitions, delete(7)),
        plan(CONTACTS, partitions, delete(7)),
        plan(ACTIVITY_SPANS, partitions, delete(7)),
        plan(OBSERVATIONS, partitions, delete(7)),
        plan(REFERENCE, 1, compact()),
        plan(KPI_PANES, partitions, panes()),
        plan(QUEUE_NOW, partitions, compact()),
        plan(AGENT_PANES, partitions, panes()),
        plan(AGENT_NOW, partitions, compact()),
        plan(DEAD_LETTERS, partitions.min(4), delete(30)),
        plan(ATTRITION_SIGNALS, partitions, signals()),
        plan(ATTRITION_NOTICES, 1, signals()),
        plan(ATTRITION_PROGRESS, 1, compact()),
        plan(IMPORTS, 1, compact()),
        plan(INGEST_CHANGELOG, raw_partitions, compact()),
        plan(CONTACTS_CHANGELOG, partitions, compact()),
        plan(AGENTS_CHANGELOG, partitions, compact()),
    ];
    plans.into_iter().flatten().collect()
}

/// The topics of a configuration, as [`topics`]; asks Kafka how many partitions a shared `raw` has.
///
/// # Errors
/// [`Failure`] if Kafka cannot be reached or the shared topic is missing.
pub fn topics_of(config: &crate::config::Config) -> Result<Vec<TopicPlan>, Failure> {
    let (kafka, partitions) = (&config.kafka, config.pipeline.partitions);
    let raw_partitions = if kafka.is_shared(RAW) { existing(kafka, RAW)? } else { partitions };
    Ok(topics(kafka, partitions, raw_partitions))
}

/// Partitions of a topic, by its short name.
///
/// # Errors
/// [`Failure`] if Kafka cannot be reached or the topic is missing.
pub fn existing(kafka: &KafkaSettings, name: &str) -> Result<i32, Failure> {
    let topic = kafka.name(name);
    runtime::kafka::topics::partitions(kafka, &topic)?
        .ok_or_else(|| Failure::new(runtime::broker::FailureKind::Fatal, format!("topic {topic} does not exist: run `holdfast topics`")))
}

/// Resolves a plan against the cluster: full names and numbers of partitions.
///
/// # Errors
/// [`Failure`] if a topic is missing or inputs and state topics differ in their number of partitions.
pub fn resolve(plan: &StagePlan, kafka: &KafkaSettings, generation: i32) -> Result<runtime::driver::Stage, Failure> {
    let count = |name: &str| existing(kafka, name);
    let layout = count(plan.inputs.first().copied().unwrap_or_default())?;
    for name in plan.inputs.iter().chain(plan.restores) {
        let partitions = count(name)?;
        if partitions != layout {
            let text =
                format!("topic {name} has {partitions} partitions, the input of stage {} has {layout}: they must be equal", plan.name);
            return Err(Failure::new(runtime::broker::FailureKind::Fatal, text));
        }
    }
    let mut names: Vec<&str> = plan.outputs.to_vec();
    names.push(DEAD_LETTERS);
    names.extend(plan.restores.first());
    let partitions = names.iter().map(|name| count(name)).collect::<Result<_, _>>()?;
    Ok(runtime::driver::Stage {
        name: plan.name,
        inputs: plan.inputs.iter().map(|name| kafka.name(name)).collect(),
        layout,
        outputs: OutputTopics {
            partitions,
            dead_letters: plan.outputs.len(),
            changelog: plan.restores.first().map(|_| names.len() - 1),
            names: names.into_iter().map(|name| kafka.name(name)).collect(),
        },
        restores: plan.restores.iter().map(|name| kafka.name(name)).collect(),
        generation,
    })
}
