//! An agent's id and a customer's number that nobody else has go through alerts, metrics, logs and commands. What cannot be used and becomes a dead letter is swept in
//! `tests/pipeline/poison.rs`.

use crate::LEA;
use crate::alertmanager::Alertmanager;
use crate::centre::{Centre, DAY, opened};
use crate::site::{http, until};
use crate::topics::Injector;
use std::process::Output;
use std::time::Duration;

const NAME: &str = "agent-108";
const NUMBER: &str = "01709128675309";

#[test]
fn canaries_stay_where_somebody_may_see_them() {
    let mut centre = Centre::new("canary");
    let alertmanager = Alertmanager::start(&centre.site);
    centre.site.spawn("load", "0");
    centre.tell(&[opened(NAME, "s1", "concern", DAY), opened("agent-102", "s2", "urgent", DAY)]);
    // What is no signal event, with both in it.
    Injector::new(&centre.site).put("attrition-signals", 1, Some(format!("{NAME} called {NUMBER}").as_bytes()), &[]);
    let process = centre.alerts(&alertmanager.url);
    let alerts = until(Duration::from_secs(60), "alerts fire", || alertmanager.firing().filter(|alerts| alerts.len() == 2));
    let refused = centre.site.output(&centre.words(&["acknowledge", "s1", "--saw", &format!("she called {NUMBER}")], &LEA, &[]));
    let unknown = centre.site.output(&centre.words(&["show", NUMBER], &LEA, &[]));
    assert!(!refused.status.success() && !unknown.status.success());
    let shown = centre.text(&["list"], &LEA);
    assert!(shown.contains(NAME), "the search finds what is there: {shown}");
    until(Duration::from_secs(60), "signals are loaded", || (centre.number("SELECT count() FROM signal_events") == 2).then_some(()));
    let erased = centre.site.output(&["attrition", "erase", NAME, "--as", "hr:hanna", "--reason", "asked", "--dry-run"]);
    // The scoring passes over what it cannot read, and says where it is.
    let scoring = centre.site.output(&["run", "signals", "--once"]);

    let pages = ["/metrics", "/livez", "/readyz"].map(|page| process.page(page)).concat();
    let loader = std::fs::read_to_string(centre.site.address_file("load", "0")).expect("an address");
    let log = |name: &str| std::fs::read_to_string(centre.site.folder.path().join(name)).expect("a log");
    let said = |output: &Output| String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
    let dry = centre.site.output(&["signals", "alerts", "--dry-run"]);
    let places = [
        ("alerts", serde_json::to_string(&alerts).unwrap()),
        ("alerts as they would be sent", said(&dry)),
        ("pages", pages),
        ("log", process.log()),
        ("pages of the loader", http(&loader, "GET", "/metrics", "").expect("a page")),
        ("log of the loader", log("load-0.log")),
        ("what a refused command says", said(&refused)),
        ("what a scoring says", said(&scoring)),
        ("what an erasure says", said(&erased)),
        ("what retention says", said(&centre.site.output(&["attrition", "retention", "--dry-run"]))),
    ];
    for (place, text) in &places {
        assert!(!text.is_empty(), "{place} has nothing to be looked through");
        assert!(!text.contains(NAME) && !text.contains(NUMBER), "{place}: {text}");
    }
    let signals = centre.rows("SELECT * FROM signal_events");
    assert!(!signals.is_empty() && !signals.iter().any(|row| row.to_string().contains(NUMBER)));
    assert!(http(&alertmanager.address(), "GET", "/api/v2/status", "").is_some());
}
