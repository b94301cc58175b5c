//! Reasons of a signal in words: from what the score is made of, with values in natural units.

use super::agent::AgentState;
use super::outcome::Reason;
use super::scoring::Scored;
use crate::features::{Feature, Input};
use crate::hazard::InputValues;
use crate::numerics::median;
use crate::reasons::{FamilyReason, Language, Measured, pattern_sentence, sentence};

/// Shifts of which is spoken.
const SHIFTS: u32 = 14;
/// So many families are told that speak against a warning.
const MOST_AGAINST: usize = 2;
/// Fewer others are no peers that could be shown.
const FEWEST_PEERS: usize = 8;

/// Peers of an agent: states and inputs of the same team, the agent apart.
pub(crate) type Peers<'a> = [(&'a AgentState, &'a InputValues)];

/// The reasons of a score, the strongest first.
pub(crate) fn reasons(scored: &Scored, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> Vec<Reason> {
    let of = |reason: &FamilyReason| {
        let (english, chinese) = words(reason.leading, state, inputs, peers);
        let (code, organisation) = (reason.leading.to_string(), reason.organisation);
        Reason { code, family: reason.family, contribution: reason.log_odds, english, chinese, organisation }
    };
    scored.explanation.raising.iter().map(of).collect()
}

/// What speaks against it, the strongest first. That too little is known does not.
pub(crate) fn lowering(scored: &Scored, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> Vec<Reason> {
    let told = scored.explanation.lowering.iter().filter(|reason| !matches!(reason.leading, Input::Missing(_)));
    let of = |reason: &FamilyReason| {
        let (english, chinese) = against(reason.leading, state, inputs, peers);
        let (code, organisation) = (reason.leading.to_string(), reason.organisation);
        Reason { code, family: reason.family, contribution: reason.log_odds, english, chinese, organisation }
    };
    told.take(MOST_AGAINST).map(of).collect()
}

/// The charts know since when something is worse, and the stage filter what speaks for a pattern: neither is told of what is better.
fn against(leading: Input, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> (String, String) {
    match leading.feature() {
        Some(feature) => {
            let measured = Measured { since_day: None, ..measured(feature, state, inputs, peers) };
            (sentence(&measured, Language::English), sentence(&measured, Language::Chinese))
        }
        None if leading == Input::Outlook => {
            ("Several measures together, steady over several weeks".to_owned(), "多项指标连续数周保持平稳".to_owned())
        }
        None => words(leading, state, inputs, peers),
    }
}

fn words(leading: Input, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> (String, String) {
    let Some(feature) = leading.feature() else {
        return match leading {
            Input::Month(_) => ("Time of the year".to_owned(), "季节因素".to_owned()),
            Input::Missing(_) => ("Too little is known of some measures".to_owned(), "部分指标缺少数据".to_owned()),
            _ => pattern(state, inputs, peers),
        };
    };
    let measured = measured(feature, state, inputs, peers);
    (sentence(&measured, Language::English), sentence(&measured, Language::Chinese))
}

/// The measures that speak for a pattern most, and since when the whole has been another by the chart of the sum.
fn pattern(state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> (String, String) {
    let told = state.pattern().into_iter().map(|feature| measured(feature, state, inputs, peers)).collect::<Vec<_>>();
    let whole = |language| pattern_sentence(state.charts.whole_since_day(), &told, language);
    (whole(Language::English), whole(Language::Chinese))
}

fn measured(feature: Feature, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> Measured {
    let plain = |inputs: &InputValues| inputs.get(&Input::Now(feature)).copied();
    let now = |state: &AgentState, inputs: &InputValues| state.naturals.of(feature).map(|(now, _)| now).or_else(|| plain(inputs));
    let known = |input| inputs.get(&input).copied().unwrap_or(0.0);
    // What is neither followed in natural units nor an input as it is: days since hiring, or by how much it is worse than usual of late.
    let otherwise = || match feature {
        Feature::Tenure => libm::expm1(known(Input::Tenure(0))),
        _ => known(Input::Slow(feature)) + known(Input::Change(feature)),
    };
    let others: Vec<f64> = peers.iter().filter_map(|(state, inputs)| now(state, inputs)).collect();
    Measured {
        feature,
        now: now(state, inputs).unwrap_or_else(otherwise),
        usual: state.naturals.of(feature).map(|(_, usual)| usual),
        peers: if others.len() >= FEWEST_PEERS { median(&others) } else { None },
        since_day: state.charts.since_day(feature),
        shifts: state.worked_days().min(SHIFTS),
    }
}

#[cfg(test)]
mod tests {
    use super::super::agent::Method;
    use super::*;
    use crate::baseline::{HistorySettings, Seen, Standardised};
    use crate::features::{DayFacts, Family, FeatureValues};
    use crate::hazard::{Contribution, Score, StageParameters};
    use crate::reasons::explain;
    use crate::site::agent::Surroundings;
    use crate::site::charts::OwnRates;

    /// Twenty worked days with so many seconds of after-call work, then seven with so many.
    fn state(usual_s: i64, now_s: i64) -> AgentState {
        let (history, stages) = (HistorySettings::default(), StageParameters::default());
        let method = Method { history: &history, stages: &stages, features: &[] };
        let mut state = AgentState::default();
        for day in 0..27 {
            let acw_ms = if day < 20 { usual_s } else { now_s } * 10_000;
            let facts = DayFacts { day, staffed_ms: 1, handled: 10, acw_ms, ..DayFacts::default() };
            state.observe(method, &facts, &FeatureValues::default(), FeatureValues::default(), Surroundings::USUAL);
        }
        state
    }

    /// A day on which after-call work alone was measured.
    fn of_day(acw: Standardised) -> Seen {
        Seen { inputs: InputValues::new(), standardised: [(Feature::AfterCallWork, acw)].into(), returned: false, quiet: false }
    }

    /// From 20 s to 40 s in seven days is half-way now, and 1.6 s of the usual; peers are at 45 and 55 s, and eight of them may be shown.
    #[test]
    fn a_reason_says_now_usually_peers_since_when_and_how_many_shifts() {
        let mut own = state(20, 40);
        let seen = Standardised { z: 3.0, whitened: 3.0, usual: 0.0, spread: 1.0 };
        own.charts.observe(19_785, &of_day(seen), &FeatureValues::default(), OwnRates::default(), 1.0);
        let (others, none) = ([state(45, 45), state(55, 55)], InputValues::new());
        let told = |peers: usize| {
            let peers: Vec<_> = (0..peers).map(|at| (&others[at % 2], &none)).collect();
            words(Input::Slow(Feature::AfterCallWork), &own, &none, &peers).0
        };
        assert_eq!(told(8), "After-call work 30 s, usually 22 s (peers 50 s), since 3 March, 14 shifts");
        assert_eq!(told(7), "After-call work 30 s, usually 22 s, since 3 March, 14 shifts");
    }

    /// A pattern names what speaks for it: after-call work that is far above the peers' since day 20; of pauses, in which nothing is unusual, it says nothing.
    #[test]
    fn a_pattern_names_its_measures() {
        let (history, stages) = (HistorySettings::default(), StageParameters::default());
        let features = [Feature::AfterCallWork, Feature::Pause];
        let method = Method { history: &history, stages: &stages, features: &features };
        let mut own = AgentState::default();
        let none = InputValues::new();
        for day in 0..40 {
            let worse = day >= 30;
            let facts = DayFacts {
                day,
                staffed_ms: 100,
                unscheduled_pause_ms: Some(5),
                handled: 10,
                acw_ms: if worse { 400_000 } else { 200_000 },
                ..DayFacts::default()
            };
            let mut values = FeatureValues::default();
            values.set(Feature::AfterCallWork, if worse { 3.0 } else { 0.0 });
            values.set(Feature::Pause, 0.0);
            state_day(&mut own, method, &facts, values);
            if day == 29 {
                let nothing = words(Input::Outlook, &own, &none, &[]);
                assert_eq!(nothing, ("Several measures together, over several weeks".to_owned(), "多项指标连续数周的共同变化".to_owned()));
            }
        }
        // The sum of the two is 3 ÷ √2 a day and alarms on the fifth: since day 30, which is the last of January 1970. After-call work alone alarmed twice, on days 33 and
        // 37, and since day 30 as well: its second run began the day after the first alarm.
        let (english, chinese) = words(Input::Outlook, &own, &none, &[]);
        assert_eq!(english, "Several measures together, since 31 January: After-call work 33 s, usually 22 s, since 31 January, 14 shifts");
        assert_eq!(chinese, "多项指标共同变化，自 1 月 31 日起：话后处理 33 秒，平时 22 秒，自 1 月 31 日起，14 个班次");
    }

    fn state_day(state: &mut AgentState, method: Method<'_>, facts: &DayFacts, values: FeatureValues) {
        state.observe(method, facts, &FeatureValues::default(), values, Surroundings::USUAL);
    }

    /// What has no unit of its own is told as the model has it; tenure as days.
    #[test]
    fn what_is_not_followed_is_told_as_it_is() {
        let own = AgentState::default();
        let exits = InputValues::from([(Input::Now(Feature::TeamExits), 0.25)]);
        assert_eq!(words(Input::Now(Feature::TeamExits), &own, &exits, &[]).0, "25 % of the team left in the last 30 days");
        let tenure = InputValues::from([(Input::Tenure(0), 401.0_f64.ln())]);
        assert_eq!(words(Input::Tenure(2), &own, &tenure, &[]).0, "Hired 400 days ago");
        // Complaints have no natural unit that is followed: by how much there are more than usual, in standard deviations.
        let complaints = InputValues::from([(Input::Slow(Feature::Complaint), 0.5), (Input::Change(Feature::Complaint), 0.7)]);
        let told = words(Input::Slow(Feature::Complaint), &own, &complaints, &[]).0;
        assert_eq!(told, "Complaints per 100 contacts: 1.2 standard deviations above what is usual");
        let new = InputValues::from([(Input::Now(Feature::LeaderChanged), 1.0)]);
        assert_eq!(words(Input::Now(Feature::LeaderChanged), &own, &new, &[]).0, "New leader within the last 60 days");
    }

    /// Of three families that lower a score the two that do most, and not that something is missing; of what is better it is not told since when it was worse.
    #[test]
    fn what_speaks_against_it_is_told_too() {
        let mut own = state(20, 10);
        let seen = Standardised { z: 3.0, whitened: 3.0, usual: 0.0, spread: 1.0 };
        own.charts.observe(19_785, &of_day(seen), &FeatureValues::default(), OwnRates::default(), 1.0);
        let inputs = InputValues::from([(Input::Now(Feature::LeaderChanged), 0.0), (Input::Tenure(0), 401.0_f64.ln())]);
        let of = |parts: &[(Input, f64)]| {
            let contributions = parts.iter().map(|(input, log_odds)| Contribution { input: *input, log_odds: *log_odds }).collect();
            let explanation = explain(&Score { log_odds: 0.0, reference_log_odds: 0.0, contributions });
            let scored = Scored { probability: 0.1, base: 0.1, tier: None, explanation, families: Vec::new(), inputs_hash: 0 };
            let told = lowering(&scored, &own, &inputs, &[]);
            told.into_iter().map(|reason| (reason.code, reason.english)).collect::<Vec<_>>()
        };
        let pace = (Input::Slow(Feature::AfterCallWork), -0.5);
        let told = of(&[
            (Input::Now(Feature::LeaderChanged), -0.2),
            pace,
            (Input::Tenure(2), -0.3),
            (Input::Missing(Family::Care), -0.9),
            (Input::Now(Feature::TeamExits), 0.05),
        ]);
        let expected = [("acw.ew21", "After-call work 15 s, usually 19 s, 14 shifts"), ("tenure.2", "Hired 400 days ago")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(told, expected);
        assert_eq!(of(&[(Input::Now(Feature::LeaderChanged), -0.2)])[0].1, "No new leader within the last 60 days");
        assert_eq!(of(&[(Input::Outlook, -0.2)])[0].1, "Several measures together, steady over several weeks");
        assert_eq!(of(&[(pace.0, -0.1)]), [], "what says little is not told");
    }
}
