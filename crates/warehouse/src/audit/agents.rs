//! The audit of agents: every pane recomputed from activity spans and handlings in SQL, and what is missing written as a repair.
//!
//! The facts' side says again, in SQL, what `kpi::agent_pane` says in Rust: two writings of one definition, so that a slip in either is a
//! difference.

use super::repair::{INSERT_LIMIT, REPAIR};
use super::span::Span;
use crate::insert::insert;
use crate::rows::AgentPaneRow;
use crate::server::{integer, text};
use crate::{Error, Server};
use kpi::windows::INTERVAL_US;
use std::collections::BTreeMap;

/// A measure of an agent's pane that does not equal the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentDifference {
    /// Tenant.
    pub tenant: String,
    /// Agent.
    pub agent: String,
    /// Start of the quarter of an hour, UTC, microseconds since 1970.
    pub window_us: i64,
    /// Name of the measure.
    pub measure: String,
    /// From the facts.
    pub facts: i64,
    /// From the panes, all partitions and repairs together.
    pub panes: i64,
}

/// What the audit of agents found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentReport {
    /// Spans and handlings that were read.
    pub facts: i64,
    /// Panes that were compared: quarter hours of agents.
    pub panes: i64,
    /// What does not fit, at most as many as were asked for.
    pub differences: Vec<AgentDifference>,
    /// How many there are in all.
    pub total: i64,
}

impl AgentReport {
    /// Adds what was found in another time.
    pub fn add(&mut self, other: AgentReport, limit: usize) {
        (self.facts, self.panes, self.total) = (self.facts + other.facts, self.panes + other.panes, self.total + other.total);
        self.differences.extend(other.differences.into_iter().take(limit.saturating_sub(self.differences.len())));
    }
}

/// What agents did, from the facts: tenant, agent, slot (quarter hours since 1970), measure, value.
fn facts(span: &Span) -> String {
    let slot_ms = INTERVAL_US / 1_000;
    let slots = span.slots_sql();
    let touched = span.touched_sql("started_at", "assumeNotNull(ended_at)");
    let handled = |measure: &str, condition: &str| {
        format!(
            "SELECT tenant, agent, intDiv(toUnixTimestamp64Micro(assumeNotNull(ended_at)), {INTERVAL_US}) AS slot, '{measure}' AS measure, toInt64(1) AS value
    FROM v_handlings WHERE ended_at IS NOT NULL AND end != 'lost' AND agent != '' AND {slots}{condition}"
        )
    };
    format!(
        "SELECT tenant, agent, slot, concat(activity, '_ms') AS measure, toInt64(least(end_ms, (slot + 1) * {slot_ms}) - greatest(start_ms, slot * {slot_ms})) AS value
    FROM
    (
        SELECT tenant, agent, activity, intDiv(toUnixTimestamp64Micro(started_at), 1000) AS start_ms,
            intDiv(toUnixTimestamp64Micro(assumeNotNull(ended_at)), 1000) AS end_ms
        FROM v_activity_spans WHERE ended_at IS NOT NULL AND {touched}
    )
    ARRAY JOIN range(intDiv(start_ms, {slot_ms}), intDiv(end_ms - 1, {slot_ms}) + 1) AS slot
    WHERE end_ms > start_ms AND {slots}
    UNION ALL
    {}
    UNION ALL
    {}",
        handled("handled", ""),
        handled("transferred", " AND end IN ('transfer_blind', 'transfer_warm')")
    )
}

/// Measures of panes in `table` as columns tenant, agent, slot, measure, value.
fn panes(table: &str) -> String {
    format!(
        "SELECT tenant, agent, intDiv(toUnixTimestamp64Micro(window_start), {INTERVAL_US}) AS slot, toString(m.1) AS measure, m.2 AS value
    FROM (SELECT tenant, agent, window_start, arrayJoin(arrayZip(mapKeys(measures), mapValues(measures))) AS m FROM {table})"
    )
}

/// Recomputes the panes of agents in a time and lists at most `limit` differences.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn audit_agents(server: &Server, span: &Span, limit: usize) -> Result<AgentReport, Error> {
    let differences = format!(
        "SELECT tenant, agent, slot, measure, sum(facts) AS of_facts, sum(panes) AS of_panes, count() OVER () AS total
FROM
(
    SELECT tenant, agent, toInt64(slot) AS slot, measure, value AS facts, toInt64(0) AS panes FROM ({})
    UNION ALL
    SELECT tenant, agent, toInt64(slot) AS slot, measure, toInt64(0) AS facts, value AS panes FROM ({})
)
GROUP BY tenant, agent, slot, measure
HAVING of_facts != of_panes
ORDER BY tenant, agent, slot, measure
LIMIT {}",
        facts(span),
        panes(&format!("agent_panes FINAL WHERE {}", span.times_sql("window_start"))),
        limit.max(1)
    );
    let counts = format!(
        "SELECT (SELECT count() FROM v_activity_spans WHERE {}) + (SELECT count() FROM v_handlings WHERE agent != '' AND {}) AS facts,
    (SELECT uniqExact(tenant, agent, window_start) FROM agent_panes WHERE {}) AS panes",
        span.times_sql("started_at"),
        span.times_sql("connected_at"),
        span.times_sql("window_start")
    );
    let rows = server.rows(&differences).await?;
    let counts = server.rows(&counts).await?.into_iter().next().unwrap_or_default();
    let total = rows.first().map_or(0, |row| integer(row, "total"));
    let difference = |row: &serde_json::Map<String, serde_json::Value>| AgentDifference {
        tenant: text(row, "tenant").to_owned(),
        agent: text(row, "agent").to_owned(),
        window_us: integer(row, "slot").saturating_mul(INTERVAL_US),
        measure: text(row, "measure").to_owned(),
        facts: integer(row, "of_facts"),
        panes: integer(row, "of_panes"),
    };
    let differences = rows.iter().take(limit).map(difference).collect();
    Ok(AgentReport { facts: integer(&counts, "facts"), panes: integer(&counts, "panes"), differences, total })
}

/// Tenant, agent, start of the window.
type Window = (String, String, i64);

/// Adds a repair to every pane of an agent that differs, so that panes equal facts. Returns the number of panes repaired. When to run it:
/// see [`super::fix`].
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn fix_agents(server: &Server, report: &AgentReport) -> Result<usize, Error> {
    if report.differences.is_empty() {
        return Ok(0);
    }
    let mut repairs = old_repairs(server).await?;
    let mut rows = BTreeMap::<Window, AgentPaneRow>::new();
    for found in &report.differences {
        let window = (found.tenant.clone(), found.agent.clone(), found.window_us);
        let row = rows.entry(window.clone()).or_insert_with(|| {
            let (measures, version) = repairs.remove(&window).unwrap_or_default();
            let (tenant, agent, window_start) = window;
            AgentPaneRow { tenant, agent, window_start, source_partition: REPAIR, layout: 0, measures, version: version + 1 }
        });
        match row.measures.iter_mut().find(|(measure, _)| *measure == found.measure) {
            Some((_, value)) => *value += found.facts - found.panes,
            None => row.measures.push((found.measure.clone(), found.facts - found.panes)),
        }
    }
    let count = rows.len();
    insert(server, rows.values(), INSERT_LIMIT).await.map_err(|error| Error::failed("writing repairs of agents", &error))?;
    Ok(count)
}

/// The repairs that there are: their measures and their versions.
async fn old_repairs(server: &Server) -> Result<BTreeMap<Window, (Vec<(String, i64)>, u64)>, Error> {
    let of_repairs = format!("agent_panes FINAL WHERE source_partition = {REPAIR}");
    let window = |row: &serde_json::Map<String, serde_json::Value>| {
        (text(row, "tenant").to_owned(), text(row, "agent").to_owned(), integer(row, "slot").saturating_mul(INTERVAL_US))
    };
    let mut repairs = BTreeMap::<Window, (Vec<(String, i64)>, u64)>::new();
    let versions =
        format!("SELECT tenant, agent, intDiv(toUnixTimestamp64Micro(window_start), {INTERVAL_US}) AS slot, version FROM {of_repairs}");
    for found in server.rows(&versions).await? {
        repairs.entry(window(&found)).or_default().1 = u64::try_from(integer(&found, "version")).unwrap_or(0);
    }
    for found in server.rows(&panes(&of_repairs)).await? {
        repairs.entry(window(&found)).or_default().0.push((text(&found, "measure").to_owned(), integer(&found, "value")));
    }
    Ok(repairs)
}
