//! `holdfast reference` against real Kafka: what is loaded is there, what is loaded again is not written, and what held before holds before.
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

use serde_json::{Value, json};
use site::Site;
use std::path::PathBuf;

/// A file of the site's folder.
fn file(site: &Site, name: &str, text: &str) -> String {
    let path: PathBuf = site.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Standard output and exit code of `holdfast reference`.
fn reference(site: &Site, args: &[&str]) -> (String, i32) {
    let output = site.output(&[&["reference"], args].concat());
    let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    let code = output.status.code().unwrap();
    (if code > 1 || out.is_empty() { format!("{out}{err}") } else { out }, code)
}

fn load(site: &Site, file: &str, more: &[&str]) -> Vec<String> {
    let (out, code) = reference(site, &[&["load", "--kind", "agent", "--zone", "Europe/Berlin", file], more].concat());
    assert_eq!(code, 0, "{out}");
    out.lines().map(str::to_owned).collect()
}

fn show(site: &Site, args: &[&str]) -> Value {
    let (out, _) = reference(site, &[&["show", "--json", "--zone", "Europe/Berlin"], args].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

/// Records of the topic, committed or not, markers apart.
fn records(site: &Site) -> usize {
    let mut settings = runtime::settings::KafkaSettings { prefix: site.prefix.clone(), ..Default::default() };
    settings.brokers.clone_from(&site::stack()["HOLDFAST__KAFKA__BROKERS"]);
    let mut count = 0;
    runtime::kafka::read_all(&settings, &settings.name("reference"), 0, &mut |_, _| {
        count += 1;
        Ok(())
    })
    .unwrap();
    count
}

#[test]
fn a_file_is_loaded_once_and_what_held_before_holds_before() {
    let site = Site::new("reference", "");
    let agents = "id,valid_from,team,level\nann,,red,1\nann,2024-03-01,blue,2\nben,2024-03-01,red,1\n";
    let first = file(&site, "agents.csv", agents);

    // A dry run and a difference write nothing.
    let dry = load(&site, &first, &["--dry-run"]);
    assert_eq!(dry.last().unwrap(), "3 added, 0 changed, 0 removed, 0 unchanged: dry run, nothing was written");
    let (out, code) = reference(&site, &["diff", "--kind", "agent", "--zone", "Europe/Berlin", &first]);
    assert!(code == 1 && out.ends_with("nothing was written\n"), "{out}");
    assert_eq!((records(&site), show(&site, &["agent"])), (0, json!([])));

    let done = load(&site, &first, &[]);
    assert_eq!(done[..3], dry[..3]);
    assert_eq!(
        done[1..],
        [
            "+ agent ann from 2024-03-01: level=2 team=blue",
            "+ agent ben from 2024-03-01: level=1 team=red",
            "3 added, 0 changed, 0 removed, 0 unchanged: written"
        ]
    );
    assert_eq!(records(&site), 3);

    // The same again, in another order and another form.
    let json = "{\"id\":\"ben\",\"valid_from\":\"2024-02-29T23:00:00Z\",\"team\":\"red\",\"level\":1}\n\
        {\"id\":\"ann\",\"valid_from\":\"2024-03-01\",\"team\":\"blue\",\"level\":2}\n{\"id\":\"ann\",\"team\":\"red\",\"level\":1}\n";
    assert_eq!(
        load(&site, &file(&site, "agents.json", json), &["--prune"]),
        ["0 added, 0 changed, 0 removed, 3 unchanged: nothing to write"]
    );
    assert_eq!(reference(&site, &["diff", "--kind", "agent", "--zone", "Europe/Berlin", &first]).1, 0);
    assert_eq!(records(&site), 3);

    // As of a time: the last moment before and the first after, by the clock of the zone.
    let ann = |at: &str| show(&site, &["agent", "ann", "--at", at])[0]["attributes"]["team"].clone();
    assert_eq!((ann("2024-02-29"), ann("2024-02-29T22:59:59.999999Z"), ann("2024-03-01")), (json!("red"), json!("red"), json!("blue")));
    let (out, code) = reference(&site, &["show", "agent", "ben", "--at", "2024-02-29"]);
    assert!(code == 1 && !out.contains("ben"), "{out}");

    // One is changed, one is no longer in the file.
    let second = file(&site, "agents2.csv", "id,valid_from,team,level\nann,,red,1\nann,2024-03-01,green,2\n");
    let kept = "0 added, 1 changed, 0 removed, 1 unchanged: written; 1 more that the file does not have were kept (--prune removes them)";
    assert_eq!(load(&site, &second, &[]), ["~ agent ann from 2024-03-01: team blue → green", kept]);
    assert_eq!((records(&site), ann("2024-02-29"), ann("2024-03-01")), (4, json!("red"), json!("green")));
    let pruned = ["- agent ben from 2024-03-01: level=1 team=red", "0 added, 0 changed, 1 removed, 2 unchanged: written"];
    assert_eq!(load(&site, &second, &["--prune"]), pruned);
    assert_eq!(
        show(&site, &["agent"]),
        json!([{"kind": "agent", "id": "ann", "since": "2024-02-29T23:00:00Z", "until": null, "attributes": {"level": "2", "team": "green"}}])
    );
    let all = show(&site, &[]);
    assert_eq!(all[2], json!({"kind": "agent", "hold": 1, "entries": 2}));

    // What was removed by mistake comes back.
    assert_eq!(load(&site, &first, &[]).last().unwrap(), "1 added, 1 changed, 0 removed, 1 unchanged: written");
    assert_eq!((show(&site, &["agent"]).as_array().unwrap().len(), ann("2024-03-01")), (2, json!("blue")));
}

#[test]
fn tenants_and_kinds_do_not_meddle_and_a_wrong_file_writes_nothing() {
    let site = Site::new("referencewrong", "");
    let wrong = file(&site, "wrong.csv", "id,team,paid_shift_s\nann,red,27000\nben,blue,seven hours\n");
    let (out, code) = reference(&site, &["load", "--kind", "agent", &wrong]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("HF-I005") && out.contains("wrong.csv line 3, column paid_shift_s: ") && !out.contains("seven"), "{out}");
    assert_eq!(records(&site), 0);

    let agents = file(&site, "agents.csv", "id,team\nann,red\n");
    load(&site, &agents, &[]);
    load(&site, &agents, &["--tenant", "other"]);
    let (out, code) = reference(&site, &["load", "--kind", "site", &file(&site, "sites.csv", "id,zone\nnorth,Europe/Berlin\n")]);
    assert_eq!(code, 0, "{out}");
    let empty = file(&site, "empty.csv", "id,team\n");
    let (out, code) = reference(&site, &["load", "--kind", "agent", "--prune", &empty]);
    assert!(code == 1 && out.contains("--prune would remove every agent"), "{out}");
    let other = file(&site, "other.csv", "id,team\nben,red\n");
    assert_eq!(load(&site, &other, &["--prune"]).last().unwrap(), "1 added, 0 changed, 1 removed, 0 unchanged: written");
    let ids = |args: &[&str]| -> Vec<Value> { show(&site, args).as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
    assert_eq!(
        (ids(&["agent"]), ids(&["agent", "--tenant", "other"]), ids(&["site"])),
        (vec![json!("ben")], vec![json!("ann")], vec![json!("north")])
    );

    // Usage is checked before anything else.
    assert_eq!(reference(&site, &["load", "--kind", "agent", "--zone", "europe/berlin", &agents]).1, 2);
    assert_eq!(reference(&site, &["show", "agent", "--at", "yesterday"]).1, 2);
}
