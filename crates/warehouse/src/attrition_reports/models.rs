//! The register of trained models.

use super::identifier;
use crate::Error;
use crate::server::{Server, quoted};

/// A row of the table `models`.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainedModel<'a> {
    /// Whose agents it was learned from.
    pub tenant: &'a str,
    /// Site.
    pub site: &'a str,
    /// Name that every score carries.
    pub model_id: &'a str,
    /// Last day of what was known, days since 1970.
    pub trained_until_day: i32,
    /// Which numbers of it are the site's own.
    pub learned: &'a str,
    /// Agent-weeks with a known outcome.
    pub rows: u64,
    /// Agents who left by their own wish among them.
    pub leavers: u64,
    /// Area under the curve, average precision, observed ÷ expected on later months.
    pub quality: [Option<f64>; 3],
    /// The model file, JSON.
    pub model: &'a str,
    /// The model card, Markdown.
    pub card: &'a str,
    /// Version of the product.
    pub code_version: &'a str,
}

/// Writes a row; the same model again replaces it.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn write_model(server: &Server, database: &str, row: &TrainedModel<'_>) -> Result<(), Error> {
    let number = |value: Option<f64>| value.filter(|value| value.is_finite()).map_or_else(|| "NULL".to_owned(), |value| value.to_string());
    let [auc, average_precision, observed_over_expected] = row.quality.map(number);
    let sql = format!(
        "INSERT INTO {}.models SELECT {}, {}, {}, toDate32('1970-01-01') + {}, {}, {}, {}, {auc}, {average_precision}, {observed_over_expected}, {}, {}, {}, now64(6)",
        identifier(database),
        quoted(row.tenant),
        quoted(row.site),
        quoted(row.model_id),
        row.trained_until_day,
        quoted(row.learned),
        row.rows,
        row.leavers,
        quoted(row.model),
        quoted(row.card),
        quoted(row.code_version),
    );
    server.execute(&sql).await
}
