//! The time that an audit compares, and how a long one is cut so that no part needs much memory.

use crate::server::integer;
use crate::{Error, Server};
use kpi::windows::INTERVAL_US;

const DAY_US: i64 = 86_400_000_000;
/// About so many facts are compared at once: a gigabyte of the engine's memory.
const FACTS_AT_ONCE: i64 = 1_500_000;

/// A time from a quarter of an hour to another, UTC; either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First quarter of an hour, microseconds since 1970; none: from the beginning.
    pub from_us: Option<i64>,
    /// First quarter of an hour that is not compared any more; none: to the end.
    pub until_us: Option<i64>,
}

impl Span {
    /// Condition on a column that holds a time.
    pub(crate) fn times_sql(&self, column: &str) -> String {
        let bound = |time_us: i64| format!("fromUnixTimestamp64Micro({time_us}, 'UTC')");
        let from = self.from_us.map(|time_us| format!("{column} >= {}", bound(time_us)));
        let until = self.until_us.map(|time_us| format!("{column} < {}", bound(time_us)));
        let parts: Vec<String> = from.into_iter().chain(until).collect();
        if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }
    }

    /// Condition that something between two times, in whatever order, may fall into it: facts that cannot are not taken apart.
    pub(super) fn touched_sql(&self, one: &str, other: &str) -> String {
        let until = Span { from_us: None, ..*self }.times_sql(&format!("least({one}, ifNull({other}, {one}))"));
        let from = Span { until_us: None, ..*self }.times_sql(&format!("greatest({one}, ifNull({other}, {one}))"));
        format!("{until} AND {from}")
    }

    /// Condition on `slot`, a number of a quarter of an hour since 1970.
    pub(super) fn slots_sql(&self) -> String {
        let from = self.from_us.map(|time_us| format!("slot >= {}", time_us.div_euclid(INTERVAL_US)));
        let until = self.until_us.map(|time_us| format!("slot < {}", time_us.div_euclid(INTERVAL_US)));
        let parts: Vec<String> = from.into_iter().chain(until).collect();
        if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }
    }

    /// Cuts it at midnights UTC into parts of so many days, between the first and the last time at which there is anything. The first and
    /// the last part reach as far as the whole.
    fn cut(self, first_us: i64, last_us: i64, days: i64) -> Vec<Span> {
        let first_us = self.from_us.map_or(first_us, |from_us| from_us.max(first_us));
        let last_us = self.until_us.map_or(last_us, |until_us| until_us.min(last_us));
        let step_us = days.max(1).saturating_mul(DAY_US);
        let mut cuts = Vec::new();
        let mut next_us = first_us.div_euclid(DAY_US).saturating_mul(DAY_US).saturating_add(step_us);
        while next_us < last_us {
            cuts.push(Some(next_us));
            next_us = next_us.saturating_add(step_us);
        }
        let froms = std::iter::once(self.from_us).chain(cuts.iter().copied());
        let untils = cuts.iter().copied().chain(std::iter::once(self.until_us));
        froms.zip(untils).map(|(from_us, until_us)| Span { from_us, until_us }).collect()
    }
}

/// The parts of a time in which an audit is best made, one after the other.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn audit_spans(server: &Server, span: Span) -> Result<Vec<Span>, Error> {
    let times = span.times_sql("window_start");
    let sql = format!(
        "SELECT toUnixTimestamp64Micro(min(first)) AS first_us, toUnixTimestamp64Micro(max(last)) AS last_us, sum(rows) AS facts
FROM
(
    SELECT toDateTime64(min(window_start), 6, 'UTC') AS first, toDateTime64(max(window_start), 6, 'UTC') AS last, 0 AS rows FROM queue_panes WHERE {times} HAVING count() > 0
    UNION ALL
    SELECT toDateTime64(min(window_start), 6, 'UTC') AS first, toDateTime64(max(window_start), 6, 'UTC') AS last, 0 AS rows FROM agent_panes WHERE {times} HAVING count() > 0
    UNION ALL
    SELECT toDateTime64(min(entered_at), 6, 'UTC') AS first, toDateTime64(max(entered_at), 6, 'UTC') AS last, count() AS rows FROM queue_visits WHERE {} HAVING rows > 0
    UNION ALL
    SELECT toDateTime64(min(started_at), 6, 'UTC') AS first, toDateTime64(max(started_at), 6, 'UTC') AS last, count() AS rows FROM activity_spans WHERE {} HAVING rows > 0
)",
        span.times_sql("entered_at"),
        span.times_sql("started_at")
    );
    let row = server.rows(&sql).await?.into_iter().next().unwrap_or_default();
    let (first_us, last_us, facts) = (integer(&row, "first_us"), integer(&row, "last_us"), integer(&row, "facts"));
    let days = last_us.saturating_sub(first_us).div_euclid(DAY_US) + 1;
    Ok(span.cut(first_us, last_us, days.saturating_mul(FACTS_AT_ONCE) / facts.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_us: Option<i64>, until_us: Option<i64>) -> Span {
        Span { from_us, until_us }
    }

    #[test]
    fn a_time_is_cut_at_midnights_and_nothing_is_left_out() {
        let (noon, day) = (DAY_US / 2, |days: i64| Some(days * DAY_US));
        let whole = span(None, None).cut(noon, 5 * DAY_US + noon, 2);
        assert_eq!(whole, [span(None, day(2)), span(day(2), day(4)), span(day(4), None)]);
        let asked = span(day(1), day(4)).cut(noon, 9 * DAY_US, 2);
        assert_eq!(asked, [span(day(1), day(3)), span(day(3), day(4))]);
        assert_eq!(span(None, None).cut(0, 0, 0), [span(None, None)], "nothing is there");
        assert_eq!(span(day(1), day(1)).cut(0, DAY_US, 1), [span(day(1), day(1))]);
    }
}
