//! A thread that follows the topic of signals and the reference data, keeps Alertmanager told, serves the counts of teams as gauges, and writes for a leader's own SQL which
//! sites' warnings are shown. It writes nothing to Kafka, so any number of it may run; Alertmanager takes the same alert from several as one.

#[cfg(test)]
mod tests;

use super::alerts::{Alert, alerts};
use super::display::{self, DisplayState};
use super::roster::Roster;
use super::sender::AlertSender;
use super::signal::{Signal, Signals};
use super::suspension::{Suspensions, suspensions};
use super::switch::is_on;
use super::team_counts::{TeamCount, TeamName, team_counts};
use crate::config::{Config, Origin};
use crate::error::Error;
use crate::privacy::promises::Promises;
use crate::reference::Held;
use crate::stages::{Process, Running};
use crate::topology;
use events::codec::decode;
use events::{Reference, SignalEvent};
use prometheus::{GaugeVec, IntCounter, IntGaugeVec, Opts};
use runtime::clock::{Clock, SystemClock};
use runtime::reader::TopicReader;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What became of warnings changes by the day: it is read at least so often, s.
const EVERY_S_MAX: u64 = 3_600;
/// And so soon again where it could not be read, s.
const AGAIN_S: u64 = 10;
const BY_TIER: &[&str] = &["tenant", "site", "team", "tier"];
const BY_SITE: &[&str] = &["tenant", "site"];
const BY_TEAM: &[&str] = &["tenant", "site", "team"];

/// What the thread knows: everything in the two topics.
#[derive(Default)]
struct Known {
    signals: Signals,
    reference: Held,
}

impl Known {
    fn take(&mut self, of_signals: bool, key: &[u8], value: Option<&[u8]>) {
        // What cannot be read is the loader's to tell of.
        match (of_signals, value) {
            (true, None) => self.signals.forget(key),
            (true, Some(value)) => _ = decode::<SignalEvent<'_>>(value).map(|event| self.signals.take(key, &event)),
            (false, None) => self.reference.forget(key),
            (false, Some(value)) => _ = decode::<Reference<'_>>(value).map(|message| self.reference.take(&message)),
        }
    }

    /// What fires, and what is counted, at sites where early warnings are on and good enough to be shown.
    fn told(&self, config: &Config, suspended: &Suspensions, now_us: i64) -> (Vec<Alert>, BTreeMap<TeamName, TeamCount>) {
        let entries = self.reference.entries();
        let (mut firing, mut counts) = (Vec::new(), BTreeMap::new());
        if !is_on(config, None) {
            return (firing, counts);
        }
        let shows = |tenant: &str, site: &str| is_on(config, Some(site)) && !suspended.holds(tenant, site);
        let signals: Vec<Signal> = self.signals.all().into_values().filter(|signal| shows(&signal.tenant, &signal.site)).collect();
        let tenants: BTreeSet<&str> =
            entries.keys().map(|key| key.tenant.as_str()).chain(signals.iter().map(|signal| signal.tenant.as_str())).collect();
        let today = jiff::Timestamp::from_microsecond(now_us).unwrap_or_default().to_string();
        let today = today.split('T').next().unwrap_or_default();
        for tenant in tenants {
            let roster = Roster::at(&entries, tenant, now_us, today);
            // An alert is of the team where the agent is now: that site must be shown too.
            let here = |signal: &Signal| {
                roster.place(&signal.agent).and_then(|place| place.site.as_deref()).is_none_or(|site| shows(tenant, site))
            };
            let of_tenant = || signals.iter().filter(|signal| signal.tenant == tenant && here(signal));
            firing.extend(alerts(of_tenant(), &roster, &config.care.link));
            // Of a site that is not shown not even that nobody waits.
            counts.extend(team_counts(tenant, of_tenant(), &roster).into_iter().filter(|(team, _)| shows(tenant, &team.site)));
        }
        (firing, counts)
    }
}

/// The gauges. No agent is in a label, and no team of fewer than eight.
struct Gauges {
    waiting: IntGaugeVec,
    oldest: GaugeVec,
    sent: IntCounter,
    failed: IntCounter,
    suspended: IntGaugeVec,
    shown: BTreeSet<TeamName>,
}

impl Gauges {
    fn new(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let waiting = Opts::new("holdfast_attrition_signals_waiting", "Early warnings that wait for a leader, in teams of eight and more.");
        let oldest = Opts::new(
            "holdfast_attrition_oldest_waiting_opened_timestamp_seconds",
            "Opening of the one that has waited longest, in teams of eight and more; no sample: none waits.",
        );
        let gauges = Self {
            waiting: IntGaugeVec::new(waiting, BY_TIER)?,
            oldest: GaugeVec::new(oldest, BY_TEAM)?,
            sent: IntCounter::new("holdfast_attrition_alerts_sent_total", "Alerts that Alertmanager has taken, ends of alerts too.")?,
            failed: IntCounter::new("holdfast_attrition_alerts_failed_total", "Times that alerts could not be sent to Alertmanager.")?,
            suspended: IntGaugeVec::new(
                Opts::new(
                    "holdfast_attrition_display_suspended",
                    "1: the early warnings of the site are not shown, because they came true too seldom or their probabilities were wrong; scoring goes on.",
                ),
                BY_SITE,
            )?,
            shown: BTreeSet::new(),
        };
        registry.register(Box::new(gauges.waiting.clone()))?;
        registry.register(Box::new(gauges.oldest.clone()))?;
        registry.register(Box::new(gauges.sent.clone()))?;
        registry.register(Box::new(gauges.failed.clone()))?;
        registry.register(Box::new(gauges.suspended.clone()))?;
        Ok(gauges)
    }

    fn show(&mut self, counts: &BTreeMap<TeamName, TeamCount>) -> Result<(), prometheus::Error> {
        for gone in self.shown.iter().filter(|team| !counts.contains_key(*team)) {
            for tier in ["concern", "urgent"] {
                self.waiting.remove_label_values(&[&gone.tenant, &gone.site, &gone.team, tier])?;
            }
        }
        for (team, count) in counts {
            let TeamName { tenant, site, team } = team;
            self.waiting.get_metric_with_label_values(&[tenant, site, team, "concern"])?.set(count.concern);
            self.waiting.get_metric_with_label_values(&[tenant, site, team, "urgent"])?.set(count.urgent);
        }
        // None waits: there is no such moment.
        self.oldest.reset();
        for (team, oldest_us) in counts.iter().filter_map(|(team, count)| Some((team, count.oldest_us?))) {
            self.oldest.get_metric_with_label_values(&[&team.tenant, &team.site, &team.team])?.set(oldest_us as f64 / 1e6);
        }
        self.shown = counts.keys().cloned().collect();
        Ok(())
    }

    fn show_suspended(&self, suspended: &Suspensions) -> Result<(), prometheus::Error> {
        self.suspended.reset();
        for (tenant, site, why) in suspended.sites() {
            self.suspended.get_metric_with_label_values(&[tenant, site])?.set(i64::from(!why.is_empty()));
        }
        Ok(())
    }
}

/// What fires now, as it would be sent to Alertmanager.
///
/// # Errors
/// If Kafka or ClickHouse cannot be reached or a topic is missing.
pub fn firing(config: &Config) -> Result<serde_json::Value, Error> {
    let suspended = crate::commands::asynchronous()?.block_on(suspensions(config))?;
    let known = Known { signals: super::topic::read(&config.kafka)?, reference: crate::reference::read(&config.kafka)? };
    let now_us = SystemClock.now_ms().saturating_mul(1_000);
    Ok(super::alerts::body(&known.told(config, &suspended, now_us).0, &[], now_us, now_us))
}

/// Starts the thread.
///
/// # Errors
/// If a topic is missing, or `care.alertmanager` is no address.
pub fn watch(origin: Origin, process: &Process) -> Result<Vec<Running>, Error> {
    let config = crate::config::load(&origin)?;
    let sender = match config.care.alertmanager.as_str() {
        "" => None,
        url => Some(
            AlertSender::new(url, config.care.interval_s).map_err(|wrong| Error::configuration(format!("care.alertmanager: {wrong}")))?,
        ),
    };
    let wrong = |error: prometheus::Error| Error::new("HF-R002", error.to_string());
    let gauges = Gauges::new(&process.registry).map_err(wrong)?;
    let promises = Promises::new(&process.registry).map_err(wrong)?;
    let signals = config.kafka.name(topology::ATTRITION_SIGNALS);
    let reader = TopicReader::new(&config.kafka, &[signals.clone(), config.kafka.name(topology::REFERENCE)])?;
    let name = "care".to_owned();
    let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
    let quality = Quality { runtime: crate::commands::asynchronous()?, suspended: None, next_us: i64::MIN };
    let display = Display::default();
    let mut watcher =
        Watcher { origin, config, known: Known::default(), reader, signals, sender, gauges, promises, quality, display, caught_up: false };
    let process = process.clone();
    let body = move || {
        let mut work = || -> Result<(), Error> {
            while !process.stopping() {
                let caught_up = watcher.turn(SystemClock.now_ms().saturating_mul(1_000))?;
                pulse.turned(SystemClock.now_ms(), caught_up);
            }
            Ok(())
        };
        let ended = work();
        if let Err(error) = &ended {
            tracing::error!(%error, "the watch over signals stopped");
        }
        process.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        ended
    };
    let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
    Ok(vec![Running { name, thread, idle: Arc::default() }])
}

struct Watcher {
    /// Read anew every turn: early warnings that are switched off are told of no longer, at once.
    origin: Origin,
    config: Config,
    known: Known,
    reader: TopicReader,
    /// Full name of the topic of signals.
    signals: String,
    sender: Option<AlertSender>,
    gauges: Gauges,
    promises: Promises,
    quality: Quality,
    display: Display,
    caught_up: bool,
}

/// Which sites' warnings are not good enough to be shown.
struct Quality {
    runtime: tokio::runtime::Runtime,
    /// None: not known yet, and nothing is told.
    suspended: Option<Suspensions>,
    next_us: i64,
}

impl Quality {
    /// Reads it as often as days are scored, and soon again where ClickHouse is away; what was known holds until then.
    fn turn(&mut self, config: &Config, now_us: i64) -> Option<&Suspensions> {
        if now_us >= self.next_us {
            let pause_s = match self.runtime.block_on(suspensions(config)) {
                Ok(suspended) => {
                    self.suspended = Some(suspended);
                    config.attrition.score_every_s.min(EVERY_S_MAX)
                }
                Err(error) => {
                    tracing::warn!(%error, "what became of early warnings could not be read; alerts are as before");
                    AGAIN_S
                }
            };
            self.next_us = now_us.saturating_add(pause_s as i64 * 1_000_000);
        }
        self.suspended.as_ref()
    }
}

/// What was last written of which sites are shown.
#[derive(Default)]
struct Display {
    written: Vec<DisplayState>,
    next_us: i64,
}

impl Display {
    /// Writes it when it has changed, and often enough to be believed; soon again where ClickHouse is away.
    fn turn(&mut self, config: &Config, quality: &Quality, now_us: i64) {
        let Some(suspended) = &quality.suspended else { return };
        let states = display::display_states(config, suspended);
        let failed_of_late = self.written.is_empty() && now_us < self.next_us;
        if failed_of_late || now_us < self.next_us && states == self.written {
            return;
        }
        let pause_s = match quality.runtime.block_on(display::write(&super::switch::server(config), &states)) {
            Ok(()) => {
                self.written = states;
                display::EVERY_S
            }
            Err(error) => {
                tracing::warn!(%error, "which sites' early warnings are shown could not be written; views of leaders show nothing before long");
                self.written.clear();
                AGAIN_S
            }
        };
        self.next_us = now_us.saturating_add(pause_s as i64 * 1_000_000);
    }
}

impl Watcher {
    /// Reads, then tells. Nothing is told before everything has been read once: half a history would open what has long ended.
    fn turn(&mut self, now_us: i64) -> Result<bool, Error> {
        let (known, signals) = (&mut self.known, &self.signals);
        let read =
            self.reader.read(Duration::from_millis(500), 10_000, &mut |topic, key, value| known.take(topic == signals, key, value))?;
        self.caught_up |= read.caught_up;
        if !self.caught_up {
            return Ok(false);
        }
        if let Ok(config) = crate::config::load(&self.origin) {
            self.config = config;
        }
        if self.quality.turn(&self.config, now_us).is_some() {
            self.display.turn(&self.config, &self.quality, now_us);
        }
        let wrong = |error: prometheus::Error| Error::new("HF-R002", error.to_string());
        if self.promises.is_due(now_us) {
            let (signals, entries) = (self.known.signals.all(), self.known.reference.entries());
            self.promises.turn(&self.config, &signals, &entries, &self.quality.runtime, now_us).map_err(wrong)?;
        }
        let Some(suspended) = &self.quality.suspended else { return Ok(true) };
        self.gauges.show_suspended(suspended).map_err(wrong)?;
        let (firing, counts) = self.known.told(&self.config, suspended, now_us);
        self.gauges.show(&counts).map_err(wrong)?;
        match self.sender.as_mut().map(|sender| sender.turn(&firing, now_us)) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(taken))) => self.gauges.sent.inc_by(taken as u64),
            Some(Err(error)) => {
                self.gauges.failed.inc();
                tracing::warn!(error, "alerts of early warnings could not be sent to Alertmanager; they are sent again");
            }
        }
        Ok(true)
    }
}
