//! The truth of a simulated centre against the warehouse: every table of `truth/`, cell by cell, with the query of its name.

use crate::site::{Site, root};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A query that takes longer is worth a line.
const SLOW: Duration = Duration::from_secs(2);

/// Compares every table of every site. Returns how many cells were equal; any other cell fails the test, after all tables were looked at.
pub fn compare_all(site: &Site, centre: &Path) -> u64 {
    let (mut cells, mut different) = (0, Vec::new());
    let queries = root().join("tests/pipeline/centre");
    for folder in folders(&centre.join("truth")) {
        for truth in folders(&folder) {
            match compare(site, &queries, &folder, &truth) {
                Ok(count) => cells += count,
                Err(problem) => different.push(format!("{}: {problem}", truth.strip_prefix(centre).unwrap_or(&truth).display())),
            }
        }
    }
    assert!(different.is_empty(), "{} tables differ:\n{}", different.len(), different.join("\n"));
    cells
}

/// What a folder holds, in order.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// The query of a table: by its name, that of `observations-<kind>` is one for all kinds.
fn query(queries: &Path, database: &str, site_name: &str, zone: &str, table: &str) -> String {
    let (file, kind) = table.split_once('-').filter(|(file, _)| *file == "observations").unwrap_or((table, ""));
    let path = queries.join(format!("{file}.sql"));
    let sql = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    lines.join("\n").replace("{site}", site_name).replace("{zone}", zone).replace("{kind}", kind).replace("{database}", database)
}

/// Compares a table of the site of this folder with the query of its name among `queries`. Returns how many cells are equal, or what is not.
pub fn compare(site: &Site, queries: &Path, folder: &Path, truth: &Path) -> Result<u64, String> {
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let (site_name, table) = (name(folder), name(truth));
    let zone = zone(site, &site_name);
    let begin = Instant::now();
    let output = site.output(&["warehouse", "query", "--format", "csv", &query(queries, &site.database, &site_name, &zone, &table)]);
    if !output.status.success() {
        return Err(format!("the query failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    if begin.elapsed() > SLOW {
        println!("{site_name} {table}: the query took {:.1} s", begin.elapsed().as_secs_f64());
    }
    let found = String::from_utf8_lossy(&output.stdout);
    let expected = std::fs::read_to_string(truth).expect("the truth");
    let (mut found, mut expected) = (found.lines(), expected.lines());
    let header: Vec<&str> = expected.next().unwrap_or_default().split(',').collect();
    let columns = found.next().unwrap_or_default().replace('"', "");
    if columns.split(',').ne(header.iter().copied()) {
        return Err(format!("columns {header:?}, the query gives {columns}"));
    }
    let mut cells = 0;
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return Ok(cells),
            (Some(want), Some(have)) => cells += compare_row(&header, want, have)?,
            (want, have) => return Err(format!("one has more rows than the other: truth {want:?}, warehouse {have:?}")),
        }
    }
}

fn compare_row(header: &[&str], want: &str, have: &str) -> Result<u64, String> {
    let cells = |row: &str| -> Vec<String> { row.split(',').map(|cell| cell.trim_matches('"').replace("\\N", "")).collect() };
    let (wanted, found) = (cells(want), cells(have));
    if wanted.len() != found.len() {
        return Err(format!("truth {want}, warehouse {have}"));
    }
    for ((name, want_cell), have_cell) in header.iter().zip(&wanted).zip(&found) {
        if !same(want_cell, have_cell) {
            return Err(format!("{name}: truth {want_cell:?}, warehouse {have_cell:?}\n  truth     {want}\n  warehouse {have}"));
        }
    }
    Ok(wanted.len() as u64)
}

/// The same text, or the same number up to the last digits of a division.
fn same(want: &str, have: &str) -> bool {
    let numbers = want.parse::<f64>().ok().zip(have.parse::<f64>().ok());
    let divided = want.contains('.') || have.contains('.');
    want == have || numbers.is_some_and(|(want, have)| divided && (want - have).abs() <= 1e-12 * want.abs().max(1.0))
}

fn zone(site: &Site, name: &str) -> String {
    let rows = site.query(&format!("SELECT zone FROM v_sites WHERE site = '{name}'"));
    rows.first().and_then(|row| row["zone"].as_str()).unwrap_or_else(|| panic!("no zone of {name}")).to_owned()
}
