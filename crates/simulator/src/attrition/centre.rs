//! The centre, played a day at a time.

use super::day::{AgentDay, Cause, Day, Departure, SeatDay, TruthDay};
use super::observing::{QUALITY, as_seen};
use super::oracle::{absence_chance, lateness_chance};
use super::person::Person;
use super::stages::{chances, leaving_chances};
use super::team::Team;
use super::world::{CHANNELS, World};
use crate::error::Error;

/// Channels that bending work to a target moves, and which way: faster, and calls cut short or passed on.
const GAMED: [f64; CHANNELS] = [-1.0, -1.0, 0.0, 0.0, 1.0];

/// A centre; as an iterator it gives its days.
#[derive(Clone, Debug)]
pub struct Centre {
    world: World,
    teams: Vec<Team>,
    seats: Vec<Person>,
    next_number: u32,
    day: u32,
    departures: Vec<Departure>,
}

impl Centre {
    /// A centre before its first day.
    ///
    /// # Errors
    /// [`Error::World`].
    pub fn open(world: &World) -> Result<Self, Error> {
        world.check()?;
        let first = |seat: u32| {
            let mut person = Person::new(world, seat, seat, 0, 0);
            let tenure_days = person.besides.between(0, i64::from(world.people.longest_first_tenure_days) - 1);
            person.hired_day = -i32::try_from(tenure_days).unwrap_or(0);
            person
        };
        Ok(Self {
            teams: (0..world.teams()).map(|team| Team::new(world, team)).collect(),
            seats: (0..world.agents).map(first).collect(),
            next_number: world.agents,
            day: 0,
            departures: Vec::new(),
            world: world.clone(),
        })
    }

    /// Who has left so far, in order of days.
    #[must_use]
    pub fn departures(&self) -> &[Departure] {
        &self.departures
    }

    /// Somebody talks with the agent on this seat after the latest day: with the world's chance an agent who searches or has decided is only strained again. Says
    /// whether that happened.
    pub fn hold_talk(&mut self, seat: usize) -> bool {
        let effect = self.world.talk_effect;
        let Some(person) = self.seats.get_mut(seat) else { return false };
        let helps = person.besides.chance(effect) && person.stage >= 2;
        if helps {
            person.stage = 1;
        }
        helps
    }

    /// The day on which the agent on a seat is back from the leave that the agent is on, or was on last.
    pub(super) fn back_day(&self, seat: usize) -> u32 {
        self.seats.get(seat).map_or(0, |person| person.back_day)
    }

    fn team_of(&self, seat: usize) -> usize {
        seat % self.teams.len()
    }

    /// Who leaves this morning is replaced.
    fn leave(&mut self, seat: usize) -> bool {
        let (world, day) = (&self.world, self.day);
        let Some(person) = self.seats.get_mut(seat) else { return false };
        let (by_stage, early) = leaving_chances(world, person.tenure_days(day), person.traits.frailty);
        let drawn = person.draw.unit();
        if day == 0 || day < person.back_day || drawn >= early + by_stage[person.stage] {
            return false;
        }
        let cause = match person.stage {
            _ if drawn < early => Cause::Early,
            0 => Cause::Sudden,
            _ => Cause::WornOut,
        };
        let faults = world.disturbances.untidiness.as_ref();
        let late_days = faults.map_or(0, |faults| person.besides.between(0, i64::from(faults.late_labels_days)));
        self.departures.push(Departure {
            person: person.number,
            agent: person.id,
            day,
            reported_day: day.saturating_add(u32::try_from(late_days).unwrap_or(0)),
            stage: person.stage,
            cause,
            tenure_days: day as i32 - person.hired_day,
        });
        let id = if faults.is_some_and(|faults| faults.ids_reused) { person.id } else { self.next_number };
        *person = Person::new(world, self.next_number, id, day as i32, day);
        self.next_number += 1;
        true
    }

    fn seat_day(&mut self, seat: usize) -> SeatDay {
        let hired_today = self.leave(seat);
        let (day, number) = (self.day, self.team_of(seat));
        let (world, team) = (&self.world, &self.teams[number]);
        let person = &mut self.seats[seat];
        begin_leave(world, person, day);
        let on_leave = day < person.back_day;
        if !hired_today && !on_leave {
            move_stage(world, team, person, day);
        }
        let shift = (day as usize + seat % 7) % 7 < 5 && !on_leave;
        let mut truth = TruthDay {
            person: person.number,
            stage: person.stage,
            hired_today,
            frailty: person.traits.frailty,
            leader: team.leader,
            occupancy: team.smoothed_occupancy(),
            deviations: None,
            quality_deviation: None,
            absence_rate: person.traits.absence_rate * world.disturbances.absence_factor(day),
            lateness_rate: person.traits.lateness_rate,
            shift,
            absent: false,
            late: false,
            in_group: person.traits.in_group,
            gaming: person.traits.is_gaming(day),
        };
        let seen = work(world, team, person, day, on_leave, &mut truth);
        let mut seen = AgentDay { team: number as u32, ..seen };
        spoil(world, person, &mut seen);
        SeatDay { seen, truth }
    }
}

impl Iterator for Centre {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        if self.day >= self.world.days {
            return None;
        }
        for team in &mut self.teams {
            team.advance(&self.world, self.day);
        }
        let seats = (0..self.seats.len()).map(|seat| self.seat_day(seat)).collect();
        let day = Day { day: self.day, seats };
        self.day += 1;
        Some(day)
    }
}

fn begin_leave(world: &World, person: &mut Person, day: u32) {
    let Some(leave) = &world.disturbances.sick_leave else { return };
    let (begins, [shortest, longest]) = (person.besides.chance(leave.per_day), leave.lasting_days.map(i64::from));
    let days = person.besides.between(shortest, longest);
    if begins && day >= person.back_day {
        person.back_day = day.saturating_add(u32::try_from(days).unwrap_or(0));
    }
}

fn move_stage(world: &World, team: &Team, person: &mut Person, day: u32) {
    let chances = chances(world, team.smoothed_occupancy(), team.leader, person.tenure_days(day), person.traits.frailty);
    let mut left = person.draw.unit();
    for (stage, chance) in chances[person.stage].iter().enumerate() {
        left -= chance;
        if left < 0.0 {
            person.stage = stage;
            return;
        }
    }
}

/// The shift. As many numbers are drawn on every day, whatever happens, so that worlds stay comparable.
fn work(world: &World, team: &Team, person: &mut Person, day: u32, on_leave: bool, truth: &mut TruthDay) -> AgentDay {
    let (people, signs, stage) = (&world.people, &world.signs, person.stage);
    let draw = &mut person.draw;
    for drift in &mut person.drift {
        *drift = people.drift_memory * *drift + people.drift_sd * draw.normal();
    }
    let absent = draw.unit() < absence_chance(world, truth.absence_rate, stage);
    let noise: [f64; CHANNELS] = std::array::from_fn(|_| draw.normal());
    let late = draw.unit() < lateness_chance(world, truth.lateness_rate, stage);
    let (late_by_min, evaluated, quality_noise) = (1.0 + draw.exponential(15.0), draw.unit() < people.evaluated_share, draw.normal());
    let present = truth.shift && !absent;
    let tenure_days = f64::from(day) - f64::from(person.hired_day);
    let traits = &person.traits;
    let gamed = world.disturbances.gaming.as_ref().filter(|_| truth.gaming).map_or(0.0, |gaming| gaming.strength);
    let deviations: [f64; CHANNELS] = std::array::from_fn(|channel| signs.channel_shifts[channel][stage] + noise[channel]);
    let quality_deviation = signs.quality_shift[stage] + signs.quality_spread[stage] * quality_noise;
    let learning = [people.learning_excess * libm::exp(-tenure_days / people.learning_days), 0.0, 0.0, 0.0, 0.0];
    let channels = as_seen(std::array::from_fn(|channel| {
        let own = traits.levels[channel] + person.drift[channel] + learning[channel] + team.shock[channel];
        own + traits.spreads[channel] * (deviations[channel] + gamed * GAMED[channel])
    }));
    truth.absent = truth.shift && absent;
    truth.late = present && late;
    truth.deviations = present.then_some(deviations);
    truth.quality_deviation = (present && evaluated).then_some(quality_deviation);
    let [handle_time_s, after_call_work_s, pause_share, adherence, short_share] = channels.map(|channel| present.then_some(channel));
    let quality = QUALITY.0 + QUALITY.1 * (traits.quality_level + quality_deviation - gamed);
    AgentDay {
        agent: person.id,
        team: 0,
        hired_day: person.hired_day,
        scheduled: Some(truth.shift),
        on_leave,
        worked: present,
        absent: truth.shift.then_some(absent),
        late_min: present.then_some(if late { late_by_min.min(60.0) } else { 0.0 }),
        handle_time_s,
        after_call_work_s,
        pause_share,
        adherence,
        short_or_transferred_share: short_share,
        quality_score: (present && evaluated).then_some(quality.clamp(0.0, 100.0)),
        utilisation: present.then_some(team.occupancy),
    }
}

/// What the sources make of the day.
fn spoil(world: &World, person: &mut Person, seen: &mut AgentDay) {
    let Some(faults) = &world.disturbances.untidiness else { return };
    let (missing, wrong) = (person.besides.chance(faults.missing_schedules), person.besides.chance(faults.wrong_clocks));
    if wrong {
        seen.late_min = seen.late_min.map(|minutes| (minutes + 7.0).min(60.0));
    }
    if missing {
        (seen.scheduled, seen.absent, seen.late_min, seen.adherence) = (None, None, None, None);
    }
}
