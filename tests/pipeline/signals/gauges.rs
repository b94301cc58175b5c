//! The counts of a site go at once when it is switched off, and those of warnings when they are not good enough to be shown; and come back as soon.

use crate::groups::world;
use crate::site::{Site, http, until};
use crate::told::{kafka, since};
use crate::{SINCE, form, insert, new_site};
use evaluation::facts::FIRST_DAY;
use holdfast::signals::log;
use serde_json::json;
use std::time::Duration;

/// Names of the gauges that have a series of this site.
fn shown(address: &str) -> Vec<&'static str> {
    let page = http(address, "GET", "/metrics", "").unwrap_or_default();
    let has = |name: &&'static str| {
        page.lines().any(|line| line.starts_with(&format!("holdfast_attrition_{name}{{")) && line.contains("site=\"centre\""))
    };
    ["scored_agents", "known_agents", "live_signals", "group_events", "group_moved_agents", "told_day"].into_iter().filter(has).collect()
}

/// Sixty warnings whose time is over about one agent; of thirty who were scored beside three left soon.
fn warnings(site: &Site, agent: &str, days: std::ops::Range<i32>) {
    let rows = days.map(|day| {
        let id = format!("{agent}-{day}");
        json!({"tenant": "world", "site": "centre", "agent": agent, "signal_id": id, "episode": 1, "kind": "opened", "state": "open", "tier": "concern", "day": day,
            "event_time": i64::from(day) * 86_400, "actor": "system", "version": 1})
        .to_string()
    });
    insert(&format!("{}_attrition.signal_events", site.database), &rows.collect::<Vec<_>>().join("\n"));
}

fn scored_and_left(site: &Site) {
    let agents: Vec<String> = (0..30).map(|number| format!("other {number}")).collect();
    let score = |agent: &String| {
        json!({"tenant": "world", "site": "centre", "day": FIRST_DAY + 10, "agent": agent, "standing": "scored", "probability": 0.1, "base": 0.1, "version": 1}).to_string()
    };
    insert(&format!("{}_attrition.scores", site.database), &agents.iter().map(score).collect::<Vec<_>>().join("\n"));
    let left = jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(FIRST_DAY + 30)).to_string();
    let entry = |agent: &String| {
        json!({"tenant": "world", "kind": "agent", "id": agent, "valid_from": "2020-01-01 00:00:00", "version": 1, "is_deleted": 0,
            "attributes": {"site": "centre", "hire_date": "2020-01-01", "left_date": left, "left_kind": "voluntary", "notice_date": left}})
        .to_string()
    };
    insert(&format!("{}.reference", site.database), &agents[..3].iter().map(entry).collect::<Vec<_>>().join("\n"));
}

#[test]
fn gauges_go_with_what_is_not_shown_and_come_back() {
    let world = world();
    let mut site = new_site("signals_gauges");
    form(&site, 0, &world[..94], 1);
    site.spawn_with("run", "0", &["signals", &since(SINCE), "--set", "attrition.score_every_s=600"]);
    let address = until(Duration::from_secs(60), "the process is up", || {
        std::fs::read_to_string(site.address_file("run", "0")).ok().filter(|address| !address.is_empty())
    });
    let all = ["scored_agents", "known_agents", "live_signals", "group_events", "group_moved_agents", "told_day"];
    let is = |what: &str, wanted: &[&str]| until(Duration::from_secs(120), what, || (shown(&address) == wanted).then_some(()));
    is("everything is shown", &all);
    // The next turn is ten minutes away: what is switched is seen before.
    let configured = std::fs::read_to_string(site.config()).expect("a configuration");
    let switch = |text: &str| std::fs::write(site.config(), format!("{configured}\n{text}")).expect("it is written");
    switch("[attrition.sites.centre]\nenabled = false\n");
    is("nothing of a site that is off", &[]);
    switch("");
    is("everything of one that is on again", &all);
    site.kill("run", "0");

    // Hardly better than chance: no count of warnings; what moves a group is none.
    scored_and_left(&site);
    warnings(&site, "other 9", FIRST_DAY..FIRST_DAY + 45);
    site.spawn_with("run", "1", &["signals", &since(SINCE), "--set", "attrition.score_every_s=1"]);
    let address = until(Duration::from_secs(60), "the process is up", || {
        std::fs::read_to_string(site.address_file("run", "1")).ok().filter(|address| !address.is_empty())
    });
    let suspended = ["scored_agents", "known_agents", "group_events", "group_moved_agents", "told_day"];
    let tell = |days: std::ops::Range<usize>| {
        for day in days {
            form(&site, day, &world[day..=day], 1);
            until(Duration::from_secs(120), "the day is told", || {
                log::progress(&kafka(&site)).expect("the progress").into_values().next().filter(|told| *told == FIRST_DAY + day as i32)
            });
        }
    };
    // When the second of two days is told, the turn of the first is over, at whose end it is judged.
    tell(94..96);
    assert_eq!(shown(&address), suspended);
    // Enough came true: with the next day they are back.
    warnings(&site, "other 0", FIRST_DAY..FIRST_DAY + 30);
    tell(96..97);
    until(Duration::from_secs(60), "they are back", || (shown(&address) == all).then_some(()));
    site.stop("run", "1");
}
