//! A signal that is kept silent, as people would meet it if it were told: nobody hears of it, but the agent who asks, until it becomes urgent.

use crate::centre::{AGENT, Centre, DAY, opened};
use crate::{HANNA, HUGO, LEA};
use events::{SignalActor, SignalEvent, SignalKind};
use serde_json::Value;

#[test]
fn one_that_is_kept_silent_is_told_to_nobody_until_it_is_urgent() {
    let centre = Centre::new("silent");
    let silent = SignalEvent { silent: true, silent_share: Some(0.1), ..opened(AGENT, "s1", "concern", DAY) };
    centre.tell(&[silent.clone(), opened("agent-102", "s2", "concern", DAY)]);
    let agent = format!("agent:{AGENT}");
    let own = ["--as", &agent, "--purpose", "own-data"];
    let shown = |what: &[&str], who: &[&str]| {
        let listed = centre.json(what, who);
        let ids = listed["signals"].as_array().expect("signals").iter().map(|signal| signal["signal"].as_str().expect("an id").to_owned());
        ids.collect::<Vec<_>>()
    };
    let firing = || -> Vec<Value> { serde_json::from_str(&centre.site.run(&["signals", "alerts", "--dry-run"])).expect("JSON") };

    // The leader: the other one, and of this one the words for one that is not there.
    assert_eq!((shown(&["list", "--all"], &LEA), firing().len()), (vec!["s2".to_owned()], 1));
    centre.refused(&["show", "s1"], &LEA, "no signal s1 that you may see");
    centre.refused(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEA, "no signal s1 that you may see");
    centre.refused(&["list", "--kept-silent"], &LEA, "told to nobody but the agent");
    // Human resources: as any other, with the leave of a second person.
    assert_eq!(shown(&["list"], &HANNA), Vec::<String>::new());
    centre.refused(&["show", "s1"], &HANNA, "sealed");
    let request = centre.json(&["break-glass", "s1", "--reason", "the council asks"], &HANNA)["request"].as_str().unwrap().to_owned();
    centre.text(&["approve", &request, "--reason", "agreed"], &HUGO);
    assert_eq!(centre.json(&["show", "s1", "--request", &request], &HANNA)["kept_silent"], true);
    // The agent: if asked for, and it is written down.
    assert_eq!((shown(&["list"], &own), shown(&["list", "--kept-silent"], &own)), (vec![], vec!["s1".to_owned()]));
    assert!(centre.text(&["list", "--kept-silent"], &own).contains("It is kept silent"));
    assert_eq!(centre.number(&format!("SELECT count() FROM access_log WHERE person = '{AGENT}' AND signal_id = 's1'")), 2);

    // It becomes urgent two days later: told, and since then.
    let later = SignalEvent {
        kind: SignalKind::Escalated,
        tier: "urgent",
        day: DAY + 2,
        event_time_us: i64::from(DAY + 2) * 86_400_000_000,
        actor: SignalActor::System,
        silent: false,
        silent_share: None,
        ..silent
    };
    centre.tell(&[later]);
    assert_eq!((shown(&["list"], &LEA), shown(&["list"], &HANNA)), (vec!["s1".to_owned(), "s2".to_owned()], vec!["s1".to_owned()]));
    assert_eq!((shown(&["list"], &own), centre.json(&["show", "s1"], &own)["kept_silent"].clone()), (vec!["s1".to_owned()], false.into()));
    let urgent = firing().into_iter().find(|alert| alert["labels"]["tier"] == "urgent").expect("an urgent one fires");
    assert_eq!(urgent["startsAt"], "2024-03-03T00:00:00Z");
    assert_eq!(centre.json(&["acknowledge", "s1", "--saw", "nothing unusual"], &LEA)["state"], "acknowledged");
}

/// How many are kept silent is in the notice, and a share that nobody may choose is refused.
#[test]
fn the_share_is_told_and_has_an_end() {
    let centre = Centre::new("silent_share");
    let with = |settings: &[&str], words: &[&str]| {
        let settings: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        centre.site.output(&[&settings[..], words].concat())
    };
    let notice = |settings: &[&str]| String::from_utf8_lossy(&with(settings, &["attrition", "notice"]).stdout).into_owned();
    assert!(
        notice(&["attrition.silent_share=0.1", "attrition.sites.north.silent_share=0.05"])
            .contains("about 10 are kept silent, at north 5: recorded")
    );
    assert!(!notice(&[]).contains("kept silent") && !notice(&["attrition.sites.north.enabled=false"]).contains("kept silent"));
    for setting in ["attrition.silent_share=10", "attrition.sites.north.silent_share=0.21"] {
        let refused = with(&[setting], &["attrition", "notice"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("silent_share") && said.contains("at most 0.2"), "{setting}: {said}");
    }
}

/// Sixteen matured ones, of which eight were kept silent; who was drawn is counted, by period, and nobody is named.
#[test]
fn what_telling_changed_is_printed() {
    let mut centre = Centre::new("uplift");
    centre.site.spawn("load", "0");
    let left = format!("SELECT count() FROM {}.v_reference WHERE kind = 'agent'", centre.site.database);
    crate::until(std::time::Duration::from_secs(60), "the reference data are in ClickHouse", || {
        (centre.site.number(&left) == 17).then_some(())
    });
    // left-1 left on 2025-11-30, day 20 422.
    let agents: Vec<String> = (101..109).map(|number| format!("agent-{number}")).chain(["left-1".to_owned()]).collect();
    let score = |agent: &String| format!("('default', 'north', 20400, '{agent}', 'scored', 0.1, 0.05, NULL, 'm', 1, 1)");
    let columns = "tenant, site, day, agent, standing, probability, base, tier, model_id, feature_schema, version";
    centre.execute(&format!("INSERT INTO scores ({columns}) VALUES {}", agents.iter().map(score).collect::<Vec<_>>().join(", ")));
    centre.execute("INSERT INTO formed_days (tenant, site, day, version) VALUES ('default', 'north', 20475, 1)");
    let row = |agent: &str, number: i32, silent: bool| {
        format!(
            "('default', 'north', '{agent}', 's{number}-{silent}', 1, 'opened', 'open', 'concern', 20400, 20400 * 86400, 'system', {silent}, 0.2, 1)"
        )
    };
    // Three silent ones and one told one are about who left.
    let rows: Vec<String> = (0..8)
        .flat_map(|number| {
            [(number < 3, true), (number < 1, false)]
                .map(|(leaves, silent)| row(if leaves { "left-1" } else { "agent-101" }, number, silent))
        })
        .collect();
    let columns = "tenant, site, agent, signal_id, episode, kind, state, tier, day, event_time, actor, silent, silent_share, version";
    centre.execute(&format!("INSERT INTO signal_events ({columns}) VALUES {}", rows.join(", ")));
    let printed = centre.site.run(&["--set", "attrition.silent_share=0.2", "attrition", "uplift", "--site", "north", "--format", "csv"]);
    // Wilson: 1 of 8 is 0.022 to 0.471, 3 of 8 is 0.137 to 0.694; Newcombe's of the difference is -0.170 to 0.585.
    let all = printed.lines().find(|line| line.starts_with("north,all,")).unwrap_or_default();
    assert_eq!(all, "north,all,8,1,0.125,0.022,0.471,8,3,0.375,0.137,0.694,0.250,-0.170,0.585,0.2", "{printed}");
    assert!(!printed.contains("agent-") && !printed.contains("left-1"), "{printed}");
    let other = centre.site.run(&["attrition", "uplift", "--site", "south", "--format", "csv"]);
    assert!(other.starts_with("site,") && !other.contains("north"), "{other}");
    // Of a site that is switched off nothing is shown, asked for or not.
    let off =
        |args: &[&str]| centre.site.output(&[&["--set", "attrition.sites.north.enabled=false", "attrition", "uplift"], args].concat());
    let (asked, all) = (off(&["--site", "north"]), off(&["--format", "csv"]));
    assert!(asked.status.code() != Some(0) && String::from_utf8_lossy(&asked.stderr).contains("HF-P003"), "{asked:?}");
    assert!(all.status.success() && !String::from_utf8_lossy(&all.stdout).contains("north"), "{all:?}");
}
