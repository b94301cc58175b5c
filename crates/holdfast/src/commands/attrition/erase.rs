//! `holdfast attrition erase`: deletes everything that early warnings hold about one agent, and proves it.

use crate::care::{Purpose, Role, Viewer, switch, topic};
use crate::commands::{Context, Format, asynchronous, print};
use crate::error::Error;
use crate::privacy::access_log::{self, Access, quoted};
use crate::privacy::proof::{self, Proof, agent_hash};
use crate::signals::log::Writer;
use runtime::clock::{Clock, SystemClock};
use std::process::ExitCode;
use warehouse::Server;
use warehouse::privacy::{delete, tables_with, would_delete};

/// Arguments of `erase`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition erase agent-101 --as hr:hr-1 --reason 'asked on 3 May' --dry-run    what would go
  holdfast attrition erase agent-101 --as hr:hr-1 --reason 'asked on 3 May'

Deletes the agent's days, scores, signals and groups, in ClickHouse and in the topic of signals, and keeps the agent's days from being formed again. \
In the log of who read what, a hash takes the place of the agent. The events of the pipeline itself are kept and deleted by its own rules.")]
pub(super) struct Erase {
    /// Id of the agent
    agent: String,
    /// Whose data
    #[arg(long, default_value = "default")]
    tenant: String,
    /// Who you are: hr:ID
    #[arg(long = "as", value_name = "hr:ID")]
    viewer: Viewer,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Say what would be deleted and delete nothing
    #[arg(long)]
    dry_run: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Deletes everything about one agent.
///
/// # Errors
/// HF-P001 if it is not for this person to do; HF-W001 if ClickHouse refuses; HF-K if Kafka does. What was deleted until then is; run it again.
pub(super) fn erase(args: &Erase, context: &Context) -> Result<ExitCode, Error> {
    if args.viewer.role != Role::HumanResources {
        return Err(Error::new("HF-P001", "erasing is for human resources to do: agents ask them"));
    }
    let config = context.config()?;
    let (attrition, runtime) = (switch::server(&config), asynchronous()?);
    let at_us = SystemClock.now_ms().saturating_mul(1_000);
    let hash = agent_hash(&args.tenant, &args.agent);
    let run = format!("erasure {at_us}");
    let line = Proof { tenant: args.tenant.clone(), run, at_us, cause: "erasure".to_owned(), agent_hash: hash.clone(), ..Proof::default() };
    if !args.dry_run {
        let access = Access::new(&args.tenant, &args.viewer, Purpose::Oversight, "erase", at_us).about("", &hash);
        // That it is asked for comes first, so that nothing is formed while it goes; and should it break off, it is known that it began.
        let begun = Proof { place: "begun".to_owned(), ..line.clone() };
        runtime.block_on(async {
            access_log::write(&attrition, &[Access { reason: args.reason.clone(), ..access }]).await?;
            proof::write(&attrition, &[begun]).await
        })?;
    }
    let mut proofs = vec![in_topic(&config, args, &line)?];
    proofs.extend(runtime.block_on(in_tables(&attrition, args, &line, &hash))?);
    if !args.dry_run {
        runtime.block_on(proof::write(&attrition, &proofs))?;
    }
    let row = |proof: &Proof| {
        let Proof { place, rows_before, rows_deleted, rows_after, .. } = proof;
        vec![place.clone(), rows_before.to_string(), rows_deleted.to_string(), rows_after.to_string()]
    };
    let gone = if args.dry_run { "would go" } else { "deleted" };
    print(args.format, &["place", "before", gone, "after"], &proofs.iter().map(row).collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}

fn in_topic(config: &crate::config::Config, args: &Erase, line: &Proof) -> Result<Proof, Error> {
    let writer = if args.dry_run { None } else { Some(Writer::new(&config.kafka, topic::WRITER)?) };
    let signals = topic::read(&config.kafka)?;
    let keys = signals.keys_of(|tenant, agent, _| tenant == args.tenant && agent == args.agent);
    let mut after = signals.records() as u64;
    if let Some(mut writer) = writer
        && !keys.is_empty()
    {
        writer.erase(&keys)?;
        after = topic::read(&config.kafka)?.records() as u64;
    }
    let place = format!("topic {}", config.kafka.name(crate::topology::ATTRITION_SIGNALS));
    Ok(Proof { place, rows_before: signals.records() as u64, rows_deleted: keys.len() as u64, rows_after: after, ..line.clone() })
}

/// Every table that has agents loses the agent's rows; in the log of who read what a hash takes the agent's place.
async fn in_tables(attrition: &Server, args: &Erase, line: &Proof, hash: &str) -> Result<Vec<Proof>, Error> {
    let (tenant, agent) = (quoted(&args.tenant), quoted(&args.agent));
    let condition = format!("tenant = {tenant} AND agent = {agent}");
    let mut proofs = Vec::new();
    for table in tables_with(attrition, "agent").await?.iter().filter(|table| *table != "access_log") {
        let done =
            if args.dry_run { would_delete(attrition, table, &condition).await? } else { delete(attrition, table, &condition).await? };
        proofs.push(line.of("erasure", &done, String::new()));
    }
    let about = format!("{condition} OR tenant = {tenant} AND role = 'agent' AND person = {agent}");
    let mut log = would_delete(attrition, "access_log", &about).await?;
    if !args.dry_run && log.deleted > 0 {
        let hash = quoted(hash);
        let change = format!(
            "agent = if(agent = {agent}, {hash}, agent), person = if(role = 'agent' AND person = {agent}, {hash}, person), reason = ''"
        );
        let sql = format!("ALTER TABLE {{database}}.access_log UPDATE {change} WHERE {about} SETTINGS mutations_sync = 2");
        attrition.execute(&sql).await?;
    }
    log.table = "access_log (a hash instead)".to_owned();
    proofs.push(line.of("erasure", &log, String::new()));
    Ok(proofs)
}
