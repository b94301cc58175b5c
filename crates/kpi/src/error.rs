//! What can be wrong with a message or a request.

use crate::WAIT_EDGES_S;

/// Errors of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A pane message does not follow its schema.
    #[error(
        "pane of queue {queue:?} at {window_start_us} µs: {what}; its writer is older or newer than this reader, or the bytes are damaged"
    )]
    Pane {
        /// Queue of the pane.
        queue: String,
        /// Start of its minute.
        window_start_us: i64,
        /// What is wrong.
        what: String,
    },
    /// A pane of an agent does not start where quarter hours do.
    #[error("pane of an agent at {window_start_us} µs: it does not start at a whole quarter of an hour")]
    AgentPane {
        /// Start of its window.
        window_start_us: i64,
    },
    /// A pane contradicts itself.
    #[error("a pane contradicts itself: {0}; rebuild it from the facts")]
    Inconsistent(String),
    /// Waits are kept in buckets, so limits lie on their edges.
    #[error("{name} = {value_ms} ms is not on an edge of the wait histograms; use one of {WAIT_EDGES_S:?} seconds")]
    NotOnAnEdge {
        /// Which limit.
        name: &'static str,
        /// Its value, ms.
        value_ms: i64,
    },
    /// No KPI has this name.
    #[error("no KPI is called {0:?}; docs/kpis.md lists them")]
    UnknownKpi(String),
}
