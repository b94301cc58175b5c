//! An id that is given to somebody else: nothing of whoever had it before is held against the new one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod draw;
mod people;

use attrition::features::DayFacts;
use attrition::signals::{Action, Outcome};
use attrition::site::{DayLog, Decision, Site, SiteDayResult, SiteSettings, Told, What};
use people::{FIRST, Story, day, id, model};

/// Day on which id 7 goes from one who wears out to a new agent.
const HANDED_OVER: i32 = FIRST + 90;
const LAST: i32 = FIRST + 150;

/// Everybody was hired long ago; from a day on 7 is somebody else, who does what agent 40 does, under the id `name` (which has to stand where 7 stands in the
/// order of agents: sums of another order differ in the last bit).
fn days(name: &str) -> impl Fn(i32) -> Vec<DayFacts> + use<'_> {
    let story = Story { agents: 41, team_size: 50, worn: vec![(7, FIRST + 60)], ..Story::default() };
    move |at| {
        let hired_on = |facts: DayFacts, hired: i32| DayFacts { hired_day: Some(hired), tenure_days: Some(at - hired), ..facts };
        let mut found: Vec<DayFacts> = day(&story, at).into_iter().map(|facts| hired_on(facts, FIRST - 1_000)).collect();
        let new = found.pop().unwrap();
        if at >= HANDED_OVER {
            found.retain(|facts| facts.agent != id(7));
            found.push(DayFacts { agent: name.to_owned(), ..hired_on(new, HANDED_OVER) });
        }
        found
    }
}

fn fold(of: impl Fn(i32) -> Vec<DayFacts>) -> Vec<SiteDayResult> {
    let mut site = Site::default();
    (FIRST..LAST).map(|at| site.take(&SiteSettings::default(), &model(), at, &of(at), &DayLog::default())).collect()
}

fn of_agent(results: &[SiteDayResult], agent: &str) -> Vec<(i32, Decision)> {
    let own = results.iter().flat_map(|result| result.decisions.iter().map(|decision| (result.day, decision.clone())));
    own.filter(|(_, decision)| decision.agent == agent).collect()
}

#[test]
fn the_signal_of_whoever_had_the_id_ends_and_nothing_is_inherited() {
    let results = fold(days(&id(7)));
    let told = of_agent(&results, &id(7));
    let (opened, ended) = (&told[0], &told[told.len() - 1]);
    assert!(opened.1.what == What::Opened && opened.0 < HANDED_OVER, "{opened:?}");
    assert_eq!((ended.0, ended.1.what), (HANDED_OVER, What::Ended(Action::Close(Outcome::Left))), "{ended:?}");

    // On the same day the new agent begins as any new one does: eight worked days without a score, and afterwards the scores that another id has.
    let scored = |results: &[SiteDayResult], agent: &str| -> Vec<(i32, u64)> {
        let own = results.iter().filter(|result| result.day >= HANDED_OVER);
        own.flat_map(|result| {
            result.scores.iter().filter(|score| score.agent == agent).map(|score| (result.day, score.probability.to_bits()))
        })
        .collect()
    };
    let after = scored(&results, &id(7));
    assert!(after[0].0 > HANDED_OVER + 8, "{:?}", after[0]);
    assert_eq!(after, scored(&fold(days("a007x")), "a007x"), "the first day counts");
    assert_eq!(ended.1.team.as_deref(), Some("team 0"));
    assert_eq!((ended.1.score, ended.1.inputs_hash), (None, None), "of whoever is gone there is no score any more");
}

/// The days were told before anybody knew that the id had changed hands, and the signal lives on until a day that is decided. The new agent is looked at meanwhile, and
/// what the log says of the former one's signal still happens.
#[test]
fn who_comes_while_the_signal_lives_on_is_looked_at_from_the_first_day() {
    const DECIDED: i32 = HANDED_OVER + 20;
    let of = days("a007");
    let told = fold(&of).into_iter().filter(|result| result.day < HANDED_OVER).map(|result| {
        let decisions = result.decisions.iter().map(|decision| Told {
            agent: decision.agent.clone(),
            what: decision.what,
            tier: decision.tier,
            probability: decision.score.map_or(0.0, |(probability, _)| probability),
            inputs_hash: None,
        });
        (result.day, DayLog { told: true, decisions: decisions.collect(), notices: result.notices.clone(), ..DayLog::default() })
    });
    let told: std::collections::BTreeMap<i32, DayLog> = told.collect();
    let log = |at: i32| told.get(&at).cloned().unwrap_or_else(|| DayLog { told: at < DECIDED, ..DayLog::default() });
    let mut site = Site::default();
    let results: Vec<SiteDayResult> =
        (FIRST..LAST).map(|at| site.take(&SiteSettings::default(), &model(), at, &of(at), &log(at))).collect();
    let ended = of_agent(&results, "a007");
    assert!(matches!(ended[0], (DECIDED, Decision { what: What::Ended(Action::Close(Outcome::Left)), .. })), "{:?}", ended[0]);
    let scored = |results: &[SiteDayResult], agent: &str| -> Vec<(i32, u64)> {
        let late = results.iter().filter(|result| result.day >= HANDED_OVER);
        late.flat_map(|result| {
            result.scores.iter().filter(|score| score.agent == agent).map(|score| (result.day, score.probability.to_bits()))
        })
        .collect()
    };
    let own = scored(&results, "a007");
    assert!(own.iter().any(|(at, _)| *at < DECIDED) && own == scored(&fold(days("a007x")), "a007x"), "{own:?}");
}

/// Personnel often enters a new agent weeks late: until then the days look like those of whoever was there before, and from then on those before count no more.
#[test]
fn who_is_entered_late_begins_on_the_day_of_the_entry() {
    const KNOWN: i32 = HANDED_OVER + 20;
    let late = |at: i32| {
        let mut found = days("a007")(at);
        let unknown = |facts: &&mut DayFacts| facts.agent == id(7) && at < KNOWN;
        found.iter_mut().filter(unknown).for_each(|facts| facts.hired_day = Some(FIRST - 1_000));
        found
    };
    let scored: Vec<i32> =
        fold(late).iter().filter(|result| result.scores.iter().any(|score| score.agent == id(7))).map(|result| result.day).collect();
    let pause = scored.windows(2).find(|pair| pair[1] - pair[0] > 8).expect("eight worked days without a score");
    assert!((KNOWN - 1..=KNOWN).contains(&pause[0]), "{pause:?}");
}

/// Without a signal that lives there is nothing to end, and the first day counts.
#[test]
fn without_a_signal_the_first_day_counts() {
    let quiet = |name: &'static str| {
        move |at: i32| {
            let mut found = days(name)(at);
            // Whoever wears out is on leave from the beginning and has no signal.
            found
                .iter_mut()
                .filter(|facts| facts.agent == id(7) && (FIRST + 55..HANDED_OVER).contains(&at))
                .for_each(|facts| facts.on_leave = true);
            found
        }
    };
    let (again, new) = (fold(quiet("a007")), fold(quiet("a007x")));
    let scores = |results: &[SiteDayResult], agent: &str| -> Vec<(i32, u64)> {
        let late = results.iter().filter(|result| result.day >= HANDED_OVER);
        late.flat_map(|result| {
            result.scores.iter().filter(|score| score.agent == agent).map(|score| (result.day, score.probability.to_bits()))
        })
        .collect()
    };
    assert!(scores(&again, "a007").len() > 30);
    assert_eq!(scores(&again, "a007"), scores(&new, "a007x"));
}
