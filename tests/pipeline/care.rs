//! The care loop as people use it, against real Kafka, ClickHouse and Alertmanager: who sees what when, what is written down of it, alerts that name nobody,
//! data that go, and an agent's name and a customer's number that must appear nowhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

#[path = "care/access.rs"]
mod access;
#[path = "care/alertmanager.rs"]
mod alertmanager;
#[path = "care/canaries.rs"]
mod canaries;
#[path = "care/centre.rs"]
mod centre;
#[path = "care/counts.rs"]
mod counts;
#[path = "care/feedback.rs"]
mod feedback;
#[path = "care/groups.rs"]
mod groups;
#[path = "care/kept.rs"]
mod kept;
#[path = "care/notice.rs"]
mod notice;
#[path = "care/promises.rs"]
mod promises;
#[path = "care/shown.rs"]
mod shown;
#[path = "care/silent.rs"]
mod silent;
mod site;
mod topics;

use access::Access;
use alertmanager::Alertmanager;
use centre::{AGENT, Centre, DAY, opened};
use serde_json::Value;
use site::until;
use std::time::Duration;

const LEA: [&str; 4] = ["--as", "leader:lea", "--purpose", "retention-talk"];
const LEO: [&str; 4] = ["--as", "leader:leo", "--purpose", "retention-talk"];
const HANNA: [&str; 4] = ["--as", "hr:hanna", "--purpose", "oversight"];
const HUGO: [&str; 4] = ["--as", "hr:hugo", "--purpose", "oversight"];

#[test]
fn a_signal_goes_its_way_and_every_look_is_written_down() {
    let centre = Centre::new("care");
    centre.tell(&[opened(AGENT, "s1", "concern", DAY), opened("agent-201", "s2", "urgent", DAY)]);
    let own = ["--as", &format!("agent:{AGENT}"), "--purpose"];
    let (own_data, objection) = ([&own[..], &["own-data"]].concat(), [&own[..], &["objection"]].concat());

    // Before the leader has looked: that there is one, and no reason.
    let listed = centre.json(&["list"], &LEA);
    assert_eq!(listed["signals"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(
        (&listed["signals"][0]["agent"], &listed["signals"][0]["reasons"]),
        (&Value::from(AGENT), &Value::from(Vec::<Value>::new()))
    );
    assert_eq!(listed["team"], Value::Null, "nothing is scored yet");
    centre.refused(&["show", "s2"], &LEA, "no signal s2 that you may see");
    centre.refused(&["show", "s1"], &LEO, "no signal s1 that you may see");
    centre.refused(&["talk", "s1", "--note", "x"], &LEA, "holdfast signals acknowledge");
    centre.refused(&["acknowledge", "s1", "--saw", "she called 0170 912 345 93"], &LEA, "leave it out");
    let dry = centre.json(&["acknowledge", "s1", "--saw", "nothing unusual", "--dry-run"], &LEA);
    assert_eq!(dry["done"], false);
    assert_eq!(centre.json(&["show", "s1"], &LEA)["state"], "open", "a dry run does nothing");

    // After it: reasons, in both languages.
    let seen = centre.json(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEA);
    assert_eq!(
        (&seen["state"], &seen["reasons"][0]["text"]),
        (&Value::from("acknowledged"), &Value::from("After-call work 92 s, usually 61 s"))
    );
    let chinese = centre.text(&["show", "s1", "--language", "zh"], &LEA);
    assert!(chinese.contains("话后处理 92 秒") && chinese.contains("已记录观察") && !chinese.contains("18"), "{chinese}");

    // The agent objects: the leader sees nothing more, human resources answer.
    assert_eq!(centre.json(&["contest", "s1", "--note", "the roster is wrong"], &objection)["state"], "contested_acknowledged");
    assert_eq!(centre.json(&["list"], &LEA)["signals"].as_array().map(Vec::len), Some(0));
    centre.refused(&["show", "s1"], &LEA, "no signal s1 that you may see");
    centre.refused(&["answer", "s1", "--reject", "--note", "no"], &LEA, "no signal s1 that you may see");
    let answer = ["--as", "hr:hanna", "--purpose", "objection"];
    assert_eq!(centre.json(&["answer", "s1", "--reject", "--note", "the roster was right"], &answer)["state"], "acknowledged");

    assert_eq!(centre.json(&["talk", "s1", "--note", "the last bus"], &LEA)["state"], "talked");
    let closed = centre.json(&["close", "s1", "--outcome", "agreed", "--note", "early shifts"], &LEA);
    assert_eq!((&closed["state"], closed["steps"].as_array().map(Vec::len)), (&Value::from("closed"), Some(6)));
    let own_view = centre.json(&["list", "--all"], &own_data);
    assert_eq!(own_view["signals"][0]["steps"][5]["note"], "early shifts", "the agent sees all of the own");

    // Human resources: what is urgent; the rest with the leave of a second person.
    assert_eq!(centre.json(&["list"], &HANNA)["signals"][0]["signal"], "s2");
    centre.refused(&["show", "s1"], &HANNA, "sealed");
    let request = centre.json(&["break-glass", "s1", "--reason", "the council asks"], &HANNA)["request"].as_str().unwrap().to_owned();
    centre.refused(&["show", "s1", "--request", &request], &HANNA, "waits for a second person");
    centre.refused(&["approve", &request, "--reason", "myself"], &HANNA, "second person");
    centre.text(&["approve", &request, "--reason", "agreed"], &HUGO);
    assert_eq!(centre.json(&["show", "s1", "--request", &request], &HANNA)["state"], "closed");
    centre.refused(&["show", "s1", "--request", &request], &HUGO, "have not asked");

    for wrong in ["dismissal", "rating"] {
        centre.refused(&["list"], &["--as", "leader:lea", "--purpose", wrong], "never for");
    }
    centre.refused(&["list"], &["--as", "leader:lea", "--purpose", "oversight"], "no purpose of leader");
    every_look_was_written_down(&centre, &own_data);
}

fn every_look_was_written_down(centre: &Centre, own_data: &[&str]) {
    let count = |condition: &str| centre.number(&format!("SELECT count() FROM access_log WHERE {condition}"));
    // Two lists of lea show a signal, one shows none; three looks at s1 were refused to her (as unknown, contested, contested) and one talk.
    assert_eq!(count("person = 'lea' AND action = 'list' AND outcome = 'granted'"), 2);
    assert_eq!(count(&format!("person = 'lea' AND action = 'list' AND agent = '{AGENT}'")), 1);
    assert_eq!(count("person = 'lea' AND action = 'show' AND outcome = 'refused'"), 2);
    assert_eq!(count("person = 'leo' AND outcome = 'refused'"), 1);
    assert_eq!(count("action = 'acknowledge' AND outcome = 'granted'"), 1);
    assert_eq!(count("action = 'acknowledge' AND outcome = 'dry run'"), 1);
    assert_eq!(count("action = 'show' AND request != '' AND outcome = 'granted'"), 1);
    assert_eq!(count("at_us > 0 AND purpose = ''"), 0);
    let readers = centre.json(&["readers"], own_data);
    let who: Vec<&str> = readers.as_array().unwrap().iter().map(|line| line["person"].as_str().unwrap()).collect();
    for person in ["lea", "leo", "hanna", "hugo", AGENT] {
        assert!(who.contains(&person), "{person} is not among {who:?}");
    }
    assert!(readers.as_array().unwrap().iter().all(|line| line["agent"] == AGENT));
    centre.refused(&["readers", "--agent", "agent-201"], own_data, "their own data");
}

/// An agent sees what was measured of the own days, whole or of a period; a leader of neither.
#[test]
fn agents_see_their_own_days_and_nobody_elses() {
    let centre = Centre::new("days");
    let row =
        |agent: &str, day: i32| format!("('default', 'north', '{agent}', {day}, 'red', 'lea', 27000000, false, 90000, 28800000, 12, 1)");
    let rows = [row(AGENT, DAY - 91), row(AGENT, DAY - 90), row(AGENT, DAY), row("agent-102", DAY)].join(", ");
    let columns = "tenant, site, agent, day, team, leader, scheduled_ms, absent, late_ms, staffed_ms, handled, version";
    centre.execute(&format!("INSERT INTO agent_days ({columns}) VALUES {rows}"));
    centre.execute("INSERT INTO formed_days (tenant, site, day, version) SELECT 'default', 'north', day, 1 FROM agent_days");
    let own = ["--as", &format!("agent:{AGENT}"), "--purpose", "own-data"];
    let days = |more: &[&str]| -> Vec<i64> {
        let shown = centre.json(&[&["days"], more].concat(), &own);
        assert!(shown.as_array().unwrap().iter().all(|day| day["agent"] == AGENT && day["late_ms"] == 90_000), "{shown}");
        shown.as_array().unwrap().iter().map(|day| day["day"].as_i64().unwrap()).collect()
    };
    let date = |day: i32| jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(day)).to_string();
    assert_eq!(days(&[]), [DAY - 90, DAY].map(i64::from), "a quarter up to the newest");
    assert_eq!(days(&["--from", &date(DAY - 91), "--to", &date(DAY - 1)]), [DAY - 91, DAY - 90].map(i64::from));
    let text = centre.text(&["days"], &own);
    assert!(text.contains("left early, min") && text.contains(&date(DAY)) && text.contains("1.5"), "{text}");
    centre.refused(&["days"], &LEA, "nobody else");
    let count = |of: &str| centre.number(&format!("SELECT count() FROM access_log WHERE action = 'days' AND {of}"));
    assert_eq!([count(&format!("agent = '{AGENT}' AND outcome = 'granted'")), count("person = 'lea' AND outcome = 'refused'")], [3, 1]);
}

/// Off, everywhere or at a site: nothing is shown and nothing fires.
#[test]
fn the_stop_switch_stops_showing_at_once() {
    let centre = Centre::new("stop");
    centre.tell(&[opened(AGENT, "s1", "concern", DAY)]);
    let list = centre.words(&["list"], &LEA, &["--json"]);
    let with = |setting: &str, words: &[&str]| centre.site.output(&[&["--set", setting], words].concat());
    let off = with("attrition.enabled=false", &list);
    assert!(!off.status.success() && String::from_utf8_lossy(&off.stderr).contains("HF-P003"), "{off:?}");
    let listed = |setting: &str| -> Value { serde_json::from_slice(&with(setting, &list).stdout).expect("JSON") };
    assert_eq!(listed("attrition.sites.north.enabled=false")["signals"].as_array().map(Vec::len), Some(0));
    assert_eq!(listed("attrition.sites.south.enabled=false")["signals"].as_array().map(Vec::len), Some(1));
    let firing =
        |setting: &str| -> Value { serde_json::from_slice(&with(setting, &["signals", "alerts", "--dry-run"]).stdout).expect("JSON") };
    let fires = ["attrition.enabled=true", "attrition.enabled=false", "attrition.sites.north.enabled=false"]
        .map(|setting| firing(setting).as_array().map(Vec::len));
    assert_eq!(fires, [Some(1), Some(0), Some(0)]);
    let notice = with("attrition.sites.north.enabled=false", &["attrition", "notice"]);
    assert!(String::from_utf8_lossy(&notice.stdout).contains("They are on, but not at north."));
}

/// Sixty warnings of the last quarter that never came true, where two of seventeen agents left: they are not shown any more, and are again when enough came true.
#[test]
fn warnings_that_are_no_better_than_chance_are_not_shown_until_they_are() {
    let mut centre = Centre::new("suspended");
    // Who left is read from ClickHouse.
    centre.site.spawn("load", "0");
    let left = format!("SELECT count() FROM {}.v_reference WHERE kind = 'agent'", centre.site.database);
    until(Duration::from_secs(60), "the reference data are in ClickHouse", || (centre.site.number(&left) == 17).then_some(()));
    centre.tell(&[opened(AGENT, "s1", "concern", DAY), opened("agent-201", "s2", "urgent", DAY)]);
    // left-1 left on 2025-11-30, day 20 422. Matured are the days until 20 430.
    let agents: Vec<String> =
        (101..109).chain(201..208).map(|number| format!("agent-{number}")).chain(["left-1".to_owned(), "left-2".to_owned()]).collect();
    let score = |agent: &String, day: i32| format!("('default', 'north', {day}, '{agent}', 'scored', 0.1, 0.05, NULL, 'm', 1, 1)");
    let scores = agents.iter().flat_map(|agent| (20_340..20_422).step_by(7).map(move |day| score(agent, day)));
    let columns = "tenant, site, day, agent, standing, probability, base, tier, model_id, feature_schema, version";
    centre.execute(&format!("INSERT INTO scores ({columns}) VALUES {}", scores.collect::<Vec<_>>().join(", ")));
    centre.execute("INSERT INTO formed_days (tenant, site, day, version) VALUES ('default', 'north', 20475, 1)");
    let warn = |agent: &str, days: std::ops::Range<i32>| {
        let row = |day: i32| {
            format!("('default', 'north', '{agent}', '{agent}-{day}', 1, 'opened', 'open', 'concern', {day}, {day} * 86400, 'system', 1)")
        };
        let columns = "tenant, site, agent, signal_id, episode, kind, state, tier, day, event_time, actor, version";
        centre.execute(&format!("INSERT INTO signal_events ({columns}) VALUES {}", days.map(row).collect::<Vec<_>>().join(", ")));
    };
    let own = ["--as", &format!("agent:{AGENT}"), "--purpose", "own-data"];
    let shown = |who: &[&str]| centre.json(&["list"], who)["signals"].as_array().map(Vec::len);
    let firing =
        || serde_json::from_str::<Value>(&centre.site.run(&["signals", "alerts", "--dry-run"])).expect("JSON").as_array().map(Vec::len);
    warn("agent-102", 20_350..20_369);
    assert_eq!((shown(&LEA), shown(&HANNA), firing()), (Some(1), Some(1), Some(2)), "nineteen say nothing");
    assert_eq!(centre.json(&["list"], &LEA)["team"]["agents"], 8);
    warn("agent-102", 20_369..20_410);
    let listed = centre.json(&["list"], &LEA);
    assert_eq!(listed["team"], Value::Null, "who is on watch is no better");
    let off = [&["--set", "attrition.sites.north.enabled=false"], &*centre.words(&["list"], &LEA, &["--json"])].concat();
    let off: Value = serde_json::from_str(&centre.site.run(&off)).expect("JSON");
    assert_eq!(off["suspended"], Value::from(Vec::<Value>::new()), "where they are off nothing is suspended");
    assert_eq!((listed["signals"].as_array().map(Vec::len), &listed["suspended"][0]["site"]), (Some(0), &Value::from("north")));
    let why = "of 60 warnings of the last quarter 0 % came true, of warnings at random";
    assert!(listed["suspended"][0]["why"].as_str().is_some_and(|text| text.contains(why)), "{listed}");
    assert!(centre.text(&["list", "--language", "zh"], &LEA).contains("职场 north 的预警暂停显示：上一季度的 60 次预警中 0% 成真"));
    centre.refused(&["show", "s1"], &LEA, "HF-P004");
    centre.refused(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEA, "HF-P004");
    centre.refused(&["show", "s1"], &LEO, "no signal s1 that you may see");
    centre.refused(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEO, "no signal s1 that you may see");
    assert_eq!((shown(&HANNA), firing()), (Some(0), Some(0)));
    assert_eq!(shown(&own), Some(1), "the agent sees the own");
    let log =
        centre.number("SELECT count() FROM access_log WHERE person = 'lea' AND action IN ('show', 'acknowledge') AND outcome = 'refused'");
    assert_eq!(log, 2, "a look that was refused is written down");
    // An objection is answered all the same.
    centre.json(&["contest", "s1", "--note", "the roster is wrong"], &["--as", &format!("agent:{AGENT}"), "--purpose", "objection"]);
    assert_eq!(shown(&HANNA), Some(1));
    let alertmanager = Alertmanager::start(&centre.site);
    let process = centre.alerts(&alertmanager.url);
    until(Duration::from_secs(60), "the gauge says so", || (process.metric("holdfast_attrition_display_suspended{") > 0.0).then_some(()));
    assert_eq!(alertmanager.firing().map(|alerts| alerts.len()), Some(0));
    shown::the_process_says_what_is_shown(&centre);
    // Scoring went on, and twenty came true.
    warn("left-1", 20_380..20_400);
    assert_eq!((shown(&LEO), firing()), (Some(1), Some(1)));
    // Of eighty a quarter: 2.5 of ten. Human resources see the reasons of an urgent one.
    let told = centre.text(&["show", "s2"], &HANNA);
    assert!(told.contains("\n  About 3 of 10 such warnings come true.\n"), "{told}");
    assert_eq!(centre.json(&["list"], &LEA)["suspended"], Value::from(Vec::<Value>::new()));
    // Two people left: too few to tell anybody.
    assert!(centre.site.run(&["attrition", "notice"]).contains("is not known yet"));
}

/// Seven agents of blue and eight of red, each scored; the numbers of red are shown to its leader.
#[test]
fn who_is_on_watch_is_a_number_of_at_least_eight() {
    let centre = Centre::new("watch");
    let tier = |number: i32| if number % 4 == 0 { "'watch'" } else { "NULL" };
    let row = |agent: i32| format!("('default', 'north', 19783, 'agent-{agent}', 'scored', 0.1, 0.05, {}, 'm', 1, 1)", tier(agent));
    let rows: Vec<String> = (101..109).chain(201..208).map(row).collect();
    let columns = "tenant, site, day, agent, standing, probability, base, tier, model_id, feature_schema, version";
    centre.execute(&format!("INSERT INTO scores ({columns}) VALUES {}", rows.join(", ")));
    // 104 and 108 of eight; of blue nothing, though 204 is on watch.
    let red = centre.json(&["list"], &LEA);
    assert_eq!((&red["team"]["agents"], &red["team"]["on_watch"]), (&Value::from(8), &Value::from(2)), "{red}");
    assert_eq!(centre.json(&["list"], &LEO)["team"], Value::Null);
    assert!(!red.to_string().contains("agent-1"), "nobody by name: {red}");
    // Switched off there, not even the number is told; and it is again when it is on.
    for (site, agents) in [("north", Value::Null), ("south", Value::from(8))] {
        let off = format!("attrition.sites.{site}.enabled=false");
        let words = [&["--set", off.as_str()], &*centre.words(&["list"], &LEA, &["--json"])].concat();
        let listed: Value = serde_json::from_str(&centre.site.run(&words)).expect("JSON");
        assert_eq!(listed["team"]["agents"], agents, "{site} is off");
    }
}

#[test]
fn alertmanager_hears_of_every_signal_and_of_its_end_even_if_it_was_away() {
    let centre = Centre::new("alerts");
    let alertmanager = Alertmanager::start(&centre.site);
    centre.tell(&[
        opened(AGENT, "s1", "concern", DAY),
        opened("agent-102", "s2", "concern", DAY),
        opened("agent-201", "s3", "urgent", DAY),
    ]);
    let process = centre.alerts(&alertmanager.url);
    let firing = |count: usize| {
        until(Duration::from_secs(60), &format!("{count} alerts fire"), || alertmanager.firing().filter(|alerts| alerts.len() == count))
    };
    let labels: Vec<Value> = firing(3).iter().map(|alert| alert["labels"].clone()).collect();
    let expected = |team: &str, tier: &str, number: &str| {
        serde_json::json!({
            "alertname": "HoldfastAttritionSignal", "tenant": "default", "site": "north", "team": team, "tier": tier, "number": number
        })
    };
    for one in [expected("red", "concern", "1"), expected("red", "concern", "2"), expected("blue", "urgent", "1")] {
        assert!(labels.contains(&one), "{one} is not among {labels:?}");
    }
    assert_eq!(firing(3)[0]["annotations"]["link"], "https://example.invalid/signals");
    // Seen: it does not wait any longer. An end that Alertmanager does not hear is told when it is back.
    centre.json(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEA);
    firing(2);
    alertmanager.kill();
    centre.json(&["acknowledge", "s2", "--saw", "nothing unusual"], &LEA);
    until(Duration::from_secs(60), "a failure is counted", || {
        (process.metric("holdfast_attrition_alerts_failed_total") > 0.0).then_some(())
    });
    alertmanager.start_again();
    assert_eq!(firing(1)[0]["labels"]["tier"], "urgent");
    // Blue has seven agents: no number of it.
    let page = process.page("/metrics");
    assert!(
        page.contains("holdfast_attrition_signals_waiting{site=\"north\",team=\"red\",tenant=\"default\",tier=\"concern\"} 0"),
        "{page}"
    );
    assert!(!page.contains("team=\"blue\""), "{page}");
}

/// Operations read the facts and nothing of early warnings; the dashboard of the care loop counts of teams; a leader the own team, and no more of it than
/// `holdfast signals` shows.
#[test]
fn each_role_reads_what_it_is_for_and_nothing_else() {
    let centre = Centre::new("access");
    // Red's leader is called as everybody is called here.
    centre.load("team", "id,site,leader\nred,north,default\nblue,north,leo\n");
    let reference = |id: &str, kind: &str, attributes: &str| format!("('default', '{kind}', '{id}', 0, {attributes}, 1)");
    let rows = [
        reference("red", "team", "map('leader', 'default', 'site', 'north')"),
        reference("blue", "team", "map('leader', 'leo', 'site', 'north')"),
        reference(AGENT, "agent", "map('team', 'red')"),
        reference("agent-102", "agent", "map('team', 'red')"),
        reference("agent-103", "agent", "map('team', 'red')"),
        reference("agent-104", "agent", "map('team', 'red')"),
        reference("agent-201", "agent", "map('team', 'blue')"),
    ];
    centre.site.run(&[
        "warehouse",
        "query",
        &format!(
            "INSERT INTO {}.reference (tenant, kind, id, valid_from, attributes, version) VALUES {}",
            centre.site.database,
            rows.join(", ")
        ),
    ]);
    let event = |agent: &str, id: &str, kind: &str, state: &str, at: u32| {
        format!(
            "('default', 'north', '{agent}', '{id}', 1, '{kind}', '{state}', 'concern', 19783, toDateTime64({at}, 6, 'UTC'), 'red', 'default', [('c', 'pace', 0.7, 'After-call work', 'zh', false)], [('t', 'career', -0.4, 'Hired 400 days ago', 'zh', false)], ['absence'], 1)"
        )
    };
    let rows = [
        event(AGENT, "s1", "opened", "open", 1),
        event("agent-102", "s2", "opened", "open", 1),
        event("agent-102", "s2", "acknowledged", "acknowledged", 2),
        event("agent-103", "s3", "opened", "open", 1),
        event("agent-103", "s3", "contested", "contested_open", 2),
        event("agent-201", "s4", "opened", "open", 1),
    ];
    let columns =
        "tenant, site, agent, signal_id, episode, kind, state, tier, day, event_time, team, leader, reasons, lowering, rules, version";
    centre.execute(&format!("INSERT INTO signal_events ({columns}) VALUES {}", rows.join(", ")));
    let silent = format!("{}, true)", event("agent-104", "s5", "opened", "open", 1).trim_end_matches(')'));
    centre.execute(&format!("INSERT INTO signal_events ({columns}, silent) VALUES {silent}"));
    let access = Access::new(&centre);
    let attrition = [
        "agent_days",
        "scores",
        "signal_events",
        "v_signals",
        "v_team_signals",
        "access_log",
        "erasures",
        "display_states",
        "v_display",
        "quality_weeks",
        "training_weeks",
    ];
    let leaders = ["v_team_sizes", "v_team_signals", "v_team_burdens", "v_my_agents", "v_my_signals", "v_my_display"];
    let may = |role: &str, table: &str| match access.ask(role, &format!("SELECT count() FROM {table}")) {
        Ok(_) => true,
        Err(said) if said.contains("Not enough privileges") && said.contains("grant SELECT") => false,
        Err(said) => panic!("{table}: {said}"),
    };
    for table in attrition {
        let table = format!("holdfast_attrition.{table}");
        assert_eq!(["operations", "teams", "leader"].map(|role| may(role, &table)), [false; 3], "{table}");
        access.ask("service", &format!("SELECT count() FROM {table}")).unwrap_or_else(|said| panic!("{table}: {said}"));
    }
    for table in leaders {
        let (team, table) = (table.starts_with("v_team_"), format!("holdfast_leaders.{table}"));
        assert_eq!(["operations", "teams", "leader"].map(|role| may(role, &table)), [false, team, !team], "{table}");
    }
    // Counts of a site are for the dashboard; they name nobody.
    let of_site = |database: &str| format!("{database}.v_signal_quality(tenant = 'default', site = 'north', zone = 'UTC')");
    let (kept, counts) = (of_site("holdfast_attrition"), of_site("holdfast_leaders"));
    assert_eq!(["operations", "teams", "leader", "service"].map(|role| may(role, &kept)), [false, false, false, true]);
    assert_eq!(["operations", "teams", "leader"].map(|role| may(role, &counts)), [false, true, false]);
    assert!(
        may("operations", "holdfast.v_queue_visits") && !may("teams", "holdfast.v_queue_visits") && !may("leader", "holdfast.v_agents")
    );
    assert!(access.ask("operations", "INSERT INTO holdfast_attrition.access_log (tenant) VALUES ('x')").is_err());
    shown::a_leaders_sql_shows_what_is_shown(&centre, &access);
    assert!(access.ask("leader", "SELECT probability FROM holdfast_leaders.v_my_signals").is_err(), "no probability");
    access.the_second_wall_holds();
}
