//! What is told and counted of sites that are shown, switched off or suspended, and back again; and that the gauges follow.

use super::*;
use attrition::quality::Quality;
use events::{ReferenceKind, SignalKind};
use std::collections::BTreeMap;
use warehouse::attrition::PeriodQuality;

/// An entry of the reference data, from the beginning.
fn entry<'a>(kind: ReferenceKind, id: &'a str, attributes: &[(&'a str, &'a str)]) -> Reference<'a> {
    Reference { tenant: "t", kind, id, valid_from_us: 0, attributes: attributes.iter().copied().collect(), removed: false, revision: 1 }
}

fn opened<'a>(site: &'a str, agent: &'a str, tier: &'a str, at_us: i64) -> SignalEvent<'a> {
    SignalEvent {
        tenant: "t",
        site,
        agent,
        signal_id: agent,
        kind: SignalKind::Opened,
        state: "open",
        tier,
        event_time_us: at_us,
        ..SignalEvent::default()
    }
}

/// Teams red at north and blue at south of eight agents each, green at south of eight of whom nobody has a signal. One signal waits in red, one in blue, and one is of an agent of red
/// about whom south opened it before the agent moved north.
fn known() -> Known {
    let mut known = Known::default();
    let mut take = |message: &Reference<'_>| known.reference.take(message);
    for (team, site) in [("red", "north"), ("blue", "south"), ("green", "south")] {
        take(&entry(ReferenceKind::Team, team, &[("site", site), ("leader", "lea")]));
        (0..8).for_each(|number| take(&entry(ReferenceKind::Agent, &format!("{team}-{number}"), &[("team", team)])));
    }
    let events = [
        opened("north", "red-0", "concern", 1_000_000),
        opened("south", "blue-0", "urgent", 2_000_000),
        opened("south", "red-1", "concern", 3_000_000),
    ];
    events.iter().for_each(|event| known.signals.take(event.key().as_bytes(), event));
    known
}

fn config(text: &str) -> Config {
    toml::from_str(text).expect("a configuration")
}

/// The last quarter of a site was little better than chance, or nothing is known of any.
fn suspended(site: Option<&str>) -> Suspensions {
    let quality = Quality { warnings: 100, agent_weeks: 1_000, observed_outcome: 60, ..Quality::default() };
    let periods = vec![PeriodQuality { period: "recent".to_owned(), quality }];
    Suspensions::of(&site.map(|site| ("t".to_owned(), site.to_owned(), periods)).into_iter().collect::<Vec<_>>(), false)
}

/// What fires, as team and tier, and how many are counted in each team, concern and urgent.
fn told(text: &str, site: Option<&str>) -> (Vec<String>, Vec<String>) {
    let (firing, counts) = known().told(&config(text), &suspended(site), 10_000_000);
    let label = |alert: &Alert, name: &str| alert.labels.get(name).cloned().unwrap_or_default();
    let firing = firing.iter().map(|alert| format!("{} {}", label(alert, "team"), label(alert, "tier"))).collect();
    (firing, counts.iter().map(|(team, count)| format!("{} {} {} {}", team.site, team.team, count.concern, count.urgent)).collect())
}

#[test]
fn a_site_that_is_not_shown_fires_nothing_and_is_counted_nowhere() {
    let strings = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let all = (strings(&["red concern", "red concern", "blue urgent"]), strings(&["north red 2 0", "south blue 0 1", "south green 0 0"]));
    let sorted = |(mut firing, counts): (Vec<String>, Vec<String>)| {
        firing.sort();
        (firing, counts)
    };
    let all = sorted(all);
    // Of north nothing is told: neither its own signal nor the one that south opened about an agent who is there now.
    let south = (strings(&["blue urgent"]), strings(&["south blue 0 1", "south green 0 0"]));
    // Of south neither: what it opened is not told at north, and a team of which nobody has a signal has no zero.
    let north = (strings(&["red concern"]), strings(&["north red 1 0"]));
    let off = |site: &str| format!("[attrition.sites.{site}]\nenabled = false");
    assert_eq!(sorted(told("", None)), all);
    assert_eq!(sorted(told(&off("north"), None)), south);
    assert_eq!(sorted(told("", Some("north"))), south);
    assert_eq!(sorted(told(&off("south"), None)), north);
    assert_eq!(sorted(told("", Some("south"))), north);
    assert_eq!(told(&off("south"), Some("north")), (vec![], vec![]));
    assert_eq!(told("[attrition]\nenabled = false", None), (vec![], vec![]));
    // Another site's switch, and that of another tenant's suspension, change nothing.
    assert_eq!(sorted(told(&off("west"), Some("west"))), all);
}

/// Every series of a gauge, as the values of its labels and its value.
fn series(registry: &prometheus::Registry, name: &str) -> Vec<String> {
    let families = registry.gather();
    let one = |metric: &prometheus::proto::Metric| {
        let labels = metric.get_label().iter().map(|label| label.value().to_owned()).collect::<Vec<_>>().join(" ");
        format!("{labels} {}", metric.get_gauge().get_value())
    };
    families.iter().filter(|family| family.name() == name).flat_map(|family| family.get_metric().iter().map(one)).collect()
}

#[test]
fn the_gauges_follow_at_once_and_come_back() {
    let registry = prometheus::Registry::new();
    let mut gauges = Gauges::new(&registry).expect("gauges");
    let mut show = |text: &str, site: Option<&str>| {
        let suspended = suspended(site);
        gauges.show_suspended(&suspended).expect("it is shown");
        gauges.show(&known().told(&config(text), &suspended, 10_000_000).1).expect("it is shown");
        ["signals_waiting", "oldest_waiting_opened_timestamp_seconds", "display_suspended"]
            .map(|name| series(&registry, &format!("holdfast_attrition_{name}")).join(", "))
    };
    let waiting = [
        "north red t concern 2, north red t urgent 0, south blue t concern 0, south blue t urgent 1, south green t concern 0, south green t urgent 0",
        "north red t 1, south blue t 2",
        "",
    ];
    assert_eq!(show("", None), waiting);
    let north = ["north red t concern 1, north red t urgent 0", "north red t 1"];
    let [counts, oldest, why] = show("", Some("south"));
    assert_eq!(([counts.as_str(), oldest.as_str()], why.as_str()), (north, "south t 1"));
    assert_eq!(show("", None), waiting, "shown again, and the site of which nothing is known any more has no series");
    let [counts, oldest, _] = show("[attrition.sites.south]\nenabled = false", None);
    assert_eq!([counts.as_str(), oldest.as_str()], north);
    assert_eq!(show("[attrition]\nenabled = false", None), [""; 3]);
    assert_eq!(show("", None), waiting);
}

/// Of several that wait the oldest counts.
#[test]
fn the_oldest_is_the_oldest() {
    let counts: BTreeMap<TeamName, TeamCount> = known().told(&config(""), &suspended(None), 10_000_000).1;
    let red = TeamName { tenant: "t".to_owned(), site: "north".to_owned(), team: "red".to_owned() };
    assert_eq!(counts[&red].oldest_us, Some(1_000_000));
}
