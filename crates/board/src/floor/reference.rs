//! What reference data say of an agent, a team or a site, and from when on.

use crate::Error;
use events::{Reference, ReferenceKind};
use std::collections::BTreeMap;

/// Attributes by name.
type Attributes = BTreeMap<Box<str>, Box<str>>;

/// Entries of one id by the time from which they hold: revision, and attributes unless it was loaded by mistake.
#[derive(Clone, Debug, Default)]
pub(super) struct History(BTreeMap<i64, (i64, Option<Attributes>)>);

/// What the board needs to know.
const ATTRIBUTES: [&str; 4] = ["team", "site", "zone", "paid_shift_s"];

impl History {
    /// Takes an entry; of two with one key the later revision counts.
    pub(super) fn take(&mut self, entry: &Reference<'_>) {
        if self.0.get(&entry.valid_from_us).is_some_and(|(revision, _)| *revision > entry.revision) {
            return;
        }
        let wanted = entry.attributes.iter().filter(|(name, value)| ATTRIBUTES.contains(*name) && !value.is_empty());
        let attributes = || wanted.map(|(name, value)| ((*name).into(), (*value).into())).collect();
        self.0.insert(entry.valid_from_us, (entry.revision, (!entry.removed).then(attributes)));
    }

    /// The topic has forgotten an entry.
    pub(super) fn forget(&mut self, valid_from_us: i64) {
        self.0.remove(&valid_from_us);
    }

    /// An attribute as of a time: of the last entry that began by then.
    pub(super) fn attribute_at(&self, name: &str, at_us: i64) -> Option<&str> {
        let attributes = self.0.range(..=at_us).rev().find_map(|(_, (_, attributes))| attributes.as_ref())?;
        attributes.get(name).map(AsRef::as_ref)
    }
}

/// Teams and sites by tenant and id.
#[derive(Debug, Default)]
pub(super) struct Places {
    teams: BTreeMap<(String, String), History>,
    sites: BTreeMap<(String, String), History>,
}

impl Places {
    /// Changes what is known of a team or a site; other kinds are of no concern.
    pub(super) fn change(&mut self, tenant: &str, kind: ReferenceKind, id: &str, change: impl FnOnce(&mut History)) {
        let places = match kind {
            ReferenceKind::Team => &mut self.teams,
            ReferenceKind::Site => &mut self.sites,
            _ => return,
        };
        change(places.entry((tenant.to_owned(), id.to_owned())).or_default());
    }

    /// Site of a team, and the zone of that site.
    pub(super) fn of_team(&self, tenant: &str, team: &str, at_us: i64) -> (Option<&str>, Option<&str>) {
        let key = |id: &str| (tenant.to_owned(), id.to_owned());
        let site = self.teams.get(&key(team)).and_then(|history| history.attribute_at("site", at_us));
        let zone = site.and_then(|site| self.sites.get(&key(site))).and_then(|history| history.attribute_at("zone", at_us));
        (site, zone)
    }
}

/// Tenant, kind, id and valid_from_us of a key of the topic.
pub(super) fn parse_reference_key(key: &[u8]) -> Result<(String, ReferenceKind, String, i64), Error> {
    // What it is about may be a person: it stays out of the error, which is logged.
    let wrong = || Error::Reference("a key is not tenant, kind, id, valid_from_us, separated by U+001F".to_owned());
    let text = std::str::from_utf8(key).map_err(|_| wrong())?;
    let parts: Vec<&str> = text.split('\u{1f}').collect();
    let [tenant, kind, id, valid_from_us] = parts.as_slice() else { return Err(wrong()) };
    let kind = ReferenceKind::ALL.into_iter().find(|known| known.name() == *kind).ok_or_else(wrong)?;
    Ok(((*tenant).to_owned(), kind, (*id).to_owned(), valid_from_us.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(valid_from_us: i64, team: &'static str, removed: bool, revision: i64) -> Reference<'static> {
        Reference { valid_from_us, attributes: [("team", team)].into(), removed, revision, ..Reference::default() }
    }

    /// Red from 10, blue from 20; the entry from 30 was a mistake; a late copy of an old revision changes nothing.
    #[test]
    fn the_last_entry_that_began_holds() {
        let mut history = History::default();
        for entry in [entry(20, "blue", false, 5), entry(10, "red", false, 5), entry(30, "green", true, 5), entry(20, "grey", false, 4)] {
            history.take(&entry);
        }
        let team = |at_us| history.attribute_at("team", at_us);
        assert_eq!([team(9), team(10), team(19), team(20), team(35)], [None, Some("red"), Some("red"), Some("blue"), Some("blue")]);
        history.forget(20);
        assert_eq!(history.attribute_at("team", 35), Some("red"));
    }

    #[test]
    fn a_key_is_taken_apart_or_refused() {
        let key = Reference { tenant: "acme", kind: ReferenceKind::Site, id: "north", valid_from_us: -5, ..Reference::default() }.key();
        assert_eq!(parse_reference_key(key.as_bytes()).unwrap(), ("acme".to_owned(), ReferenceKind::Site, "north".to_owned(), -5));
        assert!(parse_reference_key(b"acme").is_err());
    }
}
