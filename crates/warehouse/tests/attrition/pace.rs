//! How long calls take beside what they usually take, and offers that were missed.

use super::facts::span;
use super::site::{Berlin, DAY, call, fact, person, utc};
use events::{Handling, HandlingEnd};

/// The day before, pat took 10 calls of 50 s and 10 of 200 s of sales, all about 9:30 UTC: mean ln 4.605170, mean 125 s, and of care 10 of 100 s and 10 of 400 s:
/// 5.298317 and 250 s. 29 days before there was one of 1 s, and on the day itself 20 of 1 s: both are in no expectation.
/// ann, of sales: two of 200 s (ln 5.298317 less 4.605170: 0.693147 each), one at 20:00 by the clock, an hour of which nothing is known, so beside all hours; one of
/// 200 s with 9 s of hold and 9 s of after-call work (ln 10 = 2.302585 more than usual, each), and one of 1,000 s, which is held to the upper edge of the step
/// of 200 s, 5.30: 0.694830. Of care two of 100 s: −0.693147 each; of one the after-call work is not known.
/// 3 · 0.693147 + 0.694830 − 2 · 0.693147 = 1.387977. Usual for them: 4 · 125 + 2 · 250 = 1,000 s. A tenth of the calls of sales is transferred: 0.4.
#[test]
fn calls_are_compared_with_the_same_queue_and_hour() {
    let berlin = Berlin::new("pace");
    let ids: Vec<String> = (0..200).map(|number| format!("c{number}")).collect();
    let mut messages = vec![person("ann"), person("pat")];
    for number in 0..40 {
        let (queue, talk_s) = [("sales", 50), ("sales", 200), ("care", 100), ("care", 400)][number / 10];
        let end = if number < 2 { HandlingEnd::TransferBlind } else { HandlingEnd::Customer };
        messages.push(fact(Handling { end, ..call(&ids[number], "pat", queue, utc(-1, 9, 30), talk_s) }));
        if number < 20 {
            messages.push(fact(call(&ids[number + 40], "pat", "sales", utc(0, 9, 0), 1)));
        }
    }
    messages.push(fact(call("old", "pat", "sales", utc(-29, 9, 30), 1)));
    let sold = |id, hour, talk_s| call(id, "ann", "sales", utc(0, hour, 30), talk_s);
    let care = |id| call(id, "ann", "care", utc(0, 10, 30), 100);
    messages.extend([
        fact(sold("x1", 10, 200)),
        fact(sold("x2", 19, 200)),
        fact(Handling { hold_ms: 9_000, acw_ms: Some(9_000), talk_ms: Some(182_000), ..sold("x3", 10, 200) }),
        fact(Handling { end: HandlingEnd::TransferWarm, ..sold("x4", 10, 1_000) }),
        fact(care("x5")),
        fact(Handling { acw_ms: None, ..care("x6") }),
        fact(call("x7", "ann", "new", utc(0, 11, 0), 77)),
    ]);
    berlin.write(&messages);
    berlin.form(&[DAY], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    assert_eq!((day.handled, day.contacts, day.compared_calls, day.acw_compared_calls), (7, 7, 6, 5));
    assert_eq!((day.ln_handle_residual_sum_micro, day.expected_handle_ms), (1_387_977, 1_000_000));
    assert_eq!((day.ln_hold_residual_sum_micro, day.ln_acw_residual_sum_micro), (2_302_585, 2_302_585));
    assert_eq!((day.handle_ms, day.hold_ms, day.acw_ms), (1_877_000, 9_000, 9_000));
    // Of the queue `new` nothing is usual: what is usual for the day is not known.
    assert_eq!((day.transfers, day.transfers_expected_micro, day.short_talks_expected_micro), (1, None, None));
    assert_eq!(day.group.as_deref(), Some("sales"));
}

/// With queues of which enough is known: 4 of 20 calls of sales were transferred, 2 were short and ended by the agent: 0.2 and 0.1 for each call. ann has 3, one
/// transferred, one short; another short one was ended by the customer.
#[test]
fn transfers_and_short_talks_have_their_expectation() {
    let berlin = Berlin::new("shares");
    let ids: Vec<String> = (0..30).map(|number| format!("c{number}")).collect();
    let mut messages = vec![person("ann"), person("pat")];
    for (number, id) in ids.iter().take(20).enumerate() {
        let (end, talk_s) = match number {
            0..4 => (HandlingEnd::TransferBlind, 60),
            4..6 => (HandlingEnd::Agent, 9),
            6..9 => (HandlingEnd::Customer, 9),
            9..12 => (HandlingEnd::Agent, 10),
            _ => (HandlingEnd::Customer, 60),
        };
        messages.push(fact(Handling { end, ..call(id, "pat", "sales", utc(-28, 9, 30), talk_s) }));
    }
    for (id, end, talk_s) in [("x", HandlingEnd::TransferWarm, 60), ("y", HandlingEnd::Agent, 9), ("z", HandlingEnd::Customer, 9)] {
        messages.push(fact(Handling { end, ..call(id, "ann", "sales", utc(0, 9, 30), talk_s) }));
    }
    berlin.write(&messages);
    berlin.form(&[DAY], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    assert_eq!((day.transfers, day.transfers_expected_micro), (1, Some(600_000)));
    assert_eq!((day.short_talks, day.short_talks_expected_micro), (1, Some(300_000)));
}

/// Three rings: one is answered, one leads to nothing, one to not responding, which is one offer and not two. One contact was connected: 3 offers, 2 missed.
#[test]
fn what_rang_and_led_to_nothing_was_missed() {
    let berlin = Berlin::new("rings");
    let t = |minute| utc(0, 9, minute);
    berlin.write(&[
        person("ann"),
        span("ann", t(0), t(1), "ringing"),
        span("ann", t(1), t(5), "contact"),
        span("ann", t(5), t(6), "ringing"),
        span("ann", t(6), t(10), "available"),
        span("ann", t(10), t(11), "ringing"),
        span("ann", t(11), t(15), "not_responding"),
        fact(call("c", "ann", "sales", t(5), 240)),
    ]);
    berlin.form(&[DAY], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    assert_eq!((day.offers, day.missed_offers, day.handled), (3, 2, 1));
    // Time in which work could come or was done: 3 min of ringing, 4 min of the contact, 4 min of waiting; not the 4 min in which the agent did not respond.
    assert_eq!((day.productive_ms, day.utilised_ms), (660_000, 240_000));
}
