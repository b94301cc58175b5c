//! Overdue follow-ups and grooves, as the process that scores shows them to Prometheus: counts of teams of eight and more, and nobody's name.

use crate::centre::Centre;
use crate::site::{http, until};
use std::time::Duration;

const RED: std::ops::Range<u32> = 101..109;
const BLUE: std::ops::Range<u32> = 201..208;
const GREEN: std::ops::Range<u32> = 301..331;

fn today() -> i32 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i32::try_from(now.as_secs() / 86_400).expect("a day")
}

fn date(day: i32) -> String {
    let us = i64::from(day) * 86_400_000_000;
    jiff::Timestamp::from_microsecond(us).expect("a time").to_string()[..10].to_owned()
}

/// Green has thirty agents, so that most peers are as usual. Of red, two new hires are overdue: 101 (hired 20 days ago, the week is over) and 104 (45, the month is); 102 (10) is due, and 103 (20)
/// was asked on day 9. Of blue, 201 is overdue too.
fn hire(centre: &Centre, today: i32) {
    centre.load("team", "id,site,leader\nred,north,lea\nblue,north,leo\ngreen,north,gia\n");
    let of = |agent: u32, team: &str, days: i32| format!("agent-{agent},{team},{}\n", date(today - days));
    let new = [of(101, "red", 20), of(102, "red", 10), of(103, "red", 20), of(104, "red", 45), of(201, "blue", 20)].concat();
    let green: String = GREEN.map(|agent| of(agent, "green", 900)).collect();
    centre.load("agent", &format!("id,team,hire_date\n{new}{green}"));
    let session = format!(
        "'default', 'other', 'hr', 'o1', toDateTime64('{} 12:00:00', 6, 'UTC'), 'agent-103', 'session', 'follow_up', 1",
        date(today - 11)
    );
    let columns = "tenant, kind, source, observation_id, observed_at, agent, dimension, outcome, version";
    centre.site.run(&["warehouse", "query", &format!("INSERT INTO {}.observations ({columns}) VALUES ({session})", centre.site.database)]);
}

/// Eleven weeks in which everybody trembles and red is much faster and much less careful than the others. Blue is, too, and has seven agents.
fn work(centre: &Centre, today: i32) {
    let agents: Vec<String> = RED.chain(BLUE).chain(GREEN).map(|agent| agent.to_string()).collect();
    let tremble = |measure: u32| format!("(cityHash64(a, day, {measure}) % 100 / 50 - 1)");
    let bent = "3 * (a < 300)";
    let columns = "tenant, site, agent, day, team, `group`, employed, handled, productive_ms, compared_calls, ln_handle_residual_sum_micro, acw_compared_calls, \
                   ln_acw_residual_sum_micro, evaluations, quality_z_sum_micro, version";
    let select = format!(
        "SELECT 'default', 'north', concat('agent-', toString(a)), day, multiIf(a < 200, 'red', a < 300, 'blue', 'green'), 'calls', true, 100, 28800000, 100,
            toInt64(-1000000 * ({} + {bent})), 100, toInt64(-1000000 * ({} + {bent})), 1, toInt64(1000000 * ({} - {bent})), 1
        FROM (SELECT arrayJoin([{}]) AS a, {} + arrayJoin(range(77)) AS day)",
        tremble(1),
        tremble(2),
        tremble(3),
        agents.join(", "),
        today - 79,
    );
    centre.execute(&format!("INSERT INTO agent_days ({columns}) {select}"));
    let formed = format!("SELECT 'default', 'north', {} + arrayJoin(range(77)), 1", today - 79);
    centre.execute(&format!("INSERT INTO formed_days (tenant, site, day, version) {formed}"));
}

#[test]
fn overdue_follow_ups_and_grooves_are_counted_by_team_and_by_nobody() {
    let mut centre = Centre::new("counts");
    let today = today();
    hire(&centre, today);
    work(&centre, today);
    centre.site.spawn("load", "0");
    let known = format!("SELECT count() FROM {}.v_agents_now WHERE hired IS NOT NULL", centre.site.database);
    until(Duration::from_secs(60), "the reference data are in ClickHouse", || (centre.site.number(&known) == 35).then_some(()));
    centre.site.spawn_with("run", "0", &["signals"]);
    let address = until(Duration::from_secs(30), "the process is up", || {
        std::fs::read_to_string(centre.site.address_file("run", "0")).ok().filter(|address| !address.is_empty())
    });
    let page = || http(&address, "GET", "/metrics", "").unwrap_or_default();
    let lines = |page: &str| {
        let ours = |line: &&str| line.starts_with("holdfast_attrition_follow_ups_overdue{") || line.starts_with("holdfast_groove_");
        page.lines().filter(ours).map(str::to_owned).collect::<Vec<_>>()
    };
    // Teams are shown one after the other: this one is the last.
    let last = |page: &String| page.contains("holdfast_groove_agents{site=\"north\",team=\"red\"");
    let shown = until(Duration::from_secs(60), "teams are counted", || Some(page()).filter(last));

    // What the commands say of persons, as a number of each team: those of red who are in a groove.
    let owner = ["--as", "kpi-owner:kim", "--purpose", "targets"];
    let agents_in_a_groove = ["attrition", "groove", "--site", "north", "--agents", "--format", "csv"];
    let told = centre.site.run(&[&agents_in_a_groove[..], &owner].concat());
    let bent = |line: &&str| line.starts_with("agent,agent-1") && line.ends_with("in the groove");
    let bent_agents = told.lines().filter(bent).count();
    assert!(bent_agents >= 6, "{told}");
    let labels = |team: &str| format!("{{site=\"north\",team=\"{team}\",tenant=\"default\"}}");
    let (red, green) = (labels("red"), labels("green"));
    assert_eq!(
        lines(&shown),
        [
            format!("holdfast_attrition_follow_ups_overdue{green} 0"),
            format!("holdfast_attrition_follow_ups_overdue{red} 2"),
            format!("holdfast_groove_agents{green} 0"),
            format!("holdfast_groove_agents{red} {bent_agents}"),
            format!("holdfast_groove_team{green} 0"),
            format!("holdfast_groove_team{red} 1"),
        ]
    );
    let overdue = |who: &str| {
        let words = ["attrition", "follow-ups", "--overdue", "--zone", "Europe/Berlin", "--format", "csv"];
        let output = centre.site.output(&[&words[..], &["--as", who, "--purpose", "retention-talk"]].concat());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let of_lea = overdue("leader:lea");
    assert_eq!(["agent-101", "agent-104", "agent-201"].map(|agent| of_lea.contains(agent)), [true, true, false], "{of_lea}");
    let of_gia = centre.site.run(&[&agents_in_a_groove[..], &["--as", "leader:gia", "--purpose", "coaching"]].concat());
    assert!(!of_gia.contains("agent-1") && of_gia.contains("team,red"), "{of_gia}");
    let overdue = overdue("hr:hanna");
    assert_eq!(["agent-101", "agent-104", "agent-201"].map(|agent| overdue.contains(agent)), [true; 3], "{overdue}");
    assert!(!shown.contains("blue") && !shown.contains("agent-") && !shown.contains("\"lea\""), "{shown}");

    // Switched off at the site: nothing is shown of it any more, at once.
    let config = std::fs::read_to_string(centre.site.config()).expect("a configuration");
    std::fs::write(centre.site.config(), format!("{config}\n[attrition.sites.north]\nenabled = false\n")).expect("it is written");
    until(Duration::from_secs(30), "nothing is counted any more", || lines(&page()).is_empty().then_some(()));
    let log = std::fs::read_to_string(centre.site.folder.path().join("run-0.log")).expect("a log");
    assert!(!log.contains("agent-") && !log.contains("could not be counted"), "{log}");
}
