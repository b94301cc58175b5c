//! The notice for workers tells the centre's own numbers as soon as there are enough of them: read from ClickHouse, over all matured days, of the sites where early
//! warnings are on.

use crate::centre::Centre;
use crate::site::until;
use std::time::Duration;

/// Day 20 422 is 2025-11-30; matured are the days until 20 430, of which those from 20 340 on are the last quarter.
const NEWEST: i32 = 20_475;

fn warn(centre: &Centre, site: &str, agent: &str, days: std::ops::Range<i32>) {
    let row = |day: i32| {
        format!("('default', '{site}', '{agent}', '{agent}-{day}', 1, 'opened', 'open', 'concern', {day}, {day} * 86400, 'system', 1)")
    };
    let columns = "tenant, site, agent, signal_id, episode, kind, state, tier, day, event_time, actor, version";
    centre.execute(&format!("INSERT INTO signal_events ({columns}) VALUES {}", days.map(row).collect::<Vec<_>>().join(", ")));
}

/// Ten left north, four of them warned three times each. 36 more warnings came to nothing: 8 in the last quarter and 28 long before. 12 of 48 are 3 of 10 (of the
/// quarter it would be 6 of 10), and 6 of 10 who left had none. At south 100 came to nothing: 12 of 148 are 1 of 10.
#[test]
fn the_notice_tells_the_centres_own_numbers() {
    let mut centre = Centre::new("notice");
    centre.load("site", "id,zone\nnorth,Europe/Berlin\nsouth,Europe/Berlin\n");
    let gone: Vec<String> = (1..=10).map(|number| format!("gone-{number}")).collect();
    let rows: String = gone.iter().map(|agent| format!("{agent},red,2025-11-30,voluntary\n")).collect();
    centre.load("agent", &format!("id,team,left_date,left_kind\n{rows}"));
    centre.site.spawn("load", "0");
    let known = format!("SELECT count() FROM {}.v_reference WHERE kind = 'agent' AND startsWith(id, 'gone-')", centre.site.database);
    until(Duration::from_secs(60), "the reference data are in ClickHouse", || (centre.site.number(&known) == 10).then_some(()));
    let score =
        |site: &str, agent: &str, day: i32| format!("('default', '{site}', {day}, '{agent}', 'scored', 0.1, 0.05, NULL, 'm', 1, 1)");
    let of_south = (1..=8).flat_map(|number| [20_100, 20_390].map(|day| score("south", &format!("agent-{number}"), day)));
    let scores: Vec<String> =
        gone.iter().flat_map(|agent| [20_100, 20_390].map(|day| score("north", agent, day))).chain(of_south).collect();
    let columns = "tenant, site, day, agent, standing, probability, base, tier, model_id, feature_schema, version";
    centre.execute(&format!("INSERT INTO scores ({columns}) VALUES {}", scores.join(", ")));
    for site in ["north", "south"] {
        centre.execute(&format!("INSERT INTO formed_days (tenant, site, day, version) VALUES ('default', '{site}', {NEWEST}, 1)"));
    }
    gone[..4].iter().for_each(|agent| warn(&centre, "north", agent, 20_400..20_403));
    warn(&centre, "north", "agent-101", 20_350..20_358);
    warn(&centre, "north", "agent-101", 20_100..20_128);
    warn(&centre, "south", "agent-1", 20_100..20_200);
    let notice = |more: &[&str]| centre.site.run(&[more, &["attrition", "notice"]].concat());
    let both = notice(&[]);
    assert!(both.contains("Of 10 such warnings about 1 came true here. Of 10 who left of their own will 6 had none."), "{both}");
    let north = notice(&["--set", "attrition.sites.south.enabled=false"]);
    assert!(north.contains("Of 10 such warnings about 3 came true here. Of 10 who left of their own will 6 had none."), "{north}");
    assert!(!north.contains("simulated") && north.contains("but not at south"), "{north}");
}
