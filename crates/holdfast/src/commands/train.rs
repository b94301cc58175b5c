//! `holdfast train`: learns the model of a site from its own days, judges it month by month on later ones, and writes model file and model card.

pub(crate) mod reading;
mod telling;

use super::staying::asking::{database, date_of, day_of};
use super::{Context, Format, asynchronous};
use crate::config::Config;
use crate::error::Error;
use crate::serving::server;
use attrition::features::Input;
use attrition::hazard::HazardModel;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use training::{CardFacts, Challenge, LearnSettings, OriginSettings, Rolled, WhatWasLearned, learn, model_card, origins};
use warehouse::attrition_reports::{TrainedModel, write_model};

/// Version of the product, as every model says it.
pub(super) const CODE: &str = env!("CARGO_PKG_VERSION");

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast train --site berlin --dry-run                 what would be learned and how good it is; nothing is written
  holdfast train --site berlin --output models
  holdfast train --site berlin --until 2026-06-30        as if it were then
  holdfast train --site berlin --input aht.ew21 --input absent.rate

Learned is on one row per agent and week whose outcome is known, 44 days before the day at the latest, and judged on the 30 days after it, month after
month; never on rows that were drawn by chance. With fewer than 300 leavers, or ten per coefficient, the shipped coefficients stay and only their
level is the site's own. Protected attributes are refused by name. A new model is used when the configuration names its file, not before: read its
card first.")]
pub(super) struct Args {
    /// Site
    #[arg(long)]
    site: String,
    /// Whose agents
    #[arg(long, default_value = "default")]
    tenant: String,
    /// IANA zone of the site [default: that of the reference data]
    #[arg(long)]
    zone: Option<String>,
    /// Last day of what is known [default: the last agent-day]
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Model file in place of the shipped one
    #[arg(long, value_name = "FILE")]
    prior: Option<PathBuf>,
    /// Only these inputs; may be repeated
    #[arg(long = "input", value_name = "NAME")]
    inputs: Vec<String>,
    /// Inverse strength of the penalty
    #[arg(long, default_value_t = 0.1)]
    c: f64,
    /// Compare with gradient boosting on the latest two months; it is only told of, never used
    #[arg(long)]
    challenger: bool,
    /// Folder for model file and card
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
    /// Output format of the table of months
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// HF-C001 for an input that is never one, HF-W… if ClickHouse refuses, HF-T001 if there is nothing to learn from yet.
pub(super) fn run(args: &Args, context: &Context) -> Result<ExitCode, Error> {
    let settings = settings(args)?;
    let config = context.config()?;
    let shipped = reading::shipped(args.prior.as_deref())?;
    let data = reading::read(&config, &reading::site(&config, args)?, &shipped)?;
    let known_until = args.until.map(day_of).or_else(|| data.weeks.span().map(|(_, last)| last)).unwrap_or(0);
    let horizon = settings.learn.horizon_days as i32;
    let rows = data.weeks.known(i32::MIN..=i32::MAX, &data.labels, horizon, known_until);
    if rows.is_empty() {
        return Err(Error::new(
            "HF-T001",
            format!(
                "site {} of tenant {} has no agent-week whose outcome is known on {}: agent-days begin 44 days before the first row, after those from which the site's moments are taken",
                args.site,
                args.tenant,
                date_of(known_until)
            ),
        ));
    }
    let rolled = origins(&data.weeks, &data.labels, &shipped, &settings, known_until)?;
    let challenge = if args.challenger { Some(reading::challenged(&data, &shipped, &settings, known_until)?) } else { None };
    let mut found = learn(&rows, &shipped, &settings.learn)?;
    found.model.id = named(&found.model, &args.site, known_until)?;
    telling::tell(&found, &rolled, challenge.as_ref(), args.format)?;
    let card = card(args, &found, &rolled, challenge.as_ref(), &settings, known_until, data.weeks.span().unwrap_or_default());
    if args.dry_run {
        eprintln!("dry run: {} was not written", found.model.id);
    } else {
        write(args, &config, &found, &rolled, &card, known_until)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(args: &Args) -> Result<OriginSettings, Error> {
    let named = |name: &String| Input::named(name).map_err(|error| Error::configuration(format!("--input: {error}")));
    let inputs = (!args.inputs.is_empty()).then(|| args.inputs.iter().map(named).collect::<Result<Vec<_>, _>>()).transpose()?;
    if args.c <= 0.0 || !args.c.is_finite() {
        return Err(Error::configuration("--c must be above 0; 0.1 to 0.3 is usual"));
    }
    Ok(OriginSettings { learn: LearnSettings { c: args.c, inputs, ..LearnSettings::default() }, ..OriginSettings::default() })
}

/// Site, day and eight digits of what it says: the same rows give the same name.
pub(super) fn named(model: &HazardModel, site: &str, known_until: i32) -> Result<String, Error> {
    let nameless = HazardModel { id: String::new(), ..model.clone() };
    let digest = Sha256::digest(file(&nameless)?.as_bytes());
    let digits: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{site}-{}-{digits}", date_of(known_until)))
}

pub(super) fn file(model: &HazardModel) -> Result<String, Error> {
    serde_json::to_string_pretty(model).map_err(|error| Error::new("HF-T001", format!("the model cannot be written: {error}")))
}

fn card(
    args: &Args,
    found: &WhatWasLearned,
    rolled: &Rolled,
    challenge: Option<&Challenge>,
    settings: &OriginSettings,
    known_until: i32,
    (first, last): (i32, i32),
) -> String {
    let facts = CardFacts {
        tenant: &args.tenant,
        site: &args.site,
        known_until: date_of(known_until),
        days: (date_of(first), date_of(last)),
        code: CODE,
        origin_days: rolled.origins.iter().map(|origin| date_of(origin.day)).collect(),
        challenge,
    };
    model_card(found, rolled, settings, &facts)
}

fn write(args: &Args, config: &Config, found: &WhatWasLearned, rolled: &Rolled, card: &str, known_until: i32) -> Result<(), Error> {
    let id = &found.model.id;
    let model = file(&found.model)?;
    let path = |extension: &str| args.output.join(format!("{id}.{extension}"));
    put(&path("json"), &model)?;
    put(&path("md"), card)?;
    let row = TrainedModel {
        tenant: &args.tenant,
        site: &args.site,
        model_id: id,
        trained_until_day: known_until,
        learned: found.learned.name(),
        rows: found.rows as u64,
        leavers: found.leavers as u64,
        quality: [rolled.mean(|at| at.auc), rolled.mean(|at| at.average_precision), rolled.observed_over_expected()],
        model: &model,
        card,
        code_version: CODE,
    };
    asynchronous()?.block_on(write_model(&server(config), &database(config)?, &row))?;
    eprintln!("written: {}, {}, and a row of the table models", path("json").display(), path("md").display());
    Ok(())
}

pub(super) fn put(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(path, text)?)
}
