//! How fast a site is folded, and what an agent takes: `cargo run --release -p evaluation --example site_speed -- 100000 36` (agents, days).

use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{DayLog, Site, SiteSettings, bytes};
use evaluation::facts::{self, FIRST_DAY};
use simulator::attrition::{Centre, World};
use std::time::{Duration, Instant};

// As the product allocates.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures and prints")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let agents = arguments.next().transpose()?.unwrap_or(10_000);
    let days = arguments.next().transpose()?.unwrap_or(40);
    let world = World::named("reference", 1, agents, days)?;
    let model: HazardModel = serde_json::from_str(PRIOR_MODEL)?;
    let (mut centre, mut of_world) = (Centre::open(&world)?, facts::Site::default());
    let (settings, mut site) = (SiteSettings::default(), Site::default());
    let (mut spent, mut scored, mut first) = (Duration::ZERO, 0, Duration::ZERO);
    while let Some(day) = centre.next() {
        let facts = of_world.facts(&centre, &day, world.teams() as usize);
        let begun = Instant::now();
        let result = site.take(&settings, &model, FIRST_DAY + day.day as i32, &facts, &DayLog::default());
        if day.day + 1 == settings.moment_days {
            // The days that waited are folded at once.
            first = begun.elapsed();
        } else if day.day >= settings.moment_days {
            spent += begun.elapsed();
            scored += result.scores.len();
        }
    }
    let per_second = scored as f64 / spent.as_secs_f64();
    println!(
        "{agents} agents: {per_second:.0} agent-days scored per second on one core, after the first {} days in {first:?}",
        settings.moment_days
    );
    println!("{} bytes of stored state per agent", bytes::write(&site)?.len() / site.agents().max(1));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")) {
        println!("{line} (the simulated world included)");
    }
    Ok(())
}
