//! Spoils a log the way networks, disks and people do, and says what a correct reader must reject.

use crate::draw::{Draw, Stream, micros};
use crate::log::Line;
use std::collections::{BTreeMap, HashMap};

/// How dirty.
///
/// ```
/// assert_eq!(simulator::Dirt::default().bad_lines, 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dirt {
    /// Every line is delayed by a random time below this many seconds, so that lines closer together may swap places. Lines of
    /// one call (or agent) with the same stamp keep their order, since nothing else tells it.
    pub shuffle_within_s: u32,
    /// Share of lines that come twice, the second time within the same window: a probability from 0 to 1.
    pub duplicate_share: f64,
    /// Number of lines to put in that no adapter can use, spread over the log.
    pub bad_lines: u32,
}

impl Default for Dirt {
    /// Lines out of order by up to 30 s, 2 % twice, 20 bad lines.
    fn default() -> Self {
        Self { shuffle_within_s: 30, duplicate_share: 0.02, bad_lines: 20 }
    }
}

/// What was done to a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirtTruth {
    /// Lines that are in the log a second time.
    pub duplicates: u64,
    /// How many dead letters there must be, by the adapter's reject code.
    pub dead_letters: BTreeMap<&'static str, u64>,
}

/// A dirty copy of a log. The truth of the simulation is still what a correct reader must find in it: duplicates count once,
/// order does not matter, and each bad line becomes one dead letter.
///
/// ```
/// use simulator::{Dirt, Scenario, dirty, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
/// let (spoilt, truth) = dirty(simulation.lines(), 5, &Dirt { bad_lines: 3, ..Dirt::default() });
/// assert_eq!(spoilt.len() as u64, simulation.lines().len() as u64 + truth.duplicates + 3);
/// assert_eq!(truth.dead_letters.values().sum::<u64>(), 3);
/// # Ok::<(), simulator::Error>(())
/// ```
#[must_use]
pub fn dirty(lines: &[Line], seed: u64, dirt: &Dirt) -> (Vec<String>, DirtTruth) {
    let mut draw = Draw::new(seed, Stream::Dirt);
    let mut truth = DirtTruth::default();
    let mut arriving: Vec<(i64, String)> = Vec::with_capacity(lines.len() + lines.len() / 16);
    let mut delays: HashMap<&str, (i64, i64)> = HashMap::new();
    let window_s = f64::from(dirt.shuffle_within_s);
    for line in lines {
        let delay_us = micros(window_s * draw.unit());
        let (stamp_us, delay_us) = *delays
            .entry(subject(&line.text))
            .and_modify(|last| {
                if last.0 != line.time_us {
                    *last = (line.time_us, delay_us);
                }
            })
            .or_insert((line.time_us, delay_us));
        arriving.push((stamp_us + delay_us, line.text.clone()));
        if draw.chance(dirt.duplicate_share) {
            truth.duplicates += 1;
            let again_us = (stamp_us + delay_us).max(line.time_us + micros(window_s * draw.unit()));
            arriving.push((again_us, line.text.clone()));
        }
    }
    let (first_us, last_us) = (lines.first().map_or(0, |line| line.time_us), lines.last().map_or(0, |line| line.time_us));
    for number in 0..dirt.bad_lines {
        let arrives_us = draw.between(first_us, last_us);
        let (text, code) = bad_line(number, arrives_us.div_euclid(1_000_000));
        *truth.dead_letters.entry(code).or_default() += 1;
        arriving.push((arrives_us, text));
    }
    arriving.sort_by_key(|(arrives_us, _)| *arrives_us);
    (arriving.into_iter().map(|(_, text)| text).collect(), truth)
}

/// What a line is about: its call, or else its agent.
fn subject(text: &str) -> &str {
    let mut fields = text.split('|').skip(1);
    match fields.next().unwrap_or_default() {
        "NONE" | "MANAGER" => fields.nth(1).unwrap_or_default(),
        call => call,
    }
}

/// A bad line and the reject code that it must get. The kinds take turns.
fn bad_line(number: u32, time_s: i64) -> (String, &'static str) {
    let call = format!("bad.{number}");
    match number % 8 {
        0 => (format!("kernel: [{time_s}] usb 1-1: device not responding"), "not_queue_log"),
        1 => (format!("{time_s}|{call}|sales|NONE|EXITWITHKEY|1|soon|1|5s"), "bad_number"),
        2 => (format!("{time_s}|{call}|sales"), "not_queue_log"),
        3 => (format!("yesterday|{call}|sales|NONE|ABANDON|1|1|12"), "bad_time"),
        4 => (format!("{time_s}|NONE|sales|NONE|ENTERQUEUE||0301234567|1"), "no_call_id"),
        5 => (format!("{time_s}|{call}|NONE|NONE|ENTERQUEUE||0301234567|1"), "no_queue"),
        6 => (format!("99999999999|{call}|sales|NONE|ABANDON|1|1|12"), "time_out_of_range"),
        _ => (format!("{time_s}|{call}|sales|NONE|ENTERQUEUE||{}|1", "9".repeat(70_000)), "too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: Dirt = Dirt { shuffle_within_s: 0, duplicate_share: 0.0, bad_lines: 0 };

    fn lines() -> Vec<Line> {
        let line = |number: i64| {
            let time_s = 1_000_000 + number / 2 * 7;
            Line { time_us: time_s * 1_000_000, text: format!("{time_s}|{}.1|q|NONE|ENTERQUEUE||{}|1", number / 2, number % 2) }
        };
        (0..4_000).map(line).collect()
    }

    fn texts() -> Vec<String> {
        lines().into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn no_dirt_changes_nothing() {
        assert_eq!(dirty(&lines(), 3, &CLEAN), (texts(), DirtTruth::default()));
    }

    #[test]
    fn order_changes_between_calls_within_the_window_only() {
        let (spoilt, _) = dirty(&lines(), 3, &Dirt { shuffle_within_s: 20, ..CLEAN });
        assert_ne!(spoilt, texts());
        let time_s = |text: &String| text.split('|').next().unwrap().parse::<i64>().unwrap();
        let mut latest_s = 0;
        for text in &spoilt {
            latest_s = latest_s.max(time_s(text));
            assert!(latest_s - time_s(text) < 20, "{text}");
        }
        let place = |text: &String| spoilt.iter().position(|other| other == text);
        assert!(texts().chunks(2).take(200).all(|pair| place(&pair[0]) < place(&pair[1])));
    }

    #[test]
    fn duplicates_and_bad_lines_are_counted() {
        let (spoilt, truth) = dirty(&lines(), 3, &Dirt { duplicate_share: 0.1, bad_lines: 17, ..CLEAN });
        assert!((300..500).contains(&truth.duplicates));
        assert_eq!(spoilt.len() as u64, 4_000 + truth.duplicates + 17);
        assert_eq!((truth.dead_letters["not_queue_log"], truth.dead_letters["too_long"]), (5, 2));
    }
}
