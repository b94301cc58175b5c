//! A quarter of a large centre through the stack, measured: `make quarter` runs it with the optimised binary. What it prints is the result.

use crate::compare::compare_all;
use crate::play::{filled, simulate};
use crate::site::Site;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

const DAY_S: i64 = 86_400;
/// The stages, in the order in which rows pass through them.
const STAGES: [&str; 4] = ["ingest", "contacts", "agents", "load"];

/// A run with so many times the agents and the demand. `HOLDFAST_QUARTER` has further arguments of `holdfast simulate`, such as
/// `--preset centre --days 1` to try it.
pub fn run(factor: u32) {
    let more = std::env::var("HOLDFAST_QUARTER").unwrap_or_else(|_| "--preset quarter".to_owned());
    let limit_s = std::env::var("HOLDFAST_QUARTER_LIMIT_S").ok().and_then(|text| text.parse().ok()).unwrap_or(7_200);
    println!("\n== {factor} times the agents: {more} ==");
    let folder = tempfile::tempdir().expect("a folder");
    let centre = folder.path().join("centre");
    let begin = Instant::now();
    let factor = factor.to_string();
    let mut args: Vec<&str> = more.split_whitespace().collect();
    args.extend(["--agents-factor", &factor]);
    simulate(&centre, &args);
    println!("simulated in {:.1} s", begin.elapsed().as_secs_f64());

    let sources = std::fs::read_to_string(centre.join("holdfast.toml")).expect("the sources");
    let mut site = Site::new("quarter", &sources);
    let begin = Instant::now();
    let rows = import(&site, &centre);
    let import_s = begin.elapsed().as_secs_f64();
    println!("imported {rows} rows in {import_s:.1} s: {:.0} rows/s", rows as f64 / import_s);

    let begin = Instant::now();
    site.start_all();
    site.settle_within(limit_s);
    let settled_s = begin.elapsed().as_secs_f64();
    println!("processed and audited in {settled_s:.1} s: {:.0} rows/s from raw to ClickHouse", rows as f64 / settled_s);
    for stage in STAGES {
        println!("{stage}: at most {:.0} MB of memory", site.peak_memory_kb(stage, "0") as f64 / 1_024.0);
    }
    tell_tables(&site);
    let begin = Instant::now();
    let cells = compare_all(&site, &centre);
    println!("{cells} cells of the truth are equal; compared in {:.1} s", begin.elapsed().as_secs_f64());
}

fn tell_tables(site: &Site) {
    let parts = format!(
        "SELECT table, sum(rows) AS row_count, sum(data_compressed_bytes) AS bytes FROM system.parts
         WHERE database = '{}' AND active GROUP BY table HAVING row_count > 0 ORDER BY table",
        site.database
    );
    for row in site.query(&parts) {
        let number = |name: &str| crate::site::integer(&row[name]).unwrap_or(0) as f64;
        let (rows, bytes) = (number("row_count"), number("bytes"));
        println!("{}: {rows:.0} rows, {:.1} bytes a row, {:.1} MB", row["table"].as_str().unwrap_or_default(), bytes / rows, bytes / 1e6);
    }
}

/// Imports what the simulator wrote: reference data and observations file by file, the logs of all sites day by day, so that no site is
/// months ahead of another. Returns how many rows the sources gave.
fn import(site: &Site, centre: &Path) -> u64 {
    let commands = std::fs::read_to_string(centre.join("import.sh")).expect("the commands");
    let (mut rows, mut days) = (0, Vec::new());
    for line in commands.lines().filter(|line| line.starts_with("$holdfast ")) {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let (name, command) = words.split_last().expect("a file");
        let Some(file) = filled(centre.join(name)) else { continue };
        match command {
            ["import", "--source", source] if name.ends_with("/queue_log") => {
                days.extend(by_day(&file).into_iter().map(|(day, part)| (day, (*source).to_owned(), part)));
            }
            ["import", "--source", source] => rows += site.import(source, &file).0,
            _ => drop(site.run(&[command, &[&file.display().to_string()]].concat())),
        }
    }
    days.sort();
    rows + days.iter().map(|(_, source, part)| site.import(source, part).0).sum::<u64>()
}

/// A log cut into files of a day each.
fn by_day(log: &Path) -> Vec<(i64, PathBuf)> {
    let mut parts: Vec<(i64, PathBuf)> = Vec::new();
    let mut out: Option<BufWriter<File>> = None;
    for line in BufReader::new(File::open(log).expect("the log")).lines() {
        let line = line.expect("a line");
        let time_s: i64 = line.split('|').next().and_then(|time| time.parse().ok()).expect("a time");
        let day = time_s.div_euclid(DAY_S);
        if parts.last().is_none_or(|(last, _)| *last != day) {
            let path = log.with_file_name(format!("queue_log.{day}"));
            if let Some(mut part) = out.replace(BufWriter::new(File::create(&path).expect("a file"))) {
                part.flush().expect("written");
            }
            parts.push((day, path));
        }
        writeln!(out.as_mut().expect("a file is open"), "{line}").expect("written");
    }
    if let Some(mut part) = out {
        part.flush().expect("written");
    }
    parts
}
