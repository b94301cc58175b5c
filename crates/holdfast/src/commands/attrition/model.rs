//! `holdfast attrition model`: whether the models in use still hold, and a recalibrated model file.

mod writing;

use crate::care::switch::is_on;
use crate::commands::staying::asking::{between, database, date_of, digits, shown_at};
use crate::commands::{Context, Format, asynchronous, print};
use crate::config::Config;
use crate::error::Error;
use crate::upkeep::reading::{self, ModelSpan, Told};
use attrition::upkeep::{Calibration, Drift, ToldScore, UpkeepFacts, calibration, decide, matured_days};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use warehouse::attrition::{Attrition, Site};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition model
  holdfast attrition model --drift --site berlin
  holdfast attrition model --write models/berlin.json

Scores of the last 90 matured days as they were told (matured: 44 days old, 30 of horizon and 14 until it is entered who left), one for each agent and week, against who left of own \
will within 30 days. O and E are rows that left and rows expected to; a and b the line from the log-odds that were told to those that hold, 0 and 1 if the model is right. 95 % intervals \
take all rows of an agent for one piece of evidence. Who was talked with after a warning is left out: the talk changed it.

Verdict: too few (fewer than 50 left); keep; recalibrate (beyond chance off, b within 0.7 to 1.3); refit (b outside: train anew). --drift compares the inputs of the last 7 days with \
those of the quarter that the model knew: population stability index, above 0.1 moving, above 0.25 another population, if it is more than chance makes once in a thousand times.

--write puts the model of the configuration on the line, of all sites of the tenant together or of one (--site). Nothing is switched on: name the file in attrition.model_file. Only \
aggregates; nothing of fewer than eight agents.")]
pub(super) struct Model {
    /// One site only
    #[arg(long)]
    site: Option<String>,
    /// Whose agents
    #[arg(long, default_value = "default")]
    tenant: String,
    /// Drift of the inputs of the last week in place of the calibration
    #[arg(long, conflicts_with = "write")]
    drift: bool,
    /// Write the model of the configuration, recalibrated, and its card beside it
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const COLUMNS: &[&str] = &[
    "site",
    "model",
    "from",
    "to",
    "agents",
    "agent-weeks",
    "left",
    "O",
    "E",
    "O/E",
    "O/E, 95 %",
    "a",
    "a, 95 %",
    "b",
    "b, 95 %",
    "verdict",
];
const DRIFT_COLUMNS: &[&str] = &["site", "model", "input", "quarter from", "quarter to", "then", "now", "bins", "PSI", "chance", ""];

/// A site with its models and what they told.
struct Looked {
    site: Site,
    /// The last is in use.
    models: Vec<ModelSpan>,
    told: BTreeMap<String, Vec<Told>>,
}

impl Looked {
    fn newest_day(&self) -> i32 {
        self.models.last().map_or(0, |span| span.newest_day)
    }
}

/// Prints the report, and writes the model if that is asked for.
///
/// # Errors
/// HF-P003 if early warnings are switched off, HF-W001 if ClickHouse does not answer, HF-T001 if too few have left to recalibrate.
pub(super) fn model(args: &Model, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    if let Some(site) = &args.site {
        shown_at(&config, site)?;
    }
    let sites = sites(args, &config)?;
    if args.drift {
        return drifted(args, &config, sites);
    }
    let mut looked = Vec::new();
    for (site, models) in sites {
        let newest_day = models.last().map_or(0, |span| span.newest_day);
        let told = reading::told(&config, &site, newest_day)?;
        looked.push(Looked { site, models, told });
    }
    let (mut rows, mut hidden) = (Vec::new(), 0);
    for one in &looked {
        for (model, told) in &one.told {
            match calibration(&scores(told)) {
                Some(found) => rows.push(line(one, model, &found)),
                None => hidden += 1,
            }
        }
    }
    print(args.format, COLUMNS, &rows)?;
    if hidden > 0 {
        eprintln!("{hidden} models that scored fewer than eight agents at a site are not shown");
    }
    if let Some(file) = &args.write {
        writing::write(&config, &args.tenant, &looked, file)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Sites that are asked for, where early warnings are on, and that were scored.
fn sites(args: &Model, config: &Config) -> Result<Vec<(Site, Vec<ModelSpan>)>, Error> {
    let attrition = Attrition::new(&crate::serving::server(config), &database(config)?);
    let asked = |site: &Site| {
        site.tenant == args.tenant && args.site.as_ref().is_none_or(|asked| *asked == site.site) && is_on(config, Some(&site.site))
    };
    let mut found = Vec::new();
    for site in asynchronous()?.block_on(attrition.sites())?.into_iter().filter(asked) {
        let models = reading::models(config, &site)?;
        if !models.is_empty() {
            found.push((site, models));
        }
    }
    Ok(found)
}

fn scores(told: &[Told]) -> Vec<ToldScore<'_>> {
    told.iter().map(Told::score).collect()
}

fn line(of: &Looked, model: &str, found: &Calibration) -> Vec<String> {
    let days = matured_days(of.newest_day());
    let ratio = found.observed_over_expected();
    let verdict = decide(&UpkeepFacts { leavers: found.leavers, line: found.line });
    let mut row = vec![of.site.site.clone(), model.to_owned(), date_of(*days.start()), date_of(*days.end())];
    row.extend([found.agents, found.rows, found.leavers, found.observed].map(|count| count.to_string()));
    row.push(digits(Some(found.expected), 1));
    row.extend([digits(ratio.map(|of| of.0), 2), between(ratio.map(|of| of.1), 2)]);
    for part in [found.line.map(|line| line.intercept), found.line.map(|line| line.slope)] {
        row.extend([digits(part.map(|part| part.value), 2), between(part.map(|part| part.interval()), 2)]);
    }
    row.push(verdict.name().to_owned());
    row
}

/// Drift of the inputs of each site's model in use.
fn drifted(args: &Model, config: &Config, sites: Vec<(Site, Vec<ModelSpan>)>) -> Result<ExitCode, Error> {
    let mut rows = Vec::new();
    for (site, mut models) in sites {
        let Some(span) = models.pop() else { continue };
        let Some(quarter) = span.quarter() else {
            eprintln!("{}: {} has scored too few days to compare with", site.site, span.model);
            continue;
        };
        let found = reading::drifts(config, &site, &quarter, span.newest_day)?;
        if found.is_empty() {
            eprintln!("{}: fewer than eight agents have inputs both then and now", site.site);
        }
        let row = |(input, found): (&String, &Drift)| {
            let mut row = vec![site.site.clone(), span.model.clone(), input.clone(), date_of(*quarter.start()), date_of(*quarter.end())];
            row.extend([found.then, found.now, found.bins].map(|count| count.to_string()));
            row.extend([digits(Some(found.stability), 3), digits(Some(found.chance), 3), found.level().name().to_owned()]);
            row
        };
        rows.extend(found.iter().map(row));
    }
    print(args.format, DRIFT_COLUMNS, &rows)?;
    Ok(ExitCode::SUCCESS)
}
