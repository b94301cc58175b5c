//! The section `[agents]`: what agents' events mean, and what is assumed where some are missing.

use ingester::SourceConfig;
use lifecycle::activity::{Activity, ActivityOptions, ReasonMap};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Heartbeats may come this late before it means anything, s: those that lie closer are kept as one.
const HEARTBEATS_MISSED_MIN_S: i64 = 150;

/// What agents' events mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agents {
    /// A session in which nothing was heard for so long ended with the last thing heard, hours.
    pub session_max_hours: i64,
    /// Declared after-call work without a planned length lasts at most so long, seconds; 0: until an event ends it.
    pub acw_cap_s: i64,
    /// Ringing and dialling whose end was not seen last at most so long, seconds.
    pub offer_cap_s: i64,
    /// Where heartbeats come, an agent of whom nothing was heard for so long is unknown, seconds.
    pub heartbeats_missed_s: i64,
    /// Version of the table below, for people: a changed table changes the past that is still kept.
    pub reasons_version: u32,
    /// What a reason of a pause means, beside the reasons that most centres use and instead of them: `"zumba" = "pause_team_activity"`.
    pub reasons: BTreeMap<String, String>,
}

impl Default for Agents {
    fn default() -> Self {
        Agents {
            session_max_hours: 16,
            acw_cap_s: 900,
            offer_cap_s: 300,
            heartbeats_missed_s: 360,
            reasons_version: 1,
            reasons: BTreeMap::new(),
        }
    }
}

/// What a reason may mean: what an agent declares, and nothing that is seen.
fn declared(name: &str) -> Option<Activity> {
    let declared =
        |activity: &Activity| matches!(activity, Activity::Pause(_) | Activity::BackOffice | Activity::Acw | Activity::Available);
    Activity::parse(name).filter(declared)
}

impl Agents {
    /// The rules of the fold.
    ///
    /// # Errors
    /// A text that names the reason whose activity does not exist, or cannot be declared.
    pub fn rules(&self) -> Result<ActivityOptions, String> {
        let mut reasons = Vec::new();
        for (reason, name) in &self.reasons {
            let activity = declared(name).ok_or_else(|| {
                let known: Vec<&str> =
                    Activity::ALL.iter().map(|activity| activity.name()).filter(|name| declared(name).is_some()).collect();
                format!("agents.reasons.{reason:?} = {name:?}: one of {}", known.join(", "))
            })?;
            reasons.push((reason.as_str(), activity));
        }
        Ok(ActivityOptions {
            session_max_ms: self.session_max_hours.saturating_mul(3_600_000),
            acw_cap_ms: (self.acw_cap_s > 0).then(|| self.acw_cap_s.saturating_mul(1_000)),
            offer_cap_ms: self.offer_cap_s.saturating_mul(1_000),
            heartbeats_missed_ms: self.heartbeats_missed_s.saturating_mul(1_000),
            reasons: ReasonMap::default().with(self.reasons_version, reasons),
        })
    }

    /// What is wrong with a source that vouches for its agents. What it writes first in a step may be almost two steps apart.
    pub(super) fn wrong_of(&self, source: &SourceConfig) -> Option<String> {
        let alive_s = source.alive_s.map(i64::from)?;
        let fits = alive_s >= 1 && alive_s.saturating_mul(2) < self.heartbeats_missed_s;
        (!fits)
            .then(|| format!("sources.{}.alive_s = {alive_s}: at least 1, and less than half of agents.heartbeats_missed_s", source.name))
    }

    /// What is wrong with the section.
    pub(super) fn wrong(&self, retention_hours: i64) -> Vec<String> {
        let mut wrong: Vec<String> = self.rules().err().into_iter().collect();
        if self.session_max_hours < 1 || self.session_max_hours >= retention_hours {
            wrong.push("agents.session_max_hours must be at least 1 and below pipeline.agent_retention_hours".to_owned());
        }
        if self.acw_cap_s < 0 || self.offer_cap_s < 1 {
            wrong.push("agents.acw_cap_s must not be negative, and agents.offer_cap_s must be at least 1".to_owned());
        }
        if self.heartbeats_missed_s < HEARTBEATS_MISSED_MIN_S {
            wrong.push(format!("agents.heartbeats_missed_s must be at least {HEARTBEATS_MISSED_MIN_S}"));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
    use super::*;
    use lifecycle::activity::PauseKind;

    #[test]
    fn the_defaults_are_those_of_the_fold() {
        assert_eq!(Agents::default().rules(), Ok(ActivityOptions::default()));
        assert_eq!(Agents::default().wrong(72), [""; 0]);
    }

    #[test]
    fn a_centre_adds_its_reasons_and_outweighs_the_usual_ones() {
        let reasons = [("Zumba", "pause_team_activity"), ("lunch", "pause_personal")].map(|(one, next)| (one.to_owned(), next.to_owned()));
        let agents = Agents { reasons: reasons.into(), reasons_version: 3, acw_cap_s: 0, ..Agents::default() };
        let rules = agents.rules().unwrap();
        assert_eq!(rules.reasons.activity(Some("zumba")), (Activity::Pause(PauseKind::TeamActivity), true));
        assert_eq!(rules.reasons.activity(Some("lunch")), (Activity::Pause(PauseKind::Personal), true));
        assert_eq!(rules.reasons.activity(Some("dinner")), (Activity::Pause(PauseKind::Meal), true), "the usual ones stay");
        assert_eq!((rules.reasons.version(), rules.acw_cap_ms), (3, None));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_name() {
        for name in ["pause_zumba", "contact", "offline"] {
            let agents = Agents { reasons: [("x".to_owned(), name.to_owned())].into(), ..Agents::default() };
            assert!(
                agents.wrong(72)[0].starts_with(&format!("agents.reasons.\"x\" = \"{name}\": one of available, acw, pause_break")),
                "{name}"
            );
        }
        let agents = Agents { session_max_hours: 72, acw_cap_s: -1, heartbeats_missed_s: 120, ..Agents::default() };
        assert_eq!(agents.wrong(72).len(), 3);
        assert_eq!(agents.wrong(73).len(), 2);
        let source =
            |alive_s: u32| toml::from_str::<SourceConfig>(&format!("name = 'pbx1'\nkind = 'queue_log'\nalive_s = {alive_s}")).unwrap();
        assert_eq!(Agents::default().wrong_of(&source(179)), None);
        assert!(Agents::default().wrong_of(&source(180)).unwrap().starts_with("sources.pbx1.alive_s = 180: "));
        assert!(Agents::default().wrong_of(&source(0)).is_some());
    }
}
