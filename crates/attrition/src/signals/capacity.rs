//! A leader can hold so many talks: one per ten agents and fortnight. More warnings than that are noise.

use super::tiers::Tier;

/// Agents per talk and fortnight.
const AGENTS_PER_TALK: u32 = 10;

/// A signal that wants to open.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The agent's id.
    pub agent: String,
    /// Tier, concern or urgent.
    pub tier: Tier,
    /// Probability.
    pub probability: f64,
}

/// A leader's team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Team {
    /// Agents at risk: at least the one of whom a signal wants to open.
    pub agents: u32,
    /// Signals opened in the last 14 days.
    pub opened: u32,
}

/// Whether each may open now; the others wait and may come again tomorrow. Urgent ones always open, and are counted; of the others the most probable first,
/// equal ones by id.
///
/// ```
/// use attrition::signals::{Opening, Team, Tier, admit};
/// let opening = |agent: &str, probability: f64| Opening { agent: agent.to_owned(), tier: Tier::Concern, probability };
/// // Twelve agents: two talks a fortnight, one of which is taken.
/// assert_eq!(admit(&[opening("a", 0.1), opening("b", 0.2)], Team { agents: 12, opened: 1 }), [false, true]);
/// ```
#[must_use]
pub fn admit(openings: &[Opening], team: Team) -> Vec<bool> {
    let talks = team.agents.div_ceil(AGENTS_PER_TALK);
    let mut order: Vec<usize> = (0..openings.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&openings[a], &openings[b]);
        b.tier.cmp(&a.tier).then(b.probability.total_cmp(&a.probability)).then(a.agent.cmp(&b.agent))
    });
    let (mut opened, mut admitted) = (team.opened, vec![false; openings.len()]);
    for position in order {
        if openings[position].tier == Tier::Urgent || opened < talks {
            admitted[position] = true;
            opened += 1;
        }
    }
    admitted
}
