//! Who left is forgotten sooner than who stayed, and what is learned and judged afterwards does not lack them.

use super::site::Site;
use super::{FIRST_DAY, PRIOR_MODEL, Played, played, statement, stored};
use attrition::hazard::HazardModel;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The newest day is the first of a week, so that the 90 matured days begin with a week as well.
const DAYS: usize = 294;
const NEWEST: i32 = FIRST_DAY + DAYS as i32 - 1;
const KEEP_DAYS: i32 = 90;

fn date(day: i32) -> String {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(day)).to_string()
}

/// Reference data, so that retention knows who left and the site its zone; and a score of each agent on each day.
fn known(site: &Site, own: &str, played: &Played) {
    let mut csv = "id,left_date\n".to_owned();
    for (agent, day, _) in &played.left {
        writeln!(csv, "{agent},{}", date(*day)).unwrap();
    }
    let file = site.folder.path().join("agents.csv");
    std::fs::write(&file, csv).unwrap();
    site.run(&["reference", "load", "--tenant", "world", "--kind", "agent", file.to_str().unwrap()]);
    let entry = "'world', 'site', 'centre', toDateTime64('2020-01-01 00:00:00', 6, 'UTC'), map('zone', 'UTC'), 1, 0";
    statement(
        site,
        &format!(
            "INSERT INTO {}.reference (tenant, kind, id, valid_from, attributes, version, is_deleted) VALUES ({entry})",
            site.database
        ),
    );
    let prior: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    let columns = "tenant, site, day, agent, standing, probability, base, model_id, version";
    let values = format!("tenant, site, day, agent, 'scored', (1 + cityHash64(agent, day) % 60) / 1024, 0.03, '{}', 1", prior.id);
    statement(
        site,
        &format!("INSERT INTO {own}.scores ({columns}) SELECT {values} FROM {own}.v_agent_days WHERE employed AND NOT notice_given"),
    );
}

/// Rows, leavers and numbers of the model that is learned now.
fn learned(site: &Site, folder: &str) -> (Vec<String>, HazardModel) {
    let folder = site.folder.path().join(folder);
    let output = site.output(&["train", "--tenant", "world", "--site", "centre", "--output", folder.to_str().unwrap(), "--format", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let model = file.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "json")).unwrap();
    let model: HazardModel = serde_json::from_str(&std::fs::read_to_string(model).unwrap()).unwrap();
    let id = &model.id;
    let row = site.query(&format!("SELECT `rows`, leavers, learned FROM {}_attrition.models FINAL WHERE model_id = '{id}'", site.database));
    (row.iter().map(ToString::to_string).collect(), model)
}

/// How the running model is judged: from, to, agent-weeks, left, O, E, and the line; but how many agents, of whom some have no name any more.
fn judged(site: &Site) -> Vec<String> {
    let output = site.output(&["attrition", "model", "--tenant", "world", "--format", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = out.lines().nth(1).unwrap_or_else(|| panic!("no model in {out}"));
    line.split(',').enumerate().filter(|(column, _)| *column != 4).map(|(_, cell)| cell.to_owned()).collect()
}

#[test]
fn what_is_learned_and_judged_outlives_the_names_of_those_who_left() {
    let site = Site::new("outliving", "");
    let mut played = played();
    played.days.truncate(DAYS);
    let own = stored(&site, &played);
    known(&site, &own, &played);
    let (before, first) = learned(&site, "before");
    let was_judged = judged(&site);
    let agents = |table: &str| {
        let rows = site.query(&format!("SELECT DISTINCT agent FROM {own}.{table}"));
        rows.iter().map(|row| row["agent"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let gone: BTreeSet<String> =
        played.left.iter().filter(|(_, day, _)| NEWEST - day > KEEP_DAYS).map(|(agent, ..)| agent.clone()).collect();
    assert!(gone.len() >= 15 && gone.is_subset(&agents("scores")), "{} are to be forgotten", gone.len());

    let retention = ["attrition", "retention", "--as-of", &date(NEWEST)];
    let dry = site.output(&[&retention[..], &["--dry-run"]].concat());
    assert!(String::from_utf8_lossy(&dry.stderr).contains("would be counted, and kept without names"), "{dry:?}");
    assert_eq!(site.number(&format!("SELECT count() AS n FROM {own}.quality_weeks")), 0);
    // As it runs in life: again and again, a week further each time.
    for days in [56, 28, 21, 14, 7, 0] {
        site.run(&["attrition", "retention", "--as-of", &date(NEWEST - days)]);
    }
    for table in ["agent_days", "scores"] {
        assert!(agents(table).is_disjoint(&gone), "{table}");
    }
    let kept = site.query(&format!("SELECT * FROM {own}.training_weeks"));
    // Nothing says whose they are: no column for it, and no day of hiring by tenure, which is told in steps.
    let columns: BTreeSet<&str> = kept[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(columns, ["day", "inputs", "kept_day", "model_id", "probability", "rows_of_leaver", "site", "tenant"].into());
    let tenures: BTreeSet<i64> =
        kept.iter().map(|row| (row["inputs"]["tenure.0"].as_f64().unwrap().exp_m1()).round() as i64 % 30).collect();
    assert!(kept.len() > 1_000 && tenures == [15].into(), "{} rows, {tenures:?}", kept.len());

    // The same rows and leavers. Those who are forgotten are no peers any more of the others' later weeks, which moves the line a little.
    let (after, second) = learned(&site, "after");
    assert_eq!(before, after);
    let line = |model: &HazardModel| (model.recalibration.slope, model.recalibration.intercept);
    let moved = |model: &HazardModel| f64::max((line(&first).0 - line(model).0).abs(), (line(&first).1 - line(model).1).abs());
    assert!(moved(&second) < 0.05, "{:?} {:?}", line(&first), line(&second));
    // As many left, of as many weeks but for those that were told here and are not scored (the scores of this test are made up for every day employed).
    let is_judged = judged(&site);
    let weeks = |line: &[String]| line[4].parse::<f64>().unwrap();
    assert_eq!(is_judged[5..7], was_judged[5..7]);
    assert!((weeks(&is_judged) / weeks(&was_judged) - 1.0).abs() < 0.01, "{is_judged:?} {was_judged:?}");
    // Once more there is nothing to count, and nothing is kept twice.
    let again = site.output(&retention);
    assert!(again.status.success() && !String::from_utf8_lossy(&again.stderr).contains("counted"), "{again:?}");
    assert_eq!(site.number(&format!("SELECT count() AS n FROM {own}.training_weeks")), kept.len() as i64);

    // Without these rows, who left would be missing.
    statement(&site, &format!("TRUNCATE TABLE {own}.training_weeks"));
    statement(&site, &format!("TRUNCATE TABLE {own}.quality_weeks"));
    let (lacking, third) = learned(&site, "lacking");
    assert_ne!(lacking, before);
    assert!(moved(&third) > 4.0 * moved(&second), "{:?} {:?} {:?}", line(&first), line(&second), line(&third));
    assert_ne!(judged(&site)[5..7], was_judged[5..7]);
}
