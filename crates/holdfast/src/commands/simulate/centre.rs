//! A whole centre: sites, people, observations and truth, written as it is played.

use super::{sources, unwritable};
use crate::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use simulator::centre::{Centre, CentrePlay, Portion, SiteDirt, System};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of whole centres.
#[derive(Debug, clap::Args)]
pub(super) struct CentreArgs {
    /// A whole centre: so many times the agents and the demand
    #[arg(long, value_name = "N", default_value_t = 1)]
    agents_factor: u32,
    /// A whole centre: days that are played
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// A whole centre: first day, such as 2026-10-24
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,
    /// A whole centre: the telephone system of a site: asterisk, amazon_connect or genesys_cloud. The lines of a vendor's site are kept in
    /// memory until it is over. Unless told otherwise, Boston of centre speaks Amazon Connect and Manila Genesys Cloud
    #[arg(long, value_name = "SITE=SYSTEM", value_parser = system)]
    system: Vec<(String, System)>,
    /// A whole centre: where the mapping files lie that its configuration names
    #[arg(long, value_name = "DIR", default_value = "deploy/sources")]
    mappings: PathBuf,
}

impl CentreArgs {
    /// Anything but the defaults.
    pub(super) fn is_given(&self) -> bool {
        self.agents_factor != 1 || self.days.is_some() || self.start.is_some() || !self.system.is_empty()
    }
}

fn system(text: &str) -> Result<(String, System), String> {
    let names: Vec<&str> = System::ALL.iter().map(|system| system.name()).collect();
    let found = text.split_once('=').and_then(|(site, name)| Some((site.to_owned(), System::parse(name)?)));
    found.ok_or_else(|| format!("give SITE=SYSTEM, such as boston=asterisk; systems are {}", names.join(", ")))
}

/// Rows and bytes of a file.
#[derive(Clone, Copy, Default)]
struct Size {
    rows: u64,
    bytes: u64,
}

/// Runs the command.
///
/// # Errors
/// HF-I001 if a file cannot be written.
pub(super) fn run(preset: &str, seed: u64, args: &CentreArgs, dirt: Option<SiteDirt>, out: &Path) -> Result<ExitCode, Error> {
    let wrong = |error: simulator::Error| Error::configuration(format!("{error}; see holdfast simulate --help"));
    let mut centre = Centre::preset(preset, seed).and_then(|centre| centre.times(args.agents_factor)).map_err(wrong)?;
    centre.days = args.days.unwrap_or(centre.days);
    centre.start = args.start.unwrap_or(centre.start);
    centre.dirt = dirt;
    for (site, system) in &args.system {
        centre = centre.with_system(site, *system).map_err(wrong)?;
    }
    centre.validate().map_err(wrong)?;
    eprintln!("simulating {preset:?} with seed {seed}: {} days from {}", centre.days, centre.start);
    sources::write(&centre, &args.mappings, out)?;
    let portions = centre.sites.len() as u64 * (u64::from(centre.days) + 3) + 1;
    let bar = ProgressBar::new(portions);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} % {msg} {eta}") {
        bar.set_style(style);
    }
    let mut play = CentrePlay::new(centre).map_err(wrong)?;
    let mut sizes: BTreeMap<String, Size> = BTreeMap::new();
    while let Some(portion) = play.next_portion().map_err(wrong)? {
        bar.inc(1);
        bar.set_message(portion.what().to_owned());
        append(&portion, out, &mut sizes)?;
    }
    bar.finish_and_clear();
    tell(&sizes, out);
    Ok(ExitCode::SUCCESS)
}

/// Puts a portion to the ends of its files; the first of a file makes it anew.
fn append(portion: &Portion, out: &Path, sizes: &mut BTreeMap<String, Size>) -> Result<(), Error> {
    for (name, text) in portion.files() {
        let path = out.join(name);
        let known = sizes.contains_key(name);
        let opened = if known { OpenOptions::new().append(true).open(&path) } else { create(&path) };
        opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| unwritable(&path, &error))?;
        let size = sizes.entry(name.to_owned()).or_default();
        size.rows += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        size.bytes += text.len() as u64;
    }
    Ok(())
}

/// An empty file, with the folders above it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    File::create(path)
}

/// Says how much was written, by what it is for.
fn tell(sizes: &BTreeMap<String, Size>, out: &Path) {
    let mut sums: BTreeMap<&str, Size> = BTreeMap::new();
    for (name, size) in sizes {
        let group = match name.split('/').next() {
            Some("truth") => "truth",
            Some("reference") => "reference data",
            _ if System::ALL.iter().any(|system| name.ends_with(system.log_file())) => "logs",
            _ => "observations",
        };
        let sum = sums.entry(group).or_default();
        sum.rows += size.rows;
        sum.bytes += size.bytes;
    }
    for (group, Size { rows, bytes }) in sums {
        eprintln!("{group}: {rows} rows, {bytes} bytes");
    }
    eprintln!("{0}: holdfast.toml has the sources, import.sh the commands, truth/ what must come out", out.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The logs of a small centre are the same whether they are written in one day's portions or come from another run.
    #[test]
    fn a_centre_is_written_with_its_configuration_and_its_truth() {
        let folder = tempfile::tempdir().unwrap();
        let args = CentreArgs { agents_factor: 1, days: Some(1), start: None, system: Vec::new(), mappings: "deploy/sources".into() };
        for name in ["a", "b"] {
            run("centre", 3, &args, None, &folder.path().join(name)).unwrap();
        }
        let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
        for file in [
            "berlin/queue_log",
            "boston/connect.jsonl",
            "manila/genesys.jsonl",
            "boston/schedule.csv",
            "truth/manila/queue-days.csv",
            "reference/agent.csv",
            "holdfast.toml",
            "import.sh",
        ] {
            assert!(read(&format!("a/{file}")) == read(&format!("b/{file}")) && !read(&format!("a/{file}")).is_empty(), "{file}");
        }
        assert!(read("a/holdfast.toml").contains("timezone = \"America/New_York\""));
        assert!(read("a/holdfast.toml").contains("kind = \"genesys_cloud\""));
    }

    #[test]
    fn a_site_speaks_another_system_on_request_unless_that_cannot_tell_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let with = |given: &str| {
            let system = vec![system(given).unwrap()];
            let args = CentreArgs { agents_factor: 1, days: Some(1), start: None, system, mappings: "deploy/sources".into() };
            run("centre", 3, &args, None, folder.path())
        };
        with("boston=asterisk").unwrap();
        assert!(folder.path().join("boston/queue_log").exists());
        assert!(with("berlin=genesys_cloud").unwrap_err().text.contains("billing refuses calls"));
        assert!(with("rome=asterisk").unwrap_err().text.contains("berlin, boston, manila"));
        assert!(system("boston").unwrap_err().contains("boston=asterisk") && system("boston=cisco").is_err());
    }
}
