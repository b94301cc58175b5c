//! A site, day by day: agents' days in, scores and decisions about signals out. One fold over the days of one site, because ranks under a budget and the
//! comparison with peers need the whole site in one place.
//!
//! In the order of a day: `told` is what is in the log already; `loads` smooths what the day asked of the agent; `starts` knows when the agent usually begins; peers and own past come from
//! [`crate::baseline`]; `charts` date changes (of each measure and of their sum: `levels`; of what happens on some shifts: `shift_chart`) and name rules; `agent` holds the state of one agent; `scoring` compares with the
//! segment (`segments`) and ranks; `deciding` opens and ends signals; `reasons` says why; `notices` tells what moves a `group` as a whole, by its `medians`. `fold` puts them together, `bytes` stores the state exactly.
//!
//! Laws (`tests/site.rs`, `tests/site_laws.rs`): the order of agents changes nothing; what a day gives depends on nothing later; a state stored and read
//! anywhere goes on as if it had not been; a long leave never raises a score; what was told is not decided again.

mod agent;
pub mod bytes;
mod charts;
mod deciding;
mod fold;
mod former;
mod group;
mod levels;
mod loads;
mod measured;
mod medians;
mod notices;
mod outcome;
mod peers;
mod reasons;
mod scoring;
mod segments;
mod settings;
mod shift_chart;
mod starts;
mod told;

pub use fold::Site;
pub use group::{Cause, Group, Moved, Notice};
pub use levels::{LevelCharts, WholeChart};
pub use outcome::{AgentScore, Decision, Reason, SiteDayResult, What};
pub use segments::{Member, Segments};
pub use settings::SiteSettings;
pub use told::{DayLog, PersonAction, Told};
