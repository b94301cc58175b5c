//! One `queue_log` entry: five fixed fields and the data of its verb, borrowed from the record.

use crate::reject::Fault;
use crate::time::scaled;

/// More data fields than any verb has; those behind are ignored.
const DATA_MAX: usize = 10;

/// Longest call id, queue, agent or verb.
const FIELD_BYTES_MAX: usize = 256;

/// Longest duration that is believed.
const DURATION_MS_MAX: i64 = 366 * 86_400_000;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) time: &'a str,
    pub(super) call_id: &'a str,
    pub(super) queue: &'a str,
    pub(super) agent: &'a str,
    pub(super) verb: &'a str,
    data: [&'a str; DATA_MAX],
    data_count: usize,
}

impl<'a> Line<'a> {
    /// A line with nothing but a verb.
    pub(super) fn of_verb(verb: &'a str) -> Self {
        Line { verb, ..Line::default() }
    }

    /// Splits a line of the file.
    pub(super) fn split(text: &'a str) -> Result<Self, Fault> {
        let mut fields = text.split('|');
        let mut line = Line::default();
        for (number, field) in [&mut line.time, &mut line.call_id, &mut line.queue, &mut line.agent, &mut line.verb].into_iter().enumerate()
        {
            let reason = || format!("{number} fields where epoch|callid|queue|agent|verb are expected");
            *field = fields.next().ok_or_else(|| Fault::new("not_queue_log", reason()))?.trim();
        }
        line.set_data(fields);
        line.checked()
    }

    /// A row of the realtime table. `data` are its data columns; the last one may hold an unsplit rest.
    pub(super) fn from_row(fixed: [&'a str; 5], data: &[&'a str]) -> Result<Self, Fault> {
        let [time, call_id, queue, agent, verb] = fixed.map(str::trim);
        let mut line = Line { time, call_id, queue, agent, verb, ..Line::default() };
        let last = data.last().copied().unwrap_or_default();
        line.set_data(data.iter().take(data.len().saturating_sub(1)).copied().chain(last.split('|')));
        while line.data_count > 0 && line.data[line.data_count - 1].is_empty() {
            line.data_count -= 1;
        }
        line.checked()
    }

    fn set_data(&mut self, fields: impl Iterator<Item = &'a str>) {
        for (place, field) in self.data.iter_mut().zip(fields) {
            *place = field.trim();
            self.data_count += 1;
        }
    }

    fn checked(self) -> Result<Self, Fault> {
        for (number, field) in [(2, self.call_id), (3, self.queue), (4, self.agent), (5, self.verb)] {
            if field.len() > FIELD_BYTES_MAX {
                return Err(Fault::new("not_queue_log", format!("field {number} is longer than {FIELD_BYTES_MAX} bytes")));
            }
        }
        if is_verb(self.verb) { Ok(self) } else { Err(Fault::new("not_queue_log", "field 5 is not a verb")) }
    }

    /// The verb's data, without what lies behind the last field that any verb has.
    pub(super) fn data(&self) -> &[&'a str] {
        &self.data[..self.data_count]
    }

    /// A data field, 0 for the first; empty where the line is shorter.
    pub(super) fn field(&self, index: usize) -> &'a str {
        self.data.get(index).copied().unwrap_or_default()
    }

    /// The call, where the line is about one.
    pub(super) fn call(&self) -> Option<&'a str> {
        (!matches!(self.call_id, "" | "NONE" | "REALTIME" | "MANAGER" | "CLI" | "-")).then_some(self.call_id)
    }

    /// The queue, where there is one.
    pub(super) fn queue_name(&self) -> Option<&'a str> {
        (!matches!(self.queue, "" | "NONE" | "-")).then_some(self.queue)
    }

    /// The agent as written, where there is one.
    pub(super) fn agent_name(&self) -> Option<&'a str> {
        (!matches!(self.agent, "" | "NONE" | "-")).then_some(self.agent)
    }
}

/// Letters, digits, `_` and `-`, a letter first, and no run of digits that could be somebody's number.
fn is_verb(text: &str) -> bool {
    let mut run = 0;
    let plain = text.bytes().all(|byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        run < 5 && (byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    });
    plain && text.len() <= 48 && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

/// A duration field in milliseconds. Empty: the log does not say. Negative ones are clipped to 0 and set `skewed`.
pub(super) fn duration_ms(line: &Line<'_>, index: usize, unit_ms: i64, skewed: &mut bool) -> Result<Option<i64>, Fault> {
    let field = line.field(index);
    if field.is_empty() {
        return Ok(None);
    }
    match scaled(field, unit_ms) {
        Some(duration_ms) if duration_ms < 0 => {
            *skewed = true;
            Ok(Some(0))
        }
        Some(duration_ms) if duration_ms <= DURATION_MS_MAX => Ok(Some(duration_ms)),
        Some(_) => Err(Fault::new("bad_number", format!("field {} of {}: longer than a year", index + 6, line.verb))),
        None => Err(Fault::new("bad_number", format!("field {} of {}: not a number", index + 6, line.verb))),
    }
}

/// A place in the queue; anything that is none counts as not given, since dialects put other things there.
pub(super) fn position(field: &str) -> Option<i32> {
    field.parse::<i32>().ok().filter(|position| (0..100_000).contains(position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_at_bars() {
        let line = Line::split("1|2.3|sales|Agent/7|CONNECT|4|5.6|7").unwrap();
        assert_eq!((line.time, line.call_id, line.queue, line.agent, line.verb), ("1", "2.3", "sales", "Agent/7", "CONNECT"));
        assert_eq!(line.data(), ["4", "5.6", "7"]);
        assert_eq!(line.field(3), "");
    }

    #[test]
    fn an_unsplit_rest_in_the_last_column_is_split() {
        let line = Line::from_row(["1", "2", "q", "a", "ATTENDEDTRANSFER"], &["LINK", "c1", "c2", "5", "60|1"]).unwrap();
        assert_eq!(line.data(), ["LINK", "c1", "c2", "5", "60", "1"]);
        let line = Line::from_row(["1", "2", "q", "a", "CONNECT"], &["5|x|3"]).unwrap();
        assert_eq!(line.data(), ["5", "x", "3"]);
        let line = Line::from_row(["1", "2", "q", "a", "CONNECT"], &["5", "x", "", "", ""]).unwrap();
        assert_eq!(line.data(), ["5", "x"]);
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for text in ["", "hello", "1|2|3|4", "1|2|3|4|", "1|2|3|4|5", "1|2|3|4|0301234567", "1|2|3|4|A0301234567", "1|2|3|4|a b"] {
            assert_eq!(Line::split(text).unwrap_err().code, "not_queue_log", "{text}");
        }
    }
}
