//! Rows: one agent on one day, with what the model may see and what the oracles say.

use attrition::features::{Family, Feature, Input, TENURE_TERMS};
use simulator::attrition::Departure;

/// An agent on a day. Missing inputs are not numbers.
#[derive(Clone, Debug)]
pub struct Row {
    /// Day.
    pub day: u32,
    /// The agent, by a number that is never used twice.
    pub person: u32,
    /// Days since hiring.
    pub tenure_days: f64,
    /// For training.
    pub training: bool,
    /// For the test.
    pub testing: bool,
    /// Inputs in order of [`columns`].
    pub inputs: Box<[f64]>,
    /// Probability by the oracle that sees what we see; 0 in training rows.
    pub oracle_f: f64,
    /// Probability by the oracle that knows the stage; 0 in training rows.
    pub oracle_s: f64,
    /// Stage, 0 engaged to 3 decided: truth, for judging the reasons of alarms.
    pub stage: usize,
    /// Occupancy of the team, smoothed: truth, for the same.
    pub occupancy: f64,
    /// In the group of which the report of fairness asks.
    pub in_group: bool,
    /// Back from leave for at most 30 days.
    pub back_from_leave: bool,
}

impl Row {
    /// Whether it is one to judge by.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.testing
    }
}

/// All rows of a world, and who left.
#[derive(Clone, Debug)]
pub struct Collected {
    /// Rows in order of days, then seats.
    pub rows: Vec<Row>,
    /// When each person left; by number.
    pub departures: Vec<Option<Departure>>,
    /// Agent-days in the world.
    pub agent_days: u64,
}

impl Collected {
    /// Whether the agent of a row left within so many days after it.
    #[must_use]
    pub fn left_within(&self, person: u32, day: u32, days: u32) -> bool {
        self.departure(person).is_some_and(|departure| departure.day > day && departure.day <= day + days)
    }

    /// When a person left.
    #[must_use]
    pub fn departure(&self, person: u32) -> Option<&Departure> {
        self.departures.get(person as usize).and_then(Option::as_ref)
    }
}

/// The features of a world that are compared with peers and own past, in order of the simulator's channels, then quality.
pub(crate) const STANDARDISED: [Feature; 6] =
    [Feature::HandleTime, Feature::AfterCallWork, Feature::Pause, Feature::AdherenceGap, Feature::ShortCall, Feature::Quality];

/// The inputs that a world can give, in order. Months are not among them: less than a year of training cannot tell them from occupancy.
///
/// ```
/// assert!(evaluation::columns().iter().any(|input| input.to_string() == "aht.change"));
/// ```
#[must_use]
pub fn columns() -> Vec<Input> {
    let mut columns: Vec<Input> = (0..TENURE_TERMS).map(Input::Tenure).collect();
    columns.extend(
        [Feature::Utilisation, Feature::Overloaded, Feature::TeamExits].into_iter().flat_map(|of| [Input::Now(of), Input::Young(of)]),
    );
    columns.extend(STANDARDISED.into_iter().flat_map(|of| [Input::Change(of), Input::Slow(of)]));
    columns.extend([Feature::Absent, Feature::Late].into_iter().flat_map(|of| [Input::Rate(of), Input::RateChange(of)]));
    columns.extend([Family::Presence, Family::Pace, Family::Care].map(Input::Missing));
    columns.push(Input::Outlook);
    columns
}
