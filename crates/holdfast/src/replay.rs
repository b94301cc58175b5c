//! A second installation beside this one, made of the same raw records by groups of its own: `holdfast replay`.
//!
//! It has its own prefix in Kafka and its own databases, and shares only what comes in ([`crate::topology::SHAREABLE`]). So nothing of it touches what is there, it may have another
//! number of partitions, and what comes out can be laid beside what is there, row by row.

use crate::behind::Behind;
use crate::config::{Config, Origin};
use crate::error::Error;
use crate::signals::log;
use crate::stages::{self, OnMismatch, Process, Running};
use crate::topology;
use std::sync::atomic::Ordering;
use std::time::Duration;
use warehouse::Span;

/// Under this name the actions of people are copied.
const WRITER: &str = "replay";
/// Records that may be before a stage while new ones come in all the time.
const LIVE_MARGIN_RECORDS: i64 = 1_000;
/// While new records come in, the last hour is not compared: one side has read a little further than the other.
const LIVE_EDGE_US: i64 = 3_600_000_000;
const DAY_US: i64 = 86_400_000_000;

/// What the configuration of the installation `name` has other than this one, as `--set` takes it.
///
/// ```
/// use holdfast::config::Config;
/// let settings = holdfast::replay::settings(&Config::default(), "check", Some(16));
/// assert_eq!(settings[..3], ["kafka.prefix=holdfast.check.", "clickhouse.database=holdfast_check", "attrition.database=holdfast_check_attrition"]);
/// assert_eq!(settings[3..5], ["kafka.topics.raw=holdfast.raw", "kafka.topics.imports=holdfast.imports"]);
/// assert_eq!(settings[6], "pipeline.partitions=16");
/// ```
pub fn settings(config: &Config, name: &str, partitions: Option<i32>) -> Vec<String> {
    let (kafka, database) = (&config.kafka, &config.clickhouse.database);
    let attrition =
        config.attrition.database.as_ref().map_or_else(|| format!("{database}_{name}_attrition"), |own| format!("{own}_{name}"));
    let own = [
        format!("kafka.prefix={}{name}.", kafka.prefix),
        format!("clickhouse.database={database}_{name}"),
        format!("attrition.database={attrition}"),
    ];
    let shared = topology::SHAREABLE.map(|topic| format!("kafka.topics.{topic}={}", kafka.name(topic)));
    let partitions = partitions.map(|count| format!("pipeline.partitions={count}"));
    own.into_iter().chain(shared).chain(partitions).collect()
}

/// Whether `name` can be part of the name of a topic and of a database.
///
/// ```
/// use holdfast::replay::is_name;
/// assert!(is_name("layout_16") && !is_name("Layout") && !is_name("a.b") && !is_name(""));
/// ```
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The configuration of the installation `name`.
///
/// # Errors
/// HF-C001.
pub fn beside(origin: &Origin, config: &Config, name: &str, partitions: Option<i32>) -> Result<Config, Error> {
    let mut origin = origin.clone();
    origin.set.extend(settings(config, name, partitions));
    crate::config::load(&origin)
}

/// Offsets of the raw records by partition: the first and the one after the last.
///
/// # Errors
/// If Kafka cannot be reached.
pub fn raw(config: &Config) -> Result<Vec<(i64, i64)>, Error> {
    Ok(runtime::kafka::topics::watermarks(&config.kafka, &config.kafka.name(topology::RAW))?)
}

/// How a replay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Everything has been read; otherwise it was stopped, and goes on when it is run again.
    pub caught_up: bool,
    /// New records came in meanwhile.
    pub live: bool,
    /// Days of sites whose early warnings were told.
    pub days_told: usize,
}

/// Runs the stages of `there` until they have caught up, tells early warnings as they were told here, and ends. `told` hears how far each stage is behind.
///
/// # Errors
/// The first error of a stage; what Kafka or ClickHouse say.
pub fn carry_out(here: &Config, there: &Config, told: &dyn Fn(&[Behind])) -> Result<Ended, Error> {
    let process = Process::start()?;
    let mut running: Vec<Running> = stages::ingest(there, &process, OnMismatch::Refuse)?;
    let mut work = || -> Result<Ended, Error> {
        running.extend(stages::contacts(there, &process, OnMismatch::Refuse)?);
        running.extend(stages::agents(there, &process, OnMismatch::Refuse)?);
        running.extend(crate::serving::load(there, &process)?);
        let before = raw(there)?;
        let mut ended = Ended { caught_up: catch_up(there, &process, &before, told)?, live: false, days_told: 0 };
        if ended.caught_up && there.attrition.enabled {
            ended.days_told = early_warnings(here, there)?;
            ended.caught_up = catch_up(there, &process, &before, told)?;
        }
        Ok(Ended { live: is_live(&before, &raw(there)?), ..ended })
    };
    let ended = work();
    process.stop.store(true, Ordering::Relaxed);
    stages::wait(&process, running, Duration::from_secs(there.pipeline.shutdown_seconds))?;
    ended
}

/// Waits until no stage has anything before it. Returns false if the process is to end before.
fn catch_up(config: &Config, process: &Process, before: &[(i64, i64)], told: &dyn Fn(&[Behind])) -> Result<bool, Error> {
    let (_bell, quiet) = std::sync::mpsc::channel::<()>();
    while !process.stopping() {
        let behind = crate::behind::stages(config)?;
        told(&behind);
        let margin = margin(is_live(before, &raw(config)?));
        if behind.iter().all(|(_, records)| *records <= margin) {
            return Ok(true);
        }
        _ = quiet.recv_timeout(Duration::from_millis(300));
    }
    Ok(false)
}

/// Whether records came in between.
fn is_live(before: &[(i64, i64)], after: &[(i64, i64)]) -> bool {
    before.iter().zip(after).any(|((_, before), (_, after))| after > before)
}

fn margin(live: bool) -> i64 {
    if live { LIVE_MARGIN_RECORDS } else { 0 }
}

/// Up to when both sides can be compared, microseconds since 1970; none: to the end.
///
/// ```
/// use holdfast::replay::compared_until;
/// assert_eq!(compared_until(None, false, 7_200_000_000), None);
/// assert_eq!(compared_until(None, true, 7_200_000_000), Some(3_600_000_000));
/// assert_eq!(compared_until(Some(5), true, 7_200_000_000), Some(5));
/// ```
pub fn compared_until(asked_us: Option<i64>, live: bool, began_us: i64) -> Option<i64> {
    asked_us.or_else(|| live.then(|| began_us - LIVE_EDGE_US))
}

/// First and last day, since 1970-01-01, whose early warnings were told; none: there are no scores.
///
/// # Errors
/// HF-W001 if ClickHouse does not answer.
pub fn days_told(config: &Config) -> Result<Option<(i32, i32)>, Error> {
    let Some(attrition) = crate::serving::attrition(config) else { return Ok(None) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(warehouse::replayed::days_told(attrition.server()))?)
}

/// The part of a time in which early warnings were told here.
pub fn told_span(span: Span, days: (i32, i32)) -> Span {
    let end_us = (i64::from(days.1) + 1) * DAY_US;
    Span { from_us: span.from_us, until_us: Some(span.until_us.map_or(end_us, |until_us| until_us.min(end_us))) }
}

/// Copies who was erased and what people did about signals, then scores from the day on from which it was told here. Returns the days of sites that were told.
fn early_warnings(here: &Config, there: &Config) -> Result<usize, Error> {
    let Some((first, _)) = days_told(here)? else { return Ok(0) };
    if let (Some(ours), Some(theirs)) = (crate::serving::attrition(here), crate::serving::attrition(there)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(warehouse::replayed::copy_erasures(ours.server(), theirs.server()))?;
    }
    let mut writer = log::Writer::new(&there.kafka, WRITER)?;
    let mut copied = Ok(());
    log::read(&here.kafka, &mut |event| {
        if copied.is_ok() && event.actor != events::SignalActor::System {
            copied = writer.write(std::slice::from_ref(event), None);
        }
    })?;
    copied?;
    crate::signals::stage::Stage::new(there, &prometheus::Registry::new(), Some(first))?.at_their_time().turn(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_came_in_are_seen_and_those_that_were_deleted_are_not() {
        assert!(!is_live(&[(0, 5), (0, 7)], &[(0, 5), (0, 7)]));
        assert!(is_live(&[(0, 5), (0, 7)], &[(0, 5), (0, 8)]));
        assert!(!is_live(&[(0, 5)], &[(3, 5)]), "retention");
        assert_eq!((margin(false), margin(true)), (0, LIVE_MARGIN_RECORDS));
    }

    #[test]
    fn early_warnings_are_compared_up_to_the_last_day_that_was_told() {
        let days = (10, 19);
        let span = |from_us, until_us| Span { from_us, until_us };
        assert_eq!(told_span(span(None, None), days), span(None, Some(20 * DAY_US)));
        assert_eq!(told_span(span(Some(1), Some(30 * DAY_US)), days), span(Some(1), Some(20 * DAY_US)));
        assert_eq!(told_span(span(None, Some(5)), days), span(None, Some(5)));
    }

    #[test]
    fn only_what_comes_in_can_be_shared() {
        let load = |setting: &str| crate::config::load(&Origin { file: None, set: vec![setting.to_owned()] });
        assert!(load("kafka.topics.raw=other.raw").is_ok());
        let refused = load("kafka.topics.calls=other.calls").unwrap_err();
        assert!(refused.text.contains("kafka.topics.calls: only raw, imports, reference"), "{refused}");
    }

    #[test]
    fn a_shared_topic_is_neither_made_nor_deleted_and_the_state_of_its_reader_has_its_partitions() {
        let kafka = runtime::settings::KafkaSettings { topics: [("raw".to_owned(), "other.raw".to_owned())].into(), ..Default::default() };
        let (all, own) = (topology::topics(&Default::default(), 3, 3), topology::topics(&kafka, 3, 8));
        assert_eq!(own.len() + 1, all.len());
        assert!(own.iter().all(|plan| !plan.name.ends_with(".raw")));
        let partitions = |name: &str| own.iter().find(|plan| plan.name == kafka.name(name)).map(|plan| plan.partitions);
        assert_eq!((partitions(topology::INGEST_CHANGELOG), partitions(topology::CALLS)), (Some(8), Some(3)));
    }

    #[test]
    fn a_replay_of_a_replay_reads_what_the_first_one_reads() {
        let mut config = Config::default();
        config.kafka.topics.insert("raw".to_owned(), "first.raw".to_owned());
        config.attrition.database = Some("restricted".to_owned());
        let settings = settings(&config, "b", None);
        assert!(settings.contains(&"kafka.topics.raw=first.raw".to_owned()), "{settings:?}");
        assert!(settings.contains(&"attrition.database=restricted_b".to_owned()), "{settings:?}");
    }
}
