//! A simulated day as the warehouse would measure it: the same facts that the product scores, so that worlds with known truth go through the product itself.

use attrition::features::DayFacts;
use simulator::attrition::{AgentDay, Centre, Day, Departure};
use std::collections::{BTreeMap, VecDeque};

/// 2024-10-04, a Friday: day 0 of a world.
pub const FIRST_DAY: i32 = 20_000;
/// A shift, ms.
const SHIFT_MS: i64 = 8 * 3_600_000;
/// Calls of a day. A world tells shares and means and no calls; so many make a share whole to a thousandth.
const CALLS: u32 = 1_000;
/// What a world's calls take on average: that of others is what a call is compared with.
const USUAL_HANDLE_S: f64 = 300.0;
const USUAL_ACW_S: f64 = 60.0;
const USUAL_SCORE: f64 = 80.0;
const SCORE_SD: f64 = 10.0;
/// Lateness begins to count after five minutes, and a world tells what counts.
const TOLERATED_MS: i64 = 300_000;
const RECENT_EXIT_DAYS: u32 = 30;

/// Days of a world as facts, with what a site knows beside the day: who left.
#[derive(Clone, Debug, Default)]
pub struct Site {
    known: usize,
    persons: Vec<u32>,
    exits: BTreeMap<usize, VecDeque<u32>>,
}

impl Site {
    /// The facts of a day, in order of seats, and one row for everybody who left that morning: no longer employed.
    pub fn facts(&mut self, centre: &Centre, day: &Day, teams: usize) -> Vec<DayFacts> {
        let left: Vec<(usize, Departure)> = centre.departures()[self.known..]
            .iter()
            .filter_map(|departure| Some((self.persons.iter().position(|person| *person == departure.person)?, *departure)))
            .collect();
        self.known = centre.departures().len();
        for (seat, departure) in &left {
            self.exits.entry(seat % teams).or_default().push_back(departure.day);
        }
        for exits in self.exits.values_mut() {
            while exits.front().is_some_and(|exit| exit + RECENT_EXIT_DAYS < day.day) {
                exits.pop_front();
            }
        }
        self.persons = day.seats.iter().map(|seat| seat.truth.person).collect();
        let gone = left.iter().map(|(seat, departure)| DayFacts {
            employed: false,
            ..blank(day.day, departure.person, (seat % teams) as u32, departure.tenure_days)
        });
        let here = day.seats.iter().map(|seat| {
            let team = seat.seen.team;
            let exits = self.exits.get(&(team as usize)).map_or(0, VecDeque::len) as u32;
            let size = (day.seats.len() / teams) as u32;
            DayFacts { team_exits_30d: Some(exits), team_size: Some(size), ..of_agent(day.day, seat.truth.person, &seat.seen) }
        });
        here.chain(gone).collect()
    }
}

/// The id under which a person of a world is known; ids are never used twice.
#[must_use]
pub fn agent_id(person: u32) -> String {
    format!("{person:06}")
}

fn blank(day: u32, person: u32, team: u32, tenure_days: i32) -> DayFacts {
    let day = FIRST_DAY + day as i32;
    DayFacts {
        tenant: "world".to_owned(),
        site: "centre".to_owned(),
        agent: agent_id(person),
        day,
        team: Some(format!("team {team:03}")),
        leader: Some(format!("leader {team:03}")),
        group: Some("calls".to_owned()),
        hired_day: Some(day - tenure_days),
        tenure_days: Some(tenure_days),
        employed: true,
        scheduled_shifts_28d: Some(20),
        source_complete: true,
        ..DayFacts::default()
    }
}

fn of_agent(day: u32, person: u32, seen: &AgentDay) -> DayFacts {
    let whole = |value: f64| libm::round(value) as i64;
    let micro = |value: f64| whole(value * 1e6);
    let blank = blank(day, person, seen.team, day as i32 - seen.hired_day);
    let staffed_ms = if seen.worked { SHIFT_MS } else { 0 };
    let calls = if seen.worked { CALLS } else { 0 };
    let residual = |seconds: Option<f64>, of: fn(f64) -> f64, usual: f64| {
        seconds.map_or(0, |seconds| micro((of(seconds) - of(usual)) * f64::from(calls)))
    };
    let per_call_ms = |seconds: Option<f64>| seconds.map_or(0, |seconds| whole(seconds * 1_000.0 * f64::from(calls)));
    DayFacts {
        on_leave: seen.on_leave,
        scheduled_ms: seen.absent.map(|_| SHIFT_MS),
        worked_in_shift_ms: seen.absent.map(|_| staffed_ms),
        absent: seen.absent,
        late_ms: seen.late_min.map(|minutes| if minutes > 0.0 { whole(minutes * 60_000.0) + TOLERATED_MS } else { 0 }),
        in_adherence_ms: seen.adherence.map(|share| whole(share * SHIFT_MS as f64)),
        adherence_scheduled_ms: seen.adherence.map(|_| SHIFT_MS),
        paid_ms: staffed_ms,
        staffed_ms,
        utilised_ms: seen.utilisation.map_or(0, |share| whole(share * staffed_ms as f64)),
        productive_ms: staffed_ms,
        unscheduled_pause_ms: seen.pause_share.map(|share| whole(share * staffed_ms as f64)),
        handled: calls,
        compared_calls: if seen.handle_time_s.is_some() { calls } else { 0 },
        expected_handle_ms: whole(USUAL_HANDLE_S * 1_000.0) * i64::from(calls),
        handle_ms: per_call_ms(seen.handle_time_s),
        ln_handle_residual_sum_micro: residual(seen.handle_time_s, libm::log, USUAL_HANDLE_S),
        acw_compared_calls: if seen.after_call_work_s.is_some() { calls } else { 0 },
        acw_ms: per_call_ms(seen.after_call_work_s),
        ln_acw_residual_sum_micro: residual(seen.after_call_work_s, libm::log1p, USUAL_ACW_S),
        evaluations: u32::from(seen.quality_score.is_some()),
        quality_z_sum_micro: seen.quality_score.map_or(0, |score| micro((score - USUAL_SCORE) / SCORE_SD)),
        short_talks: seen.short_or_transferred_share.map_or(0, |share| whole(share * f64::from(calls)) as u32),
        short_talks_expected_micro: seen.short_or_transferred_share.map(|_| 0),
        ..blank
    }
}
