//! Expressions over the measures of a pane: evaluated in memory, written as SQL (`sql.rs`) and as a formula to read.

use crate::histogram::Histogram;
use crate::{Error, Pane, Sketch, WAIT_EDGES_S};
use events::QueueCounts;
use std::fmt;

/// What a KPI is computed from.
#[derive(Clone, Copy, Debug)]
pub enum Expression {
    /// A count or sum of the pane.
    Measure(Measure),
    /// Visits that waited at most so long.
    HistogramAtMost(Histogram, Limit),
    /// All visits of a histogram.
    HistogramTotal(Histogram),
    /// All of them together.
    Sum(&'static [Expression]),
    /// The first without the second.
    Difference(&'static Expression, &'static Expression),
    /// Quantile in thousandths of a sketch, ms; see [`Sketch::quantile`].
    Quantile(SketchColumn, i64),
    /// Upper bound of the largest value of a sketch, ms; see [`Sketch::upper_bound`].
    LargestAtMost(SketchColumn),
    /// A figure of the present: not in panes, see [`crate::Kpi::evaluate_now`].
    Now(NowFigure),
}

/// A measure of [`QueueCounts`]: its name, and how to read it.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Name in [`QueueCounts::NAMES`], in messages and in SQL.
    pub name: &'static str,
    pub(crate) of: fn(&QueueCounts) -> i64,
}

impl fmt::Debug for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// The expression for a measure; one that does not exist does not compile.
macro_rules! measure {
    ($name:ident) => {
        $crate::Expression::Measure($crate::Measure { name: stringify!($name), of: |counts| counts.$name })
    };
}
pub(crate) use measure;

/// Up to where waits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The threshold that was asked for (T).
    Threshold,
    /// The limit of short abandons that was asked for (s).
    ShortAbandon,
    /// So many seconds, on an edge.
    Seconds(i64),
}

/// A sketch of a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SketchColumn {
    /// Waits of everyone who left the queue.
    Wait,
    /// Talk of handled.
    Talk,
}

impl SketchColumn {
    /// Its field in messages and its column in SQL.
    pub const fn column(self) -> &'static str {
        match self {
            SketchColumn::Wait => "wait_sketch",
            SketchColumn::Talk => "talk_sketch",
        }
    }

    fn of(self, pane: &Pane) -> &Sketch {
        match self {
            SketchColumn::Wait => &pane.wait_sketch,
            SketchColumn::Talk => &pane.talk_sketch,
        }
    }
}

/// A figure of `QueueNow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NowFigure {
    /// Open visits.
    Waiting,
    /// Open handlings.
    Talking,
    /// The time asked about less the entry of the visit that has waited longest, ms.
    LongestWait,
}

/// Limits that the asker chooses. Both lie on edges of the wait histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    threshold_ms: i64,
    short_abandon_ms: i64,
}

impl Default for Parameters {
    /// 20 s and 5 s.
    fn default() -> Self {
        Parameters { threshold_ms: 20_000, short_abandon_ms: 5_000 }
    }
}

impl Parameters {
    /// Checks the limits, both in ms.
    ///
    /// # Errors
    /// [`Error::NotOnAnEdge`].
    ///
    /// ```
    /// assert!(kpi::Parameters::new(20_000, 5_000).is_ok());
    /// let error = kpi::Parameters::new(17_000, 5_000).unwrap_err();
    /// assert!(error.to_string().contains("use one of [5, 10, 15, 20,"));
    /// ```
    pub fn new(threshold_ms: i64, short_abandon_ms: i64) -> Result<Self, Error> {
        for (name, value_ms) in [("threshold_ms", threshold_ms), ("short_abandon_ms", short_abandon_ms)] {
            if !WAIT_EDGES_S.iter().any(|edge_s| edge_s * 1_000 == value_ms) {
                return Err(Error::NotOnAnEdge { name, value_ms });
            }
        }
        Ok(Parameters { threshold_ms, short_abandon_ms })
    }

    /// Threshold of the service level (T), ms.
    pub fn threshold_ms(&self) -> i64 {
        self.threshold_ms
    }

    /// Abandons with at most this wait are short (s), ms.
    pub fn short_abandon_ms(&self) -> i64 {
        self.short_abandon_ms
    }

    fn limit_ms(&self, limit: Limit) -> i64 {
        match limit {
            Limit::Threshold => self.threshold_ms,
            Limit::ShortAbandon => self.short_abandon_ms,
            Limit::Seconds(seconds) => seconds * 1_000,
        }
    }
}

impl Expression {
    /// The value in a pane; times in ms. None: the quantile or largest value of nothing, or a figure that panes do not hold.
    pub fn evaluate(&self, pane: &Pane, parameters: &Parameters) -> Option<i64> {
        match self {
            Expression::Measure(measure) => Some((measure.of)(&pane.counts)),
            Expression::HistogramAtMost(histogram, limit) => Some(pane.histograms.at_most(*histogram, parameters.limit_ms(*limit))),
            Expression::HistogramTotal(histogram) => Some(pane.histograms.total(*histogram)),
            Expression::Sum(parts) => parts.iter().map(|part| part.evaluate(pane, parameters)).sum(),
            Expression::Difference(whole, part) => Some(whole.evaluate(pane, parameters)? - part.evaluate(pane, parameters)?),
            Expression::Quantile(sketch, per_mille) => sketch.of(pane).quantile(*per_mille),
            Expression::LargestAtMost(sketch) => sketch.of(pane).upper_bound(),
            Expression::Now(_) => None,
        }
    }

    /// True if the values of parts add up to the value of the whole. Otherwise merge the panes and evaluate once.
    pub fn is_additive(&self) -> bool {
        match self {
            Expression::Measure(_) | Expression::HistogramAtMost(..) | Expression::HistogramTotal(_) => true,
            Expression::Sum(parts) => parts.iter().all(Expression::is_additive),
            Expression::Difference(whole, part) => whole.is_additive() && part.is_additive(),
            Expression::Now(figure) => *figure != NowFigure::LongestWait,
            Expression::Quantile(..) | Expression::LargestAtMost(_) => false,
        }
    }

    /// Every expression in it, itself first.
    pub fn parts(&self) -> Vec<&Expression> {
        let mut all = vec![self];
        match self {
            Expression::Sum(parts) => all.extend(parts.iter().flat_map(|part| part.parts())),
            Expression::Difference(whole, part) => all.extend(whole.parts().into_iter().chain(part.parts())),
            _ => {}
        }
        all
    }

    /// True if it needs parentheses inside a difference or a quotient.
    pub(crate) fn is_compound(&self) -> bool {
        matches!(self, Expression::Difference(..)) || matches!(self, Expression::Sum(parts) if parts.len() > 1)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Threshold => formatter.write_str("T"),
            Limit::ShortAbandon => formatter.write_str("s"),
            Limit::Seconds(seconds) => write!(formatter, "{seconds} s"),
        }
    }
}

/// The formula, for readers.
impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Measure(measure) => formatter.write_str(measure.name),
            Expression::HistogramAtMost(histogram, limit) => write!(formatter, "{} ≤ {limit}", histogram.count()),
            Expression::HistogramTotal(histogram) => formatter.write_str(histogram.count()),
            Expression::Sum(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    write!(formatter, "{}{part}", if at == 0 { "" } else { " + " })?;
                }
                Ok(())
            }
            Expression::Difference(whole, part) if part.is_compound() => write!(formatter, "{whole} − ({part})"),
            Expression::Difference(whole, part) => write!(formatter, "{whole} − {part}"),
            Expression::Quantile(sketch, per_mille) if per_mille % 10 == 0 => {
                write!(formatter, "p{} of {}", per_mille / 10, sketch.column())
            }
            Expression::Quantile(sketch, per_mille) => write!(formatter, "p{}.{} of {}", per_mille / 10, per_mille % 10, sketch.column()),
            Expression::LargestAtMost(sketch) => write!(formatter, "upper bound of {}", sketch.column()),
            Expression::Now(NowFigure::Waiting) => formatter.write_str("waiting"),
            Expression::Now(NowFigure::Talking) => formatter.write_str("talking"),
            Expression::Now(NowFigure::LongestWait) => formatter.write_str("now − oldest entry"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERED: Expression = measure!(answered);
    const SHORT: Expression = Expression::HistogramAtMost(Histogram::WaitAbandoned, Limit::ShortAbandon);

    #[test]
    fn evaluation_follows_the_formula() {
        let mut pane = Pane::default();
        pane.counts.answered = 9;
        for wait_ms in [1_000, 5_000, 9_000] {
            pane.histograms.add(Histogram::WaitAbandoned, wait_ms, 1);
        }
        let difference = Expression::Difference(&ANSWERED, &SHORT);
        assert_eq!(difference.evaluate(&pane, &Parameters::default()), Some(7));
        assert_eq!(difference.to_string(), "answered − abandoned ≤ s");
        let sum = Expression::Sum(&[ANSWERED, Expression::HistogramAtMost(Histogram::WaitAbandoned, Limit::Seconds(10))]);
        assert_eq!((sum.evaluate(&pane, &Parameters::default()), sum.to_string()), (Some(12), "answered + abandoned ≤ 10 s".to_owned()));
        assert_eq!(sum.parts().len(), 3);
    }

    #[test]
    fn the_quantile_of_nothing_makes_the_whole_nothing() {
        let quantile = Expression::Quantile(SketchColumn::Talk, 995);
        let sum = Expression::Sum(&[ANSWERED, Expression::Quantile(SketchColumn::Talk, 995)]);
        let mut pane = Pane::default();
        assert_eq!((quantile.evaluate(&pane, &Parameters::default()), sum.evaluate(&pane, &Parameters::default())), (None, None));
        pane.talk_sketch.add(40, 1);
        assert_eq!(sum.evaluate(&pane, &Parameters::default()), Some(40));
        assert_eq!((quantile.to_string(), sum.is_additive()), ("p99.5 of talk_sketch".to_owned(), false));
    }

    #[test]
    fn limits_off_the_edges_are_refused() {
        assert_eq!(Parameters::new(20_000, 1), Err(Error::NotOnAnEdge { name: "short_abandon_ms", value_ms: 1 }));
        assert_eq!(Parameters::new(0, 5_000), Err(Error::NotOnAnEdge { name: "threshold_ms", value_ms: 0 }));
    }
}
