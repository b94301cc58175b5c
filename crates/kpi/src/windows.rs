//! From one-minute panes to what people read: 15-minute intervals, rolling windows, days. Partitions are merged first.

use crate::Error;
use crate::pane::{MINUTE_US, Pane, minute_start_us};
use events::QueuePane;
use std::collections::BTreeMap;

/// What call centres report on, µs.
pub const INTERVAL_US: i64 = 15 * MINUTE_US;

/// Lengths of the rolling windows, minutes.
pub const ROLLING_MINUTES: [i64; 4] = [5, 15, 30, 60];

/// From `start_us` to before `end_us`, µs since 1970, whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First moment.
    pub start_us: i64,
    /// First moment after it.
    pub end_us: i64,
}

/// The last `minutes` complete minutes at `at_us`. The running minute is left out: it would make every window look quiet at
/// its start.
///
/// ```
/// use kpi::windows::{Span, rolling};
/// assert_eq!(rolling(3_600_000_000 + 59_000_000, 5), Span { start_us: 3_300_000_000, end_us: 3_600_000_000 });
/// ```
pub fn rolling(at_us: i64, minutes: i64) -> Span {
    let end_us = minute_start_us(at_us);
    Span { start_us: end_us.saturating_sub(minutes.saturating_mul(MINUTE_US)), end_us }
}

/// The 15-minute intervals of a day that is given by its bounds in UTC: 96, or 92 or 100 where clocks change by an hour. The
/// last one is shorter if the day is not made of whole intervals.
///
/// ```
/// use kpi::windows::{Span, intervals};
/// let short_day = Span { start_us: 0, end_us: 23 * 3_600_000_000 };
/// assert_eq!(intervals(short_day).count(), 92);
/// ```
pub fn intervals(day: Span) -> impl Iterator<Item = Span> {
    let starts = std::iter::successors(Some(day.start_us), |start_us| start_us.checked_add(INTERVAL_US));
    let starts = starts.take_while(move |start_us| *start_us < day.end_us);
    starts.map(move |start_us| Span { start_us, end_us: start_us.saturating_add(INTERVAL_US).min(day.end_us) })
}

/// Everything in a span; `minutes` are panes by the start of their minute.
pub fn total(minutes: &BTreeMap<i64, Pane>, span: Span) -> Pane {
    let mut total = Pane::default();
    if span.start_us < span.end_us {
        minutes.range(span.start_us..span.end_us).for_each(|(_, pane)| total.merge(pane, 1));
    }
    total
}

/// The panes of all intervals of a day, those without anything included.
pub fn interval_totals(minutes: &BTreeMap<i64, Pane>, day: Span) -> Vec<(Span, Pane)> {
    intervals(day).map(|interval| (interval, total(minutes, interval))).collect()
}

/// Merges what the partitions say about *one* minute of *one* queue, in any order, each as often as it likes.
///
/// Of each partition the newest message counts (generation, then version). Two layouts never mix, because the same contact
/// would be in both: the layout of the newest generation counts, and of two in one generation the one with more partitions.
///
/// # Errors
/// [`Error::Pane`] if a message that counts is malformed.
pub fn merge_partitions<'m>(messages: impl IntoIterator<Item = &'m QueuePane<'m>>) -> Result<Pane, Error> {
    let mut newest: BTreeMap<(i32, i32), &QueuePane<'_>> = BTreeMap::new();
    for message in messages {
        let stored = newest.entry((message.layout, message.partition)).or_insert(message);
        if (message.generation, message.version) > (stored.generation, stored.version) {
            *stored = message;
        }
    }
    let counted = newest.values().map(|message| (message.generation, message.layout)).max();
    let mut total = Pane::default();
    for message in newest.values().filter(|message| Some(message.layout) == counted.map(|(_, layout)| layout)) {
        total.merge(&Pane::from_message(message)?, 1);
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(count: i64) -> Pane {
        let mut pane = Pane::default();
        pane.counts.offered = count;
        pane
    }

    #[test]
    fn a_day_that_is_not_made_of_whole_intervals_ends_with_a_shorter_one() {
        let day = Span { start_us: MINUTE_US, end_us: 17 * MINUTE_US };
        let expected = [Span { start_us: MINUTE_US, end_us: 16 * MINUTE_US }, Span { start_us: 16 * MINUTE_US, end_us: 17 * MINUTE_US }];
        assert_eq!(intervals(day).collect::<Vec<_>>(), expected);
        assert_eq!(intervals(Span { start_us: 5, end_us: 5 }).count(), 0);
    }

    #[test]
    fn a_minute_belongs_to_the_span_in_which_it_starts() {
        let minutes: BTreeMap<i64, Pane> = (0..31).map(|minute| (minute * MINUTE_US, offered(1 << minute))).collect();
        let window = rolling(30 * MINUTE_US + 1, 15);
        assert_eq!(total(&minutes, window).counts.offered, (1 << 30) - (1 << 15));
        assert!(total(&minutes, Span { start_us: 9, end_us: 0 }).is_zero());
        let all = interval_totals(&minutes, Span { start_us: 0, end_us: 4 * INTERVAL_US });
        let counts: Vec<i64> = all.iter().map(|(_, pane)| pane.counts.offered).collect();
        assert_eq!(counts, [(1 << 15) - 1, (1 << 30) - (1 << 15), 1 << 30, 0]);
    }

    #[test]
    fn a_new_layout_replaces_the_old_one() {
        let message = |partition, layout, generation, version, count| {
            let pane = offered(count).to_message("acme", "sales", 0);
            QueuePane { partition, layout, generation, version, ..pane }
        };
        let old = [message(0, 8, 0, 900, 1), message(1, 8, 0, 3, 10), message(1, 8, 0, 2, 500)];
        assert_eq!(merge_partitions(&old).unwrap().counts.offered, 11);
        let both: Vec<_> = old.iter().cloned().chain([message(0, 2, 1, 1, 100)]).collect();
        assert_eq!(merge_partitions(&both).unwrap().counts.offered, 100);
        assert!(merge_partitions([]).unwrap().is_zero());
    }
}
