//! `holdfast-bench`: the contact stage beside the raw limits of the machine, in one run. See docs/performance.md.

mod machine;
mod mix;
mod stage;
mod topic;
mod truth;

use clap::{Parser, Subcommand};

use machine::Measured;
use runtime::settings::KafkaSettings;
use std::io::BufRead;
use std::process::{Command, ExitCode, Stdio};
use topic::{Outcome, text};

/// As in the product: the state is many small pieces that live for minutes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(name = "holdfast-bench", about = "Measures Holdfast against the raw limits of the machine")]
struct Cli {
    /// host:port of Kafka
    #[arg(long, global = true, default_value = "127.0.0.1:9092", env = "HOLDFAST__KAFKA__BROKERS")]
    brokers: String,
    /// Process id of the broker, for its CPU time
    #[arg(long, global = true, default_value_t = 0)]
    broker_pid: u32,
    /// Put before the names of topics and groups
    #[arg(long, global = true, default_value = "bench.")]
    prefix: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Fill the topic with the mix
    Fill {
        /// Full name of the topic
        #[arg(long, default_value = "bench.mix")]
        topic: String,
        /// Events
        #[arg(long, default_value_t = 5_000_000)]
        events: usize,
        /// Seed
        #[arg(long, default_value_t = 42)]
        seed: u64,
    },
    /// Measure throughput: limits, pass-through, contact stage with panes and with facts
    Throughput {
        /// Full name of the topic
        #[arg(long, default_value = "bench.mix")]
        topic: String,
        /// Repetitions
        #[arg(long, default_value_t = 1)]
        runs: u32,
        /// Only those whose name contains this
        #[arg(long, default_value = "")]
        only: String,
    },
    /// (used by `throughput`) run a stage in this process
    Stage {
        /// contacts, facts or pass
        kind: String,
        #[arg(long)]
        topic: String,
        #[arg(long)]
        until: Option<u64>,
        #[arg(long, default_value_t = 200)]
        catch_up_commit_ms: i64,
        #[arg(long, default_value_t = 40)]
        commit_ms: i64,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).with_writer(std::io::stderr).init();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn settings(cli: &Cli, prefix: &str) -> KafkaSettings {
    KafkaSettings { brokers: cli.brokers.clone(), prefix: prefix.to_owned(), ..KafkaSettings::default() }
}

fn run(cli: &Cli) -> Outcome<()> {
    match &cli.what {
        What::Fill { topic, events, seed } => {
            let kafka = settings(cli, &cli.prefix);
            topic::create(&kafka, &[(topic.clone(), 8, false)])?;
            let (events, contacts) = topic::fill(&kafka, topic, *seed, *events)?;
            println!("{events} events of {contacts} contacts in {topic}");
            Ok(())
        }
        What::Throughput { topic, runs, only } => throughput(cli, topic, *runs, only),
        What::Stage { kind, topic, until, catch_up_commit_ms, commit_ms } => {
            let request = stage::Request {
                input: topic.clone(),
                facts: kind == "facts",
                catch_up_commit_ms: *catch_up_commit_ms,
                commit_ms: *commit_ms,
                until: *until,
                partitions: 8,
            };
            let kafka = settings(cli, &cli.prefix);
            if kind == "pass" { stage::pass_through(&kafka, &request) } else { stage::contacts(&kafka, &request) }
        }
    }
}

fn throughput(cli: &Cli, topic: &str, runs: u32, only: &str) -> Outcome<()> {
    let kafka = settings(cli, &cli.prefix);
    let (truth, events) = truth::compute(&kafka, topic)?;
    eprintln!("{events} events, {} panes", truth.len());
    let mut all: Vec<Measured> = Vec::new();
    for run in 0..runs {
        let mut steps: Vec<(&str, Box<dyn Fn() -> Outcome<Measured> + '_>)> = Vec::new();
        steps.push(("consume", Box::new(|| topic::consume(&kafka, topic, cli.broker_pid))));
        steps.push(("decode", Box::new(|| topic::decode(&kafka, topic, cli.broker_pid))));
        for kind in ["pass", "panes", "facts"] {
            let truth = &truth;
            steps.push((kind, Box::new(move || stage_run(cli, topic, kind, run, events, truth))));
        }
        for (name, step) in steps {
            if name.contains(only) {
                let measured = step()?;
                eprintln!("{}", line(&measured));
                all.push(measured);
            }
        }
    }
    println!("{}", serde_json::to_string_pretty(&all).map_err(text)?);
    Ok(())
}

/// One line for people.
fn line(measured: &Measured) -> String {
    format!(
        "{:42} {:8.0} k events/s  {:8.0} k events/CPU s  {:6.2} s wall  {:6.2} s CPU  {:5.2} s broker  {:5.0} MB  {}{}",
        measured.what,
        measured.per_second() / 1e3,
        measured.per_cpu_second() / 1e3,
        measured.wall_s,
        measured.cpu_s,
        measured.broker_cpu_s,
        measured.memory_mb,
        match measured.exact {
            Some(true) => "exact ",
            Some(false) => "NOT EXACT ",
            None => "",
        },
        measured.note,
    )
}

/// Runs a stage as a child and measures it from its first record to its last commit.
fn stage_run(cli: &Cli, topic: &str, kind: &str, run: u32, events: u64, truth: &truth::Truth) -> Outcome<Measured> {
    let prefix = format!("{}{kind}-{run}-{}.", cli.prefix, std::process::id());
    let kafka = settings(cli, &prefix);
    stage::prepare(&kafka, 8)?;
    let broker_cpu_s = machine::cpu_seconds(cli.broker_pid);
    let this = std::env::current_exe().map_err(text)?;
    let stage_kind = if kind == "panes" { "contacts" } else { kind };
    let mut child = Command::new(this)
        .args(["--brokers", &cli.brokers, "--prefix", &prefix, "stage", stage_kind, "--topic", topic, "--until", &events.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let output = child.stdout.take().ok_or("no output")?;
    let (mut running_ms, mut last_ms, mut cpu_s, mut memory_mb) = (0.0, 0.0, 0.0, 0.0);
    for line in std::io::BufReader::new(output).lines() {
        let line = line.map_err(text)?;
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
        match words.first().copied() {
            Some("RUNNING") => running_ms = number(1),
            Some("LAST") => last_ms = number(1),
            Some("USED") => (cpu_s, memory_mb) = (number(1), number(2)),
            _ => {}
        }
    }
    if !child.wait().map_err(text)?.success() {
        return Err(format!("the {kind} process failed"));
    }
    let different = if kind == "pass" { None } else { Some(truth::compare(&kafka, &kafka.name(holdfast::topology::KPI_PANES), truth)?) };
    Ok(Measured {
        what: match kind {
            "pass" => "transactional pass-through",
            "panes" => "Holdfast contact stage, panes",
            _ => "Holdfast contact stage, panes and facts",
        }
        .to_owned(),
        events,
        wall_s: (last_ms - running_ms) / 1e3,
        cpu_s,
        broker_cpu_s: machine::cpu_seconds(cli.broker_pid) - broker_cpu_s,
        memory_mb,
        exact: different.as_ref().map(Option::is_none),
        note: different.flatten().unwrap_or_default(),
    })
}
