//! What the loader needs to know of a row: its table, its key, its version, its time.

use super::{
    ActivitySpanRow, AgentPaneRow, ContactRow, DeadLetterRow, GroupNoticeRow, HandlingRow, ObservationRow, QueuePaneRow, QueueVisitRow,
    ReferenceRow, SignalEventRow,
};
use crate::signals::ScoreRow;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// A row that replaces an earlier row of its key.
pub(crate) trait Keyed {
    /// Name of the table.
    const TABLE: &'static str;

    /// The natural key: the sorting key of the table.
    fn key(&self) -> impl Hash + Eq + '_;

    /// The highest of a key wins.
    fn version(&self) -> u64;

    /// What the table is partitioned by, microseconds since 1970; none: it is not.
    fn partition_time_us(&self) -> Option<i64>;

    /// Partition of the topic calls that it comes from; none: it has none.
    fn source_partition(&self) -> Option<i32>;
}

/// A row type: table, sorting key, and, where the table has partitions, the time of the partition; such rows come from a partition of `calls`.
macro_rules! keyed {
    ($row:ty, $table:literal, ($($key:ident),*) $(, $time:ident)?) => {
        impl Keyed for $row {
            const TABLE: &'static str = $table;

            fn key(&self) -> impl Hash + Eq + '_ {
                ($(&self.$key),*)
            }

            fn version(&self) -> u64 {
                self.version
            }

            fn partition_time_us(&self) -> Option<i64> {
                keyed!(@of self $($time)?)
            }

            fn source_partition(&self) -> Option<i32> {
                keyed!(@of self $($time source_partition)?)
            }
        }
    };
    (@of $self:ident) => { None };
    (@of $self:ident $time:ident) => { Some($self.$time) };
    (@of $self:ident $time:ident $field:ident) => { Some($self.$field) };
}

keyed!(QueueVisitRow, "queue_visits", (tenant, queue, entered_at, contact_id, visit_number), entered_at);
keyed!(ActivitySpanRow, "activity_spans", (tenant, agent, started_at), started_at);
keyed!(HandlingRow, "handlings", (tenant, queue, connected_at, contact_id, handling_number), connected_at);
keyed!(ContactRow, "contacts", (tenant, started_at, contact_id), started_at);
keyed!(QueuePaneRow, "queue_panes", (tenant, queue, window_start, source_partition, layout), window_start);
keyed!(AgentPaneRow, "agent_panes", (tenant, agent, window_start, source_partition, layout), window_start);
keyed!(DeadLetterRow, "dead_letters", (topic, source_partition, source_offset));
keyed!(ObservationRow, "observations", (tenant, kind, source, observation_id));
keyed!(ScoreRow, "scores", (tenant, site, day, agent));
keyed!(SignalEventRow, "signal_events", (tenant, agent, signal_id, kind, day));
keyed!(GroupNoticeRow, "group_notices", (tenant, site, notice_id, kind));
keyed!(ReferenceRow, "reference", (tenant, kind, id, valid_from));

/// Rows of one table, one per key: a later version takes the place of an earlier one.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    rows: Vec<T>,
    /// Positions in `rows` by the hash of their key.
    places: HashTable<usize>,
    /// Rows that never go out because a later one took their place.
    pub(crate) superseded: u64,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { rows: Vec::new(), places: HashTable::new(), superseded: 0 }
    }
}

fn hash<T: Keyed>(row: &T) -> u64 {
    let mut hasher = FxHasher::default();
    row.key().hash(&mut hasher);
    hasher.finish()
}

impl<T: Keyed> Rows<T> {
    pub(crate) fn add(&mut self, row: T) {
        let Rows { rows, places, superseded } = self;
        let hash_of = hash(&row);
        if let Some(place) = places.find(hash_of, |place| rows.get(*place).is_some_and(|known| known.key() == row.key())) {
            *superseded += 1;
            if let Some(known) = rows.get_mut(*place)
                && row.version() >= known.version()
            {
                *known = row;
            }
            return;
        }
        places.insert_unique(hash_of, rows.len(), |place| rows.get(*place).map_or(0, hash));
        rows.push(row);
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.rows
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.places.clear();
        self.superseded = 0;
    }
}
