//! Why a score is what it is: parts that add up to it exactly, by family, in words about behaviour and burden and never about character.

mod calendar;
mod explanation;
mod footnote;
mod templates;
mod values;
mod wording;

pub(crate) use calendar::month;
pub use explanation::{Explanation, FamilyReason, LEAST_LOG_ODDS, MOST_FAMILIES, explain};
pub use footnote::{footnote, rule_sentence};
pub use wording::{Language, Measured, feature_name, pattern_sentence, sentence};
