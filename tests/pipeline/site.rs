//! A site for one test: its own topics and database on the shared real Kafka and ClickHouse, its own processes.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test uses its part")]

#[path = "../real_data.rs"]
mod real_data;

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// What a test imports is worked off long before; a machine that is slow or busy takes a while.
const SETTLED_SECONDS: u64 = 300;

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/holdfast lies two levels below the checkout").to_owned()
}

/// The folder with the real logs; none: it is said that there are none, and the test is counted as skipped.
pub fn data() -> Option<PathBuf> {
    real_data::folder()
}

/// Starts the stack once for all tests (an external one is used if its addresses are set). Returns its variables.
pub fn stack() -> &'static BTreeMap<String, String> {
    static STACK: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    STACK.get_or_init(|| {
        let folder = std::env::var("HOLDFAST_STACK_DIR").unwrap_or_else(|_| root().join("target/test-stack").display().to_string());
        let up = Command::new(root().join("deploy/local/stack"))
            .args(["up", "--dir", &folder, "--only", "kafka,clickhouse"])
            .env("HOLDFAST_FAULTS", "1")
            .status()
            .expect("deploy/local/stack runs");
        assert!(up.success(), "the local stack did not start; see {folder}/logs");
        let env = Command::new(root().join("deploy/local/stack")).args(["env", "--dir", &folder]).output().expect("stack env");
        let text = String::from_utf8(env.stdout).expect("text");
        text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    })
}

static SITES: AtomicU32 = AtomicU32::new(0);

/// See the module.
pub struct Site {
    pub prefix: String,
    pub database: String,
    pub folder: tempfile::TempDir,
    /// Values as `kafka.transaction_timeout_ms=10000`, for every command from then on.
    pub settings: Vec<String>,
    children: Vec<(String, Child)>,
}

impl Site {
    /// A site with the sources of `toml`, topics and tables ready.
    pub fn new(name: &str, toml: &str) -> Self {
        let number = SITES.fetch_add(1, Ordering::Relaxed);
        let id = format!("{name}_{}_{number}", std::process::id());
        let folder = tempfile::Builder::new().prefix(&format!("holdfast-{id}-")).tempdir().expect("a folder");
        let site = Site { prefix: format!("t.{id}."), database: format!("test_{id}"), folder, settings: Vec::new(), children: Vec::new() };
        let stack = stack();
        let config = format!(
            "[kafka]\nbrokers = \"{}\"\nprefix = \"{}\"\nsession_timeout_ms = 6000\n\n[clickhouse]\nurl = \"{}\"\ndatabase = \"{}\"\n\n\
             [pipeline]\npartitions = 4\nopen_facts_ms = 200\nshutdown_seconds = 5\n\n[privacy]\nkey = \"a key for tests, not secret\"\n\n{toml}\n",
            stack["HOLDFAST__KAFKA__BROKERS"], site.prefix, stack["HOLDFAST__CLICKHOUSE__URL"], site.database
        );
        std::fs::write(site.config(), config).expect("the configuration is written");
        site.run(&["topics", "--create"]);
        site.run(&["warehouse", "migrate"]);
        site
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("holdfast.toml")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
        command.arg("--config").arg(self.config());
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        command.args(args);
        command
    }

    /// Runs a command to its end and asserts that it worked. Returns standard output.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        assert!(output.status.success(), "holdfast {args:?} failed ({}):\n{out}\n{err}", output.status);
        out
    }

    pub fn output(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary runs")
    }

    /// Imports a file. Returns how many lines were added and how many were there already.
    pub fn import(&self, source: &str, file: &Path) -> (u64, u64) {
        let output = self.output(&["import", "--source", source, &file.display().to_string()]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "the import of {} failed ({}):\n{text}", file.display(), output.status);
        imported(&text)
    }

    /// Starts a stage as a process of its own; `instance` is stable over restarts.
    pub fn spawn(&mut self, stage: &str, instance: &str) {
        self.spawn_with(stage, instance, &[]);
    }

    /// The same with further arguments.
    pub fn spawn_with(&mut self, stage: &str, instance: &str, args: &[&str]) {
        self.spawn_twin(stage, instance, instance, args);
    }

    /// The same under a name of its own, so that two processes can be the same instance.
    pub fn spawn_twin(&mut self, stage: &str, name: &str, instance: &str, args: &[&str]) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join(format!("{stage}-{name}.log")));
        let log = log.expect("a log file");
        // What a process before it wrote is not its address.
        let _ = std::fs::remove_file(self.address_file(stage, name));
        let mut command = self.command(&["--set", &format!("kafka.instance={instance}")]);
        command.arg(stage).arg("--address-file").arg(self.address_file(stage, name)).args(args);
        if stage == "board" {
            command.args(["--set", "board.listen=127.0.0.1:0"]);
        }
        let child = command.stderr(log).stdout(Stdio::null()).stdin(Stdio::null()).spawn().expect("the stage starts");
        self.children.push((format!("{stage}-{name}"), child));
    }

    pub fn address_file(&self, stage: &str, instance: &str) -> PathBuf {
        self.folder.path().join(format!("{stage}-{instance}.address"))
    }

    fn take(&mut self, stage: &str, instance: &str) -> (String, Child) {
        let name = format!("{stage}-{instance}");
        let at = self.children.iter().position(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} was not started"));
        self.children.remove(at)
    }

    /// kill -9.
    pub fn kill(&mut self, stage: &str, instance: &str) {
        let (_, mut child) = self.take(stage, instance);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }

    /// SIGTERM; asserts that it ends cleanly and in time.
    pub fn stop(&mut self, stage: &str, instance: &str) {
        // A process that has told its address listens to signals.
        let address = self.address_file(stage, instance);
        until(Duration::from_secs(20), &format!("{stage}-{instance} is up"), || address.exists().then_some(()));
        self.signal(stage, instance, "TERM");
        let (name, mut child) = self.take(stage, instance);
        let status = until(Duration::from_secs(20), &format!("{name} ends"), || child.try_wait().expect("its status"));
        assert!(status.success(), "{name} ended with {status}: {}", self.log(&name));
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, stage: &str, instance: &str, signal: &str) {
        let name = format!("{stage}-{instance}");
        let (_, child) = self.children.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} was not started"));
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success(), "{signal} to {name}");
    }

    /// The most memory that a process has had resident so far, in units of 1,024 bytes.
    pub fn peak_memory_kb(&self, stage: &str, instance: &str) -> u64 {
        let name = format!("{stage}-{instance}");
        let (_, child) = self.children.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} was not started"));
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.and_then(|text| text.split_whitespace().next()).and_then(|kb| kb.parse().ok()).unwrap_or(0)
    }

    /// Waits until a process ends by itself. Returns its exit code.
    pub fn ends(&mut self, stage: &str, instance: &str, seconds: u64) -> Option<i32> {
        let (name, mut child) = self.take(stage, instance);
        until(Duration::from_secs(seconds), &format!("{name} ends by itself"), || child.try_wait().expect("its status")).code()
    }

    pub fn log(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
        text.lines().rev().take(25).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Starts again, as its supervisor would, what the Kafka client library killed while a broker was away: of a partition without a leader librdkafka reads numbers that nobody
    /// wrote (its issue 5280, open; docs/runbooks/HoldfastStageDown.md). It is known by signal 11 and the warnings before it; whatever else ended is for [`Self::alive`] to find.
    pub fn start_again_what_the_library_killed(&mut self) {
        let folder = self.folder.path().to_owned();
        let warned = |name: &str| {
            let log = std::fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default();
            log.lines().any(|line| line.contains("METADATAUPDATE") && line.contains("not found in cache"))
        };
        let mut fallen = Vec::new();
        for (name, child) in &mut self.children {
            let status = child.try_wait().expect("its status");
            if status.is_some_and(|status| status.signal() == Some(11)) && warned(name) {
                fallen.push(name.clone());
            }
        }
        for name in fallen {
            eprintln!("{name} was killed by librdkafka (issue 5280) and is started again");
            let (stage, instance) = name.split_once('-').expect("stage and instance");
            self.take(stage, instance);
            self.spawn(stage, instance);
        }
    }

    /// Asserts that no process ended by itself.
    pub fn alive(&mut self) {
        self.alive_of(|_| true);
    }

    fn alive_of(&mut self, of: impl Fn(&str) -> bool) {
        let mut ended = Vec::new();
        for (name, child) in self.children.iter_mut().filter(|(name, _)| of(name)) {
            if let Some(status) = child.try_wait().expect("its status") {
                ended.push((name.clone(), status));
            }
        }
        let logs: Vec<String> = ended.iter().map(|(name, status)| format!("{name}: {status}\n{}", self.log(name))).collect();
        assert!(ended.is_empty(), "processes ended by themselves:\n{}", logs.join("\n"));
    }

    /// Starts ingest, contacts and load.
    pub fn start_all(&mut self) {
        for stage in ["ingest", "contacts", "agents", "load"] {
            self.spawn(stage, "0");
        }
    }

    /// Waits until every stage has caught up and the audit finds nothing.
    pub fn settle(&mut self) {
        self.settle_within(SETTLED_SECONDS);
    }

    /// The same for as long as so much takes.
    pub fn settle_within(&mut self, seconds: u64) {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        loop {
            self.alive();
            let lag = self.output(&["lag", "--wait", "5", "--format", "json"]);
            let audit = lag.status.success().then(|| self.output(&["audit", "--format", "json"]));
            if audit.as_ref().is_some_and(|audit| audit.status.success()) {
                return;
            }
            if Instant::now() > deadline {
                let text =
                    |output: &Output| format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
                let logs: Vec<String> = self.children.iter().map(|(name, _)| format!("{name}:\n{}", self.log(name))).collect();
                panic!(
                    "not settled after {seconds} s\nlag: {}\naudit: {}\n{}",
                    text(&lag),
                    audit.map_or_else(String::new, |a| text(&a)),
                    logs.join("\n")
                );
            }
        }
    }

    /// Rows of a query as JSON values.
    pub fn query(&self, sql: &str) -> Vec<serde_json::Value> {
        let text = self.run(&["warehouse", "query", "--format", "json", sql]);
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("a JSON row")).collect()
    }

    /// The only value of a query as a number.
    pub fn number(&self, sql: &str) -> i64 {
        let rows = self.query(sql);
        let value = rows.first().and_then(|row| row.as_object()).and_then(|row| row.values().next()).expect("one value").clone();
        integer(&value).unwrap_or_else(|| panic!("{sql}: {value} is no number"))
    }

    /// A value of a stage's /metrics; the sum over its series.
    pub fn metric(&self, stage: &str, instance: &str, name: &str) -> f64 {
        self.metric_of(stage, instance, name, "")
    }

    /// The same over those series that have a label, given as `what="late_contact"`.
    pub fn metric_of(&self, stage: &str, instance: &str, name: &str, label: &str) -> f64 {
        self.metric_if_up(stage, instance, name, label).unwrap_or_else(|| panic!("{stage}-{instance} does not answer"))
    }

    /// The same; none: the process does not answer (yet).
    pub fn metric_if_up(&self, stage: &str, instance: &str, name: &str, label: &str) -> Option<f64> {
        let address = std::fs::read_to_string(self.address_file(stage, instance)).ok()?;
        let text = http(&address, "GET", "/metrics", "")?;
        let lines = text.lines().filter(|line| line.starts_with(name) && line[name.len()..].starts_with([' ', '{']));
        Some(
            lines
                .filter(|line| line.contains(label))
                .filter_map(|line| line.rsplit(' ').next().and_then(|value| value.parse::<f64>().ok()))
                .sum(),
        )
    }

    /// Partitions that a stage's process works on.
    pub fn running(&self, stage: &str, instance: &str) -> f64 {
        self.metric_if_up(stage, instance, "holdfast_tasks", "state=\"running\"").unwrap_or(0.0)
    }

    /// Waits until the processes of a stage work on all partitions together, each of them on at least one.
    pub fn wait_for_all(&mut self, stage: &str, instances: &[&str]) {
        until(Duration::from_secs(180), &format!("{stage} {instances:?} have taken all partitions"), || {
            self.alive_of(|name| instances.iter().any(|instance| name == format!("{stage}-{instance}")));
            let each: Vec<f64> = instances.iter().map(|instance| self.running(stage, instance)).collect();
            (each.iter().all(|running| *running > 0.0) && each.iter().sum::<f64>() == 4.0).then_some(())
        });
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            if child.kill().is_ok() {
                let _ = child.wait();
            }
        }
        if std::thread::panicking() {
            // Kept for whoever looks into it.
            let kept = root().join("target").join("failed-sites");
            let _ = std::fs::create_dir_all(&kept);
            let to = kept.join(&self.database);
            let _ = Command::new("cp").arg("-r").arg(self.folder.path()).arg(&to).status();
            eprintln!("logs are kept in {}; their ends:", to.display());
            for (name, _) in &self.children {
                eprintln!("{name}:\n{}", self.log(name));
            }
        }
        for database in [self.database.clone(), format!("{}_attrition", self.database)] {
            let _ = self.command(&["warehouse", "query", &format!("DROP DATABASE IF EXISTS {database}")]).output();
        }
        let _ = self.command(&["topics", "--delete", "--yes"]).output();
    }
}

/// Lines added and lines that were there already, as an import says at its end.
pub fn imported(text: &str) -> (u64, u64) {
    let line = text.lines().find(|line| line.contains(" lines imported, ")).unwrap_or_else(|| panic!("the import said: {text}"));
    let number = |part: &str| part.trim().split(' ').next().and_then(|number| number.replace(',', "").parse().ok()).expect("a number");
    let (added, skipped) = line.split_once(" lines imported, ").expect("two numbers");
    (number(added), number(skipped))
}

/// A number that JSON carries as a number or as text (64-bit integers).
pub fn integer(value: &serde_json::Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Polls until the answer is there; the deadline fails the test.
pub fn until<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let (_bell, quiet) = std::sync::mpsc::channel::<()>();
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        let _ = quiet.recv_timeout(Duration::from_millis(50));
    }
}

/// A plain request; none: nobody answers.
pub fn http(address: &str, method: &str, path: &str, body: &str) -> Option<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

/// Rows of a CSV, gzipped or not, as maps from column to text.
pub fn csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = if path.extension().is_some_and(|extension| extension == "gz") {
        let output = Command::new("gzip").args(["-dc"]).arg(path).output().expect("gzip runs");
        String::from_utf8(output.stdout).expect("text")
    } else {
        std::fs::read_to_string(path).expect("a file")
    };
    let mut lines = text.lines();
    let header: Vec<String> = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
    lines.map(|line| header.iter().cloned().zip(line.split(',').map(str::to_owned)).collect()).collect()
}
