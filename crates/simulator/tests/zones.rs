//! The rules of zones against the database of zones, over the years that are simulated.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use simulator::Zone;

/// Every half hour from 2019 (no rule of ours has changed since) to 2030.
#[test]
fn rules_are_those_of_the_database() {
    for name in Zone::names() {
        let (ours, theirs) = (Zone::named(name).unwrap(), TimeZone::get(name).unwrap());
        for time_s in (1_546_300_800..1_893_456_000).step_by(1_800) {
            let time = Timestamp::from_second(time_s).unwrap();
            assert_eq!(ours.wall(time_s).unwrap(), theirs.to_datetime(time), "{name} at {time}");
        }
    }
}
