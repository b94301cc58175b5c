//! Decisions of the fold as events of the log, and scores as rows.

use super::history::Basis;
use super::words;
use attrition::features::FEATURE_SCHEMA;
use attrition::signals::{Standing, State, signal_id};
use attrition::site::{AgentScore, Decision, Told, What};
use events::{SignalActor, SignalEvent, SignalKind, SignalReason};
use warehouse::signals::ScoreRow;

/// The site and day that decisions and scores belong to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Whose site it is.
    pub tenant: &'a str,
    /// The site.
    pub site: &'a str,
    /// Local day, days since 1970-01-01.
    pub day: i32,
    /// The moment from which it could be scored, microseconds since 1970.
    pub closed_us: i64,
}

/// What an event borrows and a decision does not hold as text.
#[derive(Clone, Debug)]
pub struct Texts {
    signal_id: String,
    families: Vec<String>,
    inputs_hash: Option<String>,
}

/// The texts of a decision.
#[must_use]
pub fn texts(place: &Place<'_>, decision: &Decision) -> Texts {
    Texts {
        signal_id: signal_id(place.tenant, &decision.agent, decision.opened_day),
        families: decision.reasons.iter().map(|reason| lower(&reason.family)).collect(),
        inputs_hash: decision.inputs_hash.map(hexadecimal),
    }
}

/// The event that tells of a decision.
#[must_use]
pub fn event<'a>(place: &Place<'a>, decision: &'a Decision, texts: &'a Texts, basis: &'a Basis) -> SignalEvent<'a> {
    let outcome = match decision.state {
        State::Closed(outcome) => Some(outcome.name()),
        _ => None,
    };
    let kind = match decision.what {
        What::Opened => SignalKind::Opened,
        What::Escalated => SignalKind::Escalated,
        What::Ended(action) => words::kind(action),
    };
    SignalEvent {
        tenant: place.tenant,
        site: place.site,
        agent: &decision.agent,
        signal_id: &texts.signal_id,
        episode: i32::try_from(decision.episode).unwrap_or(i32::MAX),
        kind,
        state: decision.state.name(),
        tier: decision.tier.name(),
        day: place.day,
        event_time_us: place.closed_us,
        actor: SignalActor::System,
        actor_id: None,
        outcome,
        note: (kind == SignalKind::Withdrawn).then_some("the data of the day of opening were corrected"),
        team: decision.team.as_deref(),
        leader: decision.leader.as_deref(),
        model_id: Some(&basis.model_id),
        probability: decision.score.map(|(probability, _)| probability),
        base: decision.score.map(|(_, base)| base),
        reasons: decision
            .reasons
            .iter()
            .zip(&texts.families)
            .map(|(reason, family)| SignalReason {
                code: &reason.code,
                family,
                contribution: reason.contribution,
                text_en: &reason.english,
                text_zh: &reason.chinese,
                organisation: reason.organisation,
            })
            .collect(),
        feature_schema: Some(FEATURE_SCHEMA as i32),
        inputs_hash: texts.inputs_hash.as_deref(),
        config_hash: Some(&basis.config_hash),
        code_version: Some(&basis.code_version),
    }
}

/// The decision as the log will say it when it is read again.
#[must_use]
pub fn told(decision: &Decision) -> Told {
    Told {
        agent: decision.agent.clone(),
        what: decision.what,
        tier: decision.tier,
        probability: decision.score.map_or(0.0, |(probability, _)| probability),
        inputs_hash: decision.inputs_hash,
    }
}

/// The row of a score.
#[must_use]
pub fn row(place: &Place<'_>, score: &AgentScore, basis: &Basis) -> ScoreRow {
    ScoreRow {
        tenant: place.tenant.to_owned(),
        site: place.site.to_owned(),
        day: place.day,
        agent: score.agent.clone(),
        standing: if score.standing == Standing::Muted { "muted" } else { "scored" }.to_owned(),
        probability: score.probability,
        base: score.base,
        tier: score.tier.map(|tier| tier.name().to_owned()),
        rules: score.rules.iter().map(lower).collect(),
        families: score.families.iter().map(|(family, log_odds)| (lower(family), *log_odds)).collect(),
        model_id: basis.model_id.clone(),
        feature_schema: FEATURE_SCHEMA as i32,
        inputs_hash: hexadecimal(score.inputs_hash),
        config_hash: basis.config_hash.clone(),
        code_version: basis.code_version.clone(),
        version: place.closed_us.max(0) as u64,
    }
}

/// A hash as it is written: 16 hexadecimal digits.
#[must_use]
pub fn hexadecimal(hash: u64) -> String {
    format!("{hash:016x}")
}

/// The name of a variant of one word.
fn lower(variant: &impl std::fmt::Debug) -> String {
    format!("{variant:?}").to_lowercase()
}
