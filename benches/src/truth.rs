//! The panes of the mix by a plain fold over the topic, and their comparison with what the contact stage wrote.

use crate::mix::{self, Event, Kind};
use crate::topic::{Outcome, drain, text};
use events::{QueuePane, codec};
use kpi::Pane;
use rdkafka::Message;
use runtime::settings::KafkaSettings;
use rustc_hash::FxHashMap;

/// Counts of one queue and minute, by the definitions of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    offered: i64,
    answered: i64,
    abandoned: i64,
    within_20: i64,
    wait_answered_ms: i64,
    wait_abandoned_ms: i64,
    handled: i64,
    talk_ms: i64,
    hold_ms: i64,
}

/// What the panes of a topic must hold.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// (queue, minute since 1970) → counts.
    pub panes: FxHashMap<(String, i64), Counts>,
    /// Events in the topic.
    pub events: u64,
    /// Contacts that ended.
    pub ended: i64,
}

#[derive(Default)]
struct Open {
    queue: String,
    offered: Option<i64>,
    answered: Option<i64>,
    abandoned: Option<i64>,
    wrapped: Option<i64>,
    held: i64,
}

/// Recomputes the panes: every contact in memory, then added up.
pub(crate) fn compute(kafka: &KafkaSettings, topic: &str) -> Outcome<Truth> {
    let schema = mix::schema()?;
    let mut contacts: FxHashMap<i64, Open> = FxHashMap::default();
    let mut bad = 0;
    let count = drain(kafka, topic, &mut |message| {
        let datum = message.payload().and_then(|bytes| bytes.get(10..)).unwrap_or_default();
        let Ok(event) = codec::decode_datum::<Event<'_>>(datum, &schema) else { return bad += 1 };
        let open = contacts.entry(event.contact_id).or_default();
        let at = event.event_time;
        match event.kind {
            Kind::Offered => (open.offered, open.queue) = (Some(at), event.queue.to_owned()),
            Kind::Answered => open.answered = Some(at),
            Kind::Abandoned => open.abandoned = Some(at),
            Kind::Wrapped => open.wrapped = Some(at),
            Kind::HoldStart => open.held -= at,
            Kind::HoldEnd => open.held += at,
            Kind::Queued | Kind::Transferred => {}
        }
    })?;
    if bad > 0 {
        return Err(format!("{bad} events could not be decoded"));
    }
    let mut panes: FxHashMap<(String, i64), Counts> = FxHashMap::default();
    for open in contacts.into_values() {
        let Some(offered) = open.offered else { continue };
        let mut pane = |at: i64, add: &dyn Fn(&mut Counts)| add(panes.entry((open.queue.clone(), at.div_euclid(60_000))).or_default());
        pane(offered, &|counts| counts.offered += 1);
        if let Some(at) = open.abandoned {
            pane(at, &|counts| {
                counts.abandoned += 1;
                counts.wait_abandoned_ms += at - offered;
            });
        }
        let Some(answered) = open.answered else { continue };
        pane(answered, &|counts| {
            counts.answered += 1;
            counts.within_20 += i64::from(answered - offered <= 20_000);
            counts.wait_answered_ms += answered - offered;
        });
        if let Some(at) = open.wrapped {
            pane(at, &|counts| {
                counts.handled += 1;
                counts.talk_ms += at - answered - open.held;
                counts.hold_ms += open.held;
            });
        }
    }
    let ended = panes.values().map(|counts| counts.handled + counts.abandoned).sum();
    Ok(Truth { panes, events: count, ended })
}

/// Reads the panes that the contact stage wrote and compares every minute of every queue. None: equal.
pub(crate) fn compare(kafka: &KafkaSettings, truth: &Truth) -> Outcome<Option<String>> {
    let mut newest: FxHashMap<Vec<u8>, Vec<u8>> = FxHashMap::default();
    drain(kafka, &kafka.name(holdfast::topology::KPI_PANES), &mut |message| {
        if let (Some(key), Some(payload)) = (message.key(), message.payload()) {
            newest.insert(key.to_vec(), payload.to_vec());
        }
    })?;
    let mut merged: FxHashMap<(String, i64), Pane> = FxHashMap::default();
    for bytes in newest.values() {
        let message = codec::decode::<QueuePane<'_>>(bytes).map_err(text)?;
        let pane = Pane::from_message(&message).map_err(text)?;
        merged.entry((message.queue.to_owned(), message.window_start_us / 60_000_000)).or_default().merge(&pane, 1);
    }
    let of = |pane: &Pane| Counts {
        offered: pane.counts.offered,
        answered: pane.counts.answered,
        abandoned: pane.counts.abandoned,
        within_20: pane.histograms.answered_at_most(20_000),
        wait_answered_ms: pane.counts.wait_answered_ms,
        wait_abandoned_ms: pane.counts.wait_abandoned_ms,
        handled: pane.counts.handled,
        talk_ms: pane.counts.talk_ms,
        hold_ms: pane.counts.hold_ms,
    };
    let mut different = Vec::new();
    for (key, counts) in &truth.panes {
        let got = merged.get(key).map(of).unwrap_or_default();
        if got != *counts {
            different.push(format!("{key:?}: expected {counts:?}, got {got:?}"));
        }
    }
    different.extend(
        merged
            .iter()
            .filter(|(key, pane)| !truth.panes.contains_key(*key) && of(pane) != Counts::default())
            .map(|(key, _)| format!("{key:?}: not expected")),
    );
    Ok((!different.is_empty()).then(|| format!("{} of {} panes differ; first: {}", different.len(), truth.panes.len(), different[0])))
}
