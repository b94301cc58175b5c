//! A whole simulated centre through the real parts: three sites in three zones, each with another telephone system, with people, schedules and what customers say. Every fact and
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

/// Twice: as it is, and with twice the agents and the demand. An hour or more at full size; see docs/simulated-centre.md.
#[test]
#[ignore = "make quarter"]
fn a_quarter_is_what_it_played() {
    let factors = std::env::var("HOLDFAST_QUARTER_FACTORS").unwrap_or_else(|_| "1 2".to_owned());
    for factor in factors.split(' ') {
        quarter::run(factor.parse().expect("HOLDFAST_QUARTER_FACTORS has numbers"));
    }
}

#[test]
fn a_centre_is_what_it_played() {
    let seed = std::env::var("HOLDFAST_SEED").unwrap_or_else(|_| "1".to_owned());
    println!("seed {seed} (HOLDFAST_SEED)");
    play(&["--preset", "centre", "--seed", &seed]);
}

/// Disorder, duplicates and bad lines change no cell; every bad line is a dead letter of its code. Without Amazon Connect, whose simulated
/// stamps are whole seconds: in disorder nobody can tell which of two rings of one second came first.
#[test]
fn a_dirty_centre_is_what_it_played() {
    let dirt = ["--system", "boston=asterisk", "--disorder-s", "30", "--duplicates", "0.03", "--bad-lines", "20", "--odd-lines", "0.05"];
    play(&[&["--preset", "centre", "--seed", "7", "--days", "1"][..], &dirt].concat());
}

/// Simulates a centre, sends it through the real parts, and compares every cell.
fn play(args: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let centre = folder.path().join("centre");
    simulate(&centre, args);
    let sources = std::fs::read_to_string(centre.join("holdfast.toml")).expect("the sources");
    let mut site = Site::new("centre", &sources);
    let begin = Instant::now();
    site.start_all();
    import(&site, &centre);
    site.settle();
    println!("imported and settled after {:?}", begin.elapsed());
    let compared = compare_all(&site, &centre);
    assert!(compared > 30_000, "{compared} cells prove little");
    println!("{compared} cells are equal, after {:?}", begin.elapsed());
}
