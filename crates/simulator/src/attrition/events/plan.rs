//! Which world is told as events, where and from when on.

use super::workday::FULL_CALLS;
use crate::attrition::World;
use crate::centre::{SitePlan, System};
use crate::error::Error;
use crate::zone::Zone;
use jiff::civil::{Date, date};

/// A world of agents as one site.
#[derive(Clone, Debug)]
pub struct EventPlan {
    /// The world.
    pub world: World,
    /// Name of the site: letters and digits, small.
    pub site: String,
    /// Its wall clock.
    pub zone: Zone,
    /// Its first day.
    pub start: Date,
    /// Calls of an agent on a day with the usual handle time and occupancy. With fewer than the 62 of a full day utilisation is as much lower than the
    /// world says; everything else is as it says.
    pub calls_a_day: u32,
}

impl EventPlan {
    /// A world in Berlin from 2024 on, with the calls of full days.
    ///
    /// # Errors
    /// [`Error::World`] when the world cannot be played.
    pub fn new(world: World) -> Result<Self, Error> {
        let unknown = || Error::World { problem: "the zone Europe/Berlin is not known".to_owned() };
        let zone = Zone::named("Europe/Berlin").ok_or_else(unknown)?;
        let plan = Self { world, site: "west".to_owned(), zone, start: date(2024, 1, 1), calls_a_day: FULL_CALLS };
        plan.check()?;
        Ok(plan)
    }

    /// Whether it can be played.
    ///
    /// # Errors
    /// [`Error::World`] with the field and its range.
    pub fn check(&self) -> Result<(), Error> {
        self.world.check()?;
        let named = !self.site.is_empty() && self.site.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if !named || !(1..=FULL_CALLS).contains(&self.calls_a_day) {
            return Err(Error::World { problem: format!("site: small letters and digits; calls_a_day: from 1 to {FULL_CALLS}") });
        }
        self.day(self.world.days.saturating_add(1)).map(drop)
    }

    /// The site, as configurations and reference data name it.
    #[must_use]
    pub fn site_plan(&self) -> SitePlan {
        SitePlan {
            name: self.site.clone(),
            zone: self.zone.clone(),
            system: System::Asterisk,
            opening: "Mo-Su 08:00-18:00".to_owned(),
            queues: Vec::new(),
            weekday_factors: [1.0; 7],
            holidays: Vec::new(),
            holiday_factor: 1.0,
            vendor: None,
            nights: false,
        }
    }

    /// What the events call an agent.
    #[must_use]
    pub fn agent_name(&self, agent: u32) -> String {
        format!("PJSIP/{}-{}", self.site, u64::from(agent) + 1_001)
    }

    /// The queue of a team, from 0: whoever is hit by the same shocks is compared.
    #[must_use]
    pub fn queue_name(&self, team: usize) -> String {
        format!("{}-queue-{:02}", self.site, team + 1)
    }
}
