//! What a centre can set about the fold: ages, tolerances, assumed after-call work.

use events::Channel;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Settings of the fold. The defaults are domain.md 3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// A voice visit or handling that is open for longer is lost. 4 h.
    pub max_age_voice_ms: i64,
    /// The same for chats. 24 h.
    pub max_age_chat_ms: i64,
    /// The same for tasks, mail and callbacks. 7 days.
    pub max_age_task_ms: i64,
    /// After-call work that began and whose end was never seen lasts this long; none: it stays unknown. 15 min.
    pub acw_cap_ms: Option<i64>,
    /// After-call work of a source that reports none at all (a queue's configured wrap-up time); none: unknown.
    pub wrap_up_ms: Option<i64>,
    /// An outcome may be stamped this much before the entry that it belongs to. 5 s.
    pub clock_skew_ms: i64,
    /// Stamps and durations in whole seconds may disagree by this much without being called skewed. 2 s.
    pub rounding_ms: i64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_age_voice_ms: 4 * HOUR_MS,
            max_age_chat_ms: 24 * HOUR_MS,
            max_age_task_ms: 7 * 24 * HOUR_MS,
            acw_cap_ms: Some(15 * MINUTE_MS),
            wrap_up_ms: None,
            clock_skew_ms: 5_000,
            rounding_ms: 2_000,
        }
    }
}

impl Options {
    /// How long something of a channel may stay open, in microseconds.
    pub(crate) fn max_age_us(&self, channel: Channel) -> i64 {
        let age_ms = match channel {
            Channel::Voice => self.max_age_voice_ms,
            Channel::Chat => self.max_age_chat_ms,
            Channel::Email | Channel::Callback | Channel::Task => self.max_age_task_ms,
        };
        micros(age_ms)
    }
}

/// Milliseconds to microseconds.
pub(crate) fn micros(milliseconds: i64) -> i64 {
    milliseconds.saturating_mul(1000)
}
