//! What a centre is: its sites, their queues and people, and how people behave.

use crate::error::Error;
use crate::scenario::{QueuePlan, Scenario};
use crate::vendors::Vendor;
use crate::zone::Zone;
use jiff::ToSpan;
use jiff::civil::Date;

/// The telephone system of a site: in whose form its log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Asterisk's `queue_log`.
    Asterisk,
    /// Amazon Connect: contact records, contact events and agent events. The whole site is kept in memory until it is over.
    AmazonConnect,
    /// Genesys Cloud: notifications and conversation details. The whole site is kept in memory until it is over.
    GenesysCloud,
}

impl System {
    /// Every system.
    pub const ALL: [System; 3] = [Self::Asterisk, Self::AmazonConnect, Self::GenesysCloud];

    /// Name on the command line.
    ///
    /// ```
    /// use simulator::centre::System;
    /// assert_eq!(System::parse("genesys_cloud"), Some(System::GenesysCloud));
    /// assert_eq!(System::parse("genesys"), None);
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asterisk => "asterisk",
            Self::AmazonConnect => "amazon_connect",
            Self::GenesysCloud => "genesys_cloud",
        }
    }

    /// The system of a [`name`](System::name).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }

    /// The file of a site's log.
    #[must_use]
    pub fn log_file(self) -> &'static str {
        match self {
            Self::Asterisk => "queue_log",
            Self::AmazonConnect => "connect.jsonl",
            Self::GenesysCloud => "genesys.jsonl",
        }
    }

    /// The kind of source that reads this file.
    #[must_use]
    pub fn source_kind(self) -> &'static str {
        match self {
            Self::Asterisk => "queue_log",
            Self::AmazonConnect => "amazon_connect",
            Self::GenesysCloud => "genesys_cloud",
        }
    }

    pub(super) fn vendor(self) -> Option<Vendor> {
        match self {
            Self::Asterisk => None,
            Self::AmazonConnect => Some(Vendor::AmazonConnect),
            Self::GenesysCloud => Some(Vendor::GenesysCloud),
        }
    }
}

/// What is wrong with the lines of a site. Nothing of it changes what is true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SiteDirt {
    /// Lines that are closer together may swap places, seconds.
    pub shuffle_within_s: u32,
    /// Share of lines that come twice: a probability from 0 to 1.
    pub duplicate_share: f64,
    /// Lines that nobody can use, spread over the time of each site.
    pub bad_lines: u32,
    /// Of a vendor's lines: share of those in an older version, in other case, with fields missing, each from 0 to 1.
    pub odd_share: f64,
}

/// A site of a centre.
#[derive(Debug, Clone, PartialEq)]
pub struct SitePlan {
    /// Name: letters and digits, small. Queues are `<site>-<queue>`, agents `<site>-<number>`, of Asterisk with `PJSIP/` before it, teams `<site>-team-<number>`.
    pub name: String,
    /// Its wall clock.
    pub zone: Zone,
    /// Its telephone system.
    pub system: System,
    /// Opening hours as reference data say them.
    pub opening: String,
    /// Its queues, without the name of the site.
    pub queues: Vec<QueuePlan>,
    /// Demand of Monday to Sunday relative to an ordinary day.
    pub weekday_factors: [f64; 7],
    /// Days on which little is going on.
    pub holidays: Vec<Date>,
    /// Share of demand on holidays.
    pub holiday_factor: f64,
    /// Whether shifts of queues that are open around the clock reach over midnight; otherwise whoever works nights begins at midnight.
    pub nights: bool,
    /// Who employs the agents that the centre does not employ itself; none: all are its own.
    pub vendor: Option<String>,
}

/// How people behave; all shares are probabilities from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habits {
    /// Share of shifts that fall into approved leave.
    pub leave_share: f64,
    /// Share of shifts in which the agent is ill.
    pub sick_share: f64,
    /// Share of shifts to which the agent comes late.
    pub late_share: f64,
    /// Share of shifts that are taken out of the schedule after it was published.
    pub cancelled_share: f64,
    /// Share of shifts with training that was put in after the schedule was published.
    pub training_share: f64,
    /// Share of agents who change their team within the time, at noon.
    pub move_share: f64,
    /// Share of agents who resign within the time.
    pub resign_share: f64,
    /// Share of handled contacts after which the customer is asked.
    pub survey_share: f64,
    /// Share of those asked who answer.
    pub answer_share: f64,
    /// Share of handled contacts that are drawn for an evaluation.
    pub evaluation_share: f64,
    /// Share of handled contacts in which something is offered.
    pub offer_share: f64,
    /// Share of handled contacts that leave a ticket.
    pub ticket_share: f64,
    /// Numbers that a site's dialler tries on an ordinary day.
    pub dials_per_day: u32,
}

/// Several sites over some days.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// The same seed and centre give the same bytes.
    pub seed: u64,
    /// First day, by each site's own clock.
    pub start: Date,
    /// Days that are played.
    pub days: u32,
    /// The sites, at most nine.
    pub sites: Vec<SitePlan>,
    /// Compound growth of demand by year, from the day to which the queues' demand belongs.
    pub growth: Option<(Date, f64)>,
    /// How people behave.
    pub habits: Habits,
    /// What is wrong with the lines of every site; none: nothing. The lines of a site are kept in memory until it is over.
    pub dirt: Option<SiteDirt>,
}

impl SitePlan {
    /// What comes before the numbers of agents in their names.
    pub(super) fn agent_prefix(&self) -> String {
        let channel = if self.system == System::Asterisk { "PJSIP/" } else { "" };
        format!("{channel}{}-", self.name)
    }

    /// Queues that refuse calls at the door have no name in a vendor's records.
    fn can_be_told(&self) -> Result<(), Error> {
        let refuses = |queue: &&QueuePlan| queue.waiting_max.is_some() || !queue.admits_when_empty;
        match self.queues.iter().find(refuses).filter(|_| self.system != System::Asterisk) {
            Some(queue) => {
                let (system, site, queue) = (self.system.name(), &self.name, &queue.name);
                Err(Error::Scenario { problem: format!("site {site}: its queue {queue} refuses calls, of which {system} does not tell") })
            }
            None => Ok(()),
        }
    }
}

impl Centre {
    /// The same with another telephone system at a site.
    ///
    /// ```
    /// use simulator::centre::{Centre, System};
    /// let centre = Centre::preset("centre", 1)?.with_system("boston", System::Asterisk)?;
    /// assert_eq!(centre.sites[1].system, System::Asterisk);
    /// # Ok::<(), simulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Scenario`] for a site that there is not.
    pub fn with_system(mut self, site: &str, system: System) -> Result<Self, Error> {
        let names: Vec<&str> = self.sites.iter().map(|plan| plan.name.as_str()).collect();
        let problem = format!("site {site:?}: there are {}", names.join(", "));
        let plan = self.sites.iter_mut().find(|plan| plan.name == site).ok_or(Error::Scenario { problem })?;
        plan.system = system;
        Ok(self)
    }

    /// So many times the agents and the demand, of every queue.
    ///
    /// # Errors
    /// [`Error::Scenario`] for 0 and for more than 100.
    pub fn times(mut self, factor: u32) -> Result<Self, Error> {
        if !(1..=100).contains(&factor) {
            return Err(Error::Scenario { problem: format!("agents factor {factor}: from 1 to 100") });
        }
        for queue in self.sites.iter_mut().flat_map(|site| &mut site.queues) {
            queue.agents *= factor;
            queue.calls_per_day *= f64::from(factor);
            queue.waiting_max = queue.waiting_max.map(|waiting_max| waiting_max * factor);
        }
        self.habits.dials_per_day *= factor;
        Ok(self)
    }

    /// What the engine plays at a site.
    pub(crate) fn scenario(&self, number: usize) -> Result<Scenario, Error> {
        let outside = || Error::Scenario { problem: format!("start {}, days {}: outside the calendar", self.start, self.days) };
        let site = self.sites.get(number).ok_or_else(outside)?;
        if site.name.is_empty() || !site.name.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()) {
            return Err(Error::Scenario { problem: format!("site {:?}: small letters and digits", site.name) });
        }
        let midnight_us = |date: Date| site.zone.instant_s(date.at(0, 0, 0, 0)).map(|time_s| time_s * 1_000_000);
        let until = self.start.checked_add(i64::from(self.days).days()).map_err(|_| outside())?;
        let own = |name: &str| format!("{}-{name}", site.name);
        let queues = site.queues.iter().map(|queue| QueuePlan {
            name: own(&queue.name),
            overflow_to: queue.overflow_to.as_deref().map(own),
            logs_wrapup: true,
            ..queue.clone()
        });
        let scenario = Scenario {
            seed: self.seed.wrapping_mul(1_000_003).wrapping_add(number as u64),
            start_us: midnight_us(self.start).ok_or_else(outside)?,
            end_us: midnight_us(until).ok_or_else(outside)?,
            zone: Some(site.zone.clone()),
            queues: queues.collect(),
            weekday_factors: site.weekday_factors,
            holidays: site.holidays.clone(),
            holiday_factor: site.holiday_factor,
            growth: self.growth,
            agent_prefix: site.agent_prefix(),
            caller_prefix: format!("01{}", number + 1),
            runs_out: true,
            ..Scenario::preset("small", self.seed, 86_400_000_000_000)?
        };
        scenario.validate()?;
        Ok(scenario)
    }

    /// Checks every site.
    ///
    /// # Errors
    /// [`Error`] names the first field that is out of its range.
    pub fn validate(&self) -> Result<(), Error> {
        let mut names: Vec<&str> = self.sites.iter().map(|site| site.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if !(1..=9).contains(&self.sites.len()) || names.len() != self.sites.len() || !(1..=3_650).contains(&self.days) {
            return Err(Error::Scenario { problem: "sites: from 1 to 9, each with a name of its own; days: from 1 to 3650".to_owned() });
        }
        self.sites.iter().try_for_each(SitePlan::can_be_told)?;
        (0..self.sites.len()).try_for_each(|number| self.scenario(number).map(drop))
    }
}
