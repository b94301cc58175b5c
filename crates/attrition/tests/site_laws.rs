//! Laws of the fold over a site.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod draw;
mod people;

use attrition::site::{DayLog, Site, SiteDayResult, SiteSettings, bytes};
use people::{FIRST, Story, day, model};
use proptest::prelude::*;

const DAYS: i32 = 70;

fn stories() -> impl Strategy<Value = Story> {
    let worn = prop::collection::vec((0..24_u32, FIRST + 30..FIRST + DAYS), 0..4);
    let leave = prop::collection::vec((0..24_u32, FIRST..FIRST + 40, FIRST + 40..FIRST + DAYS), 0..3);
    let story = |(worn, leave, unplanned)| Story { agents: 24, team_size: 12, worn, leave, still: false, unplanned };
    (worn, leave, any::<bool>()).prop_map(story)
}

fn take(site: &mut Site, story: &Story, at: i32, order: u64) -> SiteDayResult {
    let mut facts = day(story, at);
    let mut draw = draw::Draw::new(order);
    for place in (1..facts.len()).rev().filter(|_| order > 0) {
        facts.swap(place, (draw.unit() * (place + 1) as f64) as usize);
    }
    site.take(&SiteSettings::default(), &model(), at, &facts, &DayLog::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn order_stops_and_empty_days_change_nothing(story in stories(), order in 1..1_000_u64, stop in 0..DAYS) {
        let (mut plain, mut other) = (Site::default(), Site::default());
        for at in FIRST..FIRST + DAYS {
            let expected = take(&mut plain, &story, at, 0);
            if at == FIRST + stop {
                // Stored, read by another process, which is then given a day of which nothing was measured.
                other = bytes::read(&bytes::write(&other).unwrap()).unwrap();
            }
            prop_assert_eq!(take(&mut other, &story, at, order), expected, "day {}", at - FIRST);
            let empty = other.take(&SiteSettings::default(), &model(), at, &[], &DayLog::default());
            prop_assert!(empty.scores.is_empty() && empty.decisions.is_empty());
        }
        prop_assert!(plain == other);
    }
}
