//! `/livez`, `/readyz` and `/metrics` of a process. Alive: every loop has turned lately. Ready: every loop owns its
//! partitions and has restored them. Neither depends on Kafka or ClickHouse being up.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{Encoder, Registry, TextEncoder};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A loop that has not turned for so long is stuck, ms.
const STUCK_MS: i64 = 30_000;

/// One loop's signs of life.
#[derive(Debug)]
pub struct Pulse {
    name: String,
    turned_ms: AtomicI64,
    ready: AtomicBool,
}

impl Pulse {
    /// The loop has turned at `now_ms`.
    pub fn turned(&self, now_ms: i64, ready: bool) {
        self.turned_ms.store(now_ms, Ordering::Relaxed);
        self.ready.store(ready, Ordering::Relaxed);
    }
}

/// All loops of a process.
#[derive(Clone, Debug, Default)]
pub struct Health {
    pulses: Arc<Mutex<Vec<Arc<Pulse>>>>,
    stopping: Arc<AtomicBool>,
}

impl Health {
    /// Registers a loop, alive as of `now_ms`.
    pub fn pulse(&self, name: impl Into<String>, now_ms: i64) -> Arc<Pulse> {
        let pulse = Arc::new(Pulse { name: name.into(), turned_ms: AtomicI64::new(now_ms), ready: AtomicBool::new(false) });
        self.pulses.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&pulse));
        pulse
    }

    /// From now on the process is not ready.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Each loop with what is wrong with it; none: nothing.
    fn checks(&self, of: impl Fn(&Pulse) -> Option<&'static str>) -> Vec<(String, Option<&'static str>)> {
        let pulses = self.pulses.lock().unwrap_or_else(PoisonError::into_inner);
        pulses.iter().map(|pulse| (pulse.name.clone(), of(pulse))).collect()
    }

    /// Every loop has turned within the last half minute.
    pub fn alive(&self, now_ms: i64) -> Vec<(String, Option<&'static str>)> {
        self.checks(|pulse| (now_ms - pulse.turned_ms.load(Ordering::Relaxed) > STUCK_MS).then_some("has not turned for 30 s"))
    }

    /// Every loop is at work and the process is not stopping.
    pub fn ready(&self) -> Vec<(String, Option<&'static str>)> {
        let stopping = self.stopping.load(Ordering::Relaxed);
        self.checks(|pulse| match pulse.ready.load(Ordering::Relaxed) {
            _ if stopping => Some("stopping"),
            true => None,
            false => Some("waits for partitions or restores them"),
        })
    }
}

/// What the pages show.
#[derive(Clone)]
struct Pages {
    health: Health,
    registry: Registry,
}

/// The pages as a router, to be served alone or beside others.
pub fn router(health: Health, registry: Registry) -> Router {
    Router::new()
        .route("/livez", get(|State(pages): State<Pages>| async move { answer(&pages.health.alive(now_ms())) }))
        .route("/readyz", get(|State(pages): State<Pages>| async move { answer(&pages.health.ready()) }))
        .route("/metrics", get(|State(pages): State<Pages>| async move { metrics(&pages.registry) }))
        .route("/version", get(|| async { concat!(env!("CARGO_PKG_VERSION"), "\n") }))
        .with_state(Pages { health, registry })
}

fn now_ms() -> i64 {
    crate::clock::Clock::now_ms(&crate::clock::SystemClock)
}

fn answer(checks: &[(String, Option<&'static str>)]) -> Response {
    let fine = checks.iter().all(|(_, wrong)| wrong.is_none());
    let list: serde_json::Map<String, serde_json::Value> =
        checks.iter().map(|(name, wrong)| (name.clone(), serde_json::Value::from(wrong.unwrap_or("ok")))).collect();
    let body = serde_json::json!({ "status": if fine { "ok" } else { "not ok" }, "checks": list }).to_string();
    let status = if fine { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [("content-type", "application/json")], body).into_response()
}

fn metrics(registry: &Registry) -> Response {
    let mut body = Vec::new();
    let encoder = TextEncoder::new();
    match encoder.encode(&registry.gather(), &mut body) {
        Ok(()) => ([("content-type", encoder.format_type().to_owned())], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stuck_loop_is_not_alive_and_a_stopping_process_not_ready() {
        let health = Health::default();
        let pulse = health.pulse("contacts-0", 1_000);
        assert!(health.ready()[0].1.is_some());
        pulse.turned(2_000, true);
        assert_eq!(health.ready()[0].1, None);
        assert_eq!(health.alive(32_000)[0].1, None);
        assert!(health.alive(32_001)[0].1.is_some());
        health.stop();
        assert_eq!(health.ready()[0].1, Some("stopping"));
    }
}
