//! What a source system says of all its agents at once: it restarted, it is alive. It comes to every partition as an event of an agent
//! that nobody is, is kept like one, and is handed to every agent of the system when the agent is folded.

use super::state::Key;
use super::{Agents, Known};
use events::{EVERY_AGENT, Observed};
use lifecycle::activity::AgentItems;
use std::collections::{BTreeMap, BTreeSet};

/// Whether an agent's name stands for every agent of a system.
pub(super) fn is_every(key: &Key) -> bool {
    *key.1 == *EVERY_AGENT
}

/// Since when an agent is known to be one of a system's; none: he is not.
fn since_us(items: &AgentItems, system: &str) -> Option<i64> {
    let declared_us = items.declared.iter().find(|declared| *declared.source == *system)?.time_us;
    let worked_us = items.work.iter().map(|work| work.connected_us).min();
    Some(worked_us.map_or(declared_us, |worked_us| worked_us.min(declared_us)))
}

/// Adds what systems said of all their agents since this one is known. What he has already does no harm.
pub(super) fn add(items: &mut AgentItems, said: &AgentItems, horizon_us: i64) {
    let mut since = BTreeMap::<&str, Option<i64>>::new();
    for declared in said.declared.iter().filter(|declared| declared.time_us >= horizon_us) {
        let since_us = *since.entry(&declared.source).or_insert_with(|| since_us(items, &declared.source));
        if since_us.is_none_or(|since_us| declared.time_us < since_us) {
            continue;
        }
        if declared.observed() == Some(Observed::Alive) {
            // A run may have grown: both its ends, so that what lies between is one run again.
            let from_us = declared.time_us.saturating_sub(declared.duration_ms.unwrap_or(0).saturating_mul(1_000));
            // What was before the horizon is forgotten, and comes too late.
            items.push_run(from_us.max(horizon_us), declared.time_us, &declared.source);
        } else {
            items.push_declared(declared.clone());
        }
    }
}

impl Agents {
    /// A system said something of all its agents: they are folded anew when the transaction ends.
    pub(super) fn bring_in_all_of(&mut self, tenant: &str, system: &str) {
        let of_system = |(key, known): &(&Key, &Known)| *key.0 == *tenant && !is_every(key) && since_us(&known.items, system).is_some();
        let keys: Vec<Key> = self.known.iter().filter(of_system).map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(known) = self.known.get(&key) {
                self.open.entry(key).or_insert_with(|| known.items.clone());
            }
        }
    }

    /// What was said of every agent of the tenants of the open transaction, itself included.
    pub(super) fn said_of_all(&self, open: &BTreeMap<Key, AgentItems>) -> BTreeMap<Box<str>, AgentItems> {
        let tenants: BTreeSet<&str> = open.keys().map(|key| &*key.0).collect();
        let said = tenants.into_iter().filter_map(|tenant| {
            let every: Key = (tenant.into(), EVERY_AGENT.into());
            let items = open.get(&every).or_else(|| self.known.get(&every).map(|known| &known.items))?;
            Some((every.0, items.clone()))
        });
        said.collect()
    }
}
