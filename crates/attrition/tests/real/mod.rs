//! Real data that lies beside the checkout.
#![allow(dead_code, unused_imports, reason = "every test file uses its own part")]

#[path = "../../../../tests/real_data.rs"]
mod real_data;

pub(crate) use real_data::text;

/// The lines of a gzip CSV file without quotes, each split at commas; the first is the header.
pub(crate) fn table(path: &str) -> Option<Vec<Vec<String>>> {
    let text = real_data::unzipped(path)?;
    Some(text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect())
}
