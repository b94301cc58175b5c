//! A working day as the telephone system's log tells it, and as it was: visits and spans of what the agent did.

use super::workday::{Call, Doing, Part, Workday};
use crate::activity::{Activity, ActivitySpan};
use crate::log::{ChannelId, Line, NONE, Source, line};
use crate::visit::{Ended, Outcome, Visit};
use std::sync::Arc;

const SECOND_US: i64 = 1_000_000;
/// What every caller waits, in seconds.
const WAIT_S: i64 = 3;

/// Who works, and for which queue.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) agent: Arc<str>,
    pub(super) queue: Arc<str>,
}

/// The log in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    lines: Vec<Line>,
    calls: u64,
}

impl Log {
    /// The lines so far, in order of time.
    pub(super) fn take(&mut self) -> Vec<Line> {
        let mut lines = std::mem::take(&mut self.lines);
        lines.sort_by_key(|line| line.time_us);
        lines
    }

    /// The telephone system begins to write.
    pub(super) fn begin(&mut self, time_s: i64) {
        self.line(time_s, Source::Nobody, NONE, NONE, "QUEUESTART", "");
    }

    /// Writes a day and returns its calls as visits.
    pub(super) fn day(&mut self, post: &Post, day: &Workday) -> Vec<Visit> {
        if let Some((first, last)) = day.parts.first().zip(day.parts.last()) {
            self.member(post, "ADDMEMBER", first.from_s);
            day.parts.iter().for_each(|part| self.part(post, part));
            self.member(post, "REMOVEMEMBER", last.to_s);
        }
        day.calls.iter().map(|call| self.call(post, call)).collect()
    }

    fn part(&mut self, post: &Post, part: &Part) {
        match part.doing {
            Doing::Work => {}
            Doing::Paused(reason) => {
                self.line(part.from_s, Source::Nobody, NONE, &post.agent, "PAUSEALL", reason);
                self.line(part.to_s, Source::Nobody, NONE, &post.agent, "UNPAUSEALL", "");
            }
            Doing::LoggedOut => {
                self.member(post, "REMOVEMEMBER", part.from_s);
                self.member(post, "ADDMEMBER", part.to_s);
            }
        }
    }

    fn member(&mut self, post: &Post, verb: &str, time_s: i64) {
        self.line(time_s, Source::Manager, &post.queue, &post.agent, verb, "");
    }

    fn call(&mut self, post: &Post, call: &Call) -> Visit {
        self.calls += 1;
        let (entered_s, ended_s) = (call.connected_s - WAIT_S, call.connected_s + call.talk_s);
        let (id, caller) = (ChannelId { made_s: entered_s, number: self.calls }, format!("0199{:09}", self.calls));
        let (source, queue, agent) = (Source::Call(id), &*post.queue, &*post.agent);
        self.line(entered_s, source, queue, NONE, "ENTERQUEUE", &format!("|{caller}|1"));
        self.line(call.connected_s, source, queue, agent, "CONNECT", &format!("{WAIT_S}|{entered_s}.{}|0", self.calls));
        let durations = format!("{WAIT_S}|{}|1", call.talk_s);
        let details = if call.ended == Ended::BlindTransfer { format!("400|from-internal|{durations}") } else { durations };
        self.line(ended_s, source, queue, agent, call.ended.verb(), &details);
        self.line(ended_s, source, NONE, agent, "WRAPUPSTART", &call.after_s.to_string());
        Visit {
            call: id.to_string().into(),
            number: 1,
            of_call: 1,
            queue: Arc::clone(&post.queue),
            agent: Some(Arc::clone(&post.agent)),
            caller: caller.into(),
            entered_s,
            wait_s: WAIT_S,
            outcome: Outcome::Answered,
            missed_rings: 0,
            talk_s: call.talk_s,
            hold_s: 0,
            ended: Some(call.ended),
            wrapup_s: Some(call.after_s),
        }
    }

    fn line(&mut self, time_s: i64, source: Source, queue: &str, agent: &str, verb: &str, details: &str) {
        self.lines.push(line(time_s * SECOND_US, source, queue, agent, verb, format_args!("{details}")));
    }
}

/// What the agent did, stretch by stretch.
pub(super) fn spans(agent: &Arc<str>, day: &Workday) -> Vec<ActivitySpan> {
    let mut spans = Vec::new();
    let mut push = |activity, from_s: i64, to_s: i64| {
        if to_s > from_s {
            spans.push(ActivitySpan { agent: Arc::clone(agent), activity, from_ms: from_s * 1_000, until_ms: Some(to_s * 1_000) });
        }
    };
    for part in &day.parts {
        match part.doing {
            Doing::LoggedOut => {}
            Doing::Paused(reason) => push(Activity::Paused(reason), part.from_s, part.to_s),
            Doing::Work => {
                let mut now_s = part.from_s;
                for call in day.calls.iter().filter(|call| (part.from_s..part.to_s).contains(&call.connected_s)) {
                    let ended_s = call.connected_s + call.talk_s;
                    push(Activity::Available, now_s, call.connected_s);
                    push(Activity::Contact, call.connected_s, ended_s);
                    push(Activity::AfterCall, ended_s, call.over_s());
                    now_s = call.over_s();
                }
                push(Activity::Available, now_s, part.to_s);
            }
        }
    }
    spans
}
