//! A world of agents who wear out and leave, through the real parts: what a correct reader measures of every agent's day must equal what was played.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

#[path = "centre/compare.rs"]
#[allow(dead_code, reason = "a centre compares all of its tables")]
mod compare;
#[path = "centre/play.rs"]
mod play;
mod site;

use compare::compare;
use play::{import, simulate};
use site::{Site, root};
use std::path::Path;
use std::time::Instant;

/// Tables of the truth whose queries are those of every centre, and the one of this world.
const TABLES: [(&str, &str); 6] = [
    ("centre", "agent-days"),
    ("centre", "pause-days"),
    ("centre", "work-stretches"),
    ("centre", "adherence-days"),
    ("centre", "attendance-days"),
    ("attrition_world", "played-days"),
];

/// Forms the days that are closed and compares them. Returns how many cells are equal.
fn formed(site: &Site, world: &Path) -> u64 {
    site.run(&["run", "signals", "--once"]);
    let last = site.number(&format!("SELECT max(day) FROM {}_attrition.formed_days", site.database));
    let last = jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(last)).to_string();
    // A day closes 36 hours after its end, and the world ends with its last day: the days before the last two are formed.
    let truth = std::fs::read_to_string(world.join("truth/west/played-days.csv")).expect("the truth");
    let closed: Vec<&str> = truth.lines().filter(|row| row.starts_with("day,") || row[..10] <= *last).collect();
    let folder = world.join("closed").join("west");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("played-days.csv"), closed.join("\n") + "\n").expect("a file");
    let missing = truth.lines().count() - closed.len();
    assert!((10..=48).contains(&missing), "two days of 24 seats are not closed, and {missing} rows are not compared");
    let queries = root().join("tests/pipeline/attrition_world/formed");
    compare(site, &queries, &folder, &folder.join("played-days.csv")).unwrap_or_else(|problem| panic!("formed days: {problem}"))
}

/// The untidy world has everything that can go wrong between a centre and who looks at it: missing schedules, wrong clocks, ids used again.
#[test]
fn an_untidy_world_is_what_it_played() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = folder.path().join("world");
    let seed = std::env::var("HOLDFAST_SEED").unwrap_or_else(|_| "1".to_owned());
    println!("seed {seed} (HOLDFAST_SEED)");
    let size = ["--agents", "24", "--days", "60", "--calls-a-day", "8"];
    simulate(&world, &[&["--preset", "attrition", "--world", "dirty", "--seed", &seed], &size[..]].concat());
    let sources = std::fs::read_to_string(world.join("holdfast.toml")).expect("the sources");
    let mut site = Site::new("world", &sources);
    let begin = Instant::now();
    site.start_all();
    import(&site, &world);
    site.settle();
    println!("imported and settled after {:?}", begin.elapsed());
    let truth = world.join("truth").join("west");
    let compared = TABLES.iter().map(|(queries, table)| {
        let queries = root().join("tests/pipeline").join(queries);
        compare(&site, &queries, &truth, &truth.join(format!("{table}.csv"))).unwrap_or_else(|problem| panic!("{table}: {problem}"))
    });
    let cells: u64 = compared.sum();
    let formed = formed(&site, &world);
    println!("{formed} cells of formed days are equal, after {:?}", begin.elapsed());
    assert!(formed > 10_000, "{formed} cells prove little");
    // 24 seats, 60 days, 5 shifts of 7 days are some 1,000 agent-days; the six tables have some 60 cells of each.
    assert!(cells > 40_000, "{cells} cells prove little");
    println!("{cells} cells are equal, after {:?}", begin.elapsed());
}
