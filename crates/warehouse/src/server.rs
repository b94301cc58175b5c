//! The connection to ClickHouse.

use crate::Error;
use clickhouse::Client;

/// How to reach ClickHouse.
#[derive(Clone, Debug)]
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

/// See the module.
#[derive(Clone)]
pub struct Server {
    /// Database of the tables.
    pub database: String,
    pub(crate) client: Client,
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
        Server { database: settings.database.clone(), client }
    }

    /// The client, bound to the database.
    pub(crate) fn bound(&self) -> Client {
        self.client.clone().with_database(&self.database)
    }

    /// Runs a statement; `{database}` is replaced by the name of the database.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn execute(&self, sql: &str) -> Result<(), Error> {
        let sql = sql.replace("{database}", &self.database);
        let what = sql.lines().next().unwrap_or_default().to_owned();
        self.client.query_raw(&sql).execute().await.map_err(|error| Error::failed(what, &error))
    }

    /// Runs a query in the database and returns its answer in a format of ClickHouse.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn fetch(&self, sql: &str, format: &str) -> Result<Vec<u8>, Error> {
        let failed = |error: &clickhouse::error::Error| Error::failed(sql.lines().next().unwrap_or_default(), error);
        let mut cursor = self.bound().query_raw(sql).fetch_bytes(format).map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = cursor.next().await.map_err(|error| failed(&error))? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Rows of a query as JSON objects.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn rows(&self, sql: &str) -> Result<Vec<serde_json::Map<String, serde_json::Value>>, Error> {
        let bytes = self.fetch(sql, "JSONEachRow").await?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).map_err(|error| Error::ClickHouse { what: "a row".to_owned(), text: error.to_string() }))
            .collect()
    }
}
