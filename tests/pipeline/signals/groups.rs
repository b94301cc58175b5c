//! What moves a team as a whole: told once when it begins and once when it ends, with the same ids whatever is killed, in the log and in the view; and what the page of metrics says meanwhile.

use crate::site::{Site, until};
use crate::told::{kafka, since};
use crate::{DAYS, SINCE, form, new_site, score};
use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::signals::notice_id;
use attrition::site::{Cause, DayLog, Notice, SiteSettings};
use evaluation::facts::FIRST_DAY;
use holdfast::signals::log;
use simulator::attrition::{Centre, World};
use std::time::Duration;

/// A notice in short: id, kind, day, group, agents, what moved.
type Line = (String, &'static str, i32, String, i32, Vec<(String, f64)>);

/// From day 90 on the third team is two standard deviations worse in everything, for a week.
pub fn world() -> Vec<Vec<DayFacts>> {
    let world = World::named("outage", 11, 60, DAYS).unwrap();
    let (mut centre, mut facts) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default());
    let mut days = Vec::new();
    while let Some(day) = centre.next() {
        days.push(facts.facts(&centre, &day, world.teams() as usize));
    }
    days
}

fn line(day: i32, notice: &Notice) -> Line {
    let id = notice_id("world", "centre", notice.group.kind(), notice.group.name(), notice.cause.name(), notice.began_day);
    let moved = notice.moved.iter().map(|moved| (moved.measure.clone(), moved.by)).collect();
    let kind = if notice.ended.is_none() { "began" } else { "ended" };
    (id, kind, day, notice.group.name().to_owned(), notice.agents as i32, moved)
}

/// What the pure fold tells.
fn expected(days: &[Vec<DayFacts>]) -> Vec<Line> {
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let mut site = attrition::site::Site::default();
    let mut lines = Vec::new();
    for (day, facts) in (FIRST_DAY..).zip(days) {
        let log = DayLog { told: day < SINCE, ..DayLog::default() };
        let result = site.take(&settings, &model, day, facts, &log);
        assert!(result.notices.iter().all(|notice| notice.cause != Cause::Alarms && notice.agents >= 8));
        lines.extend(result.notices.iter().map(|notice| line(day, notice)));
    }
    lines
}

/// What the log says.
fn noticed(site: &Site) -> Vec<Line> {
    let mut lines = Vec::new();
    log::notices(&kafka(site), &mut |notice| {
        let moved = notice.moved.iter().map(|moved| (moved.measure.to_owned(), moved.by)).collect();
        lines.push((notice.notice_id.to_owned(), notice.kind.name(), notice.day, notice.group.to_owned(), notice.agents, moved));
    })
    .unwrap();
    lines
}

#[test]
fn an_outage_of_a_team_is_told_once_of_the_team() {
    let world = world();
    let whole = expected(&world);
    let of_team: Vec<&Line> = whole.iter().filter(|line| line.3 == "team 002").collect();
    let [began, ended] = of_team.as_slice() else { panic!("{whole:?}") };
    assert!(began.2 - FIRST_DAY - 90 < 3 && began.1 == "began" && ended.1 == "ended" && began.0 == ended.0, "{whole:?}");
    assert!(began.5.len() >= 3, "{began:?}");

    let mut site = new_site("signals_groups");
    // While it lives: each turn is a process of its own, which folds every day anew and follows what was told.
    form(&site, 0, &world[..94], 1);
    site.spawn_with("run", "0", &["signals", &since(SINCE)]);
    let kafka_of = kafka(&site);
    until(Duration::from_secs(120), "the days are told", || {
        log::progress(&kafka_of).unwrap().into_values().next().filter(|day| *day == FIRST_DAY + 93)
    });
    let of_team = |name: &str| site.metric_if_up("run", "0", name, "group=\"team 002\"").filter(|agents| *agents > 0.0);
    let agents = until(Duration::from_secs(60), "the page of metrics says so", || of_team("holdfast_attrition_group_moved_agents"));
    assert_eq!(agents, f64::from(began.4));
    site.kill("run", "0");
    let until_94: Vec<Line> = whole.iter().filter(|line| line.2 < FIRST_DAY + 94).cloned().collect();
    assert_eq!(noticed(&site), until_94);
    score(&site);
    assert_eq!(noticed(&site), until_94, "nothing new, nothing written");
    for [from, end] in [[94, 95], [95, 98], [98, DAYS as usize]] {
        form(&site, from, &world[from..end], 1);
        score(&site);
    }
    assert_eq!(noticed(&site), whole);

    // One row an event in ClickHouse, with its end.
    site.spawn("load", "0");
    let rows = format!("SELECT count() FROM {}_attrition.group_notices FINAL", site.database);
    until(Duration::from_secs(60), "the notices are in ClickHouse", || (site.number(&rows) == whole.len() as i64).then_some(()));
    let of_team = format!(
        "SELECT count() FROM {}_attrition.v_group_events AS e WHERE e.notice_id = '{}' AND e.group_name = 'team 002' AND e.cause = 'measures' \
         AND e.ending = 'over' AND dateDiff('day', e.began_on, e.held_until) BETWEEN 4 AND 7 AND e.agents = {} AND length(e.moved) = {}",
        site.database,
        began.0,
        began.4,
        began.5.len()
    );
    assert_eq!(site.number(&of_team), 1);
    site.stop("load", "0");
}
