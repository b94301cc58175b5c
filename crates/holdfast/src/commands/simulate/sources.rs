//! How a simulated centre comes into the product: its sources as configuration, and the commands that import them.

use super::{centre::create, unwritable};
use crate::error::Error;
use simulator::centre::SitePlan;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// Systems beside the telephone: name of the source and of its mapping file, and the file that holds its records.
const BESIDE: [(&str, &str); 7] = [
    ("schedule", "schedule.csv"),
    ("absences", "absences.csv"),
    ("survey", "survey.jsonl"),
    ("evaluation", "evaluation.csv"),
    ("offers", "offers.csv"),
    ("dialer", "dialer.csv"),
    ("tickets", "tickets.jsonl"),
];

/// Kinds of reference data that the centre has.
const REFERENCE: [&str; 9] = ["site", "team", "agent", "queue", "reason", "campaign", "list", "target", "calendar"];

/// What there is besides the log: where the mapping files lie, kinds of reference data, and systems beside the telephone, by the names of their sources.
pub(super) struct Place<'a> {
    pub(super) mappings: &'a Path,
    pub(super) reference: &'a [&'static str],
    pub(super) beside: &'a [&'static str],
}

impl<'a> Place<'a> {
    /// A whole centre has all.
    pub(super) fn of_centre(mappings: &'a Path) -> Self {
        Self { mappings, reference: &REFERENCE, beside: &["schedule", "absences", "survey", "evaluation", "offers", "dialer", "tickets"] }
    }
}

/// Writes `holdfast.toml` (a fragment: sources only) and `import.sh`.
///
/// # Errors
/// HF-I001 if a file cannot be written.
pub(super) fn write(sites: &[SitePlan], place: &Place<'_>, out: &Path) -> Result<(), Error> {
    let mut toml = "# The sources of a simulated centre: append this to a configuration.\n".to_owned();
    let mut commands =
        "#!/bin/sh\n# Imports the centre: HOLDFAST=\"holdfast --config FILE\" ./import.sh; topics and tables are there already.\n\
set -eu\ncd \"$(dirname \"$0\")\"\nholdfast=${HOLDFAST:-holdfast}\n"
            .to_owned();
    write_texts(sites, place, &mut toml, &mut commands)
        .map_err(|_| Error::configuration("the configuration of the centre cannot be formed".to_owned()))?;
    for (name, text) in [("holdfast.toml", toml), ("import.sh", commands)] {
        let path = out.join(name);
        create(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| unwritable(&path, &error))?;
    }
    Ok(())
}

fn write_texts(sites: &[SitePlan], place: &Place<'_>, toml: &mut String, commands: &mut String) -> std::fmt::Result {
    for kind in place.reference {
        writeln!(commands, "$holdfast reference load --kind {kind} reference/{kind}.csv")?;
    }
    sites.iter().try_for_each(|site| site_sources(site, place, toml, commands))
}

fn site_sources(site: &SitePlan, place: &Place<'_>, toml: &mut String, commands: &mut String) -> std::fmt::Result {
    let (name, zone) = (&site.name, site.zone.name());
    let (kind, file) = (site.system.source_kind(), site.system.log_file());
    writeln!(toml, "\n[[sources]]  # {}\nname = \"{name}\"\nkind = \"{kind}\"\ntimezone = \"{zone}\"", site.system.name())?;
    writeln!(commands, "$holdfast import --source {name} {name}/{file}")?;
    for (beside, file) in BESIDE.into_iter().filter(|(name, _)| place.beside.contains(name)) {
        let mapping = place.mappings.join(format!("{beside}.toml"));
        writeln!(toml, "\n[[sources]]\nname = \"{name}-{beside}\"\nsystem = \"{name}\"\nkind = \"mapping\"\ntimezone = \"{zone}\"")?;
        writeln!(toml, "mapping_file = \"{}\"", mapping.display())?;
        writeln!(commands, "$holdfast import --source {name}-{beside} {name}/{file}")?;
    }
    Ok(())
}
