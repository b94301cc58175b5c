//! A reader of a world that has nothing in common with the product's: agents' days out of what the simulator played, by the definitions of `DayFacts`, in plain
//! loops. What the pipeline forms out of the same world's events must be this, field by field.
//!
//! These are not the days of `evaluation::facts`, and cannot be: that tells a world without calls, so it says of each call what it takes in the world's mean, where a site
//! can only know what its own calls took in the 28 days before; and it has no whole seconds and no whole calls. It serves judging, where the truth of the world counts.

use crate::usual::{Call, UsualCalls, standing};
use attrition::features::DayFacts;
use jiff::civil::date;
use simulator::attrition::{Centre, Day, EventPlan, EventPlay, PlayedDay};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Lengths of a shift: all of it, and without its meal.
const MEAL_MS: i64 = 1_800_000;
/// Who has left has rows for so many days more.
const SHOWN_AFTER_DAYS: i32 = 35;
/// Days of which repeats cannot be known yet.
const IMMATURE_DAYS: i32 = 3;

/// Everything that was played, day by day.
struct World {
    first_day: i32,
    days: Vec<Day>,
    played: Vec<BTreeMap<Arc<str>, PlayedDay>>,
    /// By day and agent.
    calls: Vec<BTreeMap<Arc<str>, Vec<Call>>>,
    /// Calls by day and queue.
    counts: Vec<BTreeMap<Arc<str>, usize>>,
    /// By agent: day of leaving, team, day of hiring, days of this world.
    left: BTreeMap<u32, (i32, u32, i32)>,
    /// By agent: days with a shift.
    shifts: BTreeMap<u32, BTreeSet<i32>>,
}

impl World {
    fn play(plan: &EventPlan) -> Self {
        let (mut play, mut centre) = (EventPlay::new(plan.clone()).expect("a plan"), Centre::open(&plan.world).expect("a world"));
        let first_day = plan.start.since((jiff::Unit::Day, date(1970, 1, 1))).expect("a day").get_days();
        let (days, calls, counts, played) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { first_day, days, played, calls, counts, left: BTreeMap::new(), shifts: BTreeMap::new() };
        play.next_portion().expect("it plays").expect("reference data");
        for day in centre.by_ref() {
            play.next_portion().expect("it plays").expect("as many days");
            let (mut calls, mut counts) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
            for visit in play.calls() {
                let call = Call::of(plan, visit);
                *counts.entry(Arc::clone(&call.queue)).or_default() += 1;
                calls.entry(Arc::clone(&call.agent)).or_default().push(call);
            }
            world.calls.push(calls);
            world.counts.push(counts);
            world.played.push(play.played().iter().map(|played| (Arc::clone(&played.agent), played.clone())).collect());
            for seat in &day.seats {
                assert!(!seat.seen.on_leave && seat.seen.scheduled.is_some(), "this reader knows tidy worlds without long leave");
                if seat.seen.scheduled == Some(true) {
                    world.shifts.entry(seat.seen.agent).or_default().insert(day.day as i32);
                }
            }
            world.days.push(day);
        }
        for departure in centre.departures() {
            let last = world.days.iter().rev().flat_map(|day| &day.seats).find(|seat| seat.seen.agent == departure.agent);
            let seen = &last.expect("who leaves was there").seen;
            world.left.insert(departure.agent, (departure.day as i32, seen.team, seen.hired_day));
        }
        world
    }

    /// Those with a row on a day.
    fn people(&self, day: usize) -> Vec<Who> {
        let here = self.days[day].seats.iter().map(|seat| (seat.seen.agent, seat.seen.team, seat.seen.hired_day, true));
        let shown = |left: &i32| *left <= day as i32 && day as i32 <= left + SHOWN_AFTER_DAYS;
        let gone = self.left.iter().filter(|(_, (left, ..))| shown(left)).map(|(agent, (_, team, hired))| (*agent, *team, *hired, false));
        here.chain(gone).collect()
    }

    fn has_shift(&self, agent: u32, day: i32) -> bool {
        self.shifts.get(&agent).is_some_and(|days| days.contains(&day))
    }

    /// Scores of all evaluations of a day, ten-thousandths.
    fn scores(&self, day: usize) -> impl Iterator<Item = i64> {
        self.played[day].values().filter(|played| played.evaluations > 0).map(|played| ten_thousandths(played.score_milli))
    }
}

/// Minute of the local day by the clock.
fn minute_of_day(plan: &EventPlan, at_s: i64) -> u16 {
    let at = jiff::Timestamp::from_second(at_s).expect("a time").in_tz(plan.zone.name()).expect("a zone");
    at.hour() as u16 * 60 + at.minute() as u16
}

fn ten_thousandths(score_milli: i64) -> i64 {
    10_000 * score_milli / 100_000
}

/// Days of the world as the warehouse should form them, by day and agent, all but the last `open_days`, which are not closed when the world ends.
pub fn facts(plan: &EventPlan, open_days: usize) -> Vec<Vec<DayFacts>> {
    let world = World::play(plan);
    (0..world.days.len() - open_days)
        .map(|day| {
            let before = day.saturating_sub(28)..day;
            let usual = UsualCalls::of(world.calls[before.clone()].iter().flat_map(BTreeMap::values).flatten());
            let scores: Vec<i64> = before.flat_map(|day| world.scores(day)).collect();
            let people = world.people(day);
            let mut rows: Vec<DayFacts> = people.iter().map(|who| row(plan, &world, day, (who, &people), (&usual, &scores))).collect();
            rows.sort_by(|a, b| a.agent.cmp(&b.agent));
            rows
        })
        .collect()
}

/// Somebody with a row: the agent, team, day of hiring, whether still employed.
type Who = (u32, u32, i32, bool);

fn row(plan: &EventPlan, world: &World, day: usize, (who, people): (&Who, &[Who]), (usual, scores): (&UsualCalls, &[i64])) -> DayFacts {
    let (agent, team, hired, employed) = *who;
    let (name, today) = (plan.agent_name(agent), day as i32);
    let shifts_28d = world.shifts.get(&agent).map_or(0, |days| days.range(today - 27..=today).count() as u32);
    let recently = (day.saturating_sub(27)..=day).any(|day| world.calls[day].contains_key(&*name));
    let exits = world.left.values().filter(|(left, of, _)| *of == team && *left <= today && *left > today - 30).count();
    let blank = DayFacts {
        tenant: "default".to_owned(),
        site: plan.site.clone(),
        agent: name.clone(),
        day: world.first_day + today,
        team: Some(format!("{}-team-{:02}", plan.site, team + 1)),
        leader: Some(format!("{}-leader-{:02}", plan.site, team + 1)),
        group: recently.then(|| plan.queue_name(team as usize)),
        hired_day: Some(world.first_day + hired),
        tenure_days: Some(today - hired),
        employed,
        notice_given: !employed,
        scheduled_shifts_28d: Some(shifts_28d),
        source_complete: true,
        // Without a shift in the 28 days nobody can say what a pause should have been.
        unscheduled_pause_ms: (shifts_28d > 0).then_some(0),
        unscheduled_pauses: (shifts_28d > 0).then_some(0),
        overtime_ms: (shifts_28d > 0).then_some(0),
        team_size: Some(people.iter().filter(|(_, of, _, employed)| *of == team && *employed).count() as u32),
        team_exits_30d: Some(exits as u32),
        leader_changed_60d: Some(false),
        repeats_matured: known(world, day).then_some(0),
        repeats_72h: known(world, day).then_some(0),
        ..DayFacts::default()
    };
    let Some(played) = world.played[day].get(&*name) else { return blank };
    let with_shift = presence((plan, world), agent, today, played, blank);
    let calls = world.calls[day].get(&*name).map_or(&[][..], Vec::as_slice);
    with_calls(world, day, played, (calls, usual, scores), with_shift)
}

/// Whether 72 h after the end of the day are over when the world ends.
fn known(world: &World, day: usize) -> bool {
    (day as i32) < world.days.len() as i32 - 1 - IMMATURE_DAYS
}

fn presence((plan, world): (&EventPlan, &World), agent: u32, today: i32, played: &PlayedDay, blank: DayFacts) -> DayFacts {
    let worked = played.staffed_ms > 0;
    let absent = played.absent.expect("a schedule");
    let meal_ms = if worked { MEAL_MS } else { 0 };
    DayFacts {
        scheduled_ms: played.scheduled_ms.map(|ms| ms - MEAL_MS),
        worked_in_shift_ms: played.worked_in_shift_ms,
        approved_leave: Some(false),
        absent: Some(absent),
        edge_absent: Some(absent && !(world.has_shift(agent, today - 1) && world.has_shift(agent, today + 1))),
        late_ms: played.late_ms,
        first_start_minute: played.began_s.map(|began_s| minute_of_day(plan, began_s)),
        early_ms: worked.then_some(0),
        in_adherence_ms: played.in_adherence_ms,
        adherence_scheduled_ms: played.scheduled_ms,
        paid_ms: played.staffed_ms - meal_ms,
        staffed_ms: played.staffed_ms,
        utilised_ms: played.occupied_ms,
        productive_ms: played.occupied_ms + played.available_ms,
        unscheduled_pause_ms: played.unscheduled_pause_ms,
        unscheduled_pauses: played.unscheduled_pauses.map(|pauses| pauses as u32),
        longest_run_ms: worked.then_some(played.longest_run_ms),
        quick_return: Some(false),
        cut_meal: worked.then_some(false),
        ..blank
    }
}

fn with_calls(world: &World, day: usize, played: &PlayedDay, of: (&[Call], &UsualCalls, &[i64]), blank: DayFacts) -> DayFacts {
    let (calls, usual, scores) = of;
    let beside = usual.beside(calls);
    let handled = calls.len() as u32;
    let count = |which: fn(&Call) -> bool| calls.iter().filter(|call| which(call)).count() as u32;
    let score = (played.evaluations > 0).then(|| standing(ten_thousandths(played.score_milli), scores)).flatten();
    // Repeats are known of the 28 days before the last three: there are 20 contacts of the queue among them, or there are not.
    let contacts_before: usize = (day.saturating_sub(31)..day.saturating_sub(3)).map(|day| same_queue(world, day, calls)).sum();
    DayFacts {
        offers: handled,
        handled,
        handle_ms: calls.iter().map(|call| call.handle_ms).sum(),
        acw_ms: calls.iter().map(|call| call.acw_ms).sum(),
        compared_calls: beside.compared,
        expected_handle_ms: beside.expected_handle_ms,
        ln_handle_residual_sum_micro: beside.ln_handle_micro,
        acw_compared_calls: beside.compared,
        ln_acw_residual_sum_micro: beside.ln_acw_micro,
        evaluations: u32::from(score.is_some()),
        quality_z_sum_micro: score.unwrap_or(0),
        contacts: handled,
        complaints_expected_micro: beside.expected_micro.map(|_| 0),
        repeats_matured: known(world, day).then_some(handled),
        repeats_72h_expected_micro: (known(world, day) && handled > 0 && contacts_before >= 20).then_some(0),
        transfers: count(|call| call.transferred),
        transfers_expected_micro: beside.expected_micro.map(|[transfers, _]| transfers),
        short_talks: count(|call| call.short),
        short_talks_expected_micro: beside.expected_micro.map(|[_, short]| short),
        answered: handled,
        ..blank
    }
}

/// Calls of a day in the queue of these.
fn same_queue(world: &World, day: usize, calls: &[Call]) -> usize {
    calls.first().and_then(|call| world.counts[day].get(&call.queue)).copied().unwrap_or(0)
}
