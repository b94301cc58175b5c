//! The loader and the board as threads of a process.

use crate::config::Config;
use crate::error::Error;
use crate::stages::{Process, Running, bind};
use crate::topology;
use board::{Board, BoardSettings, Target};
use runtime::clock::{Clock, SystemClock};
use runtime::reader::TopicReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use warehouse::attrition::Attrition;
use warehouse::{Loader, LoaderMetrics, LoaderOptions, Server};

/// The connection to ClickHouse of a configuration.
pub fn server(config: &Config) -> Server {
    let clickhouse = &config.clickhouse;
    Server::new(&warehouse::Settings {
        url: clickhouse.url.clone(),
        database: clickhouse.database.clone(),
        user: clickhouse.user.clone(),
        password: clickhouse.password.clone(),
    })
}

/// The database of the early warning of attrition; none: it is switched off.
pub fn attrition(config: &Config) -> Option<Attrition> {
    config.attrition.enabled.then(|| Attrition::new(&server(config), &config.attrition.database(&config.clickhouse.database)))
}

/// Starts the loader.
///
/// # Errors
/// If Kafka refuses.
pub fn load(config: &Config, process: &Process) -> Result<Vec<Running>, Error> {
    let names: Vec<String> = topology::loaded(config.attrition.enabled).into_iter().map(|name| config.kafka.name(name)).collect();
    let options = LoaderOptions { flush_ms: config.pipeline.load_ms, ..LoaderOptions::default() };
    let metrics = LoaderMetrics::new(&process.registry).map_err(|error| Error::new("HF-R002", error.to_string()))?;
    let mut loader = Loader::new(&config.kafka, &names, server(config), options, metrics)?;
    if let Some(attrition) = attrition(config) {
        loader = loader.with_attrition(attrition.server());
    }
    let name = format!("load-{}", config.kafka.instance);
    let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
    let process = process.clone();
    let idle = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&idle);
    let body = move || {
        let stop = || process.stopping();
        let work = || -> Result<(), Error> {
            while !stop() {
                // While ClickHouse is away the turn lasts as long as the outage: the loop lives, its table does not.
                pulse.turned(i64::MAX / 2, true);
                loader.turn(&stop)?;
                pulse.turned(SystemClock.now_ms(), true);
            }
            // What is not written now is read again: its offsets are not committed.
            idle.store(true, Ordering::Relaxed);
            loader.close();
            Ok(())
        };
        let ended = work();
        if let Err(error) = &ended {
            tracing::error!(%error, "the loader stopped");
        }
        process.stop.store(true, Ordering::Relaxed);
        ended
    };
    let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
    Ok(vec![Running { name, thread, idle: shared }])
}

/// Starts the board. Returns its address.
///
/// # Errors
/// If the address cannot be bound, a setting is wrong, or Kafka refuses.
pub fn board(config: &Config, process: &Process) -> Result<(std::net::SocketAddr, Vec<Running>), Error> {
    let wrong = |error: board::Error| Error::configuration(format!("board: {error}"));
    let mut settings = BoardSettings::in_zone(&config.board.timezone).map_err(wrong)?;
    settings.keep_hours = config.board.keep_hours;
    settings.list_agents = config.board.list_agents;
    settings.teams_max = config.board.teams_max;
    for (name, queue) in &config.queues {
        let target =
            Target { threshold_s: queue.threshold_s, short_abandon_s: queue.short_abandon_s, service_level: queue.target_percent / 100.0 };
        if name == "default" {
            settings.default_target = target;
        } else {
            settings.targets.insert(name.clone(), target);
        }
    }
    let listener = bind(&config.board.listen)?;
    let address = listener.local_addr()?;
    let board = Board::new(settings, SystemClock);
    let router = board::site(Arc::clone(&board), process.health.clone(), &process.registry).map_err(wrong)?;
    let topics = topology::SHOWN.map(|name| config.kafka.name(name));
    let mut reader = TopicReader::new(&config.kafka, &topics)?;
    serve(listener, router)?;
    tracing::info!("the board is at http://{address}/");
    let name = "board".to_owned();
    let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
    let process = process.clone();
    let body = move || {
        let mut work = || -> Result<(), Error> {
            while !process.stopping() {
                let read = reader.read(Duration::from_millis(100), 10_000, &mut |topic, key, value| match topology::SHOWN
                    .iter()
                    .zip(&topics)
                    .find(|(_, full)| topic == full.as_str())
                    .map(|(name, _)| *name)
                {
                    Some(topology::KPI_PANES) => board.take_pane(key, value),
                    Some(topology::QUEUE_NOW) => board.take_now(key, value),
                    Some(topology::AGENT_PANES) => board.take_agent_pane(key, value),
                    Some(topology::AGENT_NOW) => board.take_agent_now(key, value),
                    _ => board.take_reference(key, value),
                })?;
                board.advance();
                board.progress.asked(SystemClock.now_ms(), read.caught_up);
                pulse.turned(SystemClock.now_ms(), read.caught_up);
            }
            Ok(())
        };
        let ended = work();
        if let Err(error) = &ended {
            tracing::error!(%error, "the board stopped");
        }
        process.stop.store(true, Ordering::Relaxed);
        ended
    };
    let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
    Ok((address, vec![Running { name, thread, idle: Arc::default() }]))
}

fn serve(listener: std::net::TcpListener, router: axum::Router) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    std::thread::Builder::new().name("board-pages".to_owned()).spawn(move || {
        let served = runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, router).await
        });
        if let Err(error) = served {
            tracing::error!(%error, "the board's pages ended");
        }
    })?;
    Ok(())
}
