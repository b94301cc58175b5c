//! Cubes: the numbers are worked out by hand in the comment of each test. What holds of every cube is in `cubes_laws.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{a_day_of_contacts, answer, at, cells, contact, entry, fact, handling, observation, offer, segment, span};
use events::{Channel, ContactOutcome, Observation, ObservationKind, ReferenceKind};

const DAYS: &str = "zone = 'UTC', first_day = '2024-03-28', last_day = '2024-03-28'";
const WEIGHTS: &str = "question = 'satisfaction', resolved_value_milli = 2000, csat_value_milli = 1000, csat_base_permille = 600";

/// The day of `a_day_of_contacts`, where the numbers are worked out.
#[test]
fn a_cell_of_reason_segment_and_channel_has_all_of_its_contacts() {
    let database = Database::new("cpc");
    database.write(&a_day_of_contacts()).unwrap();
    let cube = |days: &str| format!("v_cube_cpc(grain = 'day', {days}, {WEIGHTS}) ORDER BY reason, segment, channel");
    let columns = "reason, segment, channel, contacts, contacts_handled, handled, talk_ms, matured_72h, repeats_72h, survey_answers, survey_permille_sum, offers, accepted, amount_milli_sum, cost_milli_sum";
    assert_eq!(
        cells(&database, columns, &cube(DAYS)),
        [
            "- - - 0 0 0 0 0 0 1 200 0 0 0 0",
            "- - voice 1 0 0 0 0 0 0 0 0 0 0 0",
            "bill gold voice 1 1 1 60000 1 0 0 0 0 0 0 600",
            "bill silver voice 1 1 2 180000 1 1 1 800 1 1 15000 1800",
            "move gold chat 1 1 1 300000 1 0 0 0 1 0 0 3000",
        ]
    );
    let columns =
        "sales_value, resolved_value, csat_value, value_per_handled_minute, cost_per_contact, aht, fcr_72h, offer_acceptance, csat_mean";
    assert_eq!(
        cells(&database, columns, &cube(DAYS)),
        ["0 0 -0.4 - - - - - 1", "0 0 0 - - - - - -", "0 2 0 2 0.6 60 1 - -", "15 0 0.2 5.0667 1.8 90 0 1 4", "0 2 0 0.4 3 300 1 0 -"]
    );
    // The second agent's hour of a queue without a cost: the cost of the contact is not known, that of the other handling is.
    database.write(&[fact(events::Handling { queue: Some("other"), ..handling("3", 2, "ann", at(0, 11, 7, 0), 60_000) })]).unwrap();
    let columns = "handled, handled_costed, cost_per_handled, cost_per_contact";
    let moved = format!("v_cube_cpc(grain = 'day', {DAYS}, {WEIGHTS}) WHERE reason = 'move'");
    assert_eq!(cells(&database, columns, &moved), ["2 1 3 -"]);
    let business = format!("v_cube_business(grain = 'day', {DAYS}, {WEIGHTS}) ORDER BY business_type, segment, channel");
    assert_eq!(
        cells(&database, "business_type, segment, channel, contacts, handled", &business),
        ["- - - 0 0", "- - voice 1 0", "- gold chat 1 2", "billing gold voice 1 1", "billing silver voice 1 2"]
    );
}

/// ann is of the blue team until noon and of the red one after it, hired on 2 March 2023: over a year. She handles 60 s at 11:00, which a customer
/// gives 4 of 5 points at 13:00, and 120 s at 13:00 after a wait of 25 s, with an offer. She is available from 11:50 to 12:10.
/// The contact of 11:00 began with bob, who is known to nobody.
#[test]
fn an_agents_numbers_follow_the_team_of_the_time() {
    let database = Database::new("cube_teams");
    let t = |hour, minute| at(0, hour, minute, 0);
    let visit = events::QueueVisit {
        tenant: "default",
        contact_id: "2",
        visit_number: 1,
        source: "pbx1",
        queue: "sales",
        channel: Channel::Voice,
        direction: events::Direction::Inbound,
        customer: None,
        entered_us: t(12, 57),
        left_us: Some(t(12, 57) + 25_000_000),
        wait_ms: Some(25_000),
        outcome: events::VisitOutcome::Answered,
        reason: None,
        agent: Some("ann"),
        transferred_in: false,
        missed_offers: 0,
        inferred: 0,
    };
    let of_ann = |team| [("team", team), ("hire_date", "2023-03-02"), ("contract", "permanent")];
    let messages = [
        entry(ReferenceKind::Agent, "ann", at(-30, 0, 0, 0), &of_ann("blue")),
        entry(ReferenceKind::Agent, "ann", t(12, 0), &of_ann("red")),
        fact(contact("1", Some("k1:x"), t(10, 50), t(11, 1), ContactOutcome::Handled)),
        fact(handling("1", 1, "bob", t(10, 58), 30_000)),
        fact(handling("1", 2, "ann", t(11, 0), 60_000)),
        fact(visit),
        fact(handling("2", 1, "ann", t(13, 0), 120_000)),
        fact(contact("9", None, at(8, 0, 0, 0), at(8, 0, 1, 0), ContactOutcome::Abandoned)),
        span("ann", t(11, 50), t(12, 10), "available"),
        encoded(&Observation { agent: Some("ann"), subject_us: Some(t(11, 1)), ..answer("a1", "1", 4) }),
        encoded(&Observation { agent: Some("ann"), observed_us: t(12, 59), ..offer("o1", "2", "refused", 0) }),
    ];
    database.write(&messages).unwrap();
    let from = |cube: &str, dimension: &str| {
        format!("{cube}(grain = 'day', {DAYS}, question = 'satisfaction', threshold_s = 20) ORDER BY {dimension}")
    };
    let columns = "handled, talk_ms, answered, wait_answered_ms, available_us, matured_72h, repeats_72h, survey_answers, offers, aht, service_level_5, csat_mean";
    let teams = cells(&database, &format!("team, {columns}"), &from("v_cube_teams", "team"));
    assert_eq!(
        teams,
        ["- 1 30000 0 0 0 0 0 0 0 30 - -", "blue 1 60000 0 0 600000000 1 0 1 0 60 - 4", "red 1 120000 1 25000 600000000 0 0 0 1 120 0 -",]
    );
    let agents = cells(&database, "agent, handled, matured_72h, available_us, service_level_5", &from("v_cube_agents", "agent"));
    assert_eq!(agents, ["ann 2 1 1200000000 0", "bob 1 0 0 -"]);
    let tenure = cells(&database, "contract, level, tenure, handled, available_us", &from("v_cube_employment", "tenure"));
    assert_eq!(tenure, ["- - - 1 0", "permanent - 1 to 3 years 2 1200000000"]);
    let quarters = format!(
        "v_cube_teams(grain = 'interval', {DAYS}, question = 'satisfaction', threshold_s = 20) WHERE available_us > 0 ORDER BY start"
    );
    let quarters = cells(&database, "start, team, available_us", &quarters);
    assert_eq!(quarters, ["2024-03-28 11:45:00 blue 600000000", "2024-03-28 12:00:00 red 600000000"]);
}

/// Campaign 1 has one dial, campaign 2 two … campaign 63 has 63, and five dials are of none. 60 keep their names: campaigns 1 to 3 are folded, six
/// dials of 2,016 + 5. Whoever is called (other) himself is with them: two dials.
#[test]
fn rare_members_are_folded_and_counted() {
    let database = Database::new("folded");
    let mut messages = Vec::new();
    let mut add = |campaign: Option<&str>, count: usize| {
        for _ in 0..count {
            let id = messages.len().to_string();
            let dial = Observation { campaign, outcome: Some("human"), ..observation(ObservationKind::Dial, &id, at(0, 12, 0, 0)) };
            messages.push(encoded(&dial));
        }
    };
    for number in 1..=63_usize {
        add(Some(&format!("campaign {number:02}")), number);
    }
    add(None, 5);
    add(Some("(other)"), 2);
    database.write(&messages).unwrap();
    let cube = format!("v_cube_campaigns(grain = 'day', {DAYS}) ORDER BY campaign");
    let found = cells(&database, "campaign, list, dials, live_contact_rate", &cube);
    assert_eq!(found.len(), 62, "60 names, none, and the others");
    assert_eq!(found[..3], ["- - 5 1", "(other) - 8 1", "campaign 04 - 4 1"]);
    let columns = "day, dimension, members_kept_at_most, members, members_folded, weight_of_day, weight_folded, cells_at_most";
    let cardinality = format!("v_cube_cardinality({DAYS}, question = '') WHERE cube_view = 'v_cube_campaigns' ORDER BY dimension");
    assert_eq!(cells(&database, columns, &cardinality), ["2024-03-28 campaign 60 64 4 2023 8 9424", "2024-03-28 list 150 0 0 2023 0 9424"]);
}

/// One offer beside a survey, a dial and a segment of the same day: one offer.
#[test]
fn other_observations_are_no_offers() {
    let database = Database::new("no_offers");
    let dial = observation(ObservationKind::Dial, "d1", at(0, 9, 0, 0));
    let messages =
        [encoded(&offer("o1", "1", "accepted", 15_000)), encoded(&answer("a1", "1", 4)), encoded(&dial), segment("s1", "k1:x", 0, "gold")];
    database.write(&messages).unwrap();
    assert_eq!(cells(&database, "day, offers, accepted", "v_offer_days(zone = 'UTC')"), ["2024-03-28 1 1"]);
}

/// A caller who is not known is nobody's repeat, however many of them there are.
#[test]
fn callers_who_are_not_known_are_no_repeats() {
    let database = Database::new("anonymous");
    let messages = [
        fact(contact("1", None, at(0, 9, 0, 0), at(0, 9, 5, 0), ContactOutcome::Handled)),
        fact(contact("2", None, at(0, 9, 10, 0), at(0, 9, 15, 0), ContactOutcome::Handled)),
        fact(contact("3", None, at(9, 9, 0, 0), at(9, 9, 5, 0), ContactOutcome::Handled)),
    ];
    database.write(&messages).unwrap();
    let days = cells(&database, "handled, anonymous, matured_24h, repeats_24h, repeats_7d", "v_repeat_days(zone = 'UTC') ORDER BY day");
    assert_eq!(days, ["2 2 0 0 0", "1 1 0 0 0"]);
    let cube = format!("v_cube_cpc(grain = 'day', {DAYS}, {WEIGHTS})");
    assert_eq!(cells(&database, "contacts, matured_24h, repeats_24h, repeats_7d", &cube), ["2 0 0 0"]);
}
