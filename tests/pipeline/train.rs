//! `holdfast train` and `holdfast attrition` on the agent-days of a simulated centre: the file that the process writes is the model that the pure core learns.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

#[path = "train/challenger.rs"]
mod challenger;
#[path = "train/outliving.rs"]
mod outliving;
mod site;

use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, Leaving, PRIOR_MODEL};
use attrition::site::{DayLog, SiteSettings};
use evaluation::facts::{FIRST_DAY, agent_id};
use serde_json::{Map, Value};
use simulator::attrition::{Centre, World};
use site::Site;
use std::collections::{BTreeMap, BTreeSet};
use training::{Label, Labels, LearnSettings, Weeks, learn};

/// A centre with its days and its leavers: (agent, day, day on which it was known).
struct Played {
    days: Vec<Vec<DayFacts>>,
    left: Vec<(String, i32, i32)>,
}

fn played() -> Played {
    let world = World::named("loud", 1, 60, 300).unwrap();
    let (mut centre, mut facts) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default());
    let mut days = Vec::new();
    while let Some(day) = centre.next() {
        days.push(facts.facts(&centre, &day, world.teams() as usize));
    }
    let left = centre.departures().iter().map(|of| (agent_id(of.person), FIRST_DAY + of.day as i32, FIRST_DAY + of.reported_day as i32));
    Played { left: left.collect(), days }
}

fn statement(site: &Site, sql: &str) {
    let settings = warehouse::Settings {
        url: site::stack()["HOLDFAST__CLICKHOUSE__URL"].clone(),
        database: site.database.clone(),
        user: "default".to_owned(),
        password: String::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime
        .block_on(warehouse::Server::new(&settings).execute(sql))
        .unwrap_or_else(|error| panic!("{error}: {}", &sql[..sql.len().min(300)]));
}

/// The database of the early warning with these days, and these leavers in place of those of the reference data.
fn stored(site: &Site, played: &Played) -> String {
    let own = format!("{}_attrition", site.database);
    for days in played.days.chunks(10) {
        let lines: Vec<String> = days.iter().flatten().map(|facts| serde_json::to_string(facts).unwrap()).collect();
        let address = site::stack()["HOLDFAST__CLICKHOUSE__URL"].trim_start_matches("http://").trim_end_matches('/').to_owned();
        let query = format!("/?query=INSERT%20INTO%20{own}.agent_days%20FORMAT%20JSONEachRow");
        let answer = site::http(&address, "POST", &query, &lines.join("\n")).unwrap();
        assert!(!answer.contains("Exception"), "{answer}");
    }
    let formed = "SELECT DISTINCT tenant, site, day, 0 AS fingerprint, 0 AS as_of_us, 0 AS version";
    statement(site, &format!("INSERT INTO {own}.formed_days {formed} FROM {own}.agent_days"));
    let columns = "tenant String, agent String, event_day Int32, kind String, known_day Int32";
    statement(site, &format!("CREATE TABLE {own}.labels ({columns}) ENGINE = MergeTree ORDER BY agent"));
    let rows: Vec<String> =
        played.left.iter().map(|(agent, day, known)| format!("('world', '{agent}', {day}, 'voluntary', {known})")).collect();
    statement(site, &format!("INSERT INTO {own}.labels VALUES {}", rows.join(", ")));
    let select = format!("SELECT * FROM {own}.labels WHERE tenant = {{tenant:String}} AND {{zone:String}} != ''");
    statement(site, &format!("CREATE OR REPLACE VIEW {own}.v_attrition_labels AS {select}"));
    own
}

/// What the pure core learns from the same days, as text.
fn learned(played: &Played) -> Value {
    let prior: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    let (mut fold, mut weeks, mut labels) = (attrition::site::Site::default(), Weeks::default(), Labels::default());
    for (day, facts) in (FIRST_DAY..).zip(&played.days) {
        let scored = fold.take(&SiteSettings::default(), &prior, day, facts, &DayLog { told: true, ..DayLog::default() });
        weeks.take(day, scored.scores.into_iter().map(|score| (score.agent, score.inputs)));
    }
    for (agent, day, known_day) in &played.left {
        labels.left.entry(agent.clone()).or_default().push(Label { leaving: Leaving::Voluntary(*day), known_day: *known_day });
    }
    let (_, last) = weeks.span().unwrap();
    let rows = weeks.known(i32::MIN..=i32::MAX, &labels, 30, last);
    let found = learn(&rows, &prior, &LearnSettings::default()).unwrap();
    assert!(found.leavers >= 20, "{} leavers fit a slope", found.leavers);
    serde_json::from_str(&serde_json::to_string_pretty(&found.model).unwrap()).unwrap()
}

fn nameless(mut model: Map<String, Value>) -> Map<String, Value> {
    model.remove("id");
    model
}

/// Human resources see every leader, a leader the own line, nobody a site that is switched off; a leader's line says the same to both.
fn one_leader_sees_one_line(site: &Site, of_all: &std::process::Output, period: &[&str], own: &str) {
    let text =
        |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let all = text(of_all);
    assert!(all.len() >= 2, "{all:?}");
    let leader = all[1].split(',').next().unwrap();
    let told = |more: &[&str]| site.output(&[&["attrition", "leaders"], more, period].concat());
    let claim = format!("leader:{leader}");
    assert_eq!(text(&told(&["--as", &claim, "--purpose", "retention-talk"])), all[1..2]);
    for (who, why) in [(&[][..], "HF-P001"), (&["--as", "kpi-owner:kim", "--purpose", "targets"][..], "is not for kpi-owner")] {
        let output = told(who);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty() && words.contains(why), "{words}");
    }
    let log =
        |condition: &str| site.number(&format!("SELECT count() FROM {own}.access_log WHERE action = 'attrition leaders' AND {condition}"));
    assert_eq!(log("person = 'hanna' AND outcome = 'granted'"), all.len() as i64);
    assert_eq!(log(&format!("role = 'leader' AND person = '{leader}' AND agent = '{leader}' AND outcome = 'granted'")), 1);
    assert_eq!(log("outcome = 'refused'"), 1);
    let off = ["--set", "attrition.sites.centre.enabled=false", "attrition", "leaders", "--as", "hr:hanna", "--purpose", "oversight"];
    let off = site.output(&[&off[..], period].concat());
    assert!(off.status.success() && text(&off).is_empty(), "{}", String::from_utf8_lossy(&off.stderr));
}

/// Quarters of the period by their first days: 1 October 2024, 1 January, April and July 2025.
const QUARTERS: [(i32, &str); 4] = [(19_997, "2024 Q4"), (20_089, "2025 Q1"), (20_179, "2025 Q2"), (20_270, "2025 Q3")];

/// How the line of each leader and quarter begins, counted from the days played: agents, days over 90 % utilisation, hours without a pause.
fn loads(played: &Played, first: i32, last: i32) -> Vec<String> {
    let mut quarters: BTreeMap<(String, &str), Vec<&DayFacts>> = BTreeMap::new();
    for day in
        played.days.iter().flatten().filter(|day| (first..=last).contains(&day.day) && day.employed && !day.notice_given && !day.on_leave)
    {
        let quarter = QUARTERS.iter().rfind(|(begins, _)| *begins <= day.day).unwrap().1;
        if let Some(leader) = &day.leader {
            quarters.entry((leader.clone(), quarter)).or_default().push(day);
        }
    }
    let line = |((leader, quarter), days): ((String, &str), Vec<&DayFacts>)| {
        let agents: BTreeSet<&str> = days.iter().map(|day| day.agent.as_str()).collect();
        let worked: Vec<_> = days.iter().filter(|day| day.paid_ms > 0).collect();
        let over = worked.iter().filter(|day| day.utilised_ms as f64 > 0.9 * day.paid_ms as f64).count() as f64 / worked.len() as f64;
        let runs: Vec<f64> = days.iter().filter_map(|day| day.longest_run_ms).map(|run_ms| run_ms as f64 / 3.6e6).collect();
        let hours = if runs.is_empty() { "–".to_owned() } else { format!("{:.2}", runs.iter().sum::<f64>() / runs.len() as f64) };
        (agents.len() >= 8).then(|| format!("{leader},{quarter},{},{over:.3},{hours},", agents.len()))
    };
    quarters.into_iter().filter_map(line).collect()
}

/// What stands beside the leavers is that of the days, by leader and quarter; nobody was warned of, coached or hired. A leader has the own lines.
fn quarters_are_those_of_the_days(site: &Site, played: &Played, period: &[&str], days: (i32, i32), own: &str) {
    let told = |show: &str, claim: &str, purpose: &str| {
        let who = ["attrition", "leaders", "--show", show, "--as", claim, "--purpose", purpose];
        let output = site.output(&[&who[..], period].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let looks = || {
        let hanna = "action = 'attrition leaders' AND person = 'hanna' AND outcome = 'granted' AND agent != ''";
        site.number(&format!("SELECT count() FROM {own}.access_log WHERE {hanna}"))
    };
    let before = looks();
    let (expected, found) = (loads(played, days.0, days.1), told("load", "hr:hanna", "oversight"));
    let leaders: BTreeSet<&str> = found.iter().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(looks() - before, leaders.len() as i64, "each leader who is shown is written down");
    assert!(expected.len() >= 8 && expected.len() == found.len(), "{expected:?} {found:?}");
    for (line, begin) in found.iter().zip(&expected) {
        assert!(line.starts_with(begin), "{line} is not {begin}");
    }
    let leader = found[0].split(',').next().unwrap();
    let lines: Vec<_> = found.iter().filter(|line| line.starts_with(&format!("{leader},"))).cloned().collect();
    assert_eq!(told("load", &format!("leader:{leader}"), "retention-talk"), lines);
    let off = [
        "--set",
        "attrition.sites.centre.enabled=false",
        "attrition",
        "leaders",
        "--show",
        "load",
        "--as",
        "hr:hanna",
        "--purpose",
        "oversight",
    ];
    let off = site.output(&[&off[..], period].concat());
    assert!(off.status.success() && String::from_utf8_lossy(&off.stdout).lines().count() <= 1, "{off:?}");
    let talks = told("talks", "hr:hanna", "oversight");
    assert!(talks.len() == found.len() && talks.iter().all(|line| line.ends_with(",0,0,–,,0,0")), "{talks:?}");
}

#[test]
fn the_file_is_the_model_that_the_core_learns() {
    let site = Site::new("train", "");
    let played = played();
    let own = stored(&site, &played);
    let folder = site.folder.path().join("models");
    let folder = folder.to_str().unwrap();
    let train = ["train", "--tenant", "world", "--site", "centre", "--zone", "UTC"];

    // A dry run tells and writes nothing.
    let dry = site.output(&[&train[..], &["--dry-run", "--format", "csv", "--output", folder]].concat());
    let (out, told) = (String::from_utf8_lossy(&dry.stdout).into_owned(), String::from_utf8_lossy(&dry.stderr).into_owned());
    assert!(dry.status.success() && told.contains("own intercept and slope") && told.contains("dry run"), "{told}");
    assert!(out.lines().count() >= 2, "at least one month is judged: {out}");
    assert!(!std::path::Path::new(folder).exists());

    // The file has the numbers of the core, and its name is in the register once, however often it is made.
    for _ in 0..2 {
        let done = site.output(&[&train[..], &["--output", folder]].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "a model and its card: {files:?}");
    let model = files.iter().find(|path| path.extension().is_some_and(|extension| extension == "json")).unwrap();
    let written: Value = serde_json::from_str(&std::fs::read_to_string(model).unwrap()).unwrap();
    assert_eq!(nameless(written.as_object().unwrap().clone()), nameless(learned(&played).as_object().unwrap().clone()));
    let card = std::fs::read_to_string(model.with_extension("md")).unwrap();
    assert!(card.contains(written["id"].as_str().unwrap()) && !card.contains('{'), "every place of the card is filled: {card}");
    assert_eq!(site.number(&format!("SELECT count() AS n FROM {own}.models FINAL")), 1);

    // What is never an input is refused with the reason, and nothing is read for it.
    let refused = site.output(&[&train[..], &["--input", "gender"]].concat());
    assert_eq!(refused.status.code(), Some(65));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("protected"), "{}", String::from_utf8_lossy(&refused.stderr));

    // Leaders: as many left as left, all leaders together.
    let (first, last) = (FIRST_DAY + 30, FIRST_DAY + 299);
    let period = ["--tenant", "world", "--from", "2024-11-03", "--to", "2025-07-30", "--format", "csv"];
    let hanna = ["--as", "hr:hanna", "--purpose", "oversight"];
    let leaders = site.output(&[&["attrition", "leaders"], &hanna[..], &period[..]].concat());
    let told = String::from_utf8_lossy(&leaders.stderr).into_owned();
    let left = played.left.iter().filter(|(_, day, _)| (first..=last + 1).contains(day)).count();
    assert!(leaders.status.success() && told.contains(&format!(": {left} left, all leaders together")), "{left}: {told}");

    one_leader_sees_one_line(&site, &leaders, &period, &own);
    quarters_are_those_of_the_days(&site, &played, &period, (first, last), &own);

    // The others answer: nobody's hiring and no session is known; every team of the site has twenty agents and weeks enough.
    let report = |args: &[&str]| {
        let output = site.output(&[&["attrition"], args].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(report(&[&["survival"], &period[..]].concat()).len(), 1, "a header");
    assert_eq!(report(&[&["survival", "--by", "batch", "--show", "ramp"], &period[..]].concat()).len(), 1);
    assert_eq!(report(&[&["attainability", "--site", "centre", "--by", "both"], &period[..]].concat()).len(), 1, "no targets are known");
    assert_eq!(report(&[&["follow-ups", "--tenant", "world", "--on", "2025-07-30", "--format", "csv"][..], &hanna].concat()).len(), 1);
    assert_eq!(report(&[&["effects", "--site", "centre", "--kind", "coaching"], &period[..]].concat()).len(), 1);
    let teams: Vec<String> = report(&[&["groove", "--site", "centre"], &period[..]].concat());
    assert_eq!(teams.iter().filter(|line| line.starts_with("team,team 00")).count(), 3, "{teams:?}");

    // Without groups there is no report of fairness, and it says what to do.
    let fairness = site.output(&[&["attrition", "fairness", "--site", "centre", "--attribute", "age_band"], &period[..]].concat());
    assert_eq!(fairness.status.code(), Some(65));
}
