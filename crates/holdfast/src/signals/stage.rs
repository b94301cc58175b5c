//! The loop: forms days, folds each site from its earliest kept day, tells what is new.

use super::calendar::closes_us;
use super::history::{Basis, History, SiteHistory};
use super::log::{ToldDay, Writer};
use super::metrics::{Latest, Metrics, known};
use super::resting::rest;
use super::telling::{self, Place};
use super::unreadable::{SaidOf, flood, is_flood};
use super::{log, telling::hexadecimal};
use crate::care::{Suspensions, suspensions};
use crate::config::{Config, Origin};
use crate::error::Error;
use crate::stages::{Process, Running};
use crate::topology;
use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::site::{SiteDayResult, SiteSettings};
use jiff::tz::TimeZone;
use prometheus::Registry;
use runtime::clock::{Clock, SystemClock};
use runtime::settings::KafkaSettings;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use warehouse::attrition::{Attrition, Site, Watch};
use warehouse::signals::{formed_days, write_scores};

/// Name under which the stage writes: a second one takes the right away from the first.
const WRITER: &str = "attrition-signals";
/// Days that are read at once.
const DAYS_AT_ONCE: usize = 14;
/// Days back in which changed facts are looked for: signals rest on no older ones.
const LOOK_BACK_DAYS: u16 = 90;
/// Days that are told late. Of what was missed for longer, a site that was switched off or a process that stood still, nobody can act on the signals.
const CATCH_UP_DAYS: i32 = 14;
/// All days that are looked back at are looked at so often, and otherwise those that something inserted can matter to.
const LOOK_AT_ALL_EVERY: Duration = Duration::from_secs(3_600);
const INSERT_LIMIT: Duration = Duration::from_secs(60);

/// A site as it was folded so far.
#[derive(Default)]
struct Held {
    state: attrition::site::Site,
    /// The latest day that was folded.
    through: Option<i32>,
    /// Versions of the folded days.
    versions: BTreeMap<i32, u64>,
    /// What was known of the log.
    history: SiteHistory,
    /// Agents scored on the latest day.
    scored: usize,
    /// Of them: those of whom something is known, by family.
    known: Vec<(String, usize)>,
}

/// See the module.
pub struct Stage {
    kafka: KafkaSettings,
    attrition: Attrition,
    runtime: tokio::runtime::Runtime,
    writer: Writer,
    progress: BTreeMap<(String, String), i32>,
    model: HazardModel,
    settings: SiteSettings,
    basis: Basis,
    held: BTreeMap<(String, String), Held>,
    /// What is known of the facts of each site's days.
    watches: BTreeMap<(String, String), Watch>,
    /// First day that is told of a site of which nothing was told yet; without it the latest.
    since_day: Option<i32>,
    /// Days are decided as they were at their time, although the log holds what people did later.
    at_their_time: bool,
    metrics: Metrics,
    /// Sites whose warnings are not good enough to be shown; none: not known yet, and nothing is counted of warnings.
    suspended: Option<Suspensions>,
    /// What was said of records of the two logs that cannot be read.
    said_of: [SaidOf; 2],
}

impl Stage {
    /// Takes the right to write signals, then reads how far they are told.
    ///
    /// # Errors
    /// HF-C001 if the early warning is switched off or the model cannot be used; what Kafka says.
    pub fn new(config: &Config, registry: &Registry, since_day: Option<i32>) -> Result<Self, Error> {
        let attrition = crate::serving::attrition(config)
            .ok_or_else(|| Error::configuration("attrition.enabled = false: the early warning is switched off, nothing is scored"))?;
        let model = model(config)?;
        let settings = SiteSettings::default();
        let basis = Basis {
            model_id: model.id.clone(),
            config_hash: hexadecimal(settings.hash()),
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            calibrated: !model.prior,
        };
        let writer = Writer::new(&config.kafka, WRITER)?;
        let progress = log::progress(&config.kafka)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let metrics = Metrics::new(registry).map_err(|error| Error::new("HF-R002", error.to_string()))?;
        let (kafka, held, watches) = (config.kafka.clone(), BTreeMap::new(), BTreeMap::new());
        Ok(Stage {
            kafka,
            attrition,
            runtime,
            writer,
            progress,
            model,
            settings,
            basis,
            held,
            watches,
            since_day,
            at_their_time: false,
            metrics,
            suspended: None,
            said_of: Default::default(),
        })
    }

    /// The same for a replay: a day is decided as it was when nobody had acted on its signals yet.
    #[must_use]
    pub fn at_their_time(self) -> Self {
        Stage { at_their_time: true, ..self }
    }

    /// Scores every site that is not switched off, up to its latest closed day, unless a stage is far behind: then nothing is. Returns the number of days
    /// that were told.
    ///
    /// # Errors
    /// HF-W… if ClickHouse does not answer: the next turn goes on where this one ended. HF-R001 or HF-K001 from the log.
    pub fn turn(&mut self, config: &Config) -> Result<usize, Error> {
        let off = |site: &Site| !config.attrition.scores(&site.site);
        let (off, sites): (Vec<Site>, Vec<Site>) = self.runtime.block_on(self.attrition.sites())?.into_iter().partition(off);
        for site in off {
            self.held.remove(&(site.tenant.clone(), site.site.clone()));
            self.metrics.hide(&site.tenant, &site.site);
        }
        if self.waits(config)? {
            return Ok(0);
        }
        for site in &sites {
            self.form(site)?;
        }
        let formed = self.runtime.block_on(formed_days(self.attrition.server()))?;
        let history = self.read()?;
        let mut told = 0;
        for site in &sites {
            let key = (site.tenant.clone(), site.site.clone());
            let Some(versions) = formed.get(&key) else { continue };
            let zone = zone(site)?;
            let past = history.days(&site.tenant, &site.site, &zone);
            let held = self.held.remove(&key).filter(|held| still_holds(held, versions, &past));
            // Only what was folded from these very days and this very log goes on; anything else begins anew.
            let mut held = held.unwrap_or_default();
            held.history = past;
            let silent_share = config.attrition.silent_share(&site.site);
            told += self.fold(site, &zone, versions, &mut held, silent_share)?;
            self.held.insert(key, held);
        }
        self.judge(config, &sites, told > 0)?;
        Ok(told)
    }

    /// Reads again, where another day may have changed it, at which sites warnings are good enough to be shown; a site that is not has no count of them.
    fn judge(&mut self, config: &Config, sites: &[Site], told: bool) -> Result<(), Error> {
        if self.at_their_time {
            // A replay shows nobody anything.
            return Ok(());
        }
        if told || self.suspended.is_none() {
            self.suspended = Some(self.runtime.block_on(suspensions(config))?);
        }
        for site in sites {
            if let Some(held) = self.held.get(&(site.tenant.clone(), site.site.clone())) {
                self.show(site, held);
            }
        }
        Ok(())
    }

    /// Shows a site after the latest day that was folded.
    fn show(&self, site: &Site, held: &Held) {
        let Some(day) = held.through else { return };
        let shown = self.suspended.as_ref().is_some_and(|suspended| !suspended.holds(&site.tenant, &site.site));
        let told_of = shown.then(|| held.history.told_of(held.state.living()));
        self.metrics.show(
            &site.tenant,
            &site.site,
            &Latest { day, scored: held.scored, known: &held.known, told_of, moved: &held.state.group_events() },
        );
    }

    /// Whether a stage is too far behind for any day to be told.
    fn waits(&self, config: &Config) -> Result<bool, Error> {
        let limit = config.attrition.wait_above_records;
        let behind = crate::behind::too_far(&crate::behind::stages(config)?, limit);
        if let Some((stage, records)) = behind {
            tracing::warn!(stage, records, limit, "no day is told before the stage has caught up (attrition.wait_above_records)");
        }
        self.metrics.waits(behind.is_some());
        Ok(behind.is_some())
    }

    /// The log, without what cannot be read of it.
    fn read(&mut self) -> Result<History, Error> {
        let (mut history, mut events, mut notices) = (History::default(), 0, 0);
        let of_signals = log::read(&self.kafka, &mut |event| {
            events += 1;
            history.take(event, &self.basis);
        })?;
        let of_notices = log::notices(&self.kafka, &mut |notice| {
            notices += 1;
            history.notice(notice);
        })?;
        self.metrics.cannot_read(of_signals.len() + of_notices.len());
        let [said_of_signals, said_of_notices] = &mut self.said_of;
        for (topic, unreadable, readable, said_of) in [
            (topology::ATTRITION_SIGNALS, of_signals, events, said_of_signals),
            (topology::ATTRITION_NOTICES, of_notices, notices, said_of_notices),
        ] {
            if is_flood(unreadable.len(), readable) {
                return Err(flood(&self.kafka, topic, unreadable.len(), readable));
            }
            said_of.warn(&self.kafka, topic, &unreadable);
        }
        Ok(history)
    }

    fn form(&mut self, site: &Site) -> Result<(), Error> {
        let Stage { attrition, runtime, watches, .. } = self;
        let watch = watches.entry((site.tenant.clone(), site.site.clone())).or_insert_with(|| Watch::new(LOOK_AT_ALL_EVERY));
        runtime.block_on(async {
            let Some(closed) = attrition.closed_days(site).await? else { return Ok(()) };
            let stale = watch.stale_days(attrition, site, &closed, LOOK_BACK_DAYS).await?;
            if !stale.is_empty() {
                attrition.form_agent_days(site, &stale, closed.as_of_us).await?;
            }
            Ok(())
        })
    }

    fn fold(
        &mut self,
        site: &Site,
        zone: &TimeZone,
        versions: &BTreeMap<i32, u64>,
        held: &mut Held,
        silent_share: f64,
    ) -> Result<usize, Error> {
        let Some(last) = versions.keys().next_back().copied() else { return Ok(0) };
        let key = (site.tenant.clone(), site.site.clone());
        let told_until = self.progress.get(&key).copied().max(held.history.last_decided_day());
        let told_until = match self.since_day {
            Some(since_day) => told_until.unwrap_or_else(|| since_day.saturating_sub(1)),
            None => told_until.map_or_else(|| last.saturating_sub(1), |told| told.max(last.saturating_sub(CATCH_UP_DAYS))),
        };
        let folded = held.through;
        let mut days: BTreeSet<i32> = versions.keys().copied().collect();
        // Days of which no row is kept any more, but on which something happened to a signal.
        days.extend(held.history.busy_days());
        let days: Vec<i32> = days.into_iter().filter(|day| *day <= last && folded.is_none_or(|through| *day > through)).collect();
        let mut told = 0;
        for days in days.chunks(DAYS_AT_ONCE) {
            let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
            let rows = self.runtime.block_on(self.attrition.agent_days(site, *first, *last))?;
            let mut by_day: BTreeMap<i32, Vec<DayFacts>> = BTreeMap::new();
            for facts in rows {
                by_day.entry(facts.day).or_default().push(facts);
            }
            for day in days {
                let facts = by_day.remove(day).unwrap_or_default();
                let mut log = held.history.of(*day, *day <= told_until);
                if self.at_their_time {
                    log.acted_later.clear();
                }
                let result = held.state.take(&self.settings, &self.model, *day, &facts, &log);
                if !log.told {
                    self.tell(site, zone, &result, held, silent_share)?;
                    told += 1;
                }
                held.through = Some(*day);
                held.scored = result.scores.len();
                held.known = known(&result.scores);
                held.versions.extend(versions.get(day).map(|version| (*day, *version)));
                self.show(site, held);
            }
        }
        Ok(told)
    }

    /// Scores first, then events and progress in one transaction: killed in between, the day is scored again and the rows replace themselves.
    fn tell(&mut self, site: &Site, zone: &TimeZone, result: &SiteDayResult, held: &mut Held, silent_share: f64) -> Result<(), Error> {
        let day = result.day;
        let place = Place { tenant: &site.tenant, site: &site.site, day, closed_us: closes_us(day, zone), silent_share };
        let rows: Vec<_> = result.scores.iter().map(|score| telling::row(&place, score, &self.basis)).collect();
        if !rows.is_empty() {
            self.runtime.block_on(write_scores(self.attrition.server(), &rows, INSERT_LIMIT))?;
        }
        let texts: Vec<_> = result.decisions.iter().map(|decision| telling::texts(&place, decision)).collect();
        let events: Vec<_> =
            result.decisions.iter().zip(&texts).map(|(decision, texts)| telling::event(&place, decision, texts, &self.basis)).collect();
        let ids: Vec<String> = result.notices.iter().map(|notice| telling::id_of_notice(&place, notice)).collect();
        let notices: Vec<_> =
            result.notices.iter().zip(&ids).map(|(notice, id)| telling::group_notice(&place, notice, id, &self.basis)).collect();
        self.writer.tell(&ToldDay { events: &events, notices: &notices, until: Some((&site.tenant, &site.site, day)) })?;
        events.iter().for_each(|event| self.metrics.wrote(event.kind.name()));
        for event in events.iter().filter(|event| event.silent) {
            held.history.keep_silent(event.agent, event.day);
        }
        for notice in &notices {
            let (site, kind, group_kind, group, cause) = (notice.site, notice.kind.name(), notice.group_kind, notice.group, notice.cause);
            tracing::info!(site, kind, group_kind, group, cause, agents = notice.agents, day, "a group moved as a whole");
            self.metrics.noticed(kind, cause);
        }
        self.progress.insert((site.tenant.clone(), site.site.clone()), day);
        held.history.tell(day, result.decisions.iter().map(telling::told).collect(), result.notices.clone());
        Ok(())
    }
}

/// Starts the loop. Where another process takes the right to write away, this one ends if it does nothing else (`alone`); otherwise its other stages go on.
/// The configuration is read anew before every turn and every second between two, so that a site that is switched off is off at once, and on again as soon.
///
/// # Errors
/// As [`Stage::new`].
pub fn start(origin: Origin, process: &Process, since_day: Option<i32>, alone: bool) -> Result<Vec<Running>, Error> {
    let config = crate::config::load(&origin)?;
    let mut stage = Stage::new(&config, &process.registry, since_day)?;
    let name = format!("signals-{}", config.kafka.instance);
    let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
    let (process, idle) = (process.clone(), Arc::new(AtomicBool::new(true)));
    let body = move || {
        let mut work = || -> Result<(), Error> {
            while !process.stopping() {
                let config = crate::config::load(&origin)?;
                // A first turn folds a year of days; the loop lives, its table does not.
                pulse.turned(i64::MAX / 2, true);
                match stage.turn(&config) {
                    Ok(_) => {}
                    // ClickHouse is away: days wait, nothing is lost.
                    Err(error) if error.code == "HF-W001" => tracing::warn!(%error, "signals wait for ClickHouse"),
                    Err(error) => return Err(error),
                }
                rest(&process, &pulse, &origin, &config);
            }
            Ok(())
        };
        let ended = work();
        if let Err(error) = &ended {
            tracing::error!(%error, "the scoring of signals stopped");
            if !alone && error.code == "HF-R001" {
                pulse.turned(i64::MAX / 2, true);
                return Ok(());
            }
        }
        process.stop.store(true, Ordering::Relaxed);
        ended
    };
    let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
    // Killed anywhere it goes on where it was: an end of the process need not wait for a turn.
    Ok(vec![Running { name, thread, idle }])
}

/// Whether every folded day is formed as it was, and the log says of it what it said.
fn still_holds(held: &Held, versions: &BTreeMap<i32, u64>, past: &SiteHistory) -> bool {
    held.through.is_none_or(|through| held.versions.iter().eq(versions.range(..=through)) && held.history.agrees_until(past, through))
}

fn zone(site: &Site) -> Result<TimeZone, Error> {
    TimeZone::get(&site.zone).map_err(|error| {
        Error::configuration(format!(
            "site {}: {} is no time zone ({error}); correct it with `holdfast reference load --kind site`",
            site.site, site.zone
        ))
    })
}

/// The model of the configuration, else the shipped one.
///
/// # Errors
/// HF-C001 if it cannot be read or used.
pub(crate) fn model(config: &Config) -> Result<HazardModel, Error> {
    let (from, text) = match &config.attrition.model_file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Error::configuration(format!("attrition.model_file: {} cannot be read: {error}", file.display())))?;
            (file.display().to_string(), text)
        }
        None => ("the shipped model".to_owned(), PRIOR_MODEL.to_owned()),
    };
    let model: HazardModel = serde_json::from_str(&text).map_err(|error| Error::configuration(format!("{from}: {error}")))?;
    model.check().map_err(|error| Error::configuration(format!("{from}: {error}")))?;
    Ok(model)
}
