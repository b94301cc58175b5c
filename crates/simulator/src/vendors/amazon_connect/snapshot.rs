//! What a snapshot of an agent says: his status, the one that he has chosen to have next, and his contacts.

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) status: Status,
    /// Since when the agent has had the status, Unix microseconds; 0 before the first one.
    pub(super) since_us: i64,
    /// The status that he will have after his contacts, and when he chose it.
    pub(super) next: Option<(&'static str, i64)>,
    pub(super) slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Offline,
    Available,
    /// A pause, under the name that the centre has given it.
    Custom(&'static str),
}

/// A contact that the agent has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// Place of the call in the story.
    pub(super) call: usize,
    /// Place of the stay in the call.
    pub(super) place: usize,
    pub(super) state: State,
    pub(super) since_us: i64,
    pub(super) connected_us: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Connecting,
    Missed,
    Connected,
    ConnectedOnHold,
    Ended,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::Offline => "Offline",
            Status::Available => "Available",
            Status::Custom(name) => name,
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Status::Offline => "OFFLINE",
            Status::Available => "ROUTABLE",
            Status::Custom(_) => "CUSTOM",
        }
    }
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Connecting => "CONNECTING",
            State::Missed => "MISSED",
            State::Connected => "CONNECTED",
            State::ConnectedOnHold => "CONNECTED_ONHOLD",
            State::Ended => "ENDED",
        }
    }
}

impl Snapshot {
    pub(super) fn signed_out() -> Self {
        Snapshot { status: Status::Offline, since_us: 0, next: None, slots: Vec::new() }
    }

    /// Another status; whatever was chosen to come next has come, or is given up.
    pub(super) fn turn(&mut self, status: Status, time_us: i64) {
        self.status = status;
        self.since_us = time_us;
        self.next = None;
    }

    /// The contact comes into another state.
    pub(super) fn move_slot(&mut self, call: usize, place: usize, state: State, time_us: i64) {
        for slot in self.slots.iter_mut().filter(|slot| (slot.call, slot.place) == (call, place)) {
            slot.state = state;
            slot.since_us = time_us;
            if state == State::Connected {
                slot.connected_us = slot.connected_us.or(Some(time_us));
            }
        }
    }
}
