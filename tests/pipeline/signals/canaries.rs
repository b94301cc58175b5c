//! A site of which every agent has a name that nothing else has is scored, and warned of: neither the log, as talkative as it gets, nor a page of the process has one of them.

use crate::site::{http, until};
use crate::told::{kafka, since, told};
use crate::{SINCE, form, new_site, world};
use evaluation::facts::FIRST_DAY;
use holdfast::signals::log;
use std::time::Duration;

const NAME: &str = "canary-of-the-coalmine";
const DAYS: usize = 100;

#[test]
fn a_site_that_is_scored_names_nobody_outside() {
    let mut world = world();
    world.truncate(DAYS);
    for facts in world.iter_mut().flatten() {
        facts.agent = format!("{NAME}-{}", facts.agent);
    }
    let mut site = new_site("signals_canaries");
    form(&site, 0, &world, 1);
    site.spawn_with("run", "0", &["signals", &since(SINCE), "--log", "debug", "--set", "attrition.score_every_s=1"]);
    let address = until(Duration::from_secs(60), "the process is up", || {
        std::fs::read_to_string(site.address_file("run", "0")).ok().filter(|address| !address.is_empty())
    });
    until(Duration::from_secs(120), "the last day is told", || {
        log::progress(&kafka(&site)).expect("the progress").into_values().next().filter(|day| *day == FIRST_DAY + DAYS as i32 - 1)
    });
    let pages = ["/metrics", "/livez", "/readyz"].map(|page| http(&address, "GET", page, "").expect("a page")).concat();
    site.stop("run", "0");
    let said = std::fs::read_to_string(site.folder.path().join("run-0.log")).expect("a log");
    assert!(told(&site).iter().filter(|line| line.1 == "opened").count() >= 3, "there are warnings of them");
    let scored = site.number(&format!("SELECT countIf(agent LIKE '{NAME}%') FROM {}_attrition.scores", site.database));
    assert!(scored > 1_000, "{scored} scores are of them");
    assert!(said.lines().count() > 20 && pages.contains("holdfast_attrition_scored_agents{"), "there is something to look through: {said}");
    for (place, text) in [("log", &said), ("pages", &pages)] {
        let line = text.lines().find(|line| line.contains(NAME));
        assert!(line.is_none(), "{place}: {line:?}");
    }
}
