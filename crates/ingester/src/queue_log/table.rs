//! Rows of Asterisk's realtime table `queue_log`, as CSV or JSON, into the same fields as lines of the file.

use super::line::Line;
use crate::Error;
use crate::config::SourceConfig;
use crate::delimited::split_quoted;
use crate::reject::Fault;
use std::borrow::Cow;

/// Where in a row a field of the log is.
const FIELDS: [(&str, &[&str]); 5] = [
    ("time", &["time", "timestamp", "created"]),
    ("callid", &["callid", "call_id"]),
    ("queuename", &["queuename", "queue"]),
    ("agent", &["agent"]),
    ("event", &["event", "verb"]),
];

/// The column order of a CSV form.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    fixed: [usize; 5],
    data: Vec<usize>,
}

impl Columns {
    pub(super) fn new(config: &SourceConfig) -> Result<Self, Error> {
        let names = config.queue_log.columns.clone();
        let mut fixed = [0; 5];
        for (place, (name, spellings)) in fixed.iter_mut().zip(FIELDS) {
            let found = names.iter().position(|column| spellings.contains(&column.as_str()));
            *place = found.ok_or_else(|| Error::Setting {
                source_name: config.name.clone(),
                problem: format!("queue_log.columns has no column '{name}'; list the columns of the rows in order"),
            })?;
        }
        let data = (1..=5).filter_map(|number| names.iter().position(|column| *column == format!("data{number}")));
        let mut data: Vec<usize> = data.collect();
        if data.is_empty() {
            data.extend(names.iter().position(|column| column == "data"));
        }
        Ok(Columns { names, fixed, data })
    }
}

/// The texts of one row: time, callid, queuename, agent, event, and its data columns.
pub(super) struct Row<'a> {
    fixed: [Cow<'a, str>; 5],
    data: Vec<Cow<'a, str>>,
}

impl<'a> Row<'a> {
    /// Splits a CSV row; `None` for the header.
    pub(super) fn from_csv(text: &'a str, columns: &Columns) -> Result<Option<Self>, Fault> {
        let fields = split_quoted(text, ',').map_err(|reason| Fault::new("not_queue_log", reason))?;
        if fields.len() == columns.names.len() && fields.iter().zip(&columns.names).all(|(field, name)| field == name) {
            return Ok(None);
        }
        let needed = columns.fixed.iter().max().map_or(0, |last| last + 1);
        if fields.len() < needed {
            let reason = format!("{} columns where queue_log.columns has {}", fields.len(), columns.names.len());
            return Err(Fault::new("not_queue_log", reason));
        }
        let take = |index: &usize| fields.get(*index).cloned().unwrap_or_default();
        Ok(Some(Row { fixed: columns.fixed.each_ref().map(take), data: columns.data.iter().map(take).collect() }))
    }

    /// Reads a JSON row. Numbers are taken as their text, null and missing as empty.
    pub(super) fn from_json(text: &str) -> Result<Row<'static>, Fault> {
        let row: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|error| Fault::new("bad_json", format!("not a JSON object, column {}", error.column())))?;
        let take = |name: &str| -> Option<Cow<'static, str>> {
            match row.get(name) {
                Some(serde_json::Value::String(text)) => Some(Cow::Owned(text.clone())),
                Some(serde_json::Value::Number(number)) => Some(Cow::Owned(number.to_string())),
                _ => None,
            }
        };
        let fixed = FIELDS.map(|(_, spellings)| spellings.iter().find_map(|name| take(name)).unwrap_or_default());
        if fixed[4].is_empty() {
            return Err(Fault::new("not_queue_log", "no field 'event' in the JSON row"));
        }
        let data = match take("data") {
            Some(data) => vec![data],
            None => (1..=5).map(|number| take(&format!("data{number}")).unwrap_or_default()).collect(),
        };
        Ok(Row { fixed, data })
    }

    /// The row as a line of the file would have it.
    pub(super) fn joined(&self) -> String {
        let fields: Vec<&str> = self.fixed.iter().chain(&self.data).map(AsRef::as_ref).collect();
        fields.join("|")
    }

    /// Calls `then` with the row as a line.
    pub(super) fn with_line<R>(&self, then: impl FnOnce(Line<'_>) -> Result<R, Fault>) -> Result<R, Fault> {
        let fixed = self.fixed.each_ref().map(AsRef::as_ref);
        let mut data = [""; 5];
        for (place, text) in data.iter_mut().zip(&self.data) {
            *place = text;
        }
        then(Line::from_row(fixed, &data[..self.data.len().min(5)])?)
    }
}
