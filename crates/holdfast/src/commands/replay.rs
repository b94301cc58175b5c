//! `holdfast replay`: everything worked out again from the raw records, beside what is there, and compared.

use super::{Context, Format, asynchronous, print};
use crate::config::Config;
use crate::error::Error;
use crate::replay::{self, Ended};
use crate::{serving, topology};
use indicatif::{ProgressBar, ProgressStyle};
use runtime::clock::{Clock, SystemClock};
use std::process::ExitCode;
use warehouse::Span;
use warehouse::replayed::{Compared, EARLY_WARNINGS, FACTS, Table};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast replay --into check --dry-run           what would be made, and how many raw records would be read
  holdfast replay --into check                     work everything out again, compare; exit code 0: the same, 1: differences, each table with its own
  holdfast replay --into wide --partitions 16      into another number of partitions (HF-R004): use it from then on with the settings that are printed
  holdfast replay --into check --remove --yes      delete its topics and databases

It reads the raw records that Kafka still has (and the files' progress and reference data) with consumer groups of its own. Nothing of what is there is changed.
Stopped with Ctrl-C it goes on where it was when it is run again.")]
pub(super) struct Args {
    /// Name of the installation to make: part of its topics' and databases' names; lower case letters, digits, _
    #[arg(long, value_name = "NAME")]
    into: String,
    /// Partitions of its topics; without it as many as here
    #[arg(long, value_name = "COUNT")]
    partitions: Option<i32>,
    /// Say what would be done, do nothing
    #[arg(long, conflicts_with = "remove")]
    dry_run: bool,
    /// Delete the topics and databases of NAME (asks for --yes)
    #[arg(long)]
    remove: bool,
    /// Yes, delete
    #[arg(long, requires = "remove")]
    yes: bool,
    /// Compare from this time on: a date (UTC) or a time; what Kafka has no raw records of any more is only here
    #[arg(long, value_name = "TIME", value_parser = super::audit::quarter)]
    from: Option<i64>,
    /// Compare up to this time; without it to the end, or while new records come in up to an hour before the begin
    #[arg(long, value_name = "TIME", value_parser = super::audit::quarter)]
    until: Option<i64>,
    /// Print so many differences of a table at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// If the name cannot be used; what Kafka and ClickHouse say; the error of a stage.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    if !replay::is_name(&args.into) {
        return Err(Error::configuration(format!("--into {}: lower case letters, digits and _ only, at most 40", args.into)));
    }
    let here = context.config()?;
    let there = replay::beside(&context.origin, &here, &args.into, args.partitions)?;
    if args.remove {
        return remove(&there, args.yes);
    }
    let raw = replay::raw(&here)?;
    let records: i64 = raw.iter().map(|(first, next)| next - first).sum();
    if args.dry_run {
        return describe(args, &here, &there, records);
    }
    if raw.iter().any(|(first, _)| *first > 0) && args.from.is_none() {
        eprintln!(
            "the oldest raw records are deleted (retention of {}): older facts are only here; --from compares the rest",
            here.kafka.name(topology::RAW)
        );
    }
    let began_us = SystemClock.now_ms() * 1_000;
    super::topics::create(&there)?;
    super::query::migrate(&there)?;
    let partitions = topology::existing(&there.kafka, topology::CALLS)?;
    if partitions != there.pipeline.partitions {
        let (name, asked) = (&args.into, there.pipeline.partitions);
        return Err(Error::configuration(format!(
            "--into {name}: it was made with {partitions} partitions, not {asked}; go on with --partitions {partitions}, or begin anew with --remove --yes"
        )));
    }
    let ended = carry_out(&here, &there, records)?;
    if !ended.caught_up {
        eprintln!("stopped before the end; the same command goes on where it was");
        return Ok(ExitCode::FAILURE);
    }
    if args.format == Format::Table {
        tell_settings(args, &here);
    }
    judge(args, (&here, &there), ended, began_us)
}

/// The stages run, with a bar that shows the raw records.
fn carry_out(here: &Config, there: &Config, records: i64) -> Result<Ended, Error> {
    let style = ProgressStyle::with_template("replaying {bar:30} {pos}/{len} raw records, {eta} left {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(records.unsigned_abs()).with_style(style);
    let told = |behind: &[crate::behind::Behind]| {
        let ingest = behind.first().map_or(0, |(_, records)| *records);
        bar.set_position((records - ingest).max(0).unsigned_abs());
        let after: i64 = behind.iter().skip(1).map(|(_, records)| *records).sum();
        bar.set_message(format!("({after} records behind after them)"));
    };
    let ended = replay::carry_out(here, there, &told);
    bar.finish_and_clear();
    ended
}

/// Panes against facts there, facts there against facts here.
fn judge(args: &Args, (here, there): (&Config, &Config), ended: Ended, began_us: i64) -> Result<ExitCode, Error> {
    let (report, agents) = super::audit::whole(there)?;
    let audit = report.total + agents.total;
    let span = Span { from_us: args.from, until_us: replay::compared_until(args.until, ended.live, began_us) };
    if ended.live && args.until.is_none() {
        eprintln!("new records came in meanwhile: compared is what lies an hour before the begin and earlier");
    }
    let behind: i64 = crate::behind::stages(here)?.iter().map(|(_, records)| records).sum();
    if behind > 0 && !ended.live {
        eprintln!("what is there is {behind} records behind itself (`holdfast lag`): what it has not read yet is only in the replay");
    }
    let compared = compare_all(here, there, span, args.limit)?;
    let rows: Vec<Vec<String>> = compared.iter().map(row).collect();
    print(args.format, &["what", "rows here", "rows replayed", "days that differ", "rows that differ"], &rows)?;
    let examples: Vec<Vec<String>> = compared
        .iter()
        .flat_map(|(table, compared)| compared.examples.iter().map(|one| vec![table.name.to_owned(), one.key.clone(), one.what.clone()]))
        .collect();
    if !examples.is_empty() {
        print(args.format, &["what", "row", "difference"], &examples)?;
    }
    let differing = compared.iter().filter(|(_, compared)| compared.days > 0).count();
    if audit > 0 {
        eprintln!("replay: {audit} differences between panes and facts of the replay itself (see `holdfast audit` with its settings)");
    }
    if differing > 0 {
        eprintln!("replay: {differing} of {} tables differ", compared.len());
    }
    if audit > 0 || differing > 0 {
        return Ok(ExitCode::FAILURE);
    }
    let facts: i64 = compared.iter().map(|(_, compared)| compared.there).sum();
    eprintln!("replay: {facts} rows are the same, and every pane of the replay equals its facts");
    Ok(ExitCode::SUCCESS)
}

fn compare_all(here: &Config, there: &Config, span: Span, limit: usize) -> Result<Vec<(Table, Compared)>, Error> {
    let told = replay::days_told(here)?;
    let (ours, theirs) = (serving::attrition(here), serving::attrition(there));
    asynchronous()?.block_on(async {
        let mut all = Vec::new();
        let (here, there) = (serving::server(here), serving::server(there));
        for table in FACTS {
            all.push((table, warehouse::replayed::compare(&here, &there, &table, &span, limit).await?));
        }
        if let (Some(days), Some(ours), Some(theirs)) = (told, &ours, &theirs) {
            let span = replay::told_span(span, days);
            for table in EARLY_WARNINGS {
                all.push((table, warehouse::replayed::compare(ours.server(), theirs.server(), &table, &span, limit).await?));
            }
        }
        Ok(all)
    })
}

fn row((table, compared): &(Table, Compared)) -> Vec<String> {
    let Compared { here, there, days, rows, .. } = compared;
    vec![table.name.to_owned(), here.to_string(), there.to_string(), days.to_string(), rows.to_string()]
}

fn tell_settings(args: &Args, here: &Config) {
    eprintln!("its settings, for any command:");
    for setting in replay::settings(here, &args.into, args.partitions) {
        eprintln!("  --set {setting}");
    }
}

fn describe(args: &Args, here: &Config, there: &Config, records: i64) -> Result<ExitCode, Error> {
    let topics = topology::topics_of(there)?.len();
    let rows = vec![
        vec!["raw records to read".to_owned(), format!("{records} of {}", here.kafka.name(topology::RAW))],
        vec!["topics to make".to_owned(), format!("{topics} under {}", there.kafka.prefix)],
        vec!["partitions".to_owned(), there.pipeline.partitions.to_string()],
        vec!["database of the facts".to_owned(), there.clickhouse.database.clone()],
        vec!["database of early warnings".to_owned(), there.attrition.database(&there.clickhouse.database)],
    ];
    print(args.format, &["what", "would be"], &rows)?;
    tell_settings(args, here);
    Ok(ExitCode::SUCCESS)
}

/// Deletes what was made; never what is shared.
fn remove(there: &Config, sure: bool) -> Result<ExitCode, Error> {
    let databases = [there.attrition.database(&there.clickhouse.database), there.clickhouse.database.clone()];
    if !sure {
        eprintln!("would delete the databases {}", databases.join(", "));
        return super::topics::delete(there, false);
    }
    let server = serving::server(there);
    let runtime = asynchronous()?;
    for database in &databases {
        let name = database.replace('\\', "\\\\").replace('`', "\\`");
        runtime.block_on(server.execute(&format!("DROP DATABASE IF EXISTS `{name}`")))?;
    }
    super::topics::delete(there, true)
}
