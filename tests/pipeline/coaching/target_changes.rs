//! Changes of targets from what is in ClickHouse to what `holdfast attrition groove --target-changes` prints, and the pairs of KPIs: worked out by hand.

use crate::site::Site;
use crate::{refused, rows};

/// Days of agents from 26 February to 8 September 2024: 1 to 8 of red, 11 to 18 of blue, 21 to 28 of green, 31 to 37 of yellow. Speed and quality sway by a standard
/// deviation, up and down by week. From Monday 3 June on half of red are faster by a half and less careful by as much, the other half by one and a half.
fn days(site: &Site) {
    let own = format!("{}_attrition", site.database);
    let query = |sql: &str| site.run(&["warehouse", "query", sql]);
    let columns = "tenant, site, agent, day, team, `group`, employed, compared_calls, ln_handle_residual_sum_micro, evaluations, quality_z_sum_micro, version";
    query(&format!(
        "INSERT INTO {own}.agent_days ({columns}) SELECT 'default', 'berlin', concat('agent ', toString(a)), toInt32(day),
             multiIf(a < 10, 'red', a < 20, 'blue', a < 30, 'green', 'yellow'), 'sales', true, 100, toInt64(-100000000 * (sway + more)), 1, toInt64(1000000 * (sway - more)), 1
         FROM
         (
             SELECT a, day, if((a + intDiv(toInt32(day) + 3, 7)) % 2 = 0, 1, -1) / 1.4826 AS sway,
                 if(a < 10 AND day >= toDate('2024-06-03'), if(a % 2 = 0, 0.5, 1.5), 0) AS more
             FROM (SELECT arrayJoin(arrayConcat(range(1, 9), range(11, 19), range(21, 29), range(31, 38))) AS a, toDate('2024-02-26') + arrayJoin(range(196)) AS day)
         )"
    ));
    query(&format!(
        "INSERT INTO {own}.formed_days (tenant, site, day, version) SELECT 'default', 'berlin', toInt32(toDate('2024-02-26')) + arrayJoin(range(196)), 1"
    ));
    let target = |id: &str, since: &str, attributes: &str| {
        format!("('default', 'target', '{id}', toDateTime64('{since} 00:00:00', 6, 'UTC'), map({attributes}), 1)")
    };
    let targets = [
        target("red/aht", "1970-01-01", "'kpi', 'aht', 'value', '300', 'team', 'red'"),
        target("red/aht", "2024-06-03", "'kpi', 'aht', 'value', '240', 'team', 'red'"),
        target("blue/aht", "1970-01-01", "'kpi', 'aht', 'value', '300', 'team', 'blue'"),
        target("blue/aht", "2024-09-02", "'kpi', 'aht', 'value', '250', 'weight', '2', 'team', 'blue'"),
        target("yellow/calls", "2024-08-05", "'kpi', 'calls_per_hour', 'value', '12', 'team', 'yellow'"),
        target("all/csat", "2024-03-25", "'kpi', 'csat_top_two', 'value', '0.9'"),
    ];
    query(&format!(
        "INSERT INTO {}.reference (tenant, kind, id, valid_from, attributes, version) VALUES {}",
        site.database,
        targets.join(", ")
    ));
}

/// Eight of red by 1 ± √(2/7 / 8) = 0.19, against the 23 others, of which nobody moved. Of the last day of the period a week is known after.
#[test]
fn a_change_of_targets_is_told_beside_teams_without_one() {
    let site = Site::new("target_changes", "");
    days(&site);
    let words =
        ["attrition", "groove", "--target-changes", "--site", "berlin", "--from", "2024-03-01", "--to", "2024-09-30", "--format", "csv"];
    let all = [
        "2024-03-25,csat_top_two,none → 0.9,everybody,–,–,–,–,–,–,no team was without a change: nothing to compare with",
        "2024-06-03,aht,300 → 240,red,8,23,1.00,0.62 to 1.38,-1.00,-1.38 to -0.62,drift",
        "2024-08-05,calls_per_hour,none → 12,yellow,–,–,–,–,–,–,fewer than eight agents: not shown",
        "2024-09-02,aht,300 → 250 weight 2,blue,–,–,–,–,–,–,\"too few weeks: 8 before, 1 after\"",
    ];
    assert_eq!(rows(&site, &words), all);
    // Days of changes are those of the zone; who asks for other days gets others.
    let told = |more: &[&str]| rows(&site, &[&words[..5], more, &["--format", "csv"]].concat());
    assert_eq!(told(&["--from", "2024-06-01", "--to", "2024-06-30"]), all[1..2]);
    assert_eq!(told(&["--from", "2024-06-01", "--to", "2024-06-02"]), [""; 0]);
    // In New York it is Sunday when it changes: the week before is left out, and of the week after nothing.
    let of_new_york = told(&["--from", "2024-06-01", "--to", "2024-06-02", "--zone", "America/New_York"]);
    assert_eq!(of_new_york, [all[1].replace("06-03", "06-02")]);
    refused(&site, &[&["--set", "attrition.sites.berlin.enabled=false"], &words[..]].concat(), "HF-P003");

    // Until red changes half of the peers stand where their median stands, and there is no spread to measure by; from 3 June on there is one, and a trend from the fourth week of it.
    let trend = |more: &[&str]| {
        let words =
            ["attrition", "groove", "--trends", "--site", "berlin", "--from", "2024-02-26", "--to", "2024-09-08", "--format", "csv"];
        rows(&site, &[&words[..], more].concat())
    };
    let weeks = trend(&[]);
    assert_eq!(weeks.len(), 3 * (14 - 3), "three teams of eight: {weeks:?}");
    let of = |team: &str| weeks.iter().filter(|line| line.starts_with(&format!("{team},"))).collect::<Vec<_>>();
    assert_eq!(of("red")[0], "red,2024-06-24,8,0.34 ± 0.14,-0.36 ± 0.10,0.70,no other is better in both");
    assert_eq!(of("blue")[0], "blue,2024-06-24,8,-0.71 ± 0.04,0.74 ± 0.09,-1.45,no other is better in both");
    assert_eq!(of("red").last().map(|line| &line[..14]), Some("red,2024-09-02"));
    // Handle time and quality are all that was measured: the pair is the whole.
    assert_eq!(trend(&["--pair", "aht:qa_score"]), weeks);
    assert_eq!(trend(&["--pair", "aht:csat_top_two"]), [""; 0], "nobody was asked");
    refused(&site, &["attrition", "groove", "--site", "berlin", "--trends", "--pair", "aht:sales"], "aht:qa_score");

    let pairs = rows(&site, &["attrition", "groove", "--pairs", "--format", "csv"]);
    assert!(pairs.contains(&"calls_per_hour,short_talk_rate,\"talks of a few seconds count, too\"".to_owned()), "{pairs:?}");
    refused(&site, &["attrition", "groove"], "--site");
}
