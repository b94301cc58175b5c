//! What can be set about the board.

use crate::{Error, Window, window};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Targets of a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Seconds within which a call should be answered; an edge of the wait histograms.
    pub threshold_s: i64,
    /// Abandons within so many seconds are short; an edge of the wait histograms.
    pub short_abandon_s: i64,
    /// Share of calls to be answered within the threshold, 0 to 1.
    pub service_level: f64,
}

impl Default for Target {
    /// 80 % in 20 s, abandons within 5 s are short.
    fn default() -> Self {
        Target { threshold_s: 20, short_abandon_s: 5, service_level: 0.8 }
    }
}

/// What can be set about the board.
#[derive(Clone, Debug)]
pub struct BoardSettings {
    /// Zone of the local day and of the times shown.
    pub zone: TimeZone,
    /// IANA name of the zone.
    pub zone_name: String,
    /// Hours of panes that are kept.
    pub keep_hours: i64,
    /// Targets by queue; others have the default.
    pub targets: BTreeMap<String, Target>,
    /// Target of queues that have none of their own.
    pub default_target: Target,
    /// Windows for which `/metrics` has gauges; each multiplies the number of series.
    pub metric_windows: Vec<Window>,
    /// The page and the JSON tell what each agent does, by id.
    pub list_agents: bool,
    /// So many teams have series of their own in `/metrics`; the others are shown together.
    pub teams_max: usize,
    /// The page warns if nothing was heard for so many seconds.
    pub stale_after_s: i64,
}

impl BoardSettings {
    /// The defaults in a zone.
    ///
    /// # Errors
    /// [`Error::Zone`].
    ///
    /// ```
    /// let settings = board::BoardSettings::in_zone("Europe/Berlin")?;
    /// assert_eq!(settings.target("sales").threshold_s, 20);
    /// # Ok::<(), board::Error>(())
    /// ```
    pub fn in_zone(name: &str) -> Result<Self, Error> {
        Ok(BoardSettings {
            zone: window::zone(name)?,
            zone_name: name.to_owned(),
            keep_hours: 26,
            targets: BTreeMap::new(),
            default_target: Target::default(),
            metric_windows: vec![Window::Minutes(15), Window::Minutes(60), Window::Today],
            list_agents: true,
            teams_max: 100,
            stale_after_s: 30,
        })
    }

    /// Checks what cannot be shown: limits must lie on edges of the wait histograms.
    ///
    /// # Errors
    /// [`Error::Request`] with the queue and the edges.
    pub fn check(&self) -> Result<(), Error> {
        let default = std::iter::once(("default", &self.default_target));
        for (queue, target) in default.chain(self.targets.iter().map(|(queue, target)| (queue.as_str(), target))) {
            for (name, seconds) in [("threshold_s", target.threshold_s), ("short_abandon_s", target.short_abandon_s)] {
                if !kpi::WAIT_EDGES_S.contains(&seconds) {
                    return Err(Error::Request(format!("queues.{queue}.{name} = {seconds}: use one of {:?}", kpi::WAIT_EDGES_S)));
                }
            }
        }
        Ok(())
    }

    /// Target of a queue.
    pub fn target(&self, queue: &str) -> Target {
        self.targets.get(queue).copied().unwrap_or(self.default_target)
    }
}
