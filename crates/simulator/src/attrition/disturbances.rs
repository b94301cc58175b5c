//! What happens in a world besides wearing out and leaving, each switched on by being there: things that look like a warning and are none.

use crate::error::Error;
use serde::{Deserialize, Serialize};

/// All of it; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disturbances {
    /// Agents who bend their work to a target, and do not leave for it.
    pub gaming: Option<Gaming>,
    /// Something is broken for a while and all channels of some teams are worse.
    pub outage: Option<Outage>,
    /// A wave of absence through the whole centre.
    pub wave: Option<Wave>,
    /// A year in what is seen, beside that of occupancy.
    pub season: Option<Season>,
    /// Long legitimate leave.
    pub sick_leave: Option<SickLeave>,
    /// A group of agents who are absent more often and leave as the others do.
    pub group: Option<Group>,
    /// What goes wrong between the centre and who looks at it.
    pub untidiness: Option<Untidiness>,
}

/// Faster handling and after-call work, worse quality, more short or transferred calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaming {
    /// Share of agents who will do it.
    pub share: f64,
    /// Days after the first day, or after hiring, at which they begin lie from 0 to this.
    pub latest_begin_day: u32,
    /// How long, in days.
    pub lasting_days: u32,
    /// How far the channels move, in personal standard deviations.
    pub strength: f64,
}

/// A shock of all channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Every so many days, from the same day on.
    pub every_days: u32,
    /// How long, in days.
    pub lasting_days: u32,
    /// Every how-many-th team it hits; another set each time.
    pub every_nth_team: u32,
    /// Standard deviations of a channel.
    pub strength: f64,
}

/// More absence for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// First days.
    pub begin_days: Vec<u32>,
    /// How long, in days; it rises to the middle and falls.
    pub lasting_days: u32,
    /// Factor on rates of absence at its height.
    pub factor: f64,
}

/// A sine of the year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Amplitude in every channel, in standard deviations.
    pub channels: f64,
    /// Rates of absence times e^(± this).
    pub absence: f64,
}

/// Leave that was granted and says nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SickLeave {
    /// Chance per day that one begins.
    pub per_day: f64,
    /// Shortest and longest, in days.
    pub lasting_days: [u32; 2],
}

/// Who is in it is truth only, for the report of fairness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Share of agents.
    pub share: f64,
    /// Factor on their rates of absence.
    pub absence_factor: f64,
}

/// Faults of sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untidiness {
    /// Share of agent-days whose schedule is missing.
    pub missing_schedules: f64,
    /// Share of agent-days on which a clock is wrong, so that a punctual agent looks late.
    pub wrong_clocks: f64,
    /// Departures are reported up to so many days late.
    pub late_labels_days: u32,
    /// A new agent gets the id of the one who left the seat.
    pub ids_reused: bool,
}

impl Disturbances {
    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |problem: &str| Err(Error::World { problem: format!("disturbances: {problem}") });
        let shares = [
            self.gaming.as_ref().map(|gaming| gaming.share),
            self.sick_leave.as_ref().map(|leave| leave.per_day),
            self.group.as_ref().map(|group| group.share),
            self.untidiness.as_ref().map(|faults| faults.missing_schedules),
            self.untidiness.as_ref().map(|faults| faults.wrong_clocks),
        ];
        if !shares.into_iter().flatten().all(|share| (0.0..=1.0).contains(&share)) {
            return refuse("shares and chances lie from 0 to 1");
        }
        let factors = [self.wave.as_ref().map(|wave| wave.factor), self.group.as_ref().map(|group| group.absence_factor)];
        if !factors.into_iter().flatten().all(|factor| factor > 0.0) {
            return refuse("factors are above 0");
        }
        match &self.outage {
            Some(outage) if outage.every_days == 0 || outage.every_nth_team == 0 => {
                refuse("outage: every_days and every_nth_team are at least 1")
            }
            _ => Ok(()),
        }
    }

    /// Shock of every channel of a team on a day, known to the oracle.
    pub(super) fn team_shock(&self, day: u32, team: u32) -> f64 {
        let outage = self.outage.as_ref().map_or(0.0, |outage| {
            let (turn, within) = (day / outage.every_days, day % outage.every_days);
            // The first turn is spared: a centre that opens broken has no usual.
            let hit = turn > 0 && within < outage.lasting_days && (team + turn).is_multiple_of(outage.every_nth_team);
            if hit { outage.strength } else { 0.0 }
        });
        outage + self.season.as_ref().map_or(0.0, |season| season.channels * year_sine(day))
    }

    /// Factor on rates of absence on a day.
    pub(super) fn absence_factor(&self, day: u32) -> f64 {
        let wave = self.wave.as_ref().map_or(1.0, |wave| {
            let since = wave.begin_days.iter().filter_map(|begin| day.checked_sub(*begin)).min();
            since.filter(|since| *since < wave.lasting_days).map_or(1.0, |since| {
                let height = libm::sin(std::f64::consts::PI * (f64::from(since) + 0.5) / f64::from(wave.lasting_days));
                1.0 + (wave.factor - 1.0) * height
            })
        });
        wave * self.season.as_ref().map_or(1.0, |season| libm::exp(season.absence * year_sine(day)))
    }
}

/// Where in the year a day is: 0 on day 0, 1 a quarter later.
pub(super) fn year_sine(day: u32) -> f64 {
    libm::sin(std::f64::consts::TAU * f64::from(day) / 365.0)
}
