//! Why a world has fewer signals told as events of few calls a day than as its own days ([`evaluation::facts`]): the features of both beside each other, and what happens when
//! one takes them from the other. The days that events tell are those of the reader with which the pipeline's are compared cell by cell (`attrition_signals`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    dead_code,
    reason = "a test may panic, and uses a part of the reader"
)]

#[path = "../../../tests/pipeline/attrition_signals/reader.rs"]
mod reader;
#[path = "../../../tests/pipeline/attrition_signals/usual.rs"]
mod usual;

use attrition::features::{DayFacts, Feature, features_of};
use attrition::hazard::PRIOR_MODEL;
use attrition::site::{DayLog, Site, SiteSettings, What};
use evaluation::facts;
use simulator::attrition::{Centre, EventPlan, World};

const AGENTS: u32 = 60;
const DAYS: u32 = 100;
/// Days that only teach what is usual.
const HISTORY_DAYS: usize = 40;
/// Of 62 of a full day.
const CALLS_A_DAY: u32 = 4;
/// Compared calls below which a day says nothing about pace.
const FEWEST_COMPARED: u32 = 5;

/// Both forms of one world, day by day, and where the same agents stand in them.
struct Both {
    own: Vec<Vec<DayFacts>>,
    told: Vec<Vec<DayFacts>>,
    /// Day, position in `own`, position in `told`.
    pairs: Vec<(usize, usize, usize)>,
}

impl Both {
    fn of_few_calls() -> Self {
        let world = World::named("loud", 8, AGENTS, DAYS).unwrap();
        let teams = world.agents.div_ceil(world.agents_per_team) as usize;
        let mut plan = EventPlan::new(world.clone()).unwrap();
        plan.calls_a_day = CALLS_A_DAY;
        let told = reader::facts(&plan, 0);
        let (mut centre, mut site) = (Centre::open(&world).unwrap(), facts::Site::default());
        let (mut own, mut pairs) = (Vec::new(), Vec::new());
        while let Some(day) = centre.next() {
            let (at, rows) = (day.day as usize, site.facts(&centre, &day, teams));
            for seat in &day.seats {
                let (person, name) = (facts::agent_id(seat.truth.person), plan.agent_name(seat.seen.agent));
                let position = |rows: &[DayFacts], agent: &str| rows.iter().position(|row| row.agent == agent && row.employed).unwrap();
                pairs.push((at, position(&rows, &person), position(&told[at], &name)));
            }
            own.push(rows);
        }
        Self { own, told, pairs }
    }

    /// The world's own days with something of those that are told.
    fn own_with(&self, put: fn(&mut DayFacts, &DayFacts)) -> Vec<Vec<DayFacts>> {
        let mut mixed = self.own.clone();
        self.pairs.iter().for_each(|(day, own, told)| put(&mut mixed[*day][*own], &self.told[*day][*told]));
        mixed
    }

    /// The reverse.
    fn told_with(&self, put: fn(&mut DayFacts, &DayFacts)) -> Vec<Vec<DayFacts>> {
        let mut mixed = self.told.clone();
        self.pairs.iter().for_each(|(day, own, told)| put(&mut mixed[*day][*told], &self.own[*day][*own]));
        mixed
    }
}

fn hide_pace(to: &mut DayFacts, of: &DayFacts) {
    if of.compared_calls < FEWEST_COMPARED {
        (to.compared_calls, to.acw_compared_calls) = (0, 0);
    }
}

fn put_utilisation(to: &mut DayFacts, of: &DayFacts) {
    (to.utilised_ms, to.paid_ms) = (of.utilised_ms, of.paid_ms);
}

/// Signals that the days after the history open.
fn opened(days: &[Vec<DayFacts>]) -> usize {
    let (settings, model) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let (mut site, mut opened) = (Site::default(), 0);
    for (at, facts) in days.iter().enumerate() {
        let log = DayLog { told: at < HISTORY_DAYS, ..DayLog::default() };
        let decisions = site.take(&settings, &model, facts[0].day, facts, &log).decisions;
        opened += decisions.iter().filter(|decision| at >= HISTORY_DAYS && matches!(decision.what, What::Opened)).count();
    }
    opened
}

/// What does not depend on the number of calls is the same in both. Pace is missing in one of them exactly where fewer than five calls can be compared. Utilisation is as
/// much lower as there are fewer calls: no day that is told is overloaded, a fifth of the world's own are.
#[test]
fn features_are_the_same_but_for_pace_and_load() {
    let both = Both::of_few_calls();
    let (mut hidden, mut compared, mut overloaded, mut loads) = (0, 0, [0, 0], [0.0, 0.0]);
    for (day, own, told) in both.pairs.iter().filter(|(day, ..)| *day >= HISTORY_DAYS) {
        let told_day = &both.told[*day][*told];
        let (own, told) = (features_of(&both.own[*day][*own]), features_of(told_day));
        // Whole seconds of lateness and pauses; minutes and shares. An exit is counted on the day itself or the day after: of 20 agents one is 0.05.
        for (feature, apart) in
            [(Feature::Absent, 0.0), (Feature::Tenure, 0.0), (Feature::Late, 0.01), (Feature::Pause, 0.001), (Feature::TeamExits, 0.051)]
        {
            match (own.get(feature), told.get(feature)) {
                (Some(own), Some(told)) => assert!((own - told).abs() <= apart, "{feature:?} of {}: {own}, {told}", told_day.agent),
                (own, told) => assert_eq!(own, told, "{feature:?} of {}", told_day.agent),
            }
        }
        let known = own.get(Feature::HandleTime).is_some() && told_day.compared_calls >= FEWEST_COMPARED;
        for feature in [Feature::HandleTime, Feature::Hold, Feature::AfterCallWork, Feature::Output] {
            assert_eq!(told.get(feature).is_some(), known, "{feature:?} of {}", told_day.agent);
        }
        if own.get(Feature::HandleTime).is_some() {
            hidden += usize::from(!known);
            compared += 1;
        }
        for (at, values) in [&own, &told].into_iter().enumerate() {
            overloaded[at] += usize::from(values.get(Feature::Overloaded) == Some(1.0));
            loads[at] += values.get(Feature::Utilisation).unwrap_or(0.0);
        }
    }
    assert!(compared > 2_000 && hidden * 2 > compared, "{hidden} of {compared} days have no pace");
    assert!(overloaded[0] * 10 > compared && overloaded[1] == 0, "{overloaded:?} of {compared}");
    assert!(loads[1] < loads[0] * f64::from(CALLS_A_DAY) / 62.0 * 1.1, "{loads:?}");
}

/// The missing signals are those of load, and hardly one is missing for want of pace: without the pace that few calls hide the world's own days have but for one as many signals as with it;
/// with the utilisation of few calls they have as few as are told; and what is told has more with the world's utilisation.
#[test]
fn fewer_signals_come_of_less_load_and_not_of_hidden_pace() {
    let both = Both::of_few_calls();
    let (own, told) = (opened(&both.own), opened(&both.told));
    assert!(told < own, "{told} are told, the world has {own}");
    let hidden = opened(&both.own_with(hide_pace));
    assert!(hidden > told && hidden.abs_diff(own) <= 1, "{hidden} without the pace, {own} with it, {told} are told");
    assert_eq!(opened(&both.own_with(put_utilisation)), told);
    assert!(opened(&both.told_with(put_utilisation)) > told);
}
