//! The rows of a file, whichever of its two forms it has: a column and its value, without those that are empty.

use super::delimited;
use super::file::Problem;
use serde_json::Value;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<(String, String)>,
}

impl Row {
    /// Takes the value of a column out of the row.
    pub(super) fn take(&mut self, column: &str) -> Option<String> {
        let at = self.cells.iter().position(|(name, _)| name == column)?;
        Some(self.cells.swap_remove(at).1)
    }
}

/// Reads every row. What cannot be read is told in `problems`.
pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    match text.trim_start().chars().next() {
        None => {
            problems.push(Problem::new(1, None, "the file is empty: write a header with a column id, or JSON lines"));
            Vec::new()
        }
        Some('{') => json_lines(text, problems),
        Some(_) => delimited(text, problems),
    }
}

fn delimited(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let records = match delimited::records(text, delimited::delimiter(header)) {
        Ok(records) => records,
        Err((line, what)) => {
            problems.push(Problem::new(line, None, what));
            return Vec::new();
        }
    };
    let mut records = records.into_iter();
    let Some(header) = records.next() else { return Vec::new() };
    let names = header.cells;
    let before = problems.len();
    // Without a header the first line is a row, and it is nobody's business to repeat it in an error.
    if !names.iter().any(|name| name == "id") {
        problems.push(Problem::new(header.line, None, "the first line must be a header with a column id"));
        return Vec::new();
    }
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            problems.push(Problem::new(header.line, None, format!("column {} of the header has no name", at + 1)));
        } else if names.iter().take(at).any(|other| other == name) {
            problems.push(Problem::new(header.line, Some(name), "the header has this column twice"));
        }
    }
    if problems.len() > before {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in records {
        if record.cells.len() != names.len() {
            let (here, there) = (record.cells.len(), names.len());
            let text = format!("{here} cells where the header has {there}; put values with a delimiter in them into quotes");
            problems.push(Problem::new(record.line, None, text));
            continue;
        }
        let cells = names.iter().cloned().zip(record.cells).filter(|(_, value)| !value.is_empty()).collect();
        rows.push(Row { line: record.line, cells });
    }
    rows
}

fn json_lines(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Ok(Value::Object(object)) = serde_json::from_str(line) else {
            problems.push(Problem::new(at + 1, None, "write one whole JSON object on each line"));
            continue;
        };
        let mut row = Row { line: at + 1, cells: Vec::new() };
        for (name, value) in object {
            let value = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                // As the other form of a file has it.
                Value::Bool(on) => if on { "yes" } else { "no" }.to_owned(),
                Value::Array(_) | Value::Object(_) => {
                    problems.push(Problem::new(row.line, Some(&name), "write a text or a number, no list and no object"));
                    continue;
                }
            };
            if !value.is_empty() {
                row.cells.push((name, value));
            }
        }
        rows.push(row);
    }
    rows
}
