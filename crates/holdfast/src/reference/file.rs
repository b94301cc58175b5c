//! A file of reference data to entries. Everything that is wrong with it is found at once; values are never repeated in what is said
//! of them, since in a file with shifted columns a value could be anyone's name.

use super::{Attributes, Entries, Key, Moment, attributes, rows};
use events::ReferenceKind;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What the file does not say itself.
#[derive(Clone, Copy, Debug)]
pub struct Loading<'l> {
    /// Whose entries.
    pub tenant: &'l str,
    /// What they are about.
    pub kind: ReferenceKind,
    /// Zone of the days in `valid_from`.
    pub zone: &'l TimeZone,
    /// Since when a row without a `valid_from` holds.
    pub valid_from_us: i64,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its entries.
    pub entries: Entries,
    /// What is probably not meant.
    pub warnings: Vec<String>,
}

/// What is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column, unless it is about the whole line.
    pub column: Option<String>,
    /// What to do.
    pub text: String,
}

impl Problem {
    pub(super) fn new(line: usize, column: Option<&str>, text: impl Into<String>) -> Self {
        Problem { line, column: column.map(str::to_owned), text: text.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(out, "line {}, column {column}: {}", self.line, self.text),
            None => write!(out, "line {}: {}", self.line, self.text),
        }
    }
}

/// Reads a file: CSV with a header, or JSON lines.
///
/// # Errors
/// Everything that is wrong with it, by line.
///
/// ```
/// use holdfast::reference::{Loading, parse};
/// let loading = Loading { tenant: "default", kind: events::ReferenceKind::Site, zone: &jiff::tz::TimeZone::UTC, valid_from_us: 0 };
/// let problems = parse(b"id,zone\nnorth,Berlin\n", &loading).unwrap_err();
/// assert_eq!(problems[0].to_string(), "line 2, column zone: write the IANA name of a zone, such as Europe/Berlin");
/// ```
pub fn parse(bytes: &[u8], loading: &Loading<'_>) -> Result<Parsed, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
            return Err(vec![Problem::new(line, None, "this is no UTF-8: save the file as UTF-8")]);
        }
    };
    let mut problems = Vec::new();
    let mut lines: BTreeMap<Key, (usize, Attributes)> = BTreeMap::new();
    let mut warned: BTreeMap<String, Option<String>> = BTreeMap::new();
    for row in rows::read(text, &mut problems) {
        let line = row.line;
        let Some((key, known)) = entry(row, loading, &mut problems) else { continue };
        for name in known.keys() {
            warned.entry(name.clone()).or_insert_with(|| attributes::unknown(loading.kind, name));
        }
        match lines.entry(key) {
            Entry::Vacant(vacant) => _ = vacant.insert((line, known)),
            Entry::Occupied(other) if other.get().1 == known => {}
            Entry::Occupied(other) => {
                let text = format!("the same id and valid_from as on line {}, with other values; keep one of the two", other.get().0);
                problems.push(Problem::new(line, None, text));
            }
        }
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    let entries = lines.into_iter().map(|(key, (_, known))| (key, known)).collect();
    Ok(Parsed { entries, warnings: warned.into_values().flatten().collect() })
}

/// One row. None: it has no id or no time, which has been told.
fn entry(mut row: rows::Row, loading: &Loading<'_>, problems: &mut Vec<Problem>) -> Option<(Key, Attributes)> {
    let (line, kind) = (row.line, loading.kind);
    let before = problems.len();
    let mut problem = |column: &str, text: String| problems.push(Problem::new(line, Some(column), text));
    let id = row.take("id").unwrap_or_default();
    match attributes::wrong_id(kind, &id) {
        _ if id.is_empty() => problem("id", "every row needs an id".to_owned()),
        Some(text) => problem("id", text.to_owned()),
        None => {}
    }
    let valid_from_us = match row.take("valid_from").map(|text| Moment::parse(&text)) {
        None => loading.valid_from_us,
        Some(Ok(moment)) => moment.at_us(loading.zone),
        Some(Err(text)) => {
            problem("valid_from", text);
            loading.valid_from_us
        }
    };
    for (name, value) in &row.cells {
        if let Some(text) = attributes::wrong(kind, name, value) {
            problem(name, text);
        }
    }
    let known: Attributes = row.cells.into_iter().collect();
    for name in attributes::required(kind).iter().filter(|name| !known.contains_key(**name)) {
        problem(name, format!("a {} without it says nothing", kind.name()));
    }
    if let (Some(hired), Some(left)) = (known.get("hire_date"), known.get("left_date"))
        && kind == ReferenceKind::Agent
        && left < hired
    {
        problem("left_date", "nobody leaves before the hire_date".to_owned());
    }
    // A row that is wrong in itself is still compared with the others, so that everything is told at once.
    let placed = !problems.iter().skip(before).any(|one| ["id", "valid_from"].map(Some).contains(&one.column.as_deref()));
    placed.then(|| (Key { tenant: loading.tenant.to_owned(), kind, id, valid_from_us }, known))
}
