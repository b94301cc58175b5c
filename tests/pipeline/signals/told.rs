//! What the log of signals says, and what the pure fold says of the same days.
#![allow(dead_code, reason = "each test uses its part")]

use crate::site::{self, Site};
use attrition::features::{DayFacts, Family};
use attrition::hazard::{HazardModel, PRIOR_MODEL};
use attrition::signals::{Draw, signal_id};
use attrition::site::{AgentScore, DayLog, Decision, PersonAction, Reason, SiteSettings, What};
use events::{SignalActor, SignalKind, SignalReason};
use holdfast::signals::{log, words};
use runtime::settings::KafkaSettings;
use std::collections::BTreeMap;

/// An event in short: signal, kind, day, tier, probability.
pub type Line = (String, String, i32, String, Option<f64>);

/// A reason in an event: code, family, contribution, English, Chinese, whether it is for the organisation to change.
pub type Point = (String, String, f64, String, String, bool);

/// What an event tells of why: base, named rules, reasons, what speaks against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Why {
    pub base: Option<f64>,
    pub rules: Vec<String>,
    pub reasons: Vec<Point>,
    pub lowering: Vec<Point>,
}

/// By signal, kind and day.
pub type Whys = BTreeMap<(String, String, i32), Why>;

/// What the pure fold says.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    pub lines: Vec<Line>,
    pub whys: Whys,
    /// Scores of the days that were told, by day.
    pub scores: Vec<(i32, Vec<AgentScore>)>,
}

/// Folds days of a site, the first of which is `first_day`; those from `since` on are told. `actions` are known before their day.
pub fn fold(tenant: &str, first_day: i32, days: &[Vec<DayFacts>], since: i32, actions: &[(i32, PersonAction)]) -> Folded {
    let (settings, model): (_, HazardModel) = (SiteSettings::default(), serde_json::from_str(PRIOR_MODEL).unwrap());
    let (mut site, mut folded) = (attrition::site::Site::default(), Folded::default());
    for (day, facts) in (first_day..).zip(days) {
        let of = |(at, action): &(i32, PersonAction)| (*at == day).then(|| action.clone());
        let log = DayLog { told: day < since, actions: actions.iter().filter_map(of).collect(), ..DayLog::default() };
        let result = site.take(&settings, &model, day, facts, &log);
        for decision in result.decisions {
            let kind = match decision.what {
                What::Opened => "opened",
                What::Escalated => "escalated",
                What::Ended(action) => words::kind(action).name(),
            };
            let id = signal_id(tenant, &decision.agent, decision.opened_day);
            let probability = decision.score.map(|(probability, _)| probability);
            folded.whys.insert((id.clone(), kind.to_owned(), day), why(&decision));
            folded.lines.push((id, kind.to_owned(), day, decision.tier.name().to_owned(), probability));
        }
        if day >= since {
            folded.scores.push((day, result.scores));
        }
    }
    folded.lines = sorted(folded.lines);
    folded
}

fn why(decision: &Decision) -> Why {
    let point = |reason: &Reason| {
        let (code, family) = (reason.code.clone(), family(reason.family));
        (code, family, reason.contribution, reason.english.clone(), reason.chinese.clone(), reason.organisation)
    };
    Why {
        base: decision.score.map(|(_, base)| base),
        rules: decision.rules.iter().map(|rule| rule.name().to_owned()).collect(),
        reasons: decision.reasons.iter().map(point).collect(),
        lowering: decision.lowering.iter().map(point).collect(),
    }
}

/// The name of a family in events and tables.
pub fn family(family: Family) -> String {
    serde_json::to_value(family).unwrap().as_str().unwrap().to_owned()
}

fn sorted(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| (a.2, &a.0, &a.1).cmp(&(b.2, &b.0, &b.1)));
    lines
}

pub fn kafka(site: &Site) -> KafkaSettings {
    let brokers = site::stack()["HOLDFAST__KAFKA__BROKERS"].clone();
    KafkaSettings { prefix: site.prefix.clone(), brokers, ..KafkaSettings::default() }
}

/// What the product told, those of people apart.
pub fn told(site: &Site) -> Vec<Line> {
    let mut lines = Vec::new();
    log::read(&kafka(site), &mut |event| {
        if event.actor == SignalActor::System {
            let (id, kind) = (event.signal_id.to_owned(), event.kind.name().to_owned());
            lines.push((id, kind, event.day, event.tier.to_owned(), event.probability));
        }
    })
    .unwrap();
    sorted(lines)
}

/// What the product told of why, those of people apart. The shipped model is a prior: nobody vouches for its probabilities.
pub fn whys(site: &Site) -> Whys {
    let mut whys = Whys::new();
    log::read(&kafka(site), &mut |event| {
        let point = |reason: &SignalReason<'_>| {
            let [code, family, english, chinese] = [reason.code, reason.family, reason.text_en, reason.text_zh].map(str::to_owned);
            (code, family, reason.contribution, english, chinese, reason.organisation)
        };
        assert!(!event.calibrated);
        if event.actor == SignalActor::System {
            let why = Why {
                base: event.base,
                rules: event.rules.iter().map(|rule| (*rule).to_owned()).collect(),
                reasons: event.reasons.iter().map(point).collect(),
                lowering: event.lowering.iter().map(point).collect(),
            };
            whys.insert((event.signal_id.to_owned(), event.kind.name().to_owned(), event.day), why);
        }
    })
    .unwrap();
    whys
}

/// What the log says was drawn of each signal when it opened, by signal; of other events it says nothing.
pub fn drawn(site: &Site) -> BTreeMap<String, Draw> {
    let mut drawn = BTreeMap::new();
    log::read(&kafka(site), &mut |event| {
        let draw = Draw { silent: event.silent, share: event.silent_share };
        if event.kind == SignalKind::Opened {
            drawn.insert(event.signal_id.to_owned(), draw);
        } else {
            assert_eq!(draw, Draw::default(), "{:?}", event.kind);
        }
    })
    .unwrap();
    drawn
}

/// Records of the log as they are.
pub fn records(site: &Site) -> usize {
    let (kafka, mut count) = (kafka(site), 0);
    for partition in 0..4 {
        runtime::kafka::read_all(&kafka, &kafka.name("attrition-signals"), partition, &mut |_, _| {
            count += 1;
            Ok(())
        })
        .unwrap();
    }
    count
}

/// A day number as `--since=2024-03-01`.
pub fn since(day: i32) -> String {
    format!("--since={}", jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(day)))
}
