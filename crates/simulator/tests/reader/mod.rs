//! A plain reader of `queue_log`, made for the tests from Asterisk's documentation alone: it shares nothing with the
//! simulator, and works on names and texts throughout.

use std::collections::BTreeMap;

/// Numbers by name.
pub(crate) type Counts = BTreeMap<String, i64>;

/// What the reader knows of one visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) call: String,
    pub(crate) queue: String,
    pub(crate) entered_s: i64,
    pub(crate) left_s: Option<i64>,
    pub(crate) exit: String,
    pub(crate) wait_s: i64,
    pub(crate) ended_s: Option<i64>,
    pub(crate) end: String,
    pub(crate) talk_s: i64,
}

/// Everything in a log.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) stays: Vec<Stay>,
    /// (time, queue) of refused joins.
    pub(crate) blocked: Vec<(i64, String)>,
}

/// Reads a log in order of time; panics where it contradicts itself.
pub(crate) fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Read {
    let mut read = Read::default();
    let mut current: BTreeMap<String, usize> = BTreeMap::new();
    let mut last_s = 0;
    for line in lines {
        let fields: Vec<&str> = line.split('|').collect();
        let (time_s, call, queue, verb) = (number(fields[0]), fields[1], fields[2], fields[4]);
        assert!(time_s >= last_s, "{line}: before the line above it");
        last_s = time_s;
        let data = |from_end: usize| number(fields[fields.len() - 1 - from_end]);
        match verb {
            "ENTERQUEUE" => {
                current.insert(call.to_owned(), read.stays.len());
                read.stays.push(Stay { call: call.to_owned(), queue: queue.to_owned(), entered_s: time_s, ..Stay::default() });
            }
            "FULL" | "JOINEMPTY" => read.blocked.push((time_s, queue.to_owned())),
            "CONNECT" => leave(&mut read.stays[current[call]], line, number(fields[5])),
            "ABANDON" | "EXITWITHTIMEOUT" | "EXITEMPTY" | "EXITWITHKEY" => leave(&mut read.stays[current[call]], line, data(0)),
            "COMPLETEAGENT" | "COMPLETECALLER" | "BLINDTRANSFER" | "ATTENDEDTRANSFER" => {
                let stay = &mut read.stays[current[call]];
                assert!(
                    stay.queue == queue && stay.exit == "CONNECT" && stay.ended_s.is_none() && stay.wait_s == data(2),
                    "{line}: after {stay:?}"
                );
                (stay.ended_s, stay.end, stay.talk_s) = (Some(time_s), verb.to_owned(), data(1));
                assert_eq!(stay.left_s.unwrap() + stay.talk_s, time_s, "{line}: the talk time is not the difference of the stamps");
            }
            _ => {}
        }
    }
    read
}

fn leave(stay: &mut Stay, line: &str, wait_s: i64) {
    let fields: Vec<&str> = line.split('|').collect();
    assert!(stay.left_s.is_none() && stay.queue == fields[2], "{line}: after {stay:?}");
    assert_eq!(stay.entered_s + wait_s, number(fields[0]), "{line}: the wait is not the difference of the stamps, {stay:?}");
    (stay.left_s, stay.exit, stay.wait_s) = (Some(number(fields[0])), fields[4].to_owned(), wait_s);
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

/// The counts by (begin of the quarter-hour, queue), zeros left out; `cohort`: all by entry.
pub(crate) fn intervals(read: &Read, cohort: bool) -> BTreeMap<(i64, String), Counts> {
    let mut counts: BTreeMap<(i64, String), Counts> = BTreeMap::new();
    for stay in &read.stays {
        let mut add = |event_s: i64, name: &str, by: i64| {
            let time_s = if cohort { stay.entered_s } else { event_s };
            let cell = counts.entry((time_s - time_s % 900, stay.queue.clone())).or_default().entry(name.to_owned()).or_default();
            *cell = if name.starts_with("max_") { by.max(*cell) } else { *cell + by };
        };
        add(stay.entered_s, "offered", 1);
        let Some(left_s) = stay.left_s else {
            add(stay.entered_s, "open", 1);
            continue;
        };
        let kind = match stay.exit.as_str() {
            "CONNECT" => "answered",
            "ABANDON" => "abandoned",
            _ => "other_exit",
        };
        add(left_s, kind, 1);
        add(left_s, "max_wait_s", stay.wait_s);
        if kind != "other_exit" {
            add(left_s, &format!("{kind}_lt_20"), i64::from(stay.wait_s < 20));
            add(left_s, &format!("{kind}_le_20"), i64::from(stay.wait_s <= 20));
            add(left_s, &format!("wait_{kind}_s"), stay.wait_s);
            add(left_s, &format!("max_wait_{kind}_s"), stay.wait_s);
        }
        if kind == "abandoned" {
            add(left_s, "abandoned_le_5", i64::from(stay.wait_s <= 5));
        }
        if let Some(ended_s) = stay.ended_s {
            add(ended_s, "handled", 1);
            add(ended_s, "handle_s", stay.talk_s);
        }
    }
    for of_one in counts.values_mut() {
        of_one.retain(|_, count| *count != 0);
    }
    counts
}
