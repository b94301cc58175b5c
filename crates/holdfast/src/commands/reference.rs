//! `holdfast reference`: loads, compares and shows reference data.

use super::{Context, Format, print};
use crate::error::Error;
use crate::reference::{self, Change, Entries, Holding, Loader, Loading, Moment, Parsed};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use events::ReferenceKind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use runtime::clock::{Clock, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;

/// Problems of a file that are listed; who has more has one cause.
const LISTED_MAX: usize = 20;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast reference load --kind agent agents.csv --zone Europe/Berlin
  holdfast reference diff --kind agent agents.csv --zone Europe/Berlin    what a load would change
  holdfast reference show agent ann --at 2024-03-01                       what held then

Loading the same file again writes nothing. `docs/reference-data.md` describes every kind and the form of a file.")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Bring a file into the reference data: what is new or changed is written, in one transaction
    Load(Load),
    /// Show what a load would change; exit code 1 if it is anything
    Diff(Source),
    /// Show what holds at a time
    Show(Show),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast reference load --kind site sites.csv
  holdfast reference load --kind agent agents.csv --zone Europe/Berlin --valid-from 2024-03-01
  holdfast reference load --kind calendar calendar.csv --prune    also remove other days
  hr-export | holdfast reference load --kind agent - --dry-run    write nothing

FILE has a header with the column id, perhaps valid_from, and one column for each attribute; an empty cell is an attribute that is \
not known. Or one JSON object on each line, with the same names. If anything in it is wrong, nothing is written.")]
struct Load {
    #[command(flatten)]
    source: Source,
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast reference diff --kind agent agents.csv --zone Europe/Berlin
  holdfast reference diff --kind queue queues.csv --prune || echo 'somebody has changed the queues'")]
struct Source {
    /// What the file is about
    #[arg(long, value_parser = kinds())]
    kind: ReferenceKind,
    /// Whose entries
    #[arg(long, default_value = "default", value_parser = tenant)]
    tenant: String,
    /// IANA zone in which days begin
    #[arg(long, default_value = "UTC", value_parser = reference::zone)]
    zone: TimeZone,
    /// Since when rows without a valid_from hold: a date, or RFC 3339 [default: always]
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    valid_from: Option<Moment>,
    /// Remove entries of this kind and tenant that the file does not have
    #[arg(long)]
    prune: bool,
    /// CSV or JSON lines; - for standard input
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast reference show                                   how many there are of each kind
  holdfast reference show agent --zone Europe/Berlin        every agent, since when and until when
  holdfast reference show agent ann --at 2024-02-29         what held then
  holdfast reference show queue --json")]
struct Show {
    /// What it is about [default: a count of every kind]
    #[arg(value_parser = kinds())]
    kind: Option<ReferenceKind>,
    /// Only this one
    #[arg(requires = "kind")]
    id: Option<String>,
    /// When: a date, or RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    at: Option<Moment>,
    /// Whose entries
    #[arg(long, default_value = "default", value_parser = tenant)]
    tenant: String,
    /// IANA zone in which days begin
    #[arg(long, default_value = "UTC", value_parser = reference::zone)]
    zone: TimeZone,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

fn kinds() -> impl TypedValueParser<Value = ReferenceKind> {
    PossibleValuesParser::new(ReferenceKind::ALL.map(ReferenceKind::name))
        .map(|name| ReferenceKind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or_default())
}

fn tenant(text: &str) -> Result<String, &'static str> {
    let wrong = text.is_empty() || text.chars().any(char::is_control);
    if wrong { Err("a tenant has a name, without control characters") } else { Ok(text.to_owned()) }
}

/// Runs the command.
///
/// # Errors
/// HF-I005 if the file is wrong, HF-I006 and HF-I007 if the topic cannot be written or read; otherwise what Kafka says.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    match &args.what {
        What::Load(load) => run_load(load, context),
        What::Diff(source) => {
            let parsed = source.parse()?;
            let held = reference::read(&context.config()?.kafka)?.entries();
            let changes = source.changes(&held, &parsed.entries);
            source.tell(&held, &parsed.entries, &changes, if changes.is_empty() { "no difference" } else { "nothing was written" })?;
            Ok(ExitCode::from(u8::from(!changes.is_empty())))
        }
        What::Show(show) => run_show(show, context),
    }
}

fn run_load(load: &Load, context: &Context) -> Result<ExitCode, Error> {
    let source = &load.source;
    let parsed = source.parse()?;
    let kafka = context.config()?.kafka;
    // The right to write comes first: what is compared with below cannot change any more without this load being refused.
    let loader = if load.dry_run { None } else { Some(Loader::new(&kafka)?) };
    let held = reference::read(&kafka)?;
    let entries = held.entries();
    let changes = source.changes(&entries, &parsed.entries);
    let done = match loader {
        _ if changes.is_empty() => "nothing to write",
        None => "dry run, nothing was written",
        Some(mut loader) => {
            loader.write(&held, &changes, SystemClock.now_ms())?;
            "written"
        }
    };
    source.tell(&entries, &parsed.entries, &changes, done)?;
    Ok(ExitCode::SUCCESS)
}

impl Source {
    fn name(&self) -> String {
        if self.file.as_os_str() == "-" { "standard input".to_owned() } else { self.file.display().to_string() }
    }

    /// Reads the file; warnings go to standard error.
    fn parse(&self) -> Result<Parsed, Error> {
        let name = self.name();
        let bytes = if self.file.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
        } else {
            std::fs::read(&self.file)
        };
        let bytes = bytes.map_err(|error| Error::new("HF-I001", format!("{name}: {error}")))?;
        let valid_from_us = self.valid_from.map_or(reference::ALWAYS_US, |moment| moment.at_us(&self.zone));
        let loading = Loading { tenant: &self.tenant, kind: self.kind, zone: &self.zone, valid_from_us };
        let parsed = reference::parse(&bytes, &loading).map_err(|problems| {
            let mut lines: Vec<String> = problems.iter().take(LISTED_MAX).map(|problem| format!("  {name} {problem}")).collect();
            if problems.len() > LISTED_MAX {
                lines.push(format!("  and {} more", problems.len() - LISTED_MAX));
            }
            Error::new("HF-I005", format!("{name} cannot be loaded, nothing was written:\n{}", lines.join("\n")))
        })?;
        for warning in &parsed.warnings {
            eprintln!("warning: {name}: {warning}");
        }
        if self.prune && parsed.entries.is_empty() {
            // More likely an export that failed than a centre without anybody in it.
            let text = format!("{name} has no rows, and --prune would remove every {} of the tenant", self.kind.name());
            return Err(Error::new("HF-I005", text));
        }
        Ok(parsed)
    }

    fn changes(&self, held: &Entries, wanted: &Entries) -> Vec<Change> {
        let gone = if self.prune { reference::absent(held, wanted, &self.tenant, self.kind) } else { Vec::new() };
        reference::difference(held, wanted, &gone)
    }

    /// Every change, and a line that sums them up.
    fn tell(&self, held: &Entries, wanted: &Entries, changes: &[Change], done: &str) -> Result<(), Error> {
        use std::io::Write;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut counts = [0_usize; 3];
        for change in changes {
            writeln!(out, "{}", change.line(&self.zone))?;
            counts[match change {
                Change::Added { .. } => 0,
                Change::Changed { .. } => 1,
                Change::Removed { .. } => 2,
            }] += 1;
        }
        let [added, changed, removed] = counts;
        let unchanged = wanted.len() - added - changed;
        let mut line = format!("{added} added, {changed} changed, {removed} removed, {unchanged} unchanged: {done}");
        let others = reference::absent(held, wanted, &self.tenant, self.kind).len();
        if !self.prune && others > 0 {
            line = format!("{line}; {others} more that the file does not have were kept (--prune removes them)");
        }
        writeln!(out, "{line}")?;
        Ok(out.flush()?)
    }
}

fn run_show(show: &Show, context: &Context) -> Result<ExitCode, Error> {
    let mut entries = reference::read(&context.config()?.kafka)?.entries();
    entries.retain(|key, _| key.tenant == show.tenant);
    let at_us = show.at.map_or_else(|| SystemClock.now_ms().saturating_mul(1_000), |moment| moment.at_us(&show.zone));
    let Some(kind) = show.kind else {
        return counts(&entries, at_us, show.json);
    };
    entries.retain(|key, _| key.kind == kind && show.id.as_ref().is_none_or(|id| key.id == *id));
    let holding = reference::holding_at(&entries, at_us);
    if show.json {
        print_json(&holding.iter().map(object).collect::<Vec<_>>())?;
    } else {
        let end = |until_us: Option<i64>| until_us.map_or_else(|| "open".to_owned(), |us| since(us, &show.zone));
        let row = |one: &Holding<'_>| {
            vec![one.key.id.clone(), since(one.key.valid_from_us, &show.zone), end(one.until_us), reference::words(one.attributes)]
        };
        print(Format::Table, &[kind.name(), "since", "until", "attributes"], &holding.iter().map(row).collect::<Vec<_>>())?;
    }
    if show.id.is_some() && holding.is_empty() {
        eprintln!("nothing is known of it at that time; entries of other times: {}", entries.len());
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// How many ids of every kind hold, and how many entries there are of all times.
fn counts(entries: &Entries, at_us: i64, json: bool) -> Result<ExitCode, Error> {
    let holding = reference::holding_at(entries, at_us);
    let count = |kind| {
        let hold = holding.iter().filter(|one| one.key.kind == kind).count();
        (kind.name(), hold, entries.keys().filter(|key| key.kind == kind).count())
    };
    let counted = ReferenceKind::ALL.map(count);
    if json {
        let object = |(kind, hold, all): &(&str, usize, usize)| serde_json::json!({"kind": kind, "hold": hold, "entries": all});
        print_json(&counted.iter().map(object).collect::<Vec<_>>())?;
    } else {
        let row = |(kind, hold, all): &(&str, usize, usize)| vec![(*kind).to_owned(), hold.to_string(), all.to_string()];
        print(Format::Table, &["kind", "hold", "entries of all times"], &counted.iter().map(row).collect::<Vec<_>>())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn since(us: i64, zone: &TimeZone) -> String {
    reference::from(us, zone).trim_start_matches("from ").to_owned()
}

/// For programs: times in UTC; null where there is no beginning or no end.
fn object(one: &Holding<'_>) -> serde_json::Value {
    let time = |us: i64| Timestamp::from_microsecond(us).map_or_else(|_| us.to_string(), |time| time.to_string());
    let begin = (one.key.valid_from_us != reference::ALWAYS_US).then(|| time(one.key.valid_from_us));
    serde_json::json!({
        "kind": one.key.kind.name(), "id": one.key.id, "since": begin, "until": one.until_us.map(time), "attributes": one.attributes
    })
}

fn print_json(rows: &[serde_json::Value]) -> Result<(), Error> {
    use std::io::Write;
    Ok(writeln!(std::io::stdout().lock(), "{}", serde_json::Value::from_iter(rows.iter().cloned()))?)
}
