//! `holdfast attrition uplift`: whether talks keep people, from signals that were told and signals that were kept silent at random.

use crate::care::{qualities, switch};
use crate::commands::staying::asking;
use crate::commands::{Context, Format, asynchronous, print};
use crate::config::Config;
use crate::error::Error;
use attrition::quality::{Drawn, Share};
use std::process::ExitCode;
use warehouse::attrition::PeriodQuality;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition uplift
  holdfast attrition uplift --site berlin --format csv

Of the signals of which was drawn, when they opened, whether they are kept silent (attrition.silent_share): how many of the agents left of their own will within 45 days, among \
those told and among those kept silent, with Wilson's 95 % intervals; and the difference, which is what telling has changed, with Newcombe's. Above 0 telling keeps people; if 0 lies \
between its ends, nothing is shown yet. By what was drawn: a silent one that became urgent, and was told after all, counts as silent. Shares only from eight signals on either side.")]
pub(super) struct Uplift {
    /// One site only
    #[arg(long)]
    site: Option<String>,
    /// Whose agents
    #[arg(long, default_value = "default")]
    tenant: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const HEADER: [&str; 16] = [
    "site",
    "period",
    "told",
    "told_left",
    "told_left_share",
    "told_left_low",
    "told_left_high",
    "silent",
    "silent_left",
    "silent_left_share",
    "silent_left_low",
    "silent_left_high",
    "kept_share",
    "kept_low",
    "kept_high",
    "silent_share_now",
];

/// Prints the report.
///
/// # Errors
/// HF-P003 if early warnings are switched off, everywhere or at the site that is asked for; HF-W001 if ClickHouse does not answer.
pub(super) fn uplift(args: &Uplift, context: &Context) -> Result<ExitCode, Error> {
    let config = context.config()?;
    asking::database(&config)?;
    if let Some(site) = &args.site {
        asking::shown_at(&config, site)?;
    }
    let sites = asynchronous()?.block_on(qualities(&config))?;
    let of_site = |name: &str| args.site.as_ref().is_none_or(|site| site == name) && switch::is_on(&config, Some(name));
    let mut rows = Vec::new();
    for (_, site, periods) in sites.iter().filter(|(tenant, site, _)| *tenant == args.tenant && of_site(site)) {
        rows.extend(periods.iter().map(|period| row(&config, site, period)));
    }
    print(args.format, &HEADER, &rows)?;
    Ok(ExitCode::SUCCESS)
}

fn row(config: &Config, site: &str, PeriodQuality { period, quality }: &PeriodQuality) -> Vec<String> {
    let Drawn { told, told_left, silent, silent_left } = quality.drawn;
    let three = |numbers: Option<[f64; 3]>| match numbers {
        Some(numbers) => numbers.map(|number| format!("{number:.3}")),
        None => Default::default(),
    };
    let share = |share: Share| [share.share, share.interval.low, share.interval.high];
    let uplift = quality.drawn.uplift();
    [
        vec![site.to_owned(), period.clone(), told.to_string(), told_left.to_string()],
        three(quality.drawn.acted_on().map(share)).to_vec(),
        vec![silent.to_string(), silent_left.to_string()],
        three(quality.drawn.untouched().map(share)).to_vec(),
        three(uplift.map(|uplift| [uplift.kept, uplift.interval.low, uplift.interval.high])).to_vec(),
        vec![config.attrition.silent_share(site).to_string()],
    ]
    .concat()
}
