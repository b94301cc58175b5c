//! The product: topology, command line and configuration. What decides a number lives in the pure crates; how a stage
//! runs lives in `runtime`; here they are put together.
//!
//! ```
//! // The contact stage chains two operators in one task: no hop between facts and panes.
//! assert_eq!(holdfast::topology::CONTACT.inputs, ["calls"]);
//! assert!(holdfast::topology::CONTACT.outputs.contains(&"kpi-panes"));
//! ```

pub mod agent_task;
pub mod behind;
pub mod care;
pub mod commands;
pub mod config;
pub mod contact_task;
pub mod error;
pub mod import;
pub mod ingest_task;
pub mod privacy;
pub mod redrive;
pub mod reference;
pub mod replay;
pub mod serving;
pub mod signals;
pub mod stages;
pub mod staying;
pub mod topology;
mod upkeep;
