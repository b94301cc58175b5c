//! A reader of `queue_log` that shares nothing with the simulator: text in, counts out.

use std::collections::{BTreeMap, HashMap};

/// Counts of one interval and queue, by the names of the truth's columns.
pub(crate) type Counts = BTreeMap<String, i64>;

/// (begin of the interval in Unix seconds, queue) → counts.
pub(crate) type Table = BTreeMap<(i64, String), Counts>;

/// One stay in a queue, as the log tells it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stay {
    pub(crate) queue: String,
    pub(crate) entered: i64,
    /// (when, wait in seconds, column that counts it)
    pub(crate) left: Option<(i64, i64, &'static str)>,
    /// (when, talk in seconds)
    pub(crate) ended: Option<(i64, i64)>,
    pub(crate) hold: i64,
}

/// Reads every stay; `blocked` are (when, queue) of refused joins.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) stays: Vec<Stay>,
    pub(crate) blocked: Vec<(i64, String)>,
}

pub(crate) fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Reading {
    let mut reading = Reading::default();
    let mut current: HashMap<(String, String), usize> = HashMap::new();
    for line in lines {
        let field: Vec<&str> = line.split('|').collect();
        let [time, call, queue, _agent, verb, data @ ..] = field.as_slice() else { panic!("not a line: {line}") };
        let at: i64 = time.parse().unwrap();
        let number = |index: usize| -> i64 { data[index].parse().unwrap_or_else(|_| panic!("data {index} of {line}")) };
        let key = (call.to_string(), queue.to_string());
        if *verb == "ENTERQUEUE" {
            current.insert(key, reading.stays.len());
            reading.stays.push(Stay { queue: queue.to_string(), entered: at, ..Stay::default() });
            continue;
        }
        if matches!(*verb, "FULL" | "JOINEMPTY") {
            reading.blocked.push((at, queue.to_string()));
            continue;
        }
        let left = match *verb {
            "CONNECT" => (at, number(0), "answered"),
            "ABANDON" => (at, number(2), "abandoned"),
            "EXITWITHTIMEOUT" | "EXITEMPTY" => (at, number(2), "other_exit"),
            "EXITWITHKEY" => (at, number(3), "other_exit"),
            "COMPLETEAGENT" | "COMPLETECALLER" | "BLINDTRANSFER" | "ATTENDEDTRANSFER" | "CALLEROFFHOLD" => {
                let stay = &mut reading.stays[current[&key]];
                match *verb {
                    "CALLEROFFHOLD" => stay.hold += number(0),
                    "BLINDTRANSFER" | "ATTENDEDTRANSFER" => stay.ended = Some((at, number(3))),
                    _ => stay.ended = Some((at, number(1))),
                }
                let (answered, _, _) = stay.left.unwrap_or_else(|| panic!("talks without an answer: {line}"));
                assert!(stay.ended.is_none_or(|(_, talk)| talk == at - answered), "the talk is not the time since the answer: {line}");
                continue;
            }
            _ => continue,
        };
        let stay = &mut reading.stays[current[&key]];
        assert_eq!(left.1, left.0 - stay.entered, "the wait is not the time since the entry: {line}");
        assert!(stay.left.replace(left).is_none(), "left twice: {line}");
    }
    reading
}

impl Reading {
    /// Counts by the interval of each event, or all by the interval of the entry.
    pub(crate) fn table(&self, cohort: bool) -> Table {
        let mut table = Table::new();
        let mut add = |at: i64, queue: &str, column: &str, amount: i64| {
            *table.entry((at - at.rem_euclid(900), queue.to_owned())).or_default().entry(column.to_owned()).or_default() += amount;
        };
        for (at, queue) in &self.blocked {
            add(*at, queue, "blocked", 1);
        }
        for stay in &self.stays {
            let when = |at: i64| if cohort { stay.entered } else { at };
            add(stay.entered, &stay.queue, "offered", 1);
            let Some((at, wait, column)) = stay.left else {
                add(stay.entered, &stay.queue, "open", 1);
                continue;
            };
            add(when(at), &stay.queue, column, 1);
            if column != "other_exit" {
                add(when(at), &stay.queue, &format!("wait_{column}_s"), wait);
                add(when(at), &stay.queue, &format!("{column}_le_20"), i64::from(wait <= 20));
            }
            if column == "abandoned" {
                add(when(at), &stay.queue, "abandoned_le_5", i64::from(wait <= 5));
            }
            if let Some((at, talk)) = stay.ended {
                add(when(at), &stay.queue, "handled", 1);
                add(when(at), &stay.queue, "handle_s", talk);
                add(when(at), &stay.queue, "hold_s", stay.hold);
            }
        }
        without_zeros(table)
    }
}

/// The same shape from a table that the simulator wrote; the sums over all queues and the longest waits left out.
pub(crate) fn table_of_csv(written: &[u8]) -> Table {
    let mut reader = csv::Reader::from_reader(written);
    let names = reader.headers().unwrap().clone();
    let mut table = Table::new();
    for row in reader.records() {
        let row = row.unwrap();
        if &row[1] == "ALL" {
            continue;
        }
        let start = row[0].parse::<jiff::Timestamp>().unwrap().as_second();
        let counts = names.iter().zip(&row).skip(2).filter(|(name, _)| !name.starts_with("max_"));
        let counts = counts.map(|(name, text)| (name.to_owned(), text.parse().unwrap())).collect();
        assert!(table.insert((start, row[1].to_owned()), counts).is_none(), "a row twice");
    }
    without_zeros(table)
}

fn without_zeros(table: Table) -> Table {
    let rows = table.into_iter().map(|(key, counts)| (key, counts.into_iter().filter(|(_, count)| *count != 0).collect::<Counts>()));
    rows.filter(|(_, counts)| !counts.is_empty()).collect()
}
