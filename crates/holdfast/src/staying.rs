//! What leaders and owners of KPIs are to be told without asking: overdue follow-ups of new hires, and teams in a groove, as counts by team for Prometheus.
//!
//! What is counted is decided by [`team_states`], which is pure; [`reading`] asks ClickHouse, also for the reports of `holdfast attrition`, and [`watch`] is a
//! thread beside that of the care loop. No agent is in a label, and no team of fewer than eight is counted.
//! Who may see which report that names persons is [`may_have`] and [`sees_agent`], pure too.

mod access;
mod counting;
pub(crate) mod reading;
mod watching;

pub use access::{Report, may_have, sees_agent, sees_leader};
pub use counting::{Member, TeamGroove, TeamState, last_whole_week, team_states};
pub use watching::watch;
