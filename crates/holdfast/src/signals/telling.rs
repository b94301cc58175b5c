//! Decisions of the fold as events of the log, what it says of groups as notices, and scores as rows.

use super::history::Basis;
use super::words;
use attrition::features::FEATURE_SCHEMA;
use attrition::signals::{Draw, Standing, State, draw, notice_id, signal_id};
use attrition::site::{AgentScore, Decision, Notice, Reason, Told, What};
use events::{GroupNotice, MovedMeasure, NoticeKind, SignalActor, SignalEvent, SignalKind, SignalReason};
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
    /// Share of the site's signals that are kept silent, 0 to 0.2: for those that open on this day.
    pub silent_share: f64,
}

/// What an event borrows and a decision does not hold as text.
#[derive(Clone, Debug)]
pub struct Texts {
    signal_id: String,
    families: Vec<String>,
    lowering_families: Vec<String>,
    inputs_hash: Option<String>,
}

/// The texts of a decision.
#[must_use]
pub fn texts(place: &Place<'_>, decision: &Decision) -> Texts {
    let families = |reasons: &[Reason]| reasons.iter().map(|reason| lower(&reason.family)).collect();
    Texts {
        signal_id: signal_id(place.tenant, &decision.agent, decision.opened_day),
        families: families(&decision.reasons),
        lowering_families: families(&decision.lowering),
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
    // Once, here; every other event of the signal follows from what its opening says.
    let Draw { silent, share } = match decision.what {
        What::Opened => draw(&texts.signal_id, decision.tier, place.silent_share),
        _ => Draw::default(),
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
        reasons: reasons(&decision.reasons, &texts.families),
        feature_schema: Some(FEATURE_SCHEMA as i32),
        inputs_hash: texts.inputs_hash.as_deref(),
        config_hash: Some(&basis.config_hash),
        code_version: Some(&basis.code_version),
        silent,
        silent_share: share,
        rules: decision.rules.iter().map(|rule| rule.name()).collect(),
        lowering: reasons(&decision.lowering, &texts.lowering_families),
        calibrated: basis.calibrated && decision.score.is_some(),
    }
}

fn reasons<'a>(told: &'a [Reason], families: &'a [String]) -> Vec<SignalReason<'a>> {
    let of = |(reason, family): (&'a Reason, &'a String)| SignalReason {
        code: &reason.code,
        family,
        contribution: reason.contribution,
        text_en: &reason.english,
        text_zh: &reason.chinese,
        organisation: reason.organisation,
    };
    told.iter().zip(families).map(of).collect()
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

/// The id of the event that a notice tells of.
#[must_use]
pub fn id_of_notice(place: &Place<'_>, notice: &Notice) -> String {
    notice_id(place.tenant, place.site, notice.group.kind(), notice.group.name(), notice.cause.name(), notice.began_day)
}

/// What is told of a group; `id` is [`id_of_notice`].
#[must_use]
pub fn group_notice<'a>(place: &Place<'a>, notice: &'a Notice, id: &'a str, basis: &'a Basis) -> GroupNotice<'a> {
    GroupNotice {
        tenant: place.tenant,
        site: place.site,
        notice_id: id,
        kind: if notice.ended.is_none() { NoticeKind::Began } else { NoticeKind::Ended },
        group_kind: notice.group.kind(),
        group: notice.group.name(),
        cause: notice.cause.name(),
        day: place.day,
        began_day: notice.began_day,
        held_day: notice.held_day,
        ending: notice.ended.map(words::ending),
        event_time_us: place.closed_us,
        agents: i32::try_from(notice.agents).unwrap_or(i32::MAX),
        moved: notice.moved.iter().map(|moved| MovedMeasure { measure: &moved.measure, by: moved.by }).collect(),
        config_hash: Some(&basis.config_hash),
        code_version: Some(&basis.code_version),
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
        rules: score.rules.iter().map(|rule| rule.name().to_owned()).collect(),
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
pub(super) fn lower(variant: &impl std::fmt::Debug) -> String {
    format!("{variant:?}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use attrition::detectors::Rule;
    use attrition::features::Family;
    use attrition::signals::{Action, Tier};

    fn decided(what: What, tier: Tier, day: i32) -> Decision {
        Decision {
            agent: "17".to_owned(),
            opened_day: day,
            episode: 1,
            what,
            state: State::Open,
            tier,
            team: None,
            leader: None,
            score: None,
            reasons: Vec::new(),
            lowering: Vec::new(),
            rules: Vec::new(),
            inputs_hash: None,
        }
    }

    fn basis(calibrated: bool) -> Basis {
        Basis { model_id: "m".to_owned(), config_hash: "c".to_owned(), code_version: "1".to_owned(), calibrated }
    }

    fn told_of(what: What, tier: Tier, day: i32, silent_share: f64) -> (bool, Option<f64>) {
        let decision = decided(what, tier, day);
        let place = Place { tenant: "acme", site: "north", day, closed_us: 1, silent_share };
        let (texts, basis) = (texts(&place, &decision), basis(false));
        let event = event(&place, &decision, &texts, &basis);
        (event.silent, event.silent_share)
    }

    /// Day 20 000 of this agent lies at 0.025: silent at a share of 0.1 and not at 0.02. Only an opening of concern is drawn.
    #[test]
    fn an_opening_says_whether_it_is_kept_silent_and_at_which_share() {
        assert_eq!(told_of(What::Opened, Tier::Concern, 20_000, 0.1), (true, Some(0.1)));
        assert_eq!(told_of(What::Opened, Tier::Concern, 20_000, 0.02), (false, Some(0.02)));
        assert_eq!(told_of(What::Opened, Tier::Concern, 20_000, 0.0), (false, None));
        assert_eq!(told_of(What::Opened, Tier::Urgent, 20_000, 0.1), (false, None));
        for what in [What::Escalated, What::Ended(Action::Expire)] {
            assert_eq!(told_of(what, Tier::Concern, 20_000, 0.1), (false, None), "{what:?}");
        }
    }

    /// Each reason with its own family; and a probability is vouched for only where there is one and the model is not a prior.
    #[test]
    fn an_event_says_what_speaks_for_it_and_against_it_and_which_rules_hold() {
        let reason = |code: &str, family, contribution| Reason {
            code: code.to_owned(),
            family,
            contribution,
            english: format!("{code} in English"),
            chinese: String::new(),
            organisation: false,
        };
        let decision = Decision {
            reasons: vec![reason("acw.change", Family::Pace, 0.6), reason("util90", Family::Load, 0.3)],
            lowering: vec![reason("tenure.1", Family::Career, -0.4)],
            rules: vec![Rule::Absence, Rule::Overload],
            score: Some((0.2, 0.1)),
            ..decided(What::Opened, Tier::Concern, 20_000)
        };
        let place = Place { tenant: "acme", site: "north", day: 20_000, closed_us: 1, silent_share: 0.0 };
        let (texts, known) = (texts(&place, &decision), basis(true));
        let told = event(&place, &decision, &texts, &known);
        let short = |reasons: &[SignalReason<'_>]| {
            reasons.iter().map(|one| format!("{} {} {} {}", one.code, one.family, one.contribution, one.text_en)).collect::<Vec<_>>()
        };
        assert_eq!(short(&told.reasons), ["acw.change pace 0.6 acw.change in English", "util90 load 0.3 util90 in English"]);
        assert_eq!(short(&told.lowering), ["tenure.1 career -0.4 tenure.1 in English"]);
        assert_eq!((told.rules, told.calibrated), (vec!["absence", "overload"], true));
        let unscored = Decision { score: None, ..decision.clone() };
        assert!(!event(&place, &unscored, &texts, &known).calibrated && !event(&place, &decision, &texts, &basis(false)).calibrated);
    }
}
