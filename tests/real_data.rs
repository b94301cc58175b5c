//! Real data that lie beside the checkout, for every test that needs them. Absent they fail a test, unless it is said that there are none: `HOLDFAST_DATA=none`, which `tests/run` says where the
//! default folder is absent. What is skipped is written to the file `HOLDFAST_SKIPPED`, from which `tests/run` tells it at its end: what a passing test prints nobody sees.
#![allow(dead_code, clippy::disallowed_methods, reason = "every test file uses its own part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder, or `None` where it is said that there are none.
pub(crate) fn folder() -> Option<PathBuf> {
    let default = || Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).to_owned();
    match std::env::var_os("HOLDFAST_DATA") {
        Some(none) if none == "none" => {
            skipped();
            None
        }
        found => {
            let folder = found.map_or_else(default, PathBuf::from);
            assert!(
                folder.is_dir(),
                "{} is absent: set HOLDFAST_DATA to the folder with the real data, or to `none` to skip what needs them",
                folder.display()
            );
            Some(folder)
        }
    }
}

/// A file of it.
pub(crate) fn file(path: &str) -> Option<PathBuf> {
    let found = folder()?.join(path);
    assert!(found.exists(), "{} is absent, and its folder is not", found.display());
    Some(found)
}

/// The text of a file.
pub(crate) fn text(path: &str) -> Option<String> {
    file(path).map(|path| std::fs::read_to_string(path).unwrap())
}

/// The text of a gzip file.
pub(crate) fn unzipped(path: &str) -> Option<String> {
    let output = Command::new("gzip").arg("-dc").arg(file(path)?).output().expect("gzip runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Tests run in threads that have their names.
fn skipped() {
    let thread = std::thread::current();
    let test = format!("{} {}", env!("CARGO_PKG_NAME"), thread.name().unwrap_or("a test"));
    eprintln!("SKIPPED: {test}: HOLDFAST_DATA=none");
    if let Some(path) = std::env::var_os("HOLDFAST_SKIPPED") {
        let mut told = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        told.write_all(format!("{test}\n").as_bytes()).unwrap();
    }
}
