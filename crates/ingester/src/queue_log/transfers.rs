//! Warm transfers into another queue. The agent's consult call enters the queue under an id of its own; the transfer is
//! then logged under that id with the *old* queue, and the caller comes out of the new queue under the caller's id.
//! So: a transfer logged under an id that waits in *another* queue is a consult call, no customer.

use crate::config::LinkTransfers;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// No more consult calls than this are remembered; the oldest is forgotten first.
const WAITING_MAX: usize = 1024;
/// No more conversations than this are remembered.
const TALKING_MAX: usize = 65_536;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) queue: String,
    pub(super) entered_us: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Open {
    /// Calls from inside the house that wait in a queue, by call id.
    waiting: BTreeMap<String, Waiting>,
    /// The call that each agent is in, and since when.
    talking: BTreeMap<String, (String, i64)>,
}

/// What has to be remembered from line to line.
#[derive(Clone, Debug, Default)]
pub(super) struct Transfers {
    link: LinkTransfers,
    open: Open,
    version: u64,
}

impl Transfers {
    pub(super) fn new(link: LinkTransfers) -> Self {
        Transfers { link, ..Transfers::default() }
    }

    pub(super) fn whole_system(&self) -> bool {
        self.link == LinkTransfers::System
    }

    /// A call from inside the house entered a queue.
    pub(super) fn entered(&mut self, call_id: &str, queue: &str, entered_us: i64) {
        forget_oldest(&mut self.open.waiting, WAITING_MAX, |waiting| waiting.entered_us);
        self.open.waiting.insert(call_id.to_owned(), Waiting { queue: queue.to_owned(), entered_us });
        self.version += 1;
    }

    /// A call left its queue.
    pub(super) fn left(&mut self, call_id: &str) {
        if !self.open.waiting.is_empty() && self.open.waiting.remove(call_id).is_some() {
            self.version += 1;
        }
    }

    /// An agent took a call. Returns the call that the agent was in, as far as anybody knows, and since when.
    pub(super) fn connected(&mut self, call_id: &str, agent: &str, connected_us: i64) -> Option<(String, i64)> {
        self.left(call_id);
        if !self.whole_system() {
            return None;
        }
        forget_oldest(&mut self.open.talking, TALKING_MAX, |(_, connected_us)| *connected_us);
        self.version += 1;
        self.open.talking.insert(agent.to_owned(), (call_id.to_owned(), connected_us)).filter(|(before, _)| before != call_id)
    }

    /// An agent's conversation ended.
    pub(super) fn ended(&mut self, call_id: &str, agent: &str) {
        if self.open.talking.get(agent).is_some_and(|(talking, _)| talking == call_id) {
            self.open.talking.remove(agent);
            self.version += 1;
        }
    }

    /// A warm transfer out of `queue` was logged under `call_id`. If that is a consult call: where it waited, and the
    /// call that the agent transferred, where known.
    pub(super) fn consult(&mut self, call_id: &str, queue: &str, agent: &str) -> Option<(Waiting, Option<String>)> {
        if self.open.waiting.get(call_id).is_none_or(|waiting| waiting.queue == queue) {
            return None;
        }
        let waiting = self.open.waiting.remove(call_id)?;
        self.version += 1;
        Some((waiting, self.open.talking.remove(agent).map(|(caller, _)| caller)))
    }

    /// The system restarted: nothing is open any more.
    pub(super) fn restarted(&mut self) {
        self.open = Open::default();
        self.version += 1;
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn snapshot(&self) -> Vec<u8> {
        // A map with text keys always has a JSON form.
        serde_json::to_vec(&self.open).unwrap_or_default()
    }

    pub(super) fn restore(&mut self, snapshot: &[u8]) -> Result<(), String> {
        self.open =
            if snapshot.is_empty() { Open::default() } else { serde_json::from_slice(snapshot).map_err(|error| error.to_string())? };
        self.version += 1;
        Ok(())
    }
}

fn forget_oldest<T>(map: &mut BTreeMap<String, T>, size_max: usize, since_us: impl Fn(&T) -> i64) {
    if map.len() >= size_max
        && let Some(oldest) = map.iter().min_by_key(|(_, entry)| since_us(entry)).map(|(key, _)| key.clone())
    {
        map.remove(&oldest);
    }
}
