//! Why the loop stops. Each message has a code and says what to do.

use crate::broker::Failure;
use crate::transaction::Decision;

/// Why the loop ended without being asked to.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Another process took the transactional id.
    #[error("HF-R001: another process runs with the same instance name; this one stops ({0})")]
    Fenced(String),
    /// The broker refuses for good.
    #[error("HF-R002: {0}")]
    Fatal(String),
    /// The state and the group's offset disagree.
    #[error(
        "HF-R003: {stage} partition {partition}: {}, {}; start with --rewind (read on from where the state ends) or \
         --rebuild-state (forget the state, read on from where the group stands)",
        state.map_or("there is no state".to_owned(), |offset| format!("the state ends at offset {offset}")),
        group.map_or("the group has committed nothing".to_owned(), |offset| format!("the group stands at {offset}"))
    )]
    Position {
        /// Stage.
        stage: &'static str,
        /// Partition.
        partition: i32,
        /// Offset in the changelog; none: there is no state.
        state: Option<i64>,
        /// Committed offset of the group.
        group: Option<i64>,
    },
    /// The number of partitions changed.
    #[error(
        "HF-R004: {stage}: the input has {now} partitions, the state was written with {state}; panes and state are kept per \
         partition: replay into a new layout instead"
    )]
    Layout {
        /// Stage.
        stage: &'static str,
        /// Then.
        state: i32,
        /// Now.
        now: i32,
    },
    /// Too many dead letters.
    #[error(
        "HF-R005: {stage} partition {partition}: too many records cannot be used (last: {code}: {reason}); nothing of this transaction was kept"
    )]
    Flood {
        /// Stage.
        stage: &'static str,
        /// Partition.
        partition: i32,
        /// Code of the last reject.
        code: &'static str,
        /// Its reason.
        reason: String,
    },
    /// A changelog record is not understood.
    #[error("HF-R006: {stage} partition {partition}: the state cannot be restored: {reason}")]
    Restore {
        /// Stage.
        stage: &'static str,
        /// Partition.
        partition: i32,
        /// Why.
        reason: String,
    },
    /// Fault injection: the process dies here.
    #[error("crash")]
    Crash,
}

/// The error that a decision to stop becomes.
pub(super) fn stop(decision: Decision, failure: Failure) -> Error {
    match decision {
        Decision::StopFenced => Error::Fenced(failure.text),
        Decision::Die => Error::Crash,
        _ => Error::Fatal(failure.text),
    }
}
