//! What agents did with contacts.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, SketchColumn, measure};

const HANDLED: Expression = measure!(handled);
const TRANSFERRED: Expression = Expression::Sum(&[measure!(transferred_blind), measure!(transferred_warm)]);

/// Seconds per handling.
const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::Handling,
    unit: Unit::Seconds,
    grain: Grain::Handling,
    assigned_by: AssignedBy::HandlingEnd,
    numerator: HANDLED,
    denominator: Some(HANDLED),
    edge_cases: "",
    source_note: "",
    mission: &[],
    exact_from_visits: None,
};

/// A share of handlings.
const SHARE: Kpi = Kpi { unit: Unit::Ratio, ..BASE };

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "handled",
        title: "Handled",
        unit: Unit::Count,
        denominator: None,
        edge_cases: "Handlings that ended, by the end of after-call work (of talk where the source knows none). One contact passed on to a \
            second agent is handled twice.",
        source_note: "Flex counts by start; Calabrio and Genesys when after-call work is complete, as here.",
        mission: &["002·03", "001·36"],
        ..BASE
    },
    Kpi {
        name: "handling_lost",
        title: "Lost handlings",
        unit: Unit::Count,
        assigned_by: AssignedBy::Connection,
        numerator: measure!(handling_lost),
        denominator: None,
        edge_cases: "The end was never seen: in no handle time. Anything but a few is a fault of the feed.",
        source_note: "Ours.",
        mission: &["001·21"],
        ..BASE
    },
    Kpi {
        name: "aht",
        title: "Average handle time",
        numerator: Expression::Sum(&[measure!(talk_ms), measure!(hold_ms), measure!(acw_ms)]),
        edge_cases: "Talk + hold + after-call work of completed handlings. Unknown after-call work adds nothing, so read it beside \
            acw_unknown: where that is not zero the figure is a lower bound. Dialling is not in it.",
        source_note: "Genesys adds dialling and contacting; Connect's AVG_HANDLE_TIME leaves custom status out.",
        mission: &["004·36", "003·21", "001·27"],
        ..BASE
    },
    Kpi {
        name: "average_talk",
        title: "Average talk time",
        numerator: measure!(talk_ms),
        edge_cases: "Without hold.",
        source_note: "Vodia's talking time includes hold.",
        mission: &["004·36"],
        ..BASE
    },
    Kpi {
        name: "average_hold_held",
        title: "Average hold time, held only",
        numerator: measure!(hold_ms),
        denominator: Some(measure!(held)),
        edge_cases: "Over handlings with at least one hold.",
        source_note: "Connect AVG_HOLD_TIME.",
        mission: &["004·23"],
        ..BASE
    },
    Kpi {
        name: "average_hold_all",
        title: "Average hold time, all",
        numerator: measure!(hold_ms),
        edge_cases: "Over all handlings: the part of the handle time.",
        source_note: "Connect's hold time of all contacts.",
        mission: &["004·23"],
        ..BASE
    },
    Kpi {
        name: "hold_rate",
        title: "Hold rate",
        numerator: measure!(held),
        edge_cases: "Handlings with at least one hold. Zero from a source that logs no hold means unknown.",
        source_note: "Plain queue_log has no hold; QueueMetrics adds CALLERONHOLD and CALLEROFFHOLD.",
        mission: &["004·23"],
        ..SHARE
    },
    Kpi {
        name: "holds_per_contact",
        title: "Holds per handled contact",
        unit: Unit::Average,
        numerator: measure!(holds),
        edge_cases: "Per handling; may exceed 1.",
        source_note: "Connect NumberOfHolds.",
        mission: &["004·23"],
        ..BASE
    },
    Kpi {
        name: "average_acw",
        title: "Average after-call work",
        numerator: measure!(acw_ms),
        denominator: Some(Expression::Difference(&HANDLED, &measure!(acw_unknown))),
        edge_cases: "Over handlings whose after-call work is known: unknown is not zero.",
        source_note: "Plain queue_log has none.",
        mission: &["004·24", "004·40"],
        ..BASE
    },
    Kpi {
        name: "acw_unknown",
        title: "After-call work unknown",
        unit: Unit::Count,
        numerator: measure!(acw_unknown),
        denominator: None,
        edge_cases: "Of handled: the source does not know the after-call work.",
        source_note: "Ours.",
        mission: &["004·24"],
        ..BASE
    },
    Kpi {
        name: "talk_p50",
        title: "Talk, median",
        numerator: Expression::Quantile(SketchColumn::Talk, 500),
        denominator: None,
        edge_cases: "By nearest rank; within 0.8 % of the exact value. Never average quantiles: merge the sketches.",
        source_note: "Ours.",
        mission: &["004·23"],
        ..BASE
    },
    Kpi {
        name: "talk_p90",
        title: "Talk, 90th percentile",
        numerator: Expression::Quantile(SketchColumn::Talk, 900),
        denominator: None,
        edge_cases: "By nearest rank; within 0.8 % of the exact value. Never average quantiles: merge the sketches.",
        source_note: "Ours; the tail is where processes hurt.",
        mission: &["004·23"],
        ..BASE
    },
    Kpi {
        name: "transfer_rate",
        title: "Transfer rate",
        numerator: TRANSFERRED,
        edge_cases: "Handlings that ended in a transfer, blind or warm. queue_log loses some transfers, so it can be too low.",
        source_note: "Genesys nTransferred; Connect by agent, from queue, internal, external.",
        mission: &["001·38", "002·04"],
        ..SHARE
    },
    Kpi {
        name: "transfer_rate_blind",
        title: "Transfer rate, blind",
        numerator: measure!(transferred_blind),
        edge_cases: "Passed on without speaking to the next.",
        source_note: "Genesys nBlindTransferred; queue_log BLINDTRANSFER.",
        mission: &["001·38", "002·04"],
        ..SHARE
    },
    Kpi {
        name: "transfer_rate_warm",
        title: "Transfer rate, warm",
        numerator: measure!(transferred_warm),
        edge_cases: "Passed on after speaking to the next.",
        source_note: "Genesys nConsultTransferred; queue_log ATTENDEDTRANSFER.",
        mission: &["001·38"],
        ..SHARE
    },
    Kpi {
        name: "agent_first_disconnect_rate",
        title: "Agent disconnected first",
        numerator: measure!(ended_by_agent),
        edge_cases: "Unreliable when lines are in trouble; look at it together with short talks.",
        source_note: "Connect CONTACTS_AGENT_HUNG_UP_FIRST; queue_log COMPLETEAGENT.",
        mission: &["002·04"],
        ..SHARE
    },
    Kpi {
        name: "customer_first_disconnect_rate",
        title: "Customer disconnected first",
        numerator: measure!(ended_by_customer),
        edge_cases: "With the agent's rate and the transfers it need not make 1: systems end talks too, and some ends are unknown.",
        source_note: "queue_log COMPLETECALLER.",
        mission: &["002·04"],
        ..SHARE
    },
    Kpi {
        name: "short_talk_rate",
        title: "Short talks",
        numerator: measure!(short_talk),
        edge_cases: "Talk of 10 s or less, hold not counted.",
        source_note: "Ours; the limit follows the field's dropped line under 10 s.",
        mission: &["002·04"],
        ..SHARE
    },
];
