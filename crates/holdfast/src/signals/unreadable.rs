//! Records of the logs of signals and of notices that this version cannot read: of a newer schema, or no events at all. They stay in the topic, for the version that can read them; who
//! reads the log leaves them out, counts them, and says once where they lie, never what is in them.
//!
//! Leaving one out is safe in this sense: nothing that was told is told again or taken back for it. An opening that is not read leaves the agent without a live
//! signal here, so that another one may open; an end that is not read leaves a signal open until it fades or expires; and of an objection that is not read
//! the leader goes on to see the signal. A notice of a group that is not read may be told again, or its end is. As soon as a version reads the record, the days are folded anew with it. Therefore one lost record stops nothing, and a flood
//! of them stops the scoring: then this is not the version that belongs to the log.

use crate::error::Error;
use runtime::settings::KafkaSettings;
use std::collections::BTreeSet;
use std::fmt;

/// So many records at least are a flood.
const FLOOD_LEAST: usize = 10;
/// One in so many records is a flood.
const FLOOD_SHARE: usize = 10;

/// A record that cannot be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in it.
    pub offset: i64,
    /// Why, as a code of [`events::codec::Error`].
    pub code: &'static str,
    /// Key of the record: that of a signal names a person, so it is for erasing only, and not shown.
    pub key: Vec<u8>,
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}/{}", self.code, self.partition, self.offset)
    }
}

/// Where unreadable records were said to lie, so that each is told of once.
#[derive(Clone, Debug, Default)]
pub struct SaidOf(BTreeSet<(i32, i64)>);

impl SaidOf {
    /// Those of which nothing was said yet, by partition and offset; from now on it was.
    ///
    /// ```
    /// use holdfast::signals::unreadable::{SaidOf, Unreadable};
    /// let record = Unreadable { partition: 2, offset: 17, code: "not_avro", key: Vec::new() };
    /// let mut said = SaidOf::default();
    /// assert_eq!(said.news(&[record.clone()]), [record.clone()]);
    /// assert!(said.news(&[record]).is_empty());
    /// ```
    pub fn news(&mut self, found: &[Unreadable]) -> Vec<Unreadable> {
        // What was erased or has expired is forgotten: its place is never used again.
        let known = std::mem::take(&mut self.0);
        self.0 = found.iter().map(|record| (record.partition, record.offset)).collect();
        found.iter().filter(|record| !known.contains(&(record.partition, record.offset))).cloned().collect()
    }

    /// Warns of those of a topic ([`crate::topology`]) of which nothing was said yet. Each topic has its own places.
    pub fn warn(&mut self, kafka: &KafkaSettings, topic: &str, found: &[Unreadable]) {
        let topic = kafka.name(topic);
        for Unreadable { partition, offset, code, .. } in self.news(found) {
            tracing::warn!(
                topic,
                partition,
                offset,
                code,
                "a record of the log cannot be read by this version; it stays there and is left out"
            );
        }
    }
}

/// Whether so many unreadable records beside so many readable ones mean that the log belongs to another version.
///
/// ```
/// use holdfast::signals::unreadable::is_flood;
/// assert!(!is_flood(9, 0), "a few strays stop nothing");
/// assert!(is_flood(10, 90) && !is_flood(10, 91), "one in ten");
/// ```
#[must_use]
pub fn is_flood(unreadable: usize, readable: usize) -> bool {
    unreadable >= FLOOD_LEAST && unreadable * FLOOD_SHARE >= unreadable + readable
}

/// The error of a flood in a topic ([`crate::topology`]).
#[must_use]
pub fn flood(kafka: &KafkaSettings, topic: &str, unreadable: usize, readable: usize) -> Error {
    let topic = kafka.name(topic);
    Error::new(
        "HF-I007",
        format!("topic {topic}: {unreadable} of {} records cannot be read by this version, so nothing is scored", unreadable + readable),
    )
}
