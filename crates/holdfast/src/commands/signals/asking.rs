//! Who asks, what for, and everything that answers rest on: reference data of now, the signals as they stand, the log of who read what.

use crate::care::{Hidden, Purpose, Roster, Sight, Signal, Signals, Suspensions, Viewer, kept_back, sight, suspended_text, switch, topic};
use crate::commands::{Context, asynchronous, language};
use crate::config::Config;
use crate::error::Error;
use crate::privacy::access_log::{self, Access};
use attrition::reasons::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use runtime::clock::{Clock, SystemClock};
use warehouse::Server;

/// Asked with every command.
#[derive(Debug, clap::Args)]
pub(super) struct Asking {
    /// Who you are: leader:ID, agent:ID or hr:ID
    #[arg(long = "as", value_name = "ROLE:ID")]
    pub(super) viewer: Viewer,
    /// What for: retention-talk, own-data, objection, oversight
    #[arg(long)]
    pub(super) purpose: Purpose,
    /// Whose data
    #[arg(long, default_value = "default")]
    pub(super) tenant: String,
    /// en or zh
    #[arg(long, default_value = "en", value_parser = language)]
    pub(super) language: Language,
    /// JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// A command under way.
pub(super) struct Session<'a> {
    pub(super) asking: &'a Asking,
    pub(super) config: Config,
    pub(super) attrition: Server,
    pub(super) runtime: tokio::runtime::Runtime,
    pub(super) roster: Roster,
    pub(super) now_us: i64,
    pub(super) suspensions: Suspensions,
}

impl<'a> Session<'a> {
    /// Checks that early warnings are on and that the purpose fits, and reads who is where.
    pub(super) fn open(asking: &'a Asking, context: &Context) -> Result<Self, Error> {
        let config = context.config()?;
        if !switch::is_on(&config, None) {
            return Err(Error::new(
                "HF-P003",
                "early warnings are switched off (attrition.enabled = false): nothing is scored and nothing is shown",
            ));
        }
        let (viewer, purpose) = (&asking.viewer, asking.purpose);
        let fits = |purpose: &Purpose| purpose.fits(viewer.role) && purpose.is_for_signals();
        if !fits(&purpose) {
            let theirs = Purpose::ALL.into_iter().filter(fits).map(Purpose::name).collect::<Vec<_>>().join(", ");
            let theirs = if theirs.is_empty() { "none, for signals" } else { theirs.as_str() };
            return Err(Error::new("HF-P001", format!("{} is no purpose of {}; theirs are: {theirs}", purpose.name(), viewer.role.name())));
        }
        let now_us = SystemClock.now_ms().saturating_mul(1_000);
        let today = local_day(now_us, "UTC").1;
        let roster = Roster::at(&crate::reference::read(&config.kafka)?.entries(), &asking.tenant, now_us, &today);
        let (attrition, runtime) = (switch::server(&config), asynchronous()?);
        let suspensions = runtime.block_on(crate::care::suspensions(&config))?;
        Ok(Session { asking, attrition, runtime, roster, now_us, config, suspensions })
    }

    /// Every signal of the tenant, at sites where early warnings are on, as it stands.
    pub(super) fn signals(&self) -> Result<Vec<Signal>, Error> {
        Ok(shown(&topic::read(&self.config.kafka)?, &self.asking.tenant, |site| switch::is_on(&self.config, Some(site))))
    }

    /// A line of the log about nobody yet.
    pub(super) fn line(&self, action: &str) -> Access {
        Access::new(&self.asking.tenant, &self.asking.viewer, self.asking.purpose, action, self.now_us)
    }

    /// Writes lines of the log. What follows is shown only if this worked.
    pub(super) fn log(&self, lines: &[Access]) -> Result<(), Error> {
        self.runtime.block_on(access_log::write(&self.attrition, lines))
    }

    /// Lines of the log.
    pub(super) fn logged(&self, condition: &str) -> Result<Vec<Access>, Error> {
        let tenant = access_log::quoted(&self.asking.tenant);
        self.runtime.block_on(access_log::read(&self.attrition, &format!("l.tenant = {tenant} AND {condition}")))
    }

    /// What the person may see of a signal; a refusal is written down too.
    pub(super) fn look(&self, action: &str, signal: &Signal, unsealed: bool) -> Result<Sight, Error> {
        let sight = sight(&self.asking.viewer, signal, &self.roster, unsealed).or_else(|hidden| self.refuse(action, signal, hidden))?;
        if self.is_kept_back(signal, unsealed) {
            self.log(&[self.line(action).about(&signal.id, &signal.agent).with_outcome("refused")])?;
            return Err(self.suspended(&signal.site));
        }
        Ok(sight)
    }

    /// Whether it is not shown because the warnings of its site are not good enough at present.
    pub(super) fn is_kept_back(&self, signal: &Signal, unsealed: bool) -> bool {
        self.suspensions.holds(&signal.tenant, &signal.site) && kept_back(&self.asking.viewer, signal, unsealed)
    }

    /// The share of such warnings that come true, where it is known.
    pub(super) fn precision(&self, signal: &Signal) -> Option<f64> {
        self.suspensions.precision(&signal.tenant, &signal.site)
    }

    /// Says so.
    pub(super) fn suspended(&self, site: &str) -> Error {
        Error::new("HF-P004", suspended_text(site, self.suspensions.why(&self.asking.tenant, site), self.asking.language))
    }

    /// Sites of the tenant whose warnings are not shown, with why in words.
    pub(super) fn suspended_sites(&self) -> Vec<(&str, String)> {
        let sites = self
            .suspensions
            .sites()
            .filter(|(tenant, site, why)| *tenant == self.asking.tenant && !why.is_empty() && switch::is_on(&self.config, Some(site)));
        sites.map(|(_, site, why)| (site, suspended_text(site, why, self.asking.language))).collect()
    }

    fn refuse<T>(&self, action: &str, signal: &Signal, hidden: Hidden) -> Result<T, Error> {
        self.log(&[self.line(action).about(&signal.id, &signal.agent).with_outcome("refused")])?;
        Err(match hidden {
            Hidden::NotYours => missing(&signal.id),
            Hidden::Sealed => Error::new(
                "HF-P001",
                format!(
                    "signal {} is sealed: only urgent and contested ones are for human resources. A second person can give leave: `holdfast signals break-glass`",
                    signal.id
                ),
            ),
        })
    }
}

/// Signals of a tenant at sites where they are on.
pub(super) fn shown(signals: &Signals, tenant: &str, on: impl Fn(&str) -> bool) -> Vec<Signal> {
    signals.all().into_values().filter(|signal| signal.tenant == tenant && on(&signal.site)).collect()
}

/// The same words for a signal that is not there and for one that is not for the person who asks.
pub(super) fn missing(id: &str) -> Error {
    Error::new("HF-P001", format!("there is no signal {id} that you may see; `holdfast signals list` shows those that are there for you"))
}

/// The local day of a moment: days since 1970, and as 2024-03-01. An unknown zone counts as UTC.
pub(super) fn local_day(at_us: i64, zone: &str) -> (i32, String) {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let date = zone.to_datetime(Timestamp::from_microsecond(at_us).unwrap_or_default()).date();
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = date.since(epoch).map_or(0, |span| span.get_days());
    (days, date.to_string())
}
