//! `holdfast import`: puts files into the raw topic.

use super::Context;
use crate::error::Error;
use crate::import::Importer;
use crate::stages::Process;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast import --source pbx1 /var/log/asterisk/queue_log
  holdfast import --source pbx1 /var/log/asterisk/queue_log --follow   go on with what is appended
  zcat calls-*.csv.gz | holdfast import --source crm -
  holdfast import --source pbx1 logs/                                  every file of a folder, by name

A second import of the same file adds nothing; a broken-off one goes on where it stopped.
While Kafka takes nothing it waits, for five minutes at most.")]
pub(super) struct Args {
    /// Name of a configured source
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Name under which the input is remembered (default: its file name)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Wait for more lines at the end of the file
    #[arg(long)]
    follow: bool,
    /// Only say what would be imported and how many records the source's adapter rejects
    #[arg(long)]
    dry_run: bool,
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or Kafka refuses.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let source = config.sources.iter().find(|source| source.name == args.source).ok_or_else(|| {
        let known: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        Error::new("HF-C005", format!("no source named {:?} is configured; known: {}", args.source, known.join(", ")))
    })?;
    let files = list(&args.files)?;
    if args.dry_run {
        return dry_run(source, &files);
    }
    let process = Process::start()?;
    let mut importer = Importer::new(&config.kafka, source)?;
    let (_bell, quiet) = std::sync::mpsc::channel::<()>();
    loop {
        let (mut added, mut skipped) = (0, 0);
        for file in &files {
            let name = args.name.clone().unwrap_or_else(|| name_of(file));
            let bar = bar(file, &name)?;
            let stop = || process.stopping();
            let imported = if file.as_os_str() == "-" {
                importer.import(&name, std::io::stdin().lock(), &mut |bytes| bar.set_position(bytes), &stop)?
            } else {
                importer.import(&name, whole_lines(file, args.follow)?, &mut |bytes| bar.set_position(bytes), &stop)?
            };
            bar.finish_and_clear();
            (added, skipped) = (added + imported.added, skipped + imported.skipped);
        }
        if !args.follow || added > 0 {
            eprintln!("{} lines imported, {} were there already", HumanCount(added), HumanCount(skipped));
        }
        if !args.follow || process.stopping() {
            return Ok(ExitCode::from(if process.stopping() && !args.follow { 130 } else { 0 }));
        }
        // A quiet wait that nobody ends early.
        if quiet.recv_timeout(Duration::from_millis(500)).is_ok() {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The file, or only its complete lines: while it is being written to, the last line may be half there.
fn whole_lines(file: &Path, follow: bool) -> Result<Box<dyn std::io::Read>, Error> {
    use std::io::Read;
    let open = std::fs::File::open(file).map_err(|error| Error::new("HF-I001", format!("{}: {error}", file.display())))?;
    if !follow {
        return Ok(Box::new(open));
    }
    let bytes = std::fs::read(file)?;
    let complete = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Ok(Box::new(open.take(complete as u64)))
}

fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn list(given: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in given {
        if path.as_os_str() == "-" || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        inside.retain(|path| path.is_file());
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn bar(file: &Path, name: &str) -> Result<ProgressBar, Error> {
    let style = |template: &str| ProgressStyle::with_template(template).map_err(|error| Error::new("HF-I001", error.to_string()));
    let bar = if file.as_os_str() == "-" {
        ProgressBar::new_spinner().with_style(style("{msg} {spinner} {bytes} {binary_bytes_per_sec}")?)
    } else {
        let size = std::fs::metadata(file).map_err(|error| Error::new("HF-I001", format!("{}: {error}", file.display())))?.len();
        ProgressBar::new(size).with_style(style("{msg} {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}")?)
    };
    Ok(bar.with_message(name.to_owned()))
}

/// Counts what the adapter would say, without Kafka.
struct Counts {
    events: u64,
}

impl ingester::EventSink for Counts {
    fn call(&mut self, _: &events::CallEvent<'_>) {
        self.events += 1;
    }
    fn agent(&mut self, _: &events::AgentEvent<'_>) {
        self.events += 1;
    }
    fn broadcast(&mut self, _: &events::CallEvent<'_>) {
        self.events += 1;
    }
    fn observation(&mut self, _: &events::Observation<'_>) {
        self.events += 1;
    }
    fn note(&mut self, _: &'static str) {}
}

fn dry_run(source: &ingester::SourceConfig, files: &[PathBuf]) -> Result<ExitCode, Error> {
    use std::io::BufRead;
    let mut adapter =
        ingester::Adapter::from_config(source).map_err(|error| Error::new("HF-C004", format!("source {}: {error}", source.name)))?;
    let mut rows = Vec::new();
    for file in files {
        let name = name_of(file);
        let input: Box<dyn std::io::Read> = if file.as_os_str() == "-" { Box::new(std::io::stdin()) } else { whole_lines(file, false)? };
        let mut counts = Counts { events: 0 };
        let (mut line, mut rejects, mut first) = (0, 0_u64, None);
        for bytes in std::io::BufReader::new(input).split(b'\n') {
            line += 1;
            let bytes = bytes?;
            let record = ingester::RawRecord { payload: &bytes, source: &source.name, file: &name, line };
            if let Err(reject) = adapter.apply(&record, &mut counts) {
                rejects += 1;
                first.get_or_insert_with(|| format!("line {line}: {}: {}", reject.code, reject.reason));
            }
        }
        rows.push(vec![name, line.to_string(), counts.events.to_string(), rejects.to_string(), first.unwrap_or_default()]);
    }
    super::print(super::Format::Table, &["file", "lines", "events", "rejected", "first reject"], &rows)?;
    Ok(ExitCode::SUCCESS)
}
