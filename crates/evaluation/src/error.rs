//! What can go wrong.

/// Why a world cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The world cannot be played.
    #[error(transparent)]
    World(#[from] simulator::Error),
    /// The model cannot be fitted, where more agents or days help; or the one that is given may not be used.
    #[error("the model cannot be fitted or used: {0}")]
    Model(#[from] attrition::Error),
}
