//! A year of a world is told the same, to the last bit: again, in another order of agents, from a state that was stored and read on many days, and by processes that were
//! stopped and folded the year anew beside the log of what was told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{DayLog, Site, SiteDayResult, SiteSettings, Told, bytes};
use evaluation::facts::FIRST_DAY;
use simulator::attrition::{Centre, Outage, Wave, World};

const AGENTS: u32 = 40;
const DAYS: u32 = 365;

/// Loud signs, and outages of a team and a wave of absence beside them, so that groups have something to be told of too.
fn year() -> Vec<Vec<DayFacts>> {
    let mut world = World::named("loud", 8, AGENTS, DAYS).unwrap();
    world.disturbances.outage = Some(Outage { every_days: 70, lasting_days: 7, every_nth_team: 2, strength: 2.0 });
    world.disturbances.wave = Some(Wave { begin_days: vec![135], lasting_days: 21, factor: 5.0 });
    let (mut centre, mut facts, mut days) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default(), Vec::new());
    while let Some(day) = centre.next() {
        days.push(facts.facts(&centre, &day, world.teams() as usize));
    }
    days
}

/// Takes days one after the other; `between` may do something to the site before each.
fn fold(site: &mut Site, days: &[Vec<DayFacts>], from: usize, mut between: impl FnMut(usize, &mut Site) -> DayLog) -> Vec<SiteDayResult> {
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let mut take = |(at, facts): (usize, &Vec<DayFacts>)| {
        let log = between(at, site);
        site.take(&settings, &model, FIRST_DAY + at as i32, facts, &log)
    };
    (from..).zip(&days[from..]).map(&mut take).collect()
}

/// A day as the log has it.
fn told(result: &SiteDayResult) -> DayLog {
    let decisions = result.decisions.iter().map(|decision| Told {
        agent: decision.agent.clone(),
        what: decision.what,
        tier: decision.tier,
        probability: decision.score.map_or(0.0, |(probability, _)| probability),
        inputs_hash: decision.inputs_hash,
    });
    DayLog { told: true, decisions: decisions.collect(), notices: result.notices.clone(), ..DayLog::default() }
}

/// The same agents of a day, the last first on every other day.
fn turned(days: &[Vec<DayFacts>]) -> Vec<Vec<DayFacts>> {
    let of = |(at, facts): (usize, &Vec<DayFacts>)| if at % 2 == 0 { facts.iter().rev().cloned().collect() } else { facts.clone() };
    days.iter().enumerate().map(of).collect()
}

#[test]
fn a_year_is_told_the_same_however_often_it_is_interrupted() {
    let days = year();
    let mut site = Site::default();
    let once = fold(&mut site, &days, 0, |_, _| DayLog::default());
    let decisions = once.iter().map(|result| result.decisions.len()).sum::<usize>();
    let notices = once.iter().map(|result| result.notices.len()).sum::<usize>();
    assert!(decisions > 20 && notices > 6, "{decisions} decisions and {notices} notices of groups prove little");

    // Stored and read, in the days that wait for what the site has in common too, and agents in another order.
    let mut other = Site::default();
    let mut stored = 0;
    let again = fold(&mut other, &turned(&days), 0, |at, site| {
        if at % 11 == 3 {
            *site = bytes::read(&bytes::write(site).unwrap()).unwrap();
            stored += 1;
        }
        DayLog::default()
    });
    assert!(stored > 30 && again == once && other == site);

    // A process that was stopped: the next one folds what is kept from its first day, follows the log up to where that ends, and tells on.
    for stopped in [17, 28, 143, 301] {
        let mut next = Site::default();
        let on = fold(&mut next, &days, 0, |at, _| if at < stopped { told(&once[at]) } else { DayLog::default() });
        assert!(
            on[..stopped].iter().all(|result| result.decisions.is_empty() && result.notices.is_empty()),
            "what was told is not told again"
        );
        assert_eq!(on[stopped..], once[stopped..], "stopped before day {stopped}");
        let scores = |results: &[SiteDayResult]| results.iter().map(|result| result.scores.clone()).collect::<Vec<_>>();
        assert!(scores(&on[..stopped]) == scores(&once[..stopped]) && next == site, "stopped before day {stopped}");
    }
}
