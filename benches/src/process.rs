//! The contact stage (or another one) as a child process: started, listened to, ended or killed.

use crate::machine;
use crate::topic::{Outcome, text};
use runtime::settings::KafkaSettings;
use std::io::BufRead;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What a stage process says on its standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// When it ran for the first time, ms since 1970; 0: not yet.
    pub running_ms: f64,
    /// When its last transaction was committed, ms since 1970.
    pub last_ms: f64,
    /// CPU seconds of its whole life.
    pub cpu_s: f64,
    /// Peak resident memory, MB.
    pub memory_mb: f64,
}

/// A stage that runs as a child; killed when dropped.
pub(crate) struct StageProcess {
    child: Child,
    lines: Receiver<String>,
    said: Said,
}

/// What a child is to do.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    /// contacts, facts, pass or load.
    pub kind: &'a str,
    /// Full name of the input.
    pub topic: &'a str,
    /// Further arguments.
    pub more: Vec<String>,
}

impl StageProcess {
    /// Starts this program again as a stage with the given settings.
    pub(crate) fn start(kafka: &KafkaSettings, order: &Order<'_>) -> Outcome<Self> {
        let this = std::env::current_exe().map_err(text)?;
        let session_ms = kafka.session_timeout_ms.to_string();
        let mut child = Command::new(this)
            .args(["--brokers", &kafka.brokers, "--prefix", &kafka.prefix, "--session-ms", &session_ms])
            .args(["stage", order.kind, "--topic", order.topic])
            .args(&order.more)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(text)?;
        let output = child.stdout.take().ok_or("no output")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in std::io::BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(StageProcess { child, lines, said: Said::default() })
    }

    /// Process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
        match words.first().copied() {
            Some("RUNNING") if self.said.running_ms == 0.0 => self.said.running_ms = number(1),
            Some("LAST") => self.said.last_ms = number(1),
            Some("USED") => (self.said.cpu_s, self.said.memory_mb) = (number(1), number(2)),
            _ => {}
        }
    }

    /// Waits until the stage has all its partitions restored and runs.
    pub(crate) fn await_running(&mut self, limit: Duration) -> Outcome<Said> {
        let deadline = Instant::now() + limit;
        while self.said.running_ms == 0.0 {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.hear(&line),
                Err(RecvTimeoutError::Timeout) => return Err(format!("the stage did not run within {} s", limit.as_secs())),
                Err(RecvTimeoutError::Disconnected) => return Err("the stage ended before it ran".to_owned()),
            }
        }
        Ok(self.said)
    }

    /// kill -9. Returns the CPU seconds it had used.
    pub(crate) fn kill(mut self) -> Outcome<f64> {
        let cpu_s = machine::cpu_seconds(self.pid());
        self.child.kill().map_err(text)?;
        self.child.wait().map_err(text)?;
        Ok(cpu_s)
    }

    /// SIGTERM, then as [`StageProcess::wait`].
    pub(crate) fn terminate(self) -> Outcome<Said> {
        let pid = self.pid().to_string();
        Command::new("kill").arg(pid).status().map_err(text)?;
        self.wait()
    }

    /// Waits for the end of the process. Returns what it said.
    pub(crate) fn wait(mut self) -> Outcome<Said> {
        while let Ok(line) = self.lines.recv() {
            self.hear(&line);
        }
        if self.child.wait().map_err(text)?.success() { Ok(self.said) } else { Err("the stage process failed".to_owned()) }
    }
}

impl Drop for StageProcess {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let killed = self.child.kill().and_then(|()| self.child.wait().map(|_| ()));
            if let Err(error) = killed {
                eprintln!("the stage process could not be ended: {error}");
            }
        }
    }
}
