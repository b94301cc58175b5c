//! A site, day by day: what is planned, played, observed, and true.

use super::files::Portion;
use super::people::{self, Staff};
use super::plan::{Centre, SitePlan};
use super::schedule::Planner;
use super::truth::SiteTruth;
use crate::demand::day_factor;
use crate::draw::{Draw, Stream};
use crate::engine::Engine;
use crate::error::Error;
use crate::scenario::Scenario;

/// A site in play.
pub(super) struct SitePlay {
    site: SitePlan,
    scenario: Scenario,
    engine: Engine,
    staff: Staff,
    life: Draw,
    planner: Planner,
    truth: SiteTruth,
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
            truth: SiteTruth::new(site, portion),
            site: site.clone(),
            scenario,
        })
    }

    /// Plays the next day; nothing when all is over.
    pub(super) fn next_day(&mut self) -> Option<Portion> {
        let day = self.engine.today()?.clone();
        let mut portion = Portion::of(format!("{} {}", self.site.name, day.date));
        let within = !self.engine.is_before_first() && day.start_s * 1_000_000 < self.scenario.end_us;
        let (shifts, duties) = if within {
            self.staff.people.iter_mut().for_each(|person| person.live_on(&mut self.life));
            self.planner.plan(&day, day_factor(&self.scenario, &day), &self.staff, &mut portion)
        } else {
            Default::default()
        };
        let played = self.engine.play_day(duties);
        let log = format!("{}/queue_log", self.site.name);
        for line in played.lines() {
            portion.line(&log, format_args!("{}", line.text));
        }
        let _ = shifts;
        let last = self.engine.today().is_none();
        self.truth.take(played.truth(), day.start_s, last, &mut portion);
        Some(portion)
    }
}
