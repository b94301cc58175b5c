//! What became of signals, on the real engine: every number of `v_signal_quality` equals `attrition::quality`, and `v_signal_outcomes` the story of each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unused_imports,
    reason = "a test; each uses its part"
)]

#[path = "attrition_quality/borders.rs"]
mod borders;
mod common;
#[path = "fact_kpis/facts.rs"]
mod facts;
#[path = "attrition_quality/forgotten.rs"]
mod forgotten;
#[path = "attrition/site.rs"]
mod site;

use attrition::quality::{OUTCOME_DAYS, Quality, Record, Warning, quality};
use attrition::signals::Draw;
use events::ReferenceKind;
use serde_json::{Map, Value, json};
use site::{Berlin, reference};
use std::collections::BTreeSet;

/// 1 January 2025, the first day of a quarter.
const FIRST: i32 = 20_089;
const DAYS: i32 = 300;
const VIEW: &str = "(tenant = 'default', site = 'berlin', zone = 'Europe/Berlin')";

/// A day of 2025 as reference data write it.
fn date(day: i32) -> String {
    let (mut left, mut month) = (day - FIRST, 0);
    for length in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        month += 1;
        if left < length {
            break;
        }
        left -= length;
    }
    format!("2025-{month:02}-{:02}", left + 1)
}

fn insert(berlin: &Berlin, table: &str, rows: &[Value]) {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    berlin
        .wait(berlin.attrition.server().execute(&format!("INSERT INTO {{database}}.{table} FORMAT JSONEachRow\n{}", lines.join("\n"))))
        .unwrap();
}

fn ask(berlin: &Berlin, sql: &str) -> Vec<Map<String, Value>> {
    let sql = format!("{sql} SETTINGS output_format_json_quote_64bit_integers = 0");
    berlin.wait(berlin.attrition.server().rows(&sql)).unwrap()
}

/// Something that looks random and is the same every time.
fn dice(seed: u64, sides: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % sides
}

fn event(agent: &str, opened: i32, kind: &str, day: i32, more: Value) -> Value {
    let mut row = json!({
        "tenant": "default", "site": "berlin", "agent": agent, "signal_id": format!("{agent}-{opened}"), "episode": 1, "kind": kind, "state": kind, "tier": "concern",
        "day": day, "event_time": i64::from(day) * 86_400, "actor": "leader", "leader": "lea", "version": 1
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// Who leaves, how many days before one day of the week is scored, from how many days before on no day is any more, and how many days before the signal opens: each at the last day that
/// counts, or at the first that does not.
#[derive(Clone, Copy)]
struct Border {
    scored: i32,
    scored_until: i32,
    warned: i32,
}

fn border(number: u64) -> Option<Border> {
    let [scored, scored_until, warned] = match number {
        3 => [30, 1, 45],
        6 => [31, 1, 46],
        // Opened on the day of leaving: too late to be right.
        12 => [45, 1, 0],
        15 => [46, 1, 1],
        24 => [45, 45, 20],
        30 => [46, 46, 20],
        21 | 33 => [1, 1, 20],
        _ => return None,
    };
    Some(Border { scored, scored_until, warned })
}

/// The day of leaving, of every third.
fn gone_day(number: u64) -> Option<i32> {
    number.is_multiple_of(3).then(|| match number {
        // The last day of leaving that is matured, and the first that is not.
        21 => FIRST + DAYS - 1 - OUTCOME_DAYS,
        33 => FIRST + DAYS - OUTCOME_DAYS,
        _ => FIRST + 60 + dice(number, 200) as i32,
    })
}

/// Agents who leave, or not, and signals about them, some in time; the last of 40 is of another site.
fn play(berlin: &Berlin) -> Record {
    let mut record = Record { newest_day: FIRST + DAYS - 1, ..Record::default() };
    let (mut people, mut scores, mut told, mut days) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..40_u64 {
        let (agent, at) = (format!("agent-{number}"), if number == 39 { "munich" } else { "berlin" });
        let gone = gone_day(number);
        let mut attributes = vec![("site", at.to_owned()), ("hire_date", "2024-01-01".to_owned())];
        if let Some(gone) = gone {
            attributes.push(("left_date", date(gone)));
            attributes.push(("left_kind", if number % 9 == 0 { "dismissed" } else { "voluntary" }.to_owned()));
            // Notice dates the leaving of these: to the day, wherever they worked last.
            attributes.extend(border(number).map(|_| ("notice_date", date(gone))));
        }
        let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        people.push(reference(ReferenceKind::Agent, &agent, 0, &attributes));
        let exact = gone.zip(border(number));
        let scored = |day: &i32| {
            exact.map_or_else(
                || dice(number << 20 | *day as u64, 7) < 5,
                |(gone, border)| (gone - border.scored - day) % 7 == 0 && *day <= gone - border.scored_until,
            )
        };
        for day in (FIRST..gone.unwrap_or(FIRST + DAYS)).filter(scored) {
            // The first weeks were told to nobody; multiples of 1/1024 add up to the same in any order.
            let probability = (1 + dice(number << 21 | day as u64, 60)) as f64 / 1024.0;
            if day >= FIRST + 20 {
                scores.push(json!({"tenant": "default", "site": at, "day": day, "agent": agent, "standing": "scored", "probability": probability, "base": 0.1, "version": 1}));
            }
            let leader = (number < 30).then_some(if number < 15 { "lea" } else { "leo" });
            days.push(
                json!({"tenant": "default", "site": at, "day": day, "agent": agent, "leader": leader, "staffed_ms": 1, "version": 1}),
            );
            if at == "berlin" {
                if day >= FIRST + 20 {
                    record.scores.push((agent.clone(), day, probability));
                }
                record.led.extend(leader.map(|leader| (leader.to_owned(), day)));
            }
        }
        // Of those who leave one is opened 75 to 1 days before, of the others on some day or other.
        for signal in 0..=number % 3 {
            let opened = gone.map_or_else(
                || FIRST + 20 + dice(number + 100 + signal, 270) as i32,
                |gone| exact.map_or_else(|| gone - 1 - dice(number + signal, 75) as i32, |(gone, border)| gone - border.warned),
            );
            tell(&mut told, &mut record, &agent, (at, opened), number + signal);
        }
    }
    let formed: Vec<Value> = (FIRST..FIRST + DAYS)
        .flat_map(|day| ["berlin", "munich"].map(|site| json!({"tenant": "default", "site": site, "day": day, "version": 1})))
        .collect();
    berlin.write(&people);
    insert(berlin, "scores", &scores);
    insert(berlin, "signal_events", &told);
    insert(berlin, "agent_days", &days);
    insert(berlin, "formed_days", &formed);
    let labels = ask(
        berlin,
        "SELECT agent, event_day FROM v_attrition_labels(tenant = 'default', zone = 'Europe/Berlin') AS l WHERE l.kind = 'voluntary'",
    );
    record.left = labels.iter().map(|row| (row["agent"].as_str().unwrap().to_owned(), row["event_day"].as_i64().unwrap() as i32)).collect();
    record
}

/// One signal; every fifth was talked about, every seventh was taken back by the product, every eleventh because of an objection. Of two in three was drawn whether they are kept
/// silent, and half of those are; of these every fifth becomes urgent two days later, is told and talked about.
fn tell(told: &mut Vec<Value>, record: &mut Record, agent: &str, (at, opened): (&str, i32), number: u64) {
    let id = json!(format!("{agent}-{opened}"));
    if told.iter().any(|event| event["signal_id"] == id) {
        return;
    }
    let share = (dice(number + 7, 3) < 2).then_some(0.125);
    let draw = Draw { silent: share.is_some() && dice(number + 11, 2) == 0, share };
    let opening = if share.is_some() { json!({"silent": draw.silent, "silent_share": share}) } else { json!({}) };
    let mut opening_event = event(agent, opened, "opened", opened, json!({"site": at, "actor": "system"}));
    opening_event.as_object_mut().unwrap().extend(opening.as_object().unwrap().clone());
    told.push(opening_event);
    let urgent = draw.silent && number.is_multiple_of(5);
    if urgent {
        told.push(event(agent, opened, "escalated", opened + 2, json!({"site": at, "actor": "system", "tier": "urgent"})));
    }
    let days_to_talk = (number.is_multiple_of(5) && (urgent || !draw.silent)).then(|| dice(number, 12) as i32);
    if let Some(days) = days_to_talk {
        let told_on = if urgent { opened + 2 } else { opened };
        let talked_s = i64::from(told_on + days) * 86_400 + 3_600;
        told.push(event(agent, opened, "talked", told_on + days, json!({"site": at, "event_time": talked_s})));
    }
    if number.is_multiple_of(7) {
        told.push(event(agent, opened, "withdrawn", opened + 20, json!({"site": at, "actor": "system"})));
    } else {
        if number.is_multiple_of(11) {
            told.push(event(agent, opened, "withdrawn", opened + 20, json!({"site": at, "actor": "human_resources"})));
        }
        if at == "berlin" {
            record.warnings.push(Warning { agent: agent.to_owned(), opened_day: opened, days_to_talk, draw, urgent });
        }
    }
}

/// The shares that left with their intervals, and what telling changed, are those of the code; or neither has any.
fn assert_uplift(berlin: &Berlin, period: &str, expected: &Quality) {
    let columns = "told_left_share, told_left_low, told_left_high, silent_left_share, silent_left_low, silent_left_high, kept_share, kept_low, kept_high, precision_of";
    let rows = ask(berlin, &format!("SELECT {columns} FROM v_signal_quality{VIEW} AS q WHERE q.period = '{period}'"));
    let found: Vec<Option<f64>> = columns.split(", ").take(9).map(|column| rows[0][column].as_f64()).collect();
    let drawn = expected.drawn;
    let share = |left: u64, of: u64| {
        let interval = attrition::measures::wilson(left, of, 0.95).filter(|_| of >= 8);
        [interval.map(|_| left as f64 / of as f64), interval.map(|interval| interval.low), interval.map(|interval| interval.high)]
    };
    let uplift = drawn.uplift();
    let kept = [uplift.map(|uplift| uplift.kept), uplift.map(|uplift| uplift.interval.low), uplift.map(|uplift| uplift.interval.high)];
    let wanted = [share(drawn.told_left, drawn.told), share(drawn.silent_left, drawn.silent), kept].concat();
    for (column, (found, wanted)) in columns.split(", ").zip(found.iter().zip(&wanted)) {
        match (found, wanted) {
            (Some(found), Some(wanted)) => assert!((found - wanted).abs() < 1e-12, "{period}, {column}: {found} {wanted}"),
            _ => assert_eq!(found, wanted, "{period}, {column}: {drawn:?}"),
        }
    }
    let of = if drawn.silent >= 8 { "silent" } else { "all" };
    assert_eq!(rows[0]["precision_of"], of, "{period}: {drawn:?}");
}

#[test]
fn the_view_equals_the_code_number_by_number() {
    let berlin = Berlin::new("quality");
    let record = play(&berlin);
    let rows = berlin.wait(berlin.attrition.signal_quality(&berlin.site)).unwrap();
    // The statement that is cut to the last quarter gives its row; sums of floats may differ in their last places.
    let recent = berlin.wait(berlin.attrition.recent_quality(&berlin.site)).unwrap().unwrap();
    let row = rows.iter().find(|row| row.period == "recent").unwrap();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(
        near(recent.quality.expected, row.quality.expected)
            && near(recent.quality.observed_over_expected.unwrap(), row.quality.observed_over_expected.unwrap())
    );
    let same = |of: &attrition::quality::Quality| attrition::quality::Quality { expected: 0.0, observed_over_expected: None, ..of.clone() };
    assert_eq!((&recent.period, same(&recent.quality)), (&row.period, same(&row.quality)));
    let random = ask(&berlin, &format!("SELECT period, chance_precision FROM v_signal_quality{VIEW}"));
    let last = record.newest_day - OUTCOME_DAYS;
    // 300 days from 1 January, of which 255 are matured: until 12 September.
    let quarters = [("2025-Q1", FIRST, FIRST + 89), ("2025-Q2", FIRST + 90, FIRST + 180), ("2025-Q3", FIRST + 181, FIRST + 272)];
    let periods = [("all", 0, i32::MAX), ("recent", last - 90, last)].into_iter().chain(quarters);
    let mut seen = BTreeSet::new();
    for (period, first, until) in periods {
        let expected = quality(&record, first..=until).unwrap_or_else(|| panic!("{period}: nothing expected"));
        let row = rows.iter().find(|row| row.period == period).unwrap_or_else(|| panic!("no {period} in {rows:?}"));
        let mut found = row.quality.clone();
        // The engine's exponential is another one than libm's, and the reader of JSON may miss a fraction by its last bit.
        let near = |found: &mut Option<f64>, expected: Option<f64>| {
            let (Some(value), Some(of_code)) = (*found, expected) else { return };
            assert!((value - of_code).abs() <= 4e-16 * of_code.abs().max(1.0), "{period}: {value} {of_code}");
            *found = expected;
        };
        near(&mut found.precision, expected.precision);
        near(&mut found.recall, expected.recall);
        near(&mut found.chance_recall, expected.chance_recall);
        near(&mut found.observed_over_expected, expected.observed_over_expected);
        near(&mut found.false_per_leader_month, expected.false_per_leader_month);
        assert_eq!(found, expected, "{period}");
        let random_share = random.iter().find(|row| row["period"] == period).and_then(|row| row["chance_precision"].as_f64()).unwrap();
        assert!((random_share - expected.observed_outcome as f64 / expected.agent_weeks as f64).abs() < 1e-15, "{period}");
        assert_uplift(&berlin, period, &expected);
        seen.insert(period);
    }
    assert_eq!(rows.len(), seen.len(), "no other period: {rows:?}");
    let all = quality(&record, 0..=i32::MAX).unwrap();
    // The test would prove little if there was nothing of a kind.
    assert!(all.came_true > 4 && all.came_true < all.warnings && all.leavers_warned > 2 && all.leavers_warned < all.leavers, "{all:?}");
    assert!(all.observed > 20 && all.talked > 3 && all.false_per_leader_month.is_some(), "{all:?}");
    let drawn = all.drawn;
    assert!(drawn.told >= 8 && drawn.silent >= 8 && drawn.told_left > 0 && drawn.silent_left > 0 && all.told < all.warnings, "{all:?}");
    assert!(record.warnings.iter().any(|warning| warning.urgent && warning.days_to_talk.is_some()), "a silent one that was told after all");
    // One agent of another site: nothing is counted.
    assert_eq!(ask(&berlin, "SELECT * FROM v_signal_quality(tenant = 'default', site = 'munich', zone = 'Europe/Berlin')"), []);
}

#[test]
fn eight_agents_are_counted_and_seven_are_not() {
    let berlin = Berlin::new("eight");
    for agents in [7, 8] {
        let site = format!("of-{agents}");
        let score = |number| json!({"tenant": "default", "site": site, "day": FIRST, "agent": format!("other-{number}"), "standing": "scored", "probability": 0.1, "base": 0.1, "version": 1});
        insert(&berlin, "scores", &(0..agents).map(score).collect::<Vec<_>>());
        insert(&berlin, "formed_days", &[json!({"tenant": "default", "site": site, "day": FIRST + 45, "version": 1})]);
        let sql = format!(
            "SELECT period, agents FROM v_signal_quality(tenant = 'default', site = '{site}', zone = 'Europe/Berlin') AS q WHERE q.period = 'all'"
        );
        let rows: Vec<Value> = ask(&berlin, &sql).into_iter().map(Value::Object).collect();
        let expected = if agents == 8 { vec![json!({"period": "all", "agents": 8})] } else { vec![] };
        assert_eq!(rows, expected);
    }
}

/// ann is warned on day 0, talks after two days and an objection, and leaves 30 days later; bob expires; cid's day is not matured; dee's was taken back; eve's is kept silent, fay's
/// too until it becomes urgent on day 3, and the talk comes on day 4.
#[test]
fn an_outcome_is_the_story_of_a_signal() {
    let berlin = Berlin::new("outcome");
    let ann = [("site", "berlin"), ("hire_date", "2024-01-01"), ("left_date", "2025-02-01"), ("left_kind", "voluntary")];
    let leaves: Vec<(&str, &str)> = ann.into_iter().chain([("notice_date", "2025-01-31")]).collect();
    berlin.write(&[reference(ReferenceKind::Agent, "ann", 0, &leaves)]);
    let at = |day: i32, hour: i64| json!({"event_time": (i64::from(day) * 24 + hour) * 3_600});
    let events = [
        event("ann", FIRST, "opened", FIRST, json!({"actor": "system"})),
        event("ann", FIRST, "acknowledged", FIRST, at(FIRST, 23)),
        event("ann", FIRST, "contested", FIRST + 1, at(FIRST + 1, 1)),
        event("ann", FIRST, "objection_rejected", FIRST + 1, at(FIRST + 1, 2)),
        event("ann", FIRST, "talked", FIRST + 2, at(FIRST + 2, 1)),
        event("bob", FIRST, "opened", FIRST, json!({"actor": "system"})),
        event("bob", FIRST, "expired", FIRST + 45, json!({"actor": "system"})),
        event("cid", FIRST + 1, "opened", FIRST + 1, json!({"actor": "system"})),
        event("dee", FIRST, "opened", FIRST, json!({"actor": "system"})),
        event("dee", FIRST, "withdrawn", FIRST + 3, json!({"actor": "system"})),
        event("eve", FIRST, "opened", FIRST, json!({"actor": "system", "silent": true, "silent_share": 0.1})),
        event("fay", FIRST, "opened", FIRST, json!({"actor": "system", "silent": true, "silent_share": 0.1})),
        event("fay", FIRST, "escalated", FIRST + 3, json!({"actor": "system", "tier": "urgent"})),
        event("fay", FIRST, "acknowledged", FIRST + 3, json!({"event_time": (i64::from(FIRST + 3) * 24 + 2) * 3_600, "tier": "urgent"})),
        event("fay", FIRST, "talked", FIRST + 4, json!({"event_time": (i64::from(FIRST + 4) * 24 + 1) * 3_600, "tier": "urgent"})),
    ];
    insert(&berlin, "signal_events", &events);
    insert(&berlin, "formed_days", &[json!({"tenant": "default", "site": "berlin", "day": FIRST + 45, "version": 1})]);
    let columns =
        "agent, came_true, left_day, lead_days, contested, expired, talked, days_to_acknowledge, days_to_talk, state, drawn_silent, told";
    let rows: Vec<Value> = ask(&berlin, &format!("SELECT {columns} FROM v_signal_outcomes{VIEW} AS o ORDER BY o.agent"))
        .into_iter()
        .map(Value::Object)
        .collect();
    let ann = json!({"agent": "ann", "came_true": 1, "left_day": FIRST + 30, "lead_days": 30, "contested": 1, "expired": 0, "talked": 1, "days_to_acknowledge": 0,
        "days_to_talk": 2, "state": "talked", "drawn_silent": false, "told": true});
    let bob = json!({"agent": "bob", "came_true": 0, "left_day": null, "lead_days": null, "contested": 0, "expired": 1, "talked": 0, "days_to_acknowledge": null,
        "days_to_talk": null, "state": "expired", "drawn_silent": false, "told": true});
    let story = |agent: &str, told: bool, days: [Value; 2], state: &str| {
        let [days_to_acknowledge, days_to_talk] = days;
        json!({"agent": agent, "came_true": 0, "left_day": null, "lead_days": null, "contested": 0, "expired": 0, "talked": i32::from(state == "talked"),
            "days_to_acknowledge": days_to_acknowledge, "days_to_talk": days_to_talk, "state": state, "drawn_silent": true, "told": told})
    };
    let eve = story("eve", false, [Value::Null, Value::Null], "opened");
    let fay = story("fay", true, [json!(0), json!(1)], "talked");
    assert_eq!(rows, [ann, bob, eve, fay]);
}
