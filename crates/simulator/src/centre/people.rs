//! Who works at a site: teams, leaders, since when, and who moves or leaves.

use super::plan::{Centre, SitePlan};
use crate::calendar::Day;
use crate::demand::Curve;
use crate::draw::{Draw, Stream};
use crate::error::Error;
use crate::roster::{self, Shift};
use jiff::ToSpan;
use jiff::civil::Date;

/// Agents of a team.
const TEAM_SIZE: usize = 9;

/// An agent. Its place in the list is its number for the engine.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// As the log names the agent.
    pub(crate) name: String,
    /// Position of the main queue among the site's.
    pub(crate) queue: usize,
    /// Place among the agents of that queue, and how many they are.
    pub(crate) turn: u32,
    pub(crate) colleagues: u32,
    pub(crate) shift: Shift,
    /// Number of the team at first.
    pub(crate) team: usize,
    /// The move to another team: from when on (Unix seconds), and its number.
    pub(crate) moves: Option<(i64, usize)>,
    pub(crate) level: i64,
    pub(crate) contract: &'static str,
    /// Employed by the site's vendor.
    pub(crate) external: bool,
    pub(crate) hired: Date,
    /// First day on which the agent, who has resigned, does not come any more.
    pub(crate) left: Option<Date>,
    /// How content the agent is, from about -1 to 1; it drifts from day to day.
    pub(crate) mood: f64,
}

impl Person {
    /// Number of the team at a time, Unix seconds.
    pub(super) fn team_at(&self, time_s: i64) -> usize {
        self.moves.filter(|(from_s, _)| *from_s <= time_s).map_or(self.team, |(_, team)| team)
    }

    /// Another day: content people stay about as they are, those who are going to resign become less so.
    pub(super) fn live_on(&mut self, draw: &mut Draw) {
        let drift = if self.left.is_some() { -0.03 } else { 0.0 };
        self.mood = (0.93 * self.mood + 0.12 * draw.normal() + drift).clamp(-1.5, 1.5);
    }
}

/// The people of a site, and when the leader of the first team changes.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) people: Vec<Person>,
    pub(crate) teams: usize,
    /// From then on (Unix seconds) the first team has another leader.
    pub(crate) new_leader_s: i64,
}

impl Staff {
    /// Number of the leader of a team at a time, Unix seconds.
    pub(super) fn leader_at(&self, team: usize, time_s: i64) -> usize {
        if team == 0 && time_s >= self.new_leader_s { self.teams } else { team }
    }
}

/// Hires the people of a site. Whatever the draws say, the first agent moves at noon of the second day and the last one resigns.
pub(super) fn hire(centre: &Centre, number: usize, site: &SitePlan) -> Result<Staff, Error> {
    let seed = centre.seed.wrapping_mul(1_000_003).wrapping_add(number as u64);
    let mut draw = Draw::new(seed, Stream::People);
    let count: usize = site.queues.iter().map(|queue| queue.agents as usize).sum();
    let teams = count.div_ceil(TEAM_SIZE).max(2);
    let day = |days: i64| centre.start.checked_add(days.days()).map_err(|_| outside(centre));
    let last = i64::from(centre.days) - 1;
    let mut people = Vec::with_capacity(count);
    for (position, queue) in site.queues.iter().enumerate() {
        let curve = Curve::of(queue);
        let shifts = if site.nights { roster::shifts(queue, &curve) } else { roster::shifts_within_a_day(queue, &curve) };
        for (turn, shift) in (0_u32..).zip(shifts) {
            let agent = people.len();
            let team = agent * teams / count.max(1);
            let moving = draw.chance(centre.habits.move_share) || agent == 0;
            let move_day = day(if agent == 0 { last.min(1) } else { draw.between(0, last) })?;
            let noon_s = Day::of(&site.zone, move_day)?.instant_s(720);
            let resigning = draw.chance(centre.habits.resign_share) || agent + 1 == count;
            let left = day(if agent + 1 == count { last } else { draw.between(1.min(last), last) })?;
            let tenure_days = 20 + crate::draw::whole(draw.exponential(800.0)).min(6_000);
            people.push(Person {
                name: format!("{}{}", site.agent_prefix(), 1_001 + agent),
                queue: position,
                turn,
                colleagues: queue.agents,
                shift,
                team,
                moves: moving.then_some((noon_s, (team + 1) % teams)),
                level: draw.between(1, 3),
                contract: if draw.chance(0.8) { "permanent" } else { "fixed-term" },
                external: site.vendor.is_some() && draw.chance(0.4),
                hired: day(-tenure_days)?,
                left: resigning.then_some(left),
                mood: 0.4 * draw.normal(),
            });
        }
    }
    let new_leader_s = Day::of(&site.zone, day(last.min(1))?)?.start_s;
    Ok(Staff { people, teams, new_leader_s })
}

/// The agent of this name, with the number.
pub(super) fn person<'a>(staff: &'a Staff, agent: &str) -> Option<(usize, &'a Person)> {
    let number: usize = agent.rsplit('-').next()?.parse().ok()?;
    let number = number.checked_sub(1_001)?;
    Some((number, staff.people.get(number)?))
}

fn outside(centre: &Centre) -> Error {
    Error::Scenario { problem: format!("start {}: outside the calendar", centre.start) }
}

/// Somebody, for tests.
#[cfg(test)]
pub(super) fn example() -> Person {
    Person {
        name: "PJSIP/a-1001".to_owned(),
        queue: 0,
        turn: 0,
        colleagues: 1,
        shift: Shift { begins_min: 480, ends_min: 990 },
        team: 0,
        moves: None,
        level: 1,
        contract: "permanent",
        external: false,
        hired: jiff::civil::date(2020, 1, 1),
        left: None,
        mood: 0.0,
    }
}
