//! The section `[board]`: the live board.

use serde::{Deserialize, Serialize};

/// The live board.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Board {
    /// Address of the page, the JSON and /metrics.
    pub listen: String,
    /// IANA zone of the local day.
    pub timezone: String,
    /// Hours of panes that are kept.
    pub keep_hours: i64,
    /// The page and the JSON tell what each agent does, by id; `/metrics` never does.
    pub list_agents: bool,
    /// So many teams have series of their own in /metrics; the others are shown together as `other`.
    pub teams_max: usize,
}

impl Default for Board {
    fn default() -> Self {
        Board { listen: "127.0.0.1:8070".to_owned(), timezone: "UTC".to_owned(), keep_hours: 50, list_agents: true, teams_max: 100 }
    }
}
