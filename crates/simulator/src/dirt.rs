//! Spoils a log the way networks, disks and people do, and says what was spoilt.

use crate::draw::{Draw, Stream, micros};

/// How dirty. All shares are probabilities from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Dirt {
    /// Every line is delayed by a random time below this many seconds; lines that are closer together may swap places.
    pub shuffle_within_s: u32,
    /// Share of lines that come twice, the second time within the same window.
    pub duplicate_share: f64,
    /// Share of lines that come late, after up to `late_within_s` seconds.
    pub late_share: f64,
    /// See `late_share`.
    pub late_within_s: u32,
    /// Number of lines to put in that no adapter can use, spread over the log.
    pub bad_lines: usize,
}

impl Default for Dirt {
    /// Lines out of order by up to 30 s, 2 % twice, 0.5 % late by up to 50 minutes, 20 bad lines.
    fn default() -> Self {
        Self { shuffle_within_s: 30, duplicate_share: 0.02, late_share: 0.005, late_within_s: 3_000, bad_lines: 20 }
    }
}

/// A line that no adapter can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poison {
    /// Position in the dirty log, 0 for the first line.
    pub position: usize,
    /// The line.
    pub text: String,
    /// Why it must be refused, as the adapter's reject code.
    pub code: &'static str,
}

/// What was done to a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirtTruth {
    /// Lines that are in the log twice.
    pub duplicates: usize,
    /// Lines that have an earlier line of the clean log behind them.
    pub out_of_order: usize,
    /// Lines that were late.
    pub late: usize,
    /// The bad lines, by position.
    pub poison: Vec<Poison>,
}

/// One line on its way.
struct Travelling {
    arrives_us: i64,
    /// Position in the clean log; nothing for a bad line.
    position: Option<usize>,
    text: String,
    code: &'static str,
}

/// A dirty copy of a log. The truth of the simulation is still what a correct reader must find in it: duplicates count once,
/// order does not matter, and each bad line becomes one reject.
///
/// ```
/// use simulator::{Dirt, Scenario, dirty, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1)?)?;
/// let lines = simulation.lines().map(|line| line.text.as_str());
/// let (spoilt, truth) = dirty(lines, 5, &Dirt { bad_lines: 3, ..Dirt::default() });
/// assert_eq!(spoilt.len(), simulation.lines().len() + truth.duplicates + 3);
/// assert!(truth.out_of_order > 100 && truth.poison.len() == 3);
/// # Ok::<(), simulator::Error>(())
/// ```
pub fn dirty<'a>(lines: impl IntoIterator<Item = &'a str>, seed: u64, dirt: &Dirt) -> (Vec<String>, DirtTruth) {
    let mut draw = Draw::new(seed, Stream::Dirt);
    let mut truth = DirtTruth::default();
    let mut travelling = Vec::new();
    let window_us = f64::from(dirt.shuffle_within_s);
    let (mut first_us, mut last_us) = (None, 0);
    for (position, text) in lines.into_iter().enumerate() {
        let written_us = epoch_us(text).unwrap_or(last_us);
        first_us.get_or_insert(written_us);
        last_us = written_us;
        let mut send = |draw: &mut Draw, longest_s: f64| {
            let arrives_us = written_us + micros(longest_s * draw.unit());
            travelling.push(Travelling { arrives_us, position: Some(position), text: text.to_owned(), code: "" });
        };
        if draw.chance(dirt.late_share) {
            truth.late += 1;
            send(&mut draw, f64::from(dirt.late_within_s));
        } else {
            send(&mut draw, window_us);
        }
        if draw.chance(dirt.duplicate_share) {
            truth.duplicates += 1;
            send(&mut draw, window_us);
        }
    }
    for number in 0..dirt.bad_lines {
        let arrives_us = draw.between(first_us.unwrap_or(0), last_us);
        let (text, code) = poison(number, arrives_us.div_euclid(1_000_000));
        travelling.push(Travelling { arrives_us, position: None, text, code });
    }
    travelling.sort_by_key(|line| line.arrives_us);
    truth.out_of_order = out_of_order(&travelling);
    let bad = |(position, line): (usize, &Travelling)| {
        line.position.is_none().then(|| Poison { position, text: line.text.clone(), code: line.code })
    };
    truth.poison = travelling.iter().enumerate().filter_map(bad).collect();
    (travelling.into_iter().map(|line| line.text).collect(), truth)
}

/// How many lines have an earlier line of the clean log behind them.
fn out_of_order(travelling: &[Travelling]) -> usize {
    let mut earliest_behind = usize::MAX;
    let positions = travelling.iter().rev().filter_map(|line| line.position);
    let overtaken = positions.filter(|position| {
        let overtaken = *position > earliest_behind;
        earliest_behind = earliest_behind.min(*position);
        overtaken
    });
    overtaken.count()
}

fn epoch_us(text: &str) -> Option<i64> {
    text.split('|').next()?.parse::<i64>().ok().map(|time_s| time_s * 1_000_000)
}

/// A bad line and the reject code that it must get. The kinds take turns.
fn poison(number: usize, time_s: i64) -> (String, &'static str) {
    let call = format!("poison.{number}");
    match number % 9 {
        0 => (format!("kernel: [{time_s}] usb 1-1: device not responding"), "not_queue_log"),
        1 => (format!("{time_s}|{call}|sales"), "not_queue_log"),
        2 => (format!("{time_s}|{call}|sales|NONE|"), "not_queue_log"),
        3 => (format!("{time_s}|{call}|sales|PJSIP/1001|CONNECT|soon|{call}|2"), "bad_number"),
        4 => (format!("yesterday|{call}|sales|NONE|ABANDON|1|1|12"), "bad_time"),
        5 => (format!("{time_s}|NONE|sales|NONE|ENTERQUEUE||0301234567|1"), "no_call_id"),
        6 => (format!("{time_s}|{call}|NONE|NONE|ENTERQUEUE||0301234567|1"), "no_queue"),
        7 => (format!("99999999999|{call}|sales|NONE|ABANDON|1|1|12"), "time_out_of_range"),
        _ => (format!("{time_s}|{call}|sales|NONE|ENTERQUEUE||{}|1", "9".repeat(70_000)), "too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean() -> Vec<String> {
        (0..2_000).map(|number| format!("{}|{number}.1|q|NONE|ENTERQUEUE||1|1", 1_000_000 + number * 7)).collect()
    }

    fn spoilt(dirt: &Dirt) -> (Vec<String>, DirtTruth) {
        dirty(clean().iter().map(String::as_str), 3, dirt)
    }

    const NONE: Dirt = Dirt { shuffle_within_s: 0, duplicate_share: 0.0, late_share: 0.0, late_within_s: 0, bad_lines: 0 };

    #[test]
    fn no_dirt_changes_nothing() {
        assert_eq!(spoilt(&NONE), (clean(), DirtTruth::default()));
    }

    #[test]
    fn order_changes_within_the_window_only_and_nothing_is_lost() {
        let (lines, truth) = spoilt(&Dirt { shuffle_within_s: 20, ..NONE });
        assert!(truth.out_of_order > 300, "{}", truth.out_of_order);
        let times: Vec<i64> = lines.iter().filter_map(|line| epoch_us(line)).collect();
        let mut latest_us = 0;
        assert!(times.iter().all(|time_us| {
            latest_us = latest_us.max(*time_us);
            latest_us - time_us < 20_000_000
        }));
        let mut sorted = lines;
        sorted.sort();
        assert_eq!(sorted, clean());
    }

    #[test]
    fn duplicates_are_counted_and_identical() {
        let (mut lines, truth) = spoilt(&Dirt { duplicate_share: 0.1, ..NONE });
        assert!((150..250).contains(&truth.duplicates));
        assert_eq!(lines.len(), 2_000 + truth.duplicates);
        lines.dedup();
        assert_eq!(lines, clean());
    }

    #[test]
    fn late_lines_are_counted() {
        let (_, truth) = spoilt(&Dirt { late_share: 0.05, late_within_s: 600, ..NONE });
        assert!((60..140).contains(&truth.late) && truth.out_of_order > 0);
    }

    #[test]
    fn bad_lines_are_where_the_truth_says() {
        let (lines, truth) = spoilt(&Dirt { bad_lines: 18, ..NONE });
        assert_eq!((lines.len(), truth.poison.len()), (2_018, 18));
        assert!(truth.poison.iter().all(|poison| lines[poison.position] == poison.text));
        assert!(["not_queue_log", "bad_number", "too_long"].iter().all(|code| truth.poison.iter().any(|bad| bad.code == *code)));
    }
}
