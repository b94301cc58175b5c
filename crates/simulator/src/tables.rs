//! The truth as files: comma-separated values and the totals as JSON, with the columns of the reference that real logs are
//! tested against.

use crate::calendar::utc;
use crate::measures::Measures;
use crate::ratio::{Ratio, ratios};
use crate::truth::{AgentActivity, Attribution, Interval, Truth, measures};
use crate::visit::{Outcome, Visit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The queue of the rows that add up all queues.
const ALL: &str = "ALL";
const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

impl Truth {
    /// Writes one row per quarter-hour and queue, and per quarter-hour the sum of all queues (`ALL`); each count is in the
    /// interval of its own event. Ratios have six digits; what has no value is empty. Refused joins are not in it.
    ///
    /// ```
    /// let mut file = Vec::new();
    /// simulator::Truth::default().write_event_csv(&mut file)?;
    /// assert!(file.starts_with(b"interval_local,interval_utc,queue,offered,ivr_abandoned,open,answered,"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_event_csv(&self, out: impl Write) -> io::Result<()> {
        write_intervals(&self.intervals(Attribution::Event), out)
    }

    /// As [`Truth::write_event_csv`], with everything in the interval of the visit's entry.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_cohort_csv(&self, out: impl Write) -> io::Result<()> {
        write_intervals(&self.intervals(Attribution::Cohort), out)
    }

    /// Writes one row per visit in order of entry, refused joins included (state `blocked`). Times are in UTC. `left` is the
    /// entry and `end` is `left` while there is no later event. `flag` is the verb of an exit that is neither answer nor
    /// abandonment, `ended` the verb that ended the conversation.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_calls_csv(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "call,queue,agent,caller,priority,entry,wait,state,handle,flag,left,end,missed_rings,ended")?;
        for visit in self.visits() {
            let left_s = visit.entered_s + visit.wait_s;
            let (entry, left, end) = (utc(visit.entered_s, CLOCK), utc(left_s, CLOCK), utc(left_s + visit.talk_s, CLOCK));
            let (queue, agent) = (&visit.queue, visit.agent.as_deref().unwrap_or_default());
            write!(out, "{}/{queue}/{},{queue},{agent},{},,{entry},", visit.call, visit.number, visit.caller)?;
            write!(out, "{},{},{},{},{left},{end},", visit.wait_s, visit.outcome.state(), visit.talk_s, flag(visit))?;
            writeln!(out, "{},{}", visit.missed_rings, visit.ended.map_or("", |ended| ended.verb()))?;
        }
        Ok(())
    }

    /// Writes one row per span of an agent's logged-on or paused time, in UTC; spans that had not ended have an empty end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_agents_csv(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "agent,activity,reason,from,until")?;
        for span in self.agent_spans() {
            let (activity, reason) = match span.activity {
                AgentActivity::LoggedOn => ("logged_on", ""),
                AgentActivity::Paused(reason) => ("paused", reason),
            };
            let until = span.until_s.map(|until_s| utc(until_s, CLOCK)).unwrap_or_default();
            writeln!(out, "{},{activity},{reason},{},{until}", span.agent, utc(span.from_s, CLOCK))?;
        }
        Ok(())
    }

    /// The totals of all queues (`ALL`) and of each (`queues`). Ratios have six digits, and null where the base is 0.
    ///
    /// ```
    /// let totals = simulator::Truth::default().totals_json();
    /// assert_eq!((totals["ALL"]["offered"].as_i64(), totals["ALL"]["sl1"].is_null()), (Some(0), true));
    /// ```
    #[must_use]
    pub fn totals_json(&self) -> Value {
        let mut of_queue: BTreeMap<&str, Vec<&Visit>> = BTreeMap::new();
        for visit in self.visits() {
            of_queue.entry(&visit.queue).or_default().push(visit);
        }
        let queues: serde_json::Map<String, Value> =
            of_queue.into_iter().map(|(queue, visits)| (queue.to_owned(), total(&visits))).collect();
        let all: Vec<&Visit> = self.visits().iter().collect();
        json!({ "kind": "simulated", "tz": "UTC", "width": "15min", "rejected_lines": 0, ALL: total(&all), "queues": queues })
    }
}

fn flag(visit: &Visit) -> &'static str {
    match visit.outcome {
        Outcome::Answered if visit.ended.is_none() => "talk not ended in the log",
        outcome if outcome.is_other_exit() || outcome.is_blocked() => outcome.verb().unwrap_or_default(),
        _ => "",
    }
}

fn total(visits: &[&Visit]) -> Value {
    let m = measures(visits.iter().copied());
    let entered = || visits.iter().filter(|visit| !visit.outcome.is_blocked());
    let mut by_state: BTreeMap<&str, i64> = BTreeMap::new();
    for visit in entered() {
        *by_state.entry(visit.outcome.state()).or_default() += 1;
    }
    let clock = |visit: Option<&&Visit>| visit.map(|visit| utc(visit.entered_s, CLOCK));
    let mut total = json!({
        "records": m.offered, "by_state": by_state, "offered": m.offered, "answered": m.answered, "abandoned": m.abandoned,
        "other_exit": m.other_exit, "open": m.open, "blocked": m.blocked, "handled": m.handled,
        "answered_le_20": m.answered_le_20, "answered_lt_20": m.answered_lt_20,
        "abandoned_le_20": m.abandoned_le_20, "abandoned_le_5": m.abandoned_le_5,
        "wait_answered_s": m.wait_answered_s, "wait_abandoned_s": m.wait_abandoned_s,
        "mean_wait_abandoned_s": Ratio::of(m.wait_abandoned_s, m.abandoned).json(),
        "max_wait_s": m.max_wait_s, "handle_s": m.handle_s,
        "first_entry": clock(entered().next()), "last_entry": clock(entered().next_back()),
    });
    for (name, ratio) in ratios(&m) {
        total[name] = ratio.json();
    }
    total
}

/// The columns of the interval tables between the queue and the ratios, in order.
fn columns(m: &Measures) -> [(&'static str, Option<i64>); 18] {
    [
        ("offered", Some(m.offered)),
        // Nobody hangs up before the queue here.
        ("ivr_abandoned", Some(0)),
        ("open", Some(m.open)),
        ("answered", Some(m.answered)),
        ("answered_lt_20", Some(m.answered_lt_20)),
        ("answered_le_20", Some(m.answered_le_20)),
        ("abandoned", Some(m.abandoned)),
        ("abandoned_lt_20", Some(m.abandoned_lt_20)),
        ("abandoned_le_20", Some(m.abandoned_le_20)),
        ("abandoned_le_5", Some(m.abandoned_le_5)),
        ("other_exit", Some(m.other_exit)),
        ("wait_answered_s", Some(m.wait_answered_s)),
        ("wait_abandoned_s", Some(m.wait_abandoned_s)),
        ("handled", Some(m.handled)),
        ("handle_s", Some(m.handle_s)),
        ("max_wait_answered_s", m.max_wait_answered_s),
        ("max_wait_abandoned_s", m.max_wait_abandoned_s),
        ("max_wait_s", m.max_wait_s),
    ]
}

fn write_intervals(intervals: &[Interval], mut out: impl Write) -> io::Result<()> {
    write!(out, "interval_local,interval_utc,queue")?;
    let nothing = Measures::default();
    for name in columns(&nothing).iter().map(|(name, _)| name).chain(ratios(&nothing).iter().map(|(name, _)| name)) {
        write!(out, ",{name}")?;
    }
    writeln!(out)?;
    for of_one_time in intervals.chunk_by(|left, right| left.start_s == right.start_s) {
        let mut all = Measures::default();
        let mut rows: BTreeMap<&str, Measures> = BTreeMap::new();
        for interval in of_one_time {
            all.merge(&interval.measures);
            rows.insert(&interval.queue, interval.measures);
        }
        rows.insert(ALL, all);
        for (queue, measures) in rows {
            // Refused joins alone make no row.
            if (Measures { blocked: 0, ..measures }) != Measures::default() {
                write_row(of_one_time[0].start_s, queue, &measures, &mut out)?;
            }
        }
    }
    Ok(())
}

fn write_row(start_s: i64, queue: &str, measures: &Measures, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{},{},{queue}", utc(start_s, "%Y-%m-%dT%H:%M"), utc(start_s, "%Y-%m-%dT%H:%M:%SZ"))?;
    for (_, count) in columns(measures) {
        match count {
            Some(count) => write!(out, ",{count}")?,
            None => write!(out, ",")?,
        }
    }
    for (_, ratio) in ratios(measures) {
        write!(out, ",{ratio}")?;
    }
    writeln!(out)
}
