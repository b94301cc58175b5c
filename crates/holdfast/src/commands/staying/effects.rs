//! `holdfast attrition effects`: whether sessions helped.

use super::asking::{Period, answer, between, digits, number, shown_at, text, whole};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use retention::effects::{EffectSettings, Series, Session, Touched, effect};
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::{MEASURE_DAYS, Place, SESSIONS};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition effects --site berlin --kind training --measure quality
  holdfast attrition effects --site berlin --kind coaching --measure repeats --window 56

Sessions are observations of kind other with dimension session, the kind as outcome, and the role of who held it as reason. Change of those who had
one, less the change of the five others of the same site and queue group whose weeks before were most alike and who had none in the time, of any kind and
held by anybody, also outside of the period; whole agents are drawn anew for the interval. By the role of who held it, and together. Fewer than eight agents are not told. Measures but contacts_per_hour are in standard
deviations or logarithms; + is better.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    period: Period,
    /// Site
    #[arg(long)]
    site: String,
    /// Kind of session
    #[arg(long, default_value = "coaching", value_parser = ["coaching", "training", "follow_up"])]
    kind: String,
    /// What should have changed
    #[arg(long, default_value = "quality", value_parser = ["quality", "satisfaction", "handle_time", "after_call_work", "repeats", "contacts_per_hour"])]
    measure: String,
    /// Days before, and after
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(i32).range(7..=365))]
    window: i32,
    /// Days from the session until it can show
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=180))]
    wait: i32,
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    shown_at(config, &args.site)?;
    let period = args.period.days(365)?;
    let settings = EffectSettings { window_days: args.window, wait_days: args.wait, ..EffectSettings::default() };
    let around = (period.0 - settings.days_before(), period.1 + settings.days_after());
    let measured = measured(args, config, around)?;
    let (by_role, touched) = sessions(args, config, period, around, &measured.groups)?;
    let rows: Vec<Vec<String>> = by_role.iter().map(|(role, sessions)| line(role, sessions, &touched, &measured, &settings)).collect();
    let header = ["held by", "sessions", "agents", "before", "after", "others before", "others after", "effect", "95 % interval", ""];
    print(args.period.format, &header, &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// What agents of the site did, and whom each can be compared with.
struct Measured {
    groups: BTreeMap<String, String>,
    series: BTreeMap<String, Series>,
}

fn measured(args: &Args, config: &Config, (first, last): (i32, i32)) -> Result<Measured, Error> {
    let values = [
        ("tenant", Place::Text(args.period.tenant.as_str())),
        ("site", Place::Text(&args.site)),
        ("measure", Place::Text(&args.measure)),
        ("first_day", Place::Whole(first.into())),
        ("last_day", Place::Whole(last.into())),
    ];
    let mut found = Measured { groups: BTreeMap::new(), series: BTreeMap::new() };
    for row in answer(config, MEASURE_DAYS, &values)? {
        let agent = text(&row, "agent").to_owned();
        found.groups.insert(agent.clone(), text(&row, "peers").to_owned());
        if let (Some(sum), Some(weight)) = (number(&row, "sum"), number(&row, "weight").filter(|weight| *weight > 0.0)) {
            found.series.entry(agent).or_default().insert(whole(&row, "day") as i32, (sum, weight));
        }
    }
    Ok(found)
}

/// Sessions of the kind and the period by the role of who held them; and the days of all sessions of everybody, also of other kinds and as far before and after as
/// windows reach: who had one of these is nobody's measure.
fn sessions(
    args: &Args,
    config: &Config,
    (first, last): (i32, i32),
    around: (i32, i32),
    groups: &BTreeMap<String, String>,
) -> Result<(BTreeMap<String, Vec<Session>>, Touched), Error> {
    let values = [
        ("tenant", Place::Text(args.period.tenant.as_str())),
        ("zone", Place::Text(&args.period.zone)),
        ("first_day", Place::Whole(around.0.into())),
        ("last_day", Place::Whole(around.1.into())),
    ];
    let (mut by_role, mut touched): (BTreeMap<String, Vec<Session>>, Touched) = (BTreeMap::new(), Touched::new());
    for row in answer(config, SESSIONS, &values)? {
        let (agent, day) = (text(&row, "agent").to_owned(), whole(&row, "day") as i32);
        touched.entry(agent.clone()).or_default().insert(day);
        let is_asked = text(&row, "kind") == args.kind && (first..=last).contains(&day);
        if let Some(group) = groups.get(&agent).filter(|_| is_asked) {
            let session = Session { group: group.clone(), day, agent };
            by_role.entry("everybody".to_owned()).or_default().push(session.clone());
            by_role.entry(text(&row, "role").to_owned()).or_default().push(session);
        }
    }
    Ok((by_role, touched))
}

fn line(role: &str, sessions: &[Session], touched: &Touched, measured: &Measured, settings: &EffectSettings) -> Vec<String> {
    let role = if role.is_empty() { "not known" } else { role };
    let Some(found) = effect(sessions, touched, &measured.groups, &measured.series, settings) else {
        let mut row = vec![role.to_owned(), sessions.len().to_string()];
        row.extend(std::iter::repeat_n("–".to_owned(), 7));
        row.push("too few can be compared".to_owned());
        return row;
    };
    let at = |value: f64| digits(Some(value), 3);
    vec![
        role.to_owned(),
        found.sessions.to_string(),
        found.agents.to_string(),
        at(found.own.0),
        at(found.own.1),
        at(found.others.0),
        at(found.others.1),
        at(found.effect),
        between(Some(found.interval), 3),
        if found.is_beyond_chance() { "beyond chance" } else { "may be chance" }.to_owned(),
    ]
}
