//! What to do when a transactional call fails: facts → decision, no I/O. The loop carries it out.

use crate::broker::FailureKind;

/// Which call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `init`.
    Init,
    /// `begin`.
    Begin,
    /// `send` of a record.
    Send,
    /// `send_offsets`, or the group metadata that it needs.
    SendOffsets,
    /// `commit`.
    Commit,
    /// `abort`.
    Abort,
}

/// What the loop does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The same call again.
    Again,
    /// Abort, roll back, seek back.
    Abort,
    /// A new producer with the same id (the old one is fenced), all state dropped and restored.
    Recreate,
    /// Stop; another process owns the id.
    StopFenced,
    /// Stop; the configuration or the cluster does not allow it.
    StopFatal,
    /// Stop at once, without another call.
    Die,
}

/// How often a call is repeated before its outcome counts as unclear for good. Each try of commit and abort is bounded by
/// `transaction.timeout.ms` inside the client, so this is a bound on the number, not the time.
pub const TRIES: u32 = 5;

/// Decides. `tries` is how often this very call has failed already, this time included.
///
/// After an unclear outcome the next transaction must never start on the same producer: the broker could take a delayed
/// end marker of the old transaction for the new one. A new producer with the same id raises the epoch and closes that hole.
///
/// ```
/// use runtime::{broker::FailureKind, transaction::{Call, Decision, decide}};
/// assert_eq!(decide(Call::Commit, FailureKind::Unclear, 1), Decision::Again);
/// assert_eq!(decide(Call::Commit, FailureKind::Unclear, 5), Decision::Recreate);
/// ```
pub fn decide(call: Call, kind: FailureKind, tries: u32) -> Decision {
    match kind {
        FailureKind::Crash => Decision::Die,
        FailureKind::Bug | FailureKind::Fatal => Decision::StopFatal,
        FailureKind::Fenced => Decision::StopFenced,
        FailureKind::Abortable | FailureKind::TooLarge => match call {
            Call::Abort | Call::Init | Call::Begin => Decision::Recreate,
            Call::Send | Call::SendOffsets | Call::Commit => Decision::Abort,
        },
        FailureKind::Retriable | FailureKind::Unclear if tries < TRIES => Decision::Again,
        FailureKind::Retriable | FailureKind::Unclear => match call {
            // Nothing of the transaction can have been committed before the commit call.
            Call::Send | Call::SendOffsets => Decision::Abort,
            Call::Init | Call::Begin | Call::Commit | Call::Abort => Decision::Recreate,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: [Call; 6] = [Call::Init, Call::Begin, Call::Send, Call::SendOffsets, Call::Commit, Call::Abort];
    const KINDS: [FailureKind; 8] = [
        FailureKind::Retriable,
        FailureKind::Abortable,
        FailureKind::TooLarge,
        FailureKind::Unclear,
        FailureKind::Fenced,
        FailureKind::Fatal,
        FailureKind::Bug,
        FailureKind::Crash,
    ];

    #[test]
    fn every_combination_is_decided_soundly() {
        for call in CALLS {
            for kind in KINDS {
                for tries in 1..=TRIES + 1 {
                    let decision = decide(call, kind, tries);
                    let label = format!("{call:?} {kind:?} try {tries}: {decision:?}");
                    match kind {
                        FailureKind::Crash => assert_eq!(decision, Decision::Die, "{label}"),
                        FailureKind::Fenced => assert_eq!(decision, Decision::StopFenced, "{label}"),
                        FailureKind::Fatal | FailureKind::Bug => assert_eq!(decision, Decision::StopFatal, "{label}"),
                        // An end that nobody knows must never lead to another transaction on the same producer.
                        FailureKind::Unclear if matches!(call, Call::Commit | Call::Abort) => {
                            assert!(matches!(decision, Decision::Again | Decision::Recreate), "{label}");
                        }
                        _ => {}
                    }
                    // No call is repeated for ever.
                    assert!(tries < TRIES || decision != Decision::Again, "{label}");
                    // A failed abort cannot be answered by an abort.
                    assert!(!(call == Call::Abort && decision == Decision::Abort), "{label}");
                }
            }
        }
    }
}
