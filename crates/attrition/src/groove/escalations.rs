//! What lies beside short calls and makes them weigh more. Numbers and no judgement: each may have a good reason, and whoever talks with the agent asks for it.

/// Handlings of a month below which its means are not compared with those of another.
const FEWEST_CALLS: u64 = 200;

/// What an agent did in a month, as counts and sums over the calls of the short-call rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthOfCalls {
    /// Calls with a talk.
    pub calls: u64,
    /// Their talk without hold, milliseconds.
    pub talk_ms: u64,
    /// Their hold, milliseconds.
    pub hold_ms: u64,
    /// Short calls whose caller is known, and after whose end ten minutes are over.
    pub short_known: u64,
    /// Of these: the same caller called again within the ten minutes.
    pub short_followed: u64,
    /// Transfers after which another handling of the contact is known.
    pub transfers_known: u64,
    /// Of these: the contact came to the queue that it was transferred from, or to the same agent.
    pub transfers_back: u64,
    /// Not ready (breaks, personal and unexplained pauses, not responding) from the very end of a contact or its after-call work on, milliseconds.
    pub parked_ms: u64,
}

/// Seconds per call in a month against the month before; 1 is no change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePerCall {
    /// Talk per call, over that of the month before.
    pub talk: f64,
    /// Hold per call, over that of the month before; `None`: there was no hold then.
    pub hold: Option<f64>,
    /// Not ready after a contact per call, over that of the month before; `None`: there was none then.
    pub parked: Option<f64>,
}

/// Change of talk, hold and time not ready per call: what rises as talk falls is time moved to where nobody looks. `None` where either month has fewer than 200 calls, or the
/// month before no talk.
///
/// ```
/// use attrition::groove::{MonthOfCalls, change_per_call};
/// let before = MonthOfCalls { calls: 400, talk_ms: 400 * 100_000, hold_ms: 400 * 10_000, ..MonthOfCalls::default() };
/// let now = MonthOfCalls { calls: 200, talk_ms: 200 * 80_000, hold_ms: 200 * 15_000, ..MonthOfCalls::default() };
/// let found = change_per_call(&now, &before).unwrap();
/// assert_eq!((found.talk, found.hold), (0.8, Some(1.5)));
/// assert_eq!(change_per_call(&MonthOfCalls { calls: 199, ..now }, &before), None);
/// ```
#[must_use]
pub fn change_per_call(now: &MonthOfCalls, before: &MonthOfCalls) -> Option<ChangePerCall> {
    if now.calls < FEWEST_CALLS || before.calls < FEWEST_CALLS {
        return None;
    }
    let ratio = |now_ms: u64, before_ms: u64| {
        let per_call = |ms: u64, calls: u64| ms as f64 / calls as f64;
        (before_ms > 0).then(|| per_call(now_ms, now.calls) / per_call(before_ms, before.calls))
    };
    Some(ChangePerCall {
        talk: ratio(now.talk_ms, before.talk_ms)?,
        hold: ratio(now.hold_ms, before.hold_ms),
        parked: ratio(now.parked_ms, before.parked_ms),
    })
}
