//! The named rules of the source documents (mission rows 001·27 to 001·29, 004·15): efficiency falls, absences grow, attitude swings, load is too high.
//! They are shown as rules beside the model, because a leader can check them by hand.

use serde::{Deserialize, Serialize};

/// What the rules look at, for one agent as of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RuleFacts {
    /// A level chart of the pace family alarmed in the last 28 days.
    pub pace_alarm: bool,
    /// Mean standardised pace of the last 14 worked days, + = slower.
    pub pace_14: Option<f64>,
    /// The absence chart alarmed in the last 28 days.
    pub absence_alarm: bool,
    /// Absences not approved in advance, in the last 28 days.
    pub unapproved_absences: u32,
    /// How many of them the agent's own rate gives in as many shifts.
    pub usual_absences: f64,
    /// The swing chart alarmed in the last 28 days.
    pub swing_alarm: bool,
    /// Mean standardised quality of the last 14 worked days, + = worse.
    pub quality_14: Option<f64>,
    /// Of the last ten shifts, those with utilisation above 90 %.
    pub overloaded_shifts: u32,
}

/// What comes by chance to more than so many is no change.
const CHANCE: f64 = 0.1;

/// Probability of at least so many, where `mean` are usual (Poisson).
fn at_least(count: u32, mean: f64) -> f64 {
    let mut term = libm::exp(-mean);
    let mut below = 0.0;
    for at in 0..count {
        below += term;
        term *= mean / f64::from(at + 1);
    }
    1.0 - below
}

/// A named rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Slower than the agent's usual, lastingly.
    Efficiency,
    /// Absent more often than usual.
    Absence,
    /// Quality swings, or is far below usual.
    Attitude,
    /// Utilisation above 90 % on half the shifts: something for the organisation to change.
    Overload,
}

impl Rule {
    /// Every rule, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Efficiency, Self::Absence, Self::Attitude, Self::Overload];

    /// Whether the rule holds.
    ///
    /// ```
    /// use attrition::detectors::{Rule, RuleFacts};
    /// let facts = RuleFacts { unapproved_absences: 3, ..RuleFacts::default() };
    /// assert_eq!(Rule::ALL.into_iter().filter(|rule| rule.holds(&facts)).collect::<Vec<_>>(), [Rule::Absence]);
    /// ```
    #[must_use]
    pub fn holds(self, facts: &RuleFacts) -> bool {
        match self {
            Self::Efficiency => facts.pace_alarm && facts.pace_14.is_some_and(|z| z >= 1.0),
            Self::Absence => facts.absence_alarm || facts.unapproved_absences >= 3,
            Self::Attitude => facts.swing_alarm || facts.quality_14.is_some_and(|z| z >= 1.5),
            Self::Overload => facts.overloaded_shifts >= 5,
        }
    }

    /// Whether the rule holds and says that something changed, so that it may hurry a warning. Three absences are visible whoever is absent; of somebody who is usually
    /// absent twice as often as others they are no change. They are one where chance gives as many at the own rate to no more than one in ten.
    ///
    /// ```
    /// use attrition::detectors::{Rule, RuleFacts};
    /// // 20 shifts: at the usual rate of 1 in 21 three or more come in 7 of 100, at twice the rate in 30.
    /// let facts = |usual_absences| RuleFacts { unapproved_absences: 3, usual_absences, ..RuleFacts::default() };
    /// assert!(Rule::Absence.changed(&facts(20.0 / 21.0)) && !Rule::Absence.changed(&facts(40.0 / 21.0)));
    /// ```
    #[must_use]
    pub fn changed(self, facts: &RuleFacts) -> bool {
        let by_chance = || at_least(facts.unapproved_absences, facts.usual_absences);
        self.holds(facts) && (self != Self::Absence || facts.absence_alarm || by_chance() <= CHANCE)
    }

    /// Its name in events, tables and SQL.
    ///
    /// ```
    /// use attrition::detectors::Rule;
    /// assert!(Rule::ALL.into_iter().all(|rule| Rule::named(rule.name()) == Some(rule)));
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Efficiency => "efficiency",
            Self::Absence => "absence",
            Self::Attitude => "attitude",
            Self::Overload => "overload",
        }
    }

    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// It is something for the organisation to change, not the agent.
    #[must_use]
    pub const fn is_of_organisation(self) -> bool {
        matches!(self, Self::Overload)
    }
}
