//! What can go wrong.

/// Errors of this crate; each says what the caller can do.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Somebody tries to use a thing that must never be looked at. Do not.
    #[error("{name} is never an input of attrition warnings: {reason}")]
    NeverAnInput {
        /// What was asked for.
        name: String,
        /// Why it is excluded.
        reason: &'static str,
    },
    /// A name that is no input. See [`crate::features::Input::all`].
    #[error("{0} is not on the list of inputs")]
    UnknownInput(String),
    /// A model that must not be used.
    #[error("the model {model} cannot be used: {reason}")]
    Model {
        /// Its id.
        model: String,
        /// Why.
        reason: String,
    },
    /// Rows of different width, or values that are not finite.
    #[error("row {row} of the training rows is not usable: {reason}")]
    Row {
        /// Its position, from 0.
        row: usize,
        /// Why.
        reason: &'static str,
    },
    /// Coefficients from so few leavers would be chance. Use a shipped model and fit its intercept.
    #[error("{leavers} leavers are too few: the coefficients need {needed}")]
    TooFewLeavers {
        /// Leavers among the rows.
        leavers: usize,
        /// Ten per coefficient.
        needed: usize,
    },
    /// Training found no finite optimum; more rows of both outcomes or a stronger penalty help.
    #[error("the fit does not converge: {0}")]
    NoFit(&'static str),
}
