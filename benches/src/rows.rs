//! The rows of the latency runs: the loader as a process, and a reader that asks ClickHouse for contacts that have ended.

use crate::latency::{Samples, Shared};
use crate::load::End;
use crate::topic::{Outcome, text};
use holdfast::topology;
use prometheus::Registry;
use runtime::settings::KafkaSettings;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use warehouse::{Loader, LoaderMetrics, LoaderOptions, Server, Settings};

/// Database of the benchmark.
const DATABASE: &str = "holdfast_bench";
/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// Contacts that have ended and whose row is not visible yet.
#[derive(Default)]
pub struct Rows {
    /// When it was handed over, µs.
    open: FxHashMap<i64, i64>,
    /// (contact, its first and last event time) in order of handing over; those at the front that are visible go.
    order: VecDeque<(i64, i64, i64)>,
}

impl Rows {
    /// A contact's last event is handed over.
    pub fn ended(&mut self, end: &End<'_>, at_us: i64) {
        self.open.insert(end.contact, at_us);
        self.order.push_back((end.contact, end.began_ms, end.ended_ms));
    }

    /// How many are not visible yet.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// True if all are visible.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Earliest first and last event time of what is not visible yet.
    fn bounds(&mut self) -> Option<(i64, i64)> {
        while self.order.front().is_some_and(|(contact, ..)| !self.open.contains_key(contact)) {
            self.order.pop_front();
        }
        let open = self.order.iter().filter(|(contact, ..)| self.open.contains_key(contact));
        open.fold(None, |least: Option<(i64, i64)>, (_, began, ended)| {
            Some(least.map_or((*began, *ended), |(first, last)| (first.min(*began), last.min(*ended))))
        })
    }
}

fn server(url: &str) -> Server {
    let settings = Settings { url: url.to_owned(), database: DATABASE.to_owned(), user: "default".to_owned(), password: String::new() };
    Server::new(&settings)
}

fn block_on<T>(work: impl Future<Output = Result<T, warehouse::Error>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(text)?;
    runtime.block_on(work).map_err(text)
}

/// Makes the database anew.
pub fn prepare(url: &str) -> Outcome<()> {
    let server = server(url);
    block_on(async {
        server.execute("DROP DATABASE IF EXISTS {database}").await?;
        warehouse::migrate(&server).await.map(|_| ())
    })
}

/// Runs the loader in this process until SIGTERM.
pub fn load(kafka: &KafkaSettings, url: &str) -> Outcome<()> {
    let stop = Arc::new(AtomicBool::new(false));
    holdfast::stages::stop_at_signals(&stop).map_err(text)?;
    let names: Vec<String> = topology::LOADED.iter().map(|name| kafka.name(name)).collect();
    let metrics = LoaderMetrics::new(&Registry::new()).map_err(text)?;
    let mut loader = Loader::new(kafka, &names, server(url), LoaderOptions::default(), metrics).map_err(text)?;
    println!("RUNNING {}", crate::stage::now_ms());
    let stopping = || stop.load(Ordering::Relaxed);
    while !stopping() {
        loader.turn(&stopping).map_err(text)?;
    }
    loader.close();
    crate::machine::say_used();
    Ok(())
}

/// Asks for contacts that have ended until the run is over. Returns the samples and how often it asked.
pub fn follow(shared: &Shared, url: &str) -> Outcome<(Samples, u64)> {
    let server = server(url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(text)?;
    let (mut samples, mut answers) = (Vec::new(), 0);
    while !shared.stopped() {
        std::thread::park_timeout(PAUSE);
        let Some((began_ms, ended_ms)) = shared.waiting().rows.bounds() else { continue };
        let sql = format!(
            "SELECT substring(contact_id, 5) FROM contacts WHERE ended_at >= fromUnixTimestamp64Milli({ended_ms}, 'UTC') \
             AND started_at >= fromUnixTimestamp64Milli({began_ms}, 'UTC')"
        );
        let answer = runtime.block_on(server.fetch(&sql, "TabSeparated")).map_err(text)?;
        answers += 1;
        let mut waiting = shared.waiting();
        let now_us = shared.now_us();
        for line in answer.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let contact: Option<i64> = std::str::from_utf8(line).ok().and_then(|digits| digits.parse().ok());
            if let Some(at_us) = contact.and_then(|contact| waiting.rows.open.remove(&contact)) {
                samples.push((at_us, now_us - at_us));
            }
        }
    }
    Ok((samples, answers))
}
