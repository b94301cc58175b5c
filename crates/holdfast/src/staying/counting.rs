//! Overdue follow-ups and grooves of each team: a function, for gauges.

use crate::care::TeamName;
use crate::privacy::counted;
use retention::grooves::Grooves;
use std::collections::{BTreeMap, BTreeSet};

/// An agent who is here now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The agent.
    pub agent: String,
    /// Where: the agent's own site, or that of the team.
    pub site: String,
    /// In which team.
    pub team: String,
}

/// What is counted of a team.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamState {
    /// New hires whose follow-up is overdue.
    pub follow_ups_overdue: i64,
    /// None: too few weeks are known to judge the team.
    pub groove: Option<TeamGroove>,
}

/// How a team works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamGroove {
    /// The team as a whole is in a groove.
    pub team: bool,
    /// Agents of it who are, each judged alone.
    pub agents: i64,
}

/// The counts of a site's teams of eight and more. `overdue` are the agents whose follow-up is; grooves of an earlier week than the site's latest say nothing of now.
#[must_use]
pub fn team_states(
    tenant: &str,
    site: &str,
    members: &[Member],
    overdue: &BTreeSet<String>,
    grooves: &Grooves,
) -> BTreeMap<TeamName, TeamState> {
    let mut teams: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for member in members.iter().filter(|member| member.site == site && !member.team.is_empty()) {
        teams.entry(&member.team).or_default().push(&member.agent);
    }
    let latest = grooves.agents.values().chain(grooves.teams.values()).map(|groove| groove.week).max();
    let is_now = |week: i32| Some(week) == latest;
    let bent = |agent: &&&str| grooves.agents.get(**agent).is_some_and(|groove| groove.in_groove && is_now(groove.week));
    let state = |team: &str, agents: &[&str]| TeamState {
        follow_ups_overdue: agents.iter().filter(|agent| overdue.contains(**agent)).count() as i64,
        groove: grooves
            .teams
            .get(team)
            .filter(|groove| is_now(groove.week))
            .map(|groove| TeamGroove { team: groove.in_groove, agents: agents.iter().filter(bent).count() as i64 }),
    };
    let name = |team: &str| TeamName { tenant: tenant.to_owned(), site: site.to_owned(), team: team.to_owned() };
    let large = teams.into_iter().filter(|(_, agents)| counted(agents.len()).is_some());
    large.map(|(team, agents)| (name(team), state(team, &agents))).collect()
}

/// The Sunday that ends the last whole week up to a day (days since 1970): the days of a week that has only begun would move its means.
///
/// ```
/// use holdfast::staying::last_whole_week;
/// // 2025-11-30, day 20,422, was a Sunday.
/// assert_eq!([20_421, 20_422, 20_423, 20_428, 20_429].map(last_whole_week), [20_415, 20_422, 20_422, 20_422, 20_429]);
/// ```
#[must_use]
pub const fn last_whole_week(day: i32) -> i32 {
    // 1970-01-04, day 3, was a Sunday.
    (day + 4).div_euclid(7) * 7 - 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use attrition::groove::GrooveWeek;
    use retention::grooves::Groove;

    fn members(site: &str, team: &str, agents: std::ops::Range<u32>) -> Vec<Member> {
        agents.map(|number| Member { agent: format!("a{number:02}"), site: site.to_owned(), team: team.to_owned() }).collect()
    }

    fn groove(week: i32, in_groove: bool) -> Groove {
        let latest = GrooveWeek { strong: 1.0, strong_error: 0.1, weak: -1.0, weak_error: 0.1 };
        Groove { agents: 8, week, latest, in_groove, apart: [retention::grooves::Measured { name: "quality", mean: 0.0 }; 2] }
    }

    fn name(team: &str) -> TeamName {
        TeamName { tenant: "default".to_owned(), site: "north".to_owned(), team: team.to_owned() }
    }

    /// Red has eight agents, blue seven, green eight at another site; who is in no team is nowhere.
    #[test]
    fn teams_of_eight_are_counted_and_no_smaller_one() {
        let all = [
            members("north", "red", 0..8),
            members("north", "blue", 10..17),
            members("south", "green", 20..28),
            members("north", "", 30..39),
        ];
        let overdue: BTreeSet<String> = ["a00", "a03", "a10", "a20", "a30", "gone"].map(str::to_owned).into();
        let states = team_states("default", "north", &all.concat(), &overdue, &Grooves::default());
        assert_eq!(states, [(name("red"), TeamState { follow_ups_overdue: 2, groove: None })].into());
    }

    /// Of red three agents are in the groove now; one was three weeks ago, and one is of blue.
    #[test]
    fn a_groove_of_weeks_ago_is_none_now() {
        let all = [members("north", "red", 0..8), members("north", "blue", 10..18)].concat();
        let agents = [("a00", 50, true), ("a01", 50, true), ("a02", 50, true), ("a03", 47, true), ("a04", 50, false), ("a10", 50, true)];
        let agents = agents.map(|(agent, week, bent)| (agent.to_owned(), groove(week, bent))).into();
        let mut grooves = Grooves { agents, teams: [("red".to_owned(), groove(50, true)), ("blue".to_owned(), groove(49, true))].into() };
        let groove_of =
            |grooves: &Grooves, team: &str| team_states("default", "north", &all, &BTreeSet::new(), grooves)[&name(team)].groove;
        assert_eq!(groove_of(&grooves, "red"), Some(TeamGroove { team: true, agents: 3 }));
        assert_eq!(groove_of(&grooves, "blue"), None, "of this week nothing is known of the team");
        grooves.teams.insert("blue".to_owned(), groove(50, false));
        assert_eq!(groove_of(&grooves, "blue"), Some(TeamGroove { team: false, agents: 1 }));
    }
}
