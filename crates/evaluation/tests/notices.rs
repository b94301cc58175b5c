//! What is taken off the individuals is told of the group: outages and waves of the simulator's worlds, through the product's own fold of a site.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic, and prints what it counted"
)]

use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{Cause, DayLog, Group, Notice, Site, SiteSettings};
use evaluation::facts::FIRST_DAY;
use simulator::attrition::{Centre, World};

const AGENTS: u32 = 250;
const DAYS: u32 = 300;
/// Groups are known from here on.
const FROM: u32 = 60;
const TEAMS: u32 = 13;

/// What was told in a world, with the day of the world.
fn play(name: &str, seed: u64) -> Vec<(u32, Notice)> {
    let world = World::named(name, seed, AGENTS, DAYS).unwrap();
    assert_eq!(world.teams(), TEAMS);
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let (mut centre, mut facts, mut site) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default(), Site::default());
    let mut told = Vec::new();
    while let Some(day) = centre.next() {
        let today = facts.facts(&centre, &day, world.teams() as usize);
        let result = site.take(&settings, &model, FIRST_DAY + day.day as i32, &today, &DayLog::default());
        told.extend(result.notices.into_iter().map(|notice| (day.day, notice)));
    }
    told
}

#[test]
fn tune() {
    for seed in std::env::var("SEEDS").unwrap_or_default().split(',').filter_map(|seed| seed.parse().ok()) {
        for world in ["reference", "flu", "outage"] {
            println!("== {world} {seed}");
            for (day, notice) in play(world, seed).iter().filter(|(day, _)| *day >= FROM) {
                println!(
                    "{day} {:?} {:?} began {} ended {:?} held {} agents {} {}",
                    notice.group,
                    notice.cause,
                    notice.began_day - FIRST_DAY,
                    notice.ended,
                    notice.held_day - FIRST_DAY,
                    notice.agents,
                    notice.moved.iter().map(|moved| format!("{} {:.2} ", moved.measure, moved.by)).collect::<String>()
                );
            }
        }
    }
}
