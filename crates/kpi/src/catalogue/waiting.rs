//! How long customers waited.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, SketchColumn, measure};

/// Seconds, over visits, by time of leaving.
const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::Waiting,
    unit: Unit::Seconds,
    grain: Grain::QueueVisit,
    assigned_by: AssignedBy::Leave,
    numerator: measure!(wait_answered_ms),
    denominator: None,
    edge_cases: "",
    source_note: "",
    mission: &["004·11"],
    exact_from_visits: None,
};

const QUANTILE: Kpi = Kpi {
    edge_cases: "Of everyone who left the queue, by nearest rank; within 0.8 % of the exact value. Never average quantiles: merge the \
        sketches.",
    source_note: "Few products show it; averages hide the tail.",
    ..BASE
};

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "asa",
        title: "Average speed of answer",
        denominator: Some(measure!(answered)),
        edge_cases: "Ringing at the agent is part of the wait. Never average averages: add sums and counts.",
        source_note: "Connect average queue answer time; Genesys ASA.",
        mission: &["004·10", "004·11"],
        ..BASE
    },
    Kpi {
        name: "asa_cohort",
        title: "Average speed of answer by entry",
        assigned_by: AssignedBy::Entry,
        numerator: measure!(cohort_wait_answered_ms),
        denominator: Some(measure!(cohort_answered)),
        edge_cases: "Over the visits that entered in the span; final when cohort_open is zero.",
        source_note: "What Erlang formulas predict.",
        mission: &["004·35"],
        ..BASE
    },
    Kpi {
        name: "average_wait_abandoned",
        title: "Average wait before abandoning",
        numerator: measure!(wait_abandoned_ms),
        denominator: Some(measure!(abandoned)),
        edge_cases: "Short abandons are in. It is not the patience of customers: those who were answered had more.",
        source_note: "Connect average queue abandon time.",
        mission: &["004·27"],
        ..BASE
    },
    Kpi {
        name: "average_wait",
        title: "Average wait, everyone",
        numerator: Expression::Sum(&[measure!(wait_answered_ms), measure!(wait_abandoned_ms), measure!(wait_flow_out_ms)]),
        denominator: Some(Expression::Sum(&[measure!(answered), measure!(abandoned), measure!(flow_out)])),
        edge_cases: "Everyone who left the queue, whatever the outcome.",
        source_note: "Little's law holds for this one.",
        ..BASE
    },
    Kpi { name: "wait_p50", title: "Wait, median", numerator: Expression::Quantile(SketchColumn::Wait, 500), ..QUANTILE },
    Kpi { name: "wait_p90", title: "Wait, 90th percentile", numerator: Expression::Quantile(SketchColumn::Wait, 900), ..QUANTILE },
    Kpi { name: "wait_p95", title: "Wait, 95th percentile", numerator: Expression::Quantile(SketchColumn::Wait, 950), ..QUANTILE },
    Kpi {
        name: "max_wait",
        title: "Longest wait",
        numerator: Expression::LargestAtMost(SketchColumn::Wait),
        edge_cases: "From panes, live and in SQL: an upper bound, at most 1.6 % above the exact value, because a maximum cannot be taken \
            back when a fact is corrected. From visits it is exact. Everyone who left the queue, abandoned too.",
        source_note: "Connect MAX_QUEUED_TIME includes abandoned contacts.",
        exact_from_visits: Some("maxOrNull(wait_ms) / 1000"),
        ..BASE
    },
];
