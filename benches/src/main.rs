//! `holdfast-bench`: the contact stage beside the raw limits of the machine, in one run. See docs/performance.md.

#![allow(clippy::print_stdout, unreachable_pub, reason = "the results are the output, and a binary has no outside")]

mod follow;
mod kill;
mod latency;
mod load;
mod machine;
mod mix;
mod process;
mod rows;
mod stage;
mod throughput;
mod topic;
mod truth;

use clap::{Parser, Subcommand};

use runtime::settings::KafkaSettings;
use std::process::ExitCode;
use throughput::Bench;
use topic::Outcome;

/// As in the product: the state is many small pieces that live for minutes.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
    /// A member of a group that is silent for so long loses its partitions, ms
    #[arg(long, global = true)]
    session_ms: Option<u32>,
    /// Name of this process among those of its stage
    #[arg(long, global = true, default_value = "0")]
    instance: String,
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
    /// Measure latency at a steady rate: event to pane, and to row if ClickHouse is given
    Latency {
        /// Events per second
        #[arg(long, default_value_t = 20_000.0)]
        rate: f64,
        /// How long
        #[arg(long, default_value_t = 50)]
        seconds: u64,
        /// Longest time between commits, ms
        #[arg(long, default_value_t = 40)]
        commit_ms: i64,
        /// URL of ClickHouse: facts and loader run too
        #[arg(long)]
        clickhouse: Option<String>,
    },
    /// Catch up with kill -9 at half the work and a restart
    Kill {
        /// Full name of the topic
        #[arg(long, default_value = "bench.mix")]
        topic: String,
        /// contacts or facts
        #[arg(long, default_value = "contacts")]
        kind: String,
    },
    /// (used by the others) run a stage in this process
    Stage {
        /// contacts, facts, pass or load
        kind: String,
        #[arg(long)]
        clickhouse: Option<String>,
        #[arg(long)]
        topic: String,
        #[arg(long)]
        until: Option<u64>,
        #[arg(long, default_value_t = 240)]
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

fn settings(cli: &Cli) -> KafkaSettings {
    let (brokers, prefix, instance) = (cli.brokers.clone(), cli.prefix.clone(), cli.instance.clone());
    let usual = KafkaSettings { brokers, prefix, instance, ..KafkaSettings::default() };
    KafkaSettings { session_timeout_ms: cli.session_ms.unwrap_or(usual.session_timeout_ms), ..usual }
}

fn run(cli: &Cli) -> Outcome<()> {
    let kafka = settings(cli);
    match &cli.what {
        What::Fill { topic, events, seed } => {
            let (events, contacts) = topic::fill(&kafka, topic, *seed, *events)?;
            println!("{{\"events\": {events}, \"contacts\": {contacts}}}");
            Ok(())
        }
        What::Throughput { topic, runs, only } => throughput::run(&Bench { kafka: &kafka, broker_pid: cli.broker_pid, topic }, *runs, only),
        What::Latency { rate, seconds, commit_ms, clickhouse } => {
            let (commit_ms, clickhouse) = (*commit_ms, clickhouse.clone());
            let bench = Bench { kafka: &kafka, broker_pid: cli.broker_pid, topic: "" };
            latency::run(&bench, &latency::Request { rate: *rate, seconds: *seconds, commit_ms, clickhouse })
        }
        What::Kill { topic, kind } => kill::run(&Bench { kafka: &kafka, broker_pid: cli.broker_pid, topic }, kind),
        What::Stage { kind, topic, until, catch_up_commit_ms, commit_ms, clickhouse } => {
            let request = stage::Request {
                input: topic.clone(),
                facts: kind == "facts",
                catch_up_commit_ms: *catch_up_commit_ms,
                commit_ms: *commit_ms,
                until: *until,
            };
            match (kind.as_str(), clickhouse) {
                ("pass", _) => stage::pass_through(&kafka, &request),
                ("load", Some(url)) => rows::load(&kafka, url),
                ("contacts" | "facts", _) => stage::contacts(&kafka, &request),
                _ => Err(format!("there is no stage {kind}: contacts, facts, pass, or load with --clickhouse URL")),
            }
        }
    }
}
