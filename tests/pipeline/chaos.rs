//! A seeded run in which everything goes wrong while a log is imported: processes of every stage are killed, join and leave, Kafka
//! is killed and started, ClickHouse fails in every way that a loader can meet. What comes out is the straight run, row by row.

use crate::chance::Chance;
use crate::facts::{Facts, write};
use crate::outages::Outages;
use crate::site::{Site, http, imported, until};
use crate::straight::straight;
use crate::topics;
use crate::{LINES, SPREAD_FEED};
use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Something that goes wrong, or an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// kill -9 of a process that is at work; it is started again.
    Kill(&'static str),
    /// One more process of a stage.
    Join(&'static str),
    /// SIGTERM for one of several processes of a stage; it must end cleanly.
    Leave(&'static str),
    /// kill -9 of the broker.
    BounceKafka,
    /// A fault of ClickHouse.
    BreakClickHouse(&'static str),
}

const STAGES: [&str; 4] = ["ingest", "contacts", "agents", "load"];
const INSTANCES: [&str; 3] = ["0", "1", "2"];

const FAULTS: [&str; 6] = [
    r#"{"mode": "down", "count": 4}"#,
    r#"{"mode": "error", "code": 252, "name": "TOO_MANY_PARTS", "count": 1, "match": "INSERT"}"#,
    r#"{"mode": "write_then_error", "code": 159, "name": "TIMEOUT_EXCEEDED", "count": 1, "match": "INSERT"}"#,
    r#"{"mode": "write_then_error", "close": true, "count": 1, "match": "INSERT"}"#,
    r#"{"mode": "cut_after_bytes", "bytes": 4000, "side": "request", "count": 1, "match": "INSERT"}"#,
    r#"{"mode": "exception_in_body", "code": 241, "name": "MEMORY_LIMIT_EXCEEDED", "count": 1, "match": "INSERT"}"#,
];

/// Every action as often as the run needs it, in an order that the seed decides.
fn schedule(chance: &mut Chance) -> Vec<Action> {
    let mut actions = vec![Action::BounceKafka; 2];
    for stage in STAGES {
        actions.extend([Action::Kill(stage), Action::Join(stage), Action::Leave(stage)].repeat(2));
    }
    actions.extend([Action::Kill("contacts"), Action::Kill("ingest")]);
    actions.extend(FAULTS.map(Action::BreakClickHouse));
    for at in (1..actions.len()).rev() {
        actions.swap(at, chance.below(at + 1));
    }
    actions
}

impl Action {
    /// Share of the log that is imported meanwhile: a process is to be killed in the middle of its work.
    fn weight(self) -> usize {
        if matches!(self, Action::Kill("ingest" | "contacts")) { 5 } else { 1 }
    }
}

struct Chaos {
    site: Site,
    outages: Outages,
    chance: Chance,
    members: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Chaos {
    /// Does it while `lines` are imported.
    fn act(&mut self, action: Action, lines: &[String]) {
        let victim = match action {
            Action::Kill(stage) => Some((stage, self.one_at_work(stage))),
            _ => None,
        };
        let records = |site: &Site, (stage, instance)| site.metric_if_up(stage, instance, "holdfast_records_total", "").unwrap_or(0.0);
        let before = victim.map(|victim| records(&self.site, victim));
        let mut import = self.begin_import(lines);
        if let (Some(victim), Some(before)) = (victim, before) {
            until(Duration::from_secs(60), "it has records, or there are none for it", || {
                (records(&self.site, victim) > before || import.try_wait().expect("its status").is_some()).then_some(())
            });
            let (stage, instance) = victim;
            self.site.kill(stage, instance);
            self.site.spawn(stage, instance);
        }
        match action {
            Action::Kill(_) => {}
            Action::Join(stage) => self.join(stage),
            Action::Leave(stage) => self.leave(stage),
            Action::BounceKafka => {
                // A process that cannot even ask for its topics ends; its supervisor would start it until it can.
                self.wait_until_all_run();
                self.outages.bounce_kafka();
            }
            Action::BreakClickHouse(fault) => self.outages.break_clickhouse(fault),
        }
        self.site.start_again_what_the_library_killed();
        self.site.alive();
        self.end_import(import, lines);
    }

    fn leave(&mut self, stage: &'static str) {
        if self.members[stage].len() < 2 {
            self.join(stage);
        }
        let instance = self.one_of(stage);
        self.site.stop(stage, instance);
        self.members.get_mut(stage).expect("a stage").retain(|member| *member != instance);
    }

    fn wait_until_all_run(&self) {
        for (stage, members) in &self.members {
            for instance in members {
                until(Duration::from_secs(30), &format!("{stage}-{instance} runs"), || {
                    let address = std::fs::read_to_string(self.site.address_file(stage, instance)).ok()?;
                    http(&address, "GET", "/livez", "")?.contains(&format!("{stage}-{instance}")).then_some(())
                });
            }
        }
    }

    fn one_of(&mut self, stage: &str) -> &'static str {
        let members = &self.members[stage];
        members[self.chance.below(members.len())]
    }

    fn join(&mut self, stage: &'static str) {
        let members = self.members.get_mut(stage).expect("a stage");
        if let Some(instance) = INSTANCES.into_iter().find(|instance| !members.contains(instance)) {
            members.push(instance);
            self.site.spawn(stage, instance);
        }
    }

    /// The process to be killed. A kill that hits nothing proves nothing, so the stage is at work as a whole.
    fn one_at_work(&mut self, stage: &str) -> &'static str {
        if stage != "load" {
            let Chaos { site, members, .. } = self;
            site.wait_for_all(stage, &members[stage]);
        }
        self.one_of(stage)
    }

    /// Begins to import what a file has grown by.
    fn begin_import(&self, lines: &[String]) -> Child {
        let file = write(&self.site, "queue_log", lines);
        let mut command = self.site.command(&["import", "--source", "bank", &file.display().to_string()]);
        command.stderr(Stdio::piped()).spawn().expect("the import starts")
    }

    /// Waits for an import; one that lost Kafka is done again, as its user would.
    fn end_import(&self, import: Child, lines: &[String]) {
        let output = import.wait_with_output().expect("it ends");
        if output.status.success() {
            return;
        }
        println!("  an import failed and is done again: {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
        until(Duration::from_secs(60), "the import succeeds", || {
            let output = self.begin_import(lines).wait_with_output().expect("it ends");
            output.status.success().then(|| imported(&String::from_utf8_lossy(&output.stderr)))
        });
    }

    /// Sum of a field over all messages of a kind in the logs of a stage, and how many there are.
    fn logged(&self, stage: &str, message: &str, field: &str) -> (i64, usize) {
        let (mut sum, mut count) = (0, 0);
        for instance in INSTANCES {
            let text = std::fs::read_to_string(self.site.folder.path().join(format!("{stage}-{instance}.log"))).unwrap_or_default();
            for line in text.lines().filter(|line| line.contains(message)) {
                let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else { continue };
                (sum, count) = (sum + value[field].as_i64().unwrap_or(0), count + 1);
            }
        }
        (sum, count)
    }

    /// Rows that ClickHouse was given more than once: same key, same version.
    fn inserted_twice(&self) -> i64 {
        let tables = [
            ("queue_visits", "queue, entered_at, contact_id, visit_number"),
            ("handlings", "queue, connected_at, contact_id, handling_number"),
            ("contacts", "started_at, contact_id"),
            ("queue_panes", "queue, window_start, source_partition"),
            ("activity_spans", "agent, started_at"),
        ];
        let twice = |(table, key): &(&str, &str)| self.site.number(&format!("SELECT count() - uniqExact({key}, version) FROM {table}"));
        tables.iter().map(twice).sum()
    }

    /// Records of transactions that did not come to pass.
    fn aborted_records(&self) -> usize {
        let topic = |name: &str| format!("{}{name}", self.site.prefix);
        let aborted = |name: &str| topics::read(&topic(name), &mut |_| {}) - topics::read_committed(&topic(name), &mut |_| {});
        ["calls", "contacts", "kpi-panes", "contacts-changelog", "activity-spans"].into_iter().map(aborted).sum()
    }

    /// A run in which nothing went wrong proves nothing.
    fn much_went_wrong(&self, met: i64) {
        let (restored, restores) = self.logged("contacts", "state restored", "records");
        let (_, assigned) = self.logged("ingest", "partitions assigned", "partitions");
        let (twice, aborted) = (self.inserted_twice(), self.aborted_records());
        println!(
            "{restores} restores of {restored} records, {assigned} assignments of ingest, {aborted} aborted records, {twice} rows inserted twice, {met} faults met"
        );
        assert!(restores > 4 && restored > 500, "{restores} restores of {restored} records");
        assert!(assigned > 3, "{assigned} assignments");
        assert!(aborted > 0, "no transaction was open when a process was killed");
        assert!(twice > 0, "no row was inserted twice");
        assert!(met >= 4, "{met} requests met a fault");
    }
}

#[test]
fn f01_f03_f06_f17_f18_chaos_ends_in_the_straight_run() {
    let outages = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut chance = Chance::new("chaos");
    let mut site = Site::new("chaos", SPREAD_FEED);
    site.start_all();
    // What is inserted twice is to be seen; reading puts it right all the same.
    for table in ["queue_visits", "handlings", "contacts", "queue_panes", "activity_spans"] {
        site.run(&["warehouse", "query", &format!("SYSTEM STOP MERGES {}.{table}", site.database)]);
    }
    let met_before = outages.heal_clickhouse();
    let actions = schedule(&mut chance);
    let members = STAGES.into_iter().map(|stage| (stage, vec!["0"])).collect();
    let mut chaos = Chaos { site, outages, chance, members };
    let began = std::time::Instant::now();
    let (mut share, shares) = (0, actions.iter().map(|action| action.weight()).sum::<usize>());
    for action in actions {
        share += action.weight();
        chaos.act(action, &straight.lines[..LINES * share / shares]);
        println!("{:5.1} s {action:?}", began.elapsed().as_secs_f64());
    }
    let met = chaos.outages.heal_clickhouse() - met_before;
    chaos.site.settle();
    println!("{:5.1} s settled", began.elapsed().as_secs_f64());
    Facts::of(&chaos.site).assert_equal(&straight.facts, "chaos");
    chaos.much_went_wrong(met);
    // It still works: a fresh call passes.
    let mut lines = straight.lines.clone();
    let at = crate::facts::seconds(&lines[LINES - 1]) + 60;
    lines.push(format!("{at}|{at}.1|FRESH|NONE|ENTERQUEUE||555123456|1"));
    lines.push(format!("{}|{at}.1|FRESH|NONE|ABANDON|1|1|9", at + 9));
    assert_eq!(chaos.site.import("bank", &write(&chaos.site, "queue_log", &lines)), (2, LINES as u64));
    chaos.site.settle();
    assert_eq!(chaos.site.number("SELECT sum(abandoned) FROM v_queue_minutes WHERE queue = 'FRESH'"), 1);
}
