//! What holds at a time.

use super::{Attributes, Entries, Key};
use std::collections::BTreeMap;

/// An entry that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding<'e> {
    /// Which entry; since when is part of it.
    pub key: &'e Key,
    /// What it says.
    pub attributes: &'e Attributes,
    /// The next entry of the same id begins here; none: nothing ends it.
    pub until_us: Option<i64>,
}

/// The entry that holds at `at_us`, for every id that has one: the last that began by then.
pub fn holding_at(entries: &Entries, at_us: i64) -> Vec<Holding<'_>> {
    let mut found: BTreeMap<_, Holding<'_>> = BTreeMap::new();
    // Keys are sorted by time within an id: the first entry after the moment ends the one that holds.
    for (key, attributes) in entries {
        let id = (&key.tenant, key.kind, &key.id);
        if key.valid_from_us <= at_us {
            found.insert(id, Holding { key, attributes, until_us: None });
        } else if let Some(holding) = found.get_mut(&id) {
            holding.until_us.get_or_insert(key.valid_from_us);
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::ReferenceKind;

    fn entries() -> Entries {
        let entry = |kind, id: &str, valid_from_us, team: &str| {
            let key = Key { tenant: "default".to_owned(), kind, id: id.to_owned(), valid_from_us };
            (key, Attributes::from([("team".to_owned(), team.to_owned())]))
        };
        use ReferenceKind::{Agent, Team};
        Entries::from([
            entry(Agent, "ann", 10, "red"),
            entry(Agent, "ann", 20, "blue"),
            entry(Agent, "ann", 30, "green"),
            entry(Agent, "ben", 15, "red"),
            entry(Team, "ann", 12, ""),
        ])
    }

    fn seen(at_us: i64) -> Vec<(i64, Option<i64>)> {
        holding_at(&entries(), at_us).iter().map(|one| (one.key.valid_from_us, one.until_us)).collect()
    }

    #[test]
    fn the_last_that_began_holds_until_the_next() {
        assert_eq!(seen(9), []);
        assert_eq!(seen(10), [(10, Some(20))]);
        // Sorted by kind, team before agent.
        assert_eq!(seen(19), [(12, None), (10, Some(20)), (15, None)]);
        assert_eq!(seen(20), [(12, None), (20, Some(30)), (15, None)]);
        assert_eq!(seen(i64::MAX), [(12, None), (30, None), (15, None)]);
    }
}
