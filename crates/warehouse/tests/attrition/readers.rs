//! What a reader sees of a day while it is formed anew: the old day or the new one, whole.

use super::common::{Fault, alone};
use super::facts::span;
use super::site::{Berlin, DAY, person, utc};

/// ann and ben worked on the day; then cid turns out to have been there, and ben longer. Forming stops after the rows of the new day are written and before they
/// count: the day is the old one, with two agents, also when the server merges the rows of both. Then it goes on: the new one, with three.
#[test]
fn a_day_that_is_formed_anew_is_the_old_one_until_it_is_the_new_one() {
    let _alone = alone();
    let berlin = Berlin::new("readers");
    berlin.write(&[
        person("ann"),
        person("ben"),
        span("ann", utc(0, 8, 0), utc(0, 16, 0), "available"),
        span("ben", utc(0, 8, 0), utc(0, 12, 0), "available"),
    ]);
    let days = [DAY, DAY + 1];
    berlin.form(&days, utc(9, 0, 0));
    let before = berlin.days(DAY, DAY + 1);
    assert_eq!(before.len(), 4);
    berlin.write(&[person("cid"), span("cid", utc(0, 8, 0), utc(0, 9, 0), "acw"), span("ben", utc(0, 13, 0), utc(0, 16, 0), "contact")]);
    let formed = |step: &str| {
        let _fault = Fault::new(step, r#""mode": "error", "code": 241, "name": "MEMORY_LIMIT_EXCEEDED""#);
        berlin.wait(berlin.attrition.form_agent_days(&berlin.site, &days, utc(9, 0, 0))).expect_err("forming is stopped");
    };
    let database = format!("{}_attrition", berlin.database.name());
    let mark = format!("INSERT INTO {database}.formed_days");
    // Twice: what was left by the first try is in nobody's way.
    for _ in 0..2 {
        formed(&mark);
        assert_eq!(berlin.days(DAY, DAY + 1), before, "written, and not yet counted");
        berlin.wait(berlin.attrition.server().execute("OPTIMIZE TABLE {database}.agent_days FINAL")).unwrap();
        assert_eq!(berlin.days(DAY, DAY + 1), before, "merged");
    }
    let written = berlin.wait(berlin.attrition.server().rows("SELECT toString(uniqExact(version)) AS written FROM agent_days")).unwrap();
    assert_eq!(written[0]["written"].as_str(), Some("3"), "the rows of each try are there");
    berlin.form(&days, utc(9, 0, 0));
    let after = berlin.days(DAY, DAY + 1);
    assert_eq!(after.iter().map(|day| (day.day, day.agent.as_str())).collect::<Vec<_>>(), {
        let of = |day| ["ann", "ben", "cid"].map(|agent| (day, agent));
        [of(DAY), of(DAY + 1)].concat()
    });
    assert_eq!(berlin.day("ben", DAY).staffed_ms, 25_200_000);
}

/// What a day was before is kept until the next forming of the site: somebody may be reading it. Then it goes, and so does what a stopped forming left.
#[test]
fn what_no_longer_counts_goes_with_a_later_forming() {
    let berlin = Berlin::new("generations");
    berlin.write(&[person("ann"), span("ann", utc(0, 8, 0), utc(0, 16, 0), "available")]);
    let versions = || {
        let rows = berlin
            .wait(berlin.attrition.server().rows("SELECT DISTINCT toString(version) AS version FROM agent_days ORDER BY version"))
            .unwrap();
        rows.iter().map(|row| row["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(versions(), ["1"]);
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(versions(), ["1", "2"], "somebody may be reading the first");
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(versions(), ["2", "3"]);
    berlin.form(&[DAY + 1], utc(9, 0, 0));
    assert_eq!(versions(), ["3", "4"], "another day");
    assert_eq!(berlin.days(DAY, DAY + 1).len(), 2);
}
