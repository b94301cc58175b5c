//! The same calls, told differently: out of order, twice, over two feeds, replayed, in broken-off imports. Facts and panes are
//! those of the straight run, row by row, and the straight run is the independent reference.

mod chance;
mod facts;
mod site;
mod straight;

use chance::Chance;
use facts::{Facts, duplicated, shuffled, write};
use site::{Site, imported, until};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use straight::{ONE_FEED, Straight, straight};

/// Eight days of the bank, more than one transaction of an import.
const LINES: usize = 24_000;
const TWO_FEEDS: &str = "[[sources]]\nname = \"left\"\nsystem = \"bank\"\nkind = \"queue_log\"\n\n[[sources]]\nname = \"right\"\nsystem = \"bank\"\nkind = \"queue_log\"\n";

/// Imports the files of the sources, one after the other, and compares. Returns the site.
fn run(name: &str, settings: &[&str], toml: &str, straight: &Straight, files: &[(&str, &str, &[String])]) -> Site {
    let mut site = Site::new(name, toml);
    site.settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
    site.start_all();
    for (source, file, lines) in files {
        assert_eq!(site.import(source, &write(&site, file, lines)), (lines.len() as u64, 0));
    }
    site.settle();
    Facts::of(&site).assert_equal(&straight.facts, name);
    site
}

fn late_contacts(site: &Site) -> f64 {
    site.metric_of("contacts", "0", "holdfast_notes_total", "what=\"late_contact\"")
}

#[test]
fn lines_shuffled_within_an_hour_change_nothing() {
    let Some(straight) = straight(LINES) else { return };
    let lines = shuffled(&straight.lines, 3_600, &mut Chance::new("shuffled"));
    let displaced = lines.iter().zip(&straight.lines).filter(|(one, other)| one != other).count();
    assert!(displaced > LINES / 2, "only {displaced} lines moved");
    run("shuffled", &[], ONE_FEED, straight, &[("bank", "queue_log", &lines)]);
}

#[test]
fn every_fifth_line_twice_changes_nothing() {
    let Some(straight) = straight(LINES) else { return };
    let lines = duplicated(&straight.lines, 20, &mut Chance::new("duplicated"));
    assert!(lines.len() > LINES + LINES / 6, "{} lines", lines.len());
    run("duplicated", &[], ONE_FEED, straight, &[("bank", "queue_log", &lines)]);
}

#[test]
fn two_feeds_of_one_system_are_one_system() {
    let Some(straight) = straight(LINES) else { return };
    let half = |odd: usize| straight.lines.iter().skip(odd).step_by(2).cloned().collect::<Vec<_>>();
    run("two_feeds", &[], TWO_FEEDS, straight, &[("left", "queue_log", &half(0)), ("right", "queue_log", &half(1))]);
}

#[test]
fn a_log_replayed_under_another_name_changes_nothing() {
    let Some(straight) = straight(LINES) else { return };
    let site =
        run("replayed", &[], ONE_FEED, straight, &[("bank", "queue_log", &straight.lines), ("bank", "queue_log.1", &straight.lines)]);
    assert_eq!(late_contacts(&site), 0.0, "every contact was still remembered");
}

/// The second time, nearly every contact has been forgotten: it is folded from the replayed lines alone, and its panes are left alone.
#[test]
fn a_log_replayed_beyond_the_horizon_changes_nothing() {
    let Some(straight) = straight(LINES) else { return };
    // Contacts are forgotten when a transaction ends, so many short ones.
    let settings =
        ["contacts_min=0", "horizon_minutes=300", "commit_ms=20", "catch_up_commit_ms=20"].map(|setting| format!("pipeline.{setting}"));
    let files: [(&str, &str, &[String]); 2] = [("bank", "queue_log", &straight.lines), ("bank", "queue_log.1", &straight.lines)];
    let site = run("beyond", &settings.each_ref().map(String::as_str), ONE_FEED, straight, &files);
    let (late, calls) = (late_contacts(&site), site.number("SELECT count() FROM v_contacts"));
    assert!(late > calls as f64 * 0.3, "only {late} of {calls} contacts came late");
}

#[test]
fn a_second_import_under_the_same_name_adds_nothing() {
    let Some(straight) = straight(LINES) else { return };
    let lines = &straight.lines[..2_000];
    let site = Site::new("again", ONE_FEED);
    let file = write(&site, "queue_log", lines);
    assert_eq!(site.import("bank", &file), (2_000, 0));
    assert_eq!(site.import("bank", &file), (0, 2_000));
    // A log that has grown is read on from where it ended.
    let file = write(&site, "queue_log", &straight.lines[..2_500]);
    assert_eq!(site.import("bank", &file), (500, 2_000));
}

/// An import from a pipe that was fed so many lines, all of them read but for what the pipe holds.
fn feed(site: &Site, lines: &[String]) -> Child {
    let mut command = site.command(&["import", "--source", "bank", "--name", "queue_log", "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the import starts");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.as_mut().expect("a pipe").write_all(text.as_bytes()).expect("the import reads");
    child
}

fn kill(mut child: Child) {
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

#[test]
fn broken_off_imports_are_taken_up_where_they_stopped() {
    let Some(straight) = straight(LINES) else { return };
    let mut chance = Chance::new("broken off");
    let mut site = Site::new("broken_off", ONE_FEED);
    let file = write(&site, "queue_log", &straight.lines);
    site.start_all();
    // Told to stop: commits what it has read, says so, and ends with 130. It reads already: a pipe holds some 1,000 lines.
    let told = chance.between(2_000, 3_500);
    let mut child = feed(&site, &straight.lines[..told]);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs").success());
    let mut pipe = child.stdin.take().expect("a pipe");
    // The next line wakes it; it may also have ended already.
    let _ = pipe.write_all(format!("{}\n", straight.lines[told]).as_bytes());
    let output = child.wait_with_output().expect("it ends");
    drop(pipe);
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let (stopped_at, _) = imported(&String::from_utf8_lossy(&output.stderr));
    assert!((1..=told as u64 + 1).contains(&stopped_at), "{stopped_at} of {told} lines");
    // Killed in its first transaction: what was not committed never happened.
    kill(feed(&site, &straight.lines[..chance.between(5_000, 15_000)]));
    // Killed in its second transaction: the first one stays.
    let child = feed(&site, &straight.lines);
    until(Duration::from_secs(60), "the first transaction's calls arrive", || {
        (site.number("SELECT count() FROM v_contacts") > 5_000).then_some(())
    });
    kill(child);
    let (added, skipped) = site.import("bank", &file);
    println!("stopped at {stopped_at}, taken up at {skipped}");
    assert_eq!((added + skipped, skipped - stopped_at), (LINES as u64, 20_000), "lines in all; lines of the killed import");
    assert_eq!(site.import("bank", &file), (0, LINES as u64));
    site.settle();
    Facts::of(&site).assert_equal(&straight.facts, "broken off");
}
