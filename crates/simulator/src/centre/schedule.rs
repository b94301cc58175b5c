//! Shift schedules and absences as a planning system knows them, and who comes in the end.

use super::files::Portion;
use super::people::{Person, Staff};
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::calendar::Day;
use crate::draw::{Draw, Stream};
use crate::roster::{self, Duty, PlannedPause};
use crate::zone::Zone;

const SECOND_US: i64 = 1_000_000;
/// How a planning system writes a time of its own clock.
const CLOCK: &str = "%Y-%m-%d %H:%M";

/// What an agent is to do for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheduled {
    Queue,
    Break,
    Meal,
    Training,
}

impl Scheduled {
    /// The letter of the schedule.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Queue => 'Q',
            Self::Break => 'P',
            Self::Meal => 'M',
            Self::Training => 'T',
        }
    }

    /// The word of facts.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Break => "break",
            Self::Meal => "meal",
            Self::Training => "training",
        }
    }

    /// The reason that an agent gives when pausing for it.
    pub(crate) fn reason(self) -> Option<&'static str> {
        match self {
            Self::Queue => None,
            Self::Break => Some("Break"),
            Self::Meal => Some("Lunch"),
            Self::Training => Some("Training"),
        }
    }
}

/// A part of a shift; times in Unix seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) from_s: i64,
    pub(crate) to_s: i64,
    pub(crate) what: Scheduled,
}

/// Time for which an agent is away; Unix seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Away {
    pub(crate) from_s: i64,
    pub(crate) to_s: i64,
    pub(crate) planned: bool,
    pub(crate) sick: bool,
}

/// A shift that stands in the schedule in the end.
#[derive(Debug, Clone)]
pub(crate) struct PlannedShift {
    pub(crate) person: usize,
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) away: Option<Away>,
}

/// The planning system of a site.
#[derive(Debug)]
pub(super) struct Planner {
    site: String,
    zone: Zone,
    habits: Habits,
    draw: Draw,
    days: u32,
    stretches: u64,
    absences: u64,
}

impl Planner {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits) -> Self {
        let draw = Draw::new(seed, Stream::Shifts);
        Self { site: site.name.clone(), zone: site.zone.clone(), habits, draw, days: 0, stretches: 0, absences: 0 }
    }

    /// Plans a day of which `factor` of an ordinary day's demand is expected. Returns the shifts, and who comes.
    pub(super) fn plan(&mut self, day: &Day, factor: f64, staff: &Staff, portion: &mut Portion) -> (Vec<PlannedShift>, Vec<Duty>) {
        let (mut shifts, mut duties) = (Vec::new(), Vec::new());
        for (agent, person) in staff.people.iter().enumerate() {
            let gone = person.left.is_some_and(|left| left <= day.date);
            if gone || !roster::works(person.turn, person.colleagues, self.days, factor) {
                continue;
            }
            let stretches = self.stretches_of(day, person);
            if self.draw.chance(self.habits.cancelled_share) {
                for stretch in stretches {
                    let id = self.publish(person, stretch, 1, portion);
                    self.cancel(person, stretch, &id, portion);
                }
                continue;
            }
            let stretches = self.publish_all(person, stretches, portion);
            let (away, comes, goes) = self.fate(day, &stretches);
            if let Some(away) = away {
                self.write_absence(person, away, portion);
            }
            if comes < goes {
                duties.push(self.duty(agent, &stretches, comes, goes));
            }
            shifts.push(PlannedShift { person: agent, stretches, away });
        }
        self.days += 1;
        (shifts, duties)
    }

    /// The shift as it is published first: two breaks and a meal if it is long enough. Parts begin on the quarter-hour and where the clock
    /// on the wall shows a time for the first time, as a schedule on that clock cannot say more.
    fn stretches_of(&self, day: &Day, person: &Person) -> Vec<Stretch> {
        let (from_s, to_s) = (day.instant_s(person.shift.begins_min), day.instant_s(person.shift.ends_min));
        let pauses = [(0.25, 900, Scheduled::Break), (0.5, 1_800, Scheduled::Meal), (0.76, 900, Scheduled::Break)];
        let pauses = if to_s - from_s >= 6 * 3_600 { &pauses[..] } else { &pauses[..1] };
        let (mut stretches, mut since_s) = (Vec::new(), from_s);
        for (share, length_s, what) in pauses {
            let at_s = from_s + ((to_s - from_s) as f64 * share) as i64 / 900 * 900;
            let until_s = at_s + length_s;
            if [at_s, until_s].iter().all(|time_s| self.zone.is_first(*time_s)) {
                stretches.push(Stretch { from_s: since_s, to_s: at_s, what: Scheduled::Queue });
                stretches.push(Stretch { from_s: at_s, to_s: until_s, what: *what });
                since_s = until_s;
            }
        }
        stretches.push(Stretch { from_s: since_s, to_s, what: Scheduled::Queue });
        stretches
    }

    /// Publishes the shift; now and then training is put into its last part afterwards.
    fn publish_all(&mut self, person: &Person, mut stretches: Vec<Stretch>, portion: &mut Portion) -> Vec<Stretch> {
        let mut ids: Vec<String> = stretches.iter().map(|stretch| self.publish(person, *stretch, 1, portion)).collect();
        let trains = self.draw.chance(self.habits.training_share);
        if let (Some(last), Some(id)) = (stretches.last_mut().filter(|last| trains && last.to_s - last.from_s >= 5_400), ids.last()) {
            let training = Stretch { from_s: last.to_s - 2_700, to_s: last.to_s, what: Scheduled::Training };
            last.to_s = training.from_s;
            let shorter = *last;
            self.write(person, shorter, id, 2, portion);
            ids.push(self.publish(person, training, 2, portion));
            stretches.push(training);
        }
        for (stretch, id) in stretches.iter().zip(&ids) {
            self.observe(person, *stretch, id, portion);
        }
        stretches
    }

    fn publish(&mut self, person: &Person, stretch: Stretch, version: u32, portion: &mut Portion) -> String {
        self.stretches += 1;
        let id = format!("{}-{:09}", self.site, self.stretches);
        self.write(person, stretch, &id, version, portion);
        id
    }

    fn write(&self, person: &Person, stretch: Stretch, id: &str, version: u32, portion: &mut Portion) {
        self.write_as(person, stretch, id, version, "published", portion);
    }

    fn write_as(&self, person: &Person, stretch: Stretch, id: &str, version: u32, status: &str, portion: &mut Portion) {
        let begin = self.zone.text(stretch.from_s, "%Y-%m-%d,%H:%M:%S");
        let minutes = (stretch.to_s - stretch.from_s) / 60;
        let (name, letter) = (&person.name, stretch.what.letter());
        portion.line(&format!("{}/schedule.csv", self.site), format_args!("{id},{version},{name},{begin},{minutes},{letter},{status},"));
    }

    /// A part that was published is taken out again: it lasts no time.
    fn cancel(&self, person: &Person, stretch: Stretch, id: &str, portion: &mut Portion) {
        self.write_as(person, stretch, id, 2, "cancelled", portion);
        self.observe(person, Stretch { to_s: stretch.from_s, ..stretch }, id, portion);
    }

    fn observe(&self, person: &Person, stretch: Stretch, id: &str, portion: &mut Portion) {
        let observed = Observed {
            id: id.to_owned(),
            at_s: stretch.from_s,
            ended_s: Some(stretch.to_s),
            agent: Some(&person.name),
            dimension: Some(stretch.what.word()),
            ..Observed::default()
        };
        observed.write(&self.site, "shift", portion);
    }

    /// Whether the agent is away, and from when to when (Unix seconds) the agent is there.
    fn fate(&mut self, day: &Day, stretches: &[Stretch]) -> (Option<Away>, i64, i64) {
        let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else { return (None, 0, 0) };
        let (from_s, to_s) = (first.from_s, last.to_s);
        let away = |from_s, to_s, planned, sick| Some(Away { from_s, to_s, planned, sick });
        // A night is missed whole, and nothing of the one before.
        let all = if to_s > day.end_s { (from_s, to_s) } else { (day.start_s, day.end_s) };
        let fate = self.draw.unit();
        let limits = [self.habits.leave_share, self.habits.sick_share, self.habits.sick_share / 4.0, self.habits.late_share];
        let number = limits
            .iter()
            .scan(0.0, |sum, share| {
                *sum += share;
                Some(*sum)
            })
            .position(|limit| fate < limit);
        let early_s = self.draw.between(0, 180);
        let late_s = self.draw.between(301, 2_700);
        match number {
            Some(0) => (away(all.0, all.1, true, false), 0, 0),
            Some(1) => (away(all.0, all.1, false, true), 0, 0),
            Some(2) => {
                let ill_s = (from_s + (to_s - from_s) / 3) / 900 * 900;
                if self.zone.is_first(ill_s) {
                    (away(ill_s, to_s, false, true), from_s - early_s, ill_s)
                } else {
                    (None, from_s - early_s, to_s)
                }
            }
            Some(3) => {
                // Who is late for long is written down as absent, to the full minute.
                let until_s = (from_s + late_s + 59) / 60 * 60;
                let noted = late_s > 1_200 && self.zone.is_first(until_s);
                (if noted { away(from_s, until_s, false, false) } else { None }, from_s + late_s, to_s)
            }
            _ => (None, from_s - early_s, to_s),
        }
    }

    fn write_absence(&mut self, person: &Person, away: Away, portion: &mut Portion) {
        self.absences += 1;
        let id = format!("{}-{:07}", self.site, self.absences);
        let (from, until) = (self.zone.text(away.from_s, CLOCK), self.zone.text(away.to_s, CLOCK));
        let (kind, outcome, reason) = match (away.planned, away.sick) {
            (true, _) => ('U', "planned", "leave"),
            (false, true) => ('K', "unplanned", "sick"),
            (false, false) => ('S', "unplanned", "other"),
        };
        portion.line(&format!("{}/absences.csv", self.site), format_args!("{id},{},{from},{until},{kind},granted,,", person.name));
        let observed = Observed {
            id,
            at_s: away.from_s,
            ended_s: Some(away.to_s),
            agent: Some(&person.name),
            outcome: Some(outcome),
            reason: Some(reason),
            ..Observed::default()
        };
        observed.write(&self.site, "absence", portion);
    }

    /// What the agent means to do: about what the schedule says.
    fn duty(&mut self, agent: usize, stretches: &[Stretch], comes_s: i64, goes_s: i64) -> Duty {
        let mut pauses = Vec::new();
        for stretch in stretches.iter().filter(|stretch| stretch.from_s > comes_s && stretch.to_s <= goes_s) {
            let (shift_s, longer_s) = (self.draw.between(-120, 600), self.draw.between(-240, 300));
            if let Some(reason) = stretch.what.reason() {
                let due_s = stretch.from_s + if stretch.what == Scheduled::Training { 30 } else { shift_s };
                pauses.push(PlannedPause { reason, due_s, length_s: (stretch.to_s - stretch.from_s + longer_s).max(120) });
            }
        }
        let stays_s = self.draw.between(0, 120);
        Duty { agent, begins_us: comes_s * SECOND_US, ends_us: (goes_s + stays_s) * SECOND_US, pauses }
    }
}
