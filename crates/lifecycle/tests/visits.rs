//! Every rule about queue visits, one small hand-worked case each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod case;

use case::{check, check_with};
use lifecycle::Options;

#[test]
fn the_plain_cases() {
    check("100 entered q=sales", "visit 1 sales 100-? open \n Open q=sales 100-? events=1 unsettled");
    check(
        "100 entered q=sales customer=k1:ab dnis=800
         107 connected q=sales a=ann wait=7 ring=2
         137 disconnected q=sales a=ann by=agent talk=30",
        "visit 1 sales 100-107 answered wait=7 a=ann
         handling 1 a=ann q=sales visit=1 107-137-137 Agent talk=30 acw=? [acw_unknown]
         Handled q=sales 100-137 events=3 customer=k1:ab dnis=800",
    );
    for (why, outcome) in [("abandoned", "abandoned"), ("timeout", "timeout"), ("key", "key"), ("empty", "empty"), ("callback", "callback")]
    {
        let end = if why == "abandoned" { "Abandoned" } else { "FlowOut" };
        check(
            &format!("100 entered q=sales\n 113 left q=sales why={why} wait=13"),
            &format!("visit 1 sales 100-113 {outcome} wait=13 why={why}\n {end} q=sales 100-113 events=2"),
        );
    }
    check(
        "100 entered q=sales\n 113 left q=sales why=system_error",
        "visit 1 sales 100-113 systemerror wait=13 why=system_error\n FlowOut q=sales 100-113 events=2",
    );
    check("100 blocked q=sales why=full", "visit 1 sales 100-100 blocked why=full\n Blocked q=sales 100-100 events=1");
}

#[test]
fn everything_in_one_second_is_ordered_by_verb() {
    check(
        "100 disconnected q=sales a=ann by=customer talk=0
         100 connected q=sales a=ann wait=0
         100 missed q=sales a=bob
         100 entered q=sales",
        "visit 1 sales 100-100 answered wait=0 a=ann missed=1
         handling 1 a=ann q=sales visit=1 100-100-100 Customer talk=0 acw=? [acw_unknown]
         Handled q=sales 100-100 events=4",
    );
}

#[test]
fn the_sources_wait_wins_over_stamps() {
    // Within rounding: no flag.
    check("100 entered q=a\n 109 left q=a why=key wait=8", "visit 1 a 100-108 key wait=8 why=key\n FlowOut q=a 100-108 events=2");
    check(
        "100 entered q=a\n 120 left q=a why=key wait=8",
        "visit 1 a 100-108 key wait=8 why=key [clock_skew]\n FlowOut q=a 100-108 events=2",
    );
    check(
        "100 entered q=a\n 101 left q=a why=key wait=-4",
        "visit 1 a 100-100 key wait=0 why=key [clock_skew]\n FlowOut q=a 100-100 events=2",
    );
}

#[test]
fn connected_without_queue_left_leaves_at_the_connection() {
    check(
        "100 entered q=a\n 107.5 connected q=a a=ann",
        "visit 1 a 100-107.5 answered wait=7.5 a=ann [leave_from_connect]
         handling 1 a=ann q=a visit=1 107.5-?-? Open
         Open q=a 100-? events=2 unsettled",
    );
    // The queue's own word on leaving is better, before or after the connection.
    check(
        "100 entered q=a\n 107 connected q=a a=ann\n 107.2 left q=a why=answered wait=6.9",
        "visit 1 a 100-106.9 answered wait=6.9 a=ann
         handling 1 a=ann q=a visit=1 106.9-?-? Open
         Open q=a 100-? events=3 unsettled",
    );
    check(
        "100 entered q=a\n 106.9 left q=a why=answered\n 107 connected q=a a=ann",
        "visit 1 a 100-106.9 answered wait=6.9 a=ann
         handling 1 a=ann q=a visit=1 106.9-?-? Open
         Open q=a 100-? events=3 unsettled",
    );
}

#[test]
fn connected_without_entry() {
    check(
        "107 connected q=a a=ann wait=7",
        "visit 1 a 100-107 answered wait=7 a=ann [entry_inferred]
         handling 1 a=ann q=a visit=1 107-?-? Open
         Open q=a 100-? events=1 unsettled",
    );
    // Without a wait nothing says that it ever queued: direct.
    check("107 connected q=a a=ann", "handling 1 a=ann q=a 107-?-? Open \n Open q=a 107-? events=1 unsettled");
    check(
        "113 left q=a why=abandoned wait=13",
        "visit 1 a 100-113 abandoned wait=13 why=abandoned [entry_inferred]\n Abandoned q=a 100-113 events=1",
    );
}

#[test]
fn disconnected_while_it_waited_is_abandoned() {
    for disconnected in ["disconnected by=customer", "disconnected q=a by=customer", "disconnected q=a a=ann by=customer", "closed"] {
        check(
            &format!("100 entered q=a\n 112 {disconnected}"),
            "visit 1 a 100-112 abandoned wait=12 [abandon_from_disconnect]\n Abandoned q=a 100-112 events=2",
        );
    }
    // Another queue's disconnection, or the end of an agent's leg, says nothing about this wait.
    for disconnected in ["disconnected q=b by=customer", "disconnected a=ann by=agent"] {
        check(&format!("100 entered q=a\n 112 {disconnected}"), "visit 1 a 100-? open\n Open q=a 100-? events=2 unsettled");
    }
}

#[test]
fn an_outcome_stamped_before_its_entry_is_clock_skew() {
    check(
        "1925 connected q=a a=basch wait=0
         1926 entered q=a
         2133 disconnected q=a a=basch by=customer talk=208",
        "visit 1 a 1926-1926 answered wait=0 a=basch [clock_skew]
         handling 1 a=basch q=a visit=1 1926-2134-2134 Customer talk=208 acw=? [acw_unknown]
         Handled q=a 1925-2134 events=3",
    );
    check(
        "99 left q=a why=abandoned\n 100 entered q=a",
        "visit 1 a 100-100 abandoned wait=0 why=abandoned [clock_skew]\n Abandoned q=a 99-100 events=2",
    );
    // By far more, but the entry lies within the talk: still one visit.
    check(
        "87 connected q=a a=ann wait=0\n 96 entered q=a\n 142 disconnected q=a a=ann talk=55",
        "visit 1 a 96-96 answered wait=0 a=ann [clock_skew]
         handling 1 a=ann q=a visit=1 96-151-151 Unknown talk=55 acw=? [acw_unknown clock_skew]
         Handled q=a 87-151 events=3",
    );
    // Entered again when the talk was over: two visits.
    check(
        "87 connected q=a a=ann wait=7\n 142 disconnected q=a a=ann talk=55\n 142 entered q=a",
        "visit 1 a 80-87 answered wait=7 a=ann [entry_inferred]
         visit 2 a 142-? open in
         handling 1 a=ann q=a visit=1 87-142-142 Unknown talk=55 acw=? [acw_unknown]
         Open q=a 80-? events=3 unsettled",
    );
    // Too far: the connection is direct, the visit stays open.
    check(
        "90 connected q=a a=ann\n 100 entered q=a",
        "visit 1 a 100-? open in\n handling 1 a=ann q=a 90-?-? Open\n Open q=a 90-? events=2 unsettled",
    );
}

#[test]
fn a_second_visit_of_the_queue_gets_its_own_outcome() {
    // It leaves and comes back in the same second: without a wait the outcome is the older one's.
    check(
        "100 entered q=a\n 110 left q=a why=timeout\n 110 entered q=a\n 115 left q=a why=abandoned",
        "visit 1 a 100-110 timeout wait=10 why=timeout
         visit 2 a 110-115 abandoned wait=5 why=abandoned
         Abandoned q=a 100-115 events=4",
    );
    check(
        "100 entered q=a\n 110 left q=a why=timeout wait=10\n 110 entered q=a\n 110 left q=a why=abandoned wait=0",
        "visit 1 a 100-110 timeout wait=10 why=timeout
         visit 2 a 110-110 abandoned wait=0 why=abandoned
         Abandoned q=a 100-110 events=4",
    );
    // The first outcome was lost: the next belongs to the most recent entry.
    check(
        "100 entered q=a\n 200 entered q=a\n 210 left q=a why=abandoned wait=10",
        "visit 1 a 100-? open
         visit 2 a 200-210 abandoned wait=10 why=abandoned
         Open q=a 100-? events=3 unsettled",
    );
}

#[test]
fn with_the_sources_wait_the_outcome_finds_the_visit_that_it_fits() {
    check(
        "100 entered q=a\n 110 entered q=a\n 130 left q=a why=abandoned wait=30",
        "visit 1 a 100-130 abandoned wait=30 why=abandoned
         visit 2 a 110-? open
         Open q=a 100-? events=3 unsettled",
    );
}

#[test]
fn a_visit_is_answered_once() {
    check(
        "100 entered q=a\n 107 connected q=a a=ann wait=7\n 120 transfer q=a a=ann talk=13 why=blind\n 120 connected q=a a=bob",
        "visit 1 a 100-107 answered wait=7 a=ann
         handling 1 a=ann q=a visit=1 107-120-120 TransferBlind talk=13 acw=? [acw_unknown]
         handling 2 a=bob q=a 120-?-? Open
         Open q=a 100-? events=4 transfers=1 unsettled",
    );
}

#[test]
fn visits_are_numbered_by_entry_even_where_it_is_inferred() {
    check(
        "100 entered q=b\n 110 left q=b why=timeout wait=10\n 120 connected q=a a=ann wait=40\n 130 disconnected q=a a=ann talk=10",
        "visit 1 a 80-120 answered wait=40 a=ann [entry_inferred]
         visit 2 b 100-110 timeout wait=10 why=timeout
         handling 1 a=ann q=a visit=1 120-130-130 Unknown talk=10 acw=? [acw_unknown]
         Handled q=a 80-130 events=4",
    );
    check(
        "100 entered q=b\n 100 blocked q=c\n 100 entered q=a",
        "visit 1 a 100-? open\n visit 2 b 100-? open\n visit 3 c 100-100 blocked\n Open q=a 100-? events=3 unsettled",
    );
}

#[test]
fn the_end_of_a_talk_does_not_end_the_next_wait() {
    check(
        "100 entered q=a\n 105 connected q=a a=ann wait=5\n 125 disconnected q=a by=customer talk=20\n 125 entered q=a",
        "visit 1 a 100-105 answered wait=5 a=ann
         visit 2 a 125-? open in
         handling 1 a=ann q=a visit=1 105-125-125 Customer talk=20 acw=? [acw_unknown]
         Open q=a 100-? events=4 unsettled",
    );
}

#[test]
fn a_second_outcome_of_one_visit_is_a_contradiction() {
    check(
        "100 entered q=a\n 110 connected q=a a=ann wait=10\n 110 left q=a why=abandoned wait=10",
        "visit 1 a 100-110 answered wait=10 a=ann [contradiction]
         handling 1 a=ann q=a visit=1 110-?-? Open
         Open q=a 100-? events=3 unsettled",
    );
}

#[test]
fn a_restart_loses_what_is_open_and_nothing_else() {
    check("100 entered q=a\n 150 restarted", "visit 1 a 100-? lost [lost_at_restart]\n Lost q=a 100-100 events=1");
    check(
        "100 entered q=a\n 107 connected q=a a=ann wait=7\n 150 restarted",
        "visit 1 a 100-107 answered wait=7 a=ann
         handling 1 a=ann q=a visit=1 107-?-? Lost [lost_at_restart]
         Lost q=a 100-107 events=2",
    );
    // What the source says after all is better than the inference.
    check(
        "100 entered q=a\n 150 restarted\n 160 left q=a why=abandoned wait=60",
        "visit 1 a 100-160 abandoned wait=60 why=abandoned\n Abandoned q=a 100-160 events=2",
    );
    check("150 entered q=a\n 150 restarted", "visit 1 a 150-? open\n Open q=a 150-? events=1 unsettled");
}

#[test]
fn the_maximum_age_loses_only_what_is_too_old() {
    let options = Options { max_age_voice_ms: 60_000, max_age_chat_ms: 600_000, ..Options::default() };
    check_with(
        &options,
        "100 entered q=a\n 130 entered q=b\n 160 restarted why=max_age",
        "visit 1 a 100-? lost [lost_at_max_age]\n visit 2 b 130-? open\n Open q=a 100-? events=2 unsettled",
    );
    check_with(
        &options,
        "100 entered q=a channel=chat\n 160 restarted why=max_age",
        "visit 1 a 100-? open\n Open q=a 100-? events=1 unsettled",
    );
}

#[test]
fn missed_offers_count_for_the_visit_they_rang_in() {
    check(
        "100 entered q=a\n 103 missed q=a a=ann\n 104 missed q=a a=bob\n 110 left q=a why=overflow wait=10
         110 entered q=b\n 112 missed q=b a=cid\n 115 left q=b why=abandoned wait=5\n 115.4 missed q=b a=dan",
        "visit 1 a 100-110 overflow wait=10 why=overflow missed=2
         visit 2 b 110-115 abandoned wait=5 why=abandoned missed=2
         Abandoned q=a 100-115 events=8",
    );
}

/// The agent's stream names no queue and has a clock of its own: by it the telephone rang from 102.4 to 110.4, when the contact
/// was in the next queue since 110. Where the ringing may have begun after the entry, the visit that is open is meant.
#[test]
fn an_offer_that_rang_before_the_next_queue_was_entered_counts_for_the_queue_before() {
    check(
        "100 entered q=a\n 110 left q=a why=overflow\n 110 entered q=b\n 110.4 missed a=ann ring=8",
        "visit 1 a 100-110 overflow wait=10 why=overflow missed=1
         visit 2 b 110-? open
         Open q=a 100-? events=4 unsettled",
    );
    check(
        "100 entered q=a\n 110 left q=a why=overflow\n 110 entered q=b\n 113 missed a=ann ring=4",
        "visit 1 a 100-110 overflow wait=10 why=overflow
         visit 2 b 110-? open missed=1
         Open q=a 100-? events=4 unsettled",
    );
}

#[test]
fn identical_lines_count_once_whatever_their_id() {
    check(
        "100 entered q=a\n 100 entered q=a\n 101 entered q=a",
        "visit 1 a 100-? open\n visit 2 a 101-? open\n Open q=a 100-? events=2 unsettled",
    );
}
