//! Facts made by hand, as messages, and answers as lines of text.

use super::Database;
use super::contacts::encoded;
use events::codec::Message;
use events::{
    ActivitySpan, Change, Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, Observation, ObservationKind, Reference,
    ReferenceKind,
};
use std::collections::BTreeMap;

/// 2024-03-28 00:00 UTC, a Thursday.
pub const DAY_US: i64 = 1_711_584_000_000_000;

/// A time, microseconds since 1970, from the day above.
pub const fn at(day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    DAY_US + ((day * 24 + hour) * 3_600 + minute * 60 + second) * 1_000_000
}

/// A fact that is there for the first time.
pub fn fact<T>(after: T) -> Vec<u8>
where
    Change<T>: Message,
{
    encoded(&Change { partition: 0, generation: 0, version: 1, before: None, after: Some(after) })
}

/// An observation with nothing but its id, kind and time.
pub fn observation(kind: ObservationKind, id: &str, observed_us: i64) -> Observation<'_> {
    Observation { tenant: "default", source: "test", observation_id: id, kind, observed_us, ..Observation::default() }
}

/// An entry of reference data.
pub fn entry<'a>(kind: ReferenceKind, id: &'a str, valid_from_us: i64, attributes: &[(&'a str, &'a str)]) -> Vec<u8> {
    let attributes: BTreeMap<&str, &str> = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "default", kind, id, valid_from_us, attributes, removed: false, revision: 1 })
}

/// A customer's segment from a time on.
pub fn segment(id: &str, customer: &str, since_us: i64, name: &str) -> Vec<u8> {
    let told = observation(ObservationKind::Other, id, since_us);
    encoded(&Observation { customer: Some(customer), dimension: Some("segment"), outcome: Some(name), ..told })
}

/// A span of an agent's activity.
pub fn span(agent: &str, started_us: i64, ended_us: i64, activity: &str) -> Vec<u8> {
    fact(ActivitySpan { tenant: "default", agent, started_us, ended_us: Some(ended_us), activity, ..ActivitySpan::default() })
}

/// A voice contact of the queue sales that a customer began.
pub fn contact<'a>(id: &'a str, customer: Option<&'a str>, started_us: i64, ended_us: i64, outcome: ContactOutcome) -> Contact<'a> {
    Contact {
        tenant: "default",
        contact_id: id,
        source: "pbx1",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        customer,
        dnis: None,
        queue: Some("sales"),
        started_us,
        ended_us: Some(ended_us),
        outcome,
        disposition: None,
        visits: 1,
        handlings: 1,
        transfers: 0,
        events: 3,
        inferred: 0,
    }
}

/// A handling of the queue sales with so much talk, and no after-call work.
pub fn handling<'a>(id: &'a str, number: i32, agent: &'a str, ended_us: i64, talk_ms: i64) -> Handling<'a> {
    Handling {
        tenant: "default",
        contact_id: id,
        handling_number: number,
        visit_number: Some(1),
        source: "pbx1",
        queue: Some("sales"),
        agent,
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: ended_us - talk_ms * 1_000,
        talk_ended_us: Some(ended_us),
        ended_us: Some(ended_us),
        talk_ms: Some(talk_ms),
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: Some(0),
        end: HandlingEnd::Customer,
        transfer_target: None,
        inferred: 0,
    }
}

/// Rows as "a b c", in the order of the query; numbers with four decimals at most, null and the empty text as "-".
pub fn cells(database: &Database, columns: &str, from: &str) -> Vec<String> {
    lines(&database.rows(&format!("SELECT {columns} FROM {from}")), columns)
}

/// The same of rows that are there already.
pub fn lines(rows: &[BTreeMap<String, String>], columns: &str) -> Vec<String> {
    let names: Vec<&str> = columns.split(", ").collect();
    let cell = |text: &String| match text.parse::<f64>() {
        Ok(number) => ((number * 1e4).round() / 1e4).to_string(),
        Err(_) if text.is_empty() => "-".to_owned(),
        Err(_) => text.clone(),
    };
    rows.iter().map(|row| names.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}

/// The answer to a query of `deploy/sql`.
pub fn answers(database: &Database, query: &str, columns: &str) -> Vec<String> {
    let path = super::root().join("deploy/sql").join(format!("{query}.sql"));
    lines(&database.rows(&std::fs::read_to_string(path).unwrap()), columns)
}

/// An answer to how satisfied the customer was, of 5 points, given at 22:00.
pub fn answer<'a>(id: &'a str, about: &'a str, score: i64) -> Observation<'a> {
    Observation {
        contact_id: Some(about),
        dimension: Some("satisfaction"),
        score_milli: Some(score * 1_000),
        score_max_milli: Some(5_000),
        ..observation(ObservationKind::SurveyAnswered, id, at(0, 22, 0, 0))
    }
}

/// An offer made at 10:01.
pub fn offer<'a>(id: &'a str, about: &'a str, outcome: &'a str, amount_milli: i64) -> Observation<'a> {
    let made = observation(ObservationKind::Offer, id, at(0, 10, 1, 0));
    Observation { contact_id: Some(about), outcome: Some(outcome), amount_milli: Some(amount_milli), ..made }
}

/// x calls at 10:00 about a bill: 60 s with ann, 120 s with bob after a transfer; 4 of 5 points, an offer of 15.00 accepted. x is silver until noon
/// and gold after it, and calls again at 20:00 (60 s): a repeat, after which nobody comes. y, gold, writes about a move (300 s, an offer refused).
/// Somebody unknown gives up. An hour costs 36.00, so a second 10 thousandths. Five days later somebody is served by the menu: 72 h are over.
/// An answer names a contact that nobody knows.
///
/// Bill, silver, voice: value 15 + 0 + 0.2 (800 less 600 thousandths of a scale) in 3 min: 5.0667; cost 180 s = 1.80; handle time 90 s.
/// Bill, gold: resolved, 2 in one minute; 0.60. Move, gold, chat: 2 in 5 min: 0.4; 3.00. Who gave up: no minute, no value.
pub fn a_day_of_contacts() -> Vec<Vec<u8>> {
    let of = |one: Contact<'static>, reason, channel| fact(Contact { disposition: Some(reason), channel, ..one });
    use ContactOutcome::{Abandoned, Handled, SelfServed};
    vec![
        of(contact("1", Some("k1:x"), at(0, 10, 0, 0), at(0, 10, 5, 0), Handled), "bill", Channel::Voice),
        fact(handling("1", 1, "ann", at(0, 10, 1, 0), 60_000)),
        fact(handling("1", 2, "bob", at(0, 10, 4, 0), 120_000)),
        of(contact("2", Some("k1:x"), at(0, 20, 0, 0), at(0, 20, 2, 0), Handled), "bill", Channel::Voice),
        fact(handling("2", 1, "ann", at(0, 20, 2, 0), 60_000)),
        of(contact("3", Some("k1:y"), at(0, 11, 0, 0), at(0, 11, 6, 0), Handled), "move", Channel::Chat),
        fact(handling("3", 1, "bob", at(0, 11, 6, 0), 300_000)),
        fact(contact("4", None, at(0, 9, 0, 0), at(0, 9, 1, 0), Abandoned)),
        fact(contact("5", None, at(5, 9, 0, 0), at(5, 9, 1, 0), SelfServed)),
        segment("s1", "k1:x", at(-9, 0, 0, 0), "silver"),
        segment("s2", "k1:x", at(0, 12, 0, 0), "gold"),
        segment("s3", "k1:y", at(-9, 0, 0, 0), "gold"),
        encoded(&answer("a1", "1", 4)),
        encoded(&answer("a2", "nobody knows it", 1)),
        encoded(&offer("o1", "1", "accepted", 15_000)),
        encoded(&offer("o2", "3", "refused", 99_000)),
        entry(ReferenceKind::Queue, "sales", at(-9, 0, 0, 0), &[("cost_per_hour", "36")]),
        entry(ReferenceKind::Reason, "bill", at(-9, 0, 0, 0), &[("business_type", "billing")]),
    ]
}
