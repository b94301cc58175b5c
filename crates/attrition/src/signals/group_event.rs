//! What moves a group as a whole: when it is told, and when it is over. Facts of a day to a decision, and nothing else: once at its beginning, once at its end,
//! however it flickers in between ([decision 0021](../../../../docs/decisions/0021-what-is-taken-off-persons-is-told-of-the-group.md)).

use serde::{Deserialize, Serialize};

/// Nothing is said of fewer agents.
pub const FEWEST_IN_EVENT: u32 = 8;
/// A measure counts as moved from so many day-to-day standard deviations of an agent on, and of what the group's own days differ.
const LEAST_MOVED: f64 = 0.75;
const LEAST_SURE_SD: f64 = 2.25;
/// Of so many measures that moved on one day it is several: one alone may be a new form or a new target.
const SEVERAL: usize = 3;
/// It lasts while its measures are on average at least this share of what they moved at its beginning.
const LASTING_SHARE: f64 = 0.5;
/// Absences of a site, as a multiple of what is usual: from here on an event, and until below here.
const ABSENCE_BEGINS: f64 = 1.75;
const ABSENCE_LASTS: f64 = 1.25;
/// Share of a group whose charts alarmed within three days until below which it lasts; it begins above [`super::SITE_EVENT_SHARE`].
const ALARMS_LAST: f64 = 0.15;
/// It is over after so many days in a row on which nothing of it was seen.
const OVER_AFTER_DAYS: u32 = 2;
/// What lasts longer is the new usual.
const USUAL_AFTER_DAYS: i32 = 28;
/// Of a group that is not seen for longer nothing more can be said.
const UNSEEN_DAYS: i32 = 7;

/// What is seen of an event on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Strong enough to begin.
    Begins,
    /// Too weak to begin, and strong enough to last.
    Lasts,
    /// Nothing of it.
    Nothing,
}

/// How far a measure of a group lies from what is usual of it, to the worse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// In day-to-day standard deviations of an agent.
    pub by: f64,
    /// In standard deviations of what the group's own days differ.
    pub sds: f64,
}

impl Distance {
    /// Whether the measure has moved.
    ///
    /// ```
    /// use attrition::signals::Distance;
    /// assert!(Distance { by: 0.75, sds: 2.25 }.is_moved());
    /// assert!(!Distance { by: 0.7, sds: 5.0 }.is_moved() && !Distance { by: 3.0, sds: 2.2 }.is_moved());
    /// ```
    #[must_use]
    pub fn is_moved(self) -> bool {
        self.by >= LEAST_MOVED && self.sds >= LEAST_SURE_SD
    }
}

/// How strong a movement is. `today` are all measures of the group; `begun` are those with which the event that lives began: how far then, how far now (none where
/// it was not measured).
///
/// ```
/// use attrition::signals::{Distance, Strength, strength_of_measures};
/// let far = Distance { by: 1.5, sds: 4.0 };
/// assert_eq!(strength_of_measures(&[far; 3], &[]), Strength::Begins);
/// assert_eq!(strength_of_measures(&[far; 2], &[]), Strength::Nothing);
/// assert_eq!(strength_of_measures(&[], &[(1.5, Some(0.8)), (1.0, Some(0.6)), (2.0, None)]), Strength::Lasts);
/// assert_eq!(strength_of_measures(&[], &[(1.5, Some(0.2)), (1.0, Some(0.6))]), Strength::Nothing);
/// ```
#[must_use]
pub fn strength_of_measures(today: &[Distance], begun: &[(f64, Option<f64>)]) -> Strength {
    let seen: Vec<(f64, f64)> = begun.iter().filter_map(|(then, now)| Some((*then, (*now)?))).collect();
    let (then, now) = seen.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if today.iter().filter(|distance| distance.is_moved()).count() >= SEVERAL {
        Strength::Begins
    } else if then > 0.0 && now >= LASTING_SHARE * then {
        Strength::Lasts
    } else {
        Strength::Nothing
    }
}

/// How strong it is that everybody is absent so many times as often as usual.
///
/// ```
/// use attrition::signals::{Strength, strength_of_absence};
/// assert_eq!([1.2, 1.25, 1.75].map(strength_of_absence), [Strength::Nothing, Strength::Lasts, Strength::Begins]);
/// ```
#[must_use]
pub fn strength_of_absence(times: f64) -> Strength {
    strength(times >= ABSENCE_BEGINS, times >= ABSENCE_LASTS)
}

/// How strong it is that this share of a group alarmed within three days.
///
/// ```
/// use attrition::signals::{Strength, strength_of_alarms};
/// assert_eq!([0.1, 0.15, 0.3, 0.31].map(strength_of_alarms), [Strength::Nothing, Strength::Lasts, Strength::Lasts, Strength::Begins]);
/// ```
#[must_use]
pub fn strength_of_alarms(share: f64) -> Strength {
    strength(share > super::SITE_EVENT_SHARE, share >= ALARMS_LAST)
}

fn strength(begins: bool, lasts: bool) -> Strength {
    match (begins, lasts) {
        (true, _) => Strength::Begins,
        (false, true) => Strength::Lasts,
        (false, false) => Strength::Nothing,
    }
}

/// How an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ending {
    /// It is as it was before.
    Over,
    /// It has lasted for four weeks: what was an event is the new usual.
    Usual,
    /// The group was not seen for more than a week.
    Unseen,
}

/// An event that lives, as far as its end needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Living {
    /// Its first day, days since 1970-01-01.
    pub began_day: i32,
    /// The latest day on which it was seen.
    pub held_day: i32,
    /// The latest day on which the group was seen.
    pub seen_day: i32,
    /// Days in a row on which the group was seen and nothing of the event.
    pub quiet_days: u32,
}

impl Living {
    /// One that begins.
    #[must_use]
    pub const fn from(day: i32) -> Self {
        Self { began_day: day, held_day: day, seen_day: day, quiet_days: 0 }
    }
}

/// What is known of a group on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupFacts {
    /// Days since 1970-01-01.
    pub day: i32,
    /// What is seen; none: fewer than [`FEWEST_IN_EVENT`] agents were.
    pub seen: Option<Strength>,
    /// An event that explains it lives already: of a wider group, or of another kind.
    pub covered: bool,
}

/// What becomes of a group's event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupDecision {
    /// Nothing lives and nothing begins.
    Quiet,
    /// It is told that an event began.
    Begin(Living),
    /// It lives on, and nothing is told.
    Last(Living),
    /// It is told that it ended.
    End(Living, Ending),
}

/// Decides about the event of a group.
///
/// ```
/// use attrition::signals::{Ending, GroupDecision, GroupFacts, Living, Strength, decide_group};
/// let facts = |day, strength| GroupFacts { day, seen: Some(strength), covered: false };
/// let GroupDecision::Begin(begun) = decide_group(None, &facts(10, Strength::Begins)) else { panic!() };
/// // Neither a weaker day nor one quiet day ends it, and nothing is told again.
/// let GroupDecision::Last(weaker) = decide_group(Some(begun), &facts(11, Strength::Lasts)) else { panic!() };
/// let GroupDecision::Last(quiet) = decide_group(Some(weaker), &facts(12, Strength::Nothing)) else { panic!() };
/// assert_eq!(decide_group(Some(quiet), &facts(13, Strength::Begins)), GroupDecision::Last(Living { held_day: 13, seen_day: 13, ..begun }));
/// assert!(matches!(decide_group(Some(quiet), &facts(13, Strength::Nothing)), GroupDecision::End(ended, Ending::Over) if ended.held_day == 11));
/// ```
#[must_use]
pub fn decide_group(living: Option<Living>, facts: &GroupFacts) -> GroupDecision {
    let GroupFacts { day, seen, covered } = *facts;
    match (living, seen) {
        (None, Some(Strength::Begins)) if !covered => GroupDecision::Begin(Living::from(day)),
        (None, _) => GroupDecision::Quiet,
        (Some(living), None) if day.saturating_sub(living.seen_day) > UNSEEN_DAYS => GroupDecision::End(living, Ending::Unseen),
        (Some(living), None) => GroupDecision::Last(living),
        (Some(living), Some(Strength::Nothing)) => {
            let living = Living { seen_day: day, quiet_days: living.quiet_days + 1, ..living };
            if living.quiet_days >= OVER_AFTER_DAYS { GroupDecision::End(living, Ending::Over) } else { GroupDecision::Last(living) }
        }
        (Some(living), Some(Strength::Lasts | Strength::Begins)) => {
            let living = Living { held_day: day, seen_day: day, quiet_days: 0, ..living };
            let long = day.saturating_sub(living.began_day) >= USUAL_AFTER_DAYS;
            if long { GroupDecision::End(living, Ending::Usual) } else { GroupDecision::Last(living) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRENGTHS: [Option<Strength>; 4] = [None, Some(Strength::Nothing), Some(Strength::Lasts), Some(Strength::Begins)];

    /// Every fact there is: one that lives or none, its age, quiet days, days unseen, what is seen, whether it is covered.
    #[test]
    fn every_decision() {
        let day = 100;
        for (began_day, quiet_days, seen_day) in [0, 27, 28, 29]
            .into_iter()
            .flat_map(|age| [(0, 1), (1, 1), (0, 7), (0, 8)].map(|(quiet, unseen)| (day - age, quiet, day - unseen)))
        {
            let living = Living { began_day, held_day: began_day, seen_day, quiet_days };
            for (seen, covered) in STRENGTHS.into_iter().flat_map(|seen| [false, true].map(|covered| (seen, covered))) {
                let held = Living { held_day: day, seen_day: day, quiet_days: 0, ..living };
                let quiet = Living { seen_day: day, quiet_days: quiet_days + 1, ..living };
                let expected = match seen {
                    None if day - seen_day > 7 => GroupDecision::End(living, Ending::Unseen),
                    None => GroupDecision::Last(living),
                    Some(Strength::Nothing) if quiet_days == 1 => GroupDecision::End(quiet, Ending::Over),
                    Some(Strength::Nothing) => GroupDecision::Last(quiet),
                    Some(_) if day - began_day >= 28 => GroupDecision::End(held, Ending::Usual),
                    Some(_) => GroupDecision::Last(held),
                };
                assert_eq!(decide_group(Some(living), &GroupFacts { day, seen, covered }), expected, "{living:?} {seen:?}");
                let begins = seen == Some(Strength::Begins) && !covered;
                let fresh = if begins { GroupDecision::Begin(Living::from(day)) } else { GroupDecision::Quiet };
                assert_eq!(decide_group(None, &GroupFacts { day, seen, covered }), fresh);
            }
        }
    }

    /// Two measures that moved are not several, whatever the third does; what once began lasts at half of it, and a measure that is not there says nothing.
    #[test]
    fn how_far_is_several() {
        let (far, near, unsure) = (Distance { by: 0.75, sds: 2.25 }, Distance { by: 0.74, sds: 9.0 }, Distance { by: 9.0, sds: 2.2 });
        for third in [near, unsure, Distance { by: -9.0, sds: -9.0 }] {
            assert_eq!(strength_of_measures(&[far, far, third], &[]), Strength::Nothing, "{third:?}");
        }
        assert_eq!(strength_of_measures(&[near, far, unsure, far, far], &[]), Strength::Begins);
        assert_eq!(strength_of_measures(&[], &[(2.0, Some(1.0)), (9.0, None)]), Strength::Lasts);
        assert_eq!(strength_of_measures(&[], &[(2.0, Some(0.99))]), Strength::Nothing);
        assert_eq!(strength_of_measures(&[], &[(2.0, None)]), Strength::Nothing);
    }

    /// Every border, and the number next to it.
    #[test]
    fn how_many_are_absent_or_alarmed() {
        use Strength::{Begins, Lasts, Nothing};
        let times = [1.25_f64.next_down(), 1.25, 1.75_f64.next_down(), 1.75];
        assert_eq!(times.map(strength_of_absence), [Nothing, Lasts, Lasts, Begins]);
        let shares = [0.15_f64.next_down(), 0.15, 0.3, 0.3_f64.next_up()];
        assert_eq!(shares.map(strength_of_alarms), [Nothing, Lasts, Lasts, Begins]);
    }
}
