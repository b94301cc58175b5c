//! Who read or did what about whom, when and why: written before anything is shown, only ever added to.

use crate::care::{Purpose, Viewer};
use crate::error::Error;
use serde::{Deserialize, Serialize};
use warehouse::Server;

/// A line of the log. Its fields are the columns of `access_log`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whose data.
    pub tenant: String,
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// Role of the person: leader, agent, hr.
    pub role: String,
    /// Id of the person, as claimed by `--as`.
    pub person: String,
    /// Account of the operating system under which the command ran: what `--as` claims can be compared with it.
    pub account: String,
    /// What was asked for: list, show, acknowledge, talk, close, contest, answer, break-glass, approve, readers, erase; or a report: attrition follow-ups,
    /// attrition coaching, attrition groove, attrition groove short-calls, attrition leaders.
    pub action: String,
    /// What for.
    pub purpose: String,
    /// Signal; empty: none was named.
    pub signal_id: String,
    /// About whom, an agent or in the report of leaders a leader; empty: nobody was shown.
    pub agent: String,
    /// granted, refused, asked or approved.
    pub outcome: String,
    /// Request of a second person's leave; empty: none.
    pub request: String,
    /// Why, in the person's words; empty: only the purpose was given.
    pub reason: String,
}

impl Access {
    /// A line about nobody yet.
    #[must_use]
    pub fn new(tenant: &str, viewer: &Viewer, purpose: Purpose, action: &str, at_us: i64) -> Self {
        Self {
            tenant: tenant.to_owned(),
            at_us,
            role: viewer.role.name().to_owned(),
            person: viewer.id.clone(),
            account: account(),
            action: action.to_owned(),
            purpose: purpose.name().to_owned(),
            outcome: "granted".to_owned(),
            ..Self::default()
        }
    }

    /// The same about somebody's signal.
    #[must_use]
    pub fn about(&self, signal_id: &str, agent: &str) -> Self {
        Self { signal_id: signal_id.to_owned(), agent: agent.to_owned(), ..self.clone() }
    }

    /// The same with what came of it.
    #[must_use]
    pub fn with_outcome(self, outcome: &str) -> Self {
        Self { outcome: outcome.to_owned(), ..self }
    }
}

/// Who called: through sudo the one who did, not root.
fn account() -> String {
    ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty())).unwrap_or_default()
}

/// Writes lines. Nothing is shown to anybody unless this worked.
///
/// # Errors
/// HF-W001 if ClickHouse does not take them.
pub async fn write(attrition: &Server, lines: &[Access]) -> Result<(), Error> {
    let mut sql = "INSERT INTO {database}.access_log FORMAT JSONEachRow".to_owned();
    for line in lines {
        sql.push('\n');
        sql.push_str(&serde_json::to_string(line).map_err(|error| Error::new("HF-W001", error.to_string()))?);
    }
    if lines.is_empty() { Ok(()) } else { Ok(attrition.execute(&sql).await?) }
}

/// Lines of the log that fulfil a condition, the newest first. The condition is SQL of ours; texts in it go through [`quoted`].
///
/// # Errors
/// HF-W001 if ClickHouse does not answer.
pub async fn read(attrition: &Server, condition: &str) -> Result<Vec<Access>, Error> {
    let columns = "tenant, at_us, role, person, account, action, purpose, signal_id, agent, outcome, request, reason";
    let sql = format!(
        "SELECT {columns} FROM access_log AS l WHERE {condition} ORDER BY at_us DESC, request DESC LIMIT 1000 \
         SETTINGS output_format_json_quote_64bit_integers = 0"
    );
    let row = |row| serde_json::from_value(serde_json::Value::Object(row)).map_err(|error| Error::new("HF-W001", error.to_string()));
    attrition.rows(&sql).await?.into_iter().map(row).collect()
}

/// A text as an SQL literal.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
