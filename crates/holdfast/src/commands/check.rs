//! `holdfast check`: is everything there and does it fit?

use super::{Context, Format, print};
use crate::error::Error;
use crate::topology;
use std::process::ExitCode;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check the configuration only, without Kafka and ClickHouse
    #[arg(long)]
    offline: bool,
}

/// Runs the command.
///
/// # Errors
/// HF-C… if the configuration is wrong.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    let mut rows = vec![vec!["configuration".to_owned(), "ok".to_owned(), format!("{} sources", config.sources.len())]];
    for source in &config.sources {
        let made = ingester::Adapter::from_config(source);
        let text = made.as_ref().err().map_or_else(|| format!("{:?}", source.kind), ToString::to_string);
        rows.push(vec![format!("source {}", source.name), if made.is_ok() { "ok" } else { "wrong" }.to_owned(), text]);
    }
    let early_warning = if config.attrition.enabled { config.attrition.database(&config.clickhouse.database) } else { "off".to_owned() };
    rows.push(vec!["attrition".to_owned(), "ok".to_owned(), early_warning]);
    if !args.offline {
        for plan in &topology::STAGES {
            let stage = topology::resolve(plan, &config.kafka, 0);
            let text = stage.as_ref().map_or_else(|failure| failure.text.clone(), |stage| format!("{} partitions", stage.layout));
            rows.push(vec![format!("stage {}", plan.name), if stage.is_ok() { "ok" } else { "wrong" }.to_owned(), text]);
        }
        let answer = super::query::server_version(&config);
        let text = answer.as_ref().map_or_else(ToString::to_string, Clone::clone);
        rows.push(vec!["ClickHouse".to_owned(), if answer.is_ok() { "ok" } else { "wrong" }.to_owned(), text]);
    }
    print(Format::Table, &["what", "state", "detail"], &rows)?;
    let wrong = rows.iter().any(|row| row.get(1).is_some_and(|state| state == "wrong"));
    Ok(ExitCode::from(u8::from(wrong)))
}
