//! Teams on the board: what their agents do and did, whatever the order of messages, and what `/metrics` and the JSON tell of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test may panic")]

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use board::{Board, BoardSettings, Floor, Gauges, TeamView, UNASSIGNED, Window};
use events::{AgentNow, AgentPane, Reference, ReferenceKind, codec::Encoder};
use jiff::tz::TimeZone;
use prometheus::{Encoder as _, Registry, TextEncoder};
use proptest::prelude::*;
use runtime::clock::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// Wednesday, 2026-11-25T10:20:30Z: the quarter of 10:15 runs.
const NOW_MS: i64 = 1_795_602_030_000;
const NOW_US: i64 = NOW_MS * 1_000;
const MINUTE_US: i64 = 60_000_000;
const QUARTER_US: i64 = 15 * MINUTE_US;
/// 10:15.
const RUNNING_US: i64 = NOW_US - 5 * MINUTE_US - 30_000_000;

/// A clock that stands still.
struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

fn encoded(message: &impl events::codec::Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).unwrap();
    bytes
}

/// A pane of the quarter so many before the running one.
fn pane<'a>(agent: &'a str, quarters_ago: i64, version: i64, measures: &[(&'a str, i64)]) -> AgentPane<'a> {
    let measures = measures.iter().copied().collect();
    AgentPane {
        tenant: "acme",
        agent,
        window_start_us: RUNNING_US - quarters_ago * QUARTER_US,
        layout: 8,
        version,
        measures,
        ..AgentPane::default()
    }
}

/// What an agent does since so many seconds.
fn now<'a>(agent: &'a str, activity: &'a str, since_s: i64, version: i64) -> AgentNow<'a> {
    let since_us = NOW_US - since_s * 1_000_000;
    let silent_us = since_us + 16 * 3_600_000_000;
    AgentNow { tenant: "acme", agent, layout: 8, version, activity, since_us, silent_us, ..AgentNow::default() }
}

fn belongs<'a>(agent: &'a str, team: &'a str, valid_from_us: i64) -> Reference<'a> {
    let attributes = BTreeMap::from([("team", team)]);
    Reference { tenant: "acme", kind: ReferenceKind::Agent, id: agent, valid_from_us, attributes, revision: 1, ..Reference::default() }
}

/// A record of one of the topics: what it says, and its key.
#[derive(Clone, Debug)]
enum Said {
    Pane(Vec<u8>),
    Now(Vec<u8>),
    Reference(Vec<u8>),
}

impl Said {
    fn take(&self, floor: &mut Floor) {
        match self {
            Said::Pane(bytes) => floor.apply_pane(bytes),
            Said::Now(bytes) => floor.apply_now(bytes),
            Said::Reference(bytes) => floor.apply_reference(b"", Some(bytes)),
        }
        .unwrap();
    }
}

fn floor(said: &[Said]) -> Floor {
    let mut floor = Floor::new(50);
    said.iter().for_each(|said| said.take(&mut floor));
    floor
}

fn team<'t>(teams: &'t [TeamView], name: &str) -> &'t TeamView {
    teams.iter().find(|team| team.name.team == name).unwrap_or_else(|| panic!("no team {name}"))
}

fn occupancy(team: &TeamView, window: Window) -> (i64, i64) {
    team.window(window).unwrap().1.occupancy_ms()
}

/// Ann (red) worked 600 of 900 s in the quarter of 10:00 and 300 of 900 s in that of 09:45; Bob (red) has been on a call since 10:05, so
/// 600 s of the quarter of 10:00 and 330 s of the running one. 15 min: (600 + 600) / (900 + 600). 30 min: 1 500 / 2 400. Today with the
/// running quarter: 1 830 / 2 730.
fn red() -> Vec<Said> {
    vec![
        Said::Pane(encoded(&pane("ann", 1, 5, &[("contact_ms", 600_000), ("available_ms", 300_000), ("handled", 3)]))),
        Said::Pane(encoded(&pane("ann", 2, 4, &[("acw_ms", 300_000), ("available_ms", 600_000)]))),
        Said::Now(encoded(&now("bob", "contact", 930, 7))),
        Said::Now(encoded(&now("ann", "pause_meal", 20, 8))),
        Said::Reference(encoded(&belongs("ann", "red", 0))),
        Said::Reference(encoded(&belongs("bob", "red", 0))),
    ]
}

#[test]
fn what_goes_on_counts_up_to_now_in_the_windows_that_it_falls_into() {
    let teams = floor(&red()).teams(NOW_US, &TimeZone::UTC);
    let red = team(&teams, "red");
    assert_eq!(occupancy(red, Window::Minutes(15)), (1_200_000, 1_500_000));
    assert_eq!(occupancy(red, Window::Minutes(30)), (1_500_000, 2_400_000));
    assert_eq!(occupancy(red, Window::Today), (1_830_000, 2_730_000));
    assert_eq!(red.staffed(), 2);
    let doing: Vec<_> =
        red.activities.iter().map(|(activity, doing)| (activity.as_str(), doing.agents, (NOW_US - doing.oldest_us) / 1_000_000)).collect();
    assert_eq!(doing, [("contact", 1, 930), ("pause_meal", 1, 20)]);
    assert_eq!(red.paid_ms, 2 * 27_000_000, "two shifts of 7.5 h");
    assert_eq!(red.window(Window::Minutes(15)).unwrap().1.get("handled"), 3);
}

/// Panes are read before the reference data: the team that they had until then is not shown any more.
#[test]
fn a_team_that_nobody_is_in_any_more_is_gone() {
    let teams = floor(&red()).teams(NOW_US, &TimeZone::UTC);
    assert_eq!(teams.iter().map(|team| team.name.team.as_str()).collect::<Vec<_>>(), ["red"]);
}

#[test]
fn without_reference_data_everybody_is_unassigned() {
    let said: Vec<_> = red().into_iter().filter(|said| !matches!(said, Said::Reference(_))).collect();
    let teams = floor(&said).teams(NOW_US, &TimeZone::UTC);
    assert_eq!(teams.len(), 1);
    assert_eq!(occupancy(team(&teams, UNASSIGNED), Window::Today), (1_830_000, 2_730_000));
}

/// Ann moves to blue at 10:00: her quarter of 09:45 stays red, that of 10:00 is blue; so is what she does now.
#[test]
fn a_pane_belongs_to_the_team_of_its_time() {
    let mut said = red();
    said.push(Said::Reference(encoded(&belongs("ann", "blue", RUNNING_US - QUARTER_US))));
    let teams = floor(&said).teams(NOW_US, &TimeZone::UTC);
    let (red, blue) = (team(&teams, "red"), team(&teams, "blue"));
    assert_eq!((occupancy(red, Window::Minutes(15)), occupancy(blue, Window::Minutes(15))), ((600_000, 600_000), (600_000, 900_000)));
    assert_eq!((occupancy(red, Window::Today), occupancy(blue, Window::Today)), ((1_230_000, 1_830_000), (600_000, 900_000)));
    assert_eq!((red.staffed(), blue.staffed()), (1, 1));
    assert_eq!((red.paid_ms, blue.paid_ms), (2 * 27_000_000, 27_000_000), "she was in both today");
}

/// Bob moves to blue at 10:15, in the middle of his call: the 600 s before it are red's, the 330 s since then are blue's, and so is he.
#[test]
fn a_call_that_goes_on_is_shared_out_by_the_team_of_each_quarter() {
    let mut said = red();
    said.push(Said::Reference(encoded(&belongs("bob", "blue", RUNNING_US))));
    let teams = floor(&said).teams(NOW_US, &TimeZone::UTC);
    let (red, blue) = (team(&teams, "red"), team(&teams, "blue"));
    assert_eq!((occupancy(red, Window::Today), occupancy(blue, Window::Today)), ((1_500_000, 2_400_000), (330_000, 330_000)));
    assert_eq!((red.activities.contains_key("contact"), blue.activities["contact"].agents), (false, 1));
}

#[test]
fn who_is_silent_for_too_long_or_has_logged_out_is_gone() {
    let mut floor = floor(&red());
    let bob = NOW_US + 16 * 3_600_000_000 - 930_000_000;
    assert_eq!(team(&floor.teams(bob - 1, &TimeZone::UTC), "red").staffed(), 2);
    assert_eq!(team(&floor.teams(bob, &TimeZone::UTC), "red").staffed(), 1);
    floor.remove_now("acme\u{1f}ann\u{1f}0\u{1f}0\u{1f}8".as_bytes()).unwrap();
    let teams = floor.teams(NOW_US, &TimeZone::UTC);
    assert_eq!((team(&teams, "red").staffed(), team(&teams, "red").agents.len()), (1, 1));
    floor.remove_pane(format!("acme\u{1f}ann\u{1f}{}\u{1f}0\u{1f}8", (RUNNING_US - QUARTER_US) / MINUTE_US).as_bytes()).unwrap();
    assert_eq!(occupancy(team(&floor.teams(NOW_US, &TimeZone::UTC), "red"), Window::Minutes(15)), (600_000, 600_000));
}

/// In Tokyo the day began at 15:00 UTC the day before: the quarter that is 70 quarters ago (16:45) is of today there and not in UTC.
#[test]
fn the_day_is_that_of_the_teams_site() {
    let mut said = red();
    said.push(Said::Pane(encoded(&pane("ann", 70, 1, &[("contact_ms", 1_000)]))));
    let of = |kind, id: &'static str, name: &'static str, value: &'static str| {
        let attributes = BTreeMap::from([(name, value)]);
        Said::Reference(encoded(&Reference { tenant: "acme", kind, id, attributes, ..Reference::default() }))
    };
    assert_eq!(occupancy(team(&floor(&said).teams(NOW_US, &TimeZone::UTC), "red"), Window::Today).0, 1_830_000);
    said.extend([of(ReferenceKind::Team, "red", "site", "east"), of(ReferenceKind::Site, "east", "zone", "Asia/Tokyo")]);
    let teams = floor(&said).teams(NOW_US, &TimeZone::UTC);
    assert_eq!((occupancy(team(&teams, "red"), Window::Today).0, team(&teams, "red").site.as_deref()), (1_831_000, Some("east")));
}

#[test]
fn old_quarters_are_forgotten() {
    let mut floor = floor(&red());
    let late = pane("ann", -4 * 60, 9, &[("contact_ms", 1)]);
    floor.apply_pane(&encoded(&late)).unwrap();
    floor.advance(NOW_US);
    assert_eq!(floor.panes_held(), 3, "a pane of the future alone forgets nothing");
    floor.advance(late.window_start_us);
    assert_eq!(floor.panes_held(), 1);
    assert_eq!(floor.apply_pane(&encoded(&pane("ann", 1, 99, &[]))).unwrap(), board::Applied::Gone);
}

fn any_said() -> impl Strategy<Value = Said> {
    let agent = || prop::sample::select(vec!["ann", "bob", "cid"]);
    // What is said of one key at one version is one thing.
    let panes = (agent(), 0i64..6, 1i64..4, 0i32..2).prop_map(|(agent, quarters_ago, version, generation)| {
        let ms = version * 1_000 + i64::from(generation) * 7 + quarters_ago;
        let layout = if generation == 0 { 8 } else { 4 };
        Said::Pane(encoded(&AgentPane {
            generation,
            layout,
            ..pane(agent, quarters_ago, version, &[("contact_ms", ms), ("available_ms", 500)])
        }))
    });
    let nows = (agent(), 1i64..4).prop_map(|(agent, version)| Said::Now(encoded(&now(agent, "contact", 5_000 - version * 1_000, version))));
    let teams = (agent(), 0i64..6, prop::sample::select(vec!["red", "blue"])).prop_map(|(agent, quarters_ago, team)| {
        let valid_from_us = RUNNING_US - quarters_ago * QUARTER_US;
        Said::Reference(encoded(&Reference { revision: if team == "red" { 1 } else { 2 }, ..belongs(agent, team, valid_from_us) }))
    });
    prop_oneof![panes, nows, teams]
}

fn shown(floor: &Floor) -> Vec<String> {
    floor.teams(NOW_US, &TimeZone::UTC).iter().map(|team| format!("{team:?}")).collect()
}

proptest! {
    #[test]
    fn order_and_repetition_of_messages_never_matter(said in prop::collection::vec(any_said(), 1..40), seeds in prop::collection::vec(any::<u32>(), 80)) {
        let twice: Vec<Said> = said.iter().chain(&said).cloned().collect();
        let mut shuffled: Vec<_> = twice.iter().zip(&seeds).collect();
        shuffled.sort_by_key(|(_, seed)| **seed);
        let shuffled: Vec<Said> = shuffled.into_iter().map(|(said, _)| said.clone()).collect();
        prop_assert_eq!(shown(&floor(&shuffled)), shown(&floor(&said)));
    }
}

fn board(settings: BoardSettings, said: &[Said]) -> Arc<Board> {
    let board = Board::new(settings, At(NOW_MS));
    for said in said {
        match said {
            Said::Pane(bytes) => board.take_agent_pane(b"", Some(bytes)),
            Said::Now(bytes) => board.take_agent_now(b"", Some(bytes)),
            Said::Reference(bytes) => board.take_reference(b"", Some(bytes)),
        }
    }
    assert_eq!(board.progress.skips(), 0);
    board
}

fn metrics(board: Arc<Board>) -> String {
    let registry = Registry::new();
    Gauges::register(board, &registry).unwrap();
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn metrics_tell_of_teams_and_of_no_agent() {
    let text = metrics(board(BoardSettings::in_zone("UTC").unwrap(), &red()));
    for line in [
        "holdfast_team_agents{activity=\"contact\",team=\"red\",tenant=\"acme\"} 1",
        // Nobody does it: 0, because the activity is known.
        "holdfast_team_agents{activity=\"available\",team=\"red\",tenant=\"acme\"} 0",
        "holdfast_team_staffed_agents{team=\"red\",tenant=\"acme\"} 2",
        "holdfast_team_oldest_activity_started_timestamp_seconds{activity=\"contact\",team=\"red\",tenant=\"acme\"} 1795601100",
        "holdfast_team_occupancy_ratio{team=\"red\",tenant=\"acme\",window=\"15m\"} 0.8",
        "holdfast_team_occupancy_numerator_seconds{team=\"red\",tenant=\"acme\",window=\"30m\"} 1500",
        "holdfast_team_occupancy_denominator_seconds{team=\"red\",tenant=\"acme\",window=\"30m\"} 2400",
        "holdfast_team_utilisation_numerator_seconds{team=\"red\",tenant=\"acme\",window=\"today\"} 1830",
        "holdfast_team_utilisation_denominator_seconds{team=\"red\",tenant=\"acme\",window=\"today\"} 54000",
        "holdfast_board_agent_panes 2",
        "holdfast_board_teams_in_other 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("ann") && !text.contains("bob"), "an agent in the metrics");
}

#[test]
fn teams_beyond_the_limit_are_one_and_a_ratio_without_time_has_no_sample() {
    let agents = ["a1", "a2", "a3", "a4", "a5"];
    let teams = ["t1", "t2", "t3", "t4", "t5"];
    let mut said: Vec<Said> = agents.iter().zip(teams).map(|(agent, team)| Said::Reference(encoded(&belongs(agent, team, 0)))).collect();
    said.extend(agents.iter().map(|agent| Said::Now(encoded(&now(agent, "pause_break", 60, 1)))));
    let settings = BoardSettings { teams_max: 3, ..BoardSettings::in_zone("UTC").unwrap() };
    let text = metrics(board(settings, &said));
    let has = |line: &str| text.lines().any(|found| found == line);
    assert!(has("holdfast_team_staffed_agents{team=\"t3\",tenant=\"acme\"} 1") && !text.contains("t4"), "{text}");
    assert!(has("holdfast_team_staffed_agents{team=\"other\",tenant=\"acme\"} 2") && has("holdfast_board_teams_in_other 2"), "{text}");
    assert!(!text.contains("holdfast_team_occupancy_ratio{") && text.contains("holdfast_team_occupancy_denominator_seconds{"), "{text}");
}

fn get(board: Arc<Board>, path: &str) -> (StatusCode, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let answer = board::router(board).oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    })
}

#[test]
fn json_lists_agents_only_if_it_may() {
    let settings = BoardSettings::in_zone("UTC").unwrap();
    let (status, shown) = get(board(settings.clone(), &red()), "/api/teams?tenant=acme");
    assert_eq!(status, StatusCode::OK);
    let team = &shown["teams"][0];
    assert_eq!((&team["team"], &team["staffed"], &team["activities"]["contact"]["agents"]), (&json!("red"), &json!(2), &json!(1)));
    assert_eq!(
        team["windows"]["15m"]["figures"]["occupancy"],
        json!({ "value": 0.8, "numerator_ms": 1_200_000, "denominator_ms": 1_500_000 })
    );
    assert_eq!(team["windows"]["15m"]["start"], json!("2026-11-25T10:00:00Z"));
    assert_eq!(team["windows"]["today"]["figures"]["utilisation"]["denominator_ms"], json!(54_000_000));
    assert_eq!(team["windows"]["60m"]["figures"].get("utilisation"), None);
    let bob = json!({ "agent": "bob", "activity": "contact", "since": "2026-11-25T10:05:00Z", "queue": null });
    assert!(team["agents"].as_array().unwrap().contains(&bob), "{team}");
    let (_, hidden) = get(board(BoardSettings { list_agents: false, ..settings.clone() }, &red()), "/api/teams");
    assert!(hidden["teams"][0]["staffed"] == json!(2) && !hidden.to_string().contains("bob"), "{hidden}");
    assert_eq!(get(board(settings.clone(), &red()), "/api/teams?tenant=other").1["teams"], json!([]));
    assert_eq!(get(board(settings, &red()), "/api/teams?queue=sales").0, StatusCode::BAD_REQUEST);
}

#[test]
fn what_is_no_message_is_counted_and_left_out() {
    let board = board(BoardSettings::in_zone("UTC").unwrap(), &[]);
    board.take_agent_pane(b"", Some(b"no pane"));
    board.take_agent_pane(b"no key", None);
    let named = Floor::new(1).remove_now(b"acme\x1fann").unwrap_err().to_string();
    assert!(!named.contains("ann") && named.contains("agent"), "{named}");
    board.take_agent_now(b"", Some(&encoded(&pane("ann", 1, 1, &[]))));
    board.take_reference(b"no key", None);
    assert_eq!(board.progress.skips(), 4);
    let half = AgentPane { window_start_us: RUNNING_US + 1, ..pane("ann", 1, 1, &[]) };
    board.take_agent_pane(b"", Some(&encoded(&half)));
    assert_eq!(board.progress.skips(), 5);
}
