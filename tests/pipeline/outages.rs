//! Outages of the stack that tests cause: Kafka is killed and started, ClickHouse fails in chosen ways. Whoever holds [`Outages`]
//! has the stack alone, and leaves it whole.

use crate::site::{http, integer, root, stack, until};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// See the module.
pub struct Outages {
    _alone: MutexGuard<'static, ()>,
}

impl Outages {
    /// Waits until no other test of this process has the stack.
    pub fn alone() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        stack();
        Outages { _alone: alone }
    }

    fn command(&self, args: &[&str]) {
        let folder = &stack()["HOLDFAST_STACK_DIR"];
        let done =
            Command::new(root().join("deploy/local/stack")).args(args).args(["--dir", folder]).output().expect("deploy/local/stack runs");
        assert!(done.status.success(), "stack {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// kill -9 of the broker, then start it on the same data.
    pub fn bounce_kafka(&self) {
        self.kill_kafka();
        self.start_kafka();
    }

    /// kill -9 of the broker.
    pub fn kill_kafka(&self) {
        self.command(&["kill", "kafka"]);
        let address = &stack()["HOLDFAST__KAFKA__BROKERS"];
        until(Duration::from_secs(20), "the broker's port is free", || std::net::TcpStream::connect(address).is_err().then_some(()));
    }

    /// Starts it on the data that it had.
    pub fn start_kafka(&self) {
        self.command(&["start", "kafka"]);
    }

    fn fault(&self, method: &str, body: &str) -> String {
        let address = stack()["HOLDFAST__CLICKHOUSE__URL"].trim_start_matches("http://").to_owned();
        http(&address, method, "/_fault", body).expect("ClickHouse's faults can be set: the stack was started with HOLDFAST_FAULTS=1")
    }

    /// The next requests to ClickHouse fail as the body says; see deploy/local/README.md.
    pub fn break_clickhouse(&self, fault: &str) {
        let answer = self.fault("POST", fault);
        assert!(!answer.contains("cannot") && !answer.contains("unknown"), "{fault}: {answer}");
    }

    /// Ends all faults. Returns how many requests have met one since the stack was started.
    pub fn heal_clickhouse(&self) -> i64 {
        self.fault("DELETE", "");
        let state: serde_json::Value = serde_json::from_str(&self.fault("GET", "")).expect("JSON");
        integer(&state["met"]).expect("a number")
    }
}

impl Drop for Outages {
    fn drop(&mut self) {
        let _ = self.fault("DELETE", "");
        self.command(&["start", "kafka"]);
    }
}
