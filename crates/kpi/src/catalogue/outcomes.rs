//! What came and what became of it.

use super::{AssignedBy, Family, Grain, Kpi, Unit};
use crate::expression::{Expression, Limit, measure};
use crate::histogram::Histogram;

const ANSWERED: Expression = measure!(answered);
const ABANDONED: Expression = measure!(abandoned);
const SHORT: Expression = Expression::HistogramAtMost(Histogram::WaitAbandoned, Limit::ShortAbandon);
const LEFT_OR_LOST: Expression =
    Expression::Sum(&[measure!(lost), measure!(cohort_answered), measure!(cohort_abandoned), measure!(cohort_flow_out)]);

/// A count of visits, by time of leaving.
const BASE: Kpi = Kpi {
    name: "",
    title: "",
    family: Family::Outcomes,
    unit: Unit::Count,
    grain: Grain::QueueVisit,
    assigned_by: AssignedBy::Leave,
    numerator: ANSWERED,
    denominator: None,
    edge_cases: "",
    source_note: "",
    mission: &[],
    exact_from_visits: None,
};

pub(super) const KPIS: &[Kpi] = &[
    Kpi {
        name: "offered",
        title: "Offered",
        assigned_by: AssignedBy::Entry,
        numerator: measure!(offered),
        edge_cases: "A transfer or callback that enters the queue is offered again. Refused joins are blocked, not offered. In one interval \
            it is not answered + abandoned + flow-out, nor should it be: those count when the visit ends.",
        source_note: "Genesys nOffered; Connect contacts queued. Asterisk logs no entry for a refused join.",
        mission: &["004·06", "004·10", "003·21", "001·18"],
        ..BASE
    },
    Kpi {
        name: "offered_transferred_in",
        title: "Offered after an agent",
        assigned_by: AssignedBy::Entry,
        numerator: measure!(offered_transferred_in),
        edge_cases: "Of offered: the contact had been with an agent before.",
        source_note: "Ours; others count a transferred contact once or twice, depending on the report.",
        mission: &["001·38"],
        ..BASE
    },
    Kpi {
        name: "answered",
        title: "Answered",
        numerator: ANSWERED,
        edge_cases: "Once per visit: a conference does not answer again. By the time of connection.",
        source_note: "Connect's handled counts every connection to an agent, outbound too; Genesys tAnswered.",
        mission: &["002·03", "004·10"],
        ..BASE
    },
    Kpi {
        name: "abandoned",
        title: "Abandoned",
        numerator: ABANDONED,
        edge_cases: "The customer left. A requested callback is a flow-out; a call that an agent dumps goes on waiting.",
        source_note: "Asterisk's record_abandoned also counts timeouts, leave-empty and withdrawals; Genesys counts disconnects by the \
            system.",
        mission: &["004·10", "004·27"],
        ..BASE
    },
    Kpi {
        name: "short_abandoned",
        title: "Short abandons",
        numerator: SHORT,
        edge_cases: "Abandons with a wait of s or less (5 s unless asked otherwise). Read from the histogram, so s may change later.",
        source_note: "Genesys tShortAbandon (configurable); CxEngage 20 s.",
        mission: &["004·27"],
        ..BASE
    },
    Kpi {
        name: "flow_out",
        title: "Flow-out",
        numerator: measure!(flow_out),
        edge_cases: "Left by timeout, key, empty queue, withdrawal, callback request, overflow or failure.",
        source_note: "Genesys tFlowOut; Avaya outflow; Vonage breakout; queue_log EXITWITHTIMEOUT, EXITWITHKEY, EXITEMPTY, WITHDRAW.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "flow_out_timeout",
        title: "Flow-out by timeout",
        numerator: measure!(flow_out_timeout),
        edge_cases: "The longest wait allowed had passed.",
        source_note: "queue_log EXITWITHTIMEOUT.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "flow_out_key",
        title: "Flow-out by key",
        numerator: measure!(flow_out_key),
        edge_cases: "The customer pressed a key to leave.",
        source_note: "queue_log EXITWITHKEY.",
        mission: &["004·46"],
        ..BASE
    },
    Kpi {
        name: "flow_out_empty",
        title: "Flow-out, no agents",
        numerator: measure!(flow_out_empty),
        edge_cases: "No agent was left in the queue.",
        source_note: "queue_log EXITEMPTY.",
        mission: &["001·21"],
        ..BASE
    },
    Kpi {
        name: "flow_out_withdrawn",
        title: "Flow-out by withdrawal",
        numerator: measure!(flow_out_withdrawn),
        edge_cases: "A system took it out; also every reason to leave that is not known.",
        source_note: "queue_log WITHDRAW.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "flow_out_callback",
        title: "Callback requests",
        numerator: measure!(flow_out_callback),
        edge_cases: "The customer asked to be called back: not an abandon.",
        source_note: "Connect and Genesys do not count it as an abandon either.",
        mission: &["004·26"],
        ..BASE
    },
    Kpi {
        name: "flow_out_overflow",
        title: "Flow-out by overflow",
        numerator: measure!(flow_out_overflow),
        edge_cases: "A rule passed it to another queue, where it is offered again.",
        source_note: "Avaya outflow.",
        mission: &["001·19"],
        ..BASE
    },
    Kpi {
        name: "flow_out_system_error",
        title: "Flow-out by failure",
        numerator: measure!(flow_out_system_error),
        edge_cases: "A technical failure ended it.",
        source_note: "queue_log SYSCOMPAT.",
        mission: &["001·21"],
        ..BASE
    },
    Kpi {
        name: "blocked",
        title: "Blocked",
        assigned_by: AssignedBy::Attempt,
        numerator: measure!(blocked),
        edge_cases: "Refused at the door: full, closed, nobody there. Zero from a source that does not tell means unknown, not none.",
        source_note: "Avaya busy/disc; Wazo FULL, CLOSED, JOINEMPTY. Plain queue_log has no line for it.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "lost",
        title: "Lost visits",
        assigned_by: AssignedBy::Entry,
        numerator: measure!(lost),
        edge_cases: "Of offered: the end was never seen (restart of the source, or older than the bound). In no outcome and no service \
            level. Anything but a few is a fault of the feed.",
        source_note: "Ours. In queue_log a restart of the PBX leaves visits without an end.",
        mission: &["001·21"],
        ..BASE
    },
    Kpi {
        name: "cohort_open",
        title: "Entered and not left yet",
        assigned_by: AssignedBy::Entry,
        numerator: Expression::Difference(&measure!(offered), &LEFT_OR_LOST),
        edge_cases: "Of the visits that entered in this span. Numbers by cohort are final when it is zero.",
        source_note: "Ours; it answers why offered is not answered + abandoned + flow-out.",
        mission: &["004·44"],
        ..BASE
    },
    Kpi {
        name: "abandonment_rate",
        title: "Abandonment rate",
        unit: Unit::Ratio,
        numerator: Expression::Difference(&ABANDONED, &SHORT),
        denominator: Some(Expression::Difference(&Expression::Sum(&[ANSWERED, ABANDONED]), &SHORT)),
        edge_cases: "Short abandons are out of both parts. Show the raw rate beside it.",
        source_note: "Genesys: abandoned / offered.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "abandonment_rate_raw",
        title: "Abandonment rate, raw",
        unit: Unit::Ratio,
        numerator: ABANDONED,
        denominator: Some(Expression::Sum(&[ANSWERED, ABANDONED])),
        edge_cases: "Every abandon counts. Flow-outs are in neither part.",
        source_note: "Connect's data lake divides by queued contacts, by time of disconnection.",
        mission: &["004·10"],
        ..BASE
    },
    Kpi {
        name: "missed_offers_per_offered",
        title: "Missed rings per offered visit",
        unit: Unit::Average,
        assigned_by: AssignedBy::LeaveOverEntry,
        numerator: measure!(missed_offers),
        denominator: Some(measure!(offered)),
        edge_cases: "Rings that no agent answered, counted when the visit leaves; may exceed 1. Over a short span the two parts are not the \
            same visits.",
        source_note: "queue_log RINGNOANSWER; Connect's agent non-response counts the same contact again and again, and hang-ups by the \
            customer.",
        mission: &["002·04", "001·27"],
        ..BASE
    },
];
