//! Real data that lies beside the checkout.
#![allow(dead_code, unused_imports, reason = "every test file uses its own part")]

#[path = "../../../../tests/real_data.rs"]
mod real_data;

pub(crate) use real_data::{text, unzipped};

/// The reference's figures.
pub(crate) fn totals(path: &str) -> Option<serde_json::Value> {
    text(path).map(|text| serde_json::from_str(&text).unwrap())
}
