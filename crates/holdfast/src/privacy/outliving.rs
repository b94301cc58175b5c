//! Which weeks are counted, and kept without names, before who left is forgotten. Rows of leavers go sooner than those of the others: what is counted afterwards lacks them.

use ::attrition::quality::OUTCOME_DAYS;
use std::ops::RangeInclusive;

/// Days of a week. Weeks are numbered: the first day, since 1970, divided by this.
const WEEK_DAYS: i32 = 7;

/// What is known of a site before anything is deleted; days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekFacts {
    /// The day of the deletion.
    pub today: i32,
    /// Rows of leavers stay for so many days after leaving.
    pub keep_after_leaving_days: u32,
    /// Early warnings are on at the site: else nothing is worked out of it.
    pub is_on: bool,
    /// First day of which there are days of agents or scores.
    pub first_day: Option<i32>,
    /// Newest day that is formed.
    pub newest_day: Option<i32>,
    /// The last week that was counted for good, or given up.
    pub kept_week: Option<i32>,
    /// Day on which rows of leavers were last deleted, at any site, by a version that did not count.
    pub deleted_day: Option<i32>,
}

/// What is done before the deletion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outliving {
    /// Weeks that are complete now, will not be any more, and whose outcomes are known: they are counted for good.
    pub count: Option<RangeInclusive<i32>>,
    /// The last week that will not be complete any more: up to it nothing is counted later.
    pub mark: Option<i32>,
}

/// Which weeks outlive the names.
///
/// ```
/// use holdfast::privacy::outliving::{Outliving, WeekFacts, weeks_to_keep};
/// let facts = WeekFacts {
///     today: 790, keep_after_leaving_days: 90, is_on: true, first_day: Some(683), newest_day: Some(789), kept_week: None, deleted_day: None,
/// };
/// // Who left before day 700 goes: the weeks up to that of 693 to 699 lack somebody from then on.
/// assert_eq!(weeks_to_keep(&facts), Outliving { count: Some(97..=99), mark: Some(99) });
/// assert_eq!(weeks_to_keep(&WeekFacts { kept_week: Some(99), ..facts }), Outliving::default());
/// ```
#[must_use]
pub fn weeks_to_keep(facts: &WeekFacts) -> Outliving {
    let Some(first_day) = facts.first_day else { return Outliving::default() };
    let keep = i32::try_from(facts.keep_after_leaving_days).unwrap_or(i32::MAX);
    // Whoever left before this day goes.
    let first_complete = facts.today.saturating_sub(keep);
    let due = first_complete.saturating_sub(1).div_euclid(WEEK_DAYS);
    let matured = facts.newest_day.map(|day| (day - OUTCOME_DAYS - WEEK_DAYS + 1).div_euclid(WEEK_DAYS));
    let lacking = facts.deleted_day.map(|day| day.saturating_sub(keep));
    let first = match (facts.kept_week, lacking) {
        (Some(kept), _) => kept + 1,
        (None, Some(day)) => first_day.div_euclid(WEEK_DAYS).max(day.saturating_add(WEEK_DAYS - 1).div_euclid(WEEK_DAYS)),
        (None, None) => first_day.div_euclid(WEEK_DAYS),
    };
    let last = matured.filter(|_| facts.is_on).map(|matured| matured.min(due));
    Outliving {
        count: last.filter(|last| first <= *last).map(|last| first..=last),
        mark: facts.kept_week.is_none_or(|kept| kept < due).then_some(due).filter(|due| *due >= first_day.div_euclid(WEEK_DAYS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FACTS: WeekFacts = WeekFacts {
        today: 790,
        keep_after_leaving_days: 90,
        is_on: true,
        first_day: Some(600),
        newest_day: Some(789),
        kept_week: None,
        deleted_day: None,
    };

    #[test]
    fn a_week_is_counted_on_the_last_day_on_which_nobody_is_missing() {
        let last = |today| weeks_to_keep(&WeekFacts { today, ..FACTS }).count.map(|weeks| *weeks.end());
        // Of the week of 693 to 699 somebody who left on 693 goes on 784: 693 is more than 90 days before it.
        assert_eq!((last(783), last(784), last(790), last(791)), (Some(98), Some(99), Some(99), Some(100)));
    }

    #[test]
    fn what_is_not_known_yet_or_switched_off_is_given_up() {
        let of = |facts: WeekFacts| {
            let found = weeks_to_keep(&facts);
            (found.count, found.mark)
        };
        // The last day of week 99 is 699: 45 days after it is 744.
        assert_eq!(of(WeekFacts { newest_day: Some(744), ..FACTS }), (Some(85..=99), Some(99)));
        assert_eq!(of(WeekFacts { newest_day: Some(743), ..FACTS }), (Some(85..=98), Some(99)));
        assert_eq!(of(WeekFacts { newest_day: None, ..FACTS }), (None, Some(99)));
        assert_eq!(of(WeekFacts { is_on: false, ..FACTS }), (None, Some(99)));
        assert_eq!(of(WeekFacts { first_day: None, ..FACTS }), (None, None));
        assert_eq!(of(WeekFacts { first_day: Some(700), ..FACTS }), (None, None));
    }

    #[test]
    fn weeks_that_lack_somebody_already_are_not_counted() {
        // Deleted on day 750: those who left before 660, the third day of week 94; the first whole week after it is 95.
        assert_eq!(weeks_to_keep(&WeekFacts { deleted_day: Some(750), ..FACTS }).count, Some(95..=99));
        assert_eq!(weeks_to_keep(&WeekFacts { deleted_day: Some(748), ..FACTS }).count, Some(94..=99), "658 is the first day of week 94");
        assert_eq!(weeks_to_keep(&WeekFacts { deleted_day: Some(750), kept_week: Some(96), ..FACTS }).count, Some(97..=99));
        // A site that began later, in the middle of week 96, lacks nobody.
        assert_eq!(weeks_to_keep(&WeekFacts { deleted_day: Some(750), first_day: Some(675), ..FACTS }).count, Some(96..=99));
    }

    proptest! {
        /// Day after day, with breaks: no week is counted twice, none of which somebody is gone, and every one that could be is before somebody goes.
        #[test]
        fn every_week_is_counted_once_and_whole(keep in 60_u32..200, breaks in prop::collection::vec(1_i32..40, 1..40), late in 1_i32..8) {
            let (first_day, mut today, mut kept, mut deleted_before, mut counted) = (1_000, 1_000, None, i32::MIN, Vec::new());
            for days in breaks {
                today += days;
                let facts = WeekFacts { today, keep_after_leaving_days: keep, newest_day: Some(today - late), kept_week: kept, first_day: Some(first_day), ..FACTS };
                let found = weeks_to_keep(&facts);
                for week in found.count.into_iter().flatten() {
                    prop_assert!(week * 7 >= deleted_before, "week {week} lacks who left before {deleted_before}");
                    prop_assert!(week * 7 + 6 + 45 <= today - late, "not known yet");
                    counted.push(week);
                }
                kept = found.mark.or(kept);
                deleted_before = today - keep as i32;
            }
            let first = first_day / 7;
            let expected: Vec<i32> = (first..).take_while(|week| week * 7 < deleted_before).collect();
            prop_assert_eq!(counted, expected, "all weeks, in order, once");
        }
    }
}
