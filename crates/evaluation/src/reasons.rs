//! Whether what a warning gives as its reason is true: its family is one in which the agent's hidden stage really changes what the agent does.
//!
//! *Behaviours* are presence, pace, care and pattern, which is all of them together over time. A behaviour is truly shifted if the world's signs make at least one of
//! what it is measured by worse in the agent's stage than while engaged, by however little. What else moves it (level, drift, shocks, bending work to a target) does
//! not count: it is no sign of leaving. Load is counted apart, against the true occupancy of the team. Surroundings, career, pulse and calendar are no behaviour
//! and have no truth in a world: alarms that name them first have a share and no rate.

use crate::alerts::flagged;
use crate::rows::{Collected, Row, STANDARDISED, columns};
use crate::settings::Settings;
use attrition::features::{Family, Feature};
use attrition::hazard::{HazardModel, InputValues};
use attrition::reasons::{Explanation, explain};
use attrition::site::{Member, Segments};
use serde::Serialize;
use simulator::attrition::{CHANNELS, STAGES, Signs, World};
use std::collections::BTreeMap;

/// Which of the reasons of an alarm is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// The first one, where it is a behaviour.
    First,
    /// The first of presence, pace and care, wherever it stands: a pattern does not say what to talk about.
    Measure,
    /// The first one, where it is load.
    Load,
}

impl Named {
    /// All.
    pub const ALL: [Self; 3] = [Self::First, Self::Measure, Self::Load];

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first reason, a behaviour",
            Self::Measure => "first of presence, pace and care",
            Self::Load => "first reason, load",
        }
    }

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Measure => "measure",
            Self::Load => "load",
        }
    }

    /// The families that it may name.
    #[must_use]
    pub fn families(self) -> &'static [Family] {
        match self {
            Self::First => &[Family::Presence, Family::Pace, Family::Care, Family::Pattern],
            Self::Measure => &[Family::Presence, Family::Pace, Family::Care],
            Self::Load => &[Family::Load],
        }
    }

    /// What an alarm names, if it does.
    #[must_use]
    pub fn of(self, reasons: &Explanation) -> Option<Family> {
        let mut raising = reasons.raising.iter().map(|reason| reason.family);
        let named = |family: &Family| self.families().contains(family);
        match self {
            Self::First | Self::Load => raising.next().filter(named),
            Self::Measure => raising.find(named),
        }
    }
}

/// How often what is named is true.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonQuality {
    /// Which of the reasons.
    pub named: Named,
    /// Of alarms after which the agent left in time, or of all.
    pub right_only: bool,
    /// Alarms.
    pub alarms: u64,
    /// Share of them that name such a family.
    pub share: Option<f64>,
    /// The same of each of the families that it may name.
    pub families: Vec<(Family, Option<f64>)>,
    /// Share of those that name one, of which the family is truly shifted.
    pub hit: Option<f64>,
    /// The same if a family were drawn for the same alarms, from those that may be named and are in the model.
    pub random_family: Option<f64>,
    /// The same if the agent were drawn too, from the same days.
    pub random_agent: Option<f64>,
}

/// Whether a family is truly shifted for an agent in a stage, under a team's true occupancy (smoothed, 0…1); none for a family that has no truth in a world. Load is
/// shifted where occupancy lies above the one at which the world's chances of wearing out hold: agents wear out faster for it.
///
/// ```
/// use attrition::features::Family;
/// use evaluation::truly_shifted;
/// use simulator::attrition::World;
/// let mut world = World::default();
/// let shifted = |world: &World, stage| truly_shifted(world, Family::Care, stage, 0.8);
/// assert_eq!((shifted(&world, 0), shifted(&world, 3)), (Some(false), Some(true)));
/// // Without signs in short calls and quality, nothing of care says that somebody is about to leave.
/// world.signs.channel_shifts[4] = [0.0; 4];
/// (world.signs.quality_shift, world.signs.quality_spread) = ([0.0; 4], [1.0; 4]);
/// assert_eq!(shifted(&world, 3), Some(false));
/// assert_eq!(truly_shifted(&world, Family::Career, 3, 0.8), None);
/// ```
#[must_use]
pub fn truly_shifted(world: &World, family: Family, stage: usize, occupancy: f64) -> Option<bool> {
    match family {
        Family::Presence | Family::Pace | Family::Care => {
            Some(measures(&world.signs).any(|(of, sign)| of == family && worse(&sign, stage)))
        }
        Family::Pattern => Some(measures(&world.signs).any(|(_, sign)| worse(&sign, stage))),
        Family::Load => Some(occupancy > world.moves.occupancy),
        Family::Surroundings | Family::Career | Family::Pulse | Family::Calendar => None,
    }
}

/// What a stage changes, by the family that it is measured in; + is worse.
fn measures(signs: &Signs) -> impl Iterator<Item = (Family, [f64; STAGES])> {
    let family = |feature: Feature| feature.spec().family;
    let channels = STANDARDISED.into_iter().take(CHANNELS).map(family).zip(signs.channel_shifts);
    let quality = [signs.quality_shift.map(|shift| -shift), signs.quality_spread].map(|sign| (family(Feature::Quality), sign));
    let shifts = [(family(Feature::Absent), signs.absence_factor), (family(Feature::Late), signs.lateness_factor)];
    channels.chain(quality).chain(shifts)
}

fn worse(sign: &[f64; STAGES], stage: usize) -> bool {
    sign.get(stage).is_some_and(|here| *here > sign[0])
}

/// Judges the reasons of the alarms at a budget. `scores` belong to the test rows, in order, and say who is alarmed about.
#[must_use]
pub fn reason_quality(
    world: &World,
    collected: &Collected,
    settings: &Settings,
    model: &HazardModel,
    scores: &[f64],
    budget: f64,
) -> Vec<ReasonQuality> {
    let tests: Vec<&Row> = collected.rows.iter().filter(|row| row.is_test()).collect();
    let alarms = flagged(&tests, settings, scores, budget);
    let reasons: Vec<(&Row, Explanation)> = explained(&tests, model, &alarms);
    let right = |row: &Row| collected.left_within(row.person, row.day, settings.hit_days);
    let judge = Judge { world, tests: &tests, model };
    let both = |named: Named| {
        [false, true].map(|right_only| {
            let judged: Vec<&(&Row, Explanation)> = reasons.iter().filter(|(row, _)| !right_only || right(row)).collect();
            judge.quality(named, right_only, &judged)
        })
    };
    Named::ALL.into_iter().flat_map(both).collect()
}

/// The reasons of some of the test rows, as the product gives them: against the segment of the day.
fn explained<'a>(tests: &[&'a Row], model: &HazardModel, chosen: &[usize]) -> Vec<(&'a Row, Explanation)> {
    let columns = columns();
    let inputs = |row: &Row| -> InputValues {
        columns.iter().copied().zip(row.inputs.iter().copied()).filter(|(_, value)| value.is_finite()).collect()
    };
    let mut by_day: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for at in chosen {
        by_day.entry(tests[*at].day).or_default().push(*at);
    }
    let of_day = |(day, alarms): (u32, Vec<usize>)| {
        let all: Vec<(i32, InputValues)> =
            tests.iter().filter(|row| row.day == day).map(|row| (row.tenure_days as i32, inputs(row))).collect();
        let members: Vec<Member<'_>> =
            all.iter().map(|(tenure_days, inputs)| Member { group: None, tenure_days: Some(*tenure_days), inputs }).collect();
        let segments = Segments::of(model, &members);
        let reasons = |at: usize| {
            let usual = segments.usual(None, Some(tests[at].tenure_days as i32));
            (tests[at], explain(&model.score(&inputs(tests[at]), usual)))
        };
        alarms.into_iter().map(reasons).collect::<Vec<_>>()
    };
    by_day.into_iter().flat_map(of_day).collect()
}

struct Judge<'a> {
    world: &'a World,
    tests: &'a [&'a Row],
    model: &'a HazardModel,
}

impl Judge<'_> {
    fn quality(&self, named: Named, right_only: bool, alarms: &[&(&Row, Explanation)]) -> ReasonQuality {
        let naming: Vec<(&Row, Family)> = alarms.iter().filter_map(|(row, reasons)| Some((*row, named.of(reasons)?))).collect();
        let names =
            |family: Family| (family, mean(alarms.iter().map(|(_, reasons)| f64::from(u8::from(named.of(reasons) == Some(family))))));
        // Load is one family: there is nothing to draw from.
        let random_family = (named != Named::Load).then(|| mean(naming.iter().map(|(row, _)| self.share_shifted(named, row)))).flatten();
        ReasonQuality {
            named,
            right_only,
            alarms: alarms.len() as u64,
            share: mean(alarms.iter().map(|(_, reasons)| f64::from(u8::from(named.of(reasons).is_some())))),
            families: named.families().iter().copied().map(names).collect(),
            hit: mean(naming.iter().map(|(row, family)| self.shifted(*family, row))),
            random_family,
            random_agent: if naming.is_empty() { None } else { mean(self.tests.iter().map(|row| self.share_shifted(named, row))) },
        }
    }

    fn shifted(&self, family: Family, row: &Row) -> f64 {
        f64::from(u8::from(truly_shifted(self.world, family, row.stage, row.occupancy) == Some(true)))
    }

    /// Of the families that may be named, the share that is truly shifted.
    fn share_shifted(&self, named: Named, row: &Row) -> f64 {
        let present = |family: &&Family| self.model.terms.iter().any(|term| term.input.family() == **family);
        mean(named.families().iter().filter(present).map(|family| self.shifted(*family, row))).unwrap_or(0.0)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    (n > 0.0).then(|| sum / n)
}
