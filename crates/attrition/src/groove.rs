//! Work bent to a target: the strong KPI goes up, the weak one down. A groove is a defect of targets and goes to the owner of the KPI first; it is a matter of
//! coaching only then, and no input of the hazard model.

mod escalations;
mod index;
mod short_calls;

pub use escalations::{ChangePerCall, MonthOfCalls, change_per_call};
pub use index::{GrooveWeek, is_groove};
pub use short_calls::{
    ShortCallCount, ShortCallShare, agents_with_enough_calls, is_short_call_groove, short_call_flags, short_call_shares,
};
