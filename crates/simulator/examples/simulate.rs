//! Writes a simulated log and its truth:
//! `cargo run --release -p simulator --example simulate -- --preset day --seed 1 --out DIR`.

use anyhow::Context;
use clap::Parser;
use simulator::{Dirt, Scenario, dirty, simulate};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes DIR/queue_log and the truth as event.csv, cohort.csv, calls.csv, agents.csv and totals.json.
#[derive(Parser)]
struct Arguments {
    /// small, day, month or demo.
    #[arg(long, default_value = "small")]
    preset: String,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to write to; made if it does not exist.
    #[arg(long)]
    out: PathBuf,
    /// For the demo: where it ends, Unix seconds.
    #[arg(long)]
    end: Option<i64>,
    /// Also writes queue_log.dirty (out of order, duplicates, bad lines) and poison.csv.
    #[arg(long)]
    dirty: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let scenario = match arguments.end {
        Some(end_s) => Scenario::demo(arguments.seed, end_s),
        None => Scenario::preset(&arguments.preset, arguments.seed)?,
    };
    let simulation = simulate(&scenario)?;
    let out = &arguments.out;
    fs::create_dir_all(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    write(out, "queue_log", |file| simulation.write_log(file))?;
    let truth = simulation.truth();
    write(out, "event.csv", |file| truth.write_event_csv(file))?;
    write(out, "cohort.csv", |file| truth.write_cohort_csv(file))?;
    write(out, "calls.csv", |file| truth.write_calls_csv(file))?;
    write(out, "agents.csv", |file| truth.write_agents_csv(file))?;
    write(out, "totals.json", |file| writeln!(file, "{:#}", truth.totals_json()))?;
    if arguments.dirty {
        let (lines, dirt) = dirty(simulation.lines().map(|line| line.text.as_str()), arguments.seed, &Dirt::default());
        write(out, "queue_log.dirty", |file| lines.iter().try_for_each(|line| writeln!(file, "{line}")))?;
        write(out, "poison.csv", |file| {
            writeln!(file, "line,code")?;
            dirt.poison.iter().try_for_each(|poison| writeln!(file, "{},{}", poison.position + 1, poison.code))
        })?;
    }
    let summary = format!("{} lines, {} visits\n", simulation.lines().len(), truth.visits.len());
    std::io::stdout().write_all(summary.as_bytes())?;
    Ok(())
}

fn write(folder: &Path, name: &str, content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> anyhow::Result<()> {
    let path = folder.join(name);
    let mut file = BufWriter::new(File::create(&path).with_context(|| format!("{}: cannot be written", path.display()))?);
    content(&mut file).and_then(|()| file.flush()).with_context(|| format!("{}: cannot be written", path.display()))
}
