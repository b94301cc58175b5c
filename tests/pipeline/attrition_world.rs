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
    site.settle(120);
    println!("imported and settled after {:?}", begin.elapsed());
    let truth = world.join("truth").join("west");
    let compared = TABLES.iter().map(|(queries, table)| {
        let queries = root().join("tests/pipeline").join(queries);
        compare(&site, &queries, &truth, &truth.join(format!("{table}.csv"))).unwrap_or_else(|problem| panic!("{table}: {problem}"))
    });
    let cells: u64 = compared.sum();
    // 24 seats, 60 days, 5 shifts of 7 days are some 1,000 agent-days; the six tables have some 60 cells of each.
    assert!(cells > 40_000, "{cells} cells prove little");
    println!("{cells} cells are equal, after {:?}", begin.elapsed());
}
