//! The care loop: what becomes of an early warning of attrition once it is there. Who may see what of it ([`sight`]), who may do what ([`event`]), in which
//! words it is told ([`told`]), the alert that says that one waits ([`alerts`]), and sites whose warnings are not good enough to be shown ([`suspensions`]).
//!
//! What decides is pure; [`topic`], [`watch`] and the commands alone know Kafka, ClickHouse and Alertmanager. Access is claimed by `--as` and written
//! down: `docs/attrition-privacy.md` says what has to stand before the command.

pub mod alerts;
mod deed;
mod display;
mod http;
mod roster;
mod sender;
mod settings;
mod sight;
mod signal;
mod suspension;
pub mod switch;
mod team_counts;
#[cfg(test)]
mod tests;
mod told;
pub mod topic;
mod viewer;
mod watching;

pub use deed::{Deed, Moment, Refused, event, wrong_note};
pub use http::Address;
pub use roster::{Place, Roster};
pub use sender::AlertSender;
pub use settings::Care;
pub use sight::{Hidden, Sight, is_listed, sight};
pub use signal::{Reason, Signal, Signals, Step};
pub use suspension::{Suspensions, kept_back, qualities, suspended_text, suspensions};
pub use team_counts::{TeamCount, TeamName, team_counts};
pub use told::{Told, ToldReason, ToldStep, text, told, word};
pub use viewer::{Purpose, Role, Viewer};
pub use watching::{firing, watch};
