//! The truth as tables that anything can read.

use crate::truth::{AgentActivity, Truth};
use std::io::{self, Write};

/// Which table of the [`Truth`] to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TruthTable {
    /// One row per queue visit.
    Visits,
    /// One row per quarter-hour (UTC) and queue.
    Intervals,
    /// One row per span of an agent's logged-on or paused time.
    AgentSpans,
}

impl Truth {
    /// Writes a table as comma-separated values with a header; what does not exist is an empty field, times are Unix seconds.
    ///
    /// ```
    /// use simulator::{Truth, TruthTable};
    ///
    /// let mut file = Vec::new();
    /// Truth::default().write_csv(TruthTable::Intervals, &mut file)?;
    /// assert!(file.starts_with(b"interval_start_s,queue,offered,answered,"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, table: TruthTable, out: &mut impl Write) -> io::Result<()> {
        match table {
            TruthTable::Visits => self.write_visits(out),
            TruthTable::Intervals => self.write_intervals(out),
            TruthTable::AgentSpans => self.write_agent_spans(out),
        }
    }

    fn write_visits(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "call,visit_number,queue,agent,caller,entered_s,wait_s,outcome,talk_s,ended,ended_s")?;
        for visit in &self.visits {
            write!(out, "{},{},{},{},", visit.call, visit.visit_number, visit.queue, visit.agent.as_deref().unwrap_or(""))?;
            write!(out, "{},{},{},{},{},", visit.caller, visit.entered_s, visit.wait_s, visit.outcome, visit.talk_s)?;
            match visit.ended {
                Some(ended) => writeln!(out, "{ended},{}", visit.ended_s())?,
                None => writeln!(out, ",{}", visit.ended_s())?,
            }
        }
        Ok(())
    }

    fn write_intervals(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "interval_start_s,queue,offered,answered,answered_le_20,abandoned,abandoned_le_20,abandoned_le_5,")?;
        writeln!(out, "other_exit,wait_answered_s,wait_abandoned_s,handled,handle_s,max_wait_s")?;
        for interval in self.intervals() {
            let m = &interval.measures;
            write!(out, "{},{},{},{},{},", interval.start_s, interval.queue, m.offered, m.answered, m.answered_le_20)?;
            write!(out, "{},{},{},{},", m.abandoned, m.abandoned_le_20, m.abandoned_le_5, m.other_exit)?;
            write!(out, "{},{},{},{},", m.wait_answered_s, m.wait_abandoned_s, m.handled, m.handle_s)?;
            writeln!(out, "{}", m.max_wait_s.map(|wait_s| wait_s.to_string()).unwrap_or_default())?;
        }
        Ok(())
    }

    fn write_agent_spans(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "agent,activity,reason,from_s,until_s")?;
        for span in &self.agent_spans {
            let (activity, reason) = match span.activity {
                AgentActivity::LoggedOn => ("logged_on", ""),
                AgentActivity::Paused(reason) => ("paused", reason),
            };
            writeln!(out, "{},{activity},{reason},{},{}", span.agent, span.from_s, span.until_s)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::AgentSpan;
    use crate::visit::{Ended, Outcome, Visit};

    fn written(table: TruthTable) -> String {
        let visit = |agent: Option<&str>, outcome, talk_s, ended| Visit {
            call: "8.1".into(),
            visit_number: 1,
            queue: "q".into(),
            agent: agent.map(Into::into),
            caller: "anonymous".into(),
            entered_s: 10,
            wait_s: 4,
            outcome,
            talk_s,
            ended,
        };
        let visits = vec![
            visit(Some("PJSIP/1"), Outcome::Answered, 9, Some(Ended::ByAgent)),
            visit(None, Outcome::Abandoned, 0, None),
        ];
        let span = AgentSpan { agent: "PJSIP/1".into(), activity: AgentActivity::Paused("Lunch"), from_s: 1, until_s: 2 };
        let mut file = Vec::new();
        Truth::new(visits, vec![span]).write_csv(table, &mut file).unwrap();
        String::from_utf8(file).unwrap()
    }

    #[test]
    fn tables_have_a_header_and_leave_out_what_is_not_there() {
        let rows = |table| written(table).lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            rows(TruthTable::Visits),
            ["8.1,1,q,PJSIP/1,anonymous,10,4,answered,9,by_agent,23", "8.1,1,q,,anonymous,10,4,abandoned,0,,14"]
        );
        assert_eq!(rows(TruthTable::Intervals), ["0,q,2,1,1,1,1,1,0,4,4,1,9,4"]);
        assert_eq!(rows(TruthTable::AgentSpans), ["PJSIP/1,paused,Lunch,1,2"]);
    }
}
