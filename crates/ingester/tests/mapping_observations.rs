//! Observations of mappings: the examples in `deploy/sources` over example files, each key, and what a wrong record or mapping is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{Kept, adapter, all, config, one, record, reject};
use ingester::{Adapter, Pseudonyms};
use proptest::prelude::*;

/// Every example mapping, with its example file.
const EXAMPLES: [(&str, &str); 7] = [
    ("survey", include_str!("data/observations/survey.jsonl")),
    ("evaluation", include_str!("data/observations/evaluation.csv")),
    ("offers", include_str!("data/observations/offers.csv")),
    ("dialer", include_str!("data/observations/dialer.csv")),
    ("tickets", include_str!("data/observations/tickets.jsonl")),
    ("schedule", include_str!("data/observations/schedule.csv")),
    ("absences", include_str!("data/observations/absences.csv")),
];

fn example_adapter(mapping: &str) -> Adapter {
    let path = format!("{}/../../deploy/sources/{mapping}.toml", env!("CARGO_MANIFEST_DIR"));
    adapter(&format!("name = '{mapping}'\nsystem = 'pbx1'\ntenant = 'acme'\nkind = 'mapping'\nmapping_file = '{path}'"))
}

/// What an example mapping makes of its example file; nothing of it may be rejected.
fn example(mapping: &str) -> Vec<String> {
    let (_, text) = EXAMPLES.iter().find(|(name, _)| *name == mapping).unwrap();
    let (kept, rejects) = all(&mut example_adapter(mapping), text);
    assert_eq!(rejects, [], "{mapping}");
    assert!(kept.observations.iter().all(|observation| observation["tenant"] == "acme" && observation["source"] == mapping));
    kept.described()
}

fn token(number: &str) -> String {
    Pseudonyms::new("1", b"a secret of the tests").token(number).unwrap()
}

#[test]
fn a_survey_is_an_invitation_and_an_observation_for_each_answer() {
    let about = "subject=2024-03-04T09:05:00Z contact_id=pbx1/1709543100.17 agent=7001 queue=support";
    let customer = token("+493023125001");
    let answered = "observation:survey_answered 2024-03-04T11:30:15.5Z";
    assert_eq!(
        example("survey"),
        [
            format!("observation:survey_invited 2024-03-04T09:06:00Z id=R-1 {about} customer={customer}"),
            format!(
                "{answered} id=R-1-satisfaction {about} customer={customer} dimension=satisfaction score_milli=4500 score_max_milli=5000"
            ),
            format!("{answered} id=R-1-recommend {about} customer={customer} dimension=recommend score_milli=0 score_max_milli=10000"),
            format!("{answered} id=R-1-solved {about} customer={customer} dimension=solved score_milli=0 score_max_milli=1000"),
            "observation:survey_invited 2024-03-04T11:00:00Z id=R-2".to_owned(),
            "observation:survey_answered 2024-03-04T11:20:00Z id=R-2-recommend dimension=recommend score_milli=10000 score_max_milli=10000"
                .to_owned(),
        ]
    );
}

#[test]
fn an_evaluation_is_about_an_earlier_call_and_may_be_changed() {
    let about = "id=E-1 subject=2024-03-04T09:05:00Z contact_id=pbx1/1709543100.17 agent=7001 queue=support dimension=service 2";
    assert_eq!(
        example("evaluation"),
        [
            format!(
                "observation:evaluation 2024-03-05T08:00:00Z {about} score_milli=87125 score_max_milli=100000 sampling=random \
                 revision=1709625600000000"
            ),
            format!(
                "observation:evaluation 2024-03-05T08:00:00Z {about} score_milli=0 score_max_milli=100000 sampling=random fatal=true \
                 revision=1709708400000000"
            ),
            // The night in which the clock goes forward: 3:30 is 1:30 UTC.
            "observation:evaluation 2024-03-31T01:30:00Z id=E-2 agent=7002 queue=sales dimension=sales score_milli=-2500 \
             score_max_milli=50000 sampling=targeted revision=1711848600000000"
                .to_owned(),
            "note:skipped_record".to_owned(),
        ]
    );
}

#[test]
fn offers_and_verifications_come_from_one_list() {
    let about = "contact_id=pbx1/1709543100.17 agent=7001 queue=support";
    let customer = token("+493023125001");
    assert_eq!(
        example("offers"),
        [
            format!(
                "observation:verification 2024-03-04T09:01:05Z id=O-1 {about} customer={customer} dimension=birthday outcome=passed \
                 duration_ms=12500"
            ),
            format!(
                "observation:offer 2024-03-04T09:03:00Z id=O-2 {about} customer={customer} dimension=fibre, 1000 outcome=accepted \
                 amount_milli=49990"
            ),
            format!(
                "observation:offer 2024-03-04T09:04:00Z id=O-3 {about} customer={customer} dimension=television outcome=refused \
                 reason=too expensive"
            ),
            "observation:verification 2024-03-04T09:05:00Z id=O-4 contact_id=pbx1/1709543100.18 agent=7002 queue=sales dimension=password \
             outcome=failed duration_ms=0"
                .to_owned(),
            "note:clock_skew".to_owned(),
        ]
    );
}

#[test]
fn dials_know_customer_and_record_by_pseudonym_only() {
    let who = |number: &str| (token(number), token(number));
    let ((first, first_record), (second, second_record), (third, third_record)) =
        (who("+493023125002"), who("03023125003"), who("03023125004"));
    assert_eq!(
        example("dialer"),
        [
            format!(
                "observation:dial 2024-03-04T10:00:00Z id=A-1 ended=2024-03-04T10:01:40.25Z contact_id=pbx1/1709546400.1 agent=7003 \
                 queue=outbound customer={first} campaign=spring list=north record={first_record} outcome=human reason=sale \
                 amount_milli=129900 duration_ms=850"
            ),
            format!(
                "observation:dial 2024-03-04T10:00:10Z id=A-2 ended=2024-03-04T10:00:40Z queue=outbound customer={second} campaign=spring \
                 list=north record={second_record} outcome=no_answer"
            ),
            // Hung up before it was dialled, by the source's clock: it lasted no time.
            format!(
                "observation:dial 2024-03-04T11:00:00Z id=A-3 ended=2024-03-04T11:00:00Z queue=outbound customer={second} campaign=spring \
                 list=north record={second_record} outcome=machine"
            ),
            format!(
                "observation:dial 2024-03-04T11:00:01Z id=A-4 contact_id=pbx1/1709550001.4 queue=outbound customer={third} \
                 campaign=spring list=south record={third_record} outcome=dropped duration_ms=2000"
            ),
            "note:clock_skew".to_owned(),
        ]
    );
}

#[test]
fn a_ticket_comes_again_with_a_later_revision() {
    let (opened, due) = ("observation:ticket 2024-03-04T09:00:00Z id=T-100", "due=2024-03-06T17:00:00Z contact_id=pbx1/1709543100.17");
    let customer = token("03023125001");
    assert_eq!(
        example("tickets"),
        [
            format!("{opened} {due} queue=back_office customer={customer} outcome=open reason=complaint revision=1709542800000000"),
            format!(
                "{opened} ended=2024-03-05T12:00:00Z {due} agent=7004 queue=back_office customer={customer} outcome=closed \
                 reason=complaint revision=1709640000250000"
            ),
            "observation:ticket 2024-03-04T10:00:00Z id=T-101 outcome=open reason=order revision=1709546400000000".to_owned(),
        ]
    );
}

#[test]
fn shifts_are_on_the_local_clock_and_a_cancelled_one_lasts_no_time() {
    assert_eq!(
        example("schedule"),
        [
            // Eight hours across the night in which the clock goes forward: 22:00 to 7:00.
            "observation:shift 2024-03-30T21:00:00Z id=S-1 ended=2024-03-31T05:00:00Z agent=7001 queue=support dimension=queue revision=1",
            "observation:shift 2024-03-31T00:00:00Z id=S-2 ended=2024-03-31T00:30:00Z agent=7001 dimension=break revision=1",
            "observation:shift 2024-10-27T00:30:00Z id=S-3 ended=2024-10-27T02:00:00Z agent=7002 dimension=other revision=1",
            "observation:shift 2024-03-31T00:00:00Z id=S-2 ended=2024-03-31T00:00:00Z agent=7001 dimension=break revision=2",
        ]
    );
}

#[test]
fn absences_may_be_open_and_may_be_withdrawn() {
    let leave = "observation:absence 2024-06-30T22:00:00Z id=H-1";
    assert_eq!(
        example("absences"),
        [
            format!("{leave} ended=2024-07-14T22:00:00Z agent=7001 outcome=planned reason=leave revision=1706770800000000"),
            "observation:absence 2024-03-04T11:00:00Z id=H-2 agent=7002 outcome=unplanned reason=sick revision=1709550000000000".to_owned(),
            format!("{leave} ended=2024-06-30T22:00:00Z agent=7001 outcome=planned reason=leave revision=1714543200000000"),
            "note:skipped_record".to_owned(),
        ]
    );
}

const HEAD: &str = "name = 'a'\nkind = 'mapping'\n[mapping]\nformat = 'delimited'\ncolumns = ['id', 'at', 'end', 'n', 'who', 'word']\n\
                    [mapping.times.t]\ncolumn = 'at'\nformat = 'epoch_s'\n[mapping.times.e]\ncolumn = 'end'\nformat = 'epoch_s'\n";
const OBSERVED: &str = "[[mapping.observations]]\nkind = 'other'\ntime = 't'\n";

fn csv(rest: &str) -> Adapter {
    adapter(&format!("{HEAD}{OBSERVED}{rest}"))
}

const AT: &str = "observation:other 2023-11-14T22:13:20Z";

#[test]
fn without_an_id_of_its_own_an_observation_has_the_place_of_its_record() {
    let mut places = csv(&format!("id = '{{id}}'\n{OBSERVED}dimension = 'second'\n"));
    assert_eq!(one(&mut places, "7,1700000000,,,,"), [format!("{AT} id=7"), format!("{AT} id=a:f:1#1 dimension=second")]);
    assert_eq!(one(&mut places, ",1700000000,,,,"), [format!("{AT} id=a:f:1#1"), format!("{AT} id=a:f:1#2 dimension=second")]);
    assert_eq!(places.key(&record(b"7,1700000000,,,,", 1)).as_deref(), Some("7"), "corrections stay in order");
    assert_eq!(places.key(&record(b",1700000000,,,,", 1)), None);
}

#[test]
fn observations_stand_beside_events_which_need_a_contact() {
    let event = "[[mapping.events]]\nverb = 'queue_entered'\ntime = 't'\nqueue = 'q'\n";
    let agent_event = "[[mapping.agent_events]]\nverb = 'paused'\ntime = 't'\nagent = '7001'\n";
    let head = HEAD.replace("[mapping]\n", "[mapping]\ncontact_id = '{id}'\n");
    let mut both = adapter(&format!("{head}{event}{agent_event}{OBSERVED}id = '{{n}}'\ncontact = '{{id}}'\n"));
    assert_eq!(
        one(&mut both, "7,1700000000,,5,,"),
        ["queue_entered queue=q".to_owned(), "agent:paused agent=7001".to_owned(), format!("{AT} id=5 contact_id=a/7")]
    );
    assert_eq!(both.key(&record(b"7,1700000000,,5,,", 1)).as_deref(), Some("7"), "events of a contact stay in order");
    assert_eq!(reject(&mut both, b",1700000000,,5,,").code, "no_call_id");
    let without = Adapter::from_config(&config(&format!("{HEAD}{event}"))).unwrap_err().to_string();
    assert!(without.contains("contact_id: events belong to a contact"), "{without}");
    let mut agents_only = adapter(&format!("{HEAD}{agent_event}"));
    assert_eq!(one(&mut agents_only, "7,1700000000,,,,"), ["agent:paused agent=7001"]);
}

#[test]
fn a_rule_whose_condition_does_not_hold_says_nothing() {
    let mut chosen = csv("when = { word = 'x' }\n");
    assert_eq!(one(&mut chosen, "7,1700000000,,,,x"), [format!("{AT} id=a:f:1#1")]);
    assert_eq!(one(&mut chosen, "7,,,,,y"), ["note:no_event"], "its time may be missing then");
}

#[test]
fn records_that_cannot_be_right_are_rejected_whole() {
    // The first rule is always right: it must leave nothing behind where the second is not.
    let rules = |rest: &str| csv(&format!("{OBSERVED}ended = 'e'\n{rest}"));
    for (rest, payload, code, field) in [
        ("score = '{n}'\n", "7,1700000000,,four,,", "bad_number", "score of the other"),
        ("score = '{n}'\n", "7,1700000000,,4.1234,,", "bad_number", "score of the other"),
        ("score_max = '{n}'\n", "7,1700000000,,\"4,5\",,", "bad_number", "score_max of the other"),
        ("amount = '{n}'\n", "7,1700000000,,1e3,,", "bad_number", "amount of the other"),
        ("revision = '{n}'\n", "7,1700000000,,1.5,,", "bad_number", "revision of the other"),
        ("fatal = '{word}'\n", "7,1700000000,,,,maybe", "unknown_value", "fatal"),
        ("", "7,,,,,", "missing_value", "times.t"),
        ("", "7,noon,,,,", "bad_time", "times.t"),
        ("", "7,1,,,,", "time_out_of_range", "t:"),
        ("", "7,1700000000,9999999999,,,", "time_out_of_range", "e:"),
        ("due = 'e'\n", "7,1700000000,1,,,", "time_out_of_range", "e:"),
        ("revision_time = 'e'\n", "7,1700000000,1,,,", "time_out_of_range", "e:"),
        ("subject = 'e'\n", "7,1700000000,soon,,,", "bad_time", "times.e"),
    ] {
        let reject = reject(&mut rules(rest), payload.as_bytes());
        assert_eq!(reject.code, code, "{rest} {payload}");
        assert!(reject.reason.starts_with(field), "{rest} {payload}: {}", reject.reason);
    }
    let mut repeated = csv(&format!("id = '{{id}}'\n{OBSERVED}id = '{{n}}'\n"));
    assert_eq!(reject(&mut repeated, b"7,1700000000,,7,,").code, "repeated_id");
    assert_eq!(one(&mut repeated, "7,1700000000,,8,,").len(), 2);
}

#[test]
fn words_and_numbers_have_several_forms() {
    let mut forms = csv("fatal = '{word}'\nscore = '{n}'\nrevision = '3'\n");
    for (n, word, expected) in [
        ("+4.25", "TRUE", " score_milli=4250 fatal=true"),
        ("-0.001", "1", " score_milli=-1 fatal=true"),
        ("7", "Yes", " score_milli=7000 fatal=true"),
        ("", "no", ""),
        ("0", "0", " score_milli=0"),
        ("", "", ""),
    ] {
        assert_eq!(one(&mut forms, &format!("7,1700000000,,{n},,{word}")), [format!("{AT} id=a:f:1#1{expected} revision=3")]);
    }
}

#[test]
fn a_customers_number_is_in_no_observation_and_in_no_reject() {
    let rules = "id = '{id}'\ncustomer = '{who}'\nrecord = '{who}'\nrecord_is_number = true\nscore = '{n}'\n";
    let mut personal = csv(rules);
    let customer = token("03023125001");
    assert_eq!(
        one(&mut personal, "7,1700000000,,1,030 23125 001,"),
        [format!("{AT} id=7 customer={customer} record={customer} score_milli=1000")]
    );
    assert_eq!(one(&mut personal, "7,1700000000,,1,anonymous,"), [format!("{AT} id=7 score_milli=1000")], "nobody is nobody");
    let rejected = reject(&mut personal, b"7,1700000000,,x,030 23125 001,");
    assert_eq!(String::from_utf8(rejected.redacted).unwrap(), "9,9,,a,9 9 9,");
    // A list's own number of a record is no customer's number.
    let mut public = csv("record = '{who}'\n");
    assert_eq!(one(&mut public, "7,1700000000,,,R-12,"), [format!("{AT} id=a:f:1#1 record=R-12")]);
    let shown = csv_error("record = '{who}'\nrecord_is_number = true\nagent = '{who}'\n");
    assert!(shown.contains("column 'who' is personal"), "{shown}");
}

fn csv_error(rest: &str) -> String {
    Adapter::from_config(&config(&format!("{HEAD}{OBSERVED}{rest}"))).unwrap_err().to_string()
}

#[test]
fn a_wrong_rule_is_told_what_is_wrong() {
    for (rest, expected) in [
        ("score = '{points}'\n", "observation other at t: there is no column 'points'"),
        ("ended = 'x'\n", "there is no time 'x'; declare [times.x]"),
        ("revision_time = 'x'\n", "there is no time 'x'"),
        ("duration = 'x'\n", "there is no duration 'x'"),
        ("score_max = 'ten'\n", "score_max: 'ten' is no number"),
        ("score = { column = 'word', map = { good = '1.2345' } }\n", "score: '1.2345' is no number"),
        ("amount = { column = 'word', map = {}, default = 'x' }\n", "amount: 'x' is no number"),
        ("fatal = { column = 'word', map = { J = 'ja' } }\n", "fatal: 'ja' is none of"),
        ("revision = 't'\n", "revision: 't' is no whole number"),
        ("revision = '1'\nrevision_time = 't'\n", "give one of 'revision' and 'revision_time'"),
    ] {
        assert!(csv_error(rest).contains(expected), "{rest}\n{}", csv_error(rest));
    }
    let kind = |kind: &str| format!("{HEAD}[[mapping.observations]]\nkind = '{kind}'\ntime = 't'\n");
    let unknown = toml::from_str::<ingester::SourceConfig>(&kind("poll")).unwrap_err().to_string();
    assert!(unknown.contains("unknown variant `poll`") && unknown.contains("survey_answered"), "{unknown}");
    assert!(toml::from_str::<ingester::SourceConfig>(&kind("dial\"")).is_err());
    assert!(toml::from_str::<ingester::SourceConfig>(&format!("{}colour = 'x'\n", kind("dial"))).is_err(), "an unknown key");
}

/// A customer's number as no example has it; split over fields by a mutation it would be no number any more.
const CANARY: &str = "04675425371";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens to a record, nothing panics, no customer's number gets out, and what ended did not end before it began.
    #[test]
    fn damaged_examples_leave_no_number_and_no_negative_time(
        which in 0..EXAMPLES.len(), line in 0_usize..5, at in 0_usize..400, with in "[-0-9.,;\"{}:a-z ]{0,4}", cut in 0_usize..4,
    ) {
        let (mapping, text) = EXAMPLES[which];
        let planted = with_canary(text);
        let mut payload: Vec<u8> = planted.lines().nth(line).unwrap_or_default().bytes().collect();
        let at = at.min(payload.len());
        let inside_canary = String::from_utf8_lossy(&payload).match_indices(CANARY).any(|(from, _)| at + cut > from && at < from + CANARY.len());
        prop_assume!(!inside_canary);
        payload.splice(at..(at + cut).min(payload.len()), with.bytes());
        let mut kept = Kept::default();
        let out = match example_adapter(mapping).apply(&record(&payload, 2), &mut kept) {
            Ok(()) => kept.described().join("\n"),
            Err(reject) => {
                prop_assert_eq!(kept.described().len(), 0);
                format!("{} {}", reject.reason, String::from_utf8_lossy(&reject.redacted))
            }
        };
        prop_assert!(!out.contains(CANARY), "{} {}", String::from_utf8_lossy(&payload), out);
        for observation in &kept.observations {
            prop_assert!(observation["ended_us"].as_i64().is_none_or(|ended_us| ended_us >= observation["observed_us"].as_i64().unwrap()));
            prop_assert!(observation["duration_ms"].as_i64().is_none_or(|duration_ms| duration_ms >= 0));
        }
    }
}

/// The example with every customer's number replaced by the canary.
fn with_canary(text: &str) -> String {
    let mut text = text.to_owned();
    for number in ["+49 30 23125 001", "+49 30 23125 002", "030 23125 001", "030 23125 003", "030 23125 004", "+493023125001"] {
        text = text.replace(number, CANARY);
    }
    text
}
