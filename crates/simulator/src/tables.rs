//! The truth as tables that anything can read: comma-separated values with a header, and the totals as JSON.

use crate::measures::Measures;
use crate::truth::{AgentActivity, Attribution, Interval, Truth};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// The queue of the rows that add up all queues.
const ALL: &str = "ALL";

impl Truth {
    /// Writes one row per quarter-hour and queue, and per quarter-hour the sum of all queues (`ALL`); each count is in the
    /// interval of its own event. `other_exit` is what [`Measures::flow_out`] counts. Fields without a value are empty.
    ///
    /// ```
    /// let mut file = Vec::new();
    /// simulator::Truth::default().write_event_csv(&mut file)?;
    /// assert!(file.starts_with(b"interval_utc,queue,offered,open,answered,answered_le_20,abandoned,"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_event_csv(&self, out: impl Write) -> io::Result<()> {
        write_intervals(self.intervals(Attribution::Event), out)
    }

    /// As [`Truth::write_event_csv`], with everything in the interval of the visit's entry.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_cohort_csv(&self, out: impl Write) -> io::Result<()> {
        write_intervals(self.intervals(Attribution::Cohort), out)
    }

    /// Writes one row per visit of a call to a queue, refused ones included; times in UTC, what did not happen is empty.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_calls_csv(&self, mut out: impl Write) -> io::Result<()> {
        write!(out, "call,visit,queue,agent,caller,entry_utc,wait_s,state,missed_offers,")?;
        writeln!(out, "handle_s,hold_s,ended,left_utc,end_utc")?;
        for visit in &self.visits {
            let agent = visit.agent.as_deref().unwrap_or_default();
            write!(out, "{},{},{},{agent},{},", visit.call, visit.visit_number, visit.queue, visit.caller)?;
            write!(out, "{},{},{},", instant(Some(visit.entered_s)), visit.wait_s, visit.outcome)?;
            write!(out, "{},{},{},", visit.missed_offers, visit.talk_s, visit.hold_s)?;
            let ended = visit.ended.map(|ended| ended.to_string()).unwrap_or_default();
            writeln!(out, "{ended},{},{}", instant(visit.left_s()), instant(visit.ended_s()))?;
        }
        Ok(())
    }

    /// Writes one row per span of an agent's logged-on or paused time; spans that had not ended have an empty end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_agents_csv(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "agent,activity,reason,from_utc,until_utc")?;
        for span in &self.agent_spans {
            let (activity, reason) = match span.activity {
                AgentActivity::LoggedOn => ("logged_on", ""),
                AgentActivity::Paused(reason) => ("paused", reason),
            };
            writeln!(out, "{},{activity},{reason},{},{}", span.agent, instant(Some(span.from_s)), instant(span.until_s))?;
        }
        Ok(())
    }

    /// The totals, of all queues (`ALL`) and of each (`queues`), with the columns of the interval tables.
    ///
    /// ```
    /// let totals = simulator::Truth::default().totals_json();
    /// assert_eq!((totals["ALL"]["offered"].as_u64(), totals["ALL"]["max_wait_s"].is_null()), (Some(0), true));
    /// ```
    #[must_use]
    pub fn totals_json(&self) -> Value {
        let queues = self.queue_totals().iter().map(|(queue, measures)| (queue.to_string(), object(measures))).collect();
        let mut totals = Map::new();
        totals.insert(ALL.to_owned(), object(&self.totals()));
        totals.insert("queues".to_owned(), Value::Object(queues));
        Value::Object(totals)
    }
}

fn object(measures: &Measures) -> Value {
    columns(measures).into_iter().map(|(name, count)| (name.to_owned(), count.map_or(Value::Null, Value::from))).collect()
}

/// The columns of the interval tables with their values.
fn columns(measures: &Measures) -> [(&'static str, Option<i64>); 17] {
    let count = |count: u64| i64::try_from(count).ok();
    [
        ("offered", count(measures.offered)),
        ("open", count(measures.open)),
        ("answered", count(measures.answered)),
        ("answered_le_20", count(measures.answered_le_20)),
        ("abandoned", count(measures.abandoned)),
        ("abandoned_le_20", count(measures.abandoned_le_20)),
        ("abandoned_le_5", count(measures.abandoned_le_5)),
        ("other_exit", count(measures.flow_out)),
        ("wait_answered_s", Some(measures.wait_answered_s)),
        ("wait_abandoned_s", Some(measures.wait_abandoned_s)),
        ("handled", count(measures.handled)),
        ("handle_s", Some(measures.handle_s)),
        ("max_wait_answered_s", measures.max_wait_answered_s),
        ("max_wait_abandoned_s", measures.max_wait_abandoned_s),
        ("max_wait_s", measures.max_wait_s),
        ("hold_s", Some(measures.hold_s)),
        ("blocked", count(measures.blocked)),
    ]
}

fn write_intervals(intervals: Vec<Interval>, mut out: impl Write) -> io::Result<()> {
    write!(out, "interval_utc,queue")?;
    for (name, _) in columns(&Measures::default()) {
        write!(out, ",{name}")?;
    }
    writeln!(out)?;
    for of_one_time in intervals.chunk_by(|left, right| left.start_s == right.start_s) {
        let mut sum = Measures::default();
        let start = instant(of_one_time.first().map(|interval| interval.start_s));
        for interval in of_one_time {
            sum.merge(&interval.measures);
            write_row(&start, &interval.queue, &interval.measures, &mut out)?;
        }
        write_row(&start, ALL, &sum, &mut out)?;
    }
    Ok(())
}

fn write_row(start: &str, queue: &str, measures: &Measures, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{start},{queue}")?;
    for (_, count) in columns(measures) {
        match count {
            Some(count) => write!(out, ",{count}")?,
            None => write!(out, ",")?,
        }
    }
    writeln!(out)
}

/// `2026-03-02T08:15:00Z`; empty when there is no such instant.
fn instant(time_s: Option<i64>) -> String {
    time_s.and_then(|time_s| Timestamp::from_second(time_s).ok()).map(|time| time.to_string()).unwrap_or_default()
}
