//! Attrition: who counts to which team and leader, what an interval says of few people.

use super::common::Database;
use super::facts::{agent, at, cells, encoded};
use events::{Reference, ReferenceKind};

/// Half an hour before midnight UTC is the next day in Berlin: 2024-03-01 begins at 23:00 UTC of 29 February.
const fn berlin_winter(day: i64) -> i64 {
    at(day, 23, 0, 0) - 24 * 3_600_000_000
}

/// March 2024: ann (2020) and bob (hired 10 January) are there; bob resigns on 20 March after 70 days, cid (hired 2022) moves on 5 March, dan
/// comes on 15 March. Headcount 3 at the begin, 2 at the end: 1 leaver of 2.5; 1 of 3 resigned; 1 of 2 has twelve months. The exact interval of
/// one leaver is 0.0253 to 5.5716 leavers: 0.0101 to 2.2287 of 2.5. An agent without a day of hiring is in no number.
#[test]
fn attrition_counts_leavers_and_not_moves() {
    let database = Database::new("staff");
    let person = |id, hired, left, kind| {
        encoded(&agent(id, 0, &[("team", "blue"), ("leader", "lea"), ("hire_date", hired), ("left_date", left), ("left_kind", kind)]))
    };
    let messages = [
        person("unknown", "", "", ""),
        person("ann", "2020-05-01", "", ""),
        person("bob", "2024-01-10", "2024-03-20", "voluntary"),
        person("cid", "2022-02-01", "2024-03-05", "move"),
        person("dan", "2024-03-15", "", ""),
    ];
    database.write(&messages).unwrap();
    let columns = "headcount_start, headcount_end, hired_in_month, left_voluntary, left_move, left_within_90_days, attrition_rate, attrition_rate_low, attrition_rate_high, resignation_share, stability, early_share";
    let march = cells(&database, columns, "v_staff_months(zone = 'UTC') WHERE month = '2024-03-01'");
    assert_eq!(march, ["3 2 1 1 1 1 0.4 0.0101 2.2287 0.3333 0.5 1"]);
    let first = cells(&database, "month", "v_staff_months(zone = 'UTC') ORDER BY month LIMIT 1");
    assert_eq!(first, ["2020-05-01"], "nothing is known before the first hire");
    let led = cells(&database, "agents", "v_leader_attrition(zone = 'UTC', first_day = '2024-03-01', last_day = '2024-03-31')");
    assert_eq!(led, ["4"]);
}

/// ann (2020) goes from blue under lea to red under rob on 1 March, by the clock of Berlin, fay (January 2022) half an hour later; bob (2021) does so
/// on 10 March at noon; cid (2023) stays in blue, where lea hands over to max on 20 March; dan is hired on 5 March into blue and dismissed on the
/// 25th; eve (2021) goes to red on 11 March and resigns on the 12th (an entry of
/// the 20th that has her in blue is after her time); gus (2021) leaves green on 1 April, so he is there at the end of March,
/// with hal of 3 January (89 days before 1 April) and ivy of the 2nd (90).
/// End of February: ann, bob, cid, eve and fay are in blue under lea. March, blue and lea: 4 at the begin (bob, cid, eve, fay), dan hired; ann, bob, eve and
/// fay go to red, cid and dan to max: 5 + 1 - 6 = 0. blue and max: cid and dan come, dan leaves: 2 - 1 = 1. red and rob: ann is there from the first
/// moment; ann, bob, eve and fay came, eve left: 4 - 1 = 3, all with 24 months and more; cid (four months) has 90 days and more.
#[test]
fn a_leaver_counts_where_he_was_and_moves_balance() {
    let database = Database::new("moves");
    let person = |id, from_us, team, hired, left, kind| {
        encoded(&agent(id, from_us, &[("team", team), ("hire_date", hired), ("left_date", left), ("left_kind", kind)]))
    };
    let team = |id, valid_from_us, leader| {
        let attributes = [("leader", leader)].into();
        encoded(&Reference { tenant: "default", kind: ReferenceKind::Team, id, valid_from_us, attributes, removed: false, revision: 1 })
    };
    // Day 0 is 28 March: 1 March is day -27.
    let messages = [
        team("blue", 0, "lea"),
        team("blue", berlin_winter(-8), "max"),
        team("red", 0, "rob"),
        person("ann", 0, "blue", "2020-05-01", "", ""),
        person("ann", berlin_winter(-27), "red", "2020-05-01", "", ""),
        person("fay", 0, "blue", "2022-01-01", "", ""),
        person("fay", berlin_winter(-27) + 1_800_000_000, "red", "2022-01-01", "", ""),
        person("gus", 0, "green", "2021-01-01", "2024-04-01", "voluntary"),
        person("hal", 0, "green", "2024-01-03", "", ""),
        person("ivy", 0, "green", "2024-01-02", "", ""),
        person("bob", 0, "blue", "2021-05-01", "", ""),
        person("bob", at(-18, 11, 0, 0), "red", "2021-05-01", "", ""),
        person("cid", 0, "blue", "2023-12-01", "", ""),
        person("dan", 0, "blue", "2024-03-05", "2024-03-25", "involuntary"),
        person("eve", 0, "blue", "2021-02-01", "2024-03-12", "voluntary"),
        person("eve", berlin_winter(-17), "red", "2021-02-01", "2024-03-12", "voluntary"),
        person("eve", berlin_winter(-8), "blue", "2021-02-01", "2024-03-12", "voluntary"),
    ];
    database.write(&messages).unwrap();
    let columns = "team, leader, headcount_start, headcount_end, hired_in_month, moved_in, moved_out, left_voluntary, left_involuntary";
    let month = |month: &str| {
        let from = format!("v_staff_months(zone = 'Europe/Berlin') WHERE month = '{month}' ORDER BY team, leader");
        cells(&database, columns, &from)
    };
    assert_eq!(month("2024-02-01"), ["blue lea 5 5 0 0 0 0 0", "green - 3 3 0 0 0 0 0"]);
    assert_eq!(month("2024-03-01"), ["blue lea 4 0 1 0 6 0 0", "blue max 0 1 0 2 0 0 1", "green - 3 3 0 0 0 0 0", "red rob 1 3 0 4 0 1 0"]);
    assert_eq!(month("2024-04-01"), ["blue max 1 1 0 0 0 0 0", "green - 3 2 0 0 0 1 0", "red rob 3 3 0 0 0 0 0"]);
    let tenure = "team, tenure_below_90_days, tenure_from_90_days, tenure_from_12_months, tenure_from_24_months, stability";
    let march =
        cells(&database, tenure, "v_staff_months(zone = 'Europe/Berlin') WHERE month = '2024-03-01' AND headcount_end > 0 ORDER BY team");
    assert_eq!(march, ["blue 0 1 0 0 0", "green 1 1 0 1 0.3333", "red 0 0 0 3 1"]);
}

/// 20 people were hired on 2 January 2024, their 90th day is 1 April; 3 of them resign by the 90th day (the third on that very day), one on the day
/// after. 3 of 20: 15 %, by Clopper and Pearson 3.21 to 37.89 %. 10 were hired on 3 January into another team and all are there: 0 to 30.85 %.
/// The newest that is known is of 15 June, the 90th day of who was hired on 17 March; of who was hired on the 18th it is not over.
#[test]
fn early_attrition_is_of_those_hired_ninety_days_ago_with_its_exact_interval() {
    let database = Database::new("cohorts");
    let ids: Vec<String> = (0..33).map(|number| format!("a{number}")).collect();
    let mut messages = Vec::new();
    for (number, id) in ids.iter().enumerate() {
        let left = match number {
            0 => "2024-02-01",
            1 => "2024-03-31",
            2 => "2024-04-01",
            3 => "2024-04-02",
            30 => "2024-06-15",
            _ => "",
        };
        let (team, hired) = match number {
            0..20 => ("red", "2024-01-02"),
            20..30 => ("blue", "2024-01-03"),
            30 => ("other", "2023-01-01"),
            31 => ("late", "2024-03-17"),
            _ => ("late", "2024-03-18"),
        };
        let attributes = [("team", team), ("hire_date", hired), ("left_date", left), ("left_kind", "voluntary")];
        messages.push(encoded(&agent(id, 0, &attributes)));
    }
    database.write(&messages).unwrap();
    let columns = "team, hires_90_days_ago, hires_90_days_ago_who_left, early_attrition, early_attrition_low, early_attrition_high";
    let april =
        cells(&database, columns, "v_staff_months(zone = 'UTC') WHERE month = '2024-04-01' AND hires_90_days_ago > 0 ORDER BY team");
    assert_eq!(april, ["blue 10 0 0 0 0.3085", "red 20 3 0.15 0.0321 0.3789"]);
    let none = cells(
        &database,
        "early_attrition, early_attrition_low",
        "v_staff_months(zone = 'UTC') WHERE month = '2024-04-01' AND team = 'other'",
    );
    assert_eq!(none, ["- -"], "nobody was hired 90 days ago: no rate");
    let june = cells(&database, "hires_90_days_ago", "v_staff_months(zone = 'UTC') WHERE month = '2024-06-01' AND team = 'late'");
    assert_eq!(june, ["1"]);
}

/// 2024, 366 days. ann is under lea all year: 366 days. bob is under lea until 30 June, 31 + 29 + 31 + 30 + 31 + 30 = 182 days, and under max from 1 July
/// until he resigns on 15 August, 45 days. The leader at the time is max; the last 90 days begin on 17 May: 45 under lea, 45 under max, and of
/// two halves the newer counts, max.
/// cid comes on 1 March under lea, goes to max on 1 September and resigns on 10 September: 184 days under lea, 9 under max; of his last 90 days lea had
/// 81. dan is dismissed on 1 July under max after 182 days.
/// eve is under lea until 31 May, 152 days, then under max until she resigns on 1 December, 183 days.
/// lea: 366 + 182 + 184 + 152 = 884 days, 0 resignations at the time, 1 of most of 90 days; max: 45 + 9 + 182 + 183 = 419 days, 3 and 2.
/// 3 in 419 days are 2.6134 a year; Garwood's interval of 3 is 0.6187 to 8.7673: 0.5389 to 7.6374. None in 884: 0 to 3.6889, that is 1.5231.
#[test]
fn leavers_count_to_the_leader_of_the_time_and_to_the_one_of_most_of_ninety_days() {
    let database = Database::new("leaders");
    let person = |id, from_us, leader, hired, left, kind| {
        encoded(&agent(id, from_us, &[("team", "t"), ("leader", leader), ("hire_date", hired), ("left_date", left), ("left_kind", kind)]))
    };
    // Day 0 is 28 March 2024: 1 June is day 65, 1 July day 95, 1 September is day 157.
    let messages = [
        person("ann", 0, "lea", "2020-01-01", "", ""),
        person("bob", 0, "lea", "2021-01-01", "2024-08-15", "voluntary"),
        person("bob", at(95, 0, 0, 0), "max", "2021-01-01", "2024-08-15", "voluntary"),
        person("cid", 0, "lea", "2024-03-01", "2024-09-10", "voluntary"),
        person("cid", at(157, 0, 0, 0), "max", "2024-03-01", "2024-09-10", "voluntary"),
        person("eve", 0, "lea", "2021-01-01", "2024-12-01", "voluntary"),
        person("eve", at(65, 0, 0, 0), "max", "2021-01-01", "2024-12-01", "voluntary"),
        person("dan", 0, "max", "2022-01-01", "2024-07-01", "involuntary"),
    ];
    database.write(&messages).unwrap();
    let year = "v_leader_attrition(zone = 'UTC', first_day = '2024-01-01', last_day = '2024-12-31') ORDER BY leader";
    let counts = cells(&database, "leader, agents, person_days, left_voluntary, left_involuntary, left_voluntary_90", year);
    assert_eq!(counts, ["lea 4 884 0 0 1", "max 4 419 3 1 2"]);
    let rates =
        cells(&database, "resignations_per_year, resignations_per_year_low, resignations_per_year_high, resignations_per_year_90", year);
    assert_eq!(rates, ["0 0 1.5231 0.4129", "2.6134 0.5389 7.6374 1.7422"]);
    let later = "v_leader_attrition(zone = 'UTC', first_day = '2024-08-16', last_day = '2024-09-09') ORDER BY leader";
    let last = "v_leader_attrition(zone = 'UTC', first_day = '2024-09-10', last_day = '2024-12-01') WHERE leader = 'max'";
    assert_eq!(cells(&database, "left_voluntary", last), ["2"], "who leaves on the first day and who leaves on the last");
    assert_eq!(
        cells(&database, "leader, person_days, left_voluntary", later),
        ["lea 41 0", "max 34 0"],
        "ann 25 and cid 16 days; cid 9 and eve 25"
    );
}

/// The year 2024: ann (hired 1 April 2023) is at north until 30 June and at south from 1 July, bob (2020) is at north until he is dismissed on 1 May, cid (10 June 2024) is at
/// south. Over the whole year north has 182 days of ann and 121 of bob (31 + 29 + 31 + 30), south 184 of ann and 205 of cid (21 + 184).
/// 1 leaver in 303 days is 1.2046 a year, by Garwood 0.0253 to 5.5716 leavers: 0.0305 to 6.7117. None in 389 days: at most 3.6889, 3.4613 a year.
/// On 1 April ann has 12 months, on 31 March she has not; on 1 May bob is gone; on 7 September cid has 89 days, on the 8th 90.
#[test]
fn sites_and_days_have_their_headcount() {
    let database = Database::new("sites_staff");
    let person = |id, from_us, site, hired, left, kind| {
        encoded(&agent(id, from_us, &[("site", site), ("hire_date", hired), ("left_date", left), ("left_kind", kind)]))
    };
    let messages = [
        person("ann", 0, "north", "2023-04-01", "", ""),
        person("ann", at(95, 0, 0, 0), "south", "2023-04-01", "", ""),
        person("bob", 0, "north", "2020-01-01", "2024-05-01", "involuntary"),
        person("cid", 0, "south", "2024-06-10", "", ""),
    ];
    database.write(&messages).unwrap();
    let columns = "site, agents, person_days, leavers, attrition_per_year, attrition_per_year_low, attrition_per_year_high";
    let year = cells(&database, columns, "v_site_attrition(zone = 'UTC', first_day = '2024-01-01', last_day = '2024-12-31') ORDER BY site");
    assert_eq!(year, ["north 2 303 1 1.2046 0.0305 6.7117", "south 2 389 0 0 0 3.4613"]);
    let day = |day: &str| {
        let columns = "site, headcount, tenure_below_90_days, tenure_from_90_days, tenure_from_12_months, tenure_from_24_months, stability";
        cells(&database, columns, &format!("v_headcount(zone = 'UTC', day = '{day}') ORDER BY site"))
    };
    assert_eq!(day("2024-03-31"), ["north 2 0 1 0 1 0.5"]);
    assert_eq!(day("2024-04-01"), ["north 2 0 0 1 1 1"]);
    assert_eq!(day("2024-04-30"), ["north 2 0 0 1 1 1"]);
    assert_eq!(day("2024-05-01"), ["north 1 0 0 1 0 1"]);
    assert_eq!(day("2024-06-10"), ["north 1 0 0 1 0 1", "south 1 1 0 0 0 0"]);
    assert_eq!(day("2024-09-07"), ["south 2 1 0 1 0 0.5"]);
    assert_eq!(day("2024-09-08"), ["south 2 0 1 1 0 0.5"]);
}
