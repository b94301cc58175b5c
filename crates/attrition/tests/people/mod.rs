//! Invented agents of one site for tests: everybody works five days of seven, some wear out from a day on.

use super::draw::Draw;
use attrition::features::{DayFacts, Feature, Input};
use attrition::hazard::{HazardModel, MODEL_FORMAT, Recalibration, Scaling, Term};

/// Day of the week 0 is a rest day of nobody in particular; each agent's rest days are shifted by the number.
pub(crate) const FIRST: i32 = 20_000;

/// What happens to whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    /// Agents.
    pub(crate) agents: u32,
    /// Agents per team.
    pub(crate) team_size: u32,
    /// From this day on these agents wear out.
    pub(crate) worn: Vec<(u32, i32)>,
    /// These are on leave from and up to before a day.
    pub(crate) leave: Vec<(u32, i32, i32)>,
    /// No noise at all: everybody is as everybody.
    pub(crate) still: bool,
    /// The site has no schedule: who wears out begins half an hour later, and so does whoever was on leave.
    pub(crate) unplanned: bool,
}

/// The id of an agent.
pub(crate) fn id(agent: u32) -> String {
    format!("a{agent:03}")
}

/// A day of everybody, in order of agents.
pub(crate) fn day(story: &Story, day: i32) -> Vec<DayFacts> {
    (0..story.agents).map(|agent| of(story, agent, day)).collect()
}

fn of(story: &Story, agent: u32, day: i32) -> DayFacts {
    let mut draw = Draw::new(u64::from(agent) * 100_000 + day as u64);
    let noise = |draw: &mut Draw| if story.still { 0.0 } else { draw.normal() };
    let on_leave = story.leave.iter().any(|(who, from, until)| *who == agent && (*from..*until).contains(&day));
    let worn = story.worn.iter().any(|(who, from)| *who == agent && day >= *from);
    let shift = (day + agent as i32) % 7 < 5 && !on_leave;
    let (acw, quality, unit) = (noise(&mut draw), noise(&mut draw), if story.still { 0.5 } else { draw.unit() });
    let later = worn || story.leave.iter().any(|(who, _, until)| *who == agent && day >= *until);
    let start_minute = 480.0 + 10.0 * noise(&mut draw) + if later { 30.0 } else { 0.0 };
    let absent = shift && unit < if worn { 0.25 } else { 0.04 };
    let worked = shift && !absent;
    let calls = if worked { 100 } else { 0 };
    let shifted = |z: f64, by: f64| (if worn { z + by } else { z }) * 0.2;
    let micro = |value: f64| (value * 1e6) as i64;
    DayFacts {
        tenant: "t".to_owned(),
        site: "s".to_owned(),
        agent: id(agent),
        day,
        team: Some(format!("team {}", agent / story.team_size)),
        leader: Some(format!("leader {}", agent / story.team_size)),
        group: Some("sales".to_owned()),
        tenure_days: Some(1_000),
        employed: true,
        on_leave,
        scheduled_shifts_28d: (!story.unplanned).then_some(20),
        source_complete: true,
        absent: (shift && !story.unplanned).then_some(absent),
        first_start_minute: worked.then_some(start_minute.clamp(0.0, 1_439.0) as u16),
        paid_ms: i64::from(worked) * 1_000_000,
        staffed_ms: i64::from(worked) * 1_000_000,
        utilised_ms: i64::from(worked) * 800_000,
        handled: calls,
        compared_calls: calls,
        acw_compared_calls: calls,
        acw_ms: i64::from(calls) * 60_000,
        ln_acw_residual_sum_micro: micro(shifted(acw, 3.0)) * i64::from(calls),
        evaluations: u32::from(worked),
        quality_z_sum_micro: if worked { -micro(shifted(quality, 3.0) * 5.0) } else { 0 },
        ..DayFacts::default()
    }
}

/// A model of four inputs, each of one standard deviation.
pub(crate) fn model() -> HazardModel {
    let term = |input, coefficient, mean| Term { input, coefficient, scaling: Scaling { mean, sd: 1.0 } };
    HazardModel {
        format: MODEL_FORMAT,
        id: "test".to_owned(),
        prior: true,
        horizon_days: 30,
        feature_schema: attrition::features::FEATURE_SCHEMA,
        intercept: -3.5,
        terms: vec![
            term(Input::Slow(Feature::AfterCallWork), 0.9, 0.0),
            term(Input::Change(Feature::AfterCallWork), 0.9, 0.0),
            term(Input::Slow(Feature::Quality), 0.5, 0.0),
            term(Input::Rate(Feature::Absent), 0.5, -2.7),
            term(Input::RateChange(Feature::LoginLate), 0.9, 0.0),
        ],
        recalibration: Recalibration::NONE,
    }
}
