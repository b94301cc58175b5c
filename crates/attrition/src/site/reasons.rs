//! Reasons of a signal in words: from what the score is made of, with values in natural units.

use super::agent::AgentState;
use super::outcome::Reason;
use super::scoring::Scored;
use crate::features::{Feature, Input};
use crate::hazard::InputValues;
use crate::numerics::median;
use crate::reasons::{FamilyReason, Language, Measured, sentence};

/// Shifts of which is spoken.
const SHIFTS: u32 = 14;
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

fn words(leading: Input, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> (String, String) {
    let Some(feature) = leading.feature() else {
        return match leading {
            Input::Month(_) => ("Time of the year".to_owned(), "季节因素".to_owned()),
            Input::Missing(_) => ("Too little is known of some measures".to_owned(), "部分指标缺少数据".to_owned()),
            _ => ("Several measures together, over several weeks".to_owned(), "多项指标连续数周的共同变化".to_owned()),
        };
    };
    let measured = measured(feature, state, inputs, peers);
    (sentence(&measured, Language::English), sentence(&measured, Language::Chinese))
}

fn measured(feature: Feature, state: &AgentState, inputs: &InputValues, peers: &Peers<'_>) -> Measured {
    let plain = |inputs: &InputValues| inputs.get(&Input::Now(feature)).copied();
    let now = |state: &AgentState, inputs: &InputValues| state.naturals.of(feature).map(|(now, _)| now).or_else(|| plain(inputs));
    let tenure_days = || libm::expm1(inputs.get(&Input::Tenure(0)).copied().unwrap_or(0.0));
    let others: Vec<f64> = peers.iter().filter_map(|(state, inputs)| now(state, inputs)).collect();
    Measured {
        feature,
        now: now(state, inputs).unwrap_or_else(tenure_days),
        usual: state.naturals.of(feature).map(|(_, usual)| usual),
        peers: if others.len() >= FEWEST_PEERS { median(&others) } else { None },
        since_day: state.charts.since_day(feature),
        shifts: state.worked_days().min(SHIFTS),
    }
}
