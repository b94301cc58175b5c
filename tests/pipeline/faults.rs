//! What breaks, and what must hold then: the faults that need real processes on a real broker.
//! Each test ends with the facts of the straight run, row by row, and an audit without a difference.

mod chance;
mod chaos;
mod facts;
mod outages;
mod site;
mod straight;
mod topics;

use facts::{Facts, write};
use outages::Outages;
use site::{Site, until};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use straight::{Straight, straight};

/// Four days of the bank.
const LINES: usize = 12_000;
/// The log has no warm transfers, so its lines may be spread over all partitions of the raw topic.
const SPREAD_FEED: &str = "[[sources]]\nname = \"bank\"\nkind = \"queue_log\"\n[sources.queue_log]\nlink_transfers = \"call\"\n";

/// The site's file with the first lines of the log, imported.
fn import(site: &Site, straight: &Straight, lines: usize) {
    site.import("bank", &write(site, "queue_log", &straight.lines[..lines]));
}

fn equals(site: &mut Site, straight: &Straight, what: &str) {
    site.settle();
    Facts::of(site).assert_equal(&straight.facts, what);
}

#[test]
fn f02_a_stalled_process_that_wakes_up_commits_nothing_old() {
    let _alone = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut site = Site::new("stalled", SPREAD_FEED);
    // A stalled process' open transaction holds up every reader until the broker gives it up.
    site.settings.push("kafka.transaction_timeout_ms=10000".to_owned());
    site.start_all();
    site.spawn("contacts", "1");
    site.wait_for_all("contacts", &["0", "1"]);
    let mut stalled_with_work = 0;
    for (turn, upto) in [(0, LINES / 2), (1, LINES)] {
        let records = || site.metric_of("contacts", "0", "holdfast_records_total", "");
        let before = records();
        let importing = site
            .command(&["import", "--source", "bank", &write(&site, "queue_log", &straight.lines[..upto]).display().to_string()])
            .spawn();
        until(Duration::from_secs(60), "it is at work", || (records() > before).then_some(()));
        site.signal("contacts", "0", "STOP");
        assert!(importing.expect("the import starts").wait().expect("it ends").success());
        let name = "holdfast_tasks";
        let has = |state: &str| site.metric_if_up("contacts", "1", name, state).unwrap_or(0.0) == 4.0;
        // First it wakes as soon as the other has been given its partitions, then when the other works on all of them, which is
        // after the broker has given up the stalled transaction.
        until(Duration::from_secs(60), "the other process takes over", || {
            has(if turn == 0 { "" } else { "state=\"running\"" }).then_some(())
        });
        site.signal("contacts", "0", "CONT");
        stalled_with_work += usize::from(woken_in_a_transaction(&mut site));
        site.wait_for_all("contacts", &["0", "1"]);
        site.settle();
    }
    equals(&mut site, straight, "stalled");
    let topic = format!("{}contacts-changelog", site.prefix);
    let aborted = topics::read(&topic, &mut |_| {}) - topics::read_committed(&topic, &mut |_| {});
    println!("{aborted} records of the stalled process were aborted; {stalled_with_work} times it had to be started again");
    assert!(aborted > 0, "no transaction was open when the process was stalled");
}

/// Waits until the woken process works again. It may find itself fenced and end with the code for that; then its supervisor starts
/// it again. True: it did.
fn woken_in_a_transaction(site: &mut Site) -> bool {
    let log = |site: &Site| std::fs::read_to_string(site.folder.path().join("contacts-0.log")).unwrap_or_default();
    let before = log(site).lines().count();
    let lost = until(Duration::from_secs(60), "the woken process notices", || {
        let text = log(site);
        let mut new = text.lines().skip(before);
        new.find_map(
            |line| if line.contains("the stage stopped") { Some(true) } else { line.contains("partitions revoked").then_some(false) },
        )
    });
    if lost {
        assert_eq!(site.ends("contacts", "0", 20), Some(70));
        assert!(site.log("contacts-0").contains("HF-R001"), "{}", site.log("contacts-0"));
        site.spawn("contacts", "0");
    }
    lost
}

#[test]
fn f07_of_two_processes_that_are_one_instance_the_first_stops() {
    let _alone = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut site = Site::new("twins", SPREAD_FEED);
    site.start_all();
    import(&site, straight, LINES / 3);
    site.wait_for_all("contacts", &["0"]);
    site.spawn_twin("contacts", "twin", "0", &[]);
    // From here on the first one is fenced; what comes now makes it notice.
    until(Duration::from_secs(60), "the twin has taken partitions", || (site.running("contacts", "twin") > 0.0).then_some(()));
    import(&site, straight, LINES);
    assert_eq!(site.ends("contacts", "0", 60), Some(70), "{}", site.log("contacts-0"));
    let log = site.log("contacts-0");
    assert!(log.contains("HF-R001"), "{log}");
    site.wait_for_all("contacts", &["twin"]);
    // No ping-pong: the second one goes on.
    equals(&mut site, straight, "twins");
}

#[test]
fn f10_offsets_moved_by_an_admin_are_refused_and_rewound() {
    let _alone = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut site = Site::new("moved", SPREAD_FEED);
    site.start_all();
    import(&site, straight, LINES / 2);
    site.settle();
    for (offset, upto) in [(rdkafka::Offset::Offset(0), LINES * 3 / 4), (rdkafka::Offset::End, LINES)] {
        site.stop("contacts", "0");
        import(&site, straight, upto);
        topics::wait_for_lag(&site, "ingest");
        topics::move_group(&site, "contacts", "calls", offset);
        site.spawn("contacts", "0");
        assert_eq!(site.ends("contacts", "0", 30), Some(70), "{}", site.log("contacts-0"));
        let log = site.log("contacts-0");
        assert!(log.contains("HF-R003") && log.contains("--rewind"), "{log}");
        site.spawn_with("contacts", "0", &["--rewind"]);
        // The group's lag says nothing yet: it counts from where the admin put it.
        until(Duration::from_secs(60), "what came since is read", || {
            (site.metric_if_up("contacts", "0", "holdfast_records_total", "")? >= (LINES / 4) as f64).then_some(())
        });
        site.settle();
    }
    // Once it has committed, nothing is left to be rewound.
    site.stop("contacts", "0");
    site.spawn("contacts", "0");
    site.wait_for_all("contacts", &["0"]);
    equals(&mut site, straight, "moved");
}

/// A file that can be read once the test lets it be, and has been opened when this returns.
fn opened_but_silent(site: &Site, lines: &Path) -> (PathBuf, Child) {
    let (folder, opened) = (site.folder.path().join("pipe"), site.folder.path().join("opened"));
    std::fs::create_dir(&folder).expect("a folder");
    let pipe = folder.join("queue_log");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let script = r#"exec > "$1"; : > "$2"; read -r go; cat "$3""#;
    let writer = Command::new("sh").args(["-c", script, "sh"]).args([&pipe, &opened, &lines.to_owned()]).stdin(Stdio::piped()).spawn();
    (pipe, writer.expect("sh runs"))
}

#[test]
fn f06_an_import_goes_on_when_the_broker_is_back() {
    let outages = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut site = Site::new("away", SPREAD_FEED);
    site.start_all();
    let file = write(&site, "queue_log", &straight.lines);
    let (pipe, mut writer) = opened_but_silent(&site, &file);
    let log = site.folder.path().join("import.log");
    // Lines count as not taken after four fifths of it.
    let quickly = ["--set", "kafka.transaction_timeout_ms=5000", "--set", "pipeline.catch_up_commit_ms=1000"];
    let mut command = site.command(&[&quickly[..], &["import", "--source", "bank", &pipe.display().to_string()]].concat());
    let mut import = command.stderr(std::fs::File::create(&log).expect("a log")).spawn().expect("the import starts");
    until(Duration::from_secs(60), "the import has reached Kafka and reads its file", || {
        assert!(import.try_wait().expect("its status").is_none(), "{}", site.log("import"));
        site.folder.path().join("opened").exists().then_some(())
    });
    outages.kill_kafka();
    drop(writer.stdin.take());
    until(Duration::from_secs(60), "the import says that it waits", || site.log("import").contains("trying again").then_some(()));
    outages.start_kafka();
    let status = until(Duration::from_secs(120), "the import ends", || import.try_wait().expect("its status"));
    assert!(status.success() && writer.wait().expect("it ends").success(), "{}", site.log("import"));
    equals(&mut site, straight, "a broker that was away");
    assert_eq!(site.import("bank", &file), (0, LINES as u64));
}

#[test]
fn f26_sigterm_under_load_ends_in_time() {
    let _alone = Outages::alone();
    let Some(straight) = straight(LINES) else { return };
    let mut site = Site::new("sigterm", SPREAD_FEED);
    site.start_all();
    site.wait_for_all("contacts", &["0"]);
    let stages = ["contacts", "ingest", "load"];
    for (turn, stage) in stages.into_iter().enumerate() {
        import(&site, straight, LINES * (turn + 1) / stages.len());
        let began = Instant::now();
        site.stop(stage, "0");
        let took = began.elapsed();
        println!("{stage} ended after {took:?}");
        assert!(took < Duration::from_secs(8), "{stage} took {took:?}; pipeline.shutdown_seconds is 5");
        assert!(site.log(&format!("{stage}-0")).contains("stopped cleanly"), "{}", site.log(&format!("{stage}-0")));
        site.spawn(stage, "0");
    }
    equals(&mut site, straight, "sigterm");
}
