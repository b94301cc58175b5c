//! JSON objects read leniently: names in any case, null as absent, numbers as texts. Connect's own feeds spell one field
//! in several ways (`AgentInfo`, `agentInfo`), and what passed through a table arrives in lower case.

use crate::reject::Fault;
use crate::time::{Clock, scaled};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One object, and where it was found, for rejects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'j> {
    map: &'j Map<String, Value>,
    within: &'static str,
}

impl<'j> Fields<'j> {
    /// The outermost object.
    pub(super) fn new(map: &'j Map<String, Value>) -> Self {
        Fields { map, within: "" }
    }

    fn value(self, name: &str) -> Option<&'j Value> {
        let exact = self.map.get(name).filter(|value| !value.is_null());
        exact.or_else(|| {
            let same = |(key, value): &(&String, &Value)| key.eq_ignore_ascii_case(name) && !value.is_null();
            self.map.iter().find(same).map(|(_, value)| value)
        })
    }

    /// An inner object.
    pub(super) fn object(self, name: &'static str) -> Option<Fields<'j>> {
        self.value(name)?.as_object().map(|map| Fields { map, within: name })
    }

    /// The objects of a list; whatever else is in it is left out.
    pub(super) fn objects(self, name: &'static str) -> Vec<Fields<'j>> {
        let list = self.value(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_object).map(|map| Fields { map, within: name }).collect()
    }

    /// A text, or a number as its text; none if it is empty.
    pub(super) fn text(self, name: &str) -> Option<Cow<'j, str>> {
        match self.value(name)? {
            Value::String(text) => Some(Cow::Borrowed(text.trim())).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// A name of an enumeration, in upper case; empty if it is absent.
    pub(super) fn symbol(self, name: &str) -> String {
        self.text(name).map(|text| text.to_ascii_uppercase()).unwrap_or_default()
    }

    fn path(self, name: &str) -> String {
        if self.within.is_empty() { name.to_owned() } else { format!("{}.{name}", self.within) }
    }
}

/// Reads times and durations, and remembers whether one was impossible and clipped.
#[derive(Debug)]
pub(super) struct Reader<'r> {
    pub(super) clock: &'r Clock,
    pub(super) skewed: bool,
}

/// Longer than this is no duration of a contact.
const DURATION_MAX_MS: i64 = 366 * 86_400_000;

impl Reader<'_> {
    /// A time. Contact events write the first millisecond of 1970 where something has not happened yet: absent.
    pub(super) fn time(&self, fields: Option<Fields<'_>>, name: &'static str) -> Result<Option<i64>, Fault> {
        let Some(fields) = fields else { return Ok(None) };
        match fields.text(name) {
            None => Ok(None),
            Some(text) if text.starts_with("1970-01-01") || text == "0" => Ok(None),
            Some(text) => self.clock.parse(&text, &fields.path(name)).map(Some),
        }
    }

    /// Whole or broken seconds, as milliseconds. A negative duration is clipped to 0.
    pub(super) fn seconds_as_ms(&mut self, fields: Option<Fields<'_>>, name: &'static str) -> Result<Option<i64>, Fault> {
        let Some((fields, text)) = fields.and_then(|fields| Some((fields, fields.text(name)?))) else { return Ok(None) };
        let bad = || Fault::new("bad_number", format!("{}: no number of seconds of at most a year", fields.path(name)));
        let duration_ms = scaled(&text, 1000).filter(|duration_ms| duration_ms.abs() <= DURATION_MAX_MS).ok_or_else(bad)?;
        self.skewed |= duration_ms < 0;
        Ok(Some(duration_ms.max(0)))
    }
}

/// The id at the end of an ARN; a bare id is its own end.
pub(super) fn arn_end(arn: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let at = arn.rfind('/').map_or(0, |slash| slash + 1);
    let end = match arn {
        Cow::Borrowed(arn) => Cow::Borrowed(arn.get(at..)?),
        Cow::Owned(arn) => Cow::Owned(arn.get(at..)?.to_owned()),
    };
    Some(end).filter(|end| !end.is_empty())
}
