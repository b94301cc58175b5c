//! Grooves, on made-up teams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::grooves::{AgentWeek, Grooves, Sides, grooves};
use retention::scorecards::{PAIRS, Pair};
use retention::trends::trends;

/// Four teams of ten in one queue group over twelve weeks; values tremble by agent and week in a pattern of no meaning.
fn site(speed: impl Fn(usize, i32) -> f64, care: impl Fn(usize, i32) -> f64) -> Grooves {
    let mut weeks = Vec::new();
    for week in 0..12 {
        for agent in 0..40_usize {
            let trembling = |measure: usize| (((agent * 31 + week as usize * 17 + measure * 13) * 7_919) % 100) as f64 / 50.0 - 1.0;
            weeks.push(AgentWeek {
                agent: format!("agent {agent:02}"),
                team: format!("team {}", agent / 10),
                group: "sales".to_owned(),
                week,
                speed: [0, 1, 2].map(|measure| Some(trembling(measure) + speed(agent / 10, week))),
                care: [3, 4, 5, 6, 7, 8].map(|measure| (measure < 7).then(|| trembling(measure) + care(agent / 10, week))),
            });
        }
    }
    grooves(&weeks)
}

fn bent(found: &Grooves) -> Vec<&str> {
    found.teams.iter().filter(|(_, groove)| groove.in_groove).map(|(team, _)| team.as_str()).collect()
}

/// Team 0 is three of the peers' spreads faster and three less careful: it is in the groove, and so are its agents; nobody else is.
#[test]
fn fast_and_careless_is_found() {
    let found = site(|team, _| if team == 0 { 3.0 } else { 0.0 }, |team, _| if team == 0 { -3.0 } else { 0.0 });
    assert_eq!(bent(&found), ["team 0"]);
    assert_eq!(found.teams["team 0"].agents, 10);
    assert!(found.agents.iter().all(|(agent, groove)| !groove.in_groove || agent.as_str() < "agent 10"), "{found:?}");
    assert!(found.agents.values().filter(|groove| groove.in_groove).count() >= 8);
    let latest = &found.teams["team 0"].latest;
    assert!(latest.index() > 2.0 && latest.strong_error > 0.0);
}

/// Of a team that is faster at after-call work alone, and loses quality alone, these two are named; of its agents as well.
#[test]
fn the_measures_that_are_apart_are_named() {
    let mut weeks = Vec::new();
    for week in 0..12 {
        for agent in 0..40_usize {
            let trembling = |measure: usize| (((agent * 31 + week as usize * 17 + measure * 13) * 7_919) % 100) as f64 / 50.0 - 1.0;
            let bent = |bent: bool, by: f64| if bent && agent < 10 { by } else { 0.0 };
            weeks.push(AgentWeek {
                agent: format!("agent {agent:02}"),
                team: format!("team {}", agent / 10),
                group: "sales".to_owned(),
                week,
                speed: [0, 1, 2].map(|measure| Some(trembling(measure) + bent(measure == 1, 3.0))),
                care: [3, 4, 5, 6, 7, 8].map(|measure| (measure < 7).then(|| trembling(measure) - bent(measure == 6, 3.0))),
            });
        }
    }
    let found = grooves(&weeks);
    for of in [&found.teams["team 0"], &found.agents["agent 03"]] {
        assert_eq!(of.apart.map(|measured| measured.name), ["after-call work", "quality"]);
        assert!(of.apart[0].mean > 2.0 && of.apart[1].mean < -2.0, "{:?}", of.apart);
    }
}

/// Faster and as careful, or faster and more careful, is learning.
#[test]
fn learning_is_no_groove() {
    let fast = |team: usize, _: i32| if team == 0 { 3.0 } else { 0.0 };
    assert_eq!(bent(&site(fast, |_, _| 0.0)), Vec::<&str>::new());
    assert_eq!(bent(&site(fast, fast)), Vec::<&str>::new());
}

/// A new process makes everybody fast and careless from week 6 on: peers take it out.
#[test]
fn what_moves_everybody_is_no_groove() {
    assert_eq!(bent(&site(|_, week| if week >= 6 { 5.0 } else { 0.0 }, |_, week| if week >= 6 { -5.0 } else { 0.0 })), Vec::<&str>::new());
}

/// A team of fewer than eight is not judged, and neither is one of three weeks.
#[test]
fn little_is_not_judged() {
    let week = |agent: usize, week: i32, agents: usize| AgentWeek {
        agent: format!("agent {agent}"),
        team: if agent < agents { "small" } else { "rest" }.to_owned(),
        group: "sales".to_owned(),
        week,
        speed: [Some(agent as f64), None, None],
        care: [Some(-(agent as f64)), None, None, None, None, None],
    };
    let of =
        |weeks: i32, small: usize| grooves(&(0..weeks).flat_map(|at| (0..30).map(move |agent| week(agent, at, small))).collect::<Vec<_>>());
    assert!(of(8, 8).teams.contains_key("small"));
    assert!(!of(8, 7).teams.contains_key("small"));
    assert!(of(3, 8).teams.is_empty());
}

/// Four teams of eight, ten weeks. Red drifts from level to one faster and one less careful of seven steps; a half-life of four weeks is a gain of 1 − 2^(−1/4).
fn drifting(team_of: impl Fn(usize) -> &'static str) -> Vec<AgentWeek> {
    let mut weeks = Vec::new();
    for week in 0..10_i32 {
        for agent in 0..32_usize {
            let (sway, more) =
                (if (agent + week as usize).is_multiple_of(2) { 1.0 } else { -1.0 }, if agent < 8 && week >= 5 { 1.0 } else { 0.0 });
            weeks.push(AgentWeek {
                agent: format!("agent {agent:02}"),
                team: team_of(agent).to_owned(),
                group: "sales".to_owned(),
                week,
                speed: [Some(sway + more), None, Some(sway)],
                care: [Some(sway), None, None, Some(sway - more), None, None],
            });
        }
    }
    weeks
}

/// Half of a team is up and half down, so that every level team is 0 on both sides; of a pair only its own measures move.
#[test]
fn a_trend_goes_with_the_weeks_and_with_its_pair() {
    let weeks = drifting(|agent| ["red", "blue", "green", "grey"][agent / 8]);
    let pair = |pushed: &str, cost: &str| PAIRS.iter().find(|pair| pair.pushed == pushed && pair.at_the_cost_of == cost).unwrap();
    let of = |sides: &Sides, team: &str| -> Vec<(i32, f64, f64)> {
        trends(&weeks, sides).iter().filter(|of| of.team == team).map(|of| (of.week, of.both.strong, of.both.weak)).collect()
    };
    let moved = of(&Sides::of_pair(pair("aht", "qa_score")).unwrap(), "red");
    assert_eq!(moved.iter().map(|(week, ..)| *week).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8, 9]);
    assert!(moved[..2].iter().all(|(_, speed, care)| speed.abs() < 1e-12 && care.abs() < 1e-12), "{moved:?}");
    assert!(moved[1..].windows(2).all(|of| of[1].1 > of[0].1 + 0.02 && of[1].2 < of[0].2 - 0.02), "on and on: {moved:?}");
    let still = of(&Sides::of_pair(pair("calls_per_hour", "repeat_rate_72h")).unwrap(), "red");
    assert!(still.iter().all(|(_, speed, care)| speed.abs() < 1e-12 && care.abs() < 1e-12), "{still:?}");
    // The whole is the mean of what was measured: one of two moved.
    let whole = of(&Sides::all(), "red");
    assert!(
        whole.iter().zip(&moved).all(|(all, one)| (all.1 - one.1 / 2.0).abs() < 1e-12 && (all.2 - one.2 / 2.0).abs() < 1e-12),
        "{whole:?}"
    );
    // The week that a groove is judged by is the last of the trend.
    let (groove, last) = (&grooves(&weeks).teams["red"].latest, trends(&weeks, &Sides::all()).pop().unwrap());
    assert_eq!((last.team.as_str(), last.week, &last.both), ("red", 9, groove));
    assert_eq!(Sides::of_pair(&Pair { pushed: "occupancy", at_the_cost_of: "qa_score", how: "" }), None);
    assert_eq!(PAIRS.iter().filter(|pair| Sides::of_pair(pair).is_some()).count(), 10);
}

/// Level teams are equal, so that none surpasses another; red is better on one side and worse on the other, and so are they.
#[test]
fn who_is_surpassed_is_worse_on_one_side_and_better_on_none() {
    let found = trends(&drifting(|agent| ["red", "blue", "green", "grey"][agent / 8]), &Sides::all());
    assert!(found.iter().all(|of| of.unsurpassed), "{found:?}");
    let mut worse = drifting(|agent| ["red", "blue", "green", "grey"][agent / 8]);
    for week in worse.iter_mut().filter(|week| week.team == "blue") {
        week.care[3] = week.care[3].map(|value| value - 0.5);
    }
    let surpassed: Vec<String> =
        trends(&worse, &Sides::all()).into_iter().filter(|of| !of.unsurpassed && of.week == 4).map(|of| of.team).collect();
    assert_eq!(surpassed, ["blue"]);
    // Seven are not shown, however many weeks there are.
    let small = drifting(|agent| if agent < 7 { "red" } else { "rest" });
    assert!(trends(&small, &Sides::all()).iter().all(|of| of.team == "rest"));
}
