//! Lines that are written to Kafka in one transaction, and what follows when they were not taken: facts → decision, no I/O.

use runtime::broker::FailureKind;
use std::time::Duration;

/// Lines in one transaction.
const LINES_MAX: usize = 20_000;
/// Bytes in one transaction: they are kept until Kafka has them.
const BYTES_MAX: usize = 16 << 20;
/// An import waits so long for a Kafka that takes nothing.
const PATIENCE: Duration = Duration::from_secs(300);

/// Consecutive lines of a file.
#[derive(Debug, Default)]
pub(super) struct Batch {
    text: Vec<u8>,
    /// End of each line in `text`.
    ends: Vec<usize>,
    /// Number of the first line.
    first: u64,
}

impl Batch {
    /// Adds the line with a number; the next one has the number after it.
    pub(super) fn push(&mut self, number: u64, line: &[u8]) {
        if self.ends.is_empty() {
            self.first = number;
        }
        self.text.extend_from_slice(line);
        self.ends.push(self.text.len());
    }

    /// Whether it is to be written before another line is added.
    pub(super) fn is_full(&self) -> bool {
        self.ends.len() >= LINES_MAX || self.text.len() >= BYTES_MAX
    }

    /// Lines in it.
    pub(super) fn len(&self) -> u64 {
        self.ends.len() as u64
    }

    /// The lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let lines = begins.zip(&self.ends).map(|(begin, end)| self.text.get(begin..*end).unwrap_or_default());
        (self.first..).zip(lines)
    }

    /// Forgets the lines, which are written.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// What follows when a batch was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is written again, by a new client, unless it turns out to be there.
    Again,
    /// Kafka has taken nothing for too long, or the user wants to end.
    GiveUp,
    /// Another try would end the same way.
    Stop,
}

/// Decides by how the write failed, for how long nothing has been written, and whether the process is asked to end.
pub(super) fn after(kind: FailureKind, nothing_for: Duration, stopping: bool) -> Next {
    match kind {
        FailureKind::Retriable | FailureKind::Unclear | FailureKind::Abortable if nothing_for < PATIENCE && !stopping => Next::Again,
        FailureKind::Retriable | FailureKind::Unclear | FailureKind::Abortable => Next::GiveUp,
        FailureKind::Fenced | FailureKind::Fatal | FailureKind::TooLarge | FailureKind::Bug | FailureKind::Crash => Next::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in() {
        let mut batch = Batch::default();
        for round in 0..2 {
            let first = 7 + round * 100;
            [&b"one\r\n"[..], b"", b"three"].into_iter().zip(first..).for_each(|(line, number)| batch.push(number, line));
            let lines: Vec<(u64, &[u8])> = batch.lines().collect();
            assert_eq!(lines, [(first, &b"one\r\n"[..]), (first + 1, b""), (first + 2, b"three")]);
            assert_eq!(batch.len(), 3);
            batch.clear();
            assert_eq!((batch.len(), batch.lines().count()), (0, 0));
        }
    }

    #[test]
    fn it_is_full_of_many_lines_or_of_long_ones() {
        let mut batch = Batch::default();
        (0..LINES_MAX as u64 - 1).for_each(|number| batch.push(number, b"x"));
        assert!(!batch.is_full());
        batch.push(LINES_MAX as u64 - 1, b"x");
        assert!(batch.is_full());
        batch.clear();
        batch.push(1, &vec![b'x'; BYTES_MAX - 1]);
        assert!(!batch.is_full());
        batch.push(2, b"x");
        assert!(batch.is_full());
    }

    #[test]
    fn what_passes_is_tried_again_for_a_while() {
        let passing = [FailureKind::Retriable, FailureKind::Unclear, FailureKind::Abortable];
        let final_ones = [FailureKind::Fenced, FailureKind::Fatal, FailureKind::TooLarge, FailureKind::Bug, FailureKind::Crash];
        let soon = PATIENCE - Duration::from_millis(1);
        for kind in passing {
            assert_eq!(after(kind, Duration::ZERO, false), Next::Again, "{kind:?}");
            assert_eq!(after(kind, soon, false), Next::Again, "{kind:?}");
            assert_eq!(after(kind, PATIENCE, false), Next::GiveUp, "{kind:?}");
            assert_eq!(after(kind, Duration::ZERO, true), Next::GiveUp, "{kind:?}");
        }
        for kind in final_ones {
            for nothing_for in [Duration::ZERO, soon, PATIENCE] {
                assert_eq!([false, true].map(|stopping| after(kind, nothing_for, stopping)), [Next::Stop; 2], "{kind:?}");
            }
        }
    }
}
