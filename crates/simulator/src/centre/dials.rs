//! An outbound dialler: lists of numbers, attempts, and what became of them.

use super::files::{Portion, Share};
use super::people::Staff;
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::calendar::Day;
use crate::draw::{Draw, Stream};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of a list.
const LIST_RECORDS: i64 = 400;
/// Result and disposition in the dialler's words and in those of facts.
const RESULTS: [(&str, &str); 6] =
    [("HUMAN", "human"), ("AM", "machine"), ("NA", "no_answer"), ("BUSY", "busy"), ("FAIL", "failed"), ("DROP", "dropped")];
const DISPOSITIONS: [(&str, &str); 5] =
    [("RPC", "right_party"), ("WPC", "wrong_party"), ("PTP", "promise"), ("SALE", "sale"), ("REF", "refusal")];
/// How likely each result is, summed up, in hundredths.
const ODDS: [i64; 6] = [30, 52, 85, 93, 97, 100];

/// Counts of a day and list.
#[derive(Debug, Default)]
struct Counts {
    dials: i64,
    records: BTreeSet<i64>,
    connected: i64,
    live: i64,
    live_records: BTreeSet<i64>,
    dropped: i64,
    right_party: i64,
    promises: i64,
    sales: i64,
    refusals: i64,
}

/// The dialler of a site, with one campaign of two lists.
#[derive(Debug)]
pub(super) struct Dialler {
    site: SitePlan,
    habits: Habits,
    draw: Draw,
    count: u64,
    /// By day and list.
    days: BTreeMap<(Date, usize), Counts>,
}

impl Dialler {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits, portion: &mut Portion) -> Self {
        Observed::header(&site.name, "dial", portion);
        let mut header = |file: &str, columns: &str| portion.line(file, format_args!("{columns}"));
        let columns = "attempt,campaign,list,phone,dialled,ended,result,disposition,agent,queue,wait_ms,call,sale";
        header(&format!("{}/dialer.csv", site.name), columns);
        header(
            &format!("truth/{}/dial-days.csv", site.name),
            "day,campaign,list,dials,records,connected,live,live_records,dropped,right_party,promises,sales,refusals,attempts_per_record,connect_rate,\
             live_contact_rate,penetration,right_party_rate,right_party_of_live,drop_rate,conversion,refusal_rate",
        );
        header(&format!("truth/{}/campaign-drops.csv", site.name), "day,campaign,live,dropped,drop_rate");
        Self { site: site.clone(), habits, draw: Draw::new(seed, Stream::Dialler), count: 0, days: BTreeMap::new() }
    }

    /// Dials between nine and seven, as many as the day's demand lets expect.
    pub(super) fn day(&mut self, day: &Day, factor: f64, staff: &Staff, portion: &mut Portion) {
        let dials = crate::draw::whole(f64::from(self.habits.dials_per_day) * factor.min(1.0));
        let (from_s, to_s) = (day.instant_s(540), day.instant_s(1_140));
        let mut times_s: Vec<i64> = (0..dials).map(|_| self.draw.between(from_s, to_s - 1)).collect();
        times_s.sort_unstable();
        for time_s in times_s {
            self.dial(day.date, time_s, staff, portion);
        }
    }

    fn dial(&mut self, date: Date, time_s: i64, staff: &Staff, portion: &mut Portion) {
        self.count += 1;
        let name = &self.site.name;
        let id = format!("{name}-A{:08}", self.count);
        let (list, record) = (usize::from(self.draw.chance(0.4)), self.draw.between(0, LIST_RECORDS - 1));
        let odds = self.draw.between(0, 99);
        let result = ODDS.iter().position(|limit| odds < *limit).unwrap_or(0);
        let (word, outcome) = RESULTS[result];
        let live = ["human", "dropped"].contains(&outcome);
        let wait_ms = self.draw.between(100, 1_900) + if outcome == "dropped" { 2_000 } else { 0 };
        let length_ms = self.draw.between(5_000, 240_000);
        let disposition = DISPOSITIONS[usize::try_from(self.draw.between(0, 4)).unwrap_or(0)];
        let disposition = Some(disposition).filter(|_| outcome == "human");
        let agent = staff.people.get(usize::try_from(self.draw.between(0, staff.people.len() as i64 - 1)).unwrap_or(0));
        let agent = agent.filter(|_| outcome == "human").map(|person| person.name.as_str());
        let cents = self.draw.between(999, 19_999);
        let sale = disposition.filter(|(_, reason)| *reason == "sale").map(|_| cents);
        let dialled_ms = time_s * 1_000;
        // Whole seconds, as the truth is written in them.
        let ended_ms = (dialled_ms + length_ms) / 1_000 * 1_000;
        let wait_ms = live.then_some(wait_ms);
        let list_name = format!("{name}-list-{}", list + 1);
        let phone = format!("03{}{}{record:06}", name.len(), list + 1);
        portion.line(
            &format!("{name}/dialer.csv"),
            format_args!(
                "{id},{name}-renewal,{list_name},{phone},{dialled_ms},{ended_ms},{word},{},{},,{},,{}",
                disposition.map_or("", |(word, _)| word),
                agent.unwrap_or_default(),
                wait_ms.map(|wait_ms| wait_ms.to_string()).unwrap_or_default(),
                sale.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default()
            ),
        );
        let observed = Observed {
            id,
            at_s: time_s,
            ended_s: Some(ended_ms / 1_000),
            agent,
            campaign: Some(&format!("{name}-renewal")),
            list: Some(&list_name),
            outcome: Some(outcome),
            reason: disposition.map(|(_, reason)| reason),
            amount_milli: sale.map(|cents| cents * 10),
            duration_ms: wait_ms,
            known_customer: true,
            ..Observed::default()
        };
        observed.write(name, "dial", portion);
        self.days.entry((date, list)).or_default().count(record, outcome, disposition.map_or("", |(_, reason)| reason));
    }

    pub(super) fn write(&self, portion: &mut Portion) {
        let name = &self.site.name;
        for ((date, list), counts) in &self.days {
            portion.line(
                &format!("truth/{name}/dial-days.csv"),
                format_args!("{date},{name}-renewal,{name}-list-{},{}", list + 1, counts.cells()),
            );
        }
        // A row covers its day and the 29 before it, and goes on for 29 days after the last dial.
        let mut drops: BTreeMap<Date, (i64, i64)> = BTreeMap::new();
        for ((date, _), counts) in &self.days {
            for back in 0..30_i64 {
                if let Ok(day) = date.checked_add(back.days()) {
                    let row = drops.entry(day).or_default();
                    row.0 += counts.live;
                    row.1 += counts.dropped;
                }
            }
        }
        for (day, (live, dropped)) in drops {
            portion.line(
                &format!("truth/{name}/campaign-drops.csv"),
                format_args!("{day},{name}-renewal,{live},{dropped},{}", Share(dropped, live)),
            );
        }
    }
}

impl Counts {
    fn count(&mut self, record: i64, outcome: &str, reason: &str) {
        let live = ["human", "dropped"].contains(&outcome);
        self.dials += 1;
        self.records.insert(record);
        self.connected += i64::from(live || outcome == "machine");
        self.live += i64::from(live);
        if live {
            self.live_records.insert(record);
        }
        self.dropped += i64::from(outcome == "dropped");
        self.right_party += i64::from(["right_party", "promise", "sale", "refusal"].contains(&reason));
        self.promises += i64::from(reason == "promise");
        self.sales += i64::from(reason == "sale");
        self.refusals += i64::from(reason == "refusal");
    }

    fn cells(&self) -> String {
        let size = |set: &BTreeSet<i64>| i64::try_from(set.len()).unwrap_or(i64::MAX);
        let (records, live_records) = (size(&self.records), size(&self.live_records));
        let (dials, live, right) = (self.dials, self.live, self.right_party);
        let counts = [dials, records, self.connected, live, live_records, self.dropped, right, self.promises, self.sales, self.refusals]
            .map(|count| count.to_string());
        let shares = [
            (dials, records),
            (self.connected, dials),
            (live, dials),
            (live_records, records),
            (right, dials),
            (right, live),
            (self.dropped, live),
            (self.sales, right),
            (self.refusals, right),
        ];
        counts.into_iter().chain(shares.map(|(part, base)| Share(part, base).to_string())).collect::<Vec<_>>().join(",")
    }
}
