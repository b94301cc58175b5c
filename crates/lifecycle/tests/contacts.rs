//! Rules about the contact as a whole, and what expires.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod case;

use case::{check, event, lines, stored};
use lifecycle::{NameTable, Options, Scratch, due, fold, max_age_event, overdue};

#[test]
fn the_menu() {
    check("100 menu", "Open 100-? events=1 unsettled");
    check("100 menu\n 130 menu_left why=self_served q=a", "SelfServed q=a 100-130 events=2");
    check("100 menu\n 130 menu_left why=hangup q=a", "IvrAbandoned q=a 100-130 events=2");
    check("100 menu\n 130 disconnected by=customer", "IvrAbandoned 100-130 events=2");
    check("100 menu\n 130 menu_left why=to_queue q=a", "Open q=a 100-? events=2 unsettled");
    check("100 menu\n 110 menu_left why=self_served\n 110 menu", "SelfServed 100-110 events=3");
    check(
        "100 menu\n 130 menu_left why=to_queue q=a\n 130 entered q=a\n 140 left q=a why=key wait=10",
        "visit 1 a 130-140 key wait=10 why=key\n FlowOut q=a 100-140 events=4",
    );
    check("100 initiated\n 150 restarted", "Lost 100-100 events=1");
}

#[test]
fn excluded_contacts_have_no_facts() {
    check(
        "100 entered q=a\n 105 connected q=a a=ann wait=5\n 125 disconnected q=a a=ann talk=20\n 100 excluded why=phantom",
        "Excluded 100-125 events=4",
    );
}

#[test]
fn what_happened_last_does_not_hide_what_happened() {
    check(
        "100 entered q=a\n 105 connected q=a a=ann wait=5\n 125 transfer q=a a=ann talk=20 why=blind\n 125 entered q=b
         135 left q=b why=abandoned wait=10\n 200 disposition why=sale\n 300 disposition why=refund\n 400 side why=OUTANSWER",
        "visit 1 a 100-105 answered wait=5 a=ann
         visit 2 b 125-135 abandoned wait=10 why=abandoned in
         handling 1 a=ann q=a visit=1 105-125-125 TransferBlind talk=20 acw=? [acw_unknown]
         Handled q=a 100-135 events=8 transfers=1 disposition=refund",
    );
}

/// The events of leg A say: 5 s of waiting, ended at 125. Its records say otherwise; the newer one counts, leg B is left alone.
#[test]
fn a_record_corrects_what_the_events_of_its_leg_said_and_a_later_record_an_earlier_one() {
    let corrected = "visit 1 a 100-107 answered wait=7 a=ann
         visit 2 b 130-140 abandoned wait=10 why=abandoned in
         handling 1 a=ann q=a visit=1 107-127-127 Customer talk=20 acw=? [acw_unknown]
         Handled q=a 100-140 events=5";
    let events = "100 entered q=a leg=A\n 105 connected q=a a=ann wait=5 leg=A\n 125 disconnected q=a a=ann talk=20 by=customer leg=A\n";
    let other_leg = "130 entered q=b leg=B\n 140 left q=b why=abandoned wait=10 leg=B\n";
    let old = "100 entered q=a leg=A rev=1\n 106 connected q=a a=bob wait=6 leg=A rev=1\n 126 disconnected q=a a=bob talk=20 by=agent leg=A rev=1\n";
    let new = "100 entered q=a leg=A rev=2\n 107 connected q=a a=ann wait=7 leg=A rev=2\n 127 disconnected q=a a=ann talk=20 by=customer leg=A rev=2\n";
    for given in [[events, other_leg, old, new], [new, old, other_leg, events]] {
        check(given.concat().trim(), corrected);
    }
}

#[test]
fn channel_direction_and_customer_come_from_whichever_event_names_them() {
    let lines = ["100 entered q=a", "105 connected q=a a=ann wait=5 channel=chat direction=outbound customer=k1:x"];
    let events: Vec<_> = lines.into_iter().map(event).collect();
    let mut names = NameTable::new(100);
    let contact = stored(&events, &mut names);
    let facts = fold(&contact, 2, &names, &mut Scratch::default(), &Options::default());
    let visit = &facts.visits[0];
    assert_eq!((visit.channel, visit.direction, visit.customer), (events::Channel::Chat, events::Direction::Outbound, Some("k1:x")));
    assert_eq!((visit.tenant, visit.source, visit.contact_id), ("default", "pbx1", "pbx1/1"));
    let before = fold(&contact, 1, &names, &mut Scratch::default(), &Options::default());
    assert_eq!((before.contact.events, before.visits[0].channel), (1, events::Channel::Voice));
}

/// Appends what is overdue until nothing is, as a caller with a watermark does.
#[track_caller]
fn expired(given: &[&str], watermark_s: i64, expected: &[&str]) {
    let options = Options { max_age_voice_ms: 100_000, acw_cap_ms: Some(50_000), ..Options::default() };
    let events: Vec<_> = given.iter().map(|line| event(line)).collect();
    let mut names = NameTable::new(100);
    let mut contact = stored(&events, &mut names);
    loop {
        let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &options);
        let Some(time_us) = overdue(&facts, watermark_s * 1_000_000, &options) else {
            assert_eq!(case::lines(&facts), expected);
            assert_eq!(due(&facts, &options).is_none(), facts.settled);
            return;
        };
        contact.push(&max_age_event(time_us), &mut names);
    }
}

#[test]
fn open_things_expire_one_by_one() {
    let lost = "visit 1 a 100-? lost [lost_at_max_age]";
    expired(&["100 entered q=a"], 199, &["visit 1 a 100-? open", "Open q=a 100-? events=1 unsettled"]);
    expired(&["100 entered q=a"], 200, &[lost, "Lost q=a 100-100 events=1"]);
    let two = ["100 entered q=a", "150 entered q=b"];
    expired(&two, 249, &[lost, "visit 2 b 150-? open", "Open q=a 100-? events=2 unsettled"]);
    expired(&two, 250, &[lost, "visit 2 b 150-? lost [lost_at_max_age]", "Lost q=a 100-150 events=2"]);
    let talk = ["100 connected a=ann", "150 disconnected a=ann", "150 acw a=ann"];
    let capped = "handling 1 a=ann 100-150-200 Unknown talk=50 acw=50 [acw_assumed]";
    expired(&talk, 200, &[capped, "Handled 100-150 events=3"]);
    // Left as answered, and the connection never came; its start was inferred.
    let answered = "visit 1 a 100-110 answered wait=10 [entry_inferred]";
    expired(&["110 left q=a why=answered wait=10"], 199, &[answered, "Open q=a 100-? events=1 unsettled"]);
    expired(&["110 left q=a why=answered wait=10"], 200, &[answered, "Lost q=a 100-110 events=1"]);
    expired(&["100 menu"], 200, &["Lost 100-100 events=1"]);
    expired(&["100 connected a=ann"], 500, &["handling 1 a=ann 100-?-? Lost [lost_at_max_age]", "Lost 100-100 events=1"]);
}

#[test]
fn a_scratch_that_was_used_gives_the_same() {
    let mut names = NameTable::new(100);
    let (mut scratch, options) = (Scratch::default(), Options::default());
    let long: Vec<String> = (0..20).map(|n| format!("{} entered q=q{n}", 100 + n)).collect();
    let long: Vec<_> = long.iter().map(|line| event(line)).collect();
    let long = stored(&long, &mut names);
    let short = stored(&[event("100 entered q=a"), event("105 connected q=a a=ann wait=5")], &mut names);
    for _ in 0..3 {
        let first = fold(&long, long.len(), &names, &mut scratch, &options);
        assert_eq!(first.visits.len(), 20);
        scratch.recycle(first);
        let used = fold(&short, 2, &names, &mut scratch, &options);
        assert_eq!(lines(&used), lines(&fold(&short, 2, &names, &mut Scratch::default(), &options)));
        scratch.recycle(used);
    }
}
