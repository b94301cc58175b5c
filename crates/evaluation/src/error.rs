//! What can go wrong.

/// Why a world cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The world cannot be played.
    #[error(transparent)]
    World(#[from] simulator::Error),
    /// The model cannot be fitted; more agents or days help.
    #[error("the model cannot be fitted: {0}")]
    Model(#[from] attrition::Error),
}
