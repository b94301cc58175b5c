//! A world in which a group is absent twice as often and leaves as the others do: its days, what the pure fold scores and opens, who left when and by whose wish,
//! and who is of which group; and the same where the product keeps it.

use crate::site::{self, Site, http};
use attrition::features::DayFacts;
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::signals::signal_id;
use attrition::site::{DayLog, SiteSettings, What};
use evaluation::facts::{FIRST_DAY, agent_id};
use serde_json::{Value, json};
use simulator::attrition::{Centre, World};
use std::collections::{BTreeMap, BTreeSet};

const DAYS: u32 = 270;
/// Agents of the smallest band of age, and of the next.
pub const FEW: usize = 12;
pub const MORE: usize = 40;

/// How somebody's time ended, as the personnel department has it.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    /// The day of notice, else the last day worked.
    pub day: i32,
    /// The first day away, and the day on which it is entered.
    pub gone_day: i32,
    pub entered_day: i32,
    pub notice_day: Option<i32>,
    pub voluntary: bool,
}

/// See the module.
#[derive(Default)]
pub struct Played {
    pub days: Vec<Vec<DayFacts>>,
    /// By agent: day and probability.
    pub scores: BTreeMap<String, Vec<(i32, f64)>>,
    /// By agent: days on which a signal opened.
    pub opened: BTreeMap<String, Vec<i32>>,
    pub left: BTreeMap<String, Left>,
    /// By attribute and agent.
    pub groups: BTreeMap<&'static str, BTreeMap<String, &'static str>>,
}

impl Played {
    pub fn new() -> Self {
        let world = World::named("confounded_group", 5, 150, DAYS).unwrap();
        let (mut centre, mut facts) = (Centre::open(&world).unwrap(), evaluation::facts::Site::default());
        let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
        let (mut fold, mut played, mut in_group) = (attrition::site::Site::default(), Played::default(), BTreeMap::new());
        while let Some(day) = centre.next() {
            in_group.extend(day.seats.iter().map(|seat| (agent_id(seat.truth.person), seat.truth.in_group)));
            let today = facts.facts(&centre, &day, world.teams() as usize);
            let at = FIRST_DAY + day.day as i32;
            let scored = fold.take(&settings, &model, at, &today, &DayLog::default());
            for score in scored.scores {
                played.scores.entry(score.agent).or_default().push((at, score.probability));
            }
            for decision in scored.decisions.into_iter().filter(|decision| decision.what == What::Opened) {
                played.opened.entry(decision.agent).or_default().push(at);
            }
            played.days.push(today);
        }
        played.leave(&centre);
        played.warn_at_the_bounds();
        played.group(&in_group);
        played
    }

    /// Every third one gave notice, every fifth was dismissed.
    fn leave(&mut self, centre: &Centre) {
        let mut worked: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for facts in self.days.iter().flatten().filter(|facts| facts.staffed_ms > 0) {
            worked.entry(&facts.agent).or_default().push(facts.day);
        }
        let mut left = BTreeMap::new();
        for (number, of) in centre.departures().iter().enumerate() {
            let (agent, gone_day) = (agent_id(of.person), FIRST_DAY + of.day as i32);
            let last_worked = worked.get(agent.as_str()).and_then(|days| days.iter().rev().find(|day| **day < gone_day));
            let notice_day = (number % 3 == 0).then_some(gone_day - 10);
            let day = notice_day.unwrap_or_else(|| last_worked.copied().unwrap_or(gone_day - 1));
            // What is entered before the last day is a notice too.
            let entered_day = (FIRST_DAY + of.reported_day as i32).max(gone_day);
            left.insert(agent, Left { day, gone_day, entered_day, notice_day, voluntary: number % 5 != 4 });
        }
        self.left = left;
    }

    /// A warning counts as right if the agent leaves within 45 days: leavers who were not warned of get one 45 or 46 days before, in turn.
    fn warn_at_the_bounds(&mut self) {
        let without =
            self.left.iter().filter(|(agent, left)| left.voluntary && left.day > FIRST_DAY + 120 && !self.opened.contains_key(*agent));
        let scored = without.filter(|(agent, left)| self.scores.get(*agent).is_some_and(|scores| scores[0].0 < left.day - 60));
        let chosen: Vec<(String, i32)> = scored.map(|(agent, left)| (agent.clone(), left.day)).collect();
        assert!(chosen.len() >= 6, "{chosen:?}");
        for ((agent, day), before) in chosen.into_iter().zip([45, 46].into_iter().cycle()) {
            self.opened.insert(agent, vec![day - before]);
        }
    }

    /// One in 25 is in no group of any attribute.
    fn group(&mut self, in_group: &BTreeMap<String, bool>) {
        let known: Vec<&String> = self.scores.keys().enumerate().filter(|(number, _)| number % 25 != 24).map(|(_, agent)| agent).collect();
        let gender = known.iter().map(|agent| ((*agent).clone(), if in_group[*agent] { "absent more" } else { "others" }));
        let band = |number: usize| {
            if number < FEW {
                "few"
            } else if number < FEW + MORE {
                "more"
            } else {
                "most"
            }
        };
        let age = known.iter().enumerate().map(|(number, agent)| ((*agent).clone(), band(number)));
        self.groups = BTreeMap::from([("gender", gender.collect()), ("age_band", age.collect())]);
    }

    /// Puts all of it where the product has it.
    pub fn store(&self, site: &Site) {
        let own = format!("{}_attrition", site.database);
        for days in self.days.chunks(30) {
            insert(&format!("{own}.agent_days"), days.iter().flatten().map(|facts| json!(facts)));
        }
        let formed: BTreeSet<i32> = self.days.iter().flatten().map(|facts| facts.day).collect();
        let row = |day| json!({"tenant": "world", "site": "centre", "day": day, "fingerprint": 0, "as_of_us": 0, "version": 0});
        insert(&format!("{own}.formed_days"), formed.into_iter().map(row));
        let scores = self.scores.iter().flat_map(|(agent, scores)| scores.iter().map(move |score| (agent, score)));
        let score = |(agent, (day, probability)): (&String, &(i32, f64))| json!({"tenant": "world", "site": "centre", "day": day, "agent": agent, "standing": "scored", "probability": probability, "version": 1});
        insert(&format!("{own}.scores"), scores.map(score));
        let opened = self.opened.iter().flat_map(|(agent, days)| days.iter().map(move |day| (agent, *day)));
        let event = |(agent, day): (&String, i32), kind: &str, day_of_event: i32| {
            json!({"tenant": "world", "site": "centre", "agent": agent, "signal_id": signal_id("world", agent, day), "kind": kind, "day": day_of_event,
                "state": "open", "tier": "concern", "version": 1})
        };
        // Only an opening is a warning.
        let events = opened.flat_map(|of| [event(of, "opened", of.1), event(of, "escalated", of.1 + 3)]);
        insert(&format!("{own}.signal_events"), events);
        insert(&format!("{}.reference", site.database), self.people());
        for (attribute, groups) in &self.groups {
            let row = |(agent, value): (&String, &&str)| json!({"tenant": "world", "agent": agent, "attribute": attribute, "value": value, "version": 1});
            insert(&format!("{own}.protected_groups"), groups.iter().map(row));
        }
    }

    /// Agents as reference data have them: hired, and a second entry once it is known that they left.
    fn people(&self) -> Vec<Value> {
        let hired: BTreeMap<&str, i32> =
            self.days.iter().flatten().filter_map(|facts| Some((facts.agent.as_str(), facts.hired_day?))).collect();
        let entry = |agent: &str, from: &str, attributes: Value| json!({"tenant": "world", "kind": "agent", "id": agent, "valid_from": from, "attributes": attributes, "version": 1, "is_deleted": 0});
        let mut rows = Vec::new();
        for (agent, hired_day) in hired {
            let mut attributes = json!({"site": "centre", "hire_date": date(hired_day)});
            rows.push(entry(agent, "2020-01-01 00:00:00", attributes.clone()));
            if let Some(left) = self.left.get(agent) {
                attributes["left_date"] = date(left.gone_day).into();
                attributes["left_kind"] = if left.voluntary { "voluntary" } else { "dismissal" }.into();
                if let Some(day) = left.notice_day {
                    attributes["notice_date"] = date(day).into();
                }
                rows.push(entry(agent, &format!("{} 12:00:00", date(left.entered_day)), attributes));
            }
        }
        rows
    }
}

/// A day as people write it.
pub fn date(day: i32) -> String {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(day)).to_string()
}

/// Rows into a table of ClickHouse.
fn insert(table: &str, rows: impl IntoIterator<Item = Value>) {
    let lines: Vec<String> = rows.into_iter().map(|row| row.to_string()).collect();
    let address = site::stack()["HOLDFAST__CLICKHOUSE__URL"].trim_start_matches("http://").trim_end_matches('/').to_owned();
    let query = format!("/?query=INSERT%20INTO%20{table}%20FORMAT%20JSONEachRow");
    let answer = http(&address, "POST", &query, &lines.join("\n")).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200") || !answer.contains("Exception"), "{table}: {answer}");
}
