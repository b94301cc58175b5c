//! Writes events with their ids: the same physical record always gives the same ids.

use crate::adapter::{EventSink, RawRecord};
use events::{AgentEvent, CallEvent, Observation};
use std::fmt::Write;

/// Builds `source:file:line#n`, n counting the events of one record from 1.
#[derive(Debug, Default)]
pub(crate) struct EventIds {
    text: String,
    base: usize,
    count: u32,
}

impl EventIds {
    pub(crate) fn start(&mut self, source: &str, record: &RawRecord<'_>) {
        self.text.clear();
        self.text.push_str(source);
        self.text.push(':');
        self.text.push_str(record.file);
        self.text.push(':');
        append_number(&mut self.text, record.line);
        self.text.push('#');
        (self.base, self.count) = (self.text.len(), 0);
    }

    fn next(&mut self) -> &str {
        self.text.truncate(self.base);
        self.count += 1;
        append_number(&mut self.text, u64::from(self.count));
        &self.text
    }
}

fn append_number(text: &mut String, number: u64) {
    if number < 10 {
        text.push(char::from(b'0' + number as u8));
    } else {
        // Writing to a String cannot fail.
        write!(text, "{number}").unwrap_or_default();
    }
}

/// A sink that numbers the events.
pub(crate) struct Emitter<'e, S> {
    pub(crate) sink: &'e mut S,
    pub(crate) ids: &'e mut EventIds,
}

impl<S: EventSink> Emitter<'_, S> {
    pub(crate) fn call(&mut self, event: &CallEvent<'_>) {
        let event = CallEvent { event_id: self.ids.next(), ..event.clone() };
        self.sink.call(&event);
    }

    pub(crate) fn broadcast(&mut self, event: &CallEvent<'_>) {
        let event = CallEvent { event_id: self.ids.next(), ..event.clone() };
        self.sink.broadcast(&event);
    }

    pub(crate) fn agent(&mut self, event: &AgentEvent<'_>) {
        let event = AgentEvent { event_id: self.ids.next(), ..event.clone() };
        self.sink.agent(&event);
    }

    /// An observation keeps the id that its source gave it: a later record with the same id corrects it.
    pub(crate) fn observation(&mut self, observation: &Observation<'_>) {
        if observation.observation_id.is_empty() {
            let observation = Observation { observation_id: self.ids.next(), ..observation.clone() };
            self.sink.observation(&observation);
        } else {
            self.sink.observation(observation);
        }
    }

    pub(crate) fn note(&mut self, what: &'static str) {
        self.sink.note(what);
    }
}
