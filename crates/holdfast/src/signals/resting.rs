//! Between two turns of the scoring: until it is time, the process ends, or somebody switches early warnings off or on.

use crate::care::switch::{is_on, sites_off};
use crate::config::{Config, Origin};
use crate::stages::Process;
use runtime::clock::{Clock, SystemClock};
use runtime::health::Pulse;
use std::time::{Duration, Instant};

/// The configuration is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Waits until the next turn, until early warnings are switched off or on somewhere, or until the process ends.
pub(super) fn rest(process: &Process, pulse: &Pulse, origin: &Origin, config: &Config) {
    let until = Instant::now() + Duration::from_secs(config.attrition.score_every_s);
    let mut look_at = Instant::now() + LOOK_EVERY;
    while !process.stopping() && Instant::now() < until {
        pulse.turned(SystemClock.now_ms(), true);
        std::thread::park_timeout(Duration::from_millis(100));
        if Instant::now() >= look_at {
            look_at = Instant::now() + LOOK_EVERY;
            if crate::config::load(origin).is_ok_and(|now| switched(&now) != switched(config)) {
                return;
            }
        }
    }
}

/// Whether early warnings are on, and the sites where they are not.
fn switched(config: &Config) -> (bool, Vec<String>) {
    (is_on(config, None), sites_off(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of them is a switch; nothing else of the configuration is.
    #[test]
    fn what_is_switched_is_seen() {
        let of = |text: &str| switched(&toml::from_str::<Config>(text).expect("a configuration"));
        let off = [
            "[attrition]\nenabled = false",
            "[attrition.sites.north]\nenabled = false",
            "[attrition.sites.south]\nenabled = false",
            "[attrition.sites.north]\nenabled = false\n[attrition.sites.south]\nenabled = false",
        ];
        for (at, one) in off.iter().enumerate() {
            assert_ne!(of(one), of(""), "{one}");
            assert!(off.iter().skip(at + 1).all(|other| of(other) != of(one)), "{one}");
        }
        assert_eq!(of("[attrition]\nscore_every_s = 7\n[attrition.sites.north]\nsilent_share = 0.1"), of(""));
    }
}
