//! From an agent's days to the inputs of the model: one step per day, and what a day gives depends on nothing that comes after it.

use super::level::{Baseline, BaselineSettings, Pool, Standardised};
use super::rates::{PersonalRate, RateSettings};
use super::recent::{Recent, half_life_days};
use crate::features::{Family, Feature, FeatureValues, Input, Treatment, catalogue};
use crate::hazard::{InputValues, tenure_curve};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Half-lives of the two means of [`Input::Change`] and [`Input::Slow`], in worked days.
const RECENT_DAYS: f64 = 7.0;
const SLOW_DAYS: f64 = 21.0;
/// Before so many worked days an agent has no own usual, and no input that compares with it.
const OWN_USUAL_DAYS: u32 = 10;
/// Below so many worked days an agent is new.
const YOUNG_DAYS: u32 = 15;
/// A feature without a value for so many worked days is missing.
const STALE_DAYS: u32 = 20;

/// How a site's days become inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistorySettings {
    /// How baselines learn.
    pub baseline: BaselineSettings,
    /// What agents have in common; features that are not there have [`Pool::default`].
    pub pools: BTreeMap<Feature, Pool>,
}

impl HistorySettings {
    /// What agents have in common in a feature.
    #[must_use]
    pub fn pool(&self, feature: Feature) -> Pool {
        self.pools.get(&feature).copied().unwrap_or_default()
    }
}

/// One day of an agent. Standardised features are deviations from peers ([`super::against_peers`], [`super::against_followed`]); the others are as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerDay {
    /// Days since 1970-01-01 in the site's zone.
    pub day: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Days since hiring.
    pub tenure_days: f64,
    /// Whether anything was worked.
    pub worked: bool,
    /// Shifts a week by contract.
    pub shifts_per_week: f64,
    /// Values.
    pub values: FeatureValues,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Track {
    baseline: Baseline,
    recent: Recent,
    slow: Recent,
    days_without: u32,
}

/// What a day gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Inputs as of its end.
    pub inputs: InputValues,
    /// Of what was measured that day, how far it is from the own usual.
    pub standardised: BTreeMap<Feature, Standardised>,
    /// The first worked day after a long time without: charts begin anew. That a single measure was not taken for long is no such time: evaluations of once a month are usual.
    pub returned: bool,
    /// Among the first worked days after a long time without: no chart is observed, no signal raised.
    pub quiet: bool,
}

impl Seen {
    /// What counts: nothing of the first days back.
    #[must_use]
    pub fn told(&self, feature: Feature) -> Option<&Standardised> {
        self.standardised.get(&feature).filter(|_| !self.quiet)
    }
}

/// The state for one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentHistory {
    worked_days: u32,
    last_worked_day: Option<i32>,
    /// Worked days of the first ones back that are left, the latest included.
    quiet_left: u32,
    tracks: BTreeMap<String, Track>,
    rates: BTreeMap<String, PersonalRate>,
}

impl AgentHistory {
    /// Takes a day. Days that were neither worked nor a missed shift change nothing:
    /// leave of whatever kind cannot raise a score.
    pub fn observe(&mut self, settings: &HistorySettings, day: &PeerDay) -> Seen {
        let returned = day.worked && self.work(&settings.baseline, day.day);
        let mut standardised = BTreeMap::new();
        for spec in catalogue() {
            let value = day.values.get(spec.feature);
            match (spec.treatment, value) {
                (Treatment::Standardised, value) if day.worked => {
                    if let Some(seen) = self.standardise(settings, day, spec.feature, value) {
                        standardised.insert(spec.feature, seen);
                    }
                }
                (Treatment::Rate, Some(value)) => {
                    // Lateness is in minutes; an absence counts 1, or less in a wave of absences.
                    let (prior, hit) = match spec.feature {
                        Feature::Late | Feature::Early | Feature::LoginLate => (RateSettings::LATENESS, f64::from(u8::from(value > 0.0))),
                        _ => (RateSettings::ABSENCE, value.clamp(0.0, 1.0)),
                    };
                    self.rates.entry(spec.code.to_owned()).or_insert_with(|| PersonalRate::new(prior)).observe(hit);
                }
                _ => {}
            }
        }
        Seen { inputs: self.inputs(day), standardised, returned, quiet: self.is_quiet() }
    }

    /// A worked day; true after a long time without.
    fn work(&mut self, settings: &BaselineSettings, day: i32) -> bool {
        let returned = self.is_away(settings, day);
        self.worked_days = self.worked_days.saturating_add(1);
        self.last_worked_day = Some(day);
        self.quiet_left = self.quiet_left.saturating_sub(1);
        if returned {
            self.quiet_left = settings.quiet_days;
            self.tracks.values_mut().for_each(|track| track.baseline.returned(settings));
        }
        returned
    }

    fn standardise(&mut self, settings: &HistorySettings, day: &PeerDay, feature: Feature, value: Option<f64>) -> Option<Standardised> {
        let (pool, quiet) = (settings.pool(feature), self.is_quiet());
        let Some(value) = value else {
            if let Some(track) = self.tracks.get_mut(feature.code()) {
                track.days_without = track.days_without.saturating_add(1);
            }
            return None;
        };
        let track = self.tracks.entry(feature.code().to_owned()).or_default();
        let seen = track.baseline.observe(&settings.baseline, &pool, value);
        track.days_without = 0;
        // The first days back from a long leave are nobody's measure: they are learned and do not count.
        if !quiet {
            track.recent.observe(half_life_days(RECENT_DAYS, day.shifts_per_week), seen.z);
            track.slow.observe(half_life_days(SLOW_DAYS, day.shifts_per_week), seen.z);
        }
        Some(seen)
    }

    fn inputs(&self, day: &PeerDay) -> InputValues {
        let mut inputs = InputValues::new();
        let young = self.worked_days < YOUNG_DAYS;
        for spec in catalogue() {
            let feature = spec.feature;
            match spec.treatment {
                Treatment::Standardised if self.worked_days >= OWN_USUAL_DAYS => {
                    if let Some(track) = self.tracks.get(spec.code).filter(|track| track.days_without < STALE_DAYS) {
                        inputs.insert(Input::Change(feature), track.recent.value() - track.slow.value());
                        inputs.insert(Input::Slow(feature), track.slow.value());
                    }
                }
                Treatment::Rate => {
                    if let Some(rate) = self.rates.get(spec.code) {
                        inputs.insert(Input::Rate(feature), rate.log_long());
                        inputs.insert(Input::RateChange(feature), rate.change());
                    }
                }
                Treatment::Plain => {
                    if let Some(value) = day.values.get(feature) {
                        inputs.insert(Input::Now(feature), value);
                        if matches!(spec.family, Family::Load | Family::Surroundings) {
                            inputs.insert(Input::Young(feature), if young { value } else { 0.0 });
                        }
                    }
                }
                Treatment::Standardised | Treatment::Tenure => {}
            }
        }
        for (term, value) in (0..).zip(tenure_curve(day.tenure_days)) {
            inputs.insert(Input::Tenure(term), value);
        }
        for month in 1..=12 {
            inputs.insert(Input::Month(month), f64::from(u8::from(month == day.month)));
        }
        mark_missing(&mut inputs);
        inputs
    }

    /// A warning was opened or closed: while it is open no baseline learns.
    pub fn set_frozen(&mut self, frozen: bool) {
        for track in self.tracks.values_mut() {
            if frozen { track.baseline.freeze() } else { track.baseline.thaw() }
        }
    }

    /// Another team, queue mix or leader.
    pub fn moved(&mut self, settings: &HistorySettings) {
        for track in self.tracks.values_mut() {
            track.baseline.moved(&settings.baseline);
        }
    }

    /// Days worked so far.
    #[must_use]
    pub fn worked_days(&self) -> u32 {
        self.worked_days
    }

    /// The latest day that was worked.
    #[must_use]
    pub fn last_worked_day(&self) -> Option<i32> {
        self.last_worked_day
    }

    /// Whether nothing has been worked for so long that what was usual is doubtful.
    #[must_use]
    pub fn is_away(&self, settings: &BaselineSettings, day: i32) -> bool {
        self.last_worked_day.is_some_and(|last| day.saturating_sub(last) > settings.gap_days)
    }

    /// Whether the latest worked day is among the first ones after a long time without.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet_left > 0
    }

    /// The agent's own rate of a feature that is a share of shifts.
    #[must_use]
    pub fn rate(&self, feature: Feature) -> Option<f64> {
        self.rates.get(feature.code()).map(PersonalRate::long)
    }
}

/// Sets the indicators of families of which nothing is known.
fn mark_missing(inputs: &mut InputValues) {
    for input in Input::all() {
        if let Input::Missing(family) = input {
            let known = inputs.keys().any(|other| other.family() == family && !matches!(other, Input::Missing(_)));
            inputs.insert(input, f64::from(u8::from(!known)));
        }
    }
}
