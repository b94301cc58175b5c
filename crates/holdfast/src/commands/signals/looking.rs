//! `holdfast signals list`, `show`, `readers`.

use super::asking::{Asking, Session, missing};
use super::say;
use crate::care::switch::is_on;
use crate::care::{Role, Sight, Signal, Told, is_listed, sight, text, told, word};
use crate::commands::{Context, Format, print};
use crate::error::Error;
use crate::privacy::access_log::{Access, quoted};
use crate::privacy::counted;
use crate::privacy::two_persons::{Leave, leave};
use attrition::reasons::Language;
use serde::Serialize;
use std::process::ExitCode;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals list --as leader:leader-1 --purpose retention-talk
  holdfast signals list --as agent:agent-101 --purpose own-data --all --language zh
  holdfast signals list --as agent:agent-101 --purpose own-data --kept-silent    the own ones that are told to nobody, too
  holdfast signals list --as hr:hr-1 --purpose retention-talk --json

Leaders see the signals of the agents whom they lead now, agents their own, human resources those that are urgent or contested.")]
pub(super) struct List {
    #[command(flatten)]
    asking: Asking,
    /// Those that have ended too
    #[arg(long)]
    all: bool,
    /// Agents: your own ones that are kept silent, too
    #[arg(long)]
    kept_silent: bool,
}

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals show SIGNAL --as leader:leader-1 --purpose retention-talk
  holdfast signals show SIGNAL --as hr:hr-1 --purpose oversight --request REQUEST    with the leave of a second person")]
pub(super) struct Show {
    #[command(flatten)]
    asking: Asking,
    /// Id of the signal
    signal: String,
    /// Request that a second person has approved
    #[arg(long)]
    request: Option<String>,
}

/// Arguments of `readers`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  holdfast signals readers --as agent:agent-101 --purpose own-data
  holdfast signals readers --as hr:hr-1 --purpose oversight --agent agent-101 --json

Agents see who has looked at their own data; human resources, for oversight, at anybody's.")]
pub(super) struct Readers {
    #[command(flatten)]
    asking: Asking,
    /// Whose data were looked at [default: your own]
    #[arg(long)]
    agent: Option<String>,
}

/// What `list` answers.
#[derive(Debug, Serialize)]
struct Listed {
    signals: Vec<Told>,
    /// Agents led, and how many of them are on watch; only for teams of eight and more.
    team: Option<Watch>,
    /// Sites whose warnings are not good enough to be shown at present.
    suspended: Vec<Suspended>,
}

#[derive(Debug, Serialize)]
struct Suspended {
    site: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct Watch {
    agents: usize,
    on_watch: u64,
}

/// Lists what is there for the person.
///
/// # Errors
/// See [`super::run`].
pub(super) fn list(args: &List, context: &Context) -> Result<ExitCode, Error> {
    let session = Session::open(&args.asking, context)?;
    let (viewer, language) = (&args.asking.viewer, args.asking.language);
    if args.kept_silent && viewer.role != Role::Agent {
        session.log(&[session.line("list").with_outcome("refused")])?;
        return Err(Error::new("HF-P001", "signals that are kept silent are told to nobody but the agent who asks for the own ones"));
    }
    let signals = session.signals()?;
    let seen: Vec<(&Signal, Sight)> = signals
        .iter()
        .filter(|signal| (args.all || !signal.state.is_over()) && !session.is_kept_back(signal, false))
        .filter(|signal| is_listed(viewer, signal, args.kept_silent))
        .filter_map(|signal| Some((signal, sight(viewer, signal, &session.roster, false).ok()?)))
        .collect();
    let team = if viewer.role == Role::Leader { watch(&session)? } else { None };
    let line = session.line("list");
    let lines: Vec<Access> = seen.iter().map(|(signal, _)| line.about(&signal.id, &signal.agent)).collect();
    session.log(if lines.is_empty() { std::slice::from_ref(&line) } else { &lines })?;
    let signals: Vec<Told> = seen.iter().map(|(signal, sight)| told(signal, *sight, session.precision(signal), language)).collect();
    let mut parts: Vec<String> = signals.iter().map(|told| text(told, language)).collect();
    if parts.is_empty() {
        parts.push(if language == Language::English { "no signals" } else { "没有预警" }.to_owned());
    }
    parts.extend(team.as_ref().map(|team| match language {
        Language::English => {
            format!("{} of {} agents are on watch; nobody is to be looked at by name for that", team.on_watch, team.agents)
        }
        Language::Chinese => format!("{} 名员工中有 {} 名处于观察状态（不显示姓名）", team.agents, team.on_watch),
    }));
    let suspended: Vec<Suspended> =
        session.suspended_sites().into_iter().map(|(site, why)| Suspended { site: site.to_owned(), why }).collect();
    parts.extend(suspended.iter().map(|one| one.why.clone()));
    say(&args.asking, &parts.join("\n\n"), &Listed { signals, team, suspended })?;
    Ok(ExitCode::SUCCESS)
}

/// How many of the leader's agents are on watch by their latest scores; none: fewer than eight, or nothing is scored.
fn watch(session: &Session<'_>) -> Result<Option<Watch>, Error> {
    let agents = session.roster.agents_of(&session.asking.viewer.id);
    let Some(count) = counted(agents.len()) else { return Ok(None) };
    let tenant = &session.asking.tenant;
    let sites = agents.iter().filter_map(|agent| session.roster.place(agent)?.site.as_deref());
    if sites.into_iter().any(|site| session.suspensions.holds(tenant, site) || !is_on(&session.config, Some(site))) {
        return Ok(None);
    }
    let list = agents.iter().map(|agent| quoted(agent)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT count() AS scored, countIf(latest = 'watch') AS on_watch FROM (\
         SELECT argMax(ifNull(s.tier, ''), s.day) AS latest FROM scores AS s FINAL WHERE s.tenant = {tenant} AND s.agent IN ({list}) \
         AND s.day > (SELECT max(l.day) FROM scores AS l WHERE l.tenant = {tenant}) - 7 GROUP BY s.agent)",
        tenant = quoted(&session.asking.tenant)
    );
    let rows = session.runtime.block_on(session.attrition.rows(&sql))?;
    let number = |name: &str| {
        rows.first().and_then(|row| row.get(name)).and_then(|value| value.as_str().map_or(value.as_u64(), |text| text.parse().ok()))
    };
    let scored = number("scored").unwrap_or(0);
    Ok(counted(usize::try_from(scored).unwrap_or(0)).and_then(|_| number("on_watch")).map(|on_watch| Watch { agents: count, on_watch }))
}

/// Shows one signal.
///
/// # Errors
/// See [`super::run`].
pub(super) fn show(args: &Show, context: &Context) -> Result<ExitCode, Error> {
    let session = Session::open(&args.asking, context)?;
    let Some(signal) = session.signals()?.into_iter().find(|signal| signal.id == args.signal) else {
        session.log(&[session.line("show").about(&args.signal, "").with_outcome("refused")])?;
        return Err(missing(&args.signal));
    };
    let unsealed = match &args.request {
        Some(request) => unsealed(&session, request, &signal)?,
        None => false,
    };
    let sight = session.look("show", &signal, unsealed)?;
    let request = args.request.clone().unwrap_or_default();
    session.log(&[Access { request, ..session.line("show").about(&signal.id, &signal.agent) }])?;
    let told = told(&signal, sight, session.precision(&signal), args.asking.language);
    say(&args.asking, &text(&told, args.asking.language), &told)?;
    Ok(ExitCode::SUCCESS)
}

fn unsealed(session: &Session<'_>, request: &str, signal: &Signal) -> Result<bool, Error> {
    let log = session.logged(&format!("l.request = {} AND l.outcome IN ('asked', 'approved')", quoted(request)))?;
    match leave(&log, &session.asking.viewer, &signal.id, session.now_us) {
        Leave::Given => Ok(true),
        Leave::Waits => {
            Err(Error::new("HF-P001", format!("request {request} waits for a second person: `holdfast signals approve {request}`")))
        }
        Leave::Over => Err(Error::new("HF-P001", format!("leave by request {request} lasted for a day and is over: ask anew"))),
        Leave::Unknown => Err(Error::new("HF-P001", format!("you have not asked for this signal by request {request}"))),
    }
}

/// Shows who has looked at somebody's data.
///
/// # Errors
/// See [`super::run`].
pub(super) fn readers(args: &Readers, context: &Context) -> Result<ExitCode, Error> {
    let session = Session::open(&args.asking, context)?;
    let viewer = &args.asking.viewer;
    let agent = args.agent.as_ref().unwrap_or(&viewer.id);
    let own = viewer.role == Role::Agent && *agent == viewer.id;
    let oversees = viewer.role == Role::HumanResources && args.asking.purpose == crate::care::Purpose::Oversight;
    if !own && !oversees {
        session.log(&[session.line("readers").about("", agent).with_outcome("refused")])?;
        return Err(Error::new("HF-P001", "agents see who has looked at their own data; human resources see it for --purpose oversight"));
    }
    session.log(&[session.line("readers").about("", agent)])?;
    let lines = session.logged(&format!("l.agent = {}", quoted(agent)))?;
    if args.asking.json {
        say(&args.asking, "", &lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    let when = |us: i64| jiff::Timestamp::from_microsecond(us).map_or_else(|_| us.to_string(), |time| time.to_string());
    let row = |line: &Access| {
        let role = if line.role == "hr" { word("human_resources", args.asking.language).to_owned() } else { line.role.clone() };
        vec![
            when(line.at_us),
            role,
            line.person.clone(),
            line.action.clone(),
            line.purpose.clone(),
            line.outcome.clone(),
            line.reason.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    print(Format::Table, &["when", "role", "who", "what", "what for", "outcome", "reason"], &rows)?;
    Ok(ExitCode::SUCCESS)
}
