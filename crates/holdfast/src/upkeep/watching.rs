//! The gauges of the upkeep, read once a day: whether a model's probabilities still mean what they say, and whether its inputs are still those that it knew.

use super::reading;
use crate::care::switch::is_on;
use crate::config::Config;
use crate::error::Error;
use attrition::upkeep::{LEAVERS_MIN, ToldScore, calibration};
use prometheus::{GaugeVec, Opts};
use std::collections::BTreeMap;
use warehouse::attrition::{Attrition, Site};

/// Days are formed once a day, and it takes the scores of a quarter, s.
const EVERY_S: i64 = 86_400;
/// And again after this where ClickHouse is away, s.
const AGAIN_S: i64 = 600;

/// What is shown of a site.
#[derive(Clone, Debug, Default, PartialEq)]
struct SiteState {
    /// Slope of the model in use; `None`: too few of those whom it scored have left.
    slope: Option<f64>,
    /// Drift beyond chance, by input.
    drifts: BTreeMap<String, f64>,
}

/// By tenant and site.
type States = BTreeMap<(String, String), SiteState>;

struct Gauges {
    slope: GaugeVec,
    drift: GaugeVec,
    shown: States,
}

impl Gauges {
    fn new(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let slope = Opts::new(
            "holdfast_attrition_calibration_slope",
            "Slope of who left on the log-odds that the model in use told, last 90 matured days: 1 is right; 0: the scores do not order leavers. Sites with 50 leavers and more.",
        );
        let drift = Opts::new(
            "holdfast_attrition_input_drift",
            "Population stability index of an input, last week against the quarter that the model knew; 0: no more than chance. Sites of eight agents and more.",
        );
        let gauges = Self {
            slope: GaugeVec::new(slope, &["tenant", "site"])?,
            drift: GaugeVec::new(drift, &["tenant", "site", "input"])?,
            shown: States::new(),
        };
        registry.register(Box::new(gauges.slope.clone()))?;
        registry.register(Box::new(gauges.drift.clone()))?;
        Ok(gauges)
    }

    /// Shows these and nothing else; a sample that stays is never gone in between.
    fn show(&mut self, states: States) -> Result<(), prometheus::Error> {
        let none = SiteState::default();
        for ((tenant, site), before) in &self.shown {
            let now = states.get(&(tenant.clone(), site.clone())).unwrap_or(&none);
            if before.slope.is_some() && now.slope.is_none() {
                self.slope.remove_label_values(&[tenant, site])?;
            }
            for input in before.drifts.keys().filter(|input| !now.drifts.contains_key(*input)) {
                self.drift.remove_label_values(&[tenant, site, input])?;
            }
        }
        for ((tenant, site), state) in &states {
            if let Some(slope) = state.slope {
                self.slope.get_metric_with_label_values(&[tenant, site])?.set(slope);
            }
            for (input, drift) in &state.drifts {
                self.drift.get_metric_with_label_values(&[tenant, site, input])?.set(*drift);
            }
        }
        self.shown = states;
        Ok(())
    }
}

/// The states of sites where early warnings are on.
fn shown(states: &States, config: &Config) -> States {
    states.iter().filter(|((_, site), _)| is_on(config, Some(site))).map(|(name, state)| (name.clone(), state.clone())).collect()
}

/// The slope that is shown of what a model told.
fn slope(told: &[ToldScore<'_>]) -> Option<f64> {
    let found = calibration(told).filter(|found| found.leavers >= LEAVERS_MIN)?;
    Some(found.line.map_or(0.0, |line| line.slope.value))
}

/// What is known, and when it is read again.
pub(crate) struct Upkeep {
    gauges: Gauges,
    states: States,
    next_us: i64,
}

impl Upkeep {
    /// Nothing is known yet.
    pub(crate) fn new(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        Ok(Self { gauges: Gauges::new(registry)?, states: States::new(), next_us: i64::MIN })
    }

    /// Reads when it is time to, then shows the sites where early warnings are on.
    pub(crate) fn turn(&mut self, config: &Config, runtime: &tokio::runtime::Runtime, now_us: i64) -> Result<(), prometheus::Error> {
        if !is_on(config, None) {
            (self.states, self.next_us) = (States::new(), i64::MIN);
        } else if now_us >= self.next_us {
            let pause_s = match read(config, runtime) {
                Ok(states) => {
                    self.states = states;
                    EVERY_S
                }
                Err(error) => {
                    tracing::warn!(%error, "whether models still hold could not be read; it is shown as before");
                    AGAIN_S
                }
            };
            self.next_us = now_us.saturating_add(pause_s * 1_000_000);
        }
        self.gauges.show(shown(&self.states, config))
    }
}

fn read(config: &Config, runtime: &tokio::runtime::Runtime) -> Result<States, Error> {
    let database = config.attrition.database(&config.clickhouse.database);
    let sites = runtime.block_on(Attrition::new(&crate::serving::server(config), &database).sites())?;
    let mut states = States::new();
    for site in sites.iter().filter(|site| is_on(config, Some(&site.site))) {
        if let Some(state) = state(config, site)? {
            states.insert((site.tenant.clone(), site.site.clone()), state);
        }
    }
    Ok(states)
}

/// Of the model in use; `None`: the site was never scored.
fn state(config: &Config, site: &Site) -> Result<Option<SiteState>, Error> {
    let Some(span) = reading::models(config, site)?.pop() else { return Ok(None) };
    let told = reading::told(config, site, span.newest_day)?.remove(&span.model).unwrap_or_default();
    let slope = slope(&told.iter().map(reading::Told::score).collect::<Vec<_>>());
    let drifts = match span.quarter() {
        Some(quarter) => reading::drifts(config, site, &quarter, span.newest_day)?,
        None => BTreeMap::new(),
    };
    Ok(Some(SiteState { slope, drifts: drifts.into_iter().map(|(input, drift)| (input, drift.beyond_chance())).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// North has a slope and two inputs, south one input and too few leavers.
    fn states() -> States {
        let state = |slope: Option<f64>, drifts: &[(&str, f64)]| SiteState {
            slope,
            drifts: drifts.iter().map(|(input, drift)| ((*input).to_owned(), *drift)).collect(),
        };
        let name = |site: &str| ("t".to_owned(), site.to_owned());
        States::from([(name("north"), state(Some(0.6), &[("aht", 0.3), ("util", 0.0)])), (name("south"), state(None, &[("aht", 0.1)]))])
    }

    #[test]
    fn the_gauges_follow_what_is_known_and_shown() {
        let registry = prometheus::Registry::new();
        let mut gauges = Gauges::new(&registry).unwrap();
        let mut lines = |states: States| {
            gauges.show(states).unwrap();
            let of = |metric: &prometheus::proto::Metric| {
                let labels: Vec<&str> = metric.get_label().iter().map(|label| label.value()).collect();
                format!("{} {}", labels.join(" "), metric.get_gauge().get_value())
            };
            let mut found: Vec<String> = registry.gather().iter().flat_map(|family| family.get_metric().iter().map(of)).collect();
            found.sort();
            found
        };
        let config = |text: &str| toml::from_str::<Config>(text).unwrap();
        let all = ["aht north t 0.3", "aht south t 0.1", "north t 0.6", "util north t 0"];
        assert_eq!(lines(shown(&states(), &config(""))), all);
        assert_eq!(lines(shown(&states(), &config("[attrition.sites.north]\nenabled = false"))), all[1..2]);
        assert_eq!(lines(shown(&states(), &config("[attrition]\nenabled = false"))), [""; 0]);
        // Leavers have become too few, and an input is known no longer.
        lines(states());
        let mut fewer = states();
        let north = fewer.get_mut(&("t".to_owned(), "north".to_owned())).unwrap();
        (north.slope, north.drifts) = (None, BTreeMap::from([("util".to_owned(), 0.4)]));
        assert_eq!(lines(fewer), ["aht south t 0.1", "util north t 0.4"]);
    }

    /// From fifty leavers on; scores that do not differ order nobody.
    #[test]
    fn a_slope_is_shown_from_fifty_leavers_on() {
        let names: Vec<String> = (0..200).map(|number| format!("agent {number}")).collect();
        let of = |leavers: usize, differ: bool| {
            let told = |number: usize| ToldScore {
                agent: &names[number],
                probability: if differ && number.is_multiple_of(2) { 0.3 } else { 0.2 },
                left: number < leavers,
            };
            slope(&(0..200).map(told).collect::<Vec<_>>())
        };
        assert_eq!([of(49, true), of(49, false), of(50, false)], [None, None, Some(0.0)]);
        assert!(of(50, true).is_some_and(|slope| slope.abs() < 1e-9), "both kinds leave alike");
    }
}
