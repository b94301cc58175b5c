//! The connection to ClickHouse.

use crate::Error;
use clickhouse::Client;
use serde_json::{Map, Value};

/// How to reach ClickHouse.
#[derive(Clone)]
pub struct Settings {
    /// http(s)://host:port.
    pub url: String,
    /// Database of the tables.
    pub database: String,
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
}

/// The password stays out of logs.
impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Settings { url, database, user, password: _ } = self;
        formatter.debug_struct("Settings").field("url", url).field("database", database).field("user", user).finish_non_exhaustive()
    }
}

/// See the module. Use a clone in the same tokio runtime only.
#[derive(Clone)]
pub struct Server {
    /// Database of the tables.
    pub database: String,
    settings: Settings,
    /// Cluster on which tables are created, replicated; none: on this server alone.
    pub(crate) cluster: Option<String>,
    client: Client,
    /// Bound to the database. One for all: it remembers the columns of tables.
    bound: Client,
}

impl Server {
    /// A connection; nothing is sent yet.
    pub fn new(settings: &Settings) -> Self {
        let client = Client::default()
            .with_url(&settings.url)
            .with_user(&settings.user)
            .with_password(&settings.password)
            // Newer servers turn it on by default; its deduplication rules are others.
            .with_setting("async_insert", "0");
        let bound = client.clone().with_database(&settings.database);
        Server { database: settings.database.clone(), settings: settings.clone(), cluster: None, client, bound }
    }

    /// The same with connections of its own: a connection belongs to the tokio runtime that made it, and stands still with it.
    pub(crate) fn apart(&self) -> Self {
        Server { cluster: self.cluster.clone(), ..Server::new(&self.settings) }
    }

    /// Migrations create replicated tables on every server of a cluster, which has one shard.
    #[must_use]
    pub fn on_cluster(mut self, cluster: &str) -> Self {
        self.cluster = Some(cluster.to_owned());
        self
    }

    /// The same server with another database.
    #[must_use]
    pub fn in_database(&self, database: &str) -> Self {
        let settings = Settings { database: database.to_owned(), ..self.settings.clone() };
        Server { cluster: self.cluster.clone(), ..Server::new(&settings) }
    }

    /// The client, bound to the database.
    pub(crate) fn bound(&self) -> &Client {
        &self.bound
    }

    /// Full name of a table of the database.
    pub(crate) fn table(&self, name: &str) -> String {
        format!("`{}`.{name}", self.database.replace('\\', "\\\\").replace('`', "\\`"))
    }

    /// Runs a statement that belongs to no database, or names its own: `{database}` is replaced by the name of this one.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn execute(&self, sql: &str) -> Result<(), Error> {
        let sql = sql.replace("{database}", &self.database);
        self.client.query_raw(&sql).execute().await.map_err(|error| Error::failed(first_line(&sql), &error))
    }

    /// Runs a statement as it is in the database, which has to be there; one that makes or drops a database runs outside of any.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn execute_inside(&self, sql: &str) -> Result<(), Error> {
        let client = if is_of_databases(sql) { &self.client } else { &self.bound };
        client.query_raw(sql).execute().await.map_err(|error| Error::failed(first_line(sql), &error))
    }

    /// Runs a query in the database and returns its answer in a format of ClickHouse.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn fetch(&self, sql: &str, format: &str) -> Result<Vec<u8>, Error> {
        let mut cursor = self.bound.query_raw(sql).fetch_bytes(format).map_err(|error| Error::failed(first_line(sql), &error))?;
        // Not through `AsyncRead`: the cursor answers "pending" with bytes already handed over, which no reader may rely on.
        let bytes = cursor.collect().await.map_err(|error| Error::failed(first_line(sql), &error))?;
        Ok(bytes.to_vec())
    }

    /// Rows of a query as JSON objects; 64-bit integers come as text.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn rows(&self, sql: &str) -> Result<Vec<Map<String, Value>>, Error> {
        let bytes = self.fetch(sql, "JSONEachRow").await?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| {
                serde_json::from_slice(line).map_err(|error| Error::ClickHouse { what: "a row".to_owned(), text: error.to_string() })
            })
            .collect()
    }
}

/// Whether a statement makes or drops a database: the one that it would run in may not be there.
fn is_of_databases(sql: &str) -> bool {
    let mut words = sql.split_whitespace().map(str::to_uppercase);
    matches!(words.next().as_deref(), Some("CREATE" | "DROP")) && words.next().as_deref() == Some("DATABASE")
}

fn first_line(sql: &str) -> &str {
    sql.lines().next().unwrap_or_default()
}

/// A text of a row; empty: it has none.
pub(crate) fn text<'a>(row: &'a Map<String, Value>, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// An integer of a row, which comes as a number or as text; 0: it has none.
pub(crate) fn integer(row: &Map<String, Value>, column: &str) -> i64 {
    let value = row.get(column);
    value.and_then(|value| value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))).unwrap_or(0)
}

/// A text as an SQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
