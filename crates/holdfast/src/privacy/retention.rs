//! How long data are kept: what is to go is a function of the settings, the day and who left when.

use super::access_log::quoted;
use crate::care::Care;
use crate::reference::{Entries, holding_at};
use events::ReferenceKind;
use std::collections::BTreeSet;

/// Rows of a table that are to go, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Table of the attrition database.
    pub table: &'static str,
    /// `retention`: too old; `left`: long after leaving.
    pub cause: &'static str,
    /// SQL condition.
    pub condition: String,
}

/// Tenants and agents who left more than `days` before `today` (days since 1970) and are not here again: by the entry that holds at `at_us`.
#[must_use]
pub fn left_before(entries: &Entries, at_us: i64, today: i32, days: u32) -> BTreeSet<(String, String)> {
    let holding = holding_at(entries, at_us);
    let agents = holding.iter().filter(|one| one.key.kind == ReferenceKind::Agent);
    agents
        .filter(|one| {
            let left = one.attributes.get("left_date").and_then(|date| date.parse::<jiff::civil::Date>().ok());
            left.is_some_and(|date| i64::from(today) - i64::from(day_of(date)) > i64::from(days))
        })
        .map(|one| (one.key.tenant.clone(), one.key.id.clone()))
        .collect()
}

/// Days since 1970 of a date.
pub(crate) fn day_of(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// What is to go on `today` (days since 1970), at `now_us`.
#[must_use]
pub fn due(care: &Care, today: i32, now_us: i64, left: &BTreeSet<(String, String)>) -> Vec<Due> {
    let first = |days: u32| i64::from(today) - i64::from(days);
    let older = |table, days| Due { table, cause: "retention", condition: format!("toInt32(day) < {}", first(days)) };
    let mut due = vec![
        older("agent_days", care.keep_agent_days),
        older("scores", care.keep_signals_days),
        older("training_weeks", care.keep_agent_days),
    ];
    // A signal goes whole, or its end would be left without its beginning.
    let of_signals = format!(
        "signal_id NOT IN (SELECT e.signal_id FROM {{database}}.signal_events AS e WHERE toInt32(e.day) >= {})",
        first(care.keep_signals_days)
    );
    due.push(Due { table: "signal_events", cause: "retention", condition: of_signals });
    // So does what was told of a group: its beginning and its end. Nobody is in it, so nobody's leaving takes it.
    let of_groups = format!(
        "(tenant, site, notice_id) NOT IN (SELECT n.tenant, n.site, n.notice_id FROM {{database}}.group_notices AS n WHERE toInt32(n.day) >= {})",
        first(care.keep_signals_days)
    );
    due.push(Due { table: "group_notices", cause: "retention", condition: of_groups });
    let first_us = now_us.saturating_sub(i64::from(care.keep_access_log_days) * 86_400_000_000);
    due.push(Due { table: "access_log", cause: "retention", condition: format!("at_us < {first_us}") });
    if !left.is_empty() {
        let pairs: Vec<String> = left.iter().map(|(tenant, agent)| format!("({}, {})", quoted(tenant), quoted(agent))).collect();
        let gone = format!("(tenant, agent) IN ({})", pairs.join(", "));
        due.extend(["agent_days", "scores", "signal_events", "protected_groups"].map(|table| Due {
            table,
            cause: "left",
            condition: gone.clone(),
        }));
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Key;

    #[test]
    fn who_left_long_ago_is_who_is_not_back() {
        let entry = |id: &str, from: i64, left: Option<&str>| {
            let key = Key { tenant: "default".to_owned(), kind: ReferenceKind::Agent, id: id.to_owned(), valid_from_us: from };
            (key, left.map(|left| ("left_date".to_owned(), left.to_owned())).into_iter().collect())
        };
        let entries = Entries::from([
            entry("ann", 0, None),
            entry("ben", 0, Some("2024-01-01")),
            entry("cem", 0, Some("2024-01-02")),
            entry("dee", 0, Some("2023-01-01")),
            entry("dee", 5, None),
        ]);
        // 2024-03-31 is day 19 813; the first of January 90 days before it, the 31st of March 2024 being the 91st day of a leap year.
        let left = |at_us, today, days| left_before(&entries, at_us, today, days).into_iter().map(|(_, agent)| agent).collect::<Vec<_>>();
        assert_eq!(day_of(jiff::civil::date(2024, 3, 31)), 19_813);
        assert_eq!(left(10, 19_813, 90), [""; 0], "90 days are kept");
        assert_eq!(left(10, 19_814, 90), ["ben"]);
        assert_eq!(left(1, 19_815, 90), ["ben", "cem", "dee"]);
    }

    #[test]
    fn what_is_due_says_from_which_day_on() {
        let due = due(&Care::default(), 20_000, 1_000 * 86_400_000_000, &[("t".to_owned(), "o'neil".to_owned())].into());
        let conditions: Vec<_> = due.iter().map(|due| (due.table, due.cause, due.condition.as_str())).collect();
        // 20 000 − 400, 20 000 − 365, (1 000 − 730) days.
        assert_eq!(conditions[0], ("agent_days", "retention", "toInt32(day) < 19600"));
        assert_eq!(conditions[1], ("scores", "retention", "toInt32(day) < 19635"));
        assert_eq!(conditions[2], ("training_weeks", "retention", "toInt32(day) < 19600"));
        assert!(conditions[3].2.ends_with("toInt32(e.day) >= 19635)"));
        assert_eq!((conditions[4].0, conditions[4].1), ("group_notices", "retention"));
        assert!(conditions[4].2.ends_with("toInt32(n.day) >= 19635)"));
        assert_eq!(conditions[5], ("access_log", "retention", "at_us < 23328000000000"));
        assert_eq!(conditions[6], ("agent_days", "left", "(tenant, agent) IN (('t', 'o\\'neil'))"));
        assert_eq!((due[9].table, &due[9].condition), ("protected_groups", &due[6].condition));
        assert_eq!(due.len(), 10);
    }
}
