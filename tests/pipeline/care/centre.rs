//! A centre with two teams, and its commands.

use crate::site::{Site, http, until};
use events::{GroupNotice, SignalEvent, SignalKind, SignalReason};
use holdfast::signals::log::{self, ToldDay, Writer};
use runtime::settings::KafkaSettings;
use serde_json::Value;
use std::process::{Child, Stdio};
use std::time::Duration;

/// The agent most tests are about: of red, led by lea.
pub const AGENT: &str = "agent-101";
/// 2024-03-01.
pub const DAY: i32 = 19_783;

/// See the module. Red has eight agents (101 to 108) and lea, blue has seven (201 to 207) and leo; two others have left.
pub struct Centre {
    pub site: Site,
}

/// An opening as the product tells it.
pub fn opened(agent: &'static str, id: &'static str, tier: &'static str, day: i32) -> SignalEvent<'static> {
    let (text_en, text_zh) = ("After-call work 92 s, usually 61 s", "话后处理 92 秒，平时 61 秒");
    let red = agent.starts_with("agent-1");
    SignalEvent {
        tenant: "default",
        site: "north",
        agent,
        signal_id: id,
        episode: 1,
        kind: SignalKind::Opened,
        state: "open",
        tier,
        day,
        event_time_us: i64::from(day) * 86_400_000_000,
        team: Some(if red { "red" } else { "blue" }),
        leader: Some(if red { "lea" } else { "leo" }),
        probability: Some(0.183),
        base: Some(0.04),
        reasons: vec![SignalReason { code: "change.acw", family: "pace", contribution: 0.7, text_en, text_zh, organisation: false }],
        ..SignalEvent::default()
    }
}

impl Centre {
    pub fn new(name: &str) -> Self {
        let site = Site::new(name, "[care]\nlink = \"https://example.invalid/signals\"\ninterval_s = 1\n");
        let centre = Centre { site };
        centre.load("site", "id,zone\nnorth,Europe/Berlin\n");
        centre.load("team", "id,site,leader\nred,north,lea\nblue,north,leo\n");
        let red = (101..109).map(|number| format!("agent-{number},red,,\n"));
        let blue = (201..208).map(|number| format!("agent-{number},blue,,\n"));
        let left = "left-1,red,2025-11-30,voluntary\nleft-2,red,2025-12-01,voluntary\n".to_owned();
        let agents: String = red.chain(blue).chain([left]).collect();
        centre.load("agent", &format!("id,team,left_date,left_kind\n{agents}"));
        centre
    }

    pub fn load(&self, kind: &str, text: &str) {
        let file = self.site.folder.path().join(format!("{kind}.csv"));
        std::fs::write(&file, text).expect("a file");
        self.site.run(&["reference", "load", "--kind", kind, &file.display().to_string()]);
    }

    fn kafka(&self) -> KafkaSettings {
        KafkaSettings {
            brokers: crate::site::stack()["HOLDFAST__KAFKA__BROKERS"].clone(),
            prefix: self.site.prefix.clone(),
            ..KafkaSettings::default()
        }
    }

    /// What the product tells.
    pub fn tell(&self, events: &[SignalEvent<'_>]) {
        Writer::new(&self.kafka(), "test").expect("a writer").write(events, None).expect("they are written");
    }

    /// What the product tells of groups.
    pub fn notify(&self, notices: &[GroupNotice<'_>]) {
        Writer::new(&self.kafka(), "test").expect("a writer").tell(&ToldDay { notices, ..ToldDay::default() }).expect("they are written");
    }

    /// Site, id and kind of the notices of the topic, in order.
    pub fn notices(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut take = |notice: &GroupNotice<'_>| found.push(format!("{} {} {}", notice.site, notice.notice_id, notice.kind.name()));
        let unreadable = log::notices(&self.kafka(), &mut take).expect("they are read");
        assert!(unreadable.is_empty());
        found
    }

    /// Ids of the signals of the topic.
    pub fn ids(&self) -> Vec<String> {
        let signals = holdfast::care::topic::read(&self.kafka()).expect("they are read");
        signals.all().into_keys().map(str::to_owned).collect()
    }

    pub fn words<'w>(&self, what: &[&'w str], who: &[&'w str], more: &[&'w str]) -> Vec<&'w str> {
        [&["signals"], what, who, more].concat()
    }

    pub fn json(&self, what: &[&str], who: &[&str]) -> Value {
        serde_json::from_str(&self.site.run(&self.words(what, who, &["--json"]))).expect("JSON")
    }

    pub fn text(&self, what: &[&str], who: &[&str]) -> String {
        self.site.run(&self.words(what, who, &[]))
    }

    /// The command is refused, with these words.
    pub fn refused(&self, what: &[&str], who: &[&str], why: &str) {
        let output = self.site.output(&self.words(what, who, &["--json"]));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(why), "{what:?} by {who:?}: {text}");
        assert!(output.stdout.is_empty(), "nothing is shown");
    }

    fn attrition(&self) -> String {
        format!("clickhouse.database={}_attrition", self.site.database)
    }

    pub fn execute(&self, sql: &str) {
        self.site.run(&[
            "--set",
            &self.attrition(),
            "warehouse",
            "query",
            &sql.replacen("INTO ", &format!("INTO {}_attrition.", self.site.database), 1),
        ]);
    }

    pub fn rows(&self, sql: &str) -> Vec<Value> {
        let text = self.site.run(&["--set", &self.attrition(), "warehouse", "query", "--format", "json", sql]);
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("a JSON row")).collect()
    }

    pub fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql);
        let value = rows.first().and_then(|row| row.as_object()).and_then(|row| row.values().next()).expect("one value").clone();
        crate::site::integer(&value).expect("a number")
    }

    /// Starts the process that keeps Alertmanager told.
    pub fn alerts(&self, url: &str) -> Alerts {
        let folder = self.site.folder.path();
        let (address, log) = (folder.join("alerts.address"), folder.join("alerts.log"));
        let mut command = self.site.command(&["--set", &format!("care.alertmanager={url}"), "signals", "alerts", "--address-file"]);
        let file = std::fs::File::create(&log).expect("a log file");
        let child = command.arg(&address).stderr(file).stdout(Stdio::null()).stdin(Stdio::null()).spawn().expect("it starts");
        let address = until(Duration::from_secs(30), "the alerts' process is up", || {
            std::fs::read_to_string(&address).ok().filter(|address| !address.is_empty())
        });
        Alerts { child, address, log }
    }
}

/// A process that keeps Alertmanager told.
pub struct Alerts {
    child: Child,
    address: String,
    log: std::path::PathBuf,
}

impl Alerts {
    pub fn page(&self, path: &str) -> String {
        http(&self.address, "GET", path, "").unwrap_or_default()
    }

    pub fn metric(&self, name: &str) -> f64 {
        let page = self.page("/metrics");
        let line = page.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.rsplit(' ').next().and_then(|value| value.parse().ok()).unwrap_or(0.0)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Alerts {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}
