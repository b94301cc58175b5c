//! Reads one record into the values of its columns.

use super::compile::Columns;
use super::specification::{Format, Specification};
use crate::delimited::split_quoted;
use crate::redact::{shape, shape_of};
use crate::reject::Fault;
use serde_json::Value;
use std::borrow::Cow;

/// How records are read.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    format: Format,
    delimiter: char,
    quotes: bool,
    header: bool,
    extra_fields: bool,
    names: Vec<String>,
}

impl Reader {
    pub(super) fn new(specification: &Specification, columns: &Columns) -> Self {
        Reader {
            format: specification.format,
            delimiter: specification.delimiter,
            quotes: specification.quotes,
            header: specification.header,
            extra_fields: specification.extra_fields,
            names: columns.names().to_vec(),
        }
    }

    /// The values by column, trimmed; `None` for a header.
    pub(super) fn read<'a>(&self, text: &'a str, line: u64) -> Result<Option<Vec<Cow<'a, str>>>, Fault> {
        match self.format {
            Format::Delimited => self.read_delimited(text, line),
            Format::Json => self.read_json(text).map(Some),
        }
    }

    fn split<'a>(&self, text: &'a str) -> Result<Vec<Cow<'a, str>>, Fault> {
        if self.quotes {
            split_quoted(text, self.delimiter).map_err(|reason| Fault::new("bad_quotes", reason))
        } else {
            Ok(text.split(self.delimiter).map(Cow::Borrowed).collect())
        }
    }

    fn read_delimited<'a>(&self, text: &'a str, line: u64) -> Result<Option<Vec<Cow<'a, str>>>, Fault> {
        let mut fields = self.split(text)?;
        let is_header = fields.len() == self.names.len() && fields.iter().zip(&self.names).all(|(field, name)| field.trim() == name);
        if is_header {
            return Ok(None);
        }
        if self.header && line == 1 {
            return Err(Fault::new("header_mismatch", "line 1 is not the header that the mapping's columns say"));
        }
        if fields.len() < self.names.len() || fields.len() > self.names.len() && !self.extra_fields {
            return Err(Fault::new("field_count", format!("{} fields instead of {}", fields.len(), self.names.len())));
        }
        fields.truncate(self.names.len());
        for field in &mut fields {
            match field {
                Cow::Borrowed(text) => *text = text.trim(),
                Cow::Owned(text) => *text = text.trim().to_owned(),
            }
        }
        Ok(Some(fields))
    }

    fn read_json(&self, text: &str) -> Result<Vec<Cow<'static, str>>, Fault> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| Fault::new("bad_json", format!("not JSON from column {} on", error.column())))?;
        if !root.is_object() {
            return Err(Fault::new("bad_json", "JSON, but not an object"));
        }
        Ok(self.names.iter().map(|path| Cow::Owned(at_path(&root, path))).collect())
    }

    /// The shape of the record: a mapping says what a column is used for, not that it names nobody. Of JSON the columns of the mapping.
    pub(super) fn redacted(&self, text: &str) -> Vec<u8> {
        match self.format {
            Format::Delimited => shape(text.as_bytes()),
            Format::Json => match self.read_json(text) {
                Err(_) => shape(text.as_bytes()),
                Ok(values) => {
                    let shapes = values.iter().map(|value| Value::String(shape_of(value)));
                    Value::Object(self.names.iter().cloned().zip(shapes).collect()).to_string().into_bytes()
                }
            },
        }
    }
}

/// The text at a dotted path; missing, null, lists and objects give none.
fn at_path(root: &Value, path: &str) -> String {
    // A name that has dots itself comes first.
    let found = root.get(path).or_else(|| {
        path.split('.').try_fold(root, |value, step| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            value => value.get(step),
        })
    });
    match found {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        _ => String::new(),
    }
}
