//! The same facts as the vendors count them, under their names: for reconciling their reports with ours, and for nothing else.
//!
//! Definitions: domain.md 2.2 to 2.4 with its sources. Percentages and seconds are in the unit in which the vendor shows them.

use super::{FactTable, ratio, sum};

/// Amazon Connect's metrics of queues.
pub(super) const AMAZON_CONNECT: FactTable = FactTable {
    view: "v_reconcile_amazon_connect",
    title: "As Amazon Connect counts: queues",
    grain: "15 minutes (UTC) and queue",
    assigned_by: "the disconnect, as the vendor does with contact records: an answered visit when its talk ended, others when they left the queue; ours count an outcome when the visit left and a handling when its after-call work ended. A contact that goes on is not there yet",
    parameters: "threshold_s = 20",
    sums: &[
        sum("CONTACTS_QUEUED", "countIf(what = 'visit')", "Contacts queued, by disconnect. Ours: offered, by entry."),
        sum(
            "CONTACTS_QUEUED_BY_ENQUEUE",
            "countIf(what = 'entry')",
            "Contacts queued, by enqueue: our offered, without visits that go on.",
        ),
        sum(
            "CONTACTS_HANDLED",
            "countIf(what = 'handling')",
            "Contacts that any agent connected to, outbound and direct ones included; by disconnect. Ours: handled, by the end of after-call work.",
        ),
        sum(
            "CONTACTS_ABANDONED",
            "countIf(what = 'visit' AND outcome = 'abandoned')",
            "Customers who left the queue; a callback requested is none. Short ones are included: ours take them out of the rate.",
        ),
        sum(
            "CONTACTS_TRANSFERRED_OUT",
            "countIf(what = 'handling' AND end IN ('transfer_blind', 'transfer_warm'))",
            "Handled contacts that were transferred.",
        ),
        sum("CONTACTS_AGENT_HUNG_UP_FIRST", "countIf(what = 'handling' AND end = 'agent')", "Handled contacts that the agent ended."),
        sum("MAX_QUEUED_TIME", "maxIf(wait_ms, what = 'visit') * 0.001", "Longest wait of all who left, abandons included, seconds."),
        sum(
            "removed_in_time",
            "countIf(what = 'visit' AND outcome IN ('answered', 'abandoned', 'callback') AND wait_ms <= {threshold_s:UInt32} * 1000)",
            "Contacts that left the queue in time: answered, abandoned, or for a callback.",
        ),
        sum("abandon_ms", "sumIf(assumeNotNull(wait_ms), what = 'visit' AND outcome = 'abandoned')", "Milliseconds of waits of abandoned."),
        sum("queue_answered", "countIf(what = 'visit' AND outcome = 'answered')", "Visits that an agent answered."),
        sum("answer_ms", "sumIf(assumeNotNull(wait_ms), what = 'visit' AND outcome = 'answered')", "Milliseconds of waits of answered."),
        sum("held", "countIf(what = 'handling' AND holds > 0)", "Handled contacts with a hold."),
        sum("hold_count", "sumIf(holds, what = 'handling')", "Holds."),
        sum("talk_ms_sum", "sumIf(ifNull(talk_ms, 0), what = 'handling')", "Milliseconds of talk."),
        sum("hold_ms_sum", "sumIf(hold_ms, what = 'handling')", "Milliseconds on hold."),
        sum("acw_ms_sum", "sumIf(ifNull(acw_ms, 0), what = 'handling')", "Milliseconds of after-call work."),
    ],
    kpis: &[
        ratio(
            "SERVICE_LEVEL",
            "100 * removed_in_time / nullIf(CONTACTS_QUEUED, 0)",
            "Percent removed from the queue in threshold_s. An abandon in time is a success here; our service_level_2 takes it out or counts it against.",
            &["004·10"],
        ),
        ratio(
            "ABANDONMENT_RATE",
            "100 * CONTACTS_ABANDONED / nullIf(CONTACTS_QUEUED, 0)",
            "Percent of queued. Ours: of answered and abandoned, short ones out.",
            &["004·10"],
        ),
        ratio("AVG_ABANDON_TIME", "abandon_ms / nullIf(CONTACTS_ABANDONED, 0) / 1000", "Average wait of abandoned, seconds.", &["004·10"]),
        ratio(
            "AVG_QUEUE_ANSWER_TIME",
            "answer_ms / nullIf(queue_answered, 0) / 1000",
            "Average wait of answered, seconds: our asa, by disconnect.",
            &["004·10"],
        ),
        ratio(
            "AVG_HANDLE_TIME",
            "(talk_ms_sum + hold_ms_sum + acw_ms_sum) / nullIf(CONTACTS_HANDLED, 0) / 1000",
            "Talk, hold and after-call work, seconds. The vendor leaves custom status during the contact out; so do facts.",
            &["004·36"],
        ),
        ratio("AVG_INTERACTION_TIME", "talk_ms_sum / nullIf(CONTACTS_HANDLED, 0) / 1000", "Average talk, seconds.", &["004·36"]),
        ratio(
            "AVG_INTERACTION_AND_HOLD_TIME",
            "(talk_ms_sum + hold_ms_sum) / nullIf(CONTACTS_HANDLED, 0) / 1000",
            "Average talk and hold, seconds.",
            &["004·36"],
        ),
        ratio(
            "AVG_AFTER_CONTACT_WORK_TIME",
            "acw_ms_sum / nullIf(CONTACTS_HANDLED, 0) / 1000",
            "Average after-call work, seconds.",
            &["004·24"],
        ),
        ratio(
            "AVG_HOLD_TIME",
            "hold_ms_sum / nullIf(held, 0) / 1000",
            "Average hold of held contacts, seconds: our average_hold_held.",
            &["004·23"],
        ),
        ratio(
            "AVG_HOLD_TIME_ALL_CONTACTS",
            "hold_ms_sum / nullIf(CONTACTS_HANDLED, 0) / 1000",
            "Average hold of all contacts, seconds: our average_hold_all.",
            &["004·23"],
        ),
        ratio("AVG_HOLDS", "hold_count / nullIf(CONTACTS_HANDLED, 0)", "Holds per handled contact.", &["004·23"]),
    ],
};

/// Amazon Connect's metrics of agents.
pub(super) const AMAZON_CONNECT_AGENTS: FactTable = FactTable {
    view: "v_reconcile_amazon_connect_agents",
    title: "As Amazon Connect counts: agents",
    grain: "15 minutes (UTC) and agent",
    assigned_by: "spans, cut exactly, as the vendor does with agents' time",
    parameters: "",
    sums: &[
        sum(
            "SUM_CONTACT_TIME_AGENT",
            "sum(contact_us + acw_us) * 0.000001",
            "Seconds with a contact, hold and after-call work included. The vendor adds up parallel contacts, ours is the agent's own time.",
        ),
        sum("SUM_IDLE_TIME_AGENT", "sum(available_us) * 0.000001", "Seconds available and idle."),
        sum(
            "SUM_NON_PRODUCTIVE_TIME_AGENT",
            "sum(pause_us + back_office_us) * 0.000001",
            "Seconds in a custom status: pauses and back office. The vendor counts one that overlaps a contact, too.",
        ),
        sum("SUM_ONLINE_TIME_AGENT", "sum(staffed_us) * 0.000001", "Seconds not offline."),
        sum("occupied_us", "sum(contact_us + acw_us)", "Microseconds with a contact or in after-call work."),
        sum("idle_us", "sum(available_us)", "Microseconds available and idle."),
    ],
    kpis: &[ratio(
        "AGENT_OCCUPANCY",
        "100 * occupied_us / nullIf(occupied_us + idle_us, 0)",
        "Percent on contact of on contact and idle; rings and custom status in neither: our occupancy, times 100.",
        &["004·15"],
    )],
};

/// Genesys Cloud's metrics of queues.
pub(super) const GENESYS_CLOUD: FactTable = FactTable {
    view: "v_reconcile_genesys_cloud",
    title: "As Genesys Cloud counts: queues",
    grain: "15 minutes (UTC) and queue; two of them are the vendor's interval of 30",
    assigned_by: "as the vendor emits it: offered at entry, answer, abandon and flow-out when they happen, talk, hold and handle time whole when after-call work is complete, transfers when they are done",
    parameters: "threshold_s = 20, short_abandon_s = 5",
    sums: &[
        sum("nOffered", "countIf(what = 'entry')", "Offered to the queue."),
        sum("tAnswered_count", "countIf(what = 'visit' AND outcome = 'answered')", "Answered."),
        sum("tAnswered_sum", "sumIf(assumeNotNull(wait_ms), what = 'visit' AND outcome = 'answered')", "Waits of answered, milliseconds."),
        sum(
            "tAbandon_count",
            "countIf(what = 'visit' AND outcome IN ('abandoned', 'system_error'))",
            "Disconnected in the queue, by the customer or by the system. Ours: by the customer only; failures are flow-outs.",
        ),
        sum(
            "tAbandon_sum",
            "sumIf(assumeNotNull(wait_ms), what = 'visit' AND outcome IN ('abandoned', 'system_error'))",
            "Their waits, milliseconds.",
        ),
        sum(
            "tShortAbandon_count",
            "countIf(what = 'visit' AND outcome IN ('abandoned', 'system_error') AND wait_ms <= {short_abandon_s:UInt32} * 1000)",
            "Of tAbandon: within short_abandon_s.",
        ),
        sum(
            "tFlowOut_count",
            "countIf(what = 'visit' AND outcome IN ('timeout', 'key', 'empty', 'withdrawn', 'callback', 'overflow'))",
            "Left the queue in another way, callback requests included.",
        ),
        sum(
            "tFlowOut_sum",
            "sumIf(assumeNotNull(wait_ms), what = 'visit' AND outcome IN ('timeout', 'key', 'empty', 'withdrawn', 'callback', 'overflow'))",
            "Their waits, milliseconds.",
        ),
        sum(
            "nOverSla",
            "countIf(what = 'visit' AND outcome = 'answered' AND wait_ms > {threshold_s:UInt32} * 1000)",
            "Answered after threshold_s.",
        ),
        sum("tHandle_count", "countIf(what = 'handling')", "Handled."),
        sum(
            "tHandle_sum",
            "sumIf(ifNull(talk_ms, 0) + hold_ms + ifNull(acw_ms, 0), what = 'handling')",
            "Talk, hold and after-call work, milliseconds. The vendor adds dialling and contacting, which facts do not have.",
        ),
        sum("tTalkComplete_sum", "sumIf(ifNull(talk_ms, 0), what = 'handling')", "Talk, milliseconds."),
        sum("tHeldComplete_count", "countIf(what = 'handling' AND holds > 0)", "Handled with a hold."),
        sum("tHeldComplete_sum", "sumIf(hold_ms, what = 'handling')", "Hold, milliseconds."),
        sum("tAcw_count", "countIf(what = 'handling' AND acw_ms IS NOT NULL)", "Handled with after-call work that is known."),
        sum("tAcw_sum", "sumIf(ifNull(acw_ms, 0), what = 'handling')", "After-call work, milliseconds."),
        sum("nBlindTransferred", "countIf(what = 'transfer' AND end = 'transfer_blind')", "Blind transfers."),
        sum("nConsultTransferred", "countIf(what = 'transfer' AND end = 'transfer_warm')", "Transfers after a consultation."),
        sum("nTransferred", "countIf(what = 'transfer')", "Transfers."),
    ],
    kpis: &[
        ratio(
            "oServiceLevel",
            "(tAnswered_count - nOverSla) / nullIf(tAnswered_count + tAbandon_count, 0)",
            "Answered in time / answered and abandoned, with the vendor's switches off (short abandons in, flow-outs out): our service_level_1, but for failures.",
            &["004·10"],
        ),
        ratio(
            "abandon_percent",
            "100 * tAbandon_count / nullIf(nOffered, 0)",
            "Abandoned / offered, percent: both of the interval, so a wait over its edge counts in two.",
            &["004·10"],
        ),
    ],
};

/// Genesys Cloud's metrics of agents.
pub(super) const GENESYS_CLOUD_AGENTS: FactTable = FactTable {
    view: "v_reconcile_genesys_cloud_agents",
    title: "As Genesys Cloud counts: agents",
    grain: "15 minutes (UTC) and agent",
    assigned_by: "spans, cut exactly",
    parameters: "",
    sums: &[
        sum(
            "INTERACTING",
            "intDiv(sum(contact_us + acw_us), 1000)",
            "Milliseconds interacting, after-call work included. The vendor stays in it for 60 s after a short disconnect.",
        ),
        sum("IDLE", "intDiv(sum(available_us), 1000)", "Milliseconds on the queue and idle."),
        sum("OFF_QUEUE", "intDiv(sum(pause_us + back_office_us), 1000)", "Milliseconds logged in and off the queue."),
    ],
    kpis: &[ratio(
        "occupancy_percent",
        "100 * INTERACTING / nullIf(INTERACTING + IDLE, 0)",
        "Interacting of interacting, communicating and idle, percent. Calls outside the queues (communicating) are no facts: where there are many, the vendor's is lower.",
        &["004·15"],
    )],
};
