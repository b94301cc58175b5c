//! Worlds that are played through the product's own fold of a site with the shipped model, and what came of every agent-day.

use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{DayLog, Site, SiteSettings, What};
use evaluation::facts::{FIRST_DAY, agent_id};
use simulator::attrition::{Cause, Centre, Departure, SeatDay, World};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const AGENTS: u32 = 250;
pub(crate) const DAYS: u32 = 300;
/// Baselines are young before.
pub(crate) const FROM: u32 = 60;
/// The shipped model was fitted on seeds 1 and 2; decisions were made on 11, 12, 101, 102 and 103, tables on 1 to 10.
const SEEDS: [u64; 2] = [31, 32];
/// A warning is right if the agent leaves within so many days.
const RIGHT_DAYS: u32 = 45;

/// A seat on a day, and what was said of it.
pub(crate) struct Told {
    pub(crate) day: u32,
    pub(crate) seat: SeatDay,
    /// A signal opened.
    pub(crate) opened: bool,
    /// Probability of leaving within 30 days, where there is a score.
    pub(crate) probability: Option<f64>,
}

/// Every agent-day of a world from [`FROM`] on, and who left.
pub(crate) struct Played {
    pub(crate) days: Vec<Told>,
    pub(crate) left: BTreeMap<u32, Departure>,
}

impl Played {
    /// Whether the agent leaves within so many days after.
    pub(crate) fn leaves(&self, told: &Told, within: u32) -> bool {
        self.left.get(&told.seat.truth.person).is_some_and(|departure| departure.day > told.day && departure.day <= told.day + within)
    }

    /// Leavers of whom a warning could have been, and how many had one, among those of these causes.
    fn leavers(&self, of: &[Cause]) -> (f64, f64) {
        let leavers = self.left.values().filter(|departure| departure.day >= FROM + RIGHT_DAYS && of.contains(&departure.cause));
        leavers.fold((0.0, 0.0), |(found, all), departure| {
            let warned = |told: &Told| told.opened && told.seat.truth.person == departure.person && self.leaves(told, RIGHT_DAYS);
            (found + f64::from(u8::from(self.days.iter().any(warned))), all + 1.0)
        })
    }
}

/// Both seeds of a world.
pub(crate) type Both = [Played; 2];

pub(crate) fn both(name: &str) -> Both {
    both_with(name, &SiteSettings::default())
}

pub(crate) fn both_with(name: &str, settings: &SiteSettings) -> Both {
    SEEDS.map(|seed| play(name, seed, settings))
}

/// The world that all others are compared with: the same people with the same days but for one thing. Played once.
pub(crate) fn reference() -> &'static Both {
    static REFERENCE: OnceLock<Both> = OnceLock::new();
    REFERENCE.get_or_init(|| both("reference"))
}

fn play(name: &str, seed: u64, settings: &SiteSettings) -> Played {
    let world = World::named(name, seed, AGENTS, DAYS).unwrap();
    let model: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    let (mut centre, mut facts, mut site) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default(), Site::default());
    let mut days = Vec::new();
    while let Some(day) = centre.next() {
        let today = facts.facts(&centre, &day, world.teams() as usize);
        let result = site.take(settings, &model, FIRST_DAY + day.day as i32, &today, &DayLog::default());
        let opened: Vec<&str> =
            result.decisions.iter().filter(|decision| decision.what == What::Opened).map(|decision| decision.agent.as_str()).collect();
        let scores: BTreeMap<&str, f64> = result.scores.iter().map(|score| (score.agent.as_str(), score.probability)).collect();
        if day.day >= FROM {
            days.extend(day.seats.into_iter().map(|seat| {
                let id = agent_id(seat.truth.person);
                Told { day: day.day, opened: opened.contains(&id.as_str()), probability: scores.get(id.as_str()).copied(), seat }
            }));
        }
    }
    Played { days, left: centre.departures().iter().map(|departure| (departure.person, *departure)).collect() }
}

/// Signals and agent-days among those that are chosen, of both seeds.
pub(crate) fn count(worlds: &Both, chosen: impl Fn(&Told) -> bool) -> (f64, f64) {
    let days: Vec<&Told> = worlds.iter().flat_map(|world| &world.days).filter(|told| chosen(told)).collect();
    (days.iter().filter(|told| told.opened).count() as f64, days.len() as f64)
}

/// Leavers who were warned of, leavers of these causes, and the share that as many signals drawn at random would find.
pub(crate) fn recall(worlds: &Both, of: &[Cause]) -> (f64, f64, f64) {
    let (found, all) = worlds.iter().map(|world| world.leavers(of)).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (opened, days) = count(worlds, |_| true);
    (found, all, attrition::measures::recall_of_random_alarms(opened / days, f64::from(RIGHT_DAYS)))
}

/// Share of signals that are right, among those that are chosen.
pub(crate) fn precision(worlds: &Both, chosen: impl Fn(&Told) -> bool) -> f64 {
    let opened = |world: &'_ Played| -> (f64, f64) {
        let signals: Vec<&Told> = world.days.iter().filter(|told| told.opened && chosen(told)).collect();
        (signals.iter().filter(|told| world.leaves(told, RIGHT_DAYS)).count() as f64, signals.len() as f64)
    };
    let (right, all) = worlds.iter().map(opened).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    right / all
}

/// Scores every ten days and whether the agent left within 30, of both seeds.
pub(crate) fn scored(worlds: &Both) -> Vec<(f64, bool)> {
    let of = |world: &Played| -> Vec<(f64, bool)> {
        let matured = world.days.iter().filter(|told| told.day.is_multiple_of(10) && told.day + 30 < DAYS);
        matured.filter_map(|told| Some((told.probability?, world.leaves(told, 30)))).collect()
    };
    worlds.iter().flat_map(of).collect()
}
