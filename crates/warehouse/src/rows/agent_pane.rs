//! Rows of `agent_panes`: measures by name, because activities come and go with the sources.

use clickhouse::Row;
use events::AgentPane;
use serde::Serialize;

/// A row of `agent_panes`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct AgentPaneRow {
    pub(crate) tenant: String,
    pub(crate) agent: String,
    pub(crate) window_start: i64,
    pub(crate) source_partition: i32,
    pub(crate) layout: i32,
    pub(crate) measures: Vec<(String, i64)>,
    pub(crate) version: u64,
}

impl AgentPaneRow {
    pub(crate) fn new(pane: &AgentPane<'_>) -> Self {
        AgentPaneRow {
            tenant: pane.tenant.to_owned(),
            agent: pane.agent.to_owned(),
            window_start: pane.window_start_us,
            source_partition: pane.partition,
            layout: pane.layout,
            measures: pane.measures.iter().map(|(measure, value)| ((*measure).to_owned(), *value)).collect(),
            version: super::version(pane.generation, pane.version),
        }
    }
}
