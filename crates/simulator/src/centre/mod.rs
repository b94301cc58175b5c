//! A centre: several sites in their own zones, with people, schedules, customers' opinions, and the truth about all of it.
//!
//! Each site is played by the engine of this crate, day by day. What other systems know (schedules, absences, surveys, evaluations, offers,
//! dials, tickets) is drawn from what was played, in passes of their own. A [`CentrePlay`] hands out a [`Portion`] after the other: lines
//! that belong to the ends of files, so that a centre of any size is written in little memory.
//!
//! ```
//! use simulator::centre::{Centre, CentrePlay};
//!
//! let centre = Centre { days: 1, ..Centre::preset("centre", 1)? };
//! let mut play = CentrePlay::new(centre)?;
//! let mut bytes = 0;
//! while let Some(portion) = play.next_portion()? {
//!     bytes += portion.files().map(|(_, text)| text.len()).sum::<usize>();
//! }
//! assert!(bytes > 100_000);
//! # Ok::<(), simulator::Error>(())
//! ```

mod dials;
mod evaluations;
mod files;
mod offers;
mod people;
mod plan;
mod play;
mod presets;
mod reference;
mod schedule;
mod site;
mod surveys;
mod telling;
mod tickets;
mod truth;

pub use files::Portion;
pub(crate) use people::{Person, Staff};
pub use plan::{Centre, Habits, SiteDirt, SitePlan, System};
pub use play::CentrePlay;
pub(crate) use reference::{leader_name, team_name};
pub(crate) use schedule::{Away, PlannedShift, Scheduled, Stretch};
pub(crate) use truth::{Shifts, Time, adherence};
