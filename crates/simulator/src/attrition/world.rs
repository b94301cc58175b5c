//! Every number of a world of agents. The defaults are the reference world.

use super::disturbances::Disturbances;
use crate::error::Error;
use serde::{Deserialize, Serialize};

/// Stages: engaged, strained, searching, decided.
pub const STAGES: usize = 4;
/// Channels of work: handle time, after-call work, unscheduled pauses, adherence, short or transferred calls. + is worse.
pub const CHANNELS: usize = 5;

/// A world; as a file it is read and written with serde.
///
/// ```
/// use simulator::attrition::World;
/// let world = World::named("loud", 1, 500, 720)?;
/// assert_eq!(world.signs.channel_shifts[0][3], 2.0 * World::default().signs.channel_shifts[0][3]);
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// The same seed and numbers give the same bytes.
    pub seed: u64,
    /// Seats. Who leaves is replaced the same day.
    pub agents: u32,
    /// Days that are played.
    pub days: u32,
    /// Seats of a team; the teams share the seats evenly.
    pub agents_per_team: u32,
    /// Chance that a talk brings an agent who searches or has decided back to *strained*.
    pub talk_effect: f64,
    /// How stages change.
    pub moves: StageMoves,
    /// How agents leave.
    pub leaving: Leaving,
    /// What a stage does to what is seen.
    pub signs: Signs,
    /// What agents are like.
    pub people: People,
    /// How busy teams are.
    pub load: Load,
    /// What hits a whole team.
    pub shocks: Shocks,
    /// What happens besides.
    pub disturbances: Disturbances,
}

impl Default for World {
    fn default() -> Self {
        Self {
            seed: 1,
            agents: 1_500,
            days: 720,
            agents_per_team: 20,
            talk_effect: 0.25,
            moves: StageMoves::default(),
            leaving: Leaving::default(),
            signs: Signs::default(),
            people: People::default(),
            load: Load::default(),
            shocks: Shocks::default(),
            disturbances: Disturbances::default(),
        }
    }
}

/// Chances per calendar day of moving between stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageMoves {
    /// Engaged → strained, at the usual occupancy.
    pub strained_per_day: f64,
    /// How its logarithm rises with occupancy.
    pub strained_by_occupancy: f64,
    /// Occupancy at which the chances above and below hold.
    pub occupancy: f64,
    /// How much more often newcomers become strained: factor 1 + this · e^(−tenure ÷ `newcomer_days`).
    pub newcomer_excess: f64,
    /// Time constant of that, in days.
    pub newcomer_days: f64,
    /// Strained → engaged.
    pub relieved_per_day: f64,
    /// Strained → searching, at the usual occupancy.
    pub searching_per_day: f64,
    /// How its logarithm rises with occupancy.
    pub searching_by_occupancy: f64,
    /// How its logarithm rises with frailty.
    pub searching_by_frailty: f64,
    /// Searching → strained.
    pub calmed_per_day: f64,
    /// Searching → decided.
    pub decided_per_day: f64,
}

impl Default for StageMoves {
    fn default() -> Self {
        Self {
            strained_per_day: 0.002_2,
            strained_by_occupancy: 12.0,
            occupancy: 0.82,
            newcomer_excess: 0.6,
            newcomer_days: 90.0,
            relieved_per_day: 1.0 / 70.0,
            searching_per_day: 1.0 / 90.0,
            searching_by_occupancy: 6.0,
            searching_by_frailty: 0.5,
            calmed_per_day: 1.0 / 110.0,
            decided_per_day: 1.0 / 40.0,
        }
    }
}

/// Chances per calendar day of leaving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Leaving {
    /// By stage.
    pub per_day: [f64; STAGES],
    /// How their logarithm rises with frailty.
    pub by_frailty: f64,
    /// Early regret on the day of hiring, on top, falling with `early_days`.
    pub early_per_day: f64,
    /// Time constant of that, in days.
    pub early_days: f64,
    /// How its logarithm rises with frailty.
    pub early_by_frailty: f64,
}

impl Default for Leaving {
    fn default() -> Self {
        Self { per_day: [0.000_35, 0.000_6, 0.004, 0.08], by_frailty: 0.5, early_per_day: 0.003_5, early_days: 50.0, early_by_frailty: 0.3 }
    }
}

/// What each stage does to what is seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signs {
    /// Shift of each channel in personal standard deviations.
    pub channel_shifts: [[f64; STAGES]; CHANNELS],
    /// Shift of quality, in its standard deviations; − is worse.
    pub quality_shift: [f64; STAGES],
    /// Factor on the standard deviation of quality.
    pub quality_spread: [f64; STAGES],
    /// Factor on the personal rate of absence.
    pub absence_factor: [f64; STAGES],
    /// Factor on the personal rate of lateness.
    pub lateness_factor: [f64; STAGES],
}

impl Default for Signs {
    fn default() -> Self {
        Self {
            channel_shifts: [
                [0.0, 0.15, 0.30, 0.50],
                [0.0, 0.15, 0.30, 0.55],
                [0.0, 0.10, 0.35, 0.75],
                [0.0, 0.15, 0.40, 0.85],
                [0.0, 0.05, 0.30, 0.55],
            ],
            quality_shift: [0.0, -0.15, -0.30, -0.55],
            quality_spread: [1.0, 1.15, 1.35, 1.6],
            absence_factor: [1.0, 1.4, 2.1, 3.3],
            lateness_factor: [1.0, 1.2, 1.8, 2.5],
        }
    }
}

/// What agents are like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Standard deviation of frailty.
    pub frailty_sd: f64,
    /// Standard deviation of the leader's effect on the logarithm of becoming strained.
    pub leader_sd: f64,
    /// Standard deviation of personal levels, of channels and of quality.
    pub level_sd: f64,
    /// Standard deviation of the logarithm of personal spreads.
    pub spread_sd: f64,
    /// Correlation of the slow drift from day to day.
    pub drift_memory: f64,
    /// Standard deviation of its daily step.
    pub drift_sd: f64,
    /// Excess of handle time on the day of hiring, in standard deviations.
    pub learning_excess: f64,
    /// Time constant in which it falls, in days.
    pub learning_days: f64,
    /// Share of worked days with an evaluation.
    pub evaluated_share: f64,
    /// Rates of absence are a beta distribution with these whole numbers …
    pub absence_beta: [u32; 2],
    /// … times e^(this · frailty − 0.1).
    pub absence_by_frailty: f64,
    /// Rates of lateness are a beta distribution with these whole numbers …
    pub lateness_beta: [u32; 2],
    /// … times e^(this · frailty).
    pub lateness_by_frailty: f64,
    /// Tenure on the first day lies below this, in days.
    pub longest_first_tenure_days: u32,
}

impl Default for People {
    fn default() -> Self {
        Self {
            frailty_sd: 0.5,
            leader_sd: 0.3,
            level_sd: 0.8,
            spread_sd: 0.2,
            drift_memory: 0.985,
            drift_sd: 0.06,
            learning_excess: 0.8,
            learning_days: 45.0,
            evaluated_share: 0.35,
            absence_beta: [2, 40],
            absence_by_frailty: 0.7,
            lateness_beta: [2, 30],
            lateness_by_frailty: 0.3,
            longest_first_tenure_days: 900,
        }
    }
}

/// Occupancy of teams.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Load {
    /// Usual occupancy.
    pub usual: f64,
    /// Amplitude of the year.
    pub season: f64,
    /// Correlation from day to day of what else moves it.
    pub memory: f64,
    /// Standard deviation of its daily step.
    pub sd: f64,
    /// Chance per day that an overload begins.
    pub overload_per_day: f64,
    /// How much it adds.
    pub overload_rise: f64,
    /// Shortest and longest overload, in days.
    pub overload_days: [u32; 2],
}

impl Default for Load {
    fn default() -> Self {
        Self { usual: 0.80, season: 0.03, memory: 0.97, sd: 0.008, overload_per_day: 0.004, overload_rise: 0.09, overload_days: [20, 59] }
    }
}

/// What hits all agents of a team alike, in standard deviations of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shocks {
    /// Correlation from day to day of the lasting part.
    pub memory: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Standard deviation of the part of one day.
    pub daily_sd: f64,
}

impl Default for Shocks {
    fn default() -> Self {
        Self { memory: 0.96, sd: 0.4, daily_sd: 0.2 }
    }
}

impl World {
    /// Whether the numbers can be played.
    ///
    /// # Errors
    /// [`Error::World`] with the field and its range.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |problem: &str| Err(Error::World { problem: problem.to_owned() });
        if !(1..=200_000).contains(&self.agents) || !(1..=20_000).contains(&self.days) || self.agents_per_team == 0 {
            return refuse("agents from 1 to 200000, days from 1 to 20000, agents_per_team from 1");
        }
        let chances = [
            self.talk_effect,
            self.moves.strained_per_day,
            self.moves.relieved_per_day,
            self.moves.searching_per_day,
            self.moves.calmed_per_day,
            self.moves.decided_per_day,
            self.leaving.early_per_day,
            self.people.evaluated_share,
            self.load.overload_per_day,
            self.load.usual,
        ];
        if !chances.iter().chain(&self.leaving.per_day).all(|chance| (0.0..=1.0).contains(chance)) {
            return refuse("chances and shares lie from 0 to 1");
        }
        if self.moves.relieved_per_day > 0.9 || self.moves.calmed_per_day + self.moves.decided_per_day > 1.0 {
            return refuse("moves: the chances out of one stage exceed 1");
        }
        if ![self.people.drift_memory, self.shocks.memory, self.load.memory].iter().all(|memory| (0.0..1.0).contains(memory)) {
            return refuse("memories lie from 0 to below 1");
        }
        if self.people.absence_beta.contains(&0) || self.people.lateness_beta.contains(&0) || self.people.longest_first_tenure_days == 0 {
            return refuse("people: the numbers of the beta distributions and longest_first_tenure_days are at least 1");
        }
        let times = [self.moves.newcomer_days, self.leaving.early_days, self.people.learning_days];
        if !times.iter().all(|days| *days > 0.0) {
            return refuse("time constants are above 0 days");
        }
        self.disturbances.check()
    }

    /// Teams.
    #[must_use]
    pub fn teams(&self) -> u32 {
        self.agents.div_ceil(self.agents_per_team)
    }
}
