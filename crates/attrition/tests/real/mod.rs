//! Real data that lies beside the checkout; tests say plainly when it is absent.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::path::PathBuf;
use std::process::Command;

/// The file, or `None` with a message on standard error.
pub(crate) fn file(path: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("HOLDFAST_DATA").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("SKIPPED: {} is absent; set HOLDFAST_DATA to the folder with the data", found.display());
    None
}

/// The text of a file.
pub(crate) fn text(path: &str) -> Option<String> {
    file(path).map(|path| std::fs::read_to_string(path).unwrap())
}

/// The lines of a gzip CSV file without quotes, each split at commas; the first is the header.
pub(crate) fn table(path: &str) -> Option<Vec<Vec<String>>> {
    let output = match Command::new("gzip").arg("-dc").arg(file(path)?).output() {
        Ok(output) => output.stdout,
        Err(error) => {
            eprintln!("SKIPPED: gzip cannot be run: {error}");
            return None;
        }
    };
    Some(String::from_utf8(output).unwrap().lines().map(|line| line.split(',').map(str::to_owned).collect()).collect())
}
