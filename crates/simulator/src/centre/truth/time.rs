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
/// Paid seconds of a shift, as the views are asked.
const PAID_S: i64 = 27_000;
const COLUMNS: &str = "available_us,contact_us,acw_us,pause_us,meal_us,staffed_us,handled,occupancy,utilisation,pause_share,calls_per_hour";

/// A stretch of work in the making, Unix seconds.
#[derive(Debug, Default, Clone, Copy)]
struct Work {
    from_s: i64,
    until_s: i64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Time {
    site: SitePlan,
    agents: Sums<7>,
    teams: Sums<7>,
    team_agents: BTreeMap<String, BTreeSet<usize>>,
    pauses: Sums<2>,
    working: BTreeMap<String, Work>,
    /// By day and agent: how many stretches, and the seconds of the longest.
    stretches: BTreeMap<String, (i64, i64)>,
}

impl Time {
    pub(crate) fn new(site: &SitePlan, portion: &mut Portion) -> Self {
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

    pub(crate) fn take(&mut self, truth: &Truth, staff: &Staff, last: bool, portion: &mut Portion) {
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
        let Some(until_s) = span.until_s else { return };
        let person = person(staff, &span.agent);
        let cut_s = person.and_then(|(_, person)| person.moves).map_or(i64::MAX, |(from_s, _)| from_s);
        let mut from_s = span.from_s;
        while from_s < until_s {
            let to_s =
                [until_s, self.midnight_s(from_s), if from_s < cut_s { cut_s } else { i64::MAX }].into_iter().min().unwrap_or(until_s);
            self.piece(span, from_s, to_s, staff, person);
            from_s = to_s;
        }
        if let Activity::Paused(reason) = span.activity {
            let key = format!("{},{},{},{reason}", self.day(span.from_s), span.agent, activity(span.activity));
            self.pauses.add(key, [1, (until_s - span.from_s) * SECOND_US]);
        } else {
            self.work(span, until_s);
        }
    }

    fn piece(&mut self, span: &ActivitySpan, from_s: i64, to_s: i64, staff: &Staff, person: Option<(usize, &Person)>) {
        let us = (to_s - from_s) * SECOND_US;
        let is = |yes: bool| if yes { us } else { 0 };
        let sums = [
            is(span.activity == Activity::Available),
            is(span.activity == Activity::Contact),
            is(span.activity == Activity::AfterCall),
            is(matches!(span.activity, Activity::Paused(_))),
            is(span.activity == Activity::Paused("Lunch")),
            us,
            0,
        ];
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
        let one = [0, 0, 0, 0, 0, 0, 1];
        let day = self.day(handled_s);
        self.agents.add(format!("{day},{agent}"), one);
        if let Some((_, person)) = person(staff, agent) {
            self.teams.add(format!("{day},{}", team_name(&self.site, person.team_at(handled_s))), one);
        }
    }

    /// Work that goes on without a gap is one stretch.
    fn work(&mut self, span: &ActivitySpan, until_s: i64) {
        let work = self.working.get(&*span.agent).copied();
        match work.filter(|work| work.until_s == span.from_s) {
            Some(work) => self.working.insert(span.agent.to_string(), Work { until_s, ..work }),
            None => {
                work.into_iter().for_each(|work| self.close(&span.agent, work));
                self.working.insert(span.agent.to_string(), Work { from_s: span.from_s, until_s })
            }
        };
    }

    fn close(&mut self, agent: &str, work: Work) {
        let row = self.stretches.entry(format!("{},{agent}", self.day(work.from_s))).or_default();
        row.0 += 1;
        row.1 = row.1.max(work.until_s - work.from_s);
    }

    fn write(&mut self, portion: &mut Portion) {
        let file = |name: &str| format!("truth/{}/{name}.csv", self.site.name);
        self.agents.write(&file("agent-days"), portion, |sums| shares(sums, 1));
        let mut teams: Sums<8> = Sums::default();
        for (key, sums) in self.teams.rows() {
            let agents = self.team_agents.get(key).map_or(0, BTreeSet::len);
            let [available, contact, acw, pause, meal, staffed, handled] = *sums;
            teams.add(key.clone(), [i64::try_from(agents).unwrap_or(0), available, contact, acw, pause, meal, staffed, handled]);
        }
        teams.write(&file("team-days"), portion, |[agents, sums @ ..]| shares(sums, *agents));
        self.pauses.write(&file("pause-days"), portion, |_| []);
        for (key, (count, longest_s)) in &self.stretches {
            portion.line(&file("work-stretches"), format_args!("{key},{count},{}", longest_s * SECOND_US));
        }
    }
}

fn shares(sums: &[i64; 7], agents: i64) -> [(i64, i64); 4] {
    let [available, contact, acw, pause, _, staffed, handled] = *sums;
    let (work, ready) = (contact + acw, contact + acw + available);
    [(work, ready), (work, agents * PAID_S * SECOND_US), (pause, staffed), (handled * 3_600 * SECOND_US, ready)]
}
