//! `holdfast attrition retention`: deletes what is too old, in ClickHouse and in Kafka, and proves it. Run it once a day.

use crate::care::{switch, topic};
use crate::commands::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::privacy::proof::{self, Proof, oldest_day};
use crate::privacy::retention::{Due, day_of, due, left_before};
use crate::signals::log::{self, Writer};
use runtime::clock::{Clock, SystemClock};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use warehouse::Server;
use warehouse::privacy::{delete, tables_with, would_delete};

/// Arguments of `retention`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition retention --dry-run      what would go
  holdfast attrition retention                delete it; counts before and after go to the table erasures
  holdfast attrition retention --as-of 2024-03-01 --dry-run

What became of warnings is counted before anybody is deleted, and what can be learned kept without names: by week, of eight agents and more.

How long what is kept is in the configuration: care.keep_agent_days, keep_signals_days, keep_after_leaving_days, keep_access_log_days.")]
pub(super) struct Retention {
    /// Say what would be deleted and delete nothing
    #[arg(long)]
    dry_run: bool,
    /// Reckon from the end of this day [default: now]
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Deletes what is too old.
///
/// # Errors
/// HF-W001 if ClickHouse refuses; HF-K if Kafka does. What was deleted until then is; run it again.
pub(super) fn retention(args: &Retention, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let attrition = switch::server(&config);
    let runtime = asynchronous()?;
    let clock_us = SystemClock.now_ms().saturating_mul(1_000);
    let now_us = args.as_of.map_or(clock_us, |date| (i64::from(day_of(date)) + 1) * 86_400_000_000 - 1);
    let today = i32::try_from(now_us.div_euclid(86_400_000_000)).unwrap_or(0);
    if i64::from(today) > clock_us.div_euclid(86_400_000_000) && !args.dry_run {
        return Err(Error::configuration("--as-of lies in the future: that can only be looked at, with --dry-run"));
    }
    let left = left_before(&crate::reference::read(&config.kafka)?.entries(), now_us, today, config.care.keep_after_leaving_days);
    let run = format!("retention {clock_us}");
    let line = Proof { run, at_us: clock_us, ..Proof::default() };
    super::keeping::keep(&config, today, clock_us.unsigned_abs(), args.dry_run)?;
    // The topic first: what is still in it would be loaded again.
    let mut proofs = vec![in_topic(&config, today, &left, &line, args.dry_run)?, notices_in_topic(&config, today, &line, args.dry_run)?];
    let known: BTreeSet<String> = runtime.block_on(tables_with(&attrition, "tenant"))?.into_iter().collect();
    for due in due(&config.care, today, now_us, &left).iter().filter(|due| known.contains(due.table)) {
        proofs.push(runtime.block_on(in_table(&attrition, due, &line, args.dry_run))?);
    }
    if !args.dry_run {
        runtime.block_on(proof::write(&attrition, &proofs))?;
    }
    let row = |proof: &Proof| {
        let Proof { place, cause, rows_before, rows_deleted, rows_after, oldest_kept, .. } = proof;
        vec![place.clone(), cause.clone(), rows_before.to_string(), rows_deleted.to_string(), rows_after.to_string(), oldest_kept.clone()]
    };
    let gone = if args.dry_run { "would go" } else { "deleted" };
    print(args.format, &["place", "cause", "before", gone, "after", "oldest kept"], &proofs.iter().map(row).collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}

async fn in_table(attrition: &Server, due: &Due, line: &Proof, dry_run: bool) -> Result<Proof, Error> {
    let condition = due.condition.replace("{database}", &attrition.database);
    let done =
        if dry_run { would_delete(attrition, due.table, &condition).await? } else { delete(attrition, due.table, &condition).await? };
    let oldest = match due.table {
        // Groups have no day, and the service may see no more of them than whose they are.
        "protected_groups" => String::new(),
        "access_log" => oldest_day(attrition, due.table, "fromUnixTimestamp64Micro(at_us)").await?,
        table => oldest_day(attrition, table, "day").await?,
    };
    Ok(line.of(due.cause, &done, oldest))
}

/// Signals of which the last event is too old, and all of people who left long ago, get tombstones; Kafka removes them when it compacts the topic.
fn in_topic(
    config: &crate::config::Config,
    today: i32,
    left: &BTreeSet<(String, String)>,
    line: &Proof,
    dry_run: bool,
) -> Result<Proof, Error> {
    let writer = if dry_run { None } else { Some(Writer::new(&config.kafka, topic::WRITER)?) };
    let signals = topic::read(&config.kafka)?;
    let first = i64::from(today) - i64::from(config.care.keep_signals_days);
    let keys =
        signals.keys_of(|tenant, agent, last_day| i64::from(last_day) < first || left.contains(&(tenant.to_owned(), agent.to_owned())));
    if let Some(mut writer) = writer
        && !keys.is_empty()
    {
        writer.erase(&keys)?;
    }
    let (before, gone) = (signals.records() as u64, keys.len() as u64);
    let place = format!("topic {}", config.kafka.name(crate::topology::ATTRITION_SIGNALS));
    let after = if dry_run { before } else { before - gone };
    Ok(Proof { cause: "retention".to_owned(), place, rows_before: before, rows_deleted: gone, rows_after: after, ..line.clone() })
}

/// Notices of groups of which the last is too old get tombstones, as signals do: the beginning of an event and its end go together.
fn notices_in_topic(config: &crate::config::Config, today: i32, line: &Proof, dry_run: bool) -> Result<Proof, Error> {
    let writer = if dry_run { None } else { Some(Writer::new(&config.kafka, topic::WRITER)?) };
    let mut told: BTreeMap<[String; 3], (i32, Vec<String>)> = BTreeMap::new();
    let mut before = 0;
    log::notices(&config.kafka, &mut |notice| {
        before += 1;
        let (last_day, keys) =
            told.entry([notice.tenant, notice.site, notice.notice_id].map(str::to_owned)).or_insert((notice.day, Vec::new()));
        *last_day = notice.day.max(*last_day);
        keys.push(notice.key());
    })?;
    let first = i64::from(today) - i64::from(config.care.keep_signals_days);
    let keys: Vec<String> = told.into_values().filter(|(last_day, _)| i64::from(*last_day) < first).flat_map(|(_, keys)| keys).collect();
    if let Some(mut writer) = writer
        && !keys.is_empty()
    {
        writer.delete_notices(&keys)?;
    }
    let gone = keys.len() as u64;
    let place = format!("topic {}", config.kafka.name(crate::topology::ATTRITION_NOTICES));
    let after = if dry_run { before } else { before - gone };
    Ok(Proof { cause: "retention".to_owned(), place, rows_before: before, rows_deleted: gone, rows_after: after, ..line.clone() })
}
