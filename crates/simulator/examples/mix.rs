//! How fast the event mix of the benchmarks is made: `cargo run --release -p simulator --example mix -- CONTACTS`.
#![allow(clippy::print_stdout, reason = "a program that prints")]

use simulator::{bench_mix, bench_truth};
use std::time::Instant;

fn main() -> anyhow::Result<()> {
    let contacts: u32 = std::env::args().nth(1).unwrap_or_else(|| "1135422".to_owned()).parse()?;
    let started = Instant::now();
    let mix = bench_mix(1, contacts);
    let events = mix.len();
    println!("{events} events of {contacts} contacts planned after {:.2} s", started.elapsed().as_secs_f64());
    let texts: usize = mix.map(|event| event.event_id.len()).sum();
    println!("made after {:.2} s ({texts} bytes of event ids)", started.elapsed().as_secs_f64());
    let panes = bench_truth(bench_mix(1, contacts));
    println!("{} panes after {:.2} s", panes.len(), started.elapsed().as_secs_f64());
    Ok(())
}
