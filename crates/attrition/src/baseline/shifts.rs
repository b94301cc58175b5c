//! What moves all agents of a group alike, followed from day to day: an outage, a campaign, a new product.
//!
//! The peers of one day are few, and what their middle errs would be taken for the agent's own. But what moves a group mostly lasts, so that yesterday says much
//! about today: a Kalman filter (Kalman 1960) of a part that lasts and a part of one day. A jump that neither explains is believed at once.

use super::peers::{Adjusted, FEWEST_PEERS};
use crate::numerics::median;
use serde::{Deserialize, Serialize};

/// Members count up to so many standard deviations of what is expected of the group.
const REACH_SD: f64 = 3.0;
/// A group whose median is off by more standard deviations than this has jumped.
const JUMP_SD: f64 = 2.5;
/// Variance of what lasts after a jump, as good as infinite.
const JUMPED_VARIANCE: f64 = 1e6;
/// Variance of the median of a normal sample, as a multiple of that of its mean: π ÷ 2.
const MEDIAN_VARIANCE: f64 = std::f64::consts::FRAC_PI_2;

/// How groups move, in day-to-day variances of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftSettings {
    /// Variance of what lasts.
    pub lasting_variance: f64,
    /// Its correlation from one calendar day to the next.
    pub memory: f64,
    /// Variance of what is of one day.
    pub daily_variance: f64,
    /// Variance of a member around the group, after the own usual deviation was taken off.
    pub member_variance: f64,
}

impl Default for ShiftSettings {
    fn default() -> Self {
        Self { lasting_variance: 0.16, memory: 0.96, daily_variance: 0.04, member_variance: 1.2 }
    }
}

/// What is believed of what lasts in a group, in day-to-day standard deviations of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupShift {
    lasting: f64,
    variance: f64,
    /// Days since 1970-01-01.
    day: i32,
}

impl GroupShift {
    fn unknown(settings: &ShiftSettings, day: i32) -> Self {
        Self { lasting: 0.0, variance: settings.lasting_variance, day }
    }

    /// The day on which the group was last seen, days since 1970-01-01.
    #[must_use]
    pub fn day(&self) -> i32 {
        self.day
    }

    fn aged(self, settings: &ShiftSettings, day: i32) -> Self {
        let memory = libm::pow(settings.memory, f64::from(day.saturating_sub(self.day).max(0)));
        let variance = memory * memory * self.variance + (1.0 - memory * memory) * settings.lasting_variance;
        Self { lasting: self.lasting * memory, variance, day }
    }

    /// Learns the mean of so many members.
    fn learn(&mut self, settings: &ShiftSettings, mean: f64, members: f64) {
        let gain = self.variance / (self.variance + settings.daily_variance + settings.member_variance / members);
        self.lasting += gain * (mean - self.lasting);
        self.variance *= 1.0 - gain;
    }
}

/// A group today, before its members are learned.
struct Today {
    before: GroupShift,
    /// Of what lasts and what is of one day together.
    variance: f64,
    /// Members, held to what can be expected.
    sum: f64,
    members: usize,
    reach: f64,
}

impl Today {
    fn new(settings: &ShiftSettings, before: Option<GroupShift>, day: i32, values: &[f64]) -> Option<Self> {
        let middle = median(values)?;
        let mut before = before.map_or_else(|| GroupShift::unknown(settings, day), |state| state.aged(settings, day));
        let mut variance = before.variance + settings.daily_variance;
        let error = MEDIAN_VARIANCE * settings.member_variance / values.len() as f64;
        if (middle - before.lasting).abs() > JUMP_SD * libm::sqrt(variance + error) {
            // Whatever was believed before says nothing any more.
            before = GroupShift { lasting: middle, variance: JUMPED_VARIANCE, day };
            variance = before.variance;
        }
        let known = settings.lasting_variance + settings.daily_variance + settings.member_variance;
        let mut today = Self { before, variance, sum: 0.0, members: values.len(), reach: REACH_SD * libm::sqrt(known) };
        today.sum = values.iter().map(|value| today.held(*value)).sum();
        Some(today)
    }

    fn held(&self, value: f64) -> f64 {
        value.clamp(self.before.lasting - self.reach, self.before.lasting + self.reach)
    }

    /// What moved a member today, as the others say.
    fn without(&self, settings: &ShiftSettings, value: f64) -> f64 {
        let others = (self.members - 1) as f64;
        let mean = (self.sum - self.held(value)) / others;
        let gain = self.variance / (self.variance + settings.member_variance / others);
        self.before.lasting + gain * (mean - self.before.lasting)
    }

    fn after(&self, settings: &ShiftSettings) -> GroupShift {
        let mut after = self.before;
        after.learn(settings, self.sum / self.members as f64, self.members as f64);
        after
    }
}

/// Each agent's value of one feature on one day, its own usual deviation taken off, against what moved the narrowest group with at least eight others who have a
/// value; the agent itself has no say in it. `groups` go from narrow to wide and are places in `states`, which learn the day (days since 1970-01-01). `scale` is the
/// day-to-day standard deviation of an agent. `None` where even the widest group is too small.
///
/// ```
/// use attrition::baseline::{ShiftSettings, against_followed};
/// let settings = ShiftSettings::default();
/// let mut states = vec![None; 2];
/// // Twelve agents of a team that has been half a standard deviation slower than the rest for weeks, and thirty others.
/// let day: Vec<(Vec<usize>, f64)> = (0..42).map(|agent| if agent < 12 { (vec![1, 0], 0.5) } else { (vec![0], 0.0) }).collect();
/// let shifts: Vec<f64> = (0..30).map(|today| against_followed(&day, today, 1.0, &settings, &mut states)[0].unwrap().peers).collect();
/// assert!((0.3..0.4).contains(&shifts[0]) && (0.4..0.5).contains(&shifts[29]), "one day may be chance, weeks are none: {shifts:?}");
/// ```
#[must_use]
pub fn against_followed(
    day: &[(Vec<usize>, f64)],
    today: i32,
    scale: f64,
    settings: &ShiftSettings,
    states: &mut [Option<GroupShift>],
) -> Vec<Option<Adjusted>> {
    // What is usual of everybody is no shift of a group.
    let base = median(&day.iter().map(|(_, value)| *value).collect::<Vec<_>>()).unwrap_or(0.0);
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); states.len()];
    for (groups, value) in day {
        groups.iter().for_each(|group| members[*group].push((value - base) / scale));
    }
    let mut found: Vec<Option<Today>> = Vec::with_capacity(states.len());
    for (state, values) in states.iter_mut().zip(&members) {
        let now = (values.len() > FEWEST_PEERS).then(|| Today::new(settings, *state, today, values)).flatten();
        if let Some(now) = &now {
            *state = Some(now.after(settings));
        }
        found.push(now);
    }
    let adjusted = |groups: &[usize], value: f64| {
        let (widened, now) = groups.iter().enumerate().find_map(|(widened, group)| Some((widened, found[*group].as_ref()?)))?;
        let peers = base + scale * now.without(settings, (value - base) / scale);
        Some(Adjusted { deviation: value - peers, peers, widened, others: now.members - 1 })
    };
    day.iter().map(|(groups, value)| adjusted(groups, *value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: ShiftSettings = ShiftSettings { lasting_variance: 0.3, memory: 0.5, daily_variance: 0.1, member_variance: 1.0 };

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    /// The others of eleven say 0.5 (ten of them, variance 0.1); 0.4 was expected of the group, so that 0.4 ÷ (0.4 + 0.1) of it is believed.
    #[test]
    fn the_others_are_believed_by_what_they_err() {
        let mut day: Vec<(Vec<usize>, f64)> = vec![(vec![0], 0.5); 10];
        day.push((vec![0], 1.5));
        // 99 others of no group of their own keep the middle of all at zero.
        day.extend(vec![(vec![1], 0.0); 99]);
        let found = against_followed(&day, 0, 1.0, &SETTINGS, &mut [None, None]);
        near(found[10].unwrap().peers, 0.8 * 0.5);
        near(found[10].unwrap().deviation, 1.1);
        // For one of the ten the eleventh is among the others: their mean is 0.6.
        near(found[0].unwrap().peers, 0.8 * 0.6);
        assert_eq!((found[0].unwrap().others, found[0].unwrap().widened), (10, 0));
    }

    /// Mean 0.4 of ten: gain 0.3 ÷ (0.3 + 0.1 + 0.1), so 0.24 lasts with a variance of 0.12. Two days later a quarter of it is expected, and of the variance a
    /// sixteenth, with 15 sixteenths of 0.3.
    #[test]
    fn what_lasts_fades_with_the_days() {
        let mut shift = GroupShift::unknown(&SETTINGS, 0);
        shift.learn(&SETTINGS, 0.4, 10.0);
        near(shift.lasting, 0.24);
        near(shift.variance, 0.12);
        let later = shift.aged(&SETTINGS, 2);
        near(later.lasting, 0.06);
        near(later.variance, 0.12 / 16.0 + 0.3 * 15.0 / 16.0);
        assert_eq!(later.day(), 2);
        // What is believed already counts: of the 0.34 between it and a mean of 0.4 a share is learned.
        let mut learned = later;
        learned.learn(&SETTINGS, 0.4, 10.0);
        near(learned.lasting, 0.06 + 0.34 * later.variance / (later.variance + 0.2));
    }

    /// Of the group of ten 0.4 are expected and its median errs by π ÷ 2 ÷ 10: 1.866 are two and a half standard deviations of both. Below, 0.4 ÷ (0.4 + 1 ÷ 9) of it is
    /// believed, above all of it.
    #[test]
    fn two_and_a_half_standard_deviations_are_a_jump() {
        let peers = |moved: f64| {
            let day = [vec![(vec![0], moved); 10], vec![(vec![1], 0.0); 99]].concat();
            against_followed(&day, 0, 1.0, &SETTINGS, &mut [None, None])[0].unwrap().peers
        };
        near(peers(1.86), 1.86 * 0.4 / (0.4 + 1.0 / 9.0));
        near(peers(1.87), 1.87);
    }

    /// On the day of a jump the mean of the others is believed, whatever the median: of eleven others nine at 5 and two at 6, 57 ÷ 11. The day after, the state knows
    /// it as well as twelve members can say: variance 0.1 + 1 ÷ 12, forgotten as anything that lasts.
    #[test]
    fn after_a_jump_nothing_else_is_believed() {
        let day = [vec![(vec![0], 5.0); 10], vec![(vec![0], 6.0); 2], vec![(vec![1], 0.0); 99]].concat();
        let mut states = [None, None];
        let found = against_followed(&day, 3, 1.0, &SETTINGS, &mut states)[0].unwrap();
        assert!((found.peers - 57.0 / 11.0).abs() < 1e-5, "{}", found.peers);
        let state = states[0].unwrap();
        assert!(
            (state.lasting - 62.0 / 12.0).abs() < 1e-5 && (state.variance - 0.1 - 1.0 / 12.0).abs() < 1e-5 && state.day == 3,
            "{state:?}"
        );
    }

    /// A week-long outage moves a team by five standard deviations: believed wholly on its first day, and over on the first day after it.
    #[test]
    fn a_jump_is_believed_at_once_and_so_is_its_end() {
        let mut states = [None, None];
        let day = |moved: f64| {
            let mut day: Vec<(Vec<usize>, f64)> = vec![(vec![0, 1], moved); 12];
            day.extend(vec![(vec![1], 0.0); 40]);
            day
        };
        let settings = ShiftSettings::default();
        let mut peers = |today: i32, moved: f64| against_followed(&day(moved), today, 1.0, &settings, &mut states)[0].unwrap().peers;
        assert!(peers(0, 0.0).abs() < 1e-9);
        assert!((peers(1, 5.0) - 5.0).abs() < 1e-9);
        assert!((peers(2, 5.0) - 5.0).abs() < 0.2);
        assert!(peers(3, 0.0).abs() < 1e-9);
    }

    /// One agent of ten who is off by a hundred standard deviations moves the others' group by no more than three can.
    #[test]
    fn one_outlier_moves_nobody_far() {
        let mut day: Vec<(Vec<usize>, f64)> = vec![(vec![0], 0.0); 9];
        day.push((vec![0], 100.0));
        let found = against_followed(&day, 0, 1.0, &ShiftSettings::default(), &mut [None]);
        let moved = found[0].unwrap().peers;
        assert!((0.0..0.5).contains(&moved), "{moved}");
        assert!(found[9].unwrap().peers.abs() < 1e-9);
    }

    /// Eight agents are no group; with the rest of the site they are. Scale and level of the feature do not matter.
    #[test]
    fn small_groups_are_widened_and_units_do_not_matter() {
        let mut day: Vec<(Vec<usize>, f64)> = vec![(vec![0, 1], 1.0); 8];
        day.extend(vec![(vec![1], 0.0); 20]);
        let found = against_followed(&day, 0, 1.0, &SETTINGS, &mut [None, None]);
        assert_eq!((found[0].unwrap().widened, found[0].unwrap().others), (1, 27));
        let in_other_units: Vec<(Vec<usize>, f64)> = day.iter().map(|(groups, value)| (groups.clone(), 300.0 + 20.0 * value)).collect();
        let other = against_followed(&in_other_units, 0, 20.0, &SETTINGS, &mut [None, None]);
        near(other[0].unwrap().peers, 300.0 + 20.0 * found[0].unwrap().peers);
        assert_eq!(against_followed(&day[..8], 0, 1.0, &SETTINGS, &mut [None, None]), vec![None; 8]);
    }
}
