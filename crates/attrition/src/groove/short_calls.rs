//! Talks of a few seconds ended by the agent: calls that count and help nobody.

use crate::measures::{Interval, wilson};
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

/// An agent's share of short calls beside that of the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShortCallShare {
    /// 95 % interval of the agent's share (Wilson).
    pub interval: Interval,
    /// Median share of the agents of the group with enough calls.
    pub usual: f64,
    /// The lower end is above 5 % and above three times what is usual.
    pub is_groove: bool,
}

/// Whether the lower end of the 95 % interval of the share is above 5 % and above three times the peers' median. `None` with fewer than 200 calls.
#[must_use]
pub fn is_short_call_groove(count: ShortCallCount, peer_median: f64) -> Option<bool> {
    short_call_share(count, peer_median).map(|share| share.is_groove)
}

fn short_call_share(count: ShortCallCount, usual: f64) -> Option<ShortCallShare> {
    let interval = wilson(count.short, count.calls, 0.95).filter(|_| is_enough(&count))?;
    Some(ShortCallShare { interval, usual, is_groove: interval.low > LEAST_SHARE.max(PEER_FACTOR * usual) })
}

const fn is_enough(count: &ShortCallCount) -> bool {
    count.calls >= FEWEST_CALLS
}

/// Agents of a group who have enough calls to be judged.
#[must_use]
pub fn agents_with_enough_calls(group: &[ShortCallCount]) -> usize {
    group.iter().filter(|count| is_enough(count)).count()
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
    short_call_shares(group).into_iter().map(|share| share.map(|share| share.is_groove)).collect()
}

/// The same with the numbers behind it.
///
/// ```
/// use attrition::groove::{ShortCallCount, short_call_shares};
/// let count = |calls, short| ShortCallCount { calls, short };
/// let shares = short_call_shares(&[count(400, 4), count(400, 8), count(400, 80), count(100, 50)]);
/// let found = shares[2].unwrap();
/// assert!(found.is_groove && found.usual == 0.02 && (found.interval.low - 0.1637).abs() < 1e-4);
/// assert_eq!(shares[3], None);
/// ```
#[must_use]
pub fn short_call_shares(group: &[ShortCallCount]) -> Vec<Option<ShortCallShare>> {
    let shares: Vec<f64> = group.iter().filter(|count| is_enough(count)).map(|count| count.short as f64 / count.calls as f64).collect();
    let usual = median(&shares).unwrap_or(0.0);
    group.iter().map(|count| short_call_share(*count, usual)).collect()
}
