//! KPIs of queues by quarter-hour and by local day: each count belongs to the time of its own event, outcomes and waits to the leaving,
//! what was handled to the end of wrap-up.

use super::super::files::{Portion, Share};
use super::super::plan::SitePlan;
use crate::truth::INTERVAL_S;
use crate::visit::{Ended, Outcome, Visit};
use crate::zone::Zone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counts and sums of seconds of a queue for a while.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    offered: i64,
    blocked: i64,
    answered: i64,
    answered_in_20: i64,
    abandoned: i64,
    abandoned_in_5: i64,
    abandoned_in_20: i64,
    timeout: i64,
    key: i64,
    empty: i64,
    overflow: i64,
    withdrawn: i64,
    wait_answered_s: i64,
    wait_abandoned_s: i64,
    wait_flow_out_s: i64,
    missed: i64,
    handled: i64,
    talk_s: i64,
    hold_s: i64,
    held: i64,
    wrapup_s: i64,
    short_talk: i64,
    by_agent: i64,
    by_caller: i64,
    blind: i64,
    warm: i64,
}

impl Counts {
    fn enter(&mut self, visit: &Visit) {
        if visit.outcome.is_blocked() { self.blocked += 1 } else { self.offered += 1 }
    }

    fn leave(&mut self, visit: &Visit) {
        let wait_s = visit.wait_s;
        self.missed += i64::from(visit.missed_rings);
        match visit.outcome {
            Outcome::Answered => {
                self.answered += 1;
                self.answered_in_20 += i64::from(wait_s <= 20);
                self.wait_answered_s += wait_s;
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_in_5 += i64::from(wait_s <= 5);
                self.abandoned_in_20 += i64::from(wait_s <= 20);
                self.wait_abandoned_s += wait_s;
            }
            Outcome::TimedOut => self.timeout += 1,
            Outcome::PressedKey => self.key += 1,
            Outcome::FoundEmpty => self.empty += 1,
            Outcome::Overflowed => self.overflow += 1,
            Outcome::Withdrawn => self.withdrawn += 1,
            Outcome::Open | Outcome::RefusedFull | Outcome::RefusedEmpty => {}
        }
        self.wait_flow_out_s += if visit.outcome.is_other_exit() { wait_s } else { 0 };
    }

    fn finish(&mut self, visit: &Visit) {
        self.handled += 1;
        self.talk_s += visit.talk_s - visit.hold_s;
        self.hold_s += visit.hold_s;
        self.held += i64::from(visit.hold_s > 0);
        self.wrapup_s += visit.wrapup_s.unwrap_or(0);
        self.short_talk += i64::from(visit.talk_s - visit.hold_s <= 10);
        match visit.ended {
            Some(Ended::ByAgent) => self.by_agent += 1,
            Some(Ended::ByCaller) => self.by_caller += 1,
            Some(Ended::BlindTransfer) => self.blind += 1,
            Some(Ended::WarmTransfer) => self.warm += 1,
            None => {}
        }
    }

    /// The KPIs, in the order of [`COLUMNS`].
    fn cells(&self) -> String {
        let counts = [
            self.offered,
            self.answered,
            self.abandoned,
            self.abandoned_in_5,
            self.flow_out(),
            self.timeout,
            self.key,
            self.empty,
            self.overflow,
            self.withdrawn,
            self.blocked,
            self.handled,
        ];
        let counts = counts.map(|count| count.to_string());
        let shares = self.shares().map(|(part, base)| Share(part, base).to_string());
        [counts.join(","), shares.join(",")].join(",")
    }

    fn flow_out(&self) -> i64 {
        self.timeout + self.key + self.empty + self.overflow + self.withdrawn
    }

    fn shares(&self) -> [(i64, i64); 23] {
        let (met, ended, short, flow_out) = (self.answered_in_20, self.answered + self.abandoned, self.abandoned_in_5, self.flow_out());
        [
            (self.abandoned - short, ended - short),
            (self.abandoned, ended),
            (self.missed, self.offered),
            (met, ended),
            (met, ended - short),
            (met, ended - self.abandoned_in_20),
            (met + self.abandoned_in_20, ended),
            (met, self.answered),
            (met + short, ended),
            (met, ended + flow_out),
            (self.wait_answered_s, self.answered),
            (self.wait_abandoned_s, self.abandoned),
            (self.wait_answered_s + self.wait_abandoned_s + self.wait_flow_out_s, ended + flow_out),
            (self.talk_s + self.hold_s + self.wrapup_s, self.handled),
            (self.talk_s, self.handled),
            (self.hold_s, self.held),
            (self.held, self.handled),
            (self.wrapup_s, self.handled),
            (self.blind + self.warm, self.handled),
            (self.blind, self.handled),
            (self.by_agent, self.handled),
            (self.by_caller, self.handled),
            (self.short_talk, self.handled),
        ]
    }
}

const COLUMNS: &str = "offered,answered,abandoned,short_abandoned,flow_out,flow_out_timeout,flow_out_key,flow_out_empty,flow_out_overflow,flow_out_withdrawn,blocked,handled,\
abandonment_rate,abandonment_rate_raw,missed_offers_per_offered,service_level_1,service_level_2,service_level_3,service_level_4,\
service_level_5,service_level_7,service_level_8,asa,average_wait_abandoned,average_wait,aht,average_talk,average_hold_held,hold_rate,average_acw,transfer_rate,\
transfer_rate_blind,agent_first_disconnect_rate,customer_first_disconnect_rate,short_talk_rate";

type Rows = BTreeMap<(i64, Arc<str>), Counts>;

/// Quarter-hours that may still change, and all days.
#[derive(Debug)]
pub(super) struct Queues {
    site: String,
    zone: Zone,
    quarters: Rows,
    /// By local midnight.
    days: Rows,
}

impl Queues {
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        for grain in ["quarters", "days"] {
            portion.line(&format!("truth/{}/queue-{grain}.csv", site.name), format_args!("start_s,queue,{COLUMNS}"));
        }
        Self { site: site.name.clone(), zone: site.zone.clone(), quarters: Rows::new(), days: Rows::new() }
    }

    pub(super) fn take(&mut self, visits: &[Visit], complete_s: i64, last: bool, portion: &mut Portion) {
        for visit in visits {
            self.count(visit, Some(visit.entered_s), Counts::enter);
            self.count(visit, visit.left_s(), Counts::leave);
            self.count(visit, visit.handled_s(), Counts::finish);
        }
        let later = self.quarters.split_off(&(complete_s.saturating_sub(INTERVAL_S), Arc::from("")));
        write(&format!("truth/{}/queue-quarters.csv", self.site), std::mem::replace(&mut self.quarters, later), portion);
        if last {
            write(&format!("truth/{}/queue-days.csv", self.site), std::mem::take(&mut self.days), portion);
        }
    }

    fn count(&mut self, visit: &Visit, event_s: Option<i64>, count: fn(&mut Counts, &Visit)) {
        let Some(event_s) = event_s else { return };
        let quarter_s = event_s.div_euclid(INTERVAL_S) * INTERVAL_S;
        count(self.quarters.entry((quarter_s, Arc::clone(&visit.queue))).or_default(), visit);
        let midnight_s = self.zone.date(event_s).and_then(|date| self.zone.instant_s(date.at(0, 0, 0, 0))).unwrap_or(event_s);
        count(self.days.entry((midnight_s, Arc::clone(&visit.queue))).or_default(), visit);
    }
}

fn write(file: &str, rows: Rows, portion: &mut Portion) {
    for ((start_s, queue), counts) in rows {
        portion.line(file, format_args!("{start_s},{queue},{}", counts.cells()));
    }
}
