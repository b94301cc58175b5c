//! The ready worlds: the reference, and others that differ from it in one thing.

use super::disturbances::{Gaming, Group, Outage, Season, SickLeave, Untidiness, Wave};
use super::world::World;
use crate::error::Error;

/// Names and what each is for.
pub const WORLDS: &[(&str, &str)] = &[
    ("reference", "stages, signs and nuisance as measured in a real centre"),
    ("plain", "leaving has nothing to do with anything seen: every score must be chance"),
    ("sudden", "all leave without a sign"),
    ("gradual", "all leave after a decline"),
    ("loud", "signs twice as strong"),
    ("overload", "occupancy alone drives"),
    ("bad_leader", "leaders differ twice as much"),
    ("gaming", "work bent to a target, without leaving"),
    ("outage", "weeks in which everything is worse for some teams"),
    ("flu", "waves of absence"),
    ("seasonal", "a strong year in occupancy, work and absence"),
    ("sick_leave", "long legitimate absences, which must not alarm"),
    ("confounded_group", "a group that is absent more and leaves as the others do"),
    ("dirty", "missing schedules, wrong clocks, late labels, ids used again"),
];

impl World {
    /// A ready world of this size.
    ///
    /// # Errors
    /// [`Error::UnknownWorld`], or [`Error::World`] for a size that cannot be played.
    pub fn named(name: &str, seed: u64, agents: u32, days: u32) -> Result<Self, Error> {
        let mut world = Self { seed, agents, days, ..Self::default() };
        match name {
            "reference" => {}
            "plain" => world.unlink(),
            "sudden" => {
                world.moves.strained_per_day = 0.0;
                world.leaving.per_day[0] = 0.001;
            }
            "gradual" => {
                world.leaving.per_day[0] = 0.0;
                world.leaving.per_day[1] = 0.0;
                world.leaving.early_per_day = 0.0;
                world.moves.strained_per_day *= 1.7;
            }
            "loud" => world.raise_signs(2.0),
            "overload" => {
                (world.people.frailty_sd, world.people.leader_sd) = (0.0, 0.0);
                (world.leaving.early_per_day, world.moves.newcomer_excess) = (0.0, 0.0);
                world.moves.strained_by_occupancy = 20.0;
                world.load.overload_rise = 0.12;
            }
            "bad_leader" => world.people.leader_sd = 0.6,
            "gaming" => world.disturbances.gaming = Some(Gaming { share: 0.25, latest_begin_day: 600, lasting_days: 120, strength: 0.8 }),
            "outage" => world.disturbances.outage = Some(Outage { every_days: 90, lasting_days: 7, every_nth_team: 3, strength: 2.0 }),
            "flu" => world.disturbances.wave = Some(Wave { begin_days: vec![150, 400, 560], lasting_days: 21, factor: 5.0 }),
            "seasonal" => {
                world.load.season = 0.06;
                world.disturbances.season = Some(Season { channels: 0.5, absence: 0.4 });
            }
            "sick_leave" => world.disturbances.sick_leave = Some(SickLeave { per_day: 0.001, lasting_days: [14, 90] }),
            "confounded_group" => world.disturbances.group = Some(Group { share: 0.3, absence_factor: 2.0 }),
            "dirty" => {
                let faults = Untidiness { missing_schedules: 0.05, wrong_clocks: 0.02, late_labels_days: 20, ids_reused: true };
                world.disturbances.untidiness = Some(faults);
            }
            _ => return Err(Error::UnknownWorld { name: name.to_owned() }),
        }
        world.check()?;
        Ok(world)
    }

    /// Stages change neither what is seen nor who leaves, and neither do tenure, occupancy and frailty.
    fn unlink(&mut self) {
        self.raise_signs(0.0);
        self.leaving.per_day = [0.001_3; super::STAGES];
        (self.leaving.by_frailty, self.leaving.early_per_day) = (0.0, 0.0);
    }

    /// All signs so many times as strong.
    fn raise_signs(&mut self, factor: f64) {
        let signs = &mut self.signs;
        for shift in signs.channel_shifts.iter_mut().flatten().chain(&mut signs.quality_shift) {
            *shift *= factor;
        }
        for ratio in signs.quality_spread.iter_mut().chain(&mut signs.absence_factor).chain(&mut signs.lateness_factor) {
            *ratio = 1.0 + (*ratio - 1.0) * factor;
        }
    }
}
