//! Names: texts of low cardinality (queues, agents, sources, tenants, reasons, dispositions, numbers dialled) as small
//! numbers, so that a stored event takes a few bytes.

use rustc_hash::FxHashMap;

/// Text to small number and back. Two texts never share a number, and a number never changes its text while contacts
/// that were stored with it live.
pub trait Names {
    /// The number of a text, assigned at first sight. None: refused (table full); the text is then stored inline.
    fn id(&mut self, text: &str) -> Option<u32>;

    /// The text of a number; the empty text for a number that was never given (it must not panic: numbers come from
    /// stored bytes).
    fn text(&self, id: u32) -> &str;
}

/// A table of names in memory, bounded in number and in length of text.
///
/// ```
/// use lifecycle::{NameTable, Names};
/// let mut names = NameTable::new(1);
/// assert_eq!(names.id("sales"), Some(0));
/// assert_eq!(names.id("support"), None);
/// assert_eq!(names.text(0), "sales");
/// ```
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    ids: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    limit: usize,
}

/// Longer texts are no names.
const LONGEST_NAME: usize = 128;

impl NameTable {
    /// An empty table that takes at most `limit` names.
    pub fn new(limit: usize) -> Self {
        NameTable { limit, ..NameTable::default() }
    }

    /// The names so far, in the order of their numbers: enough to build the same table again.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }
}

impl Names for NameTable {
    fn id(&mut self, text: &str) -> Option<u32> {
        if let Some(id) = self.ids.get(text) {
            return Some(*id);
        }
        if self.texts.len() >= self.limit || text.len() > LONGEST_NAME {
            return None;
        }
        let id = u32::try_from(self.texts.len()).ok()?;
        self.texts.push(text.into());
        self.ids.insert(text.into(), id);
        Some(id)
    }

    fn text(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", AsRef::as_ref)
    }
}
