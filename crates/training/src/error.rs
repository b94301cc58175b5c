//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The fit failed, or an input is not allowed.
    #[error(transparent)]
    Model(#[from] attrition::Error),
    /// The challenger could not be trained.
    #[error("the challenger: {0}")]
    Challenger(String),
}
