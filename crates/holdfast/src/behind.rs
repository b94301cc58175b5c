//! How far each stage is behind, and whether that is too far for what rests on all of them.

use crate::config::Config;
use crate::error::Error;
use crate::topology;

/// A stage, and how many records it has before it.
pub type Behind = (&'static str, i64);

/// Records behind, by stage, in the order of the pipeline.
///
/// # Errors
/// If Kafka cannot be reached.
pub fn stages(config: &Config) -> Result<Vec<Behind>, Error> {
    let names = |topics: &[&str]| topics.iter().map(|topic| config.kafka.name(topic)).collect::<Vec<_>>();
    let loaded = topology::loaded(config.attrition.enabled);
    let stages = topology::STAGES.map(|plan| (plan.name, plan.inputs));
    let groups = stages.into_iter().chain([("load", &*loaded)]);
    groups.map(|(group, topics)| Ok((group, runtime::kafka::lag::behind(&config.kafka, group, &names(topics))?))).collect()
}

/// The first stage that has more than `limit` records before it, and how many: while there is one, days that seem to be over may lack what it has not read yet.
///
/// ```
/// use holdfast::behind::too_far;
/// assert_eq!(too_far(&[("ingest", 10), ("contacts", 11), ("load", 12)], 10), Some(("contacts", 11)));
/// assert_eq!(too_far(&[("ingest", 10)], 10), None);
/// ```
pub fn too_far(stages: &[Behind], limit: u64) -> Option<Behind> {
    stages.iter().copied().find(|(_, records)| u64::try_from(*records).is_ok_and(|records| records > limit))
}
