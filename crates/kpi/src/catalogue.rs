//! The catalogue: every KPI declared once. Formulas, SQL, metric names and `docs/kpis.md` follow from it.

mod handling;
mod menu;
mod outcomes;
mod present;
mod service_level;
mod waiting;

use crate::expression::{Expression, NowFigure, Parameters};
use crate::sql::SqlParameters;
use crate::{Error, Pane};
use events::QueueNow;

/// A KPI. Its documentation and everything computed from it come from here.
#[derive(Clone, Copy, Debug)]
pub struct Kpi {
    /// Unique name in snake case: key in JSON, column in SQL, part of the metric's name.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Where it stands in the catalogue.
    pub family: Family,
    /// Unit of its value.
    pub unit: Unit,
    /// What is counted.
    pub grain: Grain,
    /// Which time decides to which minute it belongs.
    pub assigned_by: AssignedBy,
    /// Above the line; times in ms.
    pub numerator: Expression,
    /// Below the line. None: the numerator is the value.
    pub denominator: Option<Expression>,
    /// What to know before acting on it.
    pub edge_cases: &'static str,
    /// How other products and the field define it.
    pub source_note: &'static str,
    /// Rows of the mission that it serves.
    pub mission: &'static [&'static str],
    /// Exact value from queue visits (`v_queue_visits` of the span) where panes hold only an approximation: SQL in the KPI's
    /// unit, with `{T}` for the threshold in seconds.
    pub exact_from_visits: Option<&'static str>,
}

/// Sections of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// What came and what became of it.
    Outcomes,
    /// Answered in time.
    ServiceLevel,
    /// How long they waited.
    Waiting,
    /// What agents did.
    Handling,
    /// What happened before any queue.
    Menu,
    /// This moment.
    Now,
}

impl Family {
    /// All of them, in order.
    pub const ALL: [Family; 6] = [Family::Outcomes, Family::ServiceLevel, Family::Waiting, Family::Handling, Family::Menu, Family::Now];

    /// Title for people.
    pub const fn title(self) -> &'static str {
        match self {
            Family::Outcomes => "Offered and outcomes",
            Family::ServiceLevel => "Service level",
            Family::Waiting => "Waiting",
            Family::Handling => "Handling",
            Family::Menu => "Menu",
            Family::Now => "Now",
        }
    }

    const fn kpis(self) -> &'static [Kpi] {
        match self {
            Family::Outcomes => outcomes::KPIS,
            Family::ServiceLevel => service_level::KPIS,
            Family::Waiting => waiting::KPIS,
            Family::Handling => handling::KPIS,
            Family::Menu => menu::KPIS,
            Family::Now => present::KPIS,
        }
    }
}

/// Unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things, whole.
    Count,
    /// A share from 0 to 1.
    Ratio,
    /// Seconds; parts are kept in ms.
    Seconds,
    /// A number per thing; may exceed 1.
    Average,
}

impl Unit {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Ratio => "ratio",
            Unit::Seconds => "seconds",
            Unit::Average => "average",
        }
    }

    /// What a metric in this unit is called after its base name.
    pub const fn suffix(self) -> &'static str {
        match self {
            Unit::Count | Unit::Average => "",
            Unit::Ratio => "_ratio",
            Unit::Seconds => "_seconds",
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// One stay of a contact in one queue.
    QueueVisit,
    /// One agent's work on one contact.
    Handling,
    /// The whole customer journey.
    Contact,
}

impl Grain {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Grain::QueueVisit => "queue visit",
            Grain::Handling => "handling",
            Grain::Contact => "contact",
        }
    }
}

/// The one time that puts a count into a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignedBy {
    /// Entry into the queue.
    Entry,
    /// The refused attempt to enter.
    Attempt,
    /// Leaving the queue: connection, abandonment, flow-out.
    Leave,
    /// Leaving, or entry + threshold if that is earlier.
    LeaveOrThreshold,
    /// Numerator by leaving, denominator by entry.
    LeaveOverEntry,
    /// Connection to the agent.
    Connection,
    /// End of the handling, after-call work included.
    HandlingEnd,
    /// End of the menu.
    MenuEnd,
    /// Numerator by the end of the menu, denominator by that and by entry.
    MenuEndAndEntry,
    /// No time: a snapshot.
    Snapshot,
}

impl AssignedBy {
    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            AssignedBy::Entry => "entry",
            AssignedBy::Attempt => "attempt",
            AssignedBy::Leave => "leave",
            AssignedBy::LeaveOrThreshold => "min(leave, entry + T)",
            AssignedBy::LeaveOverEntry => "leave / entry",
            AssignedBy::Connection => "connection",
            AssignedBy::HandlingEnd => "handling end",
            AssignedBy::MenuEnd => "menu end",
            AssignedBy::MenuEndAndEntry => "menu end, entry",
            AssignedBy::Snapshot => "snapshot",
        }
    }
}

/// A KPI in two parts that add up over queues, each with its own limits. Times in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// Above the line.
    pub numerator: i64,
    /// Below the line. None: the numerator is the value.
    pub denominator: Option<i64>,
}

impl Value {
    /// Both together. Only for KPIs that are additive ([`Kpi::is_additive`]).
    #[must_use]
    pub fn and(self, other: Value) -> Value {
        let denominator = match (self.denominator, other.denominator) {
            (Some(one), Some(two)) => Some(one + two),
            (one, two) => one.or(two),
        };
        Value { numerator: self.numerator + other.numerator, denominator }
    }

    /// The number in `unit`, the only division. None: the denominator is zero.
    pub fn in_unit(self, unit: Unit) -> Option<f64> {
        let scale = if unit == Unit::Seconds { 1e3 } else { 1.0 };
        match self.denominator {
            Some(0) => None,
            Some(denominator) => Some(self.numerator as f64 / scale / denominator as f64),
            None => Some(self.numerator as f64 / scale),
        }
    }
}

impl Kpi {
    /// The parts in a pane, the denominator possibly zero: for adding up. None: nothing to take a quantile of, or a figure
    /// of the present.
    pub fn parts(&self, pane: &Pane, parameters: &Parameters) -> Option<Value> {
        let numerator = self.numerator.evaluate(pane, parameters)?;
        let denominator = match &self.denominator {
            Some(denominator) => Some(denominator.evaluate(pane, parameters)?),
            None => None,
        };
        Some(Value { numerator, denominator })
    }

    /// The value in a pane. None as in [`Kpi::parts`], and without a denominator: never 0 or 100 %.
    ///
    /// ```
    /// use kpi::{Pane, Parameters};
    /// let asa = kpi::by_name("asa")?;
    /// let mut pane = Pane::default();
    /// assert_eq!(asa.evaluate(&pane, &Parameters::default()), None);
    /// pane.counts.answered = 4;
    /// pane.counts.wait_answered_ms = 30_000;
    /// let value = asa.evaluate(&pane, &Parameters::default()).unwrap_or_default();
    /// assert_eq!((value.numerator, value.denominator, value.in_unit(asa.unit)), (30_000, Some(4), Some(7.5)));
    /// # Ok::<(), kpi::Error>(())
    /// ```
    pub fn evaluate(&self, pane: &Pane, parameters: &Parameters) -> Option<Value> {
        self.parts(pane, parameters).filter(|value| value.denominator != Some(0))
    }

    /// The value of a snapshot KPI from what each partition says of a queue; `now_us` is the time asked about. None: it is no
    /// snapshot, no partition has said anything, or nobody waits who could have waited longest.
    pub fn evaluate_now<'a>(&self, partitions: impl IntoIterator<Item = &'a QueueNow<'a>>, now_us: i64) -> Option<Value> {
        let Expression::Now(figure) = self.numerator else { return None };
        let partitions = partitions.into_iter();
        let numerator = match figure {
            NowFigure::Waiting => partitions.map(|now| now.waiting).reduce(|all, one| all + one)?,
            NowFigure::Talking => partitions.map(|now| now.talking).reduce(|all, one| all + one)?,
            NowFigure::LongestWait => {
                let oldest_us = partitions.filter_map(|now| now.oldest_entered_us).min()?;
                now_us.saturating_sub(oldest_us).max(0) / 1_000
            }
        };
        Some(Value { numerator, denominator: None })
    }

    /// True if values of parts may be added with [`Value::and`]; else merge the panes first.
    pub fn is_additive(&self) -> bool {
        self.numerator.is_additive() && self.denominator.as_ref().is_none_or(Expression::is_additive)
    }

    /// True if the value depends on the limits that the asker chooses.
    pub fn takes_parameters(&self) -> bool {
        let limited =
            |part: &&Expression| matches!(part, Expression::HistogramAtMost(_, limit) if !matches!(limit, crate::Limit::Seconds(_)));
        let parts = self.numerator.parts().into_iter().chain(self.denominator.iter().flat_map(Expression::parts));
        parts.into_iter().any(|part| limited(&part))
    }

    /// The formula, for readers.
    pub fn formula(&self) -> String {
        let part = |expression: &Expression| if expression.is_compound() { format!("({expression})") } else { expression.to_string() };
        match &self.denominator {
            Some(denominator) => format!("{} / {}", part(&self.numerator), part(denominator)),
            None => self.numerator.to_string(),
        }
    }

    /// The value over columns of panes that are added up (see `sql.rs`), in the KPI's unit; null without a denominator. None:
    /// panes do not hold it.
    pub fn to_sql(&self, parameters: &SqlParameters) -> Option<String> {
        let part = |expression: &Expression| {
            let sql = expression.to_sql(parameters)?;
            Some(if expression.is_compound() { format!("({sql})") } else { sql })
        };
        let numerator = part(&self.numerator)?;
        let value = match &self.denominator {
            Some(denominator) => format!("{numerator} / nullIf({}, 0)", denominator.to_sql(parameters)?),
            None => numerator,
        };
        Some(if self.unit == Unit::Seconds { format!("{value} / 1000") } else { value })
    }

    /// The exact value over the rows of `v_queue_visits` of a span, where panes hold only an approximation.
    pub fn exact_sql(&self, parameters: &SqlParameters) -> Option<String> {
        self.exact_from_visits.map(|sql| sql.replace("{T}", parameters.threshold_s()))
    }

    /// Base of its Prometheus metrics; the value's metric has [`Unit::suffix`] besides.
    pub fn metric_base(&self) -> String {
        format!("holdfast_queue_{}", self.name)
    }
}

/// All KPIs, section by section.
pub fn catalogue() -> impl Iterator<Item = &'static Kpi> {
    Family::ALL.into_iter().flat_map(|family| family.kpis())
}

/// The KPI of a name.
///
/// # Errors
/// [`Error::UnknownKpi`].
pub fn by_name(name: &str) -> Result<&'static Kpi, Error> {
    catalogue().find(|kpi| kpi.name == name).ok_or_else(|| Error::UnknownKpi(name.to_owned()))
}
