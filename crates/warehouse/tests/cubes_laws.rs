//! What holds of every cube, on the real engine with facts made from a seed: the cells add up to the whole, folding changes no sum, a cube of days
//! is the cubes of each, quarter hours add up to their day, and it does not matter in which pieces and order the facts came.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{at, contact, entry, fact, handling, observation, segment, span};
use events::{
    Channel, Contact, ContactOutcome, Handling, HandlingEnd, Observation, ObservationKind, QueueVisit, ReferenceKind, VisitOutcome,
};
use kpi::cubes::{CUBES, Cube, Key, OTHER};
use std::collections::BTreeMap;

const ZONE: &str = "Asia/Kathmandu";
const DAYS: [&str; 4] = ["2024-03-27", "2024-03-28", "2024-03-29", "2024-03-30"];

/// A linear congruential generator: the same facts for the same number, everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 20) as i64) % bound
    }

    fn named(&mut self, what: &str, bound: i64) -> String {
        format!("{what} {}", self.below(bound))
    }
}

/// Two days of a centre with more reasons (90), segments (16), sites (70) and campaigns (80) than keep their names.
fn facts(seed: u64) -> Vec<Vec<u8>> {
    let mut numbers = Numbers(seed);
    let mut messages = Vec::new();
    for agent in 0..90 {
        let (site, vendor) = (format!("site {agent}"), numbers.named("vendor", 50));
        for since_us in [at(-9, 0, 0, 0), at(0, numbers.below(24), 7, 0)] {
            let attributes = [
                ("site", site.as_str()),
                ("vendor", &vendor),
                ("team", ["blue", "red"][numbers.below(2) as usize]),
                ("hire_date", "2023-06-01"),
            ];
            messages.push(entry(ReferenceKind::Agent, &format!("agent {agent}"), since_us, &attributes));
        }
        let begun = at(0, numbers.below(30), numbers.below(60), 1);
        messages.push(span(&format!("agent {agent}"), begun, begun + numbers.below(9_000_000_000) + 1, "available"));
    }
    for queue in 0..4 {
        let attributes = [("client", ["one", "two"][queue % 2]), ("cost_per_hour", ["36.5", "", "17"][queue % 3])];
        messages.push(entry(ReferenceKind::Queue, &format!("queue {queue}"), at(0, 0, 0, 0), &attributes));
    }
    for customer in 0..60 {
        messages.push(segment(
            &format!("s{customer}"),
            &format!("k1:{customer}"),
            at(0, numbers.below(12), 0, 0),
            &format!("segment {}", customer % 16),
        ));
    }
    for number in 0..600 {
        contact_of(&mut numbers, number, &mut messages);
    }
    // It ends all windows of repeats, and is in no cube as long as it goes on.
    messages.push(fact(Contact { ended_us: None, ..contact("last", None, at(9, 0, 0, 0), 0, ContactOutcome::Open) }));
    for number in 0..500 {
        let (id, campaign) = (format!("d{number}"), numbers.named("campaign", 80));
        let dial = observation(ObservationKind::Dial, &id, at(0, numbers.below(40), numbers.below(60), 0));
        let outcome = ["human", "machine", "no_answer", "dropped"][numbers.below(4) as usize];
        messages.push(encoded(&Observation { campaign: Some(&campaign), outcome: Some(outcome), ..dial }));
    }
    messages
}

fn contact_of(numbers: &mut Numbers, number: i64, messages: &mut Vec<Vec<u8>>) {
    let (id, customer) = (format!("c{number}"), format!("k1:{}", numbers.below(60)));
    let (queue, agent, reason) = (numbers.named("queue", 4), numbers.named("agent", 95), numbers.named("reason", 90));
    let started_us = at(0, numbers.below(40), numbers.below(60), numbers.below(60));
    let ended_us = started_us + numbers.below(3_000_000_000) + 1;
    let outcome =
        [ContactOutcome::Handled, ContactOutcome::Handled, ContactOutcome::Abandoned, ContactOutcome::SelfServed, ContactOutcome::Open]
            [numbers.below(5) as usize];
    let open = outcome == ContactOutcome::Open;
    messages.push(fact(Contact {
        queue: Some(&queue),
        channel: [Channel::Voice, Channel::Chat, Channel::Email][numbers.below(3) as usize],
        disposition: (numbers.below(5) > 0).then_some(reason.as_str()),
        ended_us: (!open).then_some(ended_us),
        ..contact(&id, (numbers.below(4) > 0).then_some(customer.as_str()), started_us, ended_us, outcome)
    }));
    let left_us = started_us + numbers.below(100_000_000);
    messages.push(fact(visit(&id, &queue, &agent, started_us, left_us, outcome == ContactOutcome::Handled)));
    for handling_number in 1..=numbers.below(3) as i32 * i32::from(outcome == ContactOutcome::Handled) {
        let end = [HandlingEnd::Agent, HandlingEnd::TransferBlind, HandlingEnd::Lost, HandlingEnd::Customer][numbers.below(4) as usize];
        let handled = handling(&id, handling_number, &agent, ended_us, numbers.below(200_000));
        let acw_ms = (numbers.below(3) > 0).then_some(7_000);
        messages.push(fact(Handling { queue: Some(&queue), end, acw_ms, hold_ms: 1_000, holds: 1, ..handled }));
    }
    // Some are about a contact that is open, or that nobody knows.
    let about = if numbers.below(9) == 0 { "nobody knows it" } else { id.as_str() };
    let told_us = ended_us + numbers.below(7_200_000_000);
    let told = |kind, told_id| Observation { contact_id: Some(about), agent: Some(&agent), ..observation(kind, told_id, told_us) };
    if numbers.below(3) == 0 {
        let score_milli = Some(numbers.below(5) * 1_000 + 1_000);
        let answer = told(ObservationKind::SurveyAnswered, &id);
        messages.push(encoded(&Observation { dimension: Some("satisfaction"), score_milli, score_max_milli: Some(5_000), ..answer }));
        let evaluation = told(ObservationKind::Evaluation, &id);
        messages.push(encoded(&Observation { score_milli, score_max_milli: Some(6_000), sampling: Some("random"), ..evaluation }));
        let outcome = Some(["accepted", "refused"][numbers.below(2) as usize]);
        messages.push(encoded(&Observation { outcome, amount_milli: Some(numbers.below(90_000)), ..told(ObservationKind::Offer, &id) }));
    }
}

fn visit<'a>(id: &'a str, queue: &'a str, agent: &'a str, entered_us: i64, left_us: i64, answered: bool) -> QueueVisit<'a> {
    QueueVisit {
        tenant: "default",
        contact_id: id,
        visit_number: 1,
        source: "pbx1",
        queue,
        channel: Channel::Voice,
        direction: events::Direction::Inbound,
        customer: None,
        entered_us,
        left_us: Some(left_us),
        wait_ms: Some((left_us - entered_us) / 1_000),
        outcome: if answered { VisitOutcome::Answered } else { VisitOutcome::Abandoned },
        reason: None,
        agent: answered.then_some(agent),
        transferred_in: false,
        missed_offers: 0,
        inferred: 0,
    }
}

/// A database with facts, and the panes that the audit makes of them.
fn loaded(name: &str, seed: u64, pieces: usize) -> Database {
    let database = Database::new(name);
    let mut messages = facts(seed);
    if pieces > 1 {
        // Another order, in pieces, and the first of them twice.
        messages.sort();
        for piece in messages.chunks(messages.len() / pieces + 1).rev() {
            database.write(piece).unwrap();
        }
        database.write(&messages[..messages.len() / 3]).unwrap();
    } else {
        database.write(&messages).unwrap();
    }
    let report = database
        .wait(warehouse::audit_queues(
            &database.server,
            &warehouse::Scope { default_threshold_ms: 20_000, ..Default::default() },
            1_000_000,
        ))
        .unwrap();
    database.wait(warehouse::fix(&database.server, &report)).unwrap();
    database
}

fn from(cube: &Cube, grain: &str, first_day: &str, last_day: &str) -> String {
    let own = match cube.key {
        Key::Queue => ", threshold_s = 20, short_abandon_s = 5",
        Key::Agent => ", threshold_s = 20, question = 'satisfaction'",
        Key::Contact => ", question = 'satisfaction', resolved_value_milli = 2000, csat_value_milli = 500, csat_base_permille = 700",
        Key::Dial => "",
    };
    format!("{}(grain = '{grain}', zone = '{ZONE}', first_day = '{first_day}', last_day = '{last_day}'{own})", cube.view)
}

/// Rows of a cube, sorted, as text; every column.
fn rows(database: &Database, from: &str) -> Vec<String> {
    let mut rows: Vec<String> = database.rows(&format!("SELECT * FROM {from}")).iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

/// The sums of a cube over all of its cells, or over the cells of each day, by the names of the sums.
fn sums(database: &Database, cube: &Cube, grain: &str) -> BTreeMap<String, String> {
    let columns: Vec<String> = cube
        .measures()
        .iter()
        .map(|measure| format!("toString({1}(c.{0})) AS {0}", measure.name, if measure.histogram { "sumForEach" } else { "sum" }))
        .collect();
    database.rows(&format!("SELECT {} FROM {} AS c", columns.join(", "), from(cube, grain, DAYS[0], DAYS[3]))).remove(0)
}

/// The whole without any cube: from panes, and from the views of the facts.
fn whole(database: &Database) -> BTreeMap<&'static str, i64> {
    let number = |sql: &str| database.number(sql);
    let panes = |name: &str| number(&format!("SELECT sum({name}) FROM v_queue_minutes"));
    let mut all = BTreeMap::new();
    for name in [
        "offered",
        "answered",
        "abandoned",
        "handled",
        "talk_ms",
        "hold_ms",
        "acw_ms",
        "acw_unknown",
        "held",
        "short_talk",
        "transferred_blind",
        "ended_by_agent",
        "self_served",
        "wait_answered_ms",
    ] {
        all.insert(name, panes(name));
    }
    all.insert("available_us", number("SELECT sum(available_us) FROM v_agent_intervals"));
    all.insert("contacts", number("SELECT count() FROM v_contacts WHERE outcome != 'open'"));
    for name in ["matured_24h", "repeats_24h", "matured_72h", "repeats_72h"] {
        all.insert(name, number(&format!("SELECT sum({name}) FROM v_repeat_days(zone = 'UTC')")));
    }
    let csat = |name: &str| number(&format!("SELECT sum({name}) FROM v_csat_days(zone = 'UTC', by = 'contact')"));
    all.extend([
        ("survey_answers", csat("answers")),
        ("survey_score_milli_sum", csat("score_milli_sum")),
        ("survey_top_two", csat("top_two")),
    ]);
    let quality = |name: &str| number(&format!("SELECT sum({name}) FROM v_evaluation_days(zone = 'UTC', by = 'contact')"));
    all.extend([("qa_evaluations", quality("evaluations")), ("qa_score_milli_sum", quality("score_milli_sum"))]);
    for name in ["offers", "accepted", "amount_milli_sum"] {
        all.insert(name, number(&format!("SELECT sum({name}) FROM v_offer_days(zone = 'UTC')")));
    }
    for name in ["dials", "live", "dropped"] {
        all.insert(name, number(&format!("SELECT sum({name}) FROM v_dial_days(zone = 'UTC')")));
    }
    all
}

/// Handlings without a visit's agent and the like are in a cell too: nothing that a cube sums is missing from it, and nothing is in two.
#[test]
fn cells_add_up_to_the_whole_and_folding_changes_no_sum() {
    for seed in [11, 12, 13] {
        let database = loaded("cubes_whole", seed, 1);
        let whole = whole(&database);
        let mut compared = 0;
        for cube in CUBES {
            let found = sums(&database, cube, "day");
            for (name, value) in whole.iter().filter_map(|(name, value)| Some((*name, (found.get(*name)?, *value)))) {
                assert_eq!(value.0.parse::<i64>().unwrap(), value.1, "{name} in {}, seed {seed}", cube.view);
                assert!(value.1 > 0, "{name} is never counted, seed {seed}");
                compared += 1;
            }
            let quarters = sums(&database, cube, "interval");
            assert_eq!(found, quarters, "quarter hours of {} add up to days, seed {seed}", cube.view);
        }
        assert!(compared > 80, "only {compared} sums were compared");
    }
}

#[test]
fn no_day_has_more_members_than_the_cube_says_and_folded_ones_are_reported() {
    let database = loaded("cubes_bounded", 14, 1);
    let cardinality = database.rows(&format!(
        "SELECT cube_view, dimension, sum(members_folded) AS folded FROM v_cube_cardinality(zone = '{ZONE}', first_day = '{}', last_day = '{}', question = 'satisfaction') GROUP BY cube_view, dimension",
        DAYS[0], DAYS[3]
    ));
    let folded_of = |cube: &str, dimension: &str| {
        cardinality
            .iter()
            .find(|row| row["cube_view"] == cube && row["dimension"] == dimension)
            .map_or(0, |row| row["folded"].parse::<i64>().unwrap())
    };
    let mut folded = Vec::new();
    for cube in CUBES {
        for dimension in cube.dimensions {
            let members = database.number(&format!(
                "SELECT max(members) FROM (SELECT start, uniqExact({}) AS members FROM {} GROUP BY start)",
                dimension.name,
                from(cube, "day", DAYS[0], DAYS[3])
            ));
            assert!(members <= dimension.members as i64 + 2, "{members} members of {} in {}", dimension.name, cube.view);
            let there = database.number(&format!(
                "SELECT count() FROM {} WHERE {} = '{OTHER}'",
                from(cube, "day", DAYS[0], DAYS[3]),
                dimension.name
            ));
            let reported = folded_of(cube.view, dimension.name);
            assert_eq!(there > 0, reported > 0, "{} of {}: {there} cells of others, {reported} reported", dimension.name, cube.view);
            folded.extend((reported > 0).then_some(dimension.name));
        }
    }
    assert!(["reason", "segment", "site", "campaign"].iter().all(|name| folded.contains(name)), "only {folded:?} were folded");
}

#[test]
fn a_cube_of_days_is_the_cubes_of_each_and_pieces_and_order_do_not_matter() {
    let (whole, pieces) = (loaded("cubes_whole", 15, 1), loaded("cubes_pieces", 15, 5));
    for cube in CUBES {
        for grain in ["day", "interval"] {
            let all = rows(&whole, &from(cube, grain, DAYS[0], DAYS[3]));
            assert!(!all.is_empty(), "{}", cube.view);
            let mut one_by_one: Vec<String> = DAYS.iter().flat_map(|day| rows(&whole, &from(cube, grain, day, day))).collect();
            one_by_one.sort();
            assert_eq!(all, one_by_one, "{} at grain {grain}", cube.view);
            assert_eq!(all, rows(&pieces, &from(cube, grain, DAYS[0], DAYS[3])), "{} at grain {grain} from pieces", cube.view);
        }
    }
}
