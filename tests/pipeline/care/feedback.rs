//! Whether warnings fulfil themselves, as the command says it: of agents who were told of, each beside another, and of some who were kept silent.

use crate::centre::{Centre, DAY};

/// So many agents of each kind, by number: `told` have 8 hours a day before the signal, and 6 or 4 after; `other` and `silent` have 8 throughout. Each told one is of a queue group with one
/// other, silent ones are apart.
fn agents(centre: &Centre, numbers: std::ops::Range<u32>) {
    let of = |kinds: &str| {
        format!(
            "SELECT arrayJoin([{kinds}]) AS kind, arrayJoin(range({}, {})) AS number, concat(kind, '-', toString(number)) AS id",
            numbers.start, numbers.end
        )
    };
    let all = of("'told', 'other', 'silent'");
    centre.execute(&format!(
        "INSERT INTO agent_days (tenant, site, agent, day, `group`, tenure_days, employed, scheduled_shifts_28d, overtime_ms, scheduled_ms, version)
        SELECT 'default', 'north', id, {DAY} + after, concat(if(kind = 'silent', 's', 'g'), toString(number)), 400, true, 20, 3600000,
            (8 - if(kind = 'told' AND after > 0, if(number % 2 = 0, 4, 2), 0)) * 3600000, 1
        FROM (SELECT *, arrayJoin(range(-28, 29)) AS after FROM ({all}))"
    ));
    centre.execute(&format!(
        "INSERT INTO scores (tenant, site, day, agent, standing, probability, version) SELECT 'default', 'north', {DAY}, id, 'scored', 0.2, 1 FROM ({all})"
    ));
    centre.execute(&format!(
        "INSERT INTO signal_events (tenant, site, agent, signal_id, episode, kind, state, tier, day, event_time, actor, silent, silent_share, version)
        SELECT 'default', 'north', id, concat('s-', id), 1, 'opened', 'open', 'concern', {DAY}, {DAY} * 86400, 'system', kind = 'silent', 0.2, 1 FROM ({})",
        of("'told', 'silent'")
    ));
}

/// Of seven nothing is shown. Of eight: 8 hours a day are 224 in 28 days, 6 are 168 and 4 are 112, so that 56 or 112 are gone, 84 on the mean. The variance is 8 × 28² / 7 = 896, the
/// error √(896 / 8) = 10.583, and 3.85523 of them are 40.80: seven degrees of freedom, 0.05 / 8.
#[test]
fn whoever_is_told_of_and_given_fewer_hours_is_found() {
    let centre = Centre::new("feedback");
    agents(&centre, 1..8);
    centre.execute(&format!(
        "INSERT INTO formed_days (tenant, site, day, version) SELECT 'default', 'north', {DAY} + arrayJoin(range(-28, 29)), 1"
    ));
    let words = ["attrition", "feedback", "--site", "north", "--from", "2024-02-01", "--to", "2024-03-31", "--format"];
    let told = |format: &str| centre.site.run(&[&words[..], &[format]].concat());
    let few = told("csv");
    let lines: Vec<&str> = few.lines().collect();
    assert_eq!(lines.len(), 9, "{few}");
    for line in &lines[1..] {
        assert!(
            line.starts_with("not told of,")
                && line.ends_with(",–,–,–,–,–,–,–,–,too few,fewer than eight agents on either side: not shown"),
            "{line}"
        );
    }

    agents(&centre, 8..9);
    let all = told("csv");
    let row =
        |with: &str, measure: &str| all.lines().find(|line| line.starts_with(&format!("{with},{measure},"))).unwrap_or_default().to_owned();
    for with in ["not told of", "kept silent"] {
        let hours = format!("{with},scheduled_hours,8,8,224.00,140.00,224.00,224.00,-84.00,-124.80 to -43.20,changed,");
        assert_eq!(
            row(with, "scheduled_hours"),
            hours + "since the warning fewer hours are scheduled: does the list reach whoever plans shifts?"
        );
        // Each has an hour of overtime a day all the time; nobody anything at night.
        let overtime = format!("{with},overtime_hours,8,8,28.00,28.00,28.00,28.00,0.00,0.00 to 0.00,not shown to change,");
        assert_eq!(row(with, "overtime_hours"), overtime + "no change is shown; of few agents that is no proof of none");
        let nights = format!("{with},night_hours,8,8,0.00,0.00,0.00,0.00,0.00,0.00 to 0.00,not shown to change,");
        assert_eq!(row(with, "night_hours"), nights + "nobody had any: is there a source that would know?");
        let points = format!("{with},evaluation_points,–,–,–,–,–,–,–,–,too few,");
        assert_eq!(row(with, "evaluation_points"), points + "fewer than eight agents on either side: not shown");
    }
    assert_eq!(all.lines().count(), 17, "{all}");
    let read: serde_json::Value = serde_json::from_str(&told("json")).expect("JSON");
    assert_eq!((read.as_array().expect("rows").len(), &read[0]["decision"]), (16, &"changed".into()));
    for name in ["told-", "other-", "silent-"] {
        assert!(!all.contains(name) && !told("table").contains(name), "{name}: {all}");
    }
    // Of a site that is switched off nothing is shown.
    let off = centre.site.output(&[&["--set", "attrition.sites.north.enabled=false"], &words[..], &["csv"]].concat());
    assert!(!off.status.success() && off.stdout.is_empty() && String::from_utf8_lossy(&off.stderr).contains("HF-P003"), "{off:?}");
}
