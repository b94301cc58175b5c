//! The log: lines in the native format of Asterisk's `queue_log`.

use std::fmt;

/// One line of the log.
///
/// ```
/// use simulator::{Scenario, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
/// let line = &simulation.lines()[0];
/// assert_eq!((line.time_us, line.text.as_str()), (1_772_395_200_000_000, "1772395200|NONE|NONE|NONE|QUEUESTART|"));
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The stamp with which the text begins, Unix microseconds: whole seconds, as the file form has them.
    pub time_us: i64,
    /// `epoch|callid|queue|agent|VERB|data…`, without the line feed.
    pub text: String,
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
pub(crate) fn line(time_us: i64, source: Source, queue: &str, agent: &str, verb: &str, details: fmt::Arguments<'_>) -> Line {
    let time_s = time_us.div_euclid(1_000_000);
    Line { time_us: time_s * 1_000_000, text: format!("{time_s}|{source}|{queue}|{agent}|{verb}|{details}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_fields_of_asterisk() {
        let call = Source::Call(ChannelId { made_s: 1_266_833_905, number: 2 });
        let connect = line(1_266_833_912_900_000, call, "9000", "PJSIP/2004", "CONNECT", format_args!("1|1266833911.7|1"));
        assert_eq!(connect.time_us, 1_266_833_912_000_000);
        assert_eq!(connect.text, "1266833912|1266833905.2|9000|PJSIP/2004|CONNECT|1|1266833911.7|1");
        let added = line(5_000_000, Source::Manager, "9000", "PJSIP/2004", "ADDMEMBER", format_args!(""));
        assert_eq!(added.text, "5|MANAGER|9000|PJSIP/2004|ADDMEMBER|");
        assert_eq!(line(5_000_000, Source::Nobody, NONE, NONE, "QUEUESTART", format_args!("")).text, "5|NONE|NONE|NONE|QUEUESTART|");
    }
}
