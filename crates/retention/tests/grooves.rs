//! Grooves, on made-up teams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::grooves::{AgentWeek, Grooves, grooves};

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
