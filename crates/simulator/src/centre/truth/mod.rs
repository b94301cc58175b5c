//! What a correct reader must find: facts as they were played, and KPIs of them at several grains. Times are Unix seconds in UTC, ratios are
//! empty without a base.

mod facts;
mod observed;
mod queues;

pub(super) use observed::Observed;

use super::files::Portion;
use super::plan::SitePlan;
use crate::truth::Truth;

/// The truth of a site in the making.
#[derive(Debug)]
pub(super) struct SiteTruth {
    facts: facts::Facts,
    queues: queues::Queues,
}

impl SiteTruth {
    /// Writes the headers of its files.
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        Self { facts: facts::Facts::new(&site.name, portion), queues: queues::Queues::new(site, portion) }
    }

    /// Takes in what was over by the end of a day that began at `start_s`; `last`: nothing more will come.
    pub(super) fn take(&mut self, truth: &Truth, start_s: i64, last: bool, portion: &mut Portion) {
        // Visits come in order of their entry, calls in order of their arrival: what lies before the last of them is complete.
        let complete_s = if last { i64::MAX } else { truth.visits().last().map_or(i64::MIN, |visit| visit.entered_s) };
        self.facts.take(truth, start_s, last, portion);
        self.queues.take(truth.visits(), complete_s, last, portion);
    }
}
