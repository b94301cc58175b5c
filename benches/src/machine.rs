//! What a process has used: wall time, CPU seconds, peak memory; and what the broker used meanwhile.

use serde::Serialize;
use std::time::Instant;

/// CPU seconds (user and system) of a process by its number; 0 if it is gone.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Peak resident memory of a process, MB; 0 if it is gone.
pub(crate) fn peak_memory_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Tells the parent what this process has used in its whole life.
pub fn say_used() {
    let pid = std::process::id();
    println!("USED {} {}", cpu_seconds(pid), peak_memory_mb(pid));
}

/// One measured run.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Measured {
    /// What was run.
    pub what: String,
    /// Events.
    pub events: u64,
    /// Seconds; of a stage: from when it ran.
    pub wall_s: f64,
    /// Seconds since the process was started; none: not a process of its own.
    pub launched_s: Option<f64>,
    /// CPU seconds of the client.
    pub cpu_s: f64,
    /// CPU seconds of the broker meanwhile.
    pub broker_cpu_s: f64,
    /// Peak resident memory of the client, MB.
    pub memory_mb: f64,
    /// Equal to the plain recomputation; none: nothing to compare.
    pub exact: Option<bool>,
    /// Anything else worth saying.
    pub note: String,
}

/// Measures this process from now on.
pub(crate) struct Meter {
    started: Instant,
    cpu_s: f64,
    broker_pid: u32,
    broker_cpu_s: f64,
}

impl Meter {
    /// Starts to measure.
    pub(crate) fn start(broker_pid: u32) -> Self {
        Meter { started: Instant::now(), cpu_s: cpu_seconds(std::process::id()), broker_pid, broker_cpu_s: cpu_seconds(broker_pid) }
    }

    /// What was used since.
    pub(crate) fn stop(&self, what: &str, events: u64) -> Measured {
        let pid = std::process::id();
        Measured {
            what: what.to_owned(),
            events,
            wall_s: self.started.elapsed().as_secs_f64(),
            cpu_s: cpu_seconds(pid) - self.cpu_s,
            broker_cpu_s: cpu_seconds(self.broker_pid) - self.broker_cpu_s,
            memory_mb: peak_memory_mb(pid),
            ..Measured::default()
        }
    }
}
