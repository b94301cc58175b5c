//! A world of agents as events: what a telephone system, a planning system, evaluators and personnel would have written, so that the whole way from events to
//! warnings can be judged.
//!
//! Every day of the world becomes one shift: a login, calls with after-call work, pauses, time logged out. Their times are fitted so that what a correct reader
//! measures is what the world says (`AgentDay`): handle time and after-call work in the mean, pauses, adherence, lateness, utilisation. Events have whole seconds and
//! whole calls; what follows from those is the truth ([`PlayedDay`], `truth/<site>`). Counts are rounded up or down by chance and so are right on average.
//! What the product must never see (stages, who left and why) lies in `truth/hidden`.
//!
//! ```
//! use simulator::attrition::{EventPlan, EventPlay, World};
//!
//! let mut play = EventPlay::new(EventPlan::new(World::named("reference", 7, 20, 2)?)?)?;
//! let mut lines = 0;
//! while let Some(portion) = play.next_portion()? {
//!     lines += portion.files().filter(|(name, _)| *name == "west/queue_log").map(|(_, text)| text.lines().count()).sum::<usize>();
//! }
//! // About 28 of 40 agent-days are worked, with 62 calls of four lines each and some ten lines more.
//! assert!((5_500..9_000).contains(&lines), "{lines}");
//! # Ok::<(), simulator::Error>(())
//! ```

mod log;
mod plan;
mod played;
mod records;
mod workday;

pub use plan::EventPlan;
pub use played::PlayedDay;

use super::{Centre, Day, Departure, SeatDay};
use crate::calendar;
use crate::centre::{Away, Person, PlannedShift, Portion, Shifts, Staff, Stretch, Time};
use crate::draw::{Draw, Stream};
use crate::error::Error;
use crate::roster::Shift;
use crate::truth::Truth;
use crate::visit::Visit;
use log::{Log, Post, spans};
use records::{Absence, Records};
use std::sync::Arc;
use workday::{FULL_CALLS, Habit, SHIFT_S, stretches, workday};

/// When shifts begin, by seat in turn, in minutes after midnight.
const BEGINS_MIN: [u32; 3] = [480, 540, 600];
/// Share of missed shifts that are reported as illness; nobody may look at it.
const SICK_SHARE: f64 = 0.6;

/// A world in play, portion by portion: reference data first, then a day after the other.
pub struct EventPlay {
    plan: EventPlan,
    centre: Centre,
    state: Option<State>,
    played: Vec<PlayedDay>,
    calls: Vec<Visit>,
}

/// What is kept from day to day.
struct State {
    log: Log,
    records: Records,
    staff: Staff,
    time: Time,
    shifts: Shifts,
    /// By seat: who sits there, the agent's own draws, and whether a leave is written already.
    seats: Vec<Seat>,
}

struct Seat {
    person: u32,
    draw: Draw,
    on_leave: bool,
}

/// A day in the making.
struct Making<'a> {
    of: &'a calendar::Day,
    truth: Truth,
    shifts: Vec<PlannedShift>,
    portion: &'a mut Portion,
}

impl EventPlay {
    /// A world before its first day.
    ///
    /// # Errors
    /// [`Error::World`].
    pub fn new(plan: EventPlan) -> Result<Self, Error> {
        plan.check()?;
        Ok(Self { centre: Centre::open(&plan.world)?, plan, state: None, played: Vec::new(), calls: Vec::new() })
    }

    /// What is played.
    #[must_use]
    pub fn plan(&self) -> &EventPlan {
        &self.plan
    }

    /// The world itself: who left so far, and talks between two days.
    pub fn centre(&mut self) -> &mut Centre {
        &mut self.centre
    }

    /// What a correct reader measures of the latest day, by seat.
    #[must_use]
    pub fn played(&self) -> &[PlayedDay] {
        &self.played
    }

    /// Calls of the latest day.
    #[must_use]
    pub fn calls(&self) -> &[Visit] {
        &self.calls
    }

    /// What comes next; nothing when all is over.
    ///
    /// # Errors
    /// [`Error::World`] for a day outside the calendar.
    pub fn next_portion(&mut self) -> Result<Option<Portion>, Error> {
        let Some(mut state) = self.state.take() else {
            let mut portion = Portion::of("reference data".to_owned());
            self.state = Some(State::begin(&self.plan, &mut portion)?);
            return Ok(Some(portion));
        };
        let gone = self.centre.departures().len();
        let Some(day) = self.centre.next() else { return Ok(None) };
        let of = self.plan.day(day.day)?;
        let mut portion = Portion::of(format!("{} {}", self.plan.site, of.date));
        let left = self.centre.departures().get(gone..).unwrap_or_default();
        state.moves(&self.plan, &day, left, &mut portion)?;
        let mut making = Making { of: &of, truth: Truth::default(), shifts: Vec::new(), portion: &mut portion };
        let mut played = Vec::new();
        for (seat, seat_day) in day.seats.iter().enumerate() {
            let back = self.centre.back_day(seat);
            played.extend(state.seat_day(&self.plan, (day.day, seat, back), seat_day, &mut making)?);
        }
        let (mut truth, shifts) = (making.truth, making.shifts);
        truth.sort();
        let last = day.day + 1 == self.plan.world.days;
        state.time.take(&truth, &state.staff, last, &mut portion);
        state.shifts.take(shifts, truth.activities(), of.start_s, &state.staff, last, &mut portion);
        let file = format!("{}/queue_log", self.plan.site);
        state.log.take().iter().for_each(|line| portion.line(&file, format_args!("{}", line.text)));
        played::write(&self.plan, &played, &mut portion)?;
        (self.played, self.calls) = (played, truth.visits);
        self.state = Some(state);
        Ok(Some(portion))
    }
}

impl State {
    fn begin(plan: &EventPlan, portion: &mut Portion) -> Result<Self, Error> {
        let (site, teams) = (plan.site_plan(), plan.world.teams() as usize);
        let mut log = Log::default();
        log.begin(plan.day(0)?.start_s);
        played::begin(plan, portion);
        portion.line("truth/hidden/world.json", format_args!("{}", serde_json::to_string(&plan.world).unwrap_or_default()));
        Ok(Self {
            log,
            records: Records::begin(plan, teams, portion),
            staff: Staff { people: Vec::new(), teams, new_leader_s: i64::MAX },
            time: Time::new(&site, portion),
            shifts: Shifts::new(&site, portion),
            seats: Vec::new(),
        })
    }

    /// Who left this morning and who came; on the first day all who are there.
    fn moves(&mut self, plan: &EventPlan, day: &Day, left: &[Departure], portion: &mut Portion) -> Result<(), Error> {
        let reused = plan.world.disturbances.untidiness.as_ref().is_some_and(|faults| faults.ids_reused);
        let mut left = left.iter();
        for (seat, SeatDay { seen, truth }) in day.seats.iter().enumerate() {
            let team = seen.team as usize;
            if day.day > 0 && !truth.hired_today {
                continue;
            }
            // Of an id that is used again personnel enters both at once: whoever left, and who has come.
            let mut known = (day.day > 0).then_some(day.day);
            if let Some(departure) = left.next().filter(|_| day.day > 0) {
                let hired_day = day.day as i32 - departure.tenure_days;
                self.records.left(departure.agent, team, (hired_day, departure.day, departure.reported_day), portion)?;
                played::write_departure(plan, departure, portion)?;
                known = Some(if reused { departure.reported_day } else { day.day });
            }
            self.records.hired(seen.agent, team, (seen.hired_day, known), reused && known.is_some(), portion)?;
            self.employ(plan, seen.agent, team, plan.date(seen.hired_day)?);
            let sits =
                Seat { person: truth.person, draw: Draw::new(plan.world.seed, Stream::EventsOfPerson(truth.person)), on_leave: false };
            match self.seats.get_mut(seat) {
                Some(before) => *before = sits,
                None => self.seats.push(sits),
            }
        }
        Ok(())
    }

    fn employ(&mut self, plan: &EventPlan, id: u32, team: usize, hired: jiff::civil::Date) {
        if self.staff.people.len() > id as usize {
            return;
        }
        self.staff.people.push(Person {
            name: plan.agent_name(id),
            queue: team,
            turn: 0,
            colleagues: plan.world.agents_per_team,
            shift: Shift { begins_min: 0, ends_min: 0 },
            team,
            moves: None,
            level: 1,
            contract: "permanent",
            external: false,
            hired,
            left: None,
            mood: 0.0,
        });
    }

    fn seat_day(
        &mut self,
        plan: &EventPlan,
        (day, seat, back_day): (u32, usize, u32),
        seat_day: &SeatDay,
        making: &mut Making<'_>,
    ) -> Result<Option<PlayedDay>, Error> {
        let SeatDay { seen, truth } = seat_day;
        let agent: Arc<str> = plan.agent_name(seen.agent).into();
        played::write_hidden(making.of.date, &agent, seat_day, making.portion);
        let Some(sits) = self.seats.get_mut(seat) else { return Ok(None) };
        debug_assert_eq!(sits.person, truth.person);
        if seen.on_leave && !sits.on_leave {
            self.records.absence(&agent, making.of.start_s, plan.day(back_day)?.start_s, Absence::Leave, making.portion);
        }
        sits.on_leave = seen.on_leave;
        let begin_s = making.of.instant_s(BEGINS_MIN[seat % BEGINS_MIN.len()]);
        let schedule = if seen.scheduled == Some(true) { stretches(begin_s) } else { Vec::new() };
        self.records.schedule(&agent, &schedule, making.portion);
        let missed = PlayedDay::missed(day, seat, Arc::clone(&agent), &schedule);
        if !seen.worked {
            if schedule.is_empty() {
                return Ok(None);
            }
            let sick = sits.draw.chance(SICK_SHARE);
            let (from_s, to_s) = (making.of.start_s, making.of.end_s);
            self.records.absence(&agent, from_s, to_s, if sick { Absence::Sick } else { Absence::Other }, making.portion);
            let away = Some(Away { from_s, to_s, planned: false, sick });
            making.shifts.push(PlannedShift { person: seen.agent as usize, stretches: schedule, away });
            return Ok(Some(missed));
        }
        let habit = Habit { volume: f64::from(plan.calls_a_day) / f64::from(FULL_CALLS), bends: truth.gaming };
        let work = workday(seen, begin_s, habit, &mut sits.draw);
        debug_assert!(work.parts.last().is_some_and(|part| part.to_s == begin_s + SHIFT_S));
        let post = Post { agent: Arc::clone(&agent), queue: plan.queue_name(seen.team as usize).into() };
        let (visits, spans) = (self.log.day(&post, &work), spans(&agent, &work));
        let score_milli = seen.quality_score.map(|score| crate::draw::whole(score * 1_000.0 + 0.5));
        if let Some((visit, score_milli)) = visits.get(visits.len() / 2).zip(score_milli) {
            self.records.evaluation(visit, score_milli, making.portion);
        }
        let played = PlayedDay::worked(missed, &schedule, &work, &spans, score_milli);
        making.truth.visits.extend(visits);
        making.truth.activities.extend(spans);
        self.shift(seen.agent, schedule, making);
        Ok(Some(played))
    }

    fn shift(&mut self, id: u32, stretches: Vec<Stretch>, making: &mut Making<'_>) {
        if !stretches.is_empty() {
            making.shifts.push(PlannedShift { person: id as usize, stretches, away: None });
        }
    }
}
