//! `holdfast attrition groove`: teams whose speed rises while their care falls, scorecards that invite it, and the pairs of KPIs behind it.

use super::asking::{Period, answer, date_of, digits, shown_at, text, whole};
use super::naming::{Look, Who};
use super::{short_calls, target_changes, trends};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::Report;
use crate::staying::reading::agent_weeks;
use retention::grooves::{Groove, grooves};
use retention::scorecards::{Finding, PAIRS, lint};
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::{Place, TARGETS};

/// Monday of the week with number 0 is day −3 since 1970.
pub(super) const WEEK_ZERO_DAY: i32 = -3;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition groove --site berlin
  holdfast attrition groove --site berlin --agents --as kpi-owner:kim --purpose targets         also agents: for the owner of the KPI
  holdfast attrition groove --site berlin --agents --as leader:leader-1 --purpose coaching      then for coaching: the own team's
  holdfast attrition groove --site berlin --short-calls --as kpi-owner:kim --purpose targets --from 2026-01-01 --to 2026-03-31
  holdfast attrition groove --site berlin --target-changes --zone Europe/Berlin     what came of changes of targets
  holdfast attrition groove --site berlin --trends --from 2026-01-01                where teams come from, week by week
  holdfast attrition groove --site berlin --trends --pair aht:qa_score --format csv the same of one pair of KPIs, to draw
  holdfast attrition groove --pairs                                                 which KPI is pushed at the cost of which

Speed: handle time, after-call work, contacts per hour. Care: repeats, transfers, short talks, quality, satisfaction, complaints. Each against peers
of the same week and queue group, in standard deviations, exponentially weighted over 28 days. In the groove: speed at least 0.75, care at most -0.5,
both beyond two standard errors, two weeks running. Furthest apart: the highest measure of speed and the lowest of care. A groove is a defect of targets first; learning looks different, both go up. Teams of fewer than
eight agents are left out.

Short calls: inbound calls of less than ten seconds of talk that the agent ended, by agent and month. Conspicuous: the lower end of the 95 % interval of the
share is above 5 % and above three times what is usual, that is the median share of the agents with the same main queue (or of the site, where these are fewer
than eight). Who has fewer than 200 calls is not judged. By name, never by rank. What names agents asks who looks and what for, and writes it down. Beside a
conspicuous month stands how many of the short calls the same caller followed with another within ten minutes, how many transfers came to the same queue or agent
again, and talk and hold per call against the month before: hold that rises as talk falls is time moved to where nobody looks.

Trends: the same means as of each week, of teams of at least eight; of a pair the two measures alone, + = better on both sides (transfers of any kind, mean
satisfaction). Apart: the one less the other. No other is better in both: what a team may be asked for without giving of the other side.

Changes of targets: speed and care of the teams that a target is for (its attribute team, or site), eight whole weeks after against eight before, less the same of
teams without any change in these weeks; in standard deviations of agents' weeks, with two standard errors by agents on either side. Drift: speed up and care down,
both beyond. Nothing is shown of fewer than eight agents, or without teams to compare with.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    pub(super) who: Who,
    #[command(flatten)]
    pub(super) period: Period,
    /// Site
    #[arg(long, required_unless_present = "pairs")]
    site: Option<String>,
    /// Agents who are in a groove, too
    #[arg(long)]
    agents: bool,
    /// Talks of a few seconds that agents ended, by agent and month, in place of grooves
    #[arg(long, conflicts_with = "agents")]
    short_calls: bool,
    /// Talks below so many seconds are short
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600), requires = "short_calls")]
    pub(super) under: u16,
    /// What came of changes of targets, against teams that they did not concern, in place of grooves
    #[arg(long, conflicts_with_all = ["agents", "short_calls"])]
    target_changes: bool,
    /// Speed and care of teams week by week, in place of grooves
    #[arg(long, conflicts_with_all = ["agents", "short_calls", "target_changes"])]
    trends: bool,
    /// With --trends: the two KPIs of a pair, as --pairs has them, in place of all speed and care
    #[arg(long, value_name = "PUSHED:COST", requires = "trends")]
    pub(super) pair: Option<String>,
    /// Pairs of KPIs of which one is pushed at the cost of the other, in place of grooves
    #[arg(long, conflicts_with_all = ["agents", "short_calls", "target_changes", "trends"])]
    pairs: bool,
}

impl Args {
    /// The site; empty only with --pairs, which is of none.
    pub(super) fn site(&self) -> &str {
        self.site.as_deref().unwrap_or_default()
    }
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    if args.pairs {
        return pairs(args);
    }
    shown_at(config, args.site())?;
    if args.short_calls {
        return short_calls::run(args, config);
    }
    if args.target_changes {
        return target_changes::run(args, config);
    }
    if args.trends {
        return trends::run(args, config);
    }
    let look = if args.agents { Some(Look::open(&args.who, &args.period.tenant, Report::Grooves, config)?) } else { None };
    let (first, last) = args.period.days(26 * 7)?;
    let found = grooves(&agent_weeks(config, &args.period.tenant, args.site(), first, last)?);
    let line = |what: &str, (name, of): (&String, &Groove)| {
        vec![
            what.to_owned(),
            name.clone(),
            of.agents.to_string(),
            date_of(of.week * 7 + WEEK_ZERO_DAY),
            format!("{} ± {}", digits(Some(of.latest.strong), 2), digits(Some(of.latest.strong_error), 2)),
            format!("{} ± {}", digits(Some(of.latest.weak), 2), digits(Some(of.latest.weak_error), 2)),
            digits(Some(of.latest.index()), 2),
            of.apart.map(|measured| format!("{} {}", measured.name, format_args!("{:+.2}", measured.mean))).join(", "),
            if of.in_groove { "in the groove" } else { "" }.to_owned(),
        ]
    };
    let mut rows: Vec<Vec<String>> = found.teams.iter().map(|of| line("team", of)).collect();
    if let Some(look) = look {
        let bent: Vec<_> = found.agents.iter().filter(|(agent, of)| of.in_groove && look.sees_agent(agent)).collect();
        look.log(bent.iter().map(|(agent, _)| agent.as_str()))?;
        rows.extend(bent.into_iter().map(|of| line("agent", of)));
    }
    print(args.period.format, &["of", "name", "agents", "week of", "speed", "care", "index", "furthest apart", ""], &rows)?;
    for (card, findings) in scorecards(&answer(config, TARGETS, &[("tenant", Place::Text(&args.period.tenant))])?) {
        for finding in findings {
            eprintln!("scorecard {card}: {}", told(&finding));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The registry of opposed pairs: nothing of anybody, so nobody is asked.
fn pairs(args: &Args) -> Result<ExitCode, Error> {
    let rows: Vec<Vec<String>> =
        PAIRS.iter().map(|pair| [pair.pushed, pair.at_the_cost_of, pair.how].map(str::to_owned).to_vec()).collect();
    print(args.period.format, &["pushed", "at the cost of", "how"], &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with each card.
fn scorecards(targets: &[super::asking::Row]) -> BTreeMap<String, Vec<Finding>> {
    let mut cards: BTreeMap<String, Vec<(&str, u32)>> = BTreeMap::new();
    for row in targets {
        let card = if text(row, "card").is_empty() { "without a name" } else { text(row, "card") };
        cards.entry(card.to_owned()).or_default().push((text(row, "kpi"), whole(row, "weight").max(0) as u32));
    }
    cards.into_iter().map(|(card, targets)| (card, lint(&targets))).filter(|(_, findings)| !findings.is_empty()).collect()
}

fn told(finding: &Finding) -> String {
    match finding {
        Finding::NothingOfCare => "it asks for speed and volume only: it invites short talks, transfers and repeats".to_owned(),
        Finding::CareWeighsLittle { strong, weak } => format!("care weighs {weak} against {strong} of speed and volume: less than half"),
        Finding::Unopposed { kpi, missing } => format!("{kpi} stands alone: put one of {} beside it", missing.join(", ")),
    }
}
