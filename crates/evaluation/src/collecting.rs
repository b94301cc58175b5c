//! Plays a world through the product's baselines and filter, and collects rows.

use crate::error::Error;
use crate::observing::{Observer, SeenDay, raw};
use crate::rows::{Collected, Row, STANDARDISED, columns};
use crate::settings::Settings;
use attrition::baseline::{AgentHistory, CommonRate, HistorySettings, LearningCurve, Pool, RateSettings, moments};
use attrition::features::{Feature, Input};
use attrition::hazard::{InputValues, StageDay, StageFilter, StageParameters};
use simulator::attrition::{Centre, Day, Departure, Filter, HORIZON_DAYS, SeatDay, World, leaving_probability};
use std::collections::BTreeMap;

/// Days for which an agent counts as back from leave.
const BACK_DAYS: u32 = 30;

/// A seat: state of the product and of the oracle.
#[derive(Clone, Debug, Default)]
struct Seat {
    history: AgentHistory,
    filter: StageFilter,
    oracle: Filter,
    last_leave_day: Option<u32>,
    /// Own usual deviation from peers as of the latest worked day, by feature.
    usual: [f64; STANDARDISED.len()],
}

/// Plays a world.
///
/// # Errors
/// [`Error::World`].
pub fn collect(world: &World, settings: &Settings) -> Result<Collected, Error> {
    let mut centre = Centre::open(world)?;
    let agents = world.agents as usize;
    let mut observer = Observer::new(agents, world.teams() as usize);
    let mut player = Player {
        world,
        settings,
        columns: columns(),
        site: HistorySettings { baseline: settings.method.baseline, ..HistorySettings::default() },
        seats: vec![Seat::default(); agents],
        absence: CommonRate::default(),
        rows: Vec::new(),
    };
    let (mut persons, mut waiting, mut learning): (Vec<u32>, Vec<(Day, Vec<SeenDay>)>, _) = ((0..world.agents).collect(), Vec::new(), None);
    let mut gone = 0;
    while let Some(day) = centre.next() {
        let left = newly_left(&centre.departures()[gone..], &persons);
        gone = centre.departures().len();
        persons = day.seats.iter().map(|seat| seat.truth.person).collect();
        let seen = observer.observe(&day, &left, learning.as_ref(), &player.usual(), &player.site.pools);
        // The first days wait until the moments of the site are known, as on a new site.
        if day.day < settings.moment_days {
            waiting.push((day, seen));
            continue;
        }
        if !waiting.is_empty() {
            learning = learning_curve(&waiting);
            let mut again = Observer::new(agents, world.teams() as usize);
            player.site.pools = pools(&waiting, settings.method.shrinkage_factor);
            for (day, _) in std::mem::take(&mut waiting) {
                let seen = again.observe(&day, &[], learning.as_ref(), &player.usual(), &player.site.pools);
                player.take(&day, &seen);
            }
        }
        player.take(&day, &seen);
    }
    waiting.iter().for_each(|(day, seen)| player.take(day, seen));
    let mut departures = vec![None; persons.iter().max().map_or(0, |most| *most as usize + 1)];
    for departure in centre.departures() {
        departures[departure.person as usize] = Some(*departure);
    }
    Ok(Collected { rows: player.rows, departures, agent_days: u64::from(world.agents) * u64::from(world.days) })
}

fn newly_left(departures: &[Departure], persons: &[u32]) -> Vec<(usize, Departure)> {
    let seats: BTreeMap<u32, usize> = persons.iter().enumerate().map(|(seat, person)| (*person, seat)).collect();
    departures.iter().filter_map(|departure| Some((*seats.get(&departure.person)?, *departure))).collect()
}

fn learning_curve(days: &[(Day, Vec<SeenDay>)]) -> Option<LearningCurve> {
    let points: Vec<(f64, f64)> = days
        .iter()
        .flat_map(|(day, _)| day.seats.iter().map(|seat| (day.day, &seat.seen)))
        .filter_map(|(day, seen)| Some((f64::from(day) - f64::from(seen.hired_day), raw(seen, day, None)[0]?)))
        .collect();
    LearningCurve::fit(&points)
}

/// What agents have in common, from the first days.
fn pools(days: &[(Day, Vec<SeenDay>)], shrinkage_factor: f64) -> BTreeMap<Feature, Pool> {
    let pool = |feature: Feature| {
        let mut series: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (day, seen) in days {
            for (seat, seen) in day.seats.iter().zip(seen) {
                if let Some(value) = seen.peer_day.values.get(feature) {
                    series.entry(seat.truth.person).or_default().push(value);
                }
            }
        }
        let found = moments(&series.into_values().collect::<Vec<_>>())?;
        let usual = Pool::default();
        let shrinkage_days = found.shrinkage_days().unwrap_or(usual.shrinkage_days);
        (found.within > 0.0).then(|| Pool {
            sd: libm::sqrt(found.within),
            shrinkage_days: shrinkage_days * shrinkage_factor,
            correlation: found.correlation,
        })
    };
    STANDARDISED.into_iter().filter_map(|feature| Some((feature, pool(feature)?))).collect()
}

struct Player<'a> {
    world: &'a World,
    settings: &'a Settings,
    columns: Vec<Input>,
    site: HistorySettings,
    seats: Vec<Seat>,
    absence: CommonRate,
    rows: Vec<Row>,
}

impl Player<'_> {
    fn usual(&self) -> Vec<[f64; STANDARDISED.len()]> {
        if self.settings.method.peers_after_own_level { self.seats.iter().map(|seat| seat.usual).collect() } else { Vec::new() }
    }

    fn take(&mut self, day: &Day, seen: &[SeenDay]) {
        let parameters = StageParameters { levels: self.settings.method.levels, ..StageParameters::default() };
        for (seat, _) in self.seats.iter_mut().zip(&day.seats).filter(|(_, of)| of.truth.hired_today) {
            *seat = Seat::default();
        }
        let times_absent = self.times_absent(day);
        for (((seat, of), seen), times_absent) in self.seats.iter_mut().zip(&day.seats).zip(seen).zip(times_absent) {
            let on_leave = of.seen.on_leave;
            let tenure_days = seen.peer_day.tenure_days;
            seat.oracle.observe(self.world, &of.truth, tenure_days, on_leave);
            if on_leave {
                seat.last_leave_day = Some(day.day);
                continue;
            }
            let mut inputs = observe(seat, &self.site, &parameters, seen, times_absent);
            let training = self.settings.trains_on(day.day, of.truth.person);
            let testing = self.settings.tests_on(day.day);
            if training || testing {
                inputs.insert(Input::Outlook, seat.filter.leaving(&parameters, seen.occupancy, tenure_days));
                let values: Box<[f64]> = self.columns.iter().map(|input| inputs.get(input).copied().unwrap_or(f64::NAN)).collect();
                let row = row_of(self.world, day.day, of, seat, tenure_days, testing);
                self.rows.push(Row { training, inputs: values, ..row });
            }
        }
    }

    /// How many times as often as usual the others are absent these days.
    fn times_absent(&mut self, day: &Day) -> Vec<f64> {
        let rate = |seat: &Seat| seat.history.rate(Feature::Absent).unwrap_or_else(|| RateSettings::ABSENCE.mean());
        let shift = |(seat, of): (&Seat, &SeatDay)| of.seen.absent.filter(|_| !of.seen.on_leave).map(|absent| (absent, rate(seat)));
        let shifts: Vec<Option<(bool, f64)>> = self.seats.iter().zip(&day.seats).map(shift).collect();
        let known: Vec<(bool, f64)> = shifts.iter().copied().flatten().collect();
        let mut times = self.absence.observe(day.day as i32, &known).into_iter();
        shifts.iter().map(|shift| shift.and_then(|_| times.next()).unwrap_or(1.0)).collect()
    }
}

fn row_of(world: &World, day: u32, of: &SeatDay, seat: &Seat, tenure_days: f64, testing: bool) -> Row {
    let truth = &of.truth;
    let probability = |stages| leaving_probability(world, stages, truth.occupancy, truth.leader, tenure_days, truth.frailty, HORIZON_DAYS);
    let known: [f64; 4] = std::array::from_fn(|stage| f64::from(u8::from(stage == truth.stage)));
    Row {
        day,
        person: truth.person,
        tenure_days,
        training: false,
        testing,
        inputs: Box::default(),
        oracle_f: if testing { probability(*seat.oracle.stages()) } else { 0.0 },
        oracle_s: if testing { probability(known) } else { 0.0 },
        stage: truth.stage,
        occupancy: truth.occupancy,
        in_group: truth.in_group,
        back_from_leave: seat.last_leave_day.is_some_and(|last| day - last <= BACK_DAYS),
    }
}

/// One day through the product: what its history gives, and the stage filter after it.
fn observe(seat: &mut Seat, site: &HistorySettings, parameters: &StageParameters, seen: &SeenDay, times_absent: f64) -> InputValues {
    let mut peer_day = seen.peer_day.clone();
    if let Some(absent) = peer_day.values.get(Feature::Absent) {
        peer_day.values.set(Feature::Absent, absent / times_absent);
    }
    let told = seat.history.observe(site, &peer_day);
    let deviation = |feature: Feature| {
        told.told(feature)?;
        Some(seen.peer_day.values.get(feature)? / site.pool(feature).sd)
    };
    seat.filter.observe(
        parameters,
        &StageDay {
            occupancy: seen.occupancy,
            tenure_days: seen.peer_day.tenure_days,
            absent: seen.absent,
            late: seen.late,
            late_by_habit: false,
            channels: StageFilter::channels().map(deviation),
            quality: deviation(Feature::Quality),
            absence_excess: times_absent - 1.0,
        },
    );
    // What is expected of tomorrow is taken off before peers are compared.
    let expected = StageFilter::channels().into_iter().zip(seat.filter.expected(parameters)).collect::<BTreeMap<_, _>>();
    for (usual, feature) in seat.usual.iter_mut().zip(STANDARDISED) {
        if let Some(seen) = told.standardised.get(&feature) {
            *usual = expected.get(&feature).map_or(seen.usual, |expected| expected * site.pool(feature).sd);
        }
    }
    told.inputs
}
