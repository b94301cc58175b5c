//! What is new in tables since they were last looked at, by the parts in which the server keeps them: every insert makes a part with a block number of its own, merges
//! make one part of neighbours and keep the range of their numbers, and a mutation leaves its own number in the parts that it wrote. So whether anything was inserted,
//! deleted or changed is known without looking at a row. Pure: what the server says comes in.

use std::collections::{BTreeMap, BTreeSet};

/// A part of a table that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its first block number.
    pub(super) first_block: i64,
    /// Its last one.
    pub(super) last_block: i64,
    /// Number of the latest mutation that wrote it, counted among the block numbers: it changed what was inserted before. 0: none did.
    pub(super) mutation: i64,
}

/// Parts by table and partition.
pub(super) type Parts = BTreeMap<(String, String), Vec<Part>>;

/// Where the rows of a partition are that were inserted since: in all parts whose last block is at least `last_block`, whatever is merged in the meantime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inserted {
    /// Table.
    pub(super) table: String,
    /// Id of the partition.
    pub(super) partition: String,
    /// First block of what lies in such parts: what was there before begins here.
    pub(super) first_block: i64,
    /// Last block of the first new part.
    pub(super) last_block: i64,
}

/// What happened between two looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Rows were inserted, or none.
    Inserted(Vec<Inserted>),
    /// Rows that were there are gone or others now.
    Unknown,
}

/// What happened between two looks. Block numbers need not appear in their order: on a replicated table a lower one may come later.
pub(super) fn change(known: &Parts, now: &Parts) -> Change {
    let mut inserted = Vec::new();
    let places: BTreeSet<_> = known.keys().chain(now.keys()).collect();
    for place in places {
        let parts_of = |parts: &Parts| parts.get(place).cloned().unwrap_or_default();
        let (before, after) = (parts_of(known), parts_of(now));
        let gone = before.iter().any(|part| !covered(part, &after));
        if gone || after.iter().any(|part| mutated(part, &before)) {
            return Change::Unknown;
        }
        let new: Vec<&Part> = after.iter().filter(|part| !covered(part, &before)).collect();
        let first = new.iter().map(|part| part.last_block).min();
        let reaches: Vec<i64> =
            after.iter().filter(|part| first.is_some_and(|first| part.last_block >= first)).map(|part| part.first_block).collect();
        if let (Some(last_block), Some(first_block)) = (first, reaches.into_iter().min()) {
            let (table, partition) = place.clone();
            inserted.push(Inserted { table, partition, first_block, last_block });
        }
    }
    Change::Inserted(inserted)
}

/// Whether every block of a part lies in one of these.
fn covered(part: &Part, by: &[Part]) -> bool {
    let mut block = part.first_block;
    while block <= part.last_block {
        match by.iter().find(|other| other.first_block <= block && block <= other.last_block) {
            Some(other) => block = other.last_block.saturating_add(1),
            None => return false,
        }
    }
    true
}

/// Whether a mutation has changed rows of this part that were there before: one changes only blocks below its own number.
fn mutated(part: &Part, before: &[Part]) -> bool {
    before.iter().any(|known| {
        let same = known.first_block <= part.last_block && part.first_block <= known.last_block;
        same && part.mutation > known.mutation && part.mutation > known.last_block
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(of: &[(i64, i64, i64)]) -> Parts {
        let part = |(first_block, last_block, mutation): &(i64, i64, i64)| Part {
            first_block: *first_block,
            last_block: *last_block,
            mutation: *mutation,
        };
        BTreeMap::from([(("spans".to_owned(), "202403".to_owned()), of.iter().map(part).collect())])
    }

    /// First and last block of what was inserted; none: unknown.
    fn between(known: &[(i64, i64, i64)], now: &[(i64, i64, i64)]) -> Option<Vec<(i64, i64)>> {
        match change(&parts(known), &parts(now)) {
            Change::Inserted(found) => Some(found.iter().map(|found| (found.first_block, found.last_block)).collect()),
            Change::Unknown => None,
        }
    }

    #[test]
    fn inserts_are_found_and_merges_are_nothing_new() {
        let known = [(1, 4, 0), (5, 5, 0), (6, 6, 0)];
        assert_eq!(between(&known, &known), Some(vec![]));
        assert_eq!(between(&known, &[(1, 6, 0)]), Some(vec![]), "merged");
        assert_eq!(between(&known, &[(1, 4, 0), (5, 5, 0), (6, 6, 0), (7, 7, 0), (8, 8, 0)]), Some(vec![(7, 7)]));
        assert_eq!(between(&known, &[(1, 4, 0), (5, 7, 0), (8, 8, 0)]), Some(vec![(5, 7)]), "merged with what was there");
        assert_eq!(between(&[(1, 4, 0), (6, 6, 0)], &known), Some(vec![(5, 5)]), "a lower number comes later");
        assert_eq!(between(&[], &[(1, 1, 0)]), Some(vec![(1, 1)]), "a new partition");
    }

    #[test]
    fn what_is_gone_or_rewritten_is_unknown() {
        let known = [(1, 4, 0), (5, 5, 0)];
        assert_eq!(between(&known, &[(5, 5, 0)]), None, "a part is gone");
        assert_eq!(between(&known, &[]), None, "the partition is gone");
        assert_eq!(between(&known, &[(1, 4, 6), (5, 5, 0)]), None, "a mutation");
        assert_eq!(between(&[(1, 4, 6), (5, 5, 0)], &[(1, 4, 6), (5, 5, 6)]), None, "the same mutation reaches the next part");
        assert_eq!(between(&[(1, 5, 6)], &[(1, 5, 9)]), None, "another mutation");
        // The number of the mutation itself is no block that was known: what is merged across it is looked at once more.
        assert_eq!(between(&[(1, 5, 6), (7, 7, 0)], &[(1, 7, 6), (8, 8, 0)]), Some(vec![(1, 7)]));
    }
}
