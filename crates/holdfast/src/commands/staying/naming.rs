//! Reports that name persons: who asks and what for is said, checked and written down before anything is shown, refusals too.

use crate::care::{Purpose, Roster, Viewer, switch};
use crate::commands::asynchronous;
use crate::config::Config;
use crate::error::Error;
use crate::privacy::access_log::{self, Access};
use crate::staying::{Report, may_have, sees_agent, sees_leader};
use jiff::Timestamp;
use runtime::clock::{Clock, SystemClock};
use std::collections::BTreeSet;

/// Who asks, and what for.
#[derive(Debug, clap::Args)]
pub(super) struct Who {
    /// Who you are, where persons are named: leader:ID, agent:ID, hr:ID or kpi-owner:ID
    #[arg(long = "as", value_name = "ROLE:ID")]
    viewer: Option<Viewer>,
    /// What for: retention-talk, coaching, targets, oversight, own-data
    #[arg(long)]
    purpose: Option<Purpose>,
}

/// A look that is allowed.
pub(super) struct Look<'a> {
    config: &'a Config,
    viewer: &'a Viewer,
    line: Access,
    roster: Roster,
}

impl<'a> Look<'a> {
    /// Checks who asks and what for, and reads who leads whom now.
    ///
    /// # Errors
    /// HF-P001: nobody said who asks or what for, or the report is not for them, which is written down; HF-P003: switched off; HF-K… and HF-W… of Kafka and
    /// ClickHouse.
    pub(super) fn open(who: &'a Who, tenant: &str, report: Report, config: &'a Config) -> Result<Self, Error> {
        super::asking::database(config)?;
        let (Some(viewer), Some(purpose)) = (&who.viewer, who.purpose) else {
            let words = "this names persons: say who you are and what for, with --as ROLE:ID --purpose PURPOSE; each look is written down";
            return Err(Error::new("HF-P001", words));
        };
        let now_us = SystemClock.now_ms().saturating_mul(1_000);
        let line = Access::new(tenant, viewer, purpose, report.name(), now_us);
        if let Err(why) = may_have(report, viewer, purpose) {
            write(config, &[line.with_outcome("refused")])?;
            return Err(Error::new("HF-P001", why));
        }
        let today = Timestamp::from_microsecond(now_us).unwrap_or_default().strftime("%Y-%m-%d").to_string();
        let roster = Roster::at(&crate::reference::read(&config.kafka)?.entries(), tenant, now_us, &today);
        Ok(Self { config, viewer, line, roster })
    }

    /// Whether an agent's line is shown.
    pub(super) fn sees_agent(&self, agent: &str) -> bool {
        sees_agent(self.viewer, agent, &self.roster, |site| switch::is_on(self.config, Some(site)))
    }

    /// Whether a leader's line is shown.
    pub(super) fn sees_leader(&self, leader: &str) -> bool {
        sees_leader(self.viewer, leader)
    }

    /// Writes down who is going to be shown: a line for each person, or one about nobody.
    ///
    /// # Errors
    /// HF-W001 if it could not be written down: then nothing may be shown.
    pub(super) fn log<'p>(&self, persons: impl IntoIterator<Item = &'p str>) -> Result<(), Error> {
        let persons: BTreeSet<&str> = persons.into_iter().collect();
        let lines: Vec<Access> = persons.into_iter().map(|person| self.line.about("", person)).collect();
        write(self.config, if lines.is_empty() { std::slice::from_ref(&self.line) } else { &lines })
    }
}

fn write(config: &Config, lines: &[Access]) -> Result<(), Error> {
    asynchronous()?.block_on(access_log::write(&switch::server(config), lines))
}
