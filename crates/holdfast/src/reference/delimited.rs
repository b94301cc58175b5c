//! Splits comma-separated text into records that know their line. Cells may be quoted and then span lines.

/// A record and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// Where the text breaks its own rules, and how.
pub(super) type Broken = (usize, &'static str);

/// Every record but empty lines.
pub(super) fn records(text: &str, delimiter: char) -> Result<Vec<Record>, Broken> {
    let mut scanner = Scanner { rest: text, line: 1, delimiter };
    let mut records = Vec::new();
    while !scanner.rest.is_empty() {
        let mut record = Record { line: scanner.line, cells: Vec::new() };
        while !scanner.cell(&mut record.cells)? {}
        if record.cells.iter().any(|cell| !cell.is_empty()) || record.cells.len() > 1 {
            records.push(record);
        }
    }
    Ok(records)
}

/// The delimiter of a header: spreadsheets of many countries write semicolons.
pub(super) fn delimiter(header: &str) -> char {
    [',', ';', '\t'].into_iter().find(|one| header.contains(*one)).unwrap_or(',')
}

struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    delimiter: char,
}

impl Scanner<'_> {
    /// Reads one cell. True: it was the last of its record.
    fn cell(&mut self, cells: &mut Vec<String>) -> Result<bool, Broken> {
        let cell = match self.rest.strip_prefix('"') {
            Some(quoted) => {
                self.rest = quoted;
                self.quoted()?
            }
            None => self.until(&[self.delimiter, '\n']).trim_end_matches('\r').to_owned(),
        };
        cells.push(cell.trim().to_owned());
        if let Some(rest) = self.rest.strip_prefix(self.delimiter) {
            self.rest = rest;
            return Ok(false);
        }
        let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        match rest.strip_prefix('\n') {
            Some(rest) => (self.rest, self.line) = (rest, self.line + 1),
            None if rest.is_empty() => self.rest = rest,
            None => return Err((self.line, "there is text after a closing quote; write a quote inside quotes twice")),
        }
        Ok(true)
    }

    fn until(&mut self, ends: &[char]) -> &str {
        let (cell, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        cell
    }

    /// The cell behind an opening quote.
    fn quoted(&mut self) -> Result<String, Broken> {
        let (begin, mut cell) = (self.line, String::new());
        loop {
            let part = self.until(&['"']).to_owned();
            self.line += part.matches('\n').count();
            cell.push_str(&part);
            let rest = self.rest.strip_prefix('"').ok_or((begin, "a quote is opened and not closed"))?;
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    cell.push('"');
                    self.rest = rest;
                }
                None => return Ok(cell),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text, ',').unwrap().into_iter().map(|record| (record.line, record.cells)).collect()
    }

    #[test]
    fn cells_are_split_trimmed_and_counted() {
        let expected = |records: &[(usize, &[&str])]| -> Vec<(usize, Vec<String>)> {
            records.iter().map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect()
        };
        assert_eq!(split("id, team\r\nann,\n\nben,red"), expected(&[(1, &["id", "team"]), (2, &["ann", ""]), (4, &["ben", "red"])]));
        assert_eq!(
            split("a,\"x, \"\"y\"\"\"\nb,\"1\n2\"\r\nc,"),
            expected(&[(1, &["a", "x, \"y\""]), (2, &["b", "1\n2"]), (4, &["c", ""])])
        );
        assert_eq!(split("\"\"\n,\n"), expected(&[(2, &["", ""])]));
        assert_eq!(split(""), expected(&[]));
    }

    #[test]
    fn broken_quotes_are_found_where_they_begin() {
        assert_eq!(records("id\na\n\"b\nc\n", ',').unwrap_err().0, 3);
        assert_eq!(
            records("id\n\"a\nb\"c\n", ',').unwrap_err(),
            (3, "there is text after a closing quote; write a quote inside quotes twice")
        );
    }

    #[test]
    fn the_delimiter_is_that_of_the_header() {
        assert_eq!((delimiter("id,team;x"), delimiter("id;team"), delimiter("id\tteam"), delimiter("id")), (',', ';', '\t', ','));
    }
}
