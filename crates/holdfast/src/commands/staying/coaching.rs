//! `holdfast attrition coaching`: whether what evaluations find is coached and goes away, whom coaching no longer helps, and what listening takes.

use super::asking::{Period, Row, answer, between, date_of, digits, number, shown_at, text, whole};
use super::naming::{Look, Who};
use crate::commands::print;
use crate::config::Config;
use crate::error::Error;
use crate::staying::Report;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use retention::FEWEST_AGENTS;
use retention::coaching_loop::{Closure, Coaching, Delay, Evaluation, Followed, LoopSettings, Progress, closure, follow};
use retention::monitoring::{sample, weeks};
use retention::plateaus::{Advice, PlateauSettings, plateaus};
use std::collections::BTreeMap;
use std::process::ExitCode;
use warehouse::attrition_reports::{COACHINGS, EVALUATIONS};

const DAY_S: i64 = 86_400;
/// Column of the agent where agents are named.
const AGENT: usize = 1;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast attrition coaching --site berlin                      findings: coached, looked at again, found again
  holdfast attrition coaching --site berlin --show delay         whether coaching soon after the call helps more
  holdfast attrition coaching --site berlin --show open --as leader:leader-1 --purpose coaching        findings that nobody has coached for
  holdfast attrition coaching --site berlin --show plateaus --as leader:leader-1 --purpose coaching    coached three times and no better: to be trained
  holdfast attrition coaching --site berlin --show effort        hours of listening and of coaching, by week
  holdfast attrition coaching --site berlin --show sample --margin 2    how many evaluations a mean needs

A finding is an evaluation with a reason, or with a fatal error. Coaching (an observation of kind other, dimension session, outcome coaching) counts for it
about the same call, or about none within 28 days. It is looked for in the next five evaluated calls of 56 days. Shares of fewer than eight agents are not
shown. Only evaluations drawn at random estimate points. What names agents (open, plateaus) asks who looks and what for and writes it down: leaders see the
agents whom they lead now, human resources for oversight everybody, agents the own.")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    period: Period,
    /// Site
    #[arg(long)]
    site: String,
    /// What is shown
    #[arg(long, default_value = "findings", value_parser = ["findings", "delay", "open", "plateaus", "effort", "sample"])]
    show: String,
    /// Half of the width of the interval that a mean of points should have, percent
    #[arg(long, default_value_t = 3.0)]
    margin: f64,
}

/// What was found and who was coached, and who leads whom.
struct Known {
    evaluations: Vec<Evaluation>,
    coachings: Vec<Coaching>,
    /// Team and leader of each agent at the last evaluation.
    led: BTreeMap<String, (String, String)>,
    /// Whose days they are.
    zone: TimeZone,
    /// The moment as of which it is told: the end of the last day.
    now_s: i64,
}

impl Known {
    fn leader(&self, agent: &str) -> String {
        self.led.get(agent).map_or_else(String::new, |led| led.1.clone())
    }

    /// The local date of a moment.
    fn date(&self, at_s: i64) -> String {
        Timestamp::from_second(at_s).map_or_else(|_| at_s.to_string(), |at| self.zone.to_datetime(at).date().to_string())
    }
}

/// Runs the command.
pub(super) fn run(args: &Args, config: &Config) -> Result<ExitCode, Error> {
    if args.margin.is_nan() || args.margin <= 0.0 {
        return Err(Error::configuration("--margin must be more than 0"));
    }
    shown_at(config, &args.site)?;
    let look = match args.show.as_str() {
        "open" | "plateaus" => Some(Look::open(&args.who, &args.period.tenant, Report::Coaching, config)?),
        _ => None,
    };
    let known = read(args, config)?;
    let followed = follow(&known.evaluations, &known.coachings, &LoopSettings::default());
    let (header, rows): (Vec<&str>, Vec<Vec<String>>) = match args.show.as_str() {
        "delay" => (
            vec!["coached after the call", "findings", "agents", "looked at again", "found again", "share", "95 % interval"],
            delays(&followed, known.now_s),
        ),
        "open" => (vec!["leader", "agent", "finding", "found on", "days"], open(&followed, &known)),
        "plateaus" => (vec!["leader", "agent", "coachings", "points before", "of", "points after", "of", ""], coached_often(&known)),
        "effort" => (vec!["week of", "evaluations", "hours listened", "coachings", "hours coached", "share coaching"], effort(&known)),
        "sample" => (
            vec!["team", "agents", "evaluations", "mean", "deviation", "margin now", "needed for the margin"],
            samples(&known, args.margin),
        ),
        _ => (
            vec![
                "finding",
                "found",
                "agents",
                "coached",
                "days until then",
                "looked at again",
                "found again",
                "share",
                "95 % interval",
                "oldest open, days",
            ],
            findings(&followed, known.now_s),
        ),
    };
    let rows = match look {
        Some(look) => seen(&look, rows)?,
        None => rows,
    };
    print(args.period.format, &header, &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// Of the lines of agents those that the person sees, written down.
fn seen(look: &Look<'_>, mut rows: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, Error> {
    rows.retain(|row| look.sees_agent(&row[AGENT]));
    look.log(rows.iter().map(|row| row[AGENT].as_str()))?;
    Ok(rows)
}

fn read(args: &Args, config: &Config) -> Result<Known, Error> {
    let (first, last) = args.period.days(180)?;
    let values = args.period.of_site(&args.site, first, last);
    let millis = |row: &Row| number(row, "took_ms").map(|ms| ms as i64);
    let mut led = BTreeMap::new();
    let mut evaluations = Vec::new();
    for row in answer(config, EVALUATIONS, &values)? {
        let agent = text(&row, "agent").to_owned();
        led.insert(agent.clone(), (text(&row, "team").to_owned(), text(&row, "leader").to_owned()));
        evaluations.push(Evaluation {
            agent,
            at_s: whole(&row, "at_s"),
            call_s: row.get("call_s").and_then(super::asking::value_whole),
            contact: text(&row, "contact").to_owned(),
            finding: text(&row, "finding").to_owned(),
            points: number(&row, "points"),
            random: whole(&row, "random") != 0,
            took_ms: millis(&row),
            week: whole(&row, "week") as i32,
        });
    }
    let coaching = |row: &Row| Coaching {
        agent: text(row, "agent").to_owned(),
        at_s: whole(row, "at_s"),
        contact: text(row, "contact").to_owned(),
        took_ms: millis(row),
        week: whole(row, "week") as i32,
    };
    let coachings = answer(config, COACHINGS, &values)?.iter().map(coaching).collect();
    let zone = TimeZone::get(&args.period.zone).map_err(|error| Error::configuration(format!("--zone: {error}")))?;
    let over = Date::constant(1970, 1, 1).checked_add((last + 1).days()).and_then(|date| zone.to_timestamp(date.at(0, 0, 0, 0)));
    let now_s = over.map_err(|error| Error::configuration(format!("--to: {error}")))?.as_second();
    Ok(Known { evaluations, coachings, led, zone, now_s })
}

/// Again found, its share and its interval; shares of few agents are not shown.
fn again(of: &Closure) -> [String; 4] {
    let shown = of.repeated_share.filter(|_| of.agents >= FEWEST_AGENTS);
    let share = shown.map(|_| of.repeated as f64 / of.checked as f64);
    [of.checked.to_string(), of.repeated.to_string(), digits(share, 3), between(shown, 3)]
}

fn grouped<K: Ord>(followed: &[Followed], by: impl Fn(&Followed) -> K) -> BTreeMap<K, Vec<&Followed>> {
    followed.iter().fold(BTreeMap::new(), |mut groups, one| {
        groups.entry(by(one)).or_insert_with(Vec::new).push(one);
        groups
    })
}

fn findings(followed: &[Followed], now_s: i64) -> Vec<Vec<String>> {
    let row = |name: &str, of: &Closure| {
        let mut row =
            vec![name.to_owned(), of.found.to_string(), of.agents.to_string(), of.coached.to_string(), digits(of.days_to_coaching, 1)];
        row.extend(again(of));
        row.push(of.oldest_open_days.map_or_else(|| "–".to_owned(), |days| days.to_string()));
        row
    };
    let mut rows: Vec<_> =
        grouped(followed, |one| one.finding.clone()).into_iter().map(|(name, of)| row(&name, &closure(of, now_s))).collect();
    if !rows.is_empty() {
        rows.push(row("all", &closure(followed, now_s)));
    }
    rows
}

fn delays(followed: &[Followed], now_s: i64) -> Vec<Vec<String>> {
    let coached: Vec<Followed> = followed.iter().filter(|one| one.progress != Progress::Open).cloned().collect();
    let row = |(delay, of): (Delay, Vec<&Followed>)| {
        let of = closure(of, now_s);
        let mut row = vec![delay.name().to_owned(), of.found.to_string(), of.agents.to_string()];
        row.extend(again(&of));
        row
    };
    grouped(&coached, |one| one.delay).into_iter().map(row).collect()
}

fn open(followed: &[Followed], known: &Known) -> Vec<Vec<String>> {
    let mut open: Vec<(String, &Followed)> =
        followed.iter().filter(|one| one.progress == Progress::Open).map(|one| (known.leader(&one.agent), one)).collect();
    open.sort_by(|a, b| (&a.0, a.1.found_s).cmp(&(&b.0, b.1.found_s)));
    open.into_iter()
        .map(|(leader, one)| {
            let days = (known.now_s - one.found_s).div_euclid(DAY_S);
            vec![leader, one.agent.clone(), one.finding.clone(), known.date(one.found_s), days.to_string()]
        })
        .collect()
}

fn coached_often(known: &Known) -> Vec<Vec<String>> {
    let of =
        |mean: Option<(f64, usize)>| [digits(mean.map(|mean| mean.0), 1), mean.map_or_else(|| "0".to_owned(), |mean| mean.1.to_string())];
    plateaus(&known.evaluations, &known.coachings, &PlateauSettings::default(), known.now_s)
        .into_iter()
        .map(|one| {
            let advice = match one.advice {
                Advice::Train => "training: no better",
                Advice::GoOn => "better",
                Advice::Unknown => "too few evaluations",
            };
            let mut row = vec![known.leader(&one.agent), one.agent, one.coachings.to_string()];
            row.extend(of(one.before));
            row.extend(of(one.after));
            row.push(advice.to_owned());
            row
        })
        .collect()
}

fn effort(known: &Known) -> Vec<Vec<String>> {
    // Of those of which it is known; a dash where it is of none.
    let hours = |ms: i64, of: usize| digits((of > 0).then_some(ms as f64 / 3_600_000.0), 1);
    weeks(&known.evaluations, &known.coachings)
        .into_iter()
        .map(|(monday, week)| {
            vec![
                date_of(monday),
                week.evaluations.to_string(),
                hours(week.listened_ms, week.timed_evaluations),
                week.coachings.to_string(),
                hours(week.coached_ms, week.timed_coachings),
                digits(week.coaching_share(), 3),
            ]
        })
        .collect()
}

fn samples(known: &Known, margin: f64) -> Vec<Vec<String>> {
    let mut of_team: BTreeMap<&str, (Vec<f64>, std::collections::BTreeSet<&str>)> = BTreeMap::new();
    for one in known.evaluations.iter().filter(|one| one.random) {
        let team = known.led.get(&one.agent).map_or("", |led| led.0.as_str());
        if let Some(points) = one.points {
            for name in [team, "all"] {
                let (all, agents) = of_team.entry(name).or_default();
                all.push(points);
                agents.insert(&one.agent);
            }
        }
    }
    let row = |(team, (points, agents)): (&str, (Vec<f64>, std::collections::BTreeSet<&str>))| {
        let found = sample(&points, margin).filter(|_| agents.len() >= FEWEST_AGENTS);
        let mut row = vec![team.to_owned(), agents.len().to_string(), points.len().to_string()];
        let of = [found.map(|found| found.mean), found.map(|found| found.deviation), found.map(|found| found.margin)];
        row.extend(of.map(|value| digits(value, 1)));
        row.push(found.map_or_else(|| "–".to_owned(), |found| found.needed.to_string()));
        row
    };
    of_team.into_iter().map(row).collect()
}
