//! Agents' time by local day, by agent and by the team of the moment; pauses; stretches without a pause.

use super::super::files::{Portion, Sums};
use super::super::people::{Person, Staff, person};
use super::super::plan::SitePlan;
use super::super::reference::team_name;
use super::facts::activity;
use crate::activity::{Activity, ActivitySpan};
use crate::truth::Truth;
use crate::visit::Visit;
use std::collections::{BTreeMap, BTreeSet};

const SECOND_US: i64 = 1_000_000;
const MS_US: i64 = 1_000;
/// Paid seconds of a shift, as the views are asked.
const PAID_S: i64 = 27_000;
const COLUMNS: &str =
    "available_us,ringing_us,contact_us,acw_us,pause_us,meal_us,staffed_us,handled,occupancy,utilisation,pause_share,calls_per_hour";

/// A stretch of work in the making, Unix milliseconds.
#[derive(Debug, Default, Clone, Copy)]
struct Work {
    from_ms: i64,
    until_ms: i64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Time {
    site: SitePlan,
    agents: Sums<8>,
    teams: Sums<8>,
    team_agents: BTreeMap<String, BTreeSet<usize>>,
    pauses: Sums<2>,
    working: BTreeMap<String, Work>,
    /// By day and agent: how many stretches, and the milliseconds of the longest.
    stretches: BTreeMap<String, (i64, i64)>,
}

impl Time {
    pub(super) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
        let mut header = |file: &str, columns: &str| portion.line(&format!("truth/{}/{file}.csv", site.name), format_args!("{columns}"));
        header("agent-days", &format!("day,agent,{COLUMNS}"));
        header("team-days", &format!("day,team,agents,{COLUMNS}"));
        header("pause-days", "day,agent,activity,reason,pauses,pause_us");
        header("work-stretches", "day,agent,stretches,longest_stretch_us");
        Self {
            site: site.clone(),
            agents: Sums::default(),
            teams: Sums::default(),
            team_agents: BTreeMap::new(),
            pauses: Sums::default(),
            working: BTreeMap::new(),
            stretches: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, truth: &Truth, staff: &Staff, last: bool, portion: &mut Portion) {
        for span in truth.activities() {
            self.span(span, staff);
        }
        for visit in truth.visits() {
            self.handled(visit, staff);
        }
        if last {
            for (agent, work) in std::mem::take(&mut self.working) {
                self.close(&agent, work);
            }
            self.write(portion);
        }
    }

    fn day(&self, time_s: i64) -> String {
        self.site.zone.text(time_s, "%Y-%m-%d")
    }

    /// The next midnight after a time.
    fn midnight_s(&self, time_s: i64) -> i64 {
        let tomorrow = self.site.zone.date(time_s).and_then(|date| date.tomorrow().ok());
        tomorrow.and_then(|date| self.site.zone.instant_s(date.at(0, 0, 0, 0))).unwrap_or(i64::MAX)
    }

    fn span(&mut self, span: &ActivitySpan, staff: &Staff) {
        let Some(until_ms) = span.until_ms else { return };
        let person = person(staff, &span.agent);
        let cut_ms = person.and_then(|(_, person)| person.moves).map_or(i64::MAX, |(from_s, _)| from_s * 1_000);
        let mut from_ms = span.from_ms;
        while from_ms < until_ms {
            let midnight_ms = self.midnight_s(from_ms.div_euclid(1_000)).saturating_mul(1_000);
            let to_ms = [until_ms, midnight_ms, if from_ms < cut_ms { cut_ms } else { i64::MAX }].into_iter().min().unwrap_or(until_ms);
            self.piece(span, from_ms, to_ms, staff, person);
            from_ms = to_ms;
        }
        if let Activity::Paused(reason) = span.activity {
            let day = self.day(span.from_ms.div_euclid(1_000));
            let key = format!("{day},{},{},{reason}", span.agent, activity(span.activity));
            self.pauses.add(key, [1, (until_ms - span.from_ms) * MS_US]);
        } else {
            self.work(span, until_ms);
        }
    }

    fn piece(&mut self, span: &ActivitySpan, from_ms: i64, to_ms: i64, staff: &Staff, person: Option<(usize, &Person)>) {
        let us = (to_ms - from_ms) * MS_US;
        let is = |yes: bool| if yes { us } else { 0 };
        let sums = [
            is(span.activity == Activity::Available),
            is(span.activity == Activity::Ringing),
            is(span.activity == Activity::Contact),
            is(span.activity == Activity::AfterCall),
            is(matches!(span.activity, Activity::Paused(_))),
            is(activity(span.activity) == "pause_meal"),
            us,
            0,
        ];
        let from_s = from_ms.div_euclid(1_000);
        let day = self.day(from_s);
        self.agents.add(format!("{day},{}", span.agent), sums);
        if let Some((number, person)) = person {
            debug_assert!(person.team < staff.teams);
            let key = format!("{day},{}", team_name(&self.site, person.team_at(from_s)));
            self.team_agents.entry(key.clone()).or_default().insert(number);
            self.teams.add(key, sums);
        }
    }

    fn handled(&mut self, visit: &Visit, staff: &Staff) {
        let (Some(handled_s), Some(agent)) = (visit.handled_s(), visit.agent.as_deref()) else { return };
        let one = [0, 0, 0, 0, 0, 0, 0, 1];
        let day = self.day(handled_s);
        self.agents.add(format!("{day},{agent}"), one);
        if let Some((_, person)) = person(staff, agent) {
            self.teams.add(format!("{day},{}", team_name(&self.site, person.team_at(handled_s))), one);
        }
    }

    /// Work that goes on without a gap is one stretch.
    fn work(&mut self, span: &ActivitySpan, until_ms: i64) {
        let work = self.working.get(&*span.agent).copied();
        match work.filter(|work| work.until_ms == span.from_ms) {
            Some(work) => self.working.insert(span.agent.to_string(), Work { until_ms, ..work }),
            None => {
                work.into_iter().for_each(|work| self.close(&span.agent, work));
                self.working.insert(span.agent.to_string(), Work { from_ms: span.from_ms, until_ms })
            }
        };
    }

    fn close(&mut self, agent: &str, work: Work) {
        let row = self.stretches.entry(format!("{},{agent}", self.day(work.from_ms.div_euclid(1_000)))).or_default();
        row.0 += 1;
        row.1 = row.1.max(work.until_ms - work.from_ms);
    }

    fn write(&mut self, portion: &mut Portion) {
        let file = |name: &str| format!("truth/{}/{name}.csv", self.site.name);
        self.agents.write(&file("agent-days"), portion, |sums| shares(sums, 1));
        let mut teams: Sums<9> = Sums::default();
        for (key, sums) in self.teams.rows() {
            let agents = self.team_agents.get(key).map_or(0, BTreeSet::len);
            let mut row = [i64::try_from(agents).unwrap_or(0); 9];
            row[1..].copy_from_slice(sums);
            teams.add(key.clone(), row);
        }
        teams.write(&file("team-days"), portion, |[agents, sums @ ..]| shares(sums, *agents));
        self.pauses.write(&file("pause-days"), portion, |_| []);
        for (key, (count, longest_ms)) in &self.stretches {
            portion.line(&file("work-stretches"), format_args!("{key},{count},{}", longest_ms * MS_US));
        }
    }
}

fn shares(sums: &[i64; 8], agents: i64) -> [(i64, i64); 4] {
    let [available, ringing, contact, acw, pause, _, staffed, handled] = *sums;
    let (work, base) = (contact + acw, contact + acw + available);
    [(work, base), (work, agents * PAID_S * SECOND_US), (pause, staffed), (handled * 3_600 * SECOND_US, base + ringing)]
}
