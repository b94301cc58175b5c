//! What happened before any queue.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, measure};

const SELF_SERVED: Expression = measure!(self_served);
const IVR_ABANDONED: Expression = measure!(ivr_abandoned);
const ASKED_FOR_AGENT: Expression = Expression::Difference(&measure!(offered), &measure!(offered_transferred_in));

/// A count of contacts, by the end of the menu.
const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::Menu,
    unit: Unit::Count,
    grain: Grain::Contact,
    assigned_by: AssignedBy::MenuEnd,
    numerator: SELF_SERVED,
    denominator: None,
    edge_cases: "",
    source_note: "",
    mission: &["004·39"],
    exact_from_visits: None,
};

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "ivr_abandoned",
        title: "Abandoned in the menu",
        numerator: IVR_ABANDONED,
        edge_cases: "Hung up inside the menu; counts for the queue that the contact was meant for, if the source tells.",
        source_note: "An early exit, not a success.",
        mission: &["004·39", "004·45"],
        ..BASE
    },
    Kpi {
        name: "self_served",
        title: "Served by the menu",
        edge_cases: "The menu says that it served the customer.",
        source_note: "Genesys flow outcomes.",
        mission: &["004·39", "001·08"],
        ..BASE
    },
    Kpi {
        name: "containment",
        title: "Containment",
        unit: Unit::Ratio,
        assigned_by: AssignedBy::MenuEndAndEntry,
        denominator: Some(Expression::Sum(&[SELF_SERVED, IVR_ABANDONED, ASKED_FOR_AGENT, measure!(blocked)])),
        edge_cases: "Served by the menu over everyone who served himself, hung up there or went on to ask for an agent. Read it over all \
            queues of a tenant whose contacts begin in a menu; overflow into a second queue asks twice. Whether the customer calls \
            again within 24 h is not in it.",
        source_note: "A quarter to a third of contained calls are said to return (vendor claim).",
        mission: &["004·39"],
        ..BASE
    },
];
