//! Expressions as ClickHouse SQL, over panes that are already added up: a column per measure (`Int64`), per histogram
//! (`Array(Int64)`, summed with `sumForEach`) and per sketch (`Map(Int32, Int64)`, summed with `sumMap`).

use crate::expression::{Expression, Limit, Parameters};
use crate::histogram::WAIT_EDGES_S;
use crate::sketch::representative_sql;

/// The limits as SQL: numbers, or expressions such as a query parameter or a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlParameters {
    threshold: SqlLimit,
    short_abandon: SqlLimit,
}

/// Seconds, and how many buckets of a histogram lie below them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SqlLimit {
    seconds: String,
    buckets: String,
}

impl SqlLimit {
    fn number(seconds: i64) -> Self {
        let buckets = WAIT_EDGES_S.iter().filter(|edge_s| **edge_s <= seconds).count();
        SqlLimit { seconds: seconds.to_string(), buckets: buckets.to_string() }
    }

    /// A limit off the edges would be read as none at all, so the query stops instead.
    fn expression(name: &str, seconds: &str) -> Self {
        let place = format!("indexOf({WAIT_EDGES_S:?}, {seconds})");
        let stop = format!("throwIf({place} = 0, '{name} must be one of {WAIT_EDGES_S:?}')");
        SqlLimit { seconds: seconds.to_owned(), buckets: format!("{place} + {stop}") }
    }
}

impl From<Parameters> for SqlParameters {
    fn from(parameters: Parameters) -> Self {
        SqlParameters {
            threshold: SqlLimit::number(parameters.threshold_ms() / 1_000),
            short_abandon: SqlLimit::number(parameters.short_abandon_ms() / 1_000),
        }
    }
}

impl SqlParameters {
    /// The limits in seconds, as SQL that gives an integer. The query fails with the list of edges if one is not on an edge.
    ///
    /// ```
    /// let parameters = kpi::SqlParameters::new("{threshold_s:UInt32}", "short_abandon_s");
    /// let sql = kpi::by_name("service_level_5")?.to_sql(&parameters).unwrap_or_default();
    /// assert!(sql.contains("{threshold_s:UInt32}") && !sql.contains("short_abandon_s"));
    /// # Ok::<(), kpi::Error>(())
    /// ```
    pub fn new(threshold_s: &str, short_abandon_s: &str) -> Self {
        SqlParameters {
            threshold: SqlLimit::expression("threshold_s", threshold_s),
            short_abandon: SqlLimit::expression("short_abandon_s", short_abandon_s),
        }
    }

    /// The threshold in seconds.
    pub(crate) fn threshold_s(&self) -> &str {
        &self.threshold.seconds
    }

    fn buckets(&self, limit: Limit) -> String {
        match limit {
            Limit::Threshold => self.threshold.buckets.clone(),
            Limit::ShortAbandon => self.short_abandon.buckets.clone(),
            Limit::Seconds(seconds) => SqlLimit::number(seconds).buckets,
        }
    }
}

impl Expression {
    /// The expression as SQL; times in ms. None: panes do not hold it.
    pub fn to_sql(&self, parameters: &SqlParameters) -> Option<String> {
        Some(match self {
            Expression::Measure(measure) => measure.name.to_owned(),
            Expression::HistogramAtMost(histogram, limit) => {
                format!("arraySum(arraySlice({}, 1, {}))", histogram.column(), parameters.buckets(*limit))
            }
            Expression::HistogramTotal(histogram) => format!("arraySum({})", histogram.column()),
            Expression::Sum(parts) => {
                let parts: Option<Vec<String>> = parts.iter().map(|part| part.to_sql(parameters)).collect();
                parts?.join(" + ")
            }
            Expression::Difference(whole, part) => {
                let (whole, taken) = (whole.to_sql(parameters)?, part.to_sql(parameters)?);
                if part.is_compound() { format!("{whole} - ({taken})") } else { format!("{whole} - {taken}") }
            }
            Expression::Quantile(sketch, per_mille) => quantile_sql(sketch.column(), *per_mille),
            Expression::LargestAtMost(sketch) => largest_sql(sketch.column()),
            Expression::Now(_) => return None,
        })
    }
}

/// Nearest rank, as `sketch::rank`; null for an empty sketch.
fn quantile_sql(column: &str, per_mille: i64) -> String {
    let rank = format!("greatest(intDiv(arraySum(mapValues({column})) * {per_mille} + 999, 1000), 1)");
    let values = format!("arrayMap(bucket -> {}, mapKeys(mapSort({column})))", representative_sql("bucket"));
    format!("arrayFirstOrNull((value, seen) -> seen >= {rank}, {values}, arrayCumSum(mapValues(mapSort({column}))))")
}

/// Lower bound of the bucket after the last one, less one; null for an empty sketch.
fn largest_sql(column: &str) -> String {
    let last = format!("arrayMax(mapKeys({column}))");
    let bound = crate::sketch::lowest_sql(&format!("({last} + 1)"));
    format!("if(empty({column}), NULL, {bound} - 1)")
}
