//! Answered in time: the formulas in use, over the same histograms. T is the threshold, s the limit of short abandons.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, Limit, measure};
use crate::histogram::Histogram;

const ANSWERED: Expression = measure!(answered);
const ABANDONED: Expression = measure!(abandoned);
const FLOW_OUT: Expression = measure!(flow_out);
const ANSWERED_IN_TIME: Expression = Expression::HistogramAtMost(Histogram::WaitAnswered, Limit::Threshold);
const ABANDONED_IN_TIME: Expression = Expression::HistogramAtMost(Histogram::WaitAbandoned, Limit::Threshold);
const FLOW_OUT_IN_TIME: Expression = Expression::HistogramAtMost(Histogram::WaitFlowOut, Limit::Threshold);
const SHORT: Expression = Expression::HistogramAtMost(Histogram::WaitAbandoned, Limit::ShortAbandon);
const ASKED: Expression = Expression::Sum(&[ANSWERED, ABANDONED]);
const COHORT_IN_TIME: Expression = Expression::HistogramAtMost(Histogram::CohortAnswered, Limit::Threshold);
const COHORT_SHORT: Expression = Expression::HistogramAtMost(Histogram::CohortAbandoned, Limit::ShortAbandon);
const COHORT_ASKED: Expression = Expression::Sum(&[measure!(cohort_answered), measure!(cohort_abandoned)]);

/// A share of visits, by time of leaving.
const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::ServiceLevel,
    unit: Unit::Ratio,
    grain: Grain::QueueVisit,
    assigned_by: AssignedBy::Leave,
    numerator: ANSWERED_IN_TIME,
    denominator: Some(ASKED),
    edge_cases: "",
    source_note: "",
    mission: &["004·10", "004·44"],
    exact_from_visits: None,
};

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "service_level_1",
        title: "Service level, all abandons against",
        edge_cases: "Waits end at T inclusive (wait ≤ T), as in Asterisk. Flow-outs are in neither part.",
        source_note: "ICMI #3; in China N 秒人工接通率, with the clock starting at the key press for an agent.",
        ..BASE
    },
    Kpi {
        name: "service_level_2",
        title: "Service level (default)",
        denominator: Some(Expression::Difference(&ASKED, &SHORT)),
        edge_cases: "Short abandons are out. Flow-outs are in neither part.",
        source_note: "Genesys's default switches, applied to the past too when changed; StatServer ServiceFactor.",
        ..BASE
    },
    Kpi {
        name: "service_level_3",
        title: "Service level, abandons within T out",
        denominator: Some(Expression::Difference(&ASKED, &ABANDONED_IN_TIME)),
        edge_cases: "Only abandons after T count against.",
        source_note: "ICMI #4; Bright Pattern; CxEngage; Cisco with abandoned calls ignored.",
        ..BASE
    },
    Kpi {
        name: "service_level_4",
        title: "Service level, abandons within T met",
        numerator: Expression::Sum(&[ANSWERED_IN_TIME, ABANDONED_IN_TIME]),
        edge_cases: "Flatters: a customer who gives up early counts as served. For comparison only.",
        source_note: "ICMI #1; Cisco with positive impact of abandons; Asterisk ServicelevelPerf2.",
        ..BASE
    },
    Kpi {
        name: "service_level_5",
        title: "Service level, answered only",
        denominator: Some(ANSWERED),
        edge_cases: "Hides abandonment. For comparison only.",
        source_note: "ICMI #2; Asterisk ServicelevelPerf.",
        ..BASE
    },
    Kpi {
        name: "service_level_6",
        title: "Service level, removed within T",
        numerator: Expression::Sum(&[ANSWERED_IN_TIME, ABANDONED_IN_TIME, FLOW_OUT_IN_TIME]),
        denominator: Some(Expression::Sum(&[ANSWERED, ABANDONED, FLOW_OUT])),
        edge_cases: "An abandon counts as success. Panes do not keep the waits of callback requests apart, so every flow-out within T \
            counts as removed: an upper bound, exact only where callback requests are the only flow-outs. From visits it is exact.",
        source_note: "Connect SERVICE_LEVEL: answered, abandoned or asked for a callback within T, over all queued.",
        exact_from_visits: Some(
            "countIf(outcome IN ('answered', 'abandoned', 'callback') AND wait_ms <= {T} * 1000) / nullIf(countIf(outcome NOT IN ('open', 'blocked', 'lost')), 0)",
        ),
        ..BASE
    },
    Kpi {
        name: "service_level_7",
        title: "Service level, short abandons met",
        numerator: Expression::Sum(&[ANSWERED_IN_TIME, SHORT]),
        edge_cases: "Flatters a little.",
        source_note: "ICMI #5.",
        ..BASE
    },
    Kpi {
        name: "service_level_8",
        title: "Service level, flow-outs against",
        denominator: Some(Expression::Sum(&[ANSWERED, ABANDONED, FLOW_OUT])),
        edge_cases: "The strictest: everyone who asked for an agent and left is in the denominator.",
        source_note: "Avaya BCMS VDN (with busy and disconnected besides); Vonage's default.",
        ..BASE
    },
    Kpi {
        name: "service_level_9",
        title: "Service level by threshold event",
        assigned_by: AssignedBy::LeaveOrThreshold,
        numerator: measure!(threshold_met),
        denominator: Some(measure!(threshold_base)),
        edge_cases: "T is the queue's configured threshold at the time, not the one asked for. Each visit counts in the minute in which its \
            success or failure was decided. On the board, one that still waits is a miss from the moment in which it has waited \
            T; in panes and SQL it comes in, into that same minute, when it leaves. A lost one never comes in.",
        source_note: "Cisco ServiceLevelCallsOffered, as far as known (its timing is not verified).",
        ..BASE
    },
    Kpi {
        name: "service_level_cohort",
        title: "Service level by entry",
        assigned_by: AssignedBy::Entry,
        numerator: COHORT_IN_TIME,
        denominator: Some(Expression::Difference(&COHORT_ASKED, &COHORT_SHORT)),
        edge_cases: "The default formula over the visits that entered in the span; final when cohort_open is zero. This is what Erlang \
            formulas and schedules compare with.",
        source_note: "Connect's variants by enqueue timestamp; workforce management systems.",
        mission: &["004·10", "004·35", "004·42", "004·44"],
        ..BASE
    },
];
