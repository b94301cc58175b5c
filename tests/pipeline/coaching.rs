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
#[path = "coaching/target_changes.rs"]
mod target_changes;

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

const LEA: [&str; 4] = ["--as", "leader:lea", "--purpose", "coaching"];
const KIM: [&str; 4] = ["--as", "kpi-owner:kim", "--purpose", "targets"];

/// Lines of what a command prints, without the first.
fn rows(site: &Site, words: &[&str]) -> Vec<String> {
    site.run(words).lines().skip(1).map(str::to_owned).collect()
}

/// The command shows nothing, with these words.
fn refused(site: &Site, words: &[&str], why: &str) {
    let output = site.output(words);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty() && text.contains(why), "{words:?}: {text}");
}

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
    let shown_to = |who: &[&str], what: &str| rows(&site, &[&["attrition", "coaching", "--show", what], who, &period[..]].concat());
    let shown = |what: &str| shown_to(&[], what);
    // −50 minutes and 47 hours until coached: in the middle 0.96 days. Two of six: Wilson's interval.
    let numbers = "10,8,6,1.0,6,2,0.333,0.097 to 0.700,27";
    assert_eq!(shown("findings"), [format!("greeting,{numbers}"), format!("all,{numbers}")]);
    assert_eq!(shown("delay"), ["within 15 minutes,3,3,3,0,–,–", "within 7 days,3,3,3,2,–,–"]);
    assert_eq!(
        shown_to(&LEA, "open"),
        [
            "lea,agent 7,greeting,2024-03-04,27",
            "lea,agent 8,greeting,2024-03-04,27",
            "lea,agent 4,greeting,2024-03-11,20",
            "lea,agent 5,greeting,2024-03-11,20",
        ]
    );
    // By the clock of Auckland it was found at midnight of the next day, and the month ends as many hours earlier: 27 days to the second.
    let of_auckland =
        site.run(&[&["attrition", "coaching", "--show", "open", "--zone", "Pacific/Auckland"], &LEA[..], &period[..]].concat());
    assert_eq!(of_auckland.lines().nth(1), Some("lea,agent 7,greeting,2024-03-05,27"));
    assert_eq!(shown_to(&LEA, "plateaus"), ["lea,agent 1,3,–,0,–,0,too few evaluations"]);
    // 8 × 12 and 6 × 6 minutes of listening; 6 and 2 coachings of 20 minutes.
    assert_eq!(shown("effort"), ["2024-03-04,8,1.6,6,2.0,0.556", "2024-03-11,6,0.6,2,0.7,0.526"]);
    // Drawn at random were six evaluations of six agents: too few to show.
    assert_eq!(shown("sample"), ["all,6,6,–,–,–,–", "red,6,6,–,–,–,–"]);

    // Agent 2 was trained on 1 March and asked on the 16th: due again from the 29th on.
    let due = |on: &str| {
        let words = ["attrition", "follow-ups", "--after", "training", "--on", on, "--zone", "Europe/Berlin", "--format", "csv"];
        rows(&site, &[&words[..], &LEA].concat())
    };
    assert_eq!(due("2024-03-15"), ["lea,agent 2,2024-03-01,14 days,2024-03-15,due"]);
    assert_eq!([due("2024-03-16").len(), due("2024-03-28").len()], [0, 0]);
    assert_eq!(due("2024-04-06"), ["lea,agent 2,2024-03-01,28 days,2024-03-29,overdue"]);
    what_names_agents_is_for_few(&site, &period);
}

/// So far lea has had two lists of agents 4, 5, 7 and 8, one of agent 1, and four of what is due, of which two named agent 2 and two nobody.
fn what_names_agents_is_for_few(site: &Site, period: &[&str]) {
    let log = |condition: &str| site.number(&format!("SELECT count() FROM {}_attrition.access_log WHERE {condition}", site.database));
    assert_eq!(log("role = 'leader' AND person = 'lea' AND purpose = 'coaching' AND outcome = 'granted'"), 2 * 4 + 1 + 4);
    assert_eq!([log("agent = 'agent 4' AND action = 'attrition coaching'"), log("agent = 'agent 2'"), log("agent = ''")], [2, 2, 2]);

    let open = [&["attrition", "coaching", "--show", "open"], period].concat();
    let follow_ups = ["attrition", "follow-ups", "--after", "training", "--on", "2024-04-06", "--format", "csv"];
    for words in [&open[..], &follow_ups] {
        refused(site, words, "HF-P001");
        refused(site, &[words, &["--as", "leader:lea"]].concat(), "what for");
        refused(site, &[words, &["--as", "leader:lea", "--purpose", "rating"]].concat(), "never for rating");
        // Leo leads nobody of red.
        assert_eq!(rows(site, &[words, &["--as", "leader:leo", "--purpose", "coaching"]].concat()), [""; 0]);
        refused(site, &[words, &["--as", "kpi-owner:kim", "--purpose", "targets"]].concat(), "is not for kpi-owner");
        let of_agents = |agent: &str| rows(site, &[words, &["--as", agent, "--purpose", "own-data"]].concat()).len();
        assert_eq!(of_agents("agent:agent 4") + of_agents("agent:agent 2"), 1);
        let hr = rows(site, &[words, &["--as", "hr:hanna", "--purpose", "oversight"]].concat());
        assert!([1, 4].contains(&hr.len()), "{hr:?}");
    }
    refused(site, &[&open[..], &["--as", "leader:lea", "--purpose", "retention-talk"]].concat(), "for coaching, not for retention-talk");
    assert_eq!(log("person = 'leo' AND outcome = 'granted' AND agent = ''"), 2, "a look that shows nobody is one");
    assert_eq!(log("person = 'kim' AND outcome = 'refused'"), 2);
    assert_eq!(log("person = 'lea' AND purpose = 'retention-talk' AND outcome = 'refused'"), 1);
    assert_eq!(log("person = 'hanna' AND outcome = 'granted'"), 4 + 1);

    // Switched off at the site: refused where the site is named, left out where it is not; counts, too.
    let off = ["--set", "attrition.sites.berlin.enabled=false"];
    refused(site, &[&off, &open[..], &LEA].concat(), "HF-P003");
    refused(site, &[&off, &["attrition", "coaching"], period].concat(), "HF-P003");
    assert_eq!(rows(site, &[&off, &follow_ups[..], &["--as", "hr:hanna", "--purpose", "oversight"]].concat()), [""; 0]);
    refused(site, &[&["--set", "attrition.enabled=false"], &follow_ups[..], &LEA].concat(), "HF-P003");
    // What cannot be written down is not shown.
    site.run(&["warehouse", "query", &format!("DROP TABLE {}_attrition.access_log", site.database)]);
    refused(site, &[&open[..], &LEA].concat(), "HF-W001");
}

/// Days 1 March to 20 May 2024 of 45 agents, one evaluation on each: all are at 60 before 10 April but the last ten, who are at 61 throughout. After it agents 1 to
/// 10 are at 62: an inspector coached them; 11 to 20 at 65: their leader did; 21 to 28 at 70: trained on the 12th; 29 to 35 at 50: coached on 20 March.
fn days_and_sessions(site: &Site) {
    let own = format!("{}_attrition", site.database);
    let query = |sql: &str| site.run(&["warehouse", "query", sql]);
    let value = "if(a > 35, 61, multiIf(day < toDate('2024-04-10'), 60, a <= 10, 62, a <= 20, 65, a <= 28, 70, 50))";
    let columns = "tenant, site, agent, day, team, `group`, employed, evaluations, quality_z_sum_micro, version";
    query(&format!(
        "INSERT INTO {own}.agent_days ({columns}) SELECT 'default', 'berlin', concat('agent ', toString(a)), toInt32(day), 'red', 'sales', true, 1,
             1000000 * {value}, 1
         FROM (SELECT arrayJoin(range(1, 46)) AS a, toDate('2024-03-01') + arrayJoin(range(81)) AS day)"
    ));
    query(&format!(
        "INSERT INTO {own}.formed_days (tenant, site, day, version) SELECT 'default', 'berlin', toInt32(toDate('2024-03-01')) + arrayJoin(range(81)), 1"
    ));
    let columns = "tenant, kind, source, observation_id, observed_at, agent, dimension, outcome, reason, version";
    query(&format!(
        "INSERT INTO {}.observations ({columns}) SELECT 'default', 'other', 'school', toString(a),
             toDateTime64(multiIf(a <= 20, '2024-04-10 09:00:00', a <= 28, '2024-04-12 09:00:00', '2024-03-20 09:00:00'), 6, 'UTC'), concat('agent ', toString(a)), 'session',
             if(a BETWEEN 21 AND 28, 'training', 'coaching'), multiIf(a <= 10, 'quality', a <= 20, 'leader', a <= 28, 'trainer', 'quality'), 1
         FROM (SELECT arrayJoin(range(1, 36)) AS a)",
        site.database
    ));
}

/// Each role did what it did, 2 and 5; who was coached by another role, trained, or coached before the period is nobody's measure, although they were nearer before.
#[test]
fn effects_are_of_the_role_and_kind_that_are_asked_for() {
    let site = Site::new("effects", "");
    days_and_sessions(&site);
    let effects = ["attrition", "effects", "--site", "berlin", "--measure", "quality", "--format", "csv"];
    let told = |kind: &str, from: &str, to: &str| rows(&site, &[&effects[..], &["--kind", kind, "--from", from, "--to", to]].concat());
    let coached = told("coaching", "2024-04-01", "2024-05-10");
    assert!(coached[0].starts_with("everybody,20,20,60.000,63.500,61.000,61.000,3.500,"), "{coached:?}");
    assert_eq!(
        coached[1..],
        [
            "leader,10,10,60.000,65.000,61.000,61.000,5.000,5.000 to 5.000,beyond chance",
            "quality,10,10,60.000,62.000,61.000,61.000,2.000,2.000 to 2.000,beyond chance",
        ]
    );
    // Of those who were trained on the 12th two of 28 days before are after the tenth.
    let trained = told("training", "2024-04-01", "2024-05-10");
    assert_eq!(trained[1], "trainer,8,8,60.714,70.000,61.000,61.000,9.286,9.286 to 9.286,beyond chance");
    let seven = told("coaching", "2024-03-15", "2024-03-31");
    assert_eq!(seven, ["everybody", "quality"].map(|role| format!("{role},7,–,–,–,–,–,–,–,too few can be compared")));
    // The counts of a site that is switched off are not shown either.
    refused(&site, &[&["--set", "attrition.sites.berlin.enabled=false"], &effects[..]].concat(), "HF-P003");
}

/// Agents a1 to a8 have 200 calls in March 2024, a9 100. Talks take a minute, but two of each that the agent ends after nine seconds; a8 ends 38 more after five. Of a1
/// sixty are ended by customers after five seconds, of a2 fifty by a2 after ten: neither is a short call of theirs. The 38 come from 19 callers, twice each in a row.
fn calls() -> String {
    let mut lines = Vec::new();
    for (agent, call) in (1..=9_i64).flat_map(|agent| (0..if agent == 9 { 100 } else { 200 }).map(move |call| (agent, call))) {
        let (talk_s, end) = match (agent, call) {
            (_, 0..2) => (9, "COMPLETEAGENT"),
            (8, 2..40) => (5, "COMPLETEAGENT"),
            (1, 2..62) => (5, "COMPLETECALLER"),
            (2, 2..52) => (10, "COMPLETEAGENT"),
            _ => (60, "COMPLETECALLER"),
        };
        // From 2024-03-04 08:00 UTC on, every five minutes.
        let (at_s, id) = (1_709_539_200 + call * 300 + agent, format!("c{agent}.{call}"));
        let caller = if agent == 8 && (2..40).contains(&call) { format!("03012345{:02}", call / 2) } else { String::new() };
        lines.push((at_s, format!("{id}|sales|NONE|ENTERQUEUE||{caller}")));
        lines.push((at_s + 5, format!("{id}|sales|a{agent}|CONNECT|5|{id}.1|3")));
        lines.push((at_s + 5 + talk_s, format!("{id}|sales|a{agent}|{end}|5|{talk_s}|1")));
    }
    lines.sort_by_key(|(at_s, _)| *at_s);
    lines.iter().map(|(at_s, line)| format!("{at_s}|{line}\n")).collect()
}

/// From the log of a switch to what is printed. Wilson's intervals: 2 of 200 is 0.0027 to 0.0357, 40 of 200 0.1505 to 0.2609; the median share of the eight is 0.01.
#[test]
fn short_calls_that_agents_end_are_told_to_whom_they_concern() {
    let mut site = Site::new("short_calls", "[[sources]]\nname = \"pbx1\"\nkind = \"queue_log\"\ntimezone = \"UTC\"\n");
    let mut agents = "id,valid_from,site,team,leader\n".to_owned();
    for agent in 1..=9 {
        writeln!(agents, "a{agent},,berlin,{}", if agent <= 4 { "red,lea" } else { "blue,leo" }).unwrap();
    }
    site.run(&["reference", "load", "--kind", "agent", "--zone", "UTC", &file(&site, "agents.csv", &agents).display().to_string()]);
    site.start_all();
    site.import("pbx1", &file(&site, "queue_log", &calls()));
    site.settle();
    let words =
        ["attrition", "groove", "--short-calls", "--site", "berlin", "--from", "2024-03-01", "--to", "2024-03-31", "--format", "csv"];
    let told = |who: &[&str], more: &[&str]| rows(&site, &[&words[..], who, more].concat());
    let usual = |agent: u32| format!("a{agent},2024-03,queue sales,200,2,0.010,0.003 to 0.036,0.010,2.0,–,–,–,–,–,");
    let eighth = "a8,2024-03,queue sales,200,40,0.200,0.150 to 0.261,0.010,2.0,19 of 38,–,–,–,–,conspicuous".to_owned();
    let few = "a9,2024-03,–,100,2,0.020,–,–,–,–,–,–,–,–,\"too few calls, or agents to compare with\"".to_owned();
    let all: Vec<String> = (1..=7).map(usual).chain([eighth.clone(), few]).collect();
    assert_eq!(told(&KIM, &[]), all);
    assert_eq!(told(&LEA, &[]), all[..4], "her own team");
    assert_eq!(told(&["--as", "leader:leo", "--purpose", "coaching"], &[]), all[4..]);
    assert_eq!(told(&["--as", "agent:a8", "--purpose", "own-data"], &[]), [eighth]);
    // Eleven seconds: the fifty of a2 are short.
    assert!(told(&KIM, &["--under", "11"])[1].starts_with("a2,2024-03,queue sales,200,52,0.260,"));
    refused(&site, &words, "HF-P001");
    refused(&site, &[&words[..], &["--as", "leader:lea", "--purpose", "retention-talk"]].concat(), "for coaching, not for retention-talk");
    refused(&site, &[&["--set", "attrition.sites.berlin.enabled=false"], &words[..], &KIM].concat(), "HF-P003");
    let log = |condition: &str| site.number(&format!("SELECT count() FROM {}_attrition.access_log WHERE {condition}", site.database));
    let looks = ["kim", "lea", "leo", "a8"]
        .map(|who| log(&format!("person = '{who}' AND action = 'attrition groove short-calls' AND outcome = 'granted'")));
    assert_eq!(looks, [18, 4, 5, 1], "a line for each agent and look");
    assert_eq!(log("person = 'lea' AND purpose = 'retention-talk' AND outcome = 'refused'"), 1);
}
