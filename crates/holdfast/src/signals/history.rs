//! The log of signals by site and day, as the fold needs it.

use super::calendar::acted_day;
use super::words;
use attrition::signals::{Action, Tier};
use attrition::site::{DayLog, Notice, PersonAction, Told, What};
use events::{GroupNotice, SignalActor, SignalEvent, SignalKind};
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
    /// Probabilities are meant as such; those of a prior model are ranks.
    pub calibrated: bool,
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
    notices: BTreeMap<(String, String), Vec<(i32, Notice)>>,
    /// Agent and day of opening of signals that were drawn to be kept silent, by tenant and site.
    silent: BTreeMap<(String, String), BTreeSet<(String, i32)>>,
}

impl History {
    /// Takes the next event of the log. A second one of the same identity is the same event; [`super::log::read`] hands on one of each.
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
        if event.silent {
            let silent = self.silent.entry((event.tenant.to_owned(), event.site.to_owned())).or_default();
            silent.insert((event.agent.to_owned(), event.day));
        }
        let entry = Entry { agent: event.agent.to_owned(), day: event.day, time_us: event.event_time_us, what };
        self.sites.entry((event.tenant.to_owned(), event.site.to_owned())).or_default().push(entry);
    }

    /// Takes the next notice about a group. A second one of the same identity is the same notice.
    pub fn notice(&mut self, notice: &GroupNotice<'_>) {
        if let Some(known) = words::notice(notice).filter(|_| self.seen.insert(notice.key())) {
            self.notices.entry((notice.tenant.to_owned(), notice.site.to_owned())).or_default().push((notice.day, known));
        }
    }

    /// The days of a site on which something happened.
    #[must_use]
    pub fn days(&self, tenant: &str, site: &str, zone: &TimeZone) -> SiteHistory {
        let silent = self.silent.get(&(tenant.to_owned(), site.to_owned())).cloned().unwrap_or_default();
        let mut history = SiteHistory { silent, ..SiteHistory::default() };
        for entry in self.sites.get(&(tenant.to_owned(), site.to_owned())).into_iter().flatten() {
            match &entry.what {
                Entered::Product(told) => history.days.entry(entry.day).or_default().decisions.push(told.clone()),
                Entered::Person(action) => {
                    let day = acted_day(entry.time_us, zone);
                    let action = PersonAction { agent: entry.agent.clone(), action: *action };
                    history.days.entry(day).or_default().actions.push(action);
                }
            }
        }
        for (day, notice) in self.notices.get(&(tenant.to_owned(), site.to_owned())).into_iter().flatten() {
            history.days.entry(*day).or_default().notices.push(notice.clone());
        }
        // Partitions are read one after the other: among agents their order says nothing.
        for day in history.days.values_mut() {
            day.decisions.sort_by(|a, b| a.agent.cmp(&b.agent));
            day.actions.sort_by(|a, b| a.agent.cmp(&b.agent));
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

/// What happened on a day.
#[derive(Clone, Debug, Default, PartialEq)]
struct Happened {
    decisions: Vec<Told>,
    actions: Vec<PersonAction>,
    notices: Vec<Notice>,
}

/// Decisions, actions and notices of a site, by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteHistory {
    days: BTreeMap<i32, Happened>,
    /// Agent and day of opening of signals that were drawn to be kept silent.
    silent: BTreeSet<(String, i32)>,
}

impl SiteHistory {
    /// What the log says of a day.
    #[must_use]
    pub fn of(&self, day: i32, told: bool) -> DayLog {
        let Happened { decisions, actions, notices } = self.days.get(&day).cloned().unwrap_or_default();
        // Who acted on a signal after this day knew nothing of what would be decided about it now.
        let later = self.days.range(day.saturating_add(1)..).flat_map(|(_, day)| &day.actions);
        let acted_later = if told { BTreeSet::new() } else { later.map(|action| action.agent.clone()).collect() };
        DayLog { told, decisions, actions, acted_later, notices }
    }

    /// Days on which something happened, in order.
    pub fn busy_days(&self) -> impl Iterator<Item = i32> {
        self.days.keys().copied()
    }

    /// The latest day of which something was decided about a person or a group.
    #[must_use]
    pub fn last_decided_day(&self) -> Option<i32> {
        self.days.iter().rev().find(|(_, day)| !day.decisions.is_empty() || !day.notices.is_empty()).map(|(day, _)| *day)
    }

    /// Adds what was told of a day.
    pub fn tell(&mut self, day: i32, decisions: Vec<Told>, notices: Vec<Notice>) {
        if !decisions.is_empty() || !notices.is_empty() {
            let happened = self.days.entry(day).or_default();
            happened.decisions.extend(decisions);
            happened.notices.extend(notices);
        }
    }

    /// Keeps in mind that a signal was drawn to be kept silent.
    pub fn keep_silent(&mut self, agent: &str, opened_day: i32) {
        self.silent.insert((agent.to_owned(), opened_day));
    }

    /// Of signals that live (agent, day of opening, tier) those that somebody is told of: what is kept silent is told to nobody before it becomes urgent.
    pub fn told_of<'a>(&self, living: impl Iterator<Item = (&'a str, i32, Tier)>) -> usize {
        living.filter(|(agent, day, tier)| *tier == Tier::Urgent || !self.silent.contains(&((*agent).to_owned(), *day))).count()
    }

    /// Whether both say the same of every day up to this one.
    #[must_use]
    pub fn agrees_until(&self, other: &Self, day: i32) -> bool {
        self.days.range(..=day).eq(other.days.range(..=day))
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::closes_us;
    use super::*;

    fn basis() -> Basis {
        Basis { model_id: "m".to_owned(), config_hash: "c".to_owned(), code_version: "1".to_owned(), calibrated: false }
    }

    fn opened(agent: &'static str) -> SignalEvent<'static> {
        SignalEvent {
            tenant: "t",
            site: "s",
            agent,
            signal_id: "x",
            kind: SignalKind::Opened,
            tier: "urgent",
            day: 100,
            probability: Some(0.25),
            model_id: Some("m"),
            config_hash: Some("c"),
            code_version: Some("1"),
            inputs_hash: Some("00000000000000ff"),
            ..SignalEvent::default()
        }
    }

    fn history(events: &[SignalEvent<'_>]) -> SiteHistory {
        let mut history = History::default();
        events.iter().for_each(|event| history.take(event, &basis()));
        history.days("t", "s", &TimeZone::UTC)
    }

    #[test]
    fn an_event_that_comes_twice_is_one_and_order_among_agents_says_nothing() {
        let (a, b) = (opened("a"), opened("b"));
        let found = history(&[b.clone(), a.clone(), b.clone()]);
        assert_eq!(found, history(&[a, b]));
        let agents: Vec<String> = found.of(100, true).decisions.into_iter().map(|told| told.agent).collect();
        assert_eq!((agents, found.last_decided_day()), (vec!["a".to_owned(), "b".to_owned()], Some(100)));
    }

    #[test]
    fn hashes_are_compared_only_by_the_same_model_settings_and_version() {
        let hash = |event: SignalEvent<'_>| history(&[event]).of(100, true).decisions[0].inputs_hash;
        assert_eq!(hash(opened("a")), Some(255));
        assert_eq!(hash(SignalEvent { model_id: Some("n"), ..opened("a") }), None);
        assert_eq!(hash(SignalEvent { config_hash: None, ..opened("a") }), None);
        assert_eq!(hash(SignalEvent { code_version: Some("2"), ..opened("a") }), None);
    }

    #[test]
    fn what_a_person_did_is_known_before_the_first_day_that_was_not_closed_yet() {
        let acted = SignalEvent {
            kind: SignalKind::Acknowledged,
            actor: SignalActor::Leader,
            event_time_us: closes_us(102, &TimeZone::UTC),
            day: 105,
            ..opened("a")
        };
        let found = history(&[opened("a"), acted]);
        assert_eq!(found.of(103, false).actions, [PersonAction { agent: "a".to_owned(), action: Action::Acknowledge }]);
        assert!(found.of(105, false).actions.is_empty());
        // Day 102 was closed when it was done, but if it has not been told yet it is too late to decide about this agent.
        assert_eq!(
            (found.of(102, false).acted_later.len(), found.of(102, true).acted_later.len(), found.of(103, false).acted_later.len()),
            (1, 0, 0)
        );
    }

    /// Of three signals that live b's was drawn to be silent, and so was c's, which has become urgent; a's second one is another than the silent first.
    #[test]
    fn what_is_kept_silent_is_not_counted_among_those_told_of() {
        let silent =
            |agent: &'static str, day: i32| SignalEvent { tier: "concern", silent: true, silent_share: Some(0.2), day, ..opened(agent) };
        let mut found = history(&[silent("a", 50), opened("a"), silent("b", 100), silent("c", 100)]);
        let living = [("a", 100, Tier::Concern), ("b", 100, Tier::Concern), ("c", 100, Tier::Urgent)];
        assert_eq!(found.told_of(living.into_iter()), 2);
        found.keep_silent("a", 100);
        assert_eq!(found.told_of(living.into_iter()), 1);
    }

    /// What was told of a group comes back on its day; a second record of the same notice is the same one.
    #[test]
    fn a_notice_comes_back_on_the_day_on_which_it_was_told() {
        let notice = GroupNotice {
            tenant: "t",
            site: "s",
            notice_id: "n",
            group_kind: "team",
            group: "red",
            cause: "measures",
            day: 100,
            began_day: 100,
            held_day: 100,
            agents: 9,
            moved: vec![events::MovedMeasure { measure: "acw", by: 1.5 }],
            ..GroupNotice::default()
        };
        let mut history = History::default();
        [&notice, &notice, &GroupNotice { site: "other", ..notice.clone() }].into_iter().for_each(|notice| history.notice(notice));
        let found = history.days("t", "s", &TimeZone::UTC);
        let told = found.of(100, true).notices;
        assert_eq!(told.iter().map(|notice| (notice.group.name(), notice.agents, notice.moved.len())).collect::<Vec<_>>(), [("red", 9, 1)]);
        assert_eq!((found.last_decided_day(), found.of(101, true).notices.len()), (Some(100), 0));
        let mut other = SiteHistory::default();
        other.tell(100, Vec::new(), told);
        assert!(other.agrees_until(&found, 100) && !SiteHistory::default().agrees_until(&found, 100));
    }

    #[test]
    fn histories_agree_up_to_a_day() {
        let (one, other) =
            (history(&[opened("a")]), history(&[opened("a"), SignalEvent { day: 101, kind: SignalKind::Expired, ..opened("a") }]));
        assert!(one.agrees_until(&other, 100) && !one.agrees_until(&other, 101));
    }
}
