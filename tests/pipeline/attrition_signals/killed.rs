//! The same world while processes of every stage are killed, leave and join, each stage worked on by two of them; and then the process that scores is killed.

use crate::chance::Chance;
use crate::play::filled;
use crate::site::{Site, until};
use crate::told::{kafka, since};
use crate::{Expected, SMALL, alone, assert_formed, assert_told, world};
use holdfast::signals::log;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Stages whose processes are killed; two work on each but the loader.
const STAGES: [&str; 4] = ["ingest", "contacts", "agents", "load"];
/// How often each stage is hit while the log of calls is imported.
const TURNS: usize = 2;
/// Records that a process is let do after the last kill, before it is killed itself: fewer than its share of a portion.
const WORK_MOST: usize = 1_500;
/// How often the scoring is killed while it tells.
const SCORING_KILLS: usize = 2;

fn members(stage: &str) -> &'static [&'static str] {
    if stage == "load" { &["0"] } else { &["0", "1"] }
}

fn records(site: &Site, stage: &str, instance: &str) -> Option<f64> {
    let name = if stage == "load" { "holdfast_loader_rows_total" } else { "holdfast_records_total" };
    site.metric_if_up(stage, instance, name, "")
}

/// Imports a file as a process that goes on meanwhile.
fn begin_import(site: &Site, file: &Path) -> Child {
    let log = std::fs::File::create(site.folder.path().join("import.log")).expect("a log file");
    let mut command = site.command(&["import", "--source", "west", &file.display().to_string()]);
    command.stdout(Stdio::null()).stderr(log).spawn().expect("the import starts")
}

/// Kills one of a stage's processes in the middle of what this import brings. Says whether it was at work.
fn kill_at_work(site: &mut Site, chance: &mut Chance, stage: &'static str, import: &mut Child) -> bool {
    let instance = members(stage)[chance.below(members(stage).len())];
    let (before, after) = (records(site, stage, instance).unwrap_or(0.0), chance.between(1, WORK_MOST) as f64);
    let mut done = 0.0;
    until(Duration::from_secs(90), &format!("{stage}-{instance} works, or there is nothing for it"), || {
        done = records(site, stage, instance)? - before;
        (done >= after || import.try_wait().expect("its status").is_some()).then_some(())
    });
    println!("  {stage}-{instance} is killed {done} records after the last kill, {after} were meant");
    site.kill(stage, instance);
    site.spawn(stage, instance);
    done > 0.0
}

/// One of the two processes of each stage leaves in the middle of its work, the other takes its partitions, and it comes back.
fn leave_and_join(site: &mut Site) {
    for stage in ["ingest", "contacts", "agents"] {
        site.stop(stage, "1");
        site.wait_for_all(stage, &["0"]);
        site.spawn(stage, "1");
        site.wait_for_all(stage, members(stage));
    }
}

/// Everything into the site, the log of calls in portions, a process killed in each. Returns how many were at work.
fn import_and_kill(site: &mut Site, chance: &mut Chance, folder: &Path) -> usize {
    let mut order: Vec<&'static str> = STAGES.repeat(TURNS);
    (1..order.len()).rev().for_each(|at| order.swap(at, chance.below(at + 1)));
    let commands = std::fs::read_to_string(folder.join("import.sh")).expect("the commands");
    let mut hit = 0;
    for line in commands.lines().filter_map(|line| line.strip_prefix("$holdfast ")) {
        let (words, file) = line.rsplit_once(' ').expect("a file");
        let Some(path) = filled(folder.join(file)) else { continue };
        if file != "west/queue_log" {
            site.run(&[&words.split(' ').collect::<Vec<_>>()[..], &[&path.display().to_string()]].concat());
            continue;
        }
        let lines: Vec<String> = std::fs::read_to_string(&path).expect("a log").lines().map(|line| format!("{line}\n")).collect();
        let growing = site.folder.path().join("queue_log");
        for (turn, stage) in order.iter().enumerate() {
            std::fs::write(&growing, lines[..lines.len() * (turn + 1) / order.len()].concat()).expect("a file");
            let mut import = begin_import(site, &growing);
            hit += usize::from(kill_at_work(site, chance, stage, &mut import));
            if turn + 1 == order.len() / 2 {
                leave_and_join(site);
            }
            assert!(import.wait().expect("it ends").success(), "the import of portion {turn}: {}", site.log("import"));
            site.alive();
        }
    }
    hit
}

/// Kills the scoring while it forms days, then while it tells, at points that the seed decides; then lets it end. Returns how often it was not done when it was killed.
fn score_and_kill(site: &mut Site, chance: &mut Chance) -> usize {
    let expected = Expected::small();
    let last = expected.facts.last().and_then(|rows| rows.first()).expect("a day").day;
    let mut undone = 0;
    let formed = format!("SELECT uniqExact(day) FROM {}_attrition.formed_days", site.database);
    let days = chance.between(1, SMALL.days as usize * 3 / 4) as i64;
    site.spawn_with("run", "form", &["signals", &since(expected.since)]);
    until(Duration::from_secs(120), &format!("{days} days are formed"), || (site.number(&formed) >= days).then_some(()));
    site.kill("run", "form");
    undone += usize::from(site.number(&formed) < expected.facts.len() as i64);
    let kafka = kafka(site);
    let told = || log::progress(&kafka).expect("the progress").into_values().next().unwrap_or(expected.since - 1);
    for round in 0..SCORING_KILLS {
        let name = format!("tell{round}");
        let left = (last - told()).max(0) as usize;
        let until_day = told() + chance.between(1, left / 2 + 2) as i32;
        site.spawn_with("run", &name, &["signals", &since(expected.since)]);
        let day =
            until(Duration::from_secs(180), &format!("day {until_day} is told"), || Some(told()).filter(|day| *day >= until_day.min(last)));
        site.kill("run", &name);
        println!("  the scoring is killed after day {day} of {last}");
        undone += usize::from(day < last);
    }
    site.run(&["run", "signals", "--once", &since(expected.since)]);
    undone
}

#[test]
fn killed_anywhere_the_pipeline_tells_the_same() {
    let _alone = alone();
    let mut chance = Chance::new("killed");
    let folder = tempfile::tempdir().expect("a folder");
    let mut site = world("told_killed", SMALL, folder.path(), true);
    let begin = Instant::now();
    for stage in STAGES {
        members(stage).iter().for_each(|instance| site.spawn(stage, instance));
    }
    for stage in ["ingest", "contacts", "agents"] {
        site.wait_for_all(stage, members(stage));
    }
    let hit = import_and_kill(&mut site, &mut chance, folder.path());
    println!("imported after {:?}, {hit} of {} were killed at work", begin.elapsed(), STAGES.len() * TURNS);
    site.settle();
    println!("settled after {:?}", begin.elapsed());
    let undone = score_and_kill(&mut site, &mut chance);
    println!("told after {:?}", begin.elapsed());
    // A kill that hits nothing proves nothing.
    assert!(hit >= STAGES.len() && undone >= 2, "{hit} processes were killed at work, and the scoring {undone} times before its end");
    let cells = assert_formed(&site, Expected::small());
    let scores = assert_told(&site, Expected::small());
    println!("{cells} cells of days and {scores} scores are those of a run in which nothing happened, after {:?}", begin.elapsed());
}
