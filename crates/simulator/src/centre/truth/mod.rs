//! What a correct reader must find: facts as they were played, and KPIs of them at several grains. Times are Unix seconds in UTC, ratios are
//! empty without a base.

mod facts;
mod observed;
mod queues;
mod repeats;
mod shifts;
mod staff;
mod time;

pub(super) use observed::Observed;
pub(super) use repeats::Repeats;
pub(crate) use shifts::{Shifts, adherence};
pub(super) use staff::write_staff;
pub(crate) use time::Time;

use super::files::Portion;
use super::people::Staff;
use super::plan::SitePlan;
use super::schedule::PlannedShift;
use crate::truth::Truth;

/// The truth of a site in the making.
#[derive(Debug)]
pub(super) struct SiteTruth {
    facts: facts::Facts,
    queues: queues::Queues,
    time: time::Time,
    shifts: shifts::Shifts,
    repeats: Repeats,
}

/// A day as it was planned.
#[derive(Debug)]
pub(super) struct Planned {
    /// Its begin, Unix seconds.
    pub(super) start_s: i64,
    pub(super) shifts: Vec<PlannedShift>,
    /// Nothing comes after it.
    pub(super) last: bool,
}

impl SiteTruth {
    /// Writes the headers of its files.
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        Self {
            facts: facts::Facts::new(&site.name, portion),
            queues: queues::Queues::new(site, portion),
            time: time::Time::new(site, portion),
            shifts: shifts::Shifts::new(site, portion),
            repeats: Repeats::new(site, portion),
        }
    }

    /// Takes in a day: what was planned, and what was over by its end.
    pub(super) fn take(&mut self, truth: &Truth, day: Planned, staff: &Staff, portion: &mut Portion) {
        let Planned { start_s, shifts, last } = day;
        // Visits come in order of their entry, calls in order of their arrival: what lies before the last of them is complete.
        let complete_s = if last { i64::MAX } else { truth.visits().last().map_or(i64::MIN, |visit| visit.entered_s) };
        self.facts.take(truth, start_s, last, portion);
        self.queues.take(truth.visits(), complete_s, last, portion);
        self.time.take(truth, staff, last, portion);
        self.shifts.take(shifts, truth.activities(), start_s, staff, last, portion);
        self.repeats.take(truth.contacts());
    }

    /// What cannot be said before all sites are over.
    pub(super) fn into_repeats(self) -> Repeats {
        self.repeats
    }
}
