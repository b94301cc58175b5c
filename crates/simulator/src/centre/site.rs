//! A site, day by day: what is planned, played, observed, and true.

use super::dials::Dialler;
use super::evaluations::Evaluations;
use super::files::Portion;
use super::offers::Offers;
use super::people::{self, Staff, person};
use super::plan::{Centre, SitePlan};
use super::schedule::Planner;
use super::surveys::Surveys;
use super::telling::Telling;
use super::tickets::Tickets;
use super::truth::{Planned, Repeats, SiteTruth};
use crate::demand::day_factor;
use crate::draw::{Draw, Stream};
use crate::engine::Engine;
use crate::error::Error;
use crate::scenario::Scenario;
use crate::visit::Visit;

/// A site in play.
pub(super) struct SitePlay {
    name: String,
    scenario: Scenario,
    engine: Engine,
    staff: Staff,
    life: Draw,
    planner: Planner,
    surveys: Surveys,
    evaluations: Evaluations,
    offers: Offers,
    dialler: Dialler,
    tickets: Tickets,
    telling: Telling,
    truth: SiteTruth,
}

/// What cannot be said of a site before all sites are over.
pub(super) struct Unfinished {
    pub(super) repeats: Repeats,
    pub(super) tickets: Tickets,
}

impl SitePlay {
    /// A site before its first day. Writes the headers of its files.
    pub(super) fn new(centre: &Centre, number: usize, site: &SitePlan, portion: &mut Portion) -> Result<Self, Error> {
        let scenario = centre.scenario(number)?;
        let name = &site.name;
        portion.line(&format!("{name}/schedule.csv"), format_args!("stretch,version,agent,day,begin,minutes,activity,status,queue"));
        portion.line(&format!("{name}/absences.csv"), format_args!("absence,agent,from,until,kind,status,changed,note"));
        for kind in ["shift", "absence"] {
            super::truth::Observed::header(name, kind, portion);
        }
        Ok(Self {
            engine: Engine::new(&scenario)?,
            staff: people::hire(centre, number, site)?,
            life: Draw::new(scenario.seed.wrapping_add(1), Stream::People),
            planner: Planner::new(scenario.seed, site, centre.habits),
            surveys: Surveys::new(scenario.seed, site, centre.habits, portion),
            evaluations: Evaluations::new(scenario.seed, site, centre.habits, portion),
            offers: Offers::new(scenario.seed, site, centre.habits, portion),
            dialler: Dialler::new(scenario.seed, site, centre.habits, portion),
            tickets: Tickets::new(scenario.seed, site, centre.habits, portion),
            telling: Telling::new(site, &scenario, centre.dirt),
            truth: SiteTruth::new(site, portion),
            name: name.clone(),
            scenario,
        })
    }

    /// Plays the next day; nothing when all is over.
    pub(super) fn next_day(&mut self) -> Option<Portion> {
        let day = self.engine.today()?.clone();
        let mut portion = Portion::of(format!("{} {}", self.name, day.date));
        let within = !self.engine.is_before_first() && day.start_s * 1_000_000 < self.scenario.end_us;
        let (shifts, duties) = if within {
            self.staff.people.iter_mut().for_each(|person| person.live_on(&mut self.life));
            let factor = day_factor(&self.scenario, &day);
            self.dialler.day(&day, factor, &self.staff, &mut portion);
            self.planner.plan(&day, factor, &self.staff, &mut portion)
        } else {
            Default::default()
        };
        let played = self.engine.play_day(duties);
        for visit in played.truth().visits() {
            let visit = self.telling.seen(visit);
            self.observe(&visit, &mut portion);
        }
        let planned = Planned { start_s: day.start_s, shifts, last: self.engine.today().is_none() };
        if planned.last {
            self.surveys.write(&mut portion);
            self.evaluations.write(&mut portion);
            self.offers.write(&mut portion);
            self.dialler.write(&mut portion);
        }
        for (truth, planned) in self.telling.take(played, planned, &mut portion) {
            self.truth.take(&truth, planned, &self.staff, &mut portion);
        }
        Some(portion)
    }

    /// What a conversation leaves in the systems beside the telephone.
    fn observe(&mut self, visit: &Visit, portion: &mut Portion) {
        let agent = visit.agent.as_deref().and_then(|agent| person(&self.staff, agent));
        let Some((_, person)) = agent.filter(|_| visit.ended.is_some()) else { return };
        self.surveys.take(visit, person.mood, portion);
        self.evaluations.take(visit, person.mood, portion);
        self.offers.take(visit, person.mood, portion);
        self.tickets.take(visit, portion);
    }

    /// What cannot be said before all sites are over.
    pub(super) fn into_unfinished(self) -> Unfinished {
        Unfinished { repeats: self.truth.into_repeats(), tickets: self.tickets }
    }
}
