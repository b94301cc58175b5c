//! What a site remembers and what it does not: of days on which nobody is looked at, of those who are gone, of groups, and of what waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod draw;
mod people;

use attrition::features::DayFacts;
use attrition::signals::{Action, Outcome};
use attrition::site::{DayLog, PersonAction, Site, SiteDayResult, SiteSettings, Told, What};
use people::{FIRST, Story, day, id, model};
use serde_json::Value;

fn usual() -> Story {
    Story { agents: 40, team_size: 10, worn: vec![(7, FIRST + 60)], ..Story::default() }
}

fn take(site: &mut Site, at: i32, facts: &[DayFacts], log: &DayLog) -> SiteDayResult {
    site.take(&SiteSettings::default(), &model(), at, facts, log)
}

/// Folds days up to before `until`.
fn run(story: &Story, until: i32) -> (Site, Vec<SiteDayResult>) {
    let mut site = Site::default();
    let results = (FIRST..until).map(|at| take(&mut site, at, &day(story, at), &DayLog::default())).collect();
    (site, results)
}

/// A part of the state.
fn part(site: &Site, path: &str) -> Value {
    serde_json::to_value(site).unwrap().pointer(path).unwrap_or(&Value::Null).clone()
}

/// The day on which agent 7 got a signal.
fn opened(results: &[SiteDayResult]) -> i32 {
    let of = |result: &&SiteDayResult| result.decisions.iter().any(|one| one.agent == id(7) && one.what == What::Opened);
    results.iter().find(of).expect("agent 7 wears out from day 60 on").day
}

fn acts(actions: &[Action]) -> DayLog {
    DayLog { actions: actions.iter().map(|action| PersonAction { agent: id(7), action: *action }).collect(), ..DayLog::default() }
}

/// Whoever wears out before the moments are known is told of from then on, and not silently before.
#[test]
fn nothing_opens_on_the_days_that_waited() {
    let (site, results) = run(&Story { worn: vec![(7, FIRST + 5)], ..usual() }, FIRST + 28);
    let opened = results.iter().flat_map(|result| &result.decisions).filter(|one| one.what == What::Opened).count();
    assert_eq!((site.living().count(), opened), (1, 1));
    assert!(results[..27].iter().all(|result| result.decisions.is_empty()));
}

/// A day without rows waits only if something happened to a signal on it.
#[test]
fn what_happened_while_the_site_waits_is_kept() {
    let mut site = Site::default();
    // No score is low beside so small a probability: it does not fade.
    let told = Told { agent: id(7), what: What::Opened, tier: attrition::signals::Tier::Concern, probability: 0.001, inputs_hash: None };
    take(&mut site, FIRST, &[], &DayLog::default());
    take(&mut site, FIRST + 1, &[], &DayLog { told: true, decisions: vec![told], ..DayLog::default() });
    take(&mut site, FIRST + 2, &[], &acts(&[Action::Acknowledge]));
    assert_eq!(part(&site, "/waiting").as_array().unwrap().len(), 2);
    for at in FIRST + 3..FIRST + 31 {
        take(&mut site, at, &day(&usual(), at), &DayLog::default());
    }
    assert_eq!(part(&site, "/agents/a007/tracker/episode/state"), "acknowledged");
}

/// Scores are remembered for as long as a later one is compared with them, and no longer.
#[test]
fn the_latest_scores_are_remembered() {
    let (site, results) = run(&usual(), FIRST + 80);
    let scores = results.iter().flat_map(|result| result.scores.iter().map(|score| (result.day, score)));
    let of: Vec<(i32, f64)> = scores.filter(|(_, score)| score.agent == id(7)).map(|(day, score)| (day, score.log_odds[1])).collect();
    assert!(of.len() > 40, "scored on {} days", of.len());
    let kept: Vec<(i32, f64)> = of.into_iter().filter(|(day, _)| *day > FIRST + 79 - 21).collect();
    assert_eq!(part(&site, "/agents/a007/latest/scores"), serde_json::to_value(kept).unwrap());
}

/// Baselines stand still as long as a signal lives: from the end of the day on which it opens, and no longer on the day on which a person ends it.
#[test]
fn baselines_stand_still_while_a_signal_lives() {
    let (_, results) = run(&usual(), FIRST + 100);
    let opened = opened(&results);
    let (site, _) = run(&usual(), opened + 1);
    let frozen = |site: &Site, agent: u32| part(site, &format!("/agents/{}/history/tracks/acw/baseline/frozen", id(agent)));
    assert_eq!((frozen(&site, 7), frozen(&site, 8)), (Value::Bool(true), Value::Bool(false)));
    // Ended at the end of one day as it was told, or at the beginning of the next one by a person: from that one on days are learned.
    let end = Action::Close(Outcome::Left);
    let ended = |log: &dyn Fn(i32) -> DayLog| {
        let mut site = site.clone();
        let silent = |at: i32| DayLog { told: true, ..log(at) };
        for at in opened + 1..opened + 20 {
            take(&mut site, at, &day(&usual(), at), &silent(at));
        }
        part(&site, "/agents/a007/history")
    };
    let told = Told { agent: id(7), what: What::Ended(end), tier: attrition::signals::Tier::Concern, probability: 0.2, inputs_hash: None };
    let by_product = ended(&|at| DayLog { decisions: (at == opened + 3).then(|| told.clone()).into_iter().collect(), ..DayLog::default() });
    let by_person = ended(&|at| if at == opened + 4 { acts(&[end]) } else { DayLog::default() });
    assert!(by_product == by_person);
    assert!(by_product != ended(&|_| DayLog::default()), "the test sees whether days are learned");
}

/// Whoever is not employed, has given notice or is on leave is not looked at: nothing of the day is learned.
#[test]
fn nothing_is_learned_of_whom_nobody_looks_at() {
    let (site, _) = run(&usual(), FIRST + 40);
    let at = (FIRST + 40..).find(|at| day(&usual(), *at)[3].staffed_ms > 0).unwrap();
    let after = |change: &dyn Fn(&mut DayFacts)| {
        let (mut site, mut facts) = (site.clone(), day(&usual(), at));
        change(&mut facts[3]);
        take(&mut site, at, &facts, &DayLog::default());
        ["history", "charts", "naturals", "filter"].map(|of| part(&site, &format!("/agents/a003/{of}")))
    };
    let before = ["history", "charts", "naturals", "filter"].map(|of| part(&site, &format!("/agents/a003/{of}")));
    assert!(after(&|_| {}) != before);
    assert!(after(&|facts| facts.employed = false) == before);
    assert!(after(&|facts| facts.notice_given = true) == before);
    assert!(after(&|facts| facts.on_leave = true) == before);
}

/// Days are kept for 400 days: an agent who was not seen for so long is forgotten, unless an objection still waits for its answer.
#[test]
fn who_is_gone_for_long_is_forgotten() {
    let (_, results) = run(&usual(), FIRST + 100);
    let opened = opened(&results);
    let (mut site, _) = run(&usual(), opened + 1);
    take(&mut site, opened + 1, &[], &acts(&[Action::Contest]));
    take(&mut site, opened + 399, &[], &DayLog::default());
    assert_eq!(site.agents(), 40);
    take(&mut site, opened + 400, &[], &DayLog::default());
    assert_eq!((site.agents(), site.living().count()), (1, 1));
}

/// From 0.8 to 0.9 as a mean of a half-life of fourteen days; a day on which a whole team is not paid says nothing of it.
#[test]
fn a_teams_occupancy_is_smoothed() {
    let (mut site, _) = run(&usual(), FIRST + 40);
    let occupancy = |site: &Site| part(site, "/occupancy/team 0").as_f64().unwrap();
    assert!((occupancy(&site) - 0.8).abs() < 1e-9);
    let paid = |at: i32, paid: bool| {
        let mut facts = day(&usual(), at);
        for facts in &mut facts {
            (facts.utilised_ms, facts.paid_ms) = if paid { (900_000, 1_000_000) } else { (0, 0) };
        }
        facts
    };
    take(&mut site, FIRST + 40, &paid(FIRST + 40, true), &DayLog::default());
    let after = 0.8 + 0.1 * (1.0 - 2.0_f64.powf(-1.0 / 14.0));
    assert!((occupancy(&site) - after).abs() < 1e-9);
    take(&mut site, FIRST + 41, &paid(FIRST + 41, false), &DayLog::default());
    assert!((occupancy(&site) - after).abs() < 1e-9);
}

/// Of after-call work days differ by 0.2; of handle time new hires lose 0.8 with 45 days, which is not taken for what agents differ by.
#[test]
fn what_agents_have_in_common_is_found_in_the_first_days() {
    let mut site = Site::default();
    for at in FIRST..FIRST + 28 {
        let mut facts = day(&usual(), at);
        for (agent, facts) in (0..).zip(&mut facts) {
            // Every second one is new.
            let tenure_days = at - FIRST + agent % 2 * 300;
            let excess = 0.8 * (-f64::from(tenure_days) / 45.0).exp();
            // A little of its own every day, or nothing would be left.
            let wobble = if (agent + at) % 2 == 0 { 0.01 } else { -0.01 };
            facts.tenure_days = Some(tenure_days);
            facts.ln_handle_residual_sum_micro = ((excess + wobble) * 1e6) as i64 * i64::from(facts.compared_calls);
        }
        take(&mut site, at, &facts, &DayLog::default());
    }
    assert_eq!(part(&site, "/common/learning/time_constant_days"), 45.0);
    let pools = part(&site, "/common/pools");
    let sd = |feature: attrition::features::Feature| {
        let standardised =
            attrition::features::catalogue().iter().filter(|spec| spec.treatment == attrition::features::Treatment::Standardised);
        let place = standardised.map(|spec| spec.feature).position(|one| one == feature).unwrap();
        (pools[place]["sd"].as_f64().unwrap(), pools[place]["correlation"].as_f64().unwrap())
    };
    let (acw, handle) = (sd(attrition::features::Feature::AfterCallWork), sd(attrition::features::Feature::HandleTime));
    assert!((0.15..0.25).contains(&acw.0) && acw.1 != 0.0, "{acw:?}");
    assert!(handle.0 < 0.05, "{handle:?}");
}
