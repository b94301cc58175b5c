//! Step two: the ordered events, one by one, against what is open.

use crate::closing::{Closing, ClosingKind, MAX_AGE_REASON};
use crate::fold::Draft;
use events::{CallVerb, NEXT_CONTACT_REASON, Party};

/// Applies every event.
pub(crate) fn all(draft: &mut Draft) {
    for at in 0..draft.events.len() {
        one(draft, at);
    }
}

fn one(draft: &mut Draft, at: usize) {
    let Some(event) = draft.events.get(at).copied() else { return };
    if event.verb == CallVerb::SourceRestarted {
        let kind = match event.reason {
            Some(MAX_AGE_REASON) => ClosingKind::MaxAge,
            Some(NEXT_CONTACT_REASON) => ClosingKind::NextContact,
            _ => ClosingKind::Restart,
        };
        draft.closings.push(Closing { time_us: event.time_us, kind, event: at });
        return;
    }
    draft.journey.saw(&event);
    match event.verb {
        CallVerb::QueueEntered => draft.enter(&event),
        CallVerb::QueueBlocked => draft.block(&event),
        CallVerb::AgentMissed => draft.miss(&event),
        CallVerb::AgentConnected => draft.connect(at, &event),
        CallVerb::QueueLeft => draft.leave(at, &event),
        CallVerb::HoldStarted => draft.start_hold(&event),
        CallVerb::HoldEnded => draft.end_hold(&event),
        CallVerb::TransferCompleted => {
            draft.end_talk(at, &event);
        }
        CallVerb::ContactDisconnected => disconnect(draft, at),
        CallVerb::AcwStarted => draft.start_acw(&event),
        CallVerb::AcwEnded => draft.end_acw(&event),
        CallVerb::ContactClosed => draft.closings.push(Closing { time_us: event.time_us, kind: ClosingKind::Closed, event: at }),
        _ => {}
    }
}

/// A disconnection ends a handling if it fits one. If it names neither queue nor agent, the whole contact ends with it;
/// if it fits no handling, whoever waits in its queue has left. An agent's leg that never connected ends nothing.
fn disconnect(draft: &mut Draft, at: usize) {
    let Some(event) = draft.events.get(at).copied() else { return };
    let ended = draft.end_talk(at, &event);
    let whole = event.queue.is_none() && event.agent.is_none();
    if whole {
        draft.closings.push(Closing { time_us: event.time_us, kind: ClosingKind::Whole, event: at });
    } else if !ended && (event.agent.is_none() || event.party == Some(Party::Customer)) {
        draft.closings.push(Closing { time_us: event.time_us, kind: ClosingKind::Waiting, event: at });
    }
    if !ended {
        draft.journey.hung_up_us = draft.journey.hung_up_us.max(Some(event.time_us));
    }
}
