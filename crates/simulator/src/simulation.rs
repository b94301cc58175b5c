//! What a simulation gives: the log, and the truth beside it.

use crate::log::Line;
use crate::truth::Truth;
use std::io::{self, Write};

/// A finished simulation.
///
/// ```
/// use simulator::{Scenario, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
/// let mut file = Vec::new();
/// simulation.write_log(&mut file)?;
/// assert!(file.starts_with(b"1772395200|NONE|NONE|NONE|QUEUESTART|\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulation {
    lines: Vec<Line>,
    truth: Truth,
}

impl Simulation {
    pub(crate) fn new(lines: Vec<Line>, truth: Truth) -> Self {
        Self { lines, truth }
    }

    /// Adds the time that follows.
    pub(crate) fn append(&mut self, later: Self) {
        self.lines.extend(later.lines);
        self.truth.append(later.truth);
    }

    /// Lines and truth.
    pub(crate) fn into_parts(self) -> (Vec<Line>, Truth) {
        (self.lines, self.truth)
    }

    /// The lines in order of time.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What really happened.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Writes the log as Asterisk's file has it: every line ends with a line feed.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_log(&self, mut out: impl Write) -> io::Result<()> {
        self.lines.iter().try_for_each(|line| writeln!(out, "{}", line.text))
    }
}
