//! What evaluations find and what coaching does about it, from the files of two systems to what `holdfast attrition coaching` prints: worked out by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

mod site;

use site::{Site, root};
use std::fmt::Write;
use std::path::PathBuf;

/// Evaluations with what they found and how long they took.
const EVALUATIONS: &str = r#"
format = "delimited"
delimiter = ";"
header = true
timezone = "UTC"
columns = ["id", "call", "call_ended", "evaluated", "agent", "points", "finding", "minutes", "chosen"]
[times.call_ended]
column = "call_ended"
[times.evaluated]
column = "evaluated"
required = true
[durations.listened]
column = "minutes"
unit = "min"
[[observations]]
kind = "evaluation"
id = "{id}"
time = "evaluated"
subject = "call_ended"
contact = "{call}"
agent = "{agent}"
score = "{points}"
score_max = "100"
reason = "{finding}"
duration = "listened"
sampling = "{chosen}"
"#;

fn file(site: &Site, name: &str, text: &str) -> PathBuf {
    let path = site.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Eight agents; on Monday 4 March 2024 the same was found in a call of each, at ten; evaluated at eleven. The first three were coached ten minutes after the
/// call, the next three two days later, the last two not at all. A week later the six were listened to again: it was found again with the fourth and fifth.
fn evaluations() -> String {
    let mut text = "id;call;call_ended;evaluated;agent;points;finding;minutes;chosen\n".to_owned();
    for agent in 1..=8 {
        writeln!(text, "first {agent};call {agent};2024-03-04 10:00:00;2024-03-04 11:00:00;agent {agent};60;greeting;12;targeted").unwrap();
    }
    for agent in 1..=6 {
        let (finding, points) = if agent == 4 || agent == 5 { ("greeting", 70) } else { ("", 90) };
        writeln!(text, "second {agent};again {agent};2024-03-11 10:00:00;2024-03-11 12:00:00;agent {agent};{points};{finding};6;random")
            .unwrap();
    }
    // Whoever calibrates judges the evaluators.
    text += "third 1;call 1;2024-03-04 10:00:00;2024-03-12 12:00:00;agent 7;10;shouting;6;calibration\n";
    text
}

fn sessions() -> String {
    let mut text = "session;kind;agent;begin;end;role;call;call_ended\n".to_owned();
    for agent in 1..=6 {
        // By the clock of Berlin, an hour ahead.
        let (begin, end) =
            if agent <= 3 { ("04.03.2024 11:10:00", "04.03.2024 11:30:00") } else { ("06.03.2024 11:00:00", "06.03.2024 11:20:00") };
        writeln!(text, "s {agent};C;agent {agent};{begin};{end};Q;call {agent};04.03.2024 11:00:00").unwrap();
    }
    text += "s 7;C;agent 1;15.03.2024 11:00:00;15.03.2024 11:20:00;L;;\ns 8;C;agent 1;16.03.2024 11:00:00;16.03.2024 11:20:00;L;;\n";
    text += "s 9;T;agent 2;01.03.2024 09:00:00;01.03.2024 17:00:00;T;;\ns 10;F;agent 2;16.03.2024 09:00:00;;L;;\n";
    text
}

#[test]
fn findings_are_followed_to_where_they_are_not_found_again() {
    let mapping = root().join("deploy/sources/coaching.toml");
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("evaluation.toml");
    std::fs::write(&own, EVALUATIONS).unwrap();
    let source = |name: &str, mapping: &PathBuf| {
        format!("[[sources]]\nname = \"{name}\"\nkind = \"mapping\"\nsystem = \"pbx\"\nmapping_file = \"{}\"\n\n", mapping.display())
    };
    let mut site = Site::new("coaching", &(source("quality", &own) + &source("sessions", &mapping)));
    let mut agents = "id,valid_from,site,team,leader,hire_date\n".to_owned();
    (1..=8).for_each(|agent| writeln!(agents, "agent {agent},,berlin,red,lea,2023-01-01").unwrap());
    let agents = file(&site, "agents.csv", &agents);
    site.run(&["reference", "load", "--kind", "agent", "--zone", "UTC", &agents.display().to_string()]);
    site.start_all();
    site.import("quality", &file(&site, "evaluations.csv", &evaluations()));
    site.import("sessions", &file(&site, "sessions.csv", &sessions()));
    site.settle();

    let period = ["--site", "berlin", "--from", "2024-03-01", "--to", "2024-03-31", "--format", "csv"];
    let shown = |what: &str| {
        let out = site.run(&[&["attrition", "coaching", "--show", what], &period[..]].concat());
        out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    // −50 minutes and 47 hours until coached: in the middle 0.96 days. Two of six: Wilson's interval.
    let numbers = "10,8,6,1.0,6,2,0.333,0.097 to 0.700,27";
    assert_eq!(shown("findings"), [format!("greeting,{numbers}"), format!("all,{numbers}")]);
    assert_eq!(shown("delay"), ["within 15 minutes,3,3,3,0,–,–", "within 7 days,3,3,3,2,–,–"]);
    assert_eq!(
        shown("open"),
        [
            "lea,agent 7,greeting,2024-03-04,27",
            "lea,agent 8,greeting,2024-03-04,27",
            "lea,agent 4,greeting,2024-03-11,20",
            "lea,agent 5,greeting,2024-03-11,20",
        ]
    );
    // By the clock of Auckland it was found at midnight of the next day, and the month ends as many hours earlier: 27 days to the second.
    let of_auckland = site.run(&[&["attrition", "coaching", "--show", "open", "--zone", "Pacific/Auckland"], &period[..]].concat());
    assert_eq!(of_auckland.lines().nth(1), Some("lea,agent 7,greeting,2024-03-05,27"));
    assert_eq!(shown("plateaus"), ["lea,agent 1,3,–,0,–,0,too few evaluations"]);
    // 8 × 12 and 6 × 6 minutes of listening; 6 and 2 coachings of 20 minutes.
    assert_eq!(shown("effort"), ["2024-03-04,8,1.6,6,2.0,0.556", "2024-03-11,6,0.6,2,0.7,0.526"]);
    // Drawn at random were six evaluations of six agents: too few to show.
    assert_eq!(shown("sample"), ["all,6,6,–,–,–,–", "red,6,6,–,–,–,–"]);

    // Agent 2 was trained on 1 March and asked on the 16th: due again from the 29th on.
    let due =
        |on: &str| site.run(&["attrition", "follow-ups", "--after", "training", "--on", on, "--zone", "Europe/Berlin", "--format", "csv"]);
    let rows = |on: &str| due(on).lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows("2024-03-15"), ["lea,agent 2,2024-03-01,14 days,2024-03-15,due"]);
    assert_eq!([rows("2024-03-16").len(), rows("2024-03-28").len()], [0, 0]);
    assert_eq!(rows("2024-04-06"), ["lea,agent 2,2024-03-01,28 days,2024-03-29,overdue"]);
}
