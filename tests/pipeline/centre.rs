//! A whole simulated centre through the real parts: three sites in three zones with people, schedules and what customers say. Every fact and
//! every KPI must equal what the simulator played.

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
mod compare;
#[path = "centre/play.rs"]
mod play;
#[path = "centre/quarter.rs"]
mod quarter;
mod site;

use compare::compare_all;
use play::{import, simulate};
use site::Site;
use std::time::Instant;

/// Twice: as it is, and with twice the agents and the demand. Hours at full size; see docs/simulated-centre.md.
#[test]
#[ignore = "make quarter"]
fn a_quarter_is_what_it_played() {
    for factor in [1, 2] {
        quarter::run(factor);
    }
}

#[test]
fn a_centre_is_what_it_played() {
    let seed = std::env::var("HOLDFAST_SEED").unwrap_or_else(|_| "1".to_owned());
    println!("seed {seed} (HOLDFAST_SEED)");
    let folder = tempfile::tempdir().expect("a folder");
    let centre = folder.path().join("centre");
    simulate(&centre, &["--preset", "centre", "--seed", &seed]);
    let sources = std::fs::read_to_string(centre.join("holdfast.toml")).expect("the sources");
    let mut site = Site::new("centre", &sources);
    let begin = Instant::now();
    site.start_all();
    import(&site, &centre);
    site.settle(60);
    println!("imported and settled after {:?}", begin.elapsed());
    let compared = compare_all(&site, &centre);
    assert!(compared > 100_000, "{compared} cells prove little");
    println!("{compared} cells are equal, after {:?}", begin.elapsed());
}
