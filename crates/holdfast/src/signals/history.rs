//! The log of signals by site and day, as the fold needs it.

use super::calendar::acted_day;
use super::words;
use attrition::signals::{Action, Tier};
use attrition::site::{DayLog, PersonAction, Told, What};
use events::{SignalActor, SignalEvent, SignalKind};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// What a score depends on besides the inputs: with another of these, hashes of inputs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Model.
    pub model_id: String,
    /// Hash of the settings, 16 hexadecimal digits.
    pub config_hash: String,
    /// Version of the product.
    pub code_version: String,
}

/// An event, as far as the fold needs it.
#[derive(Clone, Debug)]
struct Entry {
    agent: String,
    day: i32,
    time_us: i64,
    what: Entered,
}

#[derive(Clone, Debug)]
enum Entered {
    Product(Told),
    Person(Action),
}

/// The log, by tenant and site, in the order in which each agent's events were written.
#[derive(Clone, Debug, Default)]
pub struct History {
    seen: BTreeSet<String>,
    sites: BTreeMap<(String, String), Vec<Entry>>,
}

impl History {
    /// Takes the next event of the log. A second one of the same identity is the same event.
    pub fn take(&mut self, event: &SignalEvent<'_>, basis: &Basis) {
        let entered = match event.actor {
            SignalActor::System => decided(event).map(|what| {
                Entered::Product(Told {
                    agent: event.agent.to_owned(),
                    what,
                    tier: Tier::named(event.tier).unwrap_or(Tier::Concern),
                    probability: event.probability.unwrap_or(0.0),
                    inputs_hash: comparable(event, basis),
                })
            }),
            _ => words::action(event).map(Entered::Person),
        };
        let Some(what) = entered.filter(|_| self.seen.insert(event.key())) else { return };
        let entry = Entry { agent: event.agent.to_owned(), day: event.day, time_us: event.event_time_us, what };
        self.sites.entry((event.tenant.to_owned(), event.site.to_owned())).or_default().push(entry);
    }

    /// The days of a site on which something happened.
    #[must_use]
    pub fn days(&self, tenant: &str, site: &str, zone: &TimeZone) -> SiteHistory {
        let mut history = SiteHistory::default();
        for entry in self.sites.get(&(tenant.to_owned(), site.to_owned())).into_iter().flatten() {
            match &entry.what {
                Entered::Product(told) => history.days.entry(entry.day).or_default().0.push(told.clone()),
                Entered::Person(action) => {
                    let day = acted_day(entry.time_us, zone);
                    let action = PersonAction { agent: entry.agent.clone(), action: *action };
                    history.days.entry(day).or_default().1.push(action);
                }
            }
        }
        // Partitions are read one after the other: among agents their order says nothing.
        for (decisions, actions) in history.days.values_mut() {
            decisions.sort_by(|a, b| a.agent.cmp(&b.agent));
            actions.sort_by(|a, b| a.agent.cmp(&b.agent));
        }
        history
    }
}

/// What the product decided; `None` for what only people do.
fn decided(event: &SignalEvent<'_>) -> Option<What> {
    match event.kind {
        SignalKind::Opened => Some(What::Opened),
        SignalKind::Escalated => Some(What::Escalated),
        _ => words::action(event).map(What::Ended),
    }
}

fn comparable(event: &SignalEvent<'_>, basis: &Basis) -> Option<u64> {
    let same = event.model_id == Some(basis.model_id.as_str())
        && event.config_hash == Some(basis.config_hash.as_str())
        && event.code_version == Some(basis.code_version.as_str());
    event.inputs_hash.filter(|_| same).and_then(|hash| u64::from_str_radix(hash, 16).ok())
}

/// Decisions and actions of a site, by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteHistory {
    days: BTreeMap<i32, (Vec<Told>, Vec<PersonAction>)>,
}

impl SiteHistory {
    /// What the log says of a day.
    #[must_use]
    pub fn of(&self, day: i32, told: bool) -> DayLog {
        let (decisions, actions) = self.days.get(&day).cloned().unwrap_or_default();
        // Who acted on a signal after this day knew nothing of what would be decided about it now.
        let later = self.days.range(day.saturating_add(1)..).flat_map(|(_, (_, actions))| actions);
        let acted_later = if told { BTreeSet::new() } else { later.map(|action| action.agent.clone()).collect() };
        DayLog { told, decisions, actions, acted_later }
    }

    /// Days on which something happened, in order.
    pub fn busy_days(&self) -> impl Iterator<Item = i32> {
        self.days.keys().copied()
    }

    /// The latest day of which something was decided.
    #[must_use]
    pub fn last_decided_day(&self) -> Option<i32> {
        self.days.iter().rev().find(|(_, (decisions, _))| !decisions.is_empty()).map(|(day, _)| *day)
    }

    /// Adds what was told of a day.
    pub fn tell(&mut self, day: i32, decisions: Vec<Told>) {
        if !decisions.is_empty() {
            self.days.entry(day).or_default().0.extend(decisions);
        }
    }

    /// Whether both say the same of every day up to this one.
    #[must_use]
    pub fn agrees_until(&self, other: &Self, day: i32) -> bool {
        self.days.range(..=day).eq(other.days.range(..=day))
    }
}
