//! The small numbers of the state: how far each source system has come, what has been forgotten, which restarts are known.
//!
//! Time passes per system: a log that is imported today must not make the events of another system late.

/// How far one system has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// The part of the contact id before the slash.
    pub(crate) name: Box<str>,
    /// Latest event time.
    pub(crate) watermark_us: i64,
    /// Contacts whose latest event is not after this have been forgotten.
    pub(crate) forgotten_until_us: Option<i64>,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) systems: Vec<System>,
    /// Contacts that are kept although they are older than what has been forgotten: open, or touched at that time. Hashes, ascending;
    /// in the changelog they have a record of their own, which is written only when they change.
    pub(crate) kept: Vec<u64>,
    /// Restarts of source systems: (system, time), by time.
    pub(crate) restarts: Vec<(Box<str>, i64)>,
}

/// The system that a contact belongs to.
pub(crate) fn system_of(contact_id: &str) -> &str {
    contact_id.split_once('/').map_or("", |(system, _)| system)
}

impl Marks {
    /// Number of a system; it is added if it is new.
    pub(crate) fn number(&mut self, name: &str, time_us: i64) -> u32 {
        let at = self.systems.iter().position(|system| *system.name == *name).unwrap_or_else(|| {
            self.systems.push(System { name: name.into(), watermark_us: time_us, forgotten_until_us: None });
            self.systems.len() - 1
        });
        at as u32
    }

    /// Latest event time of all systems.
    pub(crate) fn latest_us(&self) -> Option<i64> {
        self.systems.iter().map(|system| system.watermark_us).max()
    }

    /// Notes whether a contact is kept although it is old.
    pub(crate) fn keep(&mut self, hash: u64, keep: bool) {
        match self.kept.binary_search(&hash) {
            Err(at) if keep => self.kept.insert(at, hash),
            Ok(at) if !keep => _ = self.kept.remove(at),
            _ => {}
        }
    }

    /// The contacts that are kept, for the changelog.
    pub(crate) fn encode_kept(&self) -> Vec<u8> {
        self.kept.iter().flat_map(|hash| hash.to_be_bytes()).collect()
    }

    /// Reads what `encode_kept` wrote.
    pub(crate) fn decode_kept(bytes: &[u8]) -> Result<Vec<u64>, String> {
        let (hashes, rest) = bytes.as_chunks::<8>();
        match rest {
            [] => Ok(hashes.iter().map(|hash| u64::from_be_bytes(*hash)).collect()),
            _ => Err("the record of contacts that are kept breaks off".to_owned()),
        }
    }

    const VERSION: u8 = 3;

    /// Version byte; systems and restarts, each with their number.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![Self::VERSION];
        put_count(&mut bytes, self.systems.len());
        for system in &self.systems {
            put_text(&mut bytes, &system.name);
            bytes.extend_from_slice(&system.watermark_us.to_be_bytes());
            bytes.extend_from_slice(&system.forgotten_until_us.unwrap_or(i64::MIN).to_be_bytes());
        }
        put_count(&mut bytes, self.restarts.len());
        for (system, time_us) in &self.restarts {
            put_text(&mut bytes, system);
            bytes.extend_from_slice(&time_us.to_be_bytes());
        }
        bytes
    }

    /// Reads what `encode` wrote.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        Self::read(bytes).ok_or_else(|| "the marks of the state are damaged or of another version".to_owned())
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        if *version != Self::VERSION {
            return None;
        }
        let mut marks = Marks::default();
        for _ in 0..take_count(&mut rest)? {
            let name = take_text(&mut rest)?.into();
            let watermark_us = i64::from_be_bytes(take(&mut rest)?);
            let forgotten_until_us = Some(i64::from_be_bytes(take(&mut rest)?)).filter(|time| *time != i64::MIN);
            marks.systems.push(System { name, watermark_us, forgotten_until_us });
        }
        for _ in 0..take_count(&mut rest)? {
            let system = take_text(&mut rest)?.into();
            marks.restarts.push((system, i64::from_be_bytes(take(&mut rest)?)));
        }
        rest.is_empty().then_some(marks)
    }
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend_from_slice(&(count as u32).to_be_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_count(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*chunk)
}

fn take_count(rest: &mut &[u8]) -> Option<usize> {
    take(rest).map(|bytes| u32::from_be_bytes(bytes) as usize)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = take_count(rest)?;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_survive_the_changelog_and_damage_is_seen() {
        let mut marks = Marks::default();
        assert_eq!(marks.number("pbx1", 5), 0);
        assert_eq!(marks.number("pbx2", 7), 1);
        assert_eq!(marks.number("pbx1", 9), 0);
        marks.systems[1].forgotten_until_us = Some(-3);
        marks.restarts = vec![("pbx1".into(), 11)];
        let bytes = marks.encode();
        assert_eq!(Marks::decode(&bytes), Ok(marks.clone()));
        for (hash, keep) in [(u64::MAX, true), (1, true), (7, true), (1, true), (7, false), (9, false)] {
            marks.keep(hash, keep);
        }
        assert_eq!(marks.kept, [1, u64::MAX]);
        assert_eq!(Marks::decode_kept(&marks.encode_kept()), Ok(vec![1, u64::MAX]));
        assert!(Marks::decode_kept(&marks.encode_kept()[..9]).is_err());
        for end in 0..bytes.len() {
            assert!(Marks::decode(&bytes[..end]).is_err(), "cut at {end}");
        }
        assert_eq!(system_of("pbx1/17.4"), "pbx1");
        assert_eq!(system_of("17.4"), "");
    }
}
