//! Talks of a few seconds ended by the agent: calls that count and help nobody.

use crate::measures::wilson;
use crate::numerics::median;

/// Calls below which an agent is not judged.
const FEWEST_CALLS: u64 = 200;
/// Share that is never flagged.
const LEAST_SHARE: f64 = 0.05;
/// Times the peers' median that is flagged.
const PEER_FACTOR: f64 = 3.0;

/// An agent's calls in a window, usually a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortCallCount {
    /// Calls with a talk.
    pub calls: u64,
    /// Of these, talks below the threshold (10 s by default).
    pub short: u64,
}

/// Whether the lower end of the 95 % interval of the share is above 5 % and above three times the peers' median. `None` with fewer than 200 calls.
#[must_use]
pub fn is_short_call_groove(count: ShortCallCount, peer_median: f64) -> Option<bool> {
    let interval = wilson(count.short, count.calls, 0.95).filter(|_| count.calls >= FEWEST_CALLS)?;
    Some(interval.low > LEAST_SHARE.max(PEER_FACTOR * peer_median))
}

/// The same for all agents of a group, against the median of those with enough calls.
///
/// ```
/// use attrition::groove::{ShortCallCount, short_call_flags};
/// let count = |calls, short| ShortCallCount { calls, short };
/// // Median of the shares 1 %, 2 %, 20 % is 2 %; the lower end of 80 of 400 is 16.4 %.
/// let flags = short_call_flags(&[count(400, 4), count(400, 8), count(400, 80), count(100, 50)]);
/// assert_eq!(flags, [Some(false), Some(false), Some(true), None]);
/// ```
#[must_use]
pub fn short_call_flags(group: &[ShortCallCount]) -> Vec<Option<bool>> {
    let shares: Vec<f64> =
        group.iter().filter(|count| count.calls >= FEWEST_CALLS).map(|count| count.short as f64 / count.calls as f64).collect();
    let peer_median = median(&shares).unwrap_or(0.0);
    group.iter().map(|count| is_short_call_groove(*count, peer_median)).collect()
}
