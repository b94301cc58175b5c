//! What the tests share: a database of their own on the real engine, faults on its port, facts and messages.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::disallowed_methods, reason = "a test; each uses its part")]

pub mod contacts;
pub mod made;
pub mod topics;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use warehouse::{Error, Server, Settings};

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/warehouse lies two levels below the checkout").to_owned()
}

/// The addresses of Kafka and ClickHouse: those of the environment, else of a stack that is started once and stays.
pub fn stack() -> &'static BTreeMap<String, String> {
    static STACK: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    STACK.get_or_init(|| {
        let names = ["HOLDFAST__CLICKHOUSE__URL", "HOLDFAST__KAFKA__BROKERS"];
        let given: BTreeMap<String, String> =
            names.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))).collect();
        if given.len() == names.len() {
            return given;
        }
        let folder = std::env::var("HOLDFAST_STACK_DIR").unwrap_or_else(|_| root().join("target/test-stack").display().to_string());
        let script = root().join("deploy/local/stack");
        let up = Command::new(&script).args(["up", "--dir", &folder, "--only", "kafka,clickhouse"]).env("HOLDFAST_FAULTS", "1").status();
        assert!(up.expect("deploy/local/stack runs").success(), "the local stack did not start; see {folder}/logs");
        let env = Command::new(&script).args(["env", "--dir", &folder]).output().expect("stack env");
        let text = String::from_utf8(env.stdout).expect("text");
        text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    })
}

fn url() -> &'static str {
    &stack()["HOLDFAST__CLICKHOUSE__URL"]
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database with the tables of this version, dropped at the end.
pub struct Database {
    pub server: Server,
    runtime: tokio::runtime::Runtime,
}

impl Database {
    /// A new one, migrated.
    pub fn new(name: &str) -> Self {
        let database = Self::empty(name);
        database.wait(warehouse::migrate(&database.server)).expect("the tables are made");
        database
    }

    /// A name for one; nothing is made.
    pub fn empty(name: &str) -> Self {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        Self::named(&format!("test_{name}_{}_{number}", std::process::id()))
    }

    fn named(database: &str) -> Self {
        let settings =
            Settings { url: url().to_owned(), database: database.to_owned(), user: "default".to_owned(), password: String::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Database { server: Server::new(&settings), runtime }
    }

    pub fn name(&self) -> &str {
        &self.server.database
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn execute(&self, sql: &str) {
        self.wait(self.server.execute(sql)).unwrap_or_else(|error| panic!("{sql}\n{error}"));
    }

    /// Rows of a query, every value as text; null is empty.
    pub fn rows(&self, sql: &str) -> Vec<BTreeMap<String, String>> {
        let rows = self.wait(self.server.rows(sql)).unwrap_or_else(|error| panic!("{sql}\n{error}"));
        let cell = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        rows.iter().map(|row| row.iter().map(|(name, value)| (name.clone(), cell(value))).collect()).collect()
    }

    /// The one number of a query.
    pub fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql);
        let cell = rows.first().and_then(|row| row.values().next()).unwrap_or_else(|| panic!("no row: {sql}"));
        cell.parse().unwrap_or_else(|_| panic!("{cell} is no integer: {sql}"))
    }

    /// Writes messages as the loader would.
    pub fn write(&self, messages: &[Vec<u8>]) -> Result<usize, Error> {
        let messages = messages.iter().enumerate().map(|(offset, payload)| (payload.as_slice(), offset as i64));
        self.wait(warehouse::write(&self.server, messages, std::time::Duration::from_secs(60)))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = self.wait(self.server.execute("DROP DATABASE IF EXISTS `{database}`"));
        if let Err(error) = dropped {
            eprintln!("{} was not dropped: {error}", self.name());
        }
    }
}

/// Faults on the port of the engine that only statements with a certain text meet; they end with this.
pub struct Fault;

impl Fault {
    /// Adds a fault, as the front describes them, for statements that contain `text`.
    pub fn new(text: &str, fields: &str) -> Self {
        let body = format!("{{\"match\": {}, {fields}}}", serde_json::json!(text));
        let answer = http("POST", "/_fault", &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "the engine must be started with HOLDFAST_FAULTS=1: {answer}");
        Fault
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        http("DELETE", "/_fault", "");
    }
}

/// Only one test at a time may have faults: their end ends all.
pub fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn http(method: &str, path: &str, body: &str) -> String {
    let address = url().trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).expect("the engine listens");
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
