//! The ratios of a cube: those of the catalogue, of agents' time and of `fact_kpis` that can be formed of its sums, and its own.

use super::Cube;
use crate::agent_time;
use crate::catalogue::{Kpi, catalogue};
use crate::expression::Expression;
use crate::fact_kpis;
use crate::sql::SqlParameters;
use crate::words::{renamed, words};
use std::collections::BTreeSet;

/// A ratio of a cube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeRatio {
    /// Column: the name of the KPI.
    pub name: &'static str,
    /// ClickHouse expression over the sums; null without a denominator.
    pub sql: String,
    /// What it is.
    pub description: String,
}

pub(super) fn of(cube: &Cube) -> Vec<CubeRatio> {
    let held: BTreeSet<String> = cube.measures().into_iter().map(|measure| measure.name).collect();
    let mut all: Vec<CubeRatio> = catalogue().filter_map(|kpi| of_catalogue(kpi, &held)).collect();
    all.extend(agent_time::KPIS.iter().filter(|kpi| of_time(kpi.sql, &held)).map(|kpi| CubeRatio {
        name: kpi.name,
        sql: kpi.sql.to_owned(),
        description: kpi.description.to_owned(),
    }));
    for rows in cube.rows {
        let Some((view, _, prefix)) = rows.adopted() else { continue };
        let Some(table) = fact_kpis::table(view) else { continue };
        let sums: Vec<&str> = table.sums.iter().map(|sum| sum.name).collect();
        // A sum of the table, or one that other rows of the cube have under its name.
        let own: Vec<&str> = sums.iter().copied().filter(|name| held.contains(&renamed(name, &sums, prefix))).collect();
        let there = |name: &str| !sums.contains(&name) || own.contains(&name) || held.contains(name);
        for kpi in table.kpis.iter().filter(|kpi| words(kpi.sql).all(there)) {
            all.push(CubeRatio { name: kpi.name, sql: renamed(kpi.sql, &own, prefix), description: kpi.description.to_owned() });
        }
    }
    let own = |kpi: &fact_kpis::FactKpi| CubeRatio { name: kpi.name, sql: kpi.sql.to_owned(), description: kpi.description.to_owned() };
    all.extend(cube.own.iter().map(own));
    all
}

/// A KPI of the catalogue that has a denominator and needs nothing but sums that are there.
fn of_catalogue(kpi: &'static Kpi, held: &BTreeSet<String>) -> Option<CubeRatio> {
    let denominator = kpi.denominator.as_ref()?;
    let there = |part: &Expression| match part {
        Expression::Measure(measure) => held.contains(measure.name),
        Expression::HistogramAtMost(histogram, _) | Expression::HistogramTotal(histogram) => held.contains(histogram.column()),
        Expression::Sum(_) | Expression::Difference(..) => true,
        Expression::Quantile(..) | Expression::LargestAtMost(_) | Expression::Now(_) => false,
    };
    let parts = kpi.numerator.parts().into_iter().chain(denominator.parts());
    if !parts.into_iter().all(there) {
        return None;
    }
    let parameters = SqlParameters::new("{threshold_s:UInt32}", "{short_abandon_s:UInt32}");
    Some(CubeRatio { name: kpi.name, sql: kpi.to_sql(&parameters)?, description: format!("{}: {}.", kpi.title, kpi.formula()) })
}

/// A ratio of agents' time without a parameter: paid shifts are of an agent and a day and do not add up over cells.
fn of_time(sql: &str, held: &BTreeSet<String>) -> bool {
    let named = |word: &str| agent_time::SUMS.iter().any(|sum| sum.name == word) || agent_time::KPIS.iter().any(|kpi| kpi.name == word);
    !sql.contains('{') && words(sql).all(|word| !(named(word) || word == "handled") || held.contains(word))
}
