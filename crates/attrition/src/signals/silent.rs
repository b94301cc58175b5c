//! Signals that are kept silent: a share of them, drawn at random, is recorded and told to nobody, so that it can be counted what telling changes. Whether one is, is drawn when it
//! opens and never again: from its id, which nobody chooses.

use super::identity::hash128;
use super::tiers::Tier;

/// The highest share that may be kept silent. Whoever is not told of cannot be talked with: more than this buys numbers with people.
pub const SILENT_SHARE_MAX: f64 = 0.2;
/// Sets these draws apart from any other that is made from an id. Another seed is another draw of signals that open from then on.
const SEED: &[u8] = b"signals that are kept silent, 1\x1f";

/// What was drawn when a signal opened.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Draw {
    /// It is kept silent: recorded, and told to nobody unless it becomes urgent.
    pub silent: bool,
    /// The share with which it was drawn, 0 to 1; `None`: it was not drawn.
    pub share: Option<f64>,
}

/// Draws whether a signal that opens is kept silent, at this share of 0 to [`SILENT_SHARE_MAX`]. Urgent ones are not drawn, they are always told; nor is any at a share of 0, so
/// that only signals that could have been either are compared.
///
/// ```
/// use attrition::signals::{Draw, Tier, draw, signal_id};
/// let id = signal_id("acme", "17", 20_000);
/// assert_eq!(draw(&id, Tier::Concern, 0.1), draw(&id, Tier::Concern, 0.1), "the same whenever it is asked");
/// assert_eq!(draw(&id, Tier::Urgent, 0.1), Draw { silent: false, share: None });
/// assert_eq!(draw(&id, Tier::Concern, 0.0), Draw { silent: false, share: None });
/// ```
#[must_use]
pub fn draw(signal_id: &str, tier: Tier, share: f64) -> Draw {
    if tier >= Tier::Urgent || share.is_nan() || share <= 0.0 {
        return Draw::default();
    }
    let share = share.min(SILENT_SHARE_MAX);
    Draw { silent: position(signal_id) < share, share: Some(share) }
}

/// Where a signal lies between 0 and 1: below the share is silent, so a higher share keeps those silent that a lower one does, and some more.
fn position(signal_id: &str) -> f64 {
    let hash = hash128(SEED.iter().copied().chain(signal_id.bytes()));
    // FNV's bits are uneven where texts differ in their last bytes alone: mixed as in SplitMix64 (Steele, Lea, Flood 2014).
    let mut mixed = (hash >> 64) as u64 ^ hash as u64;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // The upper 53 bits are a fraction without rounding.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::wilson;
    use crate::signals::signal_id;
    use proptest::prelude::*;

    /// Values that must not change: a signal that is told again after a restart must be what it was.
    #[test]
    fn positions_are_the_same_in_every_version() {
        let of = |agent: &str, day| position(&signal_id("acme", agent, day));
        let found = [of("17", 20_000), of("17", 20_001), of("18", 20_000)].map(|position| (position * 1e6) as u32);
        assert_eq!(found, [25_096, 963_083, 784_620], "worked out in Python");
    }

    /// Day 20 000 of agent 17 lies at 0.025: silent at a higher share than that. No share is above the highest, which is what is written down.
    #[test]
    fn it_is_silent_below_the_share_it_was_drawn_at() {
        let drawn = |share| draw(&signal_id("acme", "17", 20_000), Tier::Concern, share);
        assert_eq!((drawn(0.026), drawn(0.025)), (Draw { silent: true, share: Some(0.026) }, Draw { silent: false, share: Some(0.025) }));
        assert_eq!([0.19, 0.2, 0.21, 1.0].map(|share| drawn(share).share), [0.19, 0.2, 0.2, 0.2].map(Some));
    }

    #[test]
    fn what_is_no_share_keeps_none_silent_and_no_share_is_above_the_highest() {
        for share in [0.0, -0.1, f64::NAN, f64::NEG_INFINITY] {
            assert!((0..500).all(|day| draw(&signal_id("acme", "17", day), Tier::Concern, share) == Draw::default()), "{share}");
        }
        let silent = (0..10_000).filter(|day| draw(&signal_id("acme", "17", *day), Tier::Concern, 1.0).silent).count();
        assert!((1_800..2_200).contains(&silent), "{silent} of 10,000 at the highest share of 0.2");
    }

    proptest! {
        /// Over 4,000 ids of any tenant, by agents or by days, the share is that which was asked for: within an interval that misses one in a thousand million.
        #[test]
        fn the_share_of_silent_ones_is_the_share(tenant in "[a-z]{0,12}", first in 0..30_000_i32, share in 0.01..SILENT_SHARE_MAX, by_day in any::<bool>()) {
            let id = |number: i32| if by_day { signal_id(&tenant, "17", first + number) } else { signal_id(&tenant, &number.to_string(), first) };
            let silent = (0..4_000).filter(|number| draw(&id(*number), Tier::Concern, share).silent).count();
            let interval = wilson(silent as u64, 4_000, 1.0 - 1e-9).unwrap();
            prop_assert!(interval.low <= share && share <= interval.high, "{} of 4,000 at {}", silent, share);
        }

        /// A higher share keeps those silent that a lower one does, and some more; no urgent one at any.
        #[test]
        fn raising_the_share_only_adds(id in "[0-9a-f]{32}", lower in 0.0..SILENT_SHARE_MAX, more in 0.0..0.1) {
            let (one, other) = (draw(&id, Tier::Concern, lower), draw(&id, Tier::Concern, lower + more));
            prop_assert!(!one.silent || other.silent);
            prop_assert!(!draw(&id, Tier::Urgent, lower + more).silent);
            prop_assert_eq!(one, draw(&id, Tier::Concern, lower));
        }
    }
}
