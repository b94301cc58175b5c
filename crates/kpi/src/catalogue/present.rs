//! This moment. From the topic of queue-now, not from panes.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, NowFigure};

const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::Now,
    unit: Unit::Count,
    grain: Grain::QueueVisit,
    assigned_by: AssignedBy::Snapshot,
    numerator: Expression::Now(NowFigure::Waiting),
    denominator: None,
    edge_cases: "",
    source_note: "",
    mission: &["001·31", "004·35"],
    exact_from_visits: None,
};

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "waiting_now",
        title: "Waiting now",
        edge_cases: "Open visits, all partitions together. Visits older than the bound are lost and not among them.",
        source_note: "Connect in queue (scheduled callbacks apart); Genesys oWaiting.",
        ..BASE
    },
    Kpi {
        name: "longest_wait_now",
        title: "Longest wait now",
        unit: Unit::Seconds,
        numerator: Expression::Now(NowFigure::LongestWait),
        edge_cases: "Grows between two events: what is kept is the entry of the one who has waited longest. Absent if nobody waits.",
        source_note: "Connect oldest; Genesys oLongestWaiting.",
        ..BASE
    },
    Kpi {
        name: "talking_now",
        title: "With agents now",
        grain: Grain::Handling,
        numerator: Expression::Now(NowFigure::Talking),
        edge_cases: "Open handlings, all partitions together, hold included; after-call work is not.",
        source_note: "Connect agents on contact counts agents, this counts contacts.",
        ..BASE
    },
];
