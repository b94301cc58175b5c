//! Calls that come again: each call's next one by the same caller, and what is known of it when the windows are over.

use super::super::files::{Portion, Share};
use super::super::plan::SitePlan;
use crate::contact::{Contact, ContactOutcome};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

const HOUR_S: i64 = 3_600;
/// No window is longer.
const LONGEST_S: i64 = 7 * 24 * HOUR_S;
/// Calls do not last for so long, so a day is complete after it.
const DAY_OVER_S: i64 = 2 * 24 * HOUR_S;

/// Counts of a day and queue.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    handled: i64,
    anonymous: i64,
    dropped: i64,
    /// Matured and repeated within 24 h, 72 h, 7 days.
    windows: [(i64, i64); 3],
    /// Of abandoned: the same within 60 min and 24 h.
    abandoned: [(i64, i64); 2],
    known: i64,
}

/// A call that waits for its windows to be over.
#[derive(Debug)]
struct Waiting {
    contact: Contact,
    /// Seconds from its end to the begin of the same caller's next call.
    gap_s: Option<i64>,
}

/// See the module.
#[derive(Debug)]
pub(in super::super) struct Repeats {
    site: SitePlan,
    waiting: VecDeque<Waiting>,
    /// Calls that were settled: the number of the first that waits.
    settled: usize,
    /// Numbers of each caller's calls that have no next one yet.
    callers: HashMap<Arc<str>, Vec<usize>>,
    newest_s: i64,
    rows: BTreeMap<String, Counts>,
    /// Distinct callers by row: while the day goes on, and afterwards.
    distinct: BTreeMap<String, (i64, HashSet<Arc<str>>)>,
    counted: BTreeMap<String, usize>,
}

impl Repeats {
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        portion.line(
            &format!("truth/{}/repeat-days.csv", site.name),
            format_args!(
                "day,queue,handled,anonymous,dropped_lines,matured_24h,repeats_24h,matured_72h,repeats_72h,matured_7d,repeats_7d,\
                 abandoned_matured_60m,repeats_after_abandon_60m,abandoned_matured_24h,repeats_after_abandon_24h,known_contacts,callers,\
                 repeat_rate_24h,fcr_24h,fcr_72h,fcr_7d,repeat_rate_after_abandon_60m,retrial_factor"
            ),
        );
        Self {
            site: site.clone(),
            waiting: VecDeque::new(),
            settled: 0,
            callers: HashMap::new(),
            newest_s: i64::MIN,
            rows: BTreeMap::new(),
            distinct: BTreeMap::new(),
            counted: BTreeMap::new(),
        }
    }

    /// Calls in order of their arrival.
    pub(super) fn take(&mut self, contacts: &[Contact]) {
        for contact in contacts {
            self.newest_s = self.newest_s.max(contact.started_s);
            if let Some(caller) = &contact.caller {
                self.comes_again(caller, contact.started_s);
                self.callers.entry(Arc::clone(caller)).or_default().push(self.settled + self.waiting.len());
                let key = self.key(contact);
                let distinct = self.distinct.entry(key).or_insert_with(|| (contact.ended_s, HashSet::new()));
                distinct.1.insert(Arc::clone(caller));
            }
            self.waiting.push_back(Waiting { contact: contact.clone(), gap_s: None });
        }
        while self.waiting.front().is_some_and(|first| first.contact.ended_s + LONGEST_S + DAY_OVER_S < self.newest_s) {
            self.settle_first(i64::MAX);
        }
        let over_s = self.newest_s.saturating_sub(DAY_OVER_S);
        let over: Vec<String> = self.distinct.iter().filter(|(_, (ended_s, _))| *ended_s < over_s).map(|(key, _)| key.clone()).collect();
        for key in over {
            if let Some((_, callers)) = self.distinct.remove(&key) {
                *self.counted.entry(key).or_default() += callers.len();
            }
        }
    }

    /// When the newest call began, Unix seconds.
    pub(in super::super) fn newest_s(&self) -> i64 {
        self.newest_s
    }

    /// Writes all; the newest call of all sites began at `newest_s`.
    pub(in super::super) fn write(&mut self, newest_s: i64, portion: &mut Portion) {
        while !self.waiting.is_empty() {
            self.settle_first(newest_s);
        }
        for (key, (_, callers)) in std::mem::take(&mut self.distinct) {
            *self.counted.entry(key).or_default() += callers.len();
        }
        for (key, counts) in &self.rows {
            let callers = self.counted.get(key).copied().unwrap_or(0);
            let row = counts.cells(i64::try_from(callers).unwrap_or(i64::MAX));
            portion.line(&format!("truth/{}/repeat-days.csv", self.site.name), format_args!("{key},{row}"));
        }
    }

    fn key(&self, contact: &Contact) -> String {
        format!("{},{}", self.site.zone.text(contact.ended_s, "%Y-%m-%d"), contact.queue)
    }

    /// The caller calls at a time: that is the next call of all that had ended by then.
    fn comes_again(&mut self, caller: &Arc<str>, started_s: i64) {
        let (waiting, settled) = (&mut self.waiting, self.settled);
        let Some(numbers) = self.callers.get_mut(caller) else { return };
        numbers.retain(|number| {
            let Some(earlier) = number.checked_sub(settled).and_then(|place| waiting.get_mut(place)) else { return false };
            let after = earlier.contact.ended_s < started_s;
            if after {
                earlier.gap_s = Some(started_s - earlier.contact.ended_s);
            }
            !after
        });
    }

    fn settle_first(&mut self, newest_s: i64) {
        let Some(Waiting { contact, gap_s }) = self.waiting.pop_front() else { return };
        if let Some(caller) = &contact.caller {
            let number = self.settled;
            let numbers = self.callers.get_mut(caller);
            if numbers.is_some_and(|numbers| {
                numbers.retain(|other| *other != number);
                numbers.is_empty()
            }) {
                self.callers.remove(caller);
            }
        }
        self.settled += 1;
        let key = self.key(&contact);
        self.rows.entry(key).or_default().count(&contact, gap_s, newest_s.saturating_sub(contact.ended_s));
    }
}

impl Counts {
    fn count(&mut self, contact: &Contact, gap_s: Option<i64>, age_s: i64) {
        let known = contact.caller.is_some();
        self.known += i64::from(known);
        let mature = |window: &mut (i64, i64), window_s: i64| {
            if known && age_s >= window_s {
                window.0 += 1;
                window.1 += i64::from(gap_s.is_some_and(|gap_s| gap_s <= window_s));
            }
        };
        match contact.outcome {
            ContactOutcome::Handled => {
                self.handled += 1;
                self.anonymous += i64::from(!known);
                self.dropped += i64::from(contact.talk_s < 10);
                for (window, hours) in self.windows.iter_mut().zip([24, 72, 168]) {
                    mature(window, hours * HOUR_S);
                }
            }
            ContactOutcome::Abandoned => {
                for (window, hours) in self.abandoned.iter_mut().zip([1, 24]) {
                    mature(window, hours * HOUR_S);
                }
            }
            ContactOutcome::FlowOut | ContactOutcome::Blocked => {}
        }
    }

    fn cells(&self, callers: i64) -> String {
        let windows = self.windows.iter().chain(&self.abandoned).flat_map(|(matured, repeats)| [*matured, *repeats]);
        let counts = [self.handled, self.anonymous, self.dropped].into_iter().chain(windows).chain([self.known, callers]);
        let [day, three_days, week] = self.windows;
        let resolved =
            |(matured, repeats): (i64, i64)| if matured == 0 { String::new() } else { (1.0 - repeats as f64 / matured as f64).to_string() };
        let (matured, repeats) = self.abandoned[0];
        let shares = [
            Share(day.1, day.0).to_string(),
            resolved(day),
            resolved(three_days),
            resolved(week),
            Share(repeats, matured).to_string(),
            Share(self.known, callers).to_string(),
        ];
        counts.map(|count| count.to_string()).chain(shares).collect::<Vec<_>>().join(",")
    }
}
