//! What the agent stage keeps in its changelog: the items of an agent by day, so that an event rewrites one day; when each agent was
//! folded; how far the partition is.

use lifecycle::activity::AgentItems;
use runtime::task::Output;
use std::collections::{BTreeMap, BTreeSet};

/// Tenant and agent.
pub(super) type Key = (Box<str>, Box<str>);

/// Changelog key of the marks.
pub(super) const MARKS_KEY: &[u8] = b"m";
/// What the changelog keys begin with: the items of an agent on one day, and the watermark of an agent's last fold.
pub(super) const DAY_PREFIX: u8 = b'd';
pub(super) const FOLDED_PREFIX: u8 = b'w';
pub(super) const SEPARATOR: u8 = 0x1f;
pub(super) const DAY_US: i64 = 86_400_000_000;

/// Progress of the partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Latest event time.
    pub(super) watermark_us: i64,
    /// What lies before is forgotten.
    pub(super) horizon_us: i64,
    /// Latest event time of handlings, by the partition of the contact stage that wrote them.
    pub(super) handled_us: BTreeMap<i32, i64>,
}

impl Default for Marks {
    fn default() -> Self {
        Marks { watermark_us: i64::MIN, horizon_us: i64::MIN, handled_us: BTreeMap::new() }
    }
}

impl Marks {
    /// How far both what agents declare and the handlings of every partition are, µs; `i64::MIN`: no handling was seen yet.
    pub(super) fn complete_us(&self) -> i64 {
        self.handled_us.values().min().map_or(i64::MIN, |handled_us| self.watermark_us.min(*handled_us))
    }

    /// A handling of a partition of the contact stage.
    pub(super) fn handled(&mut self, partition: i32, time_us: i64) {
        let known_us = self.handled_us.entry(partition).or_insert(time_us);
        *known_us = time_us.max(*known_us);
    }

    /// As a value of the changelog.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = [self.watermark_us, self.horizon_us].iter().flat_map(|number| number.to_be_bytes()).collect();
        for (partition, time_us) in &self.handled_us {
            bytes.extend_from_slice(&i64::from(*partition).to_be_bytes());
            bytes.extend_from_slice(&time_us.to_be_bytes());
        }
        bytes
    }

    /// What [`encode`](Marks::encode) wrote; none: it is damaged.
    pub(super) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut marks = Marks { watermark_us: number(&mut bytes)?, horizon_us: number(&mut bytes)?, handled_us: BTreeMap::new() };
        while !bytes.is_empty() {
            marks.handled_us.insert(i32::try_from(number(&mut bytes)?).ok()?, number(&mut bytes)?);
        }
        Some(marks)
    }
}

pub(super) fn number(bytes: &mut &[u8]) -> Option<i64> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    *bytes = rest;
    Some(i64::from_be_bytes(*number))
}

/// Items by UTC day: declared by its time, work by its connection.
pub(super) fn days(items: &AgentItems) -> BTreeMap<i64, AgentItems> {
    let mut days = BTreeMap::<i64, AgentItems>::new();
    for declared in &items.declared {
        days.entry(declared.time_us.div_euclid(DAY_US)).or_default().declared.push(declared.clone());
    }
    for work in &items.work {
        days.entry(work.connected_us.div_euclid(DAY_US)).or_default().work.push(work.clone());
    }
    days
}

/// Writes the days of an agent that changed, and tombstones for those of which nothing is kept.
pub(super) fn write_days(key: &Key, before: &AgentItems, after: &AgentItems, output: &mut Output<'_>) {
    let (before, after) = (days(before), days(after));
    let numbers: BTreeSet<i64> = before.keys().chain(after.keys()).copied().collect();
    let mut value = Vec::new();
    for day in numbers {
        match after.get(&day) {
            Some(items) if before.get(&day) != Some(items) => {
                value.clear();
                items.encode(&mut value);
                output.changelog(&day_key(key, day), Some(&value));
            }
            None if before.contains_key(&day) => output.changelog(&day_key(key, day), None),
            _ => {}
        }
    }
}

pub(super) fn day_key(key: &Key, day: i64) -> Vec<u8> {
    let mut bytes = agent_key(DAY_PREFIX, key);
    bytes.extend_from_slice(&day.to_be_bytes());
    bytes
}

pub(super) fn agent_key(prefix: u8, (tenant, agent): &Key) -> Vec<u8> {
    let mut key = vec![prefix];
    key.extend_from_slice(tenant.as_bytes());
    key.push(SEPARATOR);
    key.extend_from_slice(agent.as_bytes());
    key
}

pub(super) fn parse_agent(bytes: &[u8]) -> Option<Key> {
    let (tenant, agent) = std::str::from_utf8(bytes).ok()?.split_once(char::from(SEPARATOR))?;
    Some((tenant.into(), agent.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_back_and_those_of_before_handlings_were_marked_too() {
        let mut marks = Marks { watermark_us: 9, horizon_us: -3, ..Marks::default() };
        assert_eq!((Marks::decode(&marks.encode()), marks.complete_us()), (Some(marks.clone()), i64::MIN));
        assert_eq!(marks.encode().len(), 16);
        for (partition, time_us) in [(2, 7), (0, 5), (2, 4)] {
            marks.handled(partition, time_us);
        }
        assert_eq!((Marks::decode(&marks.encode()), marks.complete_us()), (Some(marks.clone()), 5));
        assert_eq!(Marks::decode(&marks.encode()[..25]), None);
    }
}
