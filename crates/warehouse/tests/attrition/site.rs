//! A site in Berlin with its two databases, and facts as short as these tests need them.

use super::common::Database;
use super::facts::{agent, encoded, observation};
use attrition::features::DayFacts;
use events::{Handling, Observation, ObservationKind, Reference, ReferenceKind};
use warehouse::attrition::{Attrition, ClosedDays, Site, migrate};

pub(crate) use super::common::made::fact;

/// 27 October 2024, a Sunday of 25 hours in Berlin: it lasts from 22:00 UTC of the day before to 23:00 UTC.
pub(crate) const DAY: i32 = 20_023;

/// A time of that day by the clock of UTC; days count from it.
pub(crate) const fn utc(day: i64, hour: i64, minute: i64) -> i64 {
    super::facts::at(213 + day, hour, minute, 0)
}

pub(crate) struct Berlin {
    pub(crate) database: Database,
    pub(crate) attrition: Attrition,
    pub(crate) site: Site,
    runtime: tokio::runtime::Runtime,
}

impl Berlin {
    /// Both databases, and a site.
    pub(crate) fn new(name: &str) -> Self {
        let database = Database::new(name);
        let attrition = Attrition::new(&database.server, &format!("{}_attrition", database.name()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(migrate(&attrition)).unwrap();
        database.write(&[reference(ReferenceKind::Site, "berlin", 0, &[("zone", "Europe/Berlin")])]).unwrap();
        let site = Site { tenant: "default".to_owned(), site: "berlin".to_owned(), zone: "Europe/Berlin".to_owned() };
        Berlin { database, attrition, site, runtime }
    }

    pub(crate) fn write(&self, messages: &[Vec<u8>]) {
        self.database.write(messages).unwrap();
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn closed(&self) -> ClosedDays {
        self.wait(self.attrition.closed_days(&self.site)).unwrap().expect("days are closed")
    }

    pub(crate) fn stale(&self, closed: &ClosedDays) -> Vec<i32> {
        self.wait(self.attrition.stale_days(&self.site, closed, 30)).unwrap()
    }

    pub(crate) fn form(&self, days: &[i32], as_of_us: i64) {
        self.wait(self.attrition.form_agent_days(&self.site, days, as_of_us)).unwrap();
    }

    pub(crate) fn days(&self, first_day: i32, last_day: i32) -> Vec<DayFacts> {
        self.wait(self.attrition.agent_days(&self.site, first_day, last_day)).unwrap()
    }

    /// The day of an agent.
    pub(crate) fn day(&self, agent: &str, day: i32) -> DayFacts {
        self.days(day, day).into_iter().find(|found| found.agent == agent).unwrap_or_else(|| panic!("no day {day} of {agent}"))
    }
}

impl Drop for Berlin {
    fn drop(&mut self) {
        if let Err(error) = self.wait(self.attrition.server().execute("DROP DATABASE IF EXISTS `{database}`")) {
            eprintln!("{error}");
        }
    }
}

pub(crate) fn reference(kind: ReferenceKind, id: &str, valid_from_us: i64, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "default", kind, id, valid_from_us, attributes, removed: false, revision: 1 })
}

/// An agent of team red in Berlin from the beginning.
pub(crate) fn person(id: &str) -> Vec<u8> {
    encoded(&agent(id, 0, &[("team", "red"), ("site", "berlin"), ("hire_date", "2024-01-01")]))
}

pub(crate) fn absence(id: &str, agent: &str, from_us: i64, to_us: i64, outcome: &str) -> Vec<u8> {
    let begins = observation(ObservationKind::Absence, id, from_us);
    encoded(&Observation { agent: Some(agent), ended_us: Some(to_us), outcome: Some(outcome), reason: Some("sick"), ..begins })
}

/// A handling that is nothing but talk, of so many seconds.
pub(crate) fn call<'a>(id: &'a str, agent: &'a str, queue: &'a str, ended_us: i64, talk_s: i64) -> Handling<'a> {
    Handling { queue: Some(queue), ..super::common::made::handling(id, 1, agent, ended_us, talk_s * 1_000) }
}
