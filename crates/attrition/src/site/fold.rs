//! The fold over the days of a site.

use super::agent::{AgentState, Method, Observed, Surroundings};
use super::deciding::{self, Judged, Openings};
use super::group::Notice;
use super::medians::{Medians, wider};
use super::notices::{Notices, Shown};
use super::outcome::{AgentScore, Decision, SiteDayResult};
use super::peers::{Following, Shifts, deviations, standardised, without_learning};
use super::reasons::{lowering, reasons};
use super::scoring::{Scored, alarms, score};
use super::settings::SiteSettings;
use super::told::DayLog;
use crate::baseline::{CommonRate, HistorySettings, LearningCurve, Pool, RateSettings, moments};
use crate::features::{DayFacts, Feature, FeatureValues, features_of};
use crate::hazard::HazardModel;
use crate::numerics::{gain, median};
use crate::signals::Tier;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Half-life of a team's occupancy, in days.
const TEAM_HALF_LIFE_DAYS: f64 = 14.0;
/// Nobody who was not seen for so long is remembered: that is how long days are kept.
const KEPT_DAYS: i32 = 400;

/// What the agents of a site have in common, from its first days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Common {
    /// By standardised feature, in order.
    pools: Vec<Option<Pool>>,
    learning: Option<LearningCurve>,
}

/// The state of a site.
///
/// ```
/// use attrition::hazard::{HazardModel, PRIOR_MODEL};
/// use attrition::site::{DayLog, Site, SiteSettings};
/// let (mut site, model): (_, HazardModel) = (Site::default(), serde_json::from_str(PRIOR_MODEL)?);
/// let result = site.take(&SiteSettings::default(), &model, 20_000, &[], &DayLog::default());
/// assert!(result.scores.is_empty() && result.decisions.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Site {
    agents: BTreeMap<String, AgentState>,
    /// Smoothed share of paid time with customers, by team.
    occupancy: BTreeMap<String, f64>,
    openings: Openings,
    shifts: Shifts,
    /// How often everybody is absent.
    absence: CommonRate,
    common: Option<Common>,
    /// What moves groups as a whole.
    notices: Notices,
    /// Days that wait until what agents have in common is known.
    waiting: Vec<(i32, Vec<DayFacts>, DayLog)>,
}

impl Site {
    /// Takes the next day of the site: what was measured of its agents, and what the log of signals says of the day. Days come in order; `facts` in any.
    /// A day of which nothing was measured scores nobody, and what was done to signals on it still happens.
    pub fn take(&mut self, settings: &SiteSettings, model: &HazardModel, day: i32, facts: &[DayFacts], log: &DayLog) -> SiteDayResult {
        let mut sorted: Vec<&DayFacts> = facts.iter().collect();
        sorted.sort_by(|a, b| a.agent.cmp(&b.agent));
        let Some(common) = self.common.clone() else {
            return self.wait(settings, model, day, &sorted, log);
        };
        self.day(settings, model, &common, day, &sorted, log)
    }

    /// Agents of whom something is remembered.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.agents.len()
    }

    /// Signals that live: agent, day of opening, tier.
    pub fn living(&self) -> impl Iterator<Item = (&str, i32, Tier)> {
        self.agents
            .iter()
            .filter_map(|(agent, state)| state.tracker.episode().map(|episode| (agent.as_str(), episode.opened_day, episode.tier)))
    }

    /// Events of groups that live, as they were told.
    #[must_use]
    pub fn group_events(&self) -> Vec<Notice> {
        self.notices.living()
    }

    fn wait(&mut self, settings: &SiteSettings, model: &HazardModel, day: i32, facts: &[&DayFacts], log: &DayLog) -> SiteDayResult {
        if !facts.is_empty() || !log.decisions.is_empty() || !log.actions.is_empty() || !log.notices.is_empty() {
            self.waiting.push((day, facts.iter().map(|facts| (*facts).clone()).collect(), log.clone()));
        }
        let known = self.waiting.iter().filter(|(_, facts, _)| !facts.is_empty()).count() as u32;
        if facts.is_empty() || known < settings.moment_days {
            return SiteDayResult { day, ..SiteDayResult::default() };
        }
        let waiting = std::mem::take(&mut self.waiting);
        let common = learn(&waiting);
        self.common = Some(common.clone());
        let mut latest = SiteDayResult::default();
        for (past, facts, log) in waiting {
            // Nothing was told of the days before, and nothing is told of them now.
            let log = DayLog { told: log.told || past < day, ..log };
            latest = self.day(settings, model, &common, past, &facts.iter().collect::<Vec<_>>(), &log);
        }
        latest
    }

    fn day(
        &mut self,
        settings: &SiteSettings,
        model: &HazardModel,
        common: &Common,
        day: i32,
        facts: &[&DayFacts],
        log: &DayLog,
    ) -> SiteDayResult {
        for action in &log.actions {
            if let Some(state) = self.agents.get_mut(&action.agent)
                && state.tracker.act(action.action, day).is_ok()
            {
                state.freeze();
            }
        }
        deciding::forget(day, &mut self.openings);
        self.begin_anew(facts);
        let (observed, groups) = self.observe(settings, common, facts);
        let scored = score(model, &settings.tiers, &observed);
        self.remember(&observed, &scored);
        let alarmed: Vec<Option<i32>> =
            observed.iter().map(|(facts, _)| self.agents.get(&facts.agent).and_then(|state| state.charts.alarmed_day())).collect();
        let (alarms, withheld) = alarms(day, &observed, &alarmed);
        let notices = if facts.is_empty() {
            self.notices.follow(log);
            Vec::new()
        } else {
            let shown = Shown {
                day,
                features: &standardised(),
                settings: &settings.shifts,
                medians: &groups.medians,
                wider: &wider(facts),
                absence: groups.absence,
                alarms: &alarms,
            };
            self.notices.take(&shown, log)
        };
        let judged = judged(facts, &observed, &scored, &withheld);
        let noted = deciding::note(settings, day, &judged, &mut self.agents);
        deciding::follow(settings, day, log, &judged, &mut self.agents, &mut self.openings);
        let mut decisions = Vec::new();
        if !log.told {
            decisions = deciding::decide(day, log, &judged, &noted, &mut self.agents, &mut self.openings);
            self.explain(&mut decisions, &observed, &scored);
        }
        self.agents.values_mut().for_each(AgentState::freeze);
        self.agents.retain(|_, state| state.tracker.episode().is_some() || state.last_row_day.is_none_or(|last| last + KEPT_DAYS > day));
        let withheld = withheld.iter().filter(|withheld| **withheld).count();
        SiteDayResult { day, scores: scores(observed, scored), decisions, notices, withheld }
    }

    /// Forgets those whose id belongs to somebody else now.
    fn begin_anew(&mut self, facts: &[&DayFacts]) {
        for facts in facts {
            if let Some(state) = self.agents.get_mut(&facts.agent).filter(|state| state.is_of_another(facts)) {
                state.begin_anew();
            }
        }
    }

    /// Every agent's own part of the day. Who is not employed, has given notice or is on leave is not looked at: nothing of that day is learned.
    fn observe<'a>(
        &mut self,
        settings: &SiteSettings,
        common: &Common,
        facts: &[&'a DayFacts],
    ) -> (Vec<(&'a DayFacts, Observed)>, OfGroups) {
        for facts in facts {
            self.agents.entry(facts.agent.clone()).or_default().last_row_day = Some(facts.day);
        }
        let looked_at: Vec<&DayFacts> =
            facts.iter().copied().filter(|facts| facts.employed && !facts.notice_given && !facts.on_leave).collect();
        self.follow_occupancy(&looked_at);
        let features = standardised();
        let history = HistorySettings {
            baseline: settings.baseline,
            pools: features.iter().zip(&common.pools).filter_map(|(feature, pool)| Some((*feature, (*pool)?))).collect(),
        };
        let method = Method { history: &history, stages: &settings.stages, features: &features };
        let own: Vec<FeatureValues> = looked_at.iter().map(|facts| own_values(facts, common.learning.as_ref())).collect();
        let mut values = own.clone();
        let times_absent = self.times_absent(&looked_at, &own);
        for (values, times) in values.iter_mut().zip(&times_absent) {
            if let Some(absent) = values.get(Feature::Absent) {
                values.set(Feature::Absent, absent / times);
            }
        }
        let usual: Vec<Option<&[f64]>> = looked_at.iter().map(|facts| self.agents.get(&facts.agent).and_then(AgentState::usual)).collect();
        let medians = self.notices.medians(&features, &settings.shifts, &looked_at, (&values, &usual), &common.pools);
        let groups = OfGroups { medians, absence: common_absence(&own, &times_absent) };
        let following = Following { settings: &settings.shifts, pools: &common.pools, shifts: &mut self.shifts };
        deviations(&features, &looked_at, &mut values, &usual, Some(following));
        let observed = looked_at
            .into_iter()
            .zip(own.iter().zip(values).zip(times_absent))
            .map(|(facts, ((own, values), times_absent))| {
                let occupancy = self.occupancy.get(facts.team.as_deref().unwrap_or_default()).copied();
                let state = self.agents.entry(facts.agent.clone()).or_default();
                (facts, state.observe(method, facts, own, values, Surroundings { occupancy, times_absent }))
            })
            .collect();
        (observed, groups)
    }

    /// What later days are compared with.
    fn remember(&mut self, observed: &[(&DayFacts, Observed)], scored: &[Option<Scored>]) {
        for ((facts, _), scored) in observed.iter().zip(scored) {
            if let (Some(scored), Some(state)) = (scored, self.agents.get_mut(&facts.agent)) {
                state.latest.remember(facts.day, scored.explanation.log_odds);
            }
        }
    }

    /// For each agent of a day how many times as often as usual the others are absent these days; 1 where there is no shift.
    fn times_absent(&mut self, day: &[&DayFacts], own: &[FeatureValues]) -> Vec<f64> {
        let rate = |facts: &DayFacts| {
            self.agents.get(&facts.agent).and_then(AgentState::absence_rate).unwrap_or_else(|| RateSettings::ABSENCE.mean())
        };
        let shifts: Vec<Option<(bool, f64)>> =
            day.iter().zip(own).map(|(facts, own)| own.get(Feature::Absent).map(|absent| (absent > 0.0, rate(facts)))).collect();
        let known: Vec<(bool, f64)> = shifts.iter().copied().flatten().collect();
        let today = day.first().map_or(0, |facts| facts.day);
        let mut times = self.absence.observe(today, &known).into_iter();
        shifts.iter().map(|shift| shift.and_then(|_| times.next()).unwrap_or(1.0)).collect()
    }

    fn follow_occupancy(&mut self, facts: &[&DayFacts]) {
        let mut teams: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for facts in facts.iter().filter(|facts| facts.paid_ms > 0) {
            let (utilised_ms, paid_ms) = teams.entry(facts.team.as_deref().unwrap_or_default()).or_default();
            (*utilised_ms, *paid_ms) = (*utilised_ms + facts.utilised_ms, *paid_ms + facts.paid_ms);
        }
        for (team, (utilised_ms, paid_ms)) in teams {
            let today = utilised_ms as f64 / paid_ms as f64;
            let smoothed = self.occupancy.entry(team.to_owned()).or_insert(today);
            *smoothed += gain(TEAM_HALF_LIFE_DAYS) * (today - *smoothed);
        }
    }

    fn explain(&self, decisions: &mut [Decision], observed: &[(&DayFacts, Observed)], scored: &[Option<Scored>]) {
        let told = deciding::explained(decisions);
        for ((facts, seen), scored) in observed.iter().zip(scored) {
            let (Some(scored), Some(state)) = (scored, self.agents.get(&facts.agent).filter(|_| told.contains(&facts.agent))) else {
                continue;
            };
            let peers: Vec<_> = observed
                .iter()
                .filter(|(other, _)| other.team == facts.team && other.agent != facts.agent)
                .filter_map(|(other, seen)| Some((self.agents.get(&other.agent)?, &seen.inputs)))
                .collect();
            let (found, against) = (reasons(scored, state, &seen.inputs, &peers), lowering(scored, state, &seen.inputs, &peers));
            for decision in decisions.iter_mut().filter(|decision| decision.agent == facts.agent) {
                decision.reasons.clone_from(&found);
                decision.lowering.clone_from(&against);
                decision.rules.clone_from(&seen.rules);
            }
        }
    }
}

/// What a day shows of groups, before it is taken off the individuals.
struct OfGroups {
    medians: Medians,
    /// How many times as often as usual everybody is absent, and of how many agents with a shift.
    absence: (f64, u32),
}

/// How many times as often as usual everybody is absent, as those who came see it, and how many had a shift.
fn common_absence(own: &[FeatureValues], times_absent: &[f64]) -> (f64, u32) {
    let shifts: Vec<(f64, f64)> =
        own.iter().zip(times_absent).filter_map(|(own, times)| Some((own.get(Feature::Absent)?, *times))).collect();
    let came: Vec<f64> = shifts.iter().filter(|(absent, _)| *absent <= 0.0).map(|(_, times)| *times).collect();
    let all: Vec<f64> = shifts.iter().map(|(_, times)| *times).collect();
    (median(&came).or_else(|| median(&all)).unwrap_or(1.0), shifts.len() as u32)
}

fn own_values(facts: &DayFacts, learning: Option<&LearningCurve>) -> FeatureValues {
    let mut values = features_of(facts);
    without_learning(facts, &mut values, learning);
    values
}

/// Everybody with a row, those who are not looked at too: their signals end.
fn judged<'a>(
    facts: &[&'a DayFacts],
    observed: &[(&'a DayFacts, Observed)],
    scored: &'a [Option<Scored>],
    withheld: &[bool],
) -> Vec<Judged<'a>> {
    let mut seen = observed.iter().zip(scored.iter().zip(withheld)).peekable();
    let mut judged = Vec::with_capacity(facts.len());
    for facts in facts {
        let mine = seen.next_if(|((other, _), _)| other.agent == facts.agent);
        judged.push(match mine {
            Some(((_, observed), (scored, withheld))) => Judged {
                facts,
                standing: observed.standing,
                worked_days: observed.worked_days,
                scored: scored.as_ref(),
                withheld: *withheld,
            },
            None => Judged { facts, standing: crate::signals::Standing::NotAtRisk, worked_days: 0, scored: None, withheld: false },
        });
    }
    judged
}

fn scores(observed: Vec<(&DayFacts, Observed)>, scored: Vec<Option<Scored>>) -> Vec<AgentScore> {
    let of = |((facts, observed), scored): ((&DayFacts, Observed), Option<Scored>)| {
        let Scored { probability, base, tier, explanation, families, inputs_hash } = scored?;
        Some(AgentScore {
            agent: facts.agent.clone(),
            standing: observed.standing,
            probability,
            base,
            log_odds: [explanation.reference_log_odds, explanation.log_odds],
            tier,
            rules: observed.rules,
            families,
            inputs: observed.inputs,
            inputs_hash,
        })
    };
    observed.into_iter().zip(scored).filter_map(of).collect()
}

/// What agents have in common, from the days that waited.
fn learn(waiting: &[(i32, Vec<DayFacts>, DayLog)]) -> Common {
    let features = standardised();
    let points: Vec<(f64, f64)> = waiting
        .iter()
        .flat_map(|(_, facts, _)| facts)
        .filter_map(|facts| Some((f64::from(facts.tenure_days?), features_of(facts).get(Feature::HandleTime)?)))
        .collect();
    let learning = LearningCurve::fit(&points);
    let mut series: BTreeMap<(usize, &str), Vec<f64>> = BTreeMap::new();
    for (_, facts, _) in waiting {
        let day: Vec<&DayFacts> = facts.iter().collect();
        let mut values: Vec<FeatureValues> = day.iter().map(|facts| own_values(facts, learning.as_ref())).collect();
        deviations(&features, &day, &mut values, &vec![None; day.len()], None);
        for (facts, values) in day.iter().zip(&values) {
            for (position, feature) in features.iter().enumerate() {
                if let Some(value) = values.get(*feature) {
                    series.entry((position, facts.agent.as_str())).or_default().push(value);
                }
            }
        }
    }
    let pool = |position: usize| {
        let of: Vec<Vec<f64>> = series.range((position, "")..(position + 1, "")).map(|(_, days)| days.clone()).collect();
        let found = moments(&of)?;
        let shrinkage_days = found.shrinkage_days().unwrap_or_else(|| Pool::default().shrinkage_days);
        (found.within > 0.0).then(|| Pool { sd: libm::sqrt(found.within), shrinkage_days, correlation: found.correlation })
    };
    Common { pools: (0..features.len()).map(pool).collect(), learning }
}
