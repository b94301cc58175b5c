//! What systems say of all their agents, plans that run out, and changed rules: the spans that are written, worked out by hand.

use crate::probe::{Written, written_both};
use crate::{AgentOptions, Agents};
use events::{ActivitySpan, AgentEvent, AgentVerb, Change, EVERY_AGENT, Observed, codec};
use lifecycle::activity::{Activity, ActivityOptions, PauseKind};

const SECOND_US: i64 = 1_000_000;

fn options() -> AgentOptions {
    let systems = [("feed1".to_owned(), "pbx".to_owned()), ("feed2".to_owned(), "pbx".to_owned())].into();
    let rules = ActivityOptions::default();
    AgentOptions { retention_ms: 72 * 3_600_000, items_min: 1_000, items_max: 1_000, topic: 0, generation: 0, rules, systems }
}

/// An event of one feed, by "agent second verb".
fn declare(agents: &mut Agents, source: &str, agent: &str, at_s: i64, verb: AgentVerb, reason: Option<&str>, lasts_s: Option<i64>) {
    let event = AgentEvent {
        tenant: "t",
        source,
        agent,
        event_time_us: at_s * SECOND_US,
        verb,
        reason,
        duration_ms: lasts_s.map(|lasts_s| lasts_s * 1_000),
        ..AgentEvent::default()
    };
    agents.declared(&event).unwrap();
}

fn login(agents: &mut Agents, agent: &str, at_s: i64) {
    declare(agents, "feed1", agent, at_s, AgentVerb::LoggedIn, None, None);
}

fn said(agents: &mut Agents, source: &str, at_s: i64, what: Observed) {
    declare(agents, source, EVERY_AGENT, at_s, AgentVerb::SideEvent, Some(what.reason()), None);
}

fn commit(agents: &mut Agents) -> (Vec<String>, Written) {
    let [out, state] = written_both(|output| agents.flush(output, &mut |_| {}));
    agents.committed();
    let show = |span: &Option<ActivitySpan<'_>>| {
        let end = |span: &ActivitySpan<'_>| span.ended_us.map_or_else(|| "…".to_owned(), |ended_us| (ended_us / SECOND_US).to_string());
        span.as_ref().map_or_else(|| "-".to_owned(), |span| format!("{}–{} {}", span.started_us / SECOND_US, end(span), span.activity))
    };
    let changes = out.iter().map(|(_, value)| codec::decode::<Change<ActivitySpan<'_>>>(value.as_deref().unwrap()).unwrap());
    let agent = |change: &Change<ActivitySpan<'_>>| change.after.as_ref().or(change.before.as_ref()).unwrap().agent.to_owned();
    (changes.map(|change| format!("{} {} → {}", agent(&change), show(&change.before), show(&change.after))).collect(), state)
}

fn counts(agents: &mut Agents) -> Vec<String> {
    let mut counts = Vec::new();
    agents.take_counts(&mut |_, label, number| counts.push(format!("{label} {number}")));
    counts
}

/// After-call work of 120 s is planned at 200: an event of anybody after 320 shows that it is over, in time or not.
#[test]
fn a_plan_that_runs_out_is_closed_by_the_time_of_the_partition() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 100);
    declare(&mut agents, "feed1", "ann", 200, AgentVerb::AcwStarted, None, Some(120));
    commit(&mut agents);
    login(&mut agents, "bob", 319);
    assert_eq!(commit(&mut agents).0, ["bob - → 319–… available"]);
    declare(&mut agents, "feed1", "bob", 320, AgentVerb::SideEvent, None, None);
    assert_eq!(commit(&mut agents).0, ["ann 200–… acw → 200–320 acw", "ann - → 320–… available"]);
}

/// Ringing without an end, by its cap of 300 s; not before.
#[test]
fn ringing_without_an_end_is_closed_by_its_cap() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 100);
    declare(&mut agents, "feed1", "ann", 200, AgentVerb::SideEvent, Some(Observed::Ringing.reason()), None);
    assert_eq!(commit(&mut agents).0, ["ann - → 100–200 available", "ann - → 200–… ringing"]);
    login(&mut agents, "bob", 499);
    assert_eq!(commit(&mut agents).0.len(), 1, "bob's login alone");
    login(&mut agents, "cid", 501);
    assert_eq!(commit(&mut agents).0[..2], ["ann 200–… ringing → 200–500 ringing", "ann - → 500–… available"]);
    assert_eq!(counts(&mut agents), ["offer_capped 1"]);
}

/// A restart of one feed's system ends the sessions that are open in it, of whichever feed, and no others; also of an agent whose
/// login becomes known only after it.
#[test]
fn a_restart_ends_the_sessions_of_its_system() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 100);
    declare(&mut agents, "feed2", "bob", 100, AgentVerb::LoggedIn, None, None);
    declare(&mut agents, "other", "cid", 100, AgentVerb::LoggedIn, None, None);
    commit(&mut agents);
    said(&mut agents, "feed1", 500, Observed::Restarted);
    assert_eq!(commit(&mut agents).0, ["ann 100–… available → 100–500 available", "bob 100–… available → 100–500 available"]);
    assert_eq!(counts(&mut agents), ["session_lost 2"]);
    // Told by the other feed as well: nothing new.
    said(&mut agents, "feed2", 500, Observed::Restarted);
    assert_eq!(commit(&mut agents).0, [""; 0]);
    login(&mut agents, "dot", 300);
    login(&mut agents, "eve", 600);
    assert_eq!(commit(&mut agents).0, ["dot - → 300–500 available", "eve - → 600–… available"]);
    // An earlier login of ann's becomes known: two sessions, the second of which is lost.
    login(&mut agents, "ann", 50);
    assert_eq!(commit(&mut agents).0, ["ann - → 50–100 available"]);
}

/// A source that vouches for itself every 60 s: it is silent from 400 to 1,000, and everybody's time with it, until what was held up comes.
#[test]
fn a_silent_source_makes_everybody_unknown_until_its_events_come_late() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 100);
    for at_s in (160..=400).step_by(60) {
        said(&mut agents, "feed1", at_s, Observed::Alive);
    }
    declare(&mut agents, "other", "bob", 400, AgentVerb::LoggedIn, None, None);
    commit(&mut agents);
    // 360 s after 400, by the time of the partition.
    declare(&mut agents, "other", "bob", 761, AgentVerb::SideEvent, None, None);
    assert_eq!(commit(&mut agents).0, ["ann 100–… available → 100–400 available", "ann - → 400–… unknown"]);
    assert_eq!(counts(&mut agents), ["source_gap 1"]);
    said(&mut agents, "feed1", 1_000, Observed::Alive);
    assert_eq!(commit(&mut agents).0, ["ann 400–… unknown → 400–1000 unknown", "ann - → 1000–… available"]);
    // Somebody of the same system becomes known only now: his time was unknown, too.
    login(&mut agents, "dot", 390);
    assert_eq!(commit(&mut agents).0, ["dot - → 390–400 available", "dot - → 400–1000 unknown", "dot - → 1000–… available"]);
    for at_s in (460..1_000).step_by(60) {
        said(&mut agents, "feed1", at_s, Observed::Alive);
    }
    let gone = ["100–400 available → 100–… available", "400–1000 unknown → -", "1000–… available → -"];
    let expected = [gone.map(|change| format!("ann {change}")), gone.map(|change| format!("dot {}", change.replace("100–", "390–")))];
    assert_eq!(commit(&mut agents).0, expected.concat());
    assert!(agents.len() <= 4, "ann, bob, dot, and what the source said");
}

/// "zumba" is in no table: counted, until a new table maps it. The change of the past replaces exactly what was written.
#[test]
fn a_new_table_of_reasons_changes_the_past() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 100);
    declare(&mut agents, "feed1", "ann", 200, AgentVerb::Paused, Some("zumba"), None);
    declare(&mut agents, "feed1", "ann", 300, AgentVerb::Unpaused, None, None);
    let mut log = commit(&mut agents).1;
    assert_eq!(counts(&mut agents), ["unmapped_reason 1"]);
    let reasons = ActivityOptions::default().reasons.with(2, [("zumba", Activity::Pause(PauseKind::TeamActivity))]);
    let rules = ActivityOptions { reasons, ..ActivityOptions::default() };
    let restored = |log: &Written, rules: &ActivityOptions| {
        let mut restored = Agents::new(AgentOptions { rules: rules.clone(), ..options() });
        for (key, value) in log {
            restored.restore(key, value.as_deref()).unwrap();
        }
        restored.restored();
        restored
    };
    let mut mapped = restored(&log, &rules);
    login(&mut mapped, "bob", 400);
    let (changes, state) = commit(&mut mapped);
    assert_eq!(changes, ["ann 200–300 pause_unspecified → 200–300 pause_team_activity", "bob - → 400–… available"]);
    log.extend(state);
    // The same table again changes nothing; going back to the old one changes it back.
    let mut same = restored(&log, &rules);
    login(&mut same, "cid", 500);
    assert_eq!(commit(&mut same).0, ["cid - → 500–… available"]);
    let mut back = restored(&log, &ActivityOptions::default());
    login(&mut back, "cid", 500);
    assert_eq!(commit(&mut back).0[0], "ann 200–300 pause_team_activity → 200–300 pause_unspecified");
}

/// A day of heartbeats, one every two minutes: 24 runs, of which none takes more than 30 bytes, and not 720 events.
#[test]
fn heartbeats_of_a_day_take_little_room() {
    let mut agents = Agents::new(options());
    login(&mut agents, "ann", 0);
    let mut largest = 0;
    for at_s in (0..86_400).step_by(120) {
        declare(&mut agents, "feed1", "ann", at_s, AgentVerb::SideEvent, Some(Observed::Alive.reason()), None);
        if at_s % 7_200 == 0 {
            largest = commit(&mut agents).1.iter().filter_map(|(_, value)| value.as_ref().map(Vec::len)).max().unwrap_or(0).max(largest);
        }
    }
    assert!(largest < 24 * 30, "{largest} bytes");
}
