//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is nothing to learn from yet.
    #[error("{rows} agent-weeks whose outcome is known and {leavers} leavers among them are not enough to train on: wait until 44 days after the first leavers")]
    TooEarly {
        /// Rows with an outcome.
        rows: usize,
        /// Leavers among them.
        leavers: usize,
    },
    /// The fit failed, or an input is not allowed.
    #[error(transparent)]
    Model(#[from] attrition::Error),
    /// The challenger could not be trained.
    #[error("the challenger: {0}")]
    Challenger(String),
}
