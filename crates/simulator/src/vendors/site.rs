//! A site of a centre as its vendor's system tells it: the lines, and the day's truth as those lines have it.
//!
//! Both vendors write whole seconds here, and call queues and agents as the centre does, so that schedules, surveys and reference data of
//! the centre are about the same ones. Contacts have the vendor's ids.

use super::facts::{ActivityFact, VendorActivity, VisitFact};
use super::genesys_cloud::NOT_RESPONDING;
use super::identity::Keys;
use super::story::{Call, Grain, Manner, Story};
use super::{Facts, Vendor};
use crate::activity::{Activity, ActivitySpan};
use crate::contact::Contact;
use crate::log::Line;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::truth::Truth;
use crate::visit::{Ended, Outcome, Visit};
use std::collections::HashMap;
use std::sync::Arc;

/// So long after the last line of the simulation the site still sends, seconds: talks outside, and records of what was the last.
const RUNS_OUT_S: i64 = 3_600;

/// The id of a contact, without its system.
pub(crate) fn contact_id(vendor: Vendor, seed: u64, call: &str) -> String {
    match vendor {
        Vendor::AmazonConnect => Keys::new(seed).uuid("contact", &format!("{call}/0")),
        Vendor::GenesysCloud => Keys::new(seed).uuid("conversation", call),
    }
}

/// What the site's system sends of a simulation that has run out, in the order of time, and what is true by it.
pub(crate) fn tell(vendor: Vendor, simulation: &Simulation, scenario: &Scenario) -> (Vec<Line>, Truth) {
    let last_us = simulation.lines().last().map_or(0, |line| line.time_us);
    let manner = Manner { grain: Grain::Second, names: true, until_us: last_us + RUNS_OUT_S * 1_000_000 };
    let story = || Story::of(simulation, scenario, manner);
    match vendor {
        Vendor::AmazonConnect => {
            let truth = truth(vendor, simulation, &story(), super::amazon_connect::facts(&story()));
            (super::amazon_connect::lines(story()).collect(), truth)
        }
        Vendor::GenesysCloud => {
            let truth = truth(vendor, simulation, &story(), super::genesys_cloud::facts(&story()));
            (super::genesys_cloud::lines(story()).collect(), truth)
        }
    }
}

fn truth(vendor: Vendor, simulation: &Simulation, story: &Story, facts: Facts) -> Truth {
    let told = simulation.truth();
    let calls: HashMap<&str, (&Call, Arc<str>)> =
        story.calls.iter().map(|call| (&*call.name, (call, contact_id(vendor, story.seed, &call.name).into()))).collect();
    // The facts are call by call in the order of the visits.
    let mut of_call: HashMap<String, Vec<&VisitFact>> = HashMap::new();
    facts.visits.iter().rev().for_each(|fact| of_call.entry(fact.contact.clone()).or_default().push(fact));
    let mut talks: HashMap<(&str, i64), (i64, &'static str)> = HashMap::new();
    for handling in &facts.handlings {
        talks.insert((&handling.contact, handling.connected_us), (handling.hold_ms / 1_000, handling.end));
    }
    let visits = told.visits.iter().filter_map(|visit| {
        let (_, call) = calls.get(&*visit.call).cloned()?;
        let fact = of_call.get_mut(&*call)?.pop()?;
        let connected_us = (visit.entered_s + visit.wait_s) * 1_000_000;
        let talk = visit.ended.and_then(|_| talks.get(&(&*call, connected_us)));
        Some(Visit {
            outcome: outcome(fact.outcome, visit.outcome),
            hold_s: talk.map_or(0, |(hold_s, _)| *hold_s),
            ended: talk.map(|(_, end)| ended(end)).or(visit.ended),
            call,
            ..visit.clone()
        })
    });
    let contacts = told.contacts.iter().filter_map(|contact| {
        let (call, id) = calls.get(&*contact.call)?;
        Some(contact_as_told(vendor, contact, Arc::clone(id), call))
    });
    Truth {
        visits: visits.collect(),
        contacts: contacts.collect(),
        agent_spans: Vec::new(),
        activities: facts.activities.into_iter().map(activity).collect(),
    }
}

/// The vendor's record begins with the call at the exchange. Of a call that was passed on outside, Genesys Cloud tells the end there.
fn contact_as_told(vendor: Vendor, contact: &Contact, id: Arc<str>, call: &Call) -> Contact {
    let outside_us = match vendor {
        Vendor::AmazonConnect => None,
        Vendor::GenesysCloud => super::genesys_cloud::gone_us(call),
    };
    let ended_s = outside_us.map_or(contact.ended_s, |gone_us| contact.ended_s.max(gone_us.div_euclid(1_000_000)));
    Contact { call: id, started_s: contact.arrived_s, ended_s, ..contact.clone() }
}

/// The outcome in the vendor's words; what has no word of its own there is what was played.
fn outcome(told: &str, played: Outcome) -> Outcome {
    match told {
        "overflow" => Outcome::Overflowed,
        "withdrawn" => Outcome::Withdrawn,
        _ => played,
    }
}

fn ended(told: &str) -> Ended {
    match told {
        "agent" => Ended::ByAgent,
        "transfer_blind" => Ended::BlindTransfer,
        "transfer_warm" => Ended::WarmTransfer,
        _ => Ended::ByCaller,
    }
}

fn activity(fact: ActivityFact) -> ActivitySpan {
    let activity = match fact.activity {
        VendorActivity::Contact => Activity::Contact,
        VendorActivity::AfterCallWork => Activity::AfterCall,
        VendorActivity::Ringing => Activity::Ringing,
        VendorActivity::Paused(NOT_RESPONDING) => Activity::NotResponding,
        VendorActivity::Paused(reason) => Activity::Paused(reason),
        VendorActivity::Available => Activity::Available,
    };
    ActivitySpan {
        agent: fact.agent.into(),
        activity,
        from_ms: fact.from_us / 1_000,
        until_ms: fact.until_us.map(|until_us| until_us / 1_000),
    }
}
