//! What becomes of signals on a day: first what is in the log, then, on a day that has not been told, what the scores decide under each leader's budget.

#[cfg(test)]
mod tests;

use super::agent::AgentState;
use super::outcome::{Decision, What};
use super::scoring::Scored;
use super::settings::SiteSettings;
use super::told::{DayLog, Told};
use crate::features::DayFacts;
use crate::signals::{Action, Episode, Noted, Opening, Outcome, Scoring, Standing, Team, TrackerEvent, admit};
use std::collections::{BTreeMap, BTreeSet};

/// Days for which an opening uses up a leader's talk.
const FORTNIGHT_DAYS: i32 = 14;
/// Days without a row after which an agent counts as gone to another site.
const GONE_DAYS: i32 = 7;

/// An agent's day, as far as signals need it.
pub(crate) struct Judged<'a> {
    pub(crate) facts: &'a DayFacts,
    pub(crate) standing: Standing,
    pub(crate) worked_days: u32,
    pub(crate) scored: Option<&'a Scored>,
    pub(crate) withheld: bool,
}

/// Openings of the last fortnight, by leader.
pub(crate) type Openings = BTreeMap<String, Vec<i32>>;

/// Who holds the talks: the leader, or where none is known the team.
fn holder(leader: Option<&str>, team: Option<&str>) -> String {
    leader.or(team).unwrap_or_default().to_owned()
}

/// Forgets openings that use up no talk any more.
pub(crate) fn forget(day: i32, openings: &mut Openings) {
    openings.retain(|_, opened| {
        opened.retain(|opened| opened.saturating_add(FORTNIGHT_DAYS) > day);
        !opened.is_empty()
    });
}

/// Counts the day for every agent, and says what the scores want: by agent.
pub(crate) fn note(
    settings: &SiteSettings,
    day: i32,
    judged: &[Judged<'_>],
    agents: &mut BTreeMap<String, AgentState>,
) -> BTreeMap<String, Noted> {
    let mut noted = BTreeMap::new();
    for judged in judged {
        let Some(state) = agents.get_mut(&judged.facts.agent) else { continue };
        let muted = judged.standing != Standing::Scored || judged.withheld || state.former.is_some();
        let scoring = Scoring {
            day,
            worked_days: judged.worked_days,
            tier: judged.scored.and_then(|scored| scored.tier),
            probability: judged.scored.map_or(0.0, |scored| scored.probability),
            muted,
        };
        noted.insert(judged.facts.agent.clone(), state.tracker.note(&settings.tracker, &scoring));
    }
    noted
}

/// Does what was told of the day.
pub(crate) fn follow(
    settings: &SiteSettings,
    day: i32,
    log: &DayLog,
    judged: &[Judged<'_>],
    agents: &mut BTreeMap<String, AgentState>,
    openings: &mut Openings,
) {
    for told in &log.decisions {
        // An agent of whom no day is kept any more still has signals.
        let state = agents.entry(told.agent.clone()).or_default();
        match told.what {
            What::Opened if state.tracker.episode().is_none() => {
                state.tracker.open(day, told.tier, told.probability);
                state.doubtful = is_doubtful(settings, told, judged);
                openings.entry(holder(state.leader.as_deref(), state.team.as_deref())).or_default().push(day);
            }
            What::Opened => {}
            What::Escalated => _ = state.tracker.escalate(),
            // What is not possible any more has no effect: the table of states says so to every reader of the log.
            What::Ended(action) => _ = state.tracker.act(action, day).is_ok(),
        }
    }
}

/// Whether, by what is known now, nothing at all would be told of the agent on the day on which a signal opened. A rank can change with anybody's data; this
/// takes a signal back only where the agent's own data were other than they seemed.
fn is_doubtful(settings: &SiteSettings, told: &Told, judged: &[Judged<'_>]) -> bool {
    let Some(hash) = told.inputs_hash else { return false };
    match judged.binary_search_by(|judged| judged.facts.agent.as_str().cmp(&told.agent)).ok().and_then(|at| judged.get(at)) {
        Some(Judged { scored: Some(scored), .. }) => {
            scored.inputs_hash != hash && scored.probability < settings.tiers.least_factor * scored.base
        }
        Some(Judged { facts, .. }) => facts.notice_given || facts.on_leave || !facts.employed,
        None => false,
    }
}

/// Decides about a day that has not been told. Decisions are done, and given in order of agents; reasons are added by the caller.
pub(crate) fn decide(
    day: i32,
    log: &DayLog,
    judged: &[Judged<'_>],
    noted: &BTreeMap<String, Noted>,
    agents: &mut BTreeMap<String, AgentState>,
    openings: &mut Openings,
) -> Vec<Decision> {
    let by_agent: BTreeMap<&str, &Judged<'_>> = judged.iter().map(|judged| (judged.facts.agent.as_str(), judged)).collect();
    let mut decisions = Vec::new();
    for (agent, state) in agents.iter_mut().filter(|(agent, _)| !log.acted_later.contains(*agent)) {
        let judged = by_agent.get(agent.as_str()).copied();
        let Some(episode) = state.tracker.episode().copied() else { continue };
        let told = noted.get(agent).copied().unwrap_or_default();
        for what in endings(day, state, judged, told) {
            let done = match what {
                What::Ended(action) => state.tracker.act(action, day).is_ok(),
                _ => state.tracker.escalate().is_some(),
            };
            if done {
                decisions.push(decision(agent, state, &episode, what, judged));
            }
        }
    }
    decisions.extend(open(day, log, judged, noted, agents, openings));
    decisions.sort_by(|a, b| a.agent.cmp(&b.agent));
    decisions
}

/// What happens to a signal that lives, in the order in which it is tried.
fn endings(day: i32, state: &AgentState, judged: Option<&Judged<'_>>, noted: Noted) -> Vec<What> {
    let gone = state.last_row_day.is_some_and(|last| day.saturating_sub(last) > GONE_DAYS);
    let left = state.former.is_some() || judged.is_some_and(|judged| !judged.facts.employed || judged.facts.notice_given);
    let mut found = Vec::new();
    if state.doubtful {
        found.push(What::Ended(Action::Withdraw));
    } else if left {
        found.push(What::Ended(Action::Close(Outcome::Left)));
    } else if gone {
        found.push(What::Ended(Action::Close(Outcome::Moved)));
    } else if noted.expired {
        found.push(What::Ended(Action::Expire));
    } else {
        found.extend(noted.escalates.then_some(What::Escalated));
        found.extend(noted.faded.then_some(What::Ended(Action::Close(Outcome::Faded))));
    }
    found
}

/// An agent of whom a signal wants to open.
type Wish<'a, 'b> = (&'a Judged<'b>, Opening);

/// Opens what wants to open, as far as each leader can hold talks.
fn open(
    day: i32,
    log: &DayLog,
    judged: &[Judged<'_>],
    noted: &BTreeMap<String, Noted>,
    agents: &mut BTreeMap<String, AgentState>,
    openings: &mut Openings,
) -> Vec<Decision> {
    let of = |judged: &Judged<'_>| holder(judged.facts.leader.as_deref(), judged.facts.team.as_deref());
    let mut teams: BTreeMap<String, (u32, Vec<Wish<'_, '_>>)> = BTreeMap::new();
    for judged in judged.iter().filter(|judged| judged.scored.is_some()) {
        let (at_risk, wishes) = teams.entry(of(judged)).or_default();
        *at_risk += 1;
        let agent = &judged.facts.agent;
        let free = agents.get(agent).is_some_and(|state| state.tracker.episode().is_none()) && !log.acted_later.contains(agent);
        if let (Some(scored), Some(tier), true) = (judged.scored, noted.get(agent).and_then(|noted| noted.opens), free) {
            wishes.push((judged, Opening { agent: agent.clone(), tier, probability: scored.probability }));
        }
    }
    let mut decisions = Vec::new();
    for (holder, (at_risk, wishes)) in teams {
        let wanted: Vec<Opening> = wishes.iter().map(|(_, opening)| opening.clone()).collect();
        let admitted = admit(&wanted, Team { agents: at_risk, opened: openings.get(&holder).map_or(0, Vec::len) as u32 });
        for ((judged, opening), _) in wishes.iter().zip(admitted).filter(|(_, admitted)| *admitted) {
            let Some(state) = agents.get_mut(&opening.agent) else { continue };
            let TrackerEvent::Opened { .. } = state.tracker.open(day, opening.tier, opening.probability) else { continue };
            openings.entry(holder.clone()).or_default().push(day);
            if let Some(episode) = state.tracker.episode().copied() {
                decisions.push(decision(&opening.agent, state, &episode, What::Opened, Some(judged)));
            }
        }
    }
    decisions
}

fn decision(agent: &str, state: &AgentState, before: &Episode, what: What, judged: Option<&Judged<'_>>) -> Decision {
    let after = state.tracker.episode();
    // Of whoever had the id before there is no score any more.
    let scored = judged.and_then(|judged| judged.scored).filter(|_| state.former.is_none());
    let (team, leader) = state.team_and_leader();
    let ended = |action| before.state.after(action).unwrap_or(before.state);
    Decision {
        agent: agent.to_owned(),
        opened_day: before.opened_day,
        episode: before.number,
        what,
        state: match what {
            What::Ended(action) => ended(action),
            _ => after.map_or(before.state, |episode| episode.state),
        },
        tier: after.map_or(before.tier, |episode| episode.tier),
        team: team.map(str::to_owned),
        leader: leader.map(str::to_owned),
        score: scored.map(|scored| (scored.probability, scored.base)),
        reasons: Vec::new(),
        lowering: Vec::new(),
        rules: Vec::new(),
        inputs_hash: scored.map(|scored| scored.inputs_hash),
    }
}

/// Agents about whom reasons are to be told.
pub(crate) fn explained(decisions: &[Decision]) -> BTreeSet<String> {
    decisions.iter().filter(|decision| !matches!(decision.what, What::Ended(_))).map(|decision| decision.agent.clone()).collect()
}
