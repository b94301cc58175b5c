//! What agents do in the customer system during a call: they identify the customer, and they offer something.

use super::files::{Portion, Sums};
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::draw::{Draw, Stream};
use crate::visit::Visit;

const CLOCK: &str = "%Y-%m-%d %H:%M:%S";
/// Share of conversations in which the customer is identified.
const IDENTIFY_SHARE: f64 = 0.5;

/// The customer system of a site.
#[derive(Debug)]
pub(super) struct Offers {
    site: SitePlan,
    habits: Habits,
    draw: Draw,
    count: u64,
    /// By day and agent: offers, accepted, refused, thousandths of the currency, conversations that ended.
    days: Sums<5>,
}

impl Offers {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits, portion: &mut Portion) -> Self {
        for kind in ["offer", "verification"] {
            Observed::header(&site.name, kind, portion);
        }
        let mut header = |file: &str, columns: &str| portion.line(file, format_args!("{columns}"));
        header(&format!("{}/offers.csv", site.name), "id,activity,at,call,agent,queue,customer,what,result,reason,value,seconds");
        header(
            &format!("truth/{}/offer-days.csv", site.name),
            "day,agent,offers,accepted,refused,amount_milli_sum,handled,offer_acceptance,sales_per_100_handled",
        );
        let draw = Draw::new(seed, Stream::Work);
        Self { site: site.clone(), habits, draw, count: 0, days: Sums::default() }
    }

    /// After a conversation with an agent in this mood.
    pub(super) fn take(&mut self, visit: &Visit, mood: f64, portion: &mut Portion) {
        let (Some(ended_s), Some(handled_s), Some(agent)) = (visit.ended_s(), visit.handled_s(), visit.agent.as_deref()) else { return };
        self.days.add(format!("{},{agent}", self.day(handled_s)), [0, 0, 0, 0, 1]);
        let (identifies, offers) = (self.draw.chance(IDENTIFY_SHARE), self.draw.chance(self.habits.offer_share));
        let half_seconds = self.draw.between(10, 80);
        let accepted = self.draw.chance((0.3 + 0.1 * mood).clamp(0.05, 0.9));
        let cents = self.draw.between(499, 9_999);
        let connected_s = ended_s - visit.talk_s;
        if identifies {
            self.identify(visit, agent, connected_s + visit.talk_s / 4, half_seconds, portion);
        }
        if offers {
            self.offer(visit, agent, connected_s + visit.talk_s / 2, accepted.then_some(cents), portion);
        }
    }

    fn day(&self, time_s: i64) -> String {
        self.site.zone.text(time_s, "%Y-%m-%d")
    }

    /// The beginning of a record; nothing where the clock cannot say the time.
    fn begin(&mut self, visit: &Visit, agent: &str, activity: &str, at_s: i64) -> Option<(String, String)> {
        if !self.site.zone.is_first(at_s) {
            return None;
        }
        self.count += 1;
        let id = format!("{}-O{:07}", self.site.name, self.count);
        let at = self.site.zone.text(at_s, CLOCK);
        let record = format!("{id},{activity},{at},{},{agent},{},{}", visit.call, visit.queue, visit.caller);
        Some((id, record))
    }

    fn identify(&mut self, visit: &Visit, agent: &str, at_s: i64, half_seconds: i64, portion: &mut Portion) {
        let Some((id, record)) = self.begin(visit, agent, "identify", at_s) else { return };
        let passed = half_seconds % 10 != 0;
        let (result, outcome) = if passed { ("yes", "passed") } else { ("no", "failed") };
        let seconds = half_seconds as f64 / 2.0;
        portion.line(&format!("{}/offers.csv", self.site.name), format_args!("{record},birthday,{result},,,{seconds:.1}"));
        let observed = Observed {
            dimension: Some("birthday"),
            outcome: Some(outcome),
            duration_ms: Some(half_seconds * 500),
            ..about(visit, id, at_s)
        };
        observed.write(&self.site.name, "verification", portion);
    }

    fn offer(&mut self, visit: &Visit, agent: &str, at_s: i64, cents: Option<i64>, portion: &mut Portion) {
        let Some((id, record)) = self.begin(visit, agent, "offer", at_s) else { return };
        let value = cents.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default();
        let (result, reason, outcome) = if cents.is_some() { ("yes", "", "accepted") } else { ("no", "price", "refused") };
        portion.line(&format!("{}/offers.csv", self.site.name), format_args!("{record},upgrade,{result},{reason},{value},"));
        let amount_milli = cents.map(|cents| cents * 10);
        let observed = Observed {
            dimension: Some("upgrade"),
            outcome: Some(outcome),
            reason: Some(reason).filter(|reason| !reason.is_empty()),
            amount_milli,
            ..about(visit, id, at_s)
        };
        observed.write(&self.site.name, "offer", portion);
        let accepted = i64::from(cents.is_some());
        let key = format!("{},{agent}", self.day(at_s));
        self.days.add(key, [1, accepted, 1 - accepted, amount_milli.unwrap_or(0), 0]);
    }

    pub(super) fn write(&self, portion: &mut Portion) {
        let file = format!("truth/{}/offer-days.csv", self.site.name);
        self.days.write(&file, portion, |[offers, accepted, _, _, handled]| [(*accepted, *offers), (100 * accepted, *handled)]);
    }
}

fn about(visit: &Visit, id: String, at_s: i64) -> Observed<'_> {
    Observed {
        id,
        at_s,
        call: Some(&visit.call),
        agent: visit.agent.as_deref(),
        queue: Some(&visit.queue),
        known_customer: &*visit.caller != "anonymous",
        ..Observed::default()
    }
}
