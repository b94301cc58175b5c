//! Plays something into a folder and brings it into a site.

use crate::site::{Site, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Plays a centre into a folder.
pub fn simulate(out: &Path, args: &[&str]) {
    let (mappings, out) = (root().join("deploy/sources").display().to_string(), out.display().to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    let output = command.args(["simulate", "--out", &out, "--mappings", &mappings]).args(args).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "simulate {args:?}: {said}");
    println!("{said}");
}

/// A file of the centre, if it has any rows.
pub fn filled(path: PathBuf) -> Option<PathBuf> {
    path.metadata().is_ok_and(|file| file.len() > 0).then_some(path)
}

/// Runs the commands that the simulator wrote beside the centre, those whose file is there.
pub fn import(site: &Site, centre: &Path) {
    let commands = std::fs::read_to_string(centre.join("import.sh")).expect("the commands");
    for line in commands.lines().filter(|line| line.starts_with("$holdfast ")) {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let (file, words) = words.split_last().expect("a file");
        if let Some(file) = filled(centre.join(file)) {
            site.run(&[words, &[&file.display().to_string()]].concat());
        }
    }
}
