//! Talks change what they are counted by: with the switch of the simulated world (`Centre::hold_talk`), through the product's own fold and its draw of signals that are kept silent, what
//! is measured of talks is what they do, and what is measured of warnings without the silent ones is too low.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::quality::{Drawn, OUTCOME_DAYS};
use attrition::signals::{SILENT_SHARE_MAX, Tier, draw, signal_id};
use attrition::site::{DayLog, Site, SiteSettings, What};
use evaluation::facts::{FIRST_DAY, agent_id};
use simulator::attrition::{Centre, World};

const AGENTS: u32 = 250;
const DAYS: u32 = 330;
const SEEDS: [u64; 2] = [41, 42];

/// Plays the seeds; with everybody of whom a signal opens and is told somebody talks on the same day, which helps with this chance where it can. Counts signals by what was
/// drawn, those of the last 45 days not.
fn play(talk_effect: f64) -> Drawn {
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let mut counted = Drawn::default();
    for seed in SEEDS {
        let world = World { talk_effect, ..World::named("reference", seed, AGENTS, DAYS).unwrap() };
        let (mut centre, mut facts, mut site) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default(), Site::default());
        let mut signals: Vec<(u32, u32, bool)> = Vec::new();
        while let Some(day) = centre.next() {
            let today = facts.facts(&centre, &day, world.teams() as usize);
            let at = FIRST_DAY + day.day as i32;
            let result = site.take(&settings, &model, at, &today, &DayLog::default());
            for decision in result.decisions.iter().filter(|decision| decision.what == What::Opened) {
                let seat = day.seats.iter().position(|seat| agent_id(seat.truth.person) == decision.agent).unwrap();
                // Of every tier: a site draws concern only, of which there are too few here.
                let silent = draw(&signal_id(&seed.to_string(), &decision.agent, at), Tier::Concern, SILENT_SHARE_MAX).silent;
                if !silent {
                    centre.hold_talk(seat);
                }
                signals.push((day.seats[seat].truth.person, day.day, silent));
            }
        }
        for (person, opened, silent) in signals.into_iter().filter(|(_, opened, _)| opened + OUTCOME_DAYS as u32 <= DAYS) {
            let in_time = |day: u32| day > opened && day <= opened + OUTCOME_DAYS as u32;
            let left = u64::from(centre.departures().iter().any(|departure| departure.person == person && in_time(departure.day)));
            let (all, gone) =
                if silent { (&mut counted.silent, &mut counted.silent_left) } else { (&mut counted.told, &mut counted.told_left) };
            (*all, *gone) = (*all + 1, *gone + left);
        }
    }
    counted
}

/// The true effect is what the told ones of the same people would have done without talks: the same seeds, played with talks that help nobody.
#[test]
fn what_is_measured_of_talks_is_what_they_do() {
    let (without, with) = (play(0.0), play(0.8));
    let left = |counted: &Drawn| counted.told_left as f64 / counted.told as f64;
    let truth = left(&without) - left(&with);
    println!("without: {without:?} {:?}\nwith: {with:?} {:?}\ntruth {truth:.3}", without.uplift(), with.uplift());
    let none = without.uplift().unwrap();
    assert!(none.interval.low <= 0.0 && none.interval.high >= 0.0, "talks that do nothing show nothing: {none:?}");
    let shown = with.uplift().unwrap();
    assert!(truth > 0.1 && shown.interval.low > 0.0, "talks that help are seen to: {shown:?}, truth {truth}");
    assert!((shown.interval.low..=shown.interval.high).contains(&truth), "{shown:?} does not hold {truth}");
    // Whoever judges warnings by those who were talked with finds them worse than they are; by the silent ones they are as good as without talks.
    let (acted_on, untouched) = (with.acted_on().unwrap(), with.untouched().unwrap());
    assert!(acted_on.interval.high < left(&without), "{acted_on:?} beside {}", left(&without));
    assert!((untouched.interval.low..=untouched.interval.high).contains(&left(&without)), "{untouched:?} beside {}", left(&without));
}
