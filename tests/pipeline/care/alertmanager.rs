//! A real Alertmanager of the test's own.

use crate::site::{Site, http, root};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// Ends with the test.
pub struct Alertmanager {
    folder: PathBuf,
    pub url: String,
}

impl Alertmanager {
    pub fn start(site: &Site) -> Self {
        let folder = site.folder.path().join("stack");
        let started = Self { folder, url: String::new() };
        started.stack(&["up"], &["--only", "alertmanager"]);
        let lines = started.stack(&["env"], &[]);
        let url = lines.lines().find_map(|line| line.strip_prefix("HOLDFAST_ALERTMANAGER_URL=")).expect("an address").to_owned();
        // The one that is started is the one that ends.
        let folder = started.folder.clone();
        std::mem::forget(started);
        Self { folder, url }
    }

    fn stack(&self, before: &[&str], after: &[&str]) -> String {
        let mut command = Command::new(root().join("deploy/local/stack"));
        command.args(before).arg("--dir").arg(&self.folder).args(after);
        // The stack of all tests has options of its own.
        let output = command.env_remove("HOLDFAST_STACK_DIR").output().expect("deploy/local/stack runs");
        assert!(output.status.success(), "stack {before:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn address(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    /// The alerts that fire; none: it does not answer.
    pub fn firing(&self) -> Option<Vec<Value>> {
        let body = http(&self.address(), "GET", "/api/v2/alerts?active=true", "")?;
        serde_json::from_str(&body).ok()
    }

    pub fn kill(&self) {
        self.stack(&["kill", "alertmanager"], &[]);
    }

    pub fn start_again(&self) {
        self.stack(&["start", "alertmanager"], &[]);
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _ = Command::new(root().join("deploy/local/stack")).arg("down").arg("--dir").arg(&self.folder).output();
    }
}
