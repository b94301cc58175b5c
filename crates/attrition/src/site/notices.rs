//! Events of groups: what moves everybody is taken off the individuals, and the organisation is told of it once, as of a group. Facts come from medians, absences
//! and charts; [`crate::signals::decide_group`] decides; on a day that was told the log does.

#[cfg(test)]
mod tests;

use super::group::{Cause, Group, Moved, Notice};
use super::medians::{Level, Median, Medians, medians};
use super::told::DayLog;
use crate::baseline::{Pool, ShiftSettings};
use crate::features::{DayFacts, Feature, FeatureValues};
use crate::signals::{
    Distance, Ending, FEWEST_IN_EVENT, GroupDecision, GroupFacts, Living, Strength, decide_group, strength_of_absence, strength_of_alarms,
    strength_of_measures,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A group that was not seen for so many days is forgotten.
const FORGOTTEN_AFTER_DAYS: i32 = 60;

/// An event that lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Event {
    living: Living,
    agents: u32,
    moved: Vec<Moved>,
}

/// Events that live, and what is usual of groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notices {
    #[serde(with = "pairs")]
    levels: BTreeMap<Group, Vec<Option<Level>>>,
    #[serde(with = "pairs")]
    events: BTreeMap<(Cause, Group), Event>,
}

/// Maps whose keys are no text as lists of pairs, so that a state can be looked at as JSON.
mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// A group of at least eight agents at risk, and how many of their charts alarmed within three days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarms {
    pub(crate) group: Group,
    pub(crate) agents: u32,
    pub(crate) alarmed: u32,
}

/// What a day shows of groups.
pub(crate) struct Shown<'a> {
    pub(crate) day: i32,
    pub(crate) features: &'a [Feature],
    pub(crate) settings: &'a ShiftSettings,
    pub(crate) medians: &'a Medians,
    /// The queue group of teams that lie within one.
    pub(crate) wider: &'a BTreeMap<Group, Group>,
    /// How many times as often as usual everybody is absent, and of how many agents with a shift.
    pub(crate) absence: (f64, u32),
    pub(crate) alarms: &'a [Alarms],
}

/// What is seen of one group for one cause.
struct Sight {
    strength: Option<Strength>,
    agents: u32,
    moved: Vec<Moved>,
}

const UNSEEN: Sight = Sight { strength: None, agents: 0, moved: Vec::new() };

impl Notices {
    /// Events that live.
    pub(crate) fn living(&self) -> Vec<Notice> {
        self.events.iter().map(|(key, event)| event.notice(key, None)).collect()
    }

    /// The medians of a day, without the parts that move by themselves: those of which an event lives, and those of which one begins today.
    pub(crate) fn medians(
        &self,
        features: &[Feature],
        settings: &ShiftSettings,
        day: &[&DayFacts],
        values: (&[FeatureValues], &[Option<&[f64]>]),
        pools: &[Option<Pool>],
    ) -> Medians {
        let of = |moved: &dyn Fn(&Group) -> bool| medians(features, day, values.0, values.1, pools, moved);
        let first = of(&|group| self.has_moved(group));
        let begins = |group: &&Group| {
            let sight = self.measures(group, features, settings, &first);
            matches!(group, Group::Team(_)) && sight.strength == Some(Strength::Begins)
        };
        let begin: BTreeSet<Group> = first.keys().filter(begins).cloned().collect();
        if begin.is_empty() { first } else { of(&|group| begin.contains(group) || self.has_moved(group)) }
    }

    /// Whether an event has moved the measures of a group.
    fn has_moved(&self, group: &Group) -> bool {
        self.events.contains_key(&(Cause::Measures, group.clone()))
    }

    /// Takes a day of which something was measured, and says what is to be told.
    pub(crate) fn take(&mut self, shown: &Shown<'_>, log: &DayLog) -> Vec<Notice> {
        let mut told = Vec::new();
        for cause in Cause::ALL {
            for group in self.groups(cause, shown) {
                let sight = self.sight(cause, &group, shown);
                let covered = cause != Cause::Absence && self.covers(cause, &group, shown);
                let facts = GroupFacts { day: shown.day, seen: sight.strength, covered };
                told.extend(self.carry_out(cause, group, &facts, sight, log.told));
            }
        }
        self.follow(log);
        self.learn(shown);
        told
    }

    /// Does what was told of a day.
    pub(crate) fn follow(&mut self, log: &DayLog) {
        for notice in &log.notices {
            let key = (notice.cause, notice.group.clone());
            match notice.ended {
                None => {
                    let (agents, moved) = (notice.agents, notice.moved.clone());
                    self.events.insert(key, Event { living: Living::from(notice.began_day), agents, moved });
                }
                // Of the event that it tells of: one that began since, on the same day even, lives on.
                Some(ending) if self.events.get(&key).is_some_and(|event| event.living.began_day == notice.began_day) => {
                    self.events.remove(&key);
                    self.forget(&notice.group, notice.cause, ending);
                }
                Some(_) => {}
            }
        }
    }

    /// Groups that are seen or of which an event lives, from wide to narrow.
    fn groups(&self, cause: Cause, shown: &Shown<'_>) -> BTreeSet<Group> {
        let living = self.events.keys().filter(|(of, _)| *of == cause).map(|(_, group)| group.clone());
        let seen: Vec<Group> = match cause {
            Cause::Absence => vec![Group::Site],
            Cause::Measures => shown.medians.keys().cloned().collect(),
            Cause::Alarms => shown.alarms.iter().map(|alarms| alarms.group.clone()).collect(),
        };
        living.chain(seen).collect()
    }

    /// Whether an event of the group's measures or charts, or of a wider one's, lives beside this one.
    fn covers(&self, cause: Cause, group: &Group, shown: &Shown<'_>) -> bool {
        let lives = |of: Cause, group: &Group| self.events.contains_key(&(of, group.clone()));
        let other = if cause == Cause::Measures { Cause::Alarms } else { Cause::Measures };
        let wider = [Some(&Group::Site), shown.wider.get(group)].into_iter().flatten().filter(|wider| *wider != group);
        lives(other, group) || wider.into_iter().any(|wider| lives(cause, wider) || lives(other, wider))
    }

    fn sight(&self, cause: Cause, group: &Group, shown: &Shown<'_>) -> Sight {
        match cause {
            Cause::Absence => {
                let (times, agents) = shown.absence;
                let moved = vec![Moved { measure: Feature::Absent.code().to_owned(), by: times }];
                Sight { strength: (agents >= FEWEST_IN_EVENT).then(|| strength_of_absence(times)), agents, moved }
            }
            Cause::Alarms => shown.alarms.iter().find(|alarms| alarms.group == *group).map_or(UNSEEN, |alarms| {
                let share = f64::from(alarms.alarmed) / f64::from(alarms.agents);
                let moved = vec![Moved { measure: "alarmed".to_owned(), by: share }];
                Sight { strength: Some(strength_of_alarms(share)), agents: alarms.agents, moved }
            }),
            Cause::Measures => self.measures(group, shown.features, shown.settings, shown.medians),
        }
    }

    /// How the measures of a group lie today.
    fn measures(&self, group: &Group, features: &[Feature], settings: &ShiftSettings, medians: &Medians) -> Sight {
        let (Some(today), Some(levels)) = (medians.get(group), self.levels.get(group)) else { return UNSEEN };
        let distance = |(position, feature): (usize, &Feature)| {
            let median = today.get(position).copied().flatten()?;
            let level = levels.get(position).copied().flatten()?;
            Some((feature.code(), median, level.distance(settings, median)?))
        };
        let found: Vec<(&str, Median, Distance)> = features.iter().enumerate().filter_map(distance).collect();
        let begun: Vec<(f64, Option<f64>)> = self.events.get(&(Cause::Measures, group.clone())).map_or_else(Vec::new, |event| {
            let now = |code: &str| found.iter().find(|(of, _, _)| *of == code).map(|(_, _, distance)| distance.by);
            event.moved.iter().map(|moved| (moved.by, now(&moved.measure))).collect()
        });
        let distances: Vec<Distance> = found.iter().map(|(_, _, distance)| *distance).collect();
        let unseen = found.is_empty() || (!begun.is_empty() && begun.iter().all(|(_, now)| now.is_none()));
        let far: Vec<&(&str, Median, Distance)> = found.iter().filter(|(_, _, distance)| distance.is_moved()).collect();
        let mut moved: Vec<Moved> = far.iter().map(|(code, _, distance)| Moved { measure: (*code).to_owned(), by: distance.by }).collect();
        moved.sort_by(|a, b| b.by.total_cmp(&a.by).then_with(|| a.measure.cmp(&b.measure)));
        Sight {
            strength: (!unseen).then(|| strength_of_measures(&distances, &begun)),
            agents: far.iter().map(|(_, median, _)| median.members).min().unwrap_or(0),
            moved,
        }
    }

    /// Carries a decision out. On a day that was told nothing begins or ends by it.
    fn carry_out(&mut self, cause: Cause, group: Group, facts: &GroupFacts, sight: Sight, was_told: bool) -> Option<Notice> {
        let key = (cause, group);
        match decide_group(self.events.get(&key).map(|event| event.living), facts) {
            GroupDecision::Begin(living) if !was_told => {
                let event = Event { living, agents: sight.agents, moved: sight.moved };
                let notice = event.notice(&key, None);
                self.events.insert(key, event);
                Some(notice)
            }
            GroupDecision::Quiet | GroupDecision::Begin(_) => None,
            GroupDecision::Last(living) => {
                self.events.get_mut(&key)?.living = living;
                None
            }
            GroupDecision::End(living, _) if was_told => {
                self.events.get_mut(&key)?.living = living;
                None
            }
            GroupDecision::End(living, ending) => {
                let event = self.events.remove(&key)?;
                self.forget(&key.1, cause, ending);
                Some(Event { living, ..event }.notice(&key, Some(ending)))
            }
        }
    }

    /// What has become usual is learned anew.
    fn forget(&mut self, group: &Group, cause: Cause, ending: Ending) {
        if cause == Cause::Measures && ending == Ending::Usual {
            self.levels.remove(group);
        }
    }

    /// What is usual stands still while an event lives.
    fn learn(&mut self, shown: &Shown<'_>) {
        for (group, medians) in shown.medians {
            if self.has_moved(group) || self.covers(Cause::Measures, group, shown) {
                continue;
            }
            let levels = self.levels.entry(group.clone()).or_default();
            levels.resize(shown.features.len(), None);
            for (level, median) in levels.iter_mut().zip(medians) {
                if let Some(median) = median {
                    *level = Some(Level::learn(*level, shown.settings, shown.day, *median));
                }
            }
        }
        let lately = |level: &Level| level.day + FORGOTTEN_AFTER_DAYS > shown.day;
        self.levels.retain(|_, levels| levels.iter().flatten().any(lately));
    }
}

impl Event {
    fn notice(&self, (cause, group): &(Cause, Group), ended: Option<Ending>) -> Notice {
        let Living { began_day, held_day, .. } = self.living;
        let (group, agents, moved) = (group.clone(), self.agents, self.moved.clone());
        Notice { group, cause: *cause, began_day, ended, held_day, agents, moved }
    }
}
