//! Retention deletes those who left sooner than those who stayed: what was counted of their weeks before stays as it was.

use super::site::Berlin;
use super::{DAYS, FIRST, VIEW, ask, play};
use attrition::quality::{OUTCOME_DAYS, Quality, Record, quality};
use serde_json::json;
use warehouse::attrition::Site;

/// Rows of those who left stay for so long after it.
const KEEP_DAYS: i32 = 90;

fn forget(berlin: &Berlin, record: &Record) -> usize {
    let gone: Vec<String> =
        record.left.iter().filter(|(_, day)| record.newest_day - day > KEEP_DAYS).map(|(agent, _)| format!("'{agent}'")).collect();
    for table in ["scores", "signal_events", "agent_days"] {
        let sql = format!("ALTER TABLE {{database}}.{table} DELETE WHERE agent IN ({}) SETTINGS mutations_sync = 2", gone.join(", "));
        berlin.wait(berlin.attrition.server().execute(&sql)).unwrap();
    }
    gone.len()
}

fn period(berlin: &Berlin, name: &str) -> Quality {
    let rows = berlin.wait(berlin.attrition.signal_quality(&berlin.site)).unwrap();
    rows.into_iter().find(|row| row.period == name).unwrap_or_else(|| panic!("no {name}")).quality
}

/// All but how many agents there were, which cannot be told any more, and the last digits of sums.
fn without_agents(of: &Quality) -> Quality {
    let rounded = |value: f64| (value * 1e9).round() / 1e9;
    Quality {
        agents: 0,
        expected: rounded(of.expected),
        precision: of.precision.map(rounded),
        recall: of.recall.map(rounded),
        chance_recall: of.chance_recall.map(rounded),
        observed_over_expected: of.observed_over_expected.map(rounded),
        false_per_leader_month: of.false_per_leader_month.map(rounded),
        ..of.clone()
    }
}

#[test]
fn what_became_of_signals_outlives_the_rows_of_those_who_left() {
    let berlin = Berlin::new("forgotten");
    let record = play(&berlin);
    let before = period(&berlin, "all");
    let weeks = berlin.wait(berlin.attrition.quality_weeks(&berlin.site)).unwrap();
    assert_eq!((weeks.first_day, weeks.newest_day, weeks.kept_week), (Some(FIRST), Some(FIRST + DAYS - 1), None));
    // The last week with a day of which somebody is to go now.
    let last = (record.newest_day - KEEP_DAYS - 1) / 7;
    berlin.wait(berlin.attrition.keep_quality(&berlin.site, &((FIRST + 20) / 7..=last), 1)).unwrap();
    let kept = period(&berlin, "all");
    assert_eq!(without_agents(&kept), without_agents(&before), "nobody is counted twice while all rows are there");
    assert!(kept.agents >= 8 && kept.agents <= before.agents, "{kept:?} {before:?}");
    assert!(forget(&berlin, &record) > 4);
    assert_eq!(without_agents(&period(&berlin, "all")), without_agents(&before));
    // The last 91 days begin with the first whole week that was kept.
    let until = record.newest_day - OUTCOME_DAYS;
    let first = (until - 90 + 6) / 7 * 7;
    let expected = without_agents(&quality(&record, first..=until).unwrap());
    assert_eq!(without_agents(&period(&berlin, "recent")), expected);
    let recent = berlin.wait(berlin.attrition.recent_quality(&berlin.site)).unwrap().unwrap();
    assert_eq!(without_agents(&recent.quality), expected);
    // Nothing would be left of it otherwise, and the quarters are of all weeks.
    berlin.wait(berlin.attrition.server().execute("TRUNCATE TABLE {database}.quality_weeks")).unwrap();
    let forgotten = period(&berlin, "all");
    assert!(
        forgotten.leavers < before.leavers && forgotten.came_true < before.came_true && forgotten.observed < before.observed,
        "{forgotten:?}"
    );
}

#[test]
fn a_week_of_seven_agents_leaves_a_mark_and_no_count() {
    let berlin = Berlin::new("marked");
    let score = |agent: i32, day: i32| json!({"tenant": "default", "site": "berlin", "day": day, "agent": format!("a{agent}"), "standing": "scored", "probability": 0.25, "base": 0.1, "version": 1});
    let rows: Vec<_> = (0..8).map(|agent| score(agent, 20_090)).chain((0..7).map(|agent| score(agent, 20_097))).collect();
    super::insert(&berlin, "scores", &rows);
    super::insert(&berlin, "formed_days", &[json!({"tenant": "default", "site": "berlin", "day": 20_200, "version": 1})]);
    // What a version deleted that did not count says which weeks lack somebody: until the first is counted, at any site.
    let deleted = json!({"tenant": "", "run": "retention 1", "at_us": 20_190 * 86_400_000_000_i64, "cause": "left", "place": "scores", "rows_deleted": 1});
    super::insert(&berlin, "erasures", &[deleted]);
    let deleted_day = |site: &str| {
        let site = Site { site: site.to_owned(), ..berlin.site.clone() };
        berlin.wait(berlin.attrition.quality_weeks(&site)).unwrap().deleted_day
    };
    assert_eq!(["berlin", "munich"].map(deleted_day), [Some(20_190); 2]);
    berlin.wait(berlin.attrition.keep_quality(&berlin.site, &(2_870..=2_871), 5)).unwrap();
    assert_eq!(["berlin", "munich"].map(deleted_day), [None; 2]);
    assert_eq!(berlin.wait(berlin.attrition.quality_weeks(&berlin.site)).unwrap().kept_week, Some(2_871));
    for week in [2_870, 2_871] {
        berlin.wait(berlin.attrition.mark_week(&berlin.site, week)).unwrap();
    }
    let kept = ask(&berlin, "SELECT day, agents, agent_weeks, expected FROM quality_weeks FINAL ORDER BY day");
    let kept: Vec<_> = kept.into_iter().map(serde_json::Value::Object).collect();
    assert_eq!(
        kept,
        [
            json!({"day": 20_090, "agents": 8, "agent_weeks": 8, "expected": 2}),
            json!({"day": 20_097, "agents": 0, "agent_weeks": 0, "expected": 0})
        ]
    );
    assert_eq!(berlin.wait(berlin.attrition.quality_weeks(&berlin.site)).unwrap().kept_week, Some(2_871));
    let shown = ask(&berlin, &format!("SELECT agents, agent_weeks FROM v_signal_quality{VIEW} AS q WHERE q.period = 'all'"));
    assert_eq!(serde_json::Value::Object(shown[0].clone()), json!({"agents": 8, "agent_weeks": 8}), "what is marked is not counted again");
}
