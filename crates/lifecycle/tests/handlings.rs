//! Every rule about handlings, one small hand-worked case each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod case;

use case::{check, check_with};
use lifecycle::Options;

#[test]
fn talk_counts_from_the_time_the_visit_was_left() {
    // Stamps that disagree by a second: the source's durations are trusted.
    check(
        "100 entered q=a\n 107 connected q=a a=ann wait=8\n 137 disconnected q=a a=ann by=customer talk=28",
        "visit 1 a 100-108 answered wait=8 a=ann
         handling 1 a=ann q=a visit=1 108-136-136 Customer talk=28 acw=? [acw_unknown]
         Handled q=a 100-136 events=3",
    );
    check(
        "107 connected a=ann\n 137.5 disconnected a=ann by=agent",
        "handling 1 a=ann 107-137.5-137.5 Agent talk=30.5 acw=? [acw_unknown]\n Handled 107-137.5 events=2",
    );
    check(
        "107 connected a=ann\n 137 disconnected a=ann talk=-3",
        "handling 1 a=ann 107-107-107 Unknown talk=0 acw=? [acw_unknown clock_skew]\n Handled 107-107 events=2",
    );
}

#[test]
fn an_end_without_connection_infers_it() {
    check(
        "100 entered q=a\n 137 disconnected q=a a=ann by=customer talk=30 wait=7",
        "visit 1 a 100-107 answered wait=7 a=ann [connect_inferred]
         handling 1 a=ann q=a visit=1 107-137-137 Customer talk=30 acw=? [connect_inferred acw_unknown]
         Handled q=a 100-137 events=2",
    );
    check(
        "100 entered q=a\n 137 disconnected q=a a=ann by=customer talk=30",
        "visit 1 a 100-107 answered wait=7 a=ann [leave_from_connect connect_inferred]
         handling 1 a=ann q=a visit=1 107-137-137 Customer talk=30 acw=? [connect_inferred acw_unknown]
         Handled q=a 100-137 events=2",
    );
    check(
        "137 transfer q=a a=ann talk=30 wait=7 why=blind to=b",
        "visit 1 a 100-107 answered wait=7 a=ann [entry_inferred connect_inferred]
         handling 1 a=ann q=a visit=1 107-137-137 TransferBlind talk=30 acw=? to=b [connect_inferred acw_unknown]
         Handled q=a 100-137 events=1 transfers=1",
    );
    // A second report of the same end is no second handling.
    check(
        "107 connected a=ann\n 137 disconnected a=ann by=agent talk=30\n 137.4 disconnected a=ann by=customer talk=30",
        "handling 1 a=ann 107-137-137 Agent talk=30 acw=? [acw_unknown contradiction]\n Handled 107-137 events=3",
    );
}

#[test]
fn an_end_that_never_came_is_the_agents_next_contact() {
    check(
        "100 entered q=a\n 107 connected q=a a=ann wait=7\n 137 restarted a=ann why=next_contact",
        "visit 1 a 100-107 answered wait=7 a=ann
         handling 1 a=ann q=a visit=1 107-137-137 Unknown talk=30 acw=? [end_inferred acw_unknown]
         Handled q=a 100-137 events=2",
    );
    // Another agent's next contact ends nothing, and whoever waits goes on waiting.
    check("100 entered q=a\n 137 restarted a=ann why=next_contact", "visit 1 a 100-? open\n Open q=a 100-? events=1 unsettled");
    check("107 connected a=ann\n 137 restarted a=bob why=next_contact", "handling 1 a=ann 107-?-? Open\n Open 107-? events=1 unsettled");
    // Its own end outweighs the inference, whichever is earlier.
    check(
        "107 connected a=ann\n 120 restarted a=ann why=next_contact\n 137 disconnected a=ann by=agent talk=30",
        "handling 1 a=ann 107-137-137 Agent talk=30 acw=? [acw_unknown]\n Handled 107-137 events=2",
    );
    // After-call work that was not seen to end ends there too.
    check(
        "107 connected a=ann\n 137 disconnected a=ann by=agent talk=30\n 137 acw a=ann\n 150 restarted a=ann why=next_contact",
        "handling 1 a=ann 107-137-150 Agent talk=30 acw=13 [acw_assumed]\n Handled 107-137 events=3",
    );
}

#[test]
fn a_transfer_into_another_queue() {
    check(
        "100 entered q=a\n 105 connected q=a a=ann wait=5\n 125 transfer q=a a=ann talk=20 why=warm to=b
         125 entered q=b\n 130 connected q=b a=bob wait=5\n 140 disconnected q=b a=bob by=customer talk=10",
        "visit 1 a 100-105 answered wait=5 a=ann
         visit 2 b 125-130 answered wait=5 a=bob in
         handling 1 a=ann q=a visit=1 105-125-125 TransferWarm talk=20 acw=? to=b [acw_unknown]
         handling 2 a=bob q=b visit=2 130-140-140 Customer talk=10 acw=? [acw_unknown]
         Handled q=a 100-140 events=6 transfers=1",
    );
    // Everything of the transfer in one second, back to the same agent in the same queue.
    check(
        "100 entered q=a\n 105 connected q=a a=ann wait=5\n 125 transfer q=a a=ann talk=20 why=blind
         125 entered q=a\n 125 connected q=a a=ann wait=0\n 140 disconnected q=a a=ann by=customer talk=15",
        "visit 1 a 100-105 answered wait=5 a=ann
         visit 2 a 125-125 answered wait=0 a=ann in
         handling 1 a=ann q=a visit=1 105-125-125 TransferBlind talk=20 acw=? [acw_unknown]
         handling 2 a=ann q=a visit=2 125-140-140 Customer talk=15 acw=? [acw_unknown]
         Handled q=a 100-140 events=6 transfers=1",
    );
}

#[test]
fn the_next_connection_ends_a_talk_that_nothing_else_ends() {
    check(
        "100 connected a=ann\n 150 connected a=bob\n 190 disconnected a=bob by=agent",
        "handling 1 a=ann 100-150-150 Unknown talk=50 acw=? [end_inferred acw_unknown]
         handling 2 a=bob 150-190-190 Agent talk=40 acw=? [acw_unknown]
         Handled 100-190 events=3",
    );
    // A transfer that is told later, by the agent who made it, is the better end.
    check(
        "100 connected a=ann\n 150 connected a=bob\n 152 transfer a=ann why=warm\n 190 disconnected a=bob by=agent",
        "handling 1 a=ann 100-152-152 TransferWarm talk=52 acw=? [acw_unknown]
         handling 2 a=bob 150-190-190 Agent talk=40 acw=? [acw_unknown]
         Handled 100-190 events=4 transfers=1",
    );
    // A conference ends nobody's talk; the end of the contact ends both.
    check(
        "100 connected a=ann\n 150 connected a=bob why=conference\n 190 disconnected by=customer",
        "handling 1 a=ann 100-190-190 Customer talk=90 acw=? [acw_unknown]
         handling 2 a=bob 150-190-190 Customer talk=40 acw=? [acw_unknown]
         Handled 100-190 events=3",
    );
    // A repeated connection of the same agent is no second handling.
    check(
        "100 connected a=ann\n 101 connected a=ann\n 190 disconnected a=ann by=agent",
        "handling 1 a=ann 100-190-190 Agent talk=90 acw=? [acw_unknown]\n Handled 100-190 events=3",
    );
    check(
        "100 connected a=ann\n 190 closed",
        "handling 1 a=ann 100-190-190 Unknown talk=90 acw=? [end_inferred acw_unknown]\n Handled 100-190 events=2",
    );
}

#[test]
fn an_end_belongs_to_its_agent() {
    check(
        "100 connected q=a a=ann\n 120 disconnected q=b a=bob by=agent\n 150 disconnected q=a a=ann by=customer",
        "handling 1 a=ann q=a 100-150-150 Customer talk=50 acw=? [acw_unknown]\n Handled q=a 100-150 events=3",
    );
    // Agents are written in two ways here, but the queue is the same and nothing else fits.
    check(
        "100 connected q=a a=ann\n 150 disconnected q=a a=SIP/ann by=customer",
        "handling 1 a=ann q=a 100-150-150 Customer talk=50 acw=? [acw_unknown]\n Handled q=a 100-150 events=2",
    );
    // After-call work began before the restart, so the talk was over.
    check(
        "100 connected a=ann\n 150 acw a=ann acw=12\n 170 restarted",
        "handling 1 a=ann 100-150-162 Unknown talk=50 acw=12 [end_inferred]\n Handled 100-150 events=2",
    );
    // The restart came before the next connection.
    check(
        "100 connected a=ann\n 150 restarted\n 160 connected a=bob",
        "handling 1 a=ann 100-?-? Lost [lost_at_restart]\n handling 2 a=bob 160-?-? Open\n Open 100-? events=2 unsettled",
    );
}

#[test]
fn handlings_are_numbered_by_connection_even_where_it_is_inferred() {
    check(
        "100 connected a=bob\n 150 disconnected a=bob by=agent\n 160 disconnected a=ann by=agent talk=100",
        "handling 1 a=ann 60-160-160 Agent talk=100 acw=? [connect_inferred acw_unknown]
         handling 2 a=bob 100-150-150 Agent talk=50 acw=? [acw_unknown]
         Handled 60-160 events=3",
    );
}

#[test]
fn holds() {
    // Two holds, the second beginning in the second in which the first ends; talk from stamps excludes them.
    check(
        "100 connected a=ann\n 110 hold a=ann\n 120 unhold a=ann\n 120 hold a=ann\n 125 unhold a=ann\n 150 disconnected a=ann by=agent",
        "handling 1 a=ann 100-150-150 Agent talk=35 acw=? hold=15 holds=2 longest=10 [acw_unknown]\n Handled 100-150 events=6",
    );
    // The source's talk covers the hold: 100 + 50 is the end.
    check(
        "100 connected a=ann\n 110 hold\n 120 unhold\n 150 disconnected a=ann by=agent talk=50",
        "handling 1 a=ann 100-150-150 Agent talk=40 acw=? hold=10 holds=1 longest=10 [acw_unknown]\n Handled 100-150 events=4",
    );
    // It does not: 100 + 40 + 10 is the end.
    check(
        "100 connected a=ann\n 110 hold\n 120 unhold hold=9.5\n 150 disconnected a=ann by=agent talk=40 hold=10",
        "handling 1 a=ann 100-150-150 Agent talk=40 acw=? hold=10 holds=1 longest=9.5 [acw_unknown]\n Handled 100-150 events=4",
    );
    check(
        "100 connected a=ann\n 150 disconnected a=ann by=agent talk=40 hold=10",
        "handling 1 a=ann 100-150-150 Agent talk=40 acw=? hold=10 holds=1 longest=10 [acw_unknown]\n Handled 100-150 events=2",
    );
    check(
        "100 connected a=ann\n 150 disconnected a=ann by=agent talk=50 hold=0",
        "handling 1 a=ann 100-150-150 Agent talk=50 acw=? [acw_unknown]\n Handled 100-150 events=2",
    );
    // Hung up on hold; taken off a hold that nobody saw begin.
    check(
        "100 connected a=ann\n 110 hold\n 150 disconnected a=ann by=customer",
        "handling 1 a=ann 100-150-150 Customer talk=10 acw=? hold=40 holds=1 longest=40 [acw_unknown hold_inferred]\n Handled 100-150 events=3",
    );
    check(
        "100 connected a=ann\n 110 unhold\n 150 disconnected a=ann by=customer",
        "handling 1 a=ann 100-150-150 Customer talk=50 acw=? hold=0 holds=1 longest=0 [acw_unknown hold_inferred]\n Handled 100-150 events=3",
    );
}

#[test]
fn after_call_work() {
    let talk = "100 connected a=ann\n 150 disconnected a=ann by=agent";
    let ended = |acw: &str, end: i64, bits: &str, events: i64, settled: &str| {
        let end = if end == 0 { "?".to_owned() } else { end.to_string() };
        format!("handling 1 a=ann 100-150-{end} Agent talk=50 acw={acw}{bits}\n Handled 100-150 events={events}{settled}")
    };
    check(&format!("{talk}\n 150 acw a=ann\n 182 acw_ended a=ann"), &ended("32", 182, "", 4, ""));
    check(&format!("{talk}\n 151 acw a=ann\n 182 acw_ended a=ann"), &ended("31", 181, "", 4, ""));
    check(&format!("{talk}\n 182 acw_ended a=ann acw=30"), &ended("30", 180, "", 3, ""));
    check(&format!("{talk}\n 182 acw_ended"), &ended("32", 182, "", 3, ""));
    check(&format!("{talk}\n 150 acw a=ann acw=15"), &ended("15", 165, "", 3, ""));
    check(&format!("{talk}\n 150 acw a=ann"), &ended("?", 0, "", 3, " unsettled"));
    check(&format!("{talk}\n 150 acw a=ann\n 170 restarted"), &ended("?", 150, " [acw_unknown]", 3, ""));
    check(&format!("{talk}\n 150 acw a=ann\n 1050 restarted why=max_age"), &ended("900", 1050, " [acw_assumed]", 3, ""));
    check(&format!("{talk}\n 150 acw a=bob acw=15"), &ended("?", 150, " [acw_unknown]", 3, ""));
    check(
        "100 connected a=ann\n 150 disconnected a=ann by=agent acw=12",
        "handling 1 a=ann 100-150-162 Agent talk=50 acw=12\n Handled 100-150 events=2",
    );
    check(
        "100 connected a=ann\n 150 acw a=ann acw=12",
        "handling 1 a=ann 100-150-162 Unknown talk=50 acw=12 [end_inferred]\n Handled 100-150 events=2",
    );
    // The same agent again, in the second in which the after-call work of the first talk ends.
    check(
        "100 connected a=ann\n 120 transfer a=ann\n 130 acw_ended a=ann\n 130 connected a=ann\n 150 disconnected a=ann",
        "handling 1 a=ann 100-120-130 TransferBlind talk=20 acw=10
         handling 2 a=ann 130-150-150 Unknown talk=20 acw=? [acw_unknown]
         Handled 100-150 events=5 transfers=1",
    );
    let options = Options { wrap_up_ms: Some(20_000), ..Options::default() };
    check_with(&options, talk, &ended("20", 170, " [acw_assumed]", 2, ""));
}

#[test]
fn answers_without_an_agents_name_count() {
    check(
        "100 entered q=a\n 100 connected q=a wait=0\n 137 disconnected q=a by=customer talk=37",
        "visit 1 a 100-100 answered wait=0
         handling 1 a= q=a visit=1 100-137-137 Customer talk=37 acw=? [acw_unknown]
         Handled q=a 100-137 events=3",
    );
}

/// Two feeds tell of the same after-call work, by two clocks; one of them measured it.
#[test]
fn measured_after_call_work_stays_when_its_end_is_told_again() {
    check(
        "107 connected a=ann\n 137 disconnected a=ann by=agent\n 137 acw a=ann\n 137.4 acw a=ann
         152 acw_ended a=ann acw=15\n 152.9 acw_ended a=ann",
        "handling 1 a=ann 107-137-152 Agent talk=30 acw=15\n Handled 107-137 events=6",
    );
}
