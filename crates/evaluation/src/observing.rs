//! From what a simulated centre shows to the product's features of a day: deviations from peers, and what stays as it is.

use crate::rows::STANDARDISED;
use attrition::baseline::{GroupShift, LearningCurve, PeerDay, Pool, ShiftSettings, against_followed, against_peers};
use attrition::features::{Feature, FeatureValues};
use attrition::numerics::{gain, logit};
use simulator::attrition::{AgentDay, Day, Departure};
use std::collections::{BTreeMap, VecDeque};

/// Half-life of load, in worked days: 14 calendar days of five shifts in seven.
const LOAD_HALF_LIFE_DAYS: f64 = 10.0;
/// Half-life of a team's occupancy, in calendar days.
const TEAM_HALF_LIFE_DAYS: f64 = 14.0;
/// Utilisation above which a day is overloaded.
const OVERLOADED_ABOVE: f64 = 0.9;
/// Days for which an exit counts among a team's recent ones.
const RECENT_EXIT_DAYS: u32 = 30;
/// Every agent of a world works five shifts a week.
const SHIFTS_PER_WEEK: f64 = 5.0;

/// What is kept from day to day besides the product's own state.
#[derive(Clone, Debug)]
pub(crate) struct Observer {
    /// Per seat: utilisation and share of overloaded days, exponentially weighted.
    loads: Vec<Option<(f64, f64)>>,
    /// Per team: smoothed occupancy.
    occupancy: Vec<Option<f64>>,
    /// Per team: days of recent exits.
    exits: Vec<VecDeque<u32>>,
    team_sizes: Vec<f64>,
    /// By feature: how everybody and each team move.
    shifts: Vec<Vec<Option<GroupShift>>>,
}

/// A seat on a day as the product sees it.
#[derive(Clone, Debug)]
pub(crate) struct SeenDay {
    pub(crate) peer_day: PeerDay,
    pub(crate) occupancy: f64,
    pub(crate) absent: Option<bool>,
    pub(crate) late: Option<bool>,
}

impl Observer {
    pub(crate) fn new(agents: usize, teams: usize) -> Self {
        let team_sizes = (0..teams).map(|team| (0..agents).filter(|seat| seat % teams == team).count() as f64).collect();
        Self {
            loads: vec![None; agents],
            occupancy: vec![None; teams],
            exits: vec![VecDeque::new(); teams],
            team_sizes,
            shifts: vec![vec![None; teams + 1]; STANDARDISED.len()],
        }
    }

    /// Takes a day with who left that morning.
    /// `usual` is each seat's own usual deviation as of yesterday, by feature; it is taken off before peers are compared. Empty: nothing is. Without `pools` each
    /// day's peers stand for themselves.
    pub(crate) fn observe(
        &mut self,
        day: &Day,
        left: &[(usize, Departure)],
        learning: Option<&LearningCurve>,
        usual: &[[f64; STANDARDISED.len()]],
        pools: &BTreeMap<Feature, Pool>,
    ) -> Vec<SeenDay> {
        self.count_exits(day.day, left);
        self.smooth_occupancy(day);
        let mut seen: Vec<SeenDay> =
            day.seats.iter().enumerate().map(|(seat, of)| self.plain(day.day, seat, &of.seen, of.truth.hired_today)).collect();
        for (position, feature) in STANDARDISED.into_iter().enumerate() {
            let values: Vec<(usize, f64)> =
                day.seats.iter().enumerate().filter_map(|(seat, of)| Some((seat, raw(&of.seen, day.day, learning)[position]?))).collect();
            // The narrowest group is the team; 0 is everybody.
            let own = |seat: usize| usual.get(seat).map_or(0.0, |usual| usual[position]);
            let team = |seat: usize| day.seats[seat].seen.team as usize + 1;
            let grouped: Vec<(Vec<usize>, f64)> = values.iter().map(|(seat, value)| (vec![team(*seat), 0], *value - own(*seat))).collect();
            let found = match pools.get(&feature) {
                Some(pool) => against_followed(&grouped, day.day as i32, pool.sd, &ShiftSettings::default(), &mut self.shifts[position]),
                None => against_peers(&grouped),
            };
            for ((seat, value), adjusted) in values.iter().zip(found) {
                if let Some(adjusted) = adjusted {
                    seen[*seat].peer_day.values.set(feature, value - adjusted.peers);
                }
            }
        }
        seen
    }

    fn count_exits(&mut self, day: u32, left: &[(usize, Departure)]) {
        let teams = self.exits.len();
        for (seat, departure) in left {
            self.exits[seat % teams].push_back(departure.day);
        }
        for exits in &mut self.exits {
            while exits.front().is_some_and(|exit| exit + RECENT_EXIT_DAYS < day) {
                exits.pop_front();
            }
        }
    }

    fn smooth_occupancy(&mut self, day: &Day) {
        let mut sums = vec![(0.0, 0.0); self.occupancy.len()];
        for of in &day.seats {
            if let Some(utilisation) = of.seen.utilisation {
                let (sum, n) = &mut sums[of.seen.team as usize];
                (*sum, *n) = (*sum + utilisation, *n + 1.0);
            }
        }
        for (smoothed, (sum, n)) in self.occupancy.iter_mut().zip(sums) {
            if n > 0.0 {
                let today = sum / n;
                *smoothed = Some(smoothed.map_or(today, |before| before + (today - before) * gain(TEAM_HALF_LIFE_DAYS)));
            }
        }
    }

    fn plain(&mut self, day: u32, seat: usize, seen: &AgentDay, hired_today: bool) -> SeenDay {
        let load = &mut self.loads[seat];
        if hired_today {
            *load = None;
        }
        if let Some(utilisation) = seen.utilisation {
            let over = f64::from(u8::from(utilisation > OVERLOADED_ABOVE));
            let step = gain(LOAD_HALF_LIFE_DAYS);
            *load =
                Some(load.map_or((utilisation, over), |(mean, share)| (mean + step * (utilisation - mean), share + step * (over - share))));
        }
        let mut values = FeatureValues::default();
        if let Some((utilisation, overloaded)) = *load {
            values.set(Feature::Utilisation, utilisation);
            values.set(Feature::Overloaded, overloaded);
        }
        let team = seen.team as usize;
        values.set(Feature::TeamExits, self.exits[team].len() as f64 / self.team_sizes[team]);
        let late = seen.late_min.map(|minutes| minutes > 0.0);
        if let Some(absent) = seen.absent {
            values.set(Feature::Absent, f64::from(u8::from(absent)));
        }
        if let Some(minutes) = seen.late_min {
            values.set(Feature::Late, minutes);
        }
        let tenure_days = f64::from(day) - f64::from(seen.hired_day);
        let month = ((day % 365) / 31 + 1) as u8;
        let peer_day = PeerDay { day: day as i32, month, tenure_days, worked: seen.worked, shifts_per_week: SHIFTS_PER_WEEK, values };
        SeenDay { peer_day, occupancy: self.occupancy[team].unwrap_or(0.0), absent: seen.absent, late }
    }
}

/// The features before peers are taken out, + = worse: in order of [`STANDARDISED`].
pub(crate) fn raw(seen: &AgentDay, day: u32, learning: Option<&LearningCurve>) -> [Option<f64>; STANDARDISED.len()] {
    let tenure_days = f64::from(day) - f64::from(seen.hired_day);
    let learned = learning.map_or(0.0, |curve| curve.expected_excess(tenure_days));
    [
        seen.handle_time_s.map(|seconds| libm::log(seconds) - learned),
        seen.after_call_work_s.map(libm::log1p),
        seen.pause_share,
        seen.adherence.map(|share| -logit(share.clamp(0.02, 0.98))),
        seen.short_or_transferred_share,
        seen.quality_score.map(|score| -score / 10.0),
    ]
}
