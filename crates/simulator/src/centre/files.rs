//! Files in the making: what is to be appended to which, and rows that are held back until they are in order.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Text that belongs to the ends of files, by their names within the folder of the centre.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Portion {
    what: String,
    files: BTreeMap<String, String>,
}

impl Portion {
    pub(crate) fn of(what: String) -> Self {
        Self { what, files: BTreeMap::new() }
    }

    /// What it is, for people: the site and the day.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// File names, and what comes to their ends.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Adds a line to a file.
    pub(crate) fn line(&mut self, file: &str, line: fmt::Arguments<'_>) {
        let text = match self.files.get_mut(file) {
            Some(text) => text,
            None => self.files.entry(file.to_owned()).or_default(),
        };
        // Writing to a string cannot fail.
        let written = text.write_fmt(line);
        debug_assert!(written.is_ok());
        text.push('\n');
    }
}

/// Rows that become known out of order, and are written in order.
#[derive(Debug, Default)]
pub(super) struct Held {
    rows: BTreeMap<(i64, String), String>,
}

impl Held {
    /// A row with its place: a time, then a text.
    pub(super) fn hold(&mut self, time: i64, then: String, row: String) {
        self.rows.insert((time, then), row);
    }

    /// Writes the rows before a time; nothing more will come for them.
    pub(super) fn release(&mut self, before: i64, file: &str, portion: &mut Portion) {
        let later = self.rows.split_off(&(before, String::new()));
        for row in std::mem::replace(&mut self.rows, later).into_values() {
            portion.line(file, format_args!("{row}"));
        }
    }
}

/// A ratio as a cell: empty without a base.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share(pub(super) i64, pub(super) i64);

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1 == 0 { Ok(()) } else { write!(out, "{}", self.0 as f64 / self.1 as f64) }
    }
}

/// A cell that may be empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<T>(pub(super) Option<T>);

impl<T: fmt::Display> fmt::Display for Cell<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| value.fmt(out))
    }
}

/// Sums by key; a key is the first cells of a row, in the order of the rows.
#[derive(Debug)]
pub(super) struct Sums<const N: usize> {
    rows: BTreeMap<String, [i64; N]>,
}

impl<const N: usize> Default for Sums<N> {
    fn default() -> Self {
        Self { rows: BTreeMap::new() }
    }
}

impl<const N: usize> Sums<N> {
    /// Adds to the row of a key.
    pub(super) fn add(&mut self, key: String, amounts: [i64; N]) {
        let row = self.rows.entry(key).or_insert([0; N]);
        row.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }

    /// Keys and rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&String, &[i64; N])> {
        self.rows.iter()
    }

    /// Writes all rows, with the shares that follow from each: a part and its base.
    pub(super) fn write<const M: usize>(&self, file: &str, portion: &mut Portion, shares: impl Fn(&[i64; N]) -> [(i64, i64); M]) {
        for (key, row) in &self.rows {
            let sums = row.map(|sum| sum.to_string());
            let cells: Vec<String> = sums.into_iter().chain(shares(row).map(|(part, base)| Share(part, base).to_string())).collect();
            portion.line(file, format_args!("{key},{}", cells.join(",")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_in_order_once_nothing_comes_before_them() {
        let (mut held, mut portion) = (Held::default(), Portion::of("x".to_owned()));
        held.hold(20, "b".to_owned(), "third".to_owned());
        held.hold(10, "a".to_owned(), "first".to_owned());
        held.release(20, "f", &mut portion);
        held.hold(20, "a".to_owned(), "second".to_owned());
        held.release(i64::MAX, "f", &mut portion);
        assert_eq!(portion.files().collect::<Vec<_>>(), [("f", "first\nsecond\nthird\n")]);
    }

    #[test]
    fn no_base_is_no_ratio() {
        assert_eq!(
            (Share(1, 4).to_string(), Share(0, 0).to_string(), Cell::<i64>(None).to_string()),
            ("0.25".to_owned(), String::new(), String::new())
        );
    }
}
