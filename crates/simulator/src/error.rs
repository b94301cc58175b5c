//! What can be wrong with a scenario.

/// Why a [`Scenario`](crate::Scenario) cannot be simulated. The caller corrects the scenario; nothing here is worth a retry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no preset of this name.
    #[error("unknown preset {name:?}: use small, day, demo or month for one log, centre or quarter for a whole centre")]
    UnknownPreset {
        /// The name as given.
        name: String,
    },
    /// A number of the scenario itself is out of its range.
    #[error("scenario: {problem}")]
    Scenario {
        /// What is wrong, with the field's name and its permitted range.
        problem: String,
    },
    /// A field of one queue is out of its range.
    #[error("queue {queue:?}: {problem}")]
    Queue {
        /// Name of the queue.
        queue: String,
        /// What is wrong, with the field's name and its permitted range.
        problem: String,
    },
    /// There is no ready world of this name.
    #[error("unknown world {name:?}; the worlds are {}", crate::attrition::WORLDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))]
    UnknownWorld {
        /// The name as given.
        name: String,
    },
    /// A number of a world of agents is out of its range.
    #[error("world: {problem}")]
    World {
        /// What is wrong, with the field's name and its permitted range.
        problem: String,
    },
}
