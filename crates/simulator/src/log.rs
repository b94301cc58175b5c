//! The log: lines in the native format of Asterisk's `queue_log`.

use std::fmt;
use std::io::{self, Write};

/// One line of the log.
///
/// ```
/// use simulator::LogLine;
///
/// let line = LogLine { time_s: 1772406000, text: "1772406000|NONE|NONE|NONE|QUEUESTART|".to_owned() };
/// assert_eq!(line.text.split('|').nth(4), Some("QUEUESTART"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written, Unix seconds; the same number begins the text.
    pub time_s: i64,
    /// `epoch|callid|queue|agent|VERB|data…`, without the line feed.
    pub text: String,
}

/// A whole log in one piece of memory.
///
/// ```
/// use simulator::{LogLine, QueueLog};
///
/// let start = LogLine { time_s: 7, text: "7|NONE|NONE|NONE|QUEUESTART|".to_owned() };
/// let log: QueueLog = [start].into_iter().collect();
/// let mut file = Vec::new();
/// log.write_log(&mut file)?;
/// assert_eq!(file, b"7|NONE|NONE|NONE|QUEUESTART|\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueLog {
    text: String,
    lines: usize,
}

impl QueueLog {
    /// The lines in time order, without line feeds.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines
    }

    /// Whether there is no line at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// The log as the file has it: every line ends with a line feed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Writes the log as Asterisk's file has it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_log(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())
    }
}

impl Extend<LogLine> for QueueLog {
    fn extend<I: IntoIterator<Item = LogLine>>(&mut self, lines: I) {
        for line in lines {
            self.text.push_str(&line.text);
            self.text.push('\n');
            self.lines += 1;
        }
    }
}

impl FromIterator<LogLine> for QueueLog {
    fn from_iter<I: IntoIterator<Item = LogLine>>(lines: I) -> Self {
        let mut log = Self::default();
        log.extend(lines);
        log
    }
}

/// The identity of a channel as Asterisk forms it: when it was made, and its number since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChannelId {
    pub(crate) made_s: i64,
    pub(crate) number: u64,
}

impl fmt::Display for ChannelId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.made_s, self.number)
    }
}

/// What the second field of a line names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Nobody,
    Manager,
    Call(ChannelId),
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => out.write_str("NONE"),
            Self::Manager => out.write_str("MANAGER"),
            Self::Call(channel) => channel.fmt(out),
        }
    }
}

/// The third and fourth field when there is no queue or agent to name.
pub(crate) const NONE: &str = "NONE";

/// Forms a line; `details` are the verb's own fields, separated by `|`.
pub(crate) fn line(time_s: i64, source: Source, queue: &str, agent: &str, verb: &str, details: fmt::Arguments<'_>) -> LogLine {
    LogLine { time_s, text: format!("{time_s}|{source}|{queue}|{agent}|{verb}|{details}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_fields_of_asterisk() {
        let call = Source::Call(ChannelId { made_s: 1_266_833_905, number: 2 });
        let connect = line(1_266_833_912, call, "9000", "PJSIP/2004", "CONNECT", format_args!("1|1266833911.7|1"));
        assert_eq!(connect.text, "1266833912|1266833905.2|9000|PJSIP/2004|CONNECT|1|1266833911.7|1");
        let added = line(5, Source::Manager, "9000", "PJSIP/2004", "ADDMEMBER", format_args!(""));
        assert_eq!(added.text, "5|MANAGER|9000|PJSIP/2004|ADDMEMBER|");
        assert_eq!(line(5, Source::Nobody, NONE, NONE, "QUEUESTART", format_args!("")).text, "5|NONE|NONE|NONE|QUEUESTART|");
    }
}
