//! Offers, outbound campaigns and tickets (domain.md 2.3, 2.5).

use super::{FactTable, ratio, sum};

/// Over offers, and the agent's handlings of the day beside them.
pub(super) const OFFERS: FactTable = FactTable {
    view: "v_offer_days",
    title: "Offers and sales",
    grain: "local day and agent",
    assigned_by: "the offer; a handling by its end",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("offers", "countIf(kind = 'offer')", "Offers."),
        sum("accepted", "countIf(kind = 'offer' AND outcome = 'accepted')", "Of them: accepted."),
        sum("refused", "countIf(kind = 'offer' AND outcome = 'refused')", "Of them: refused."),
        sum(
            "amount_milli_sum",
            "sumIf(ifNull(amount_milli, 0), kind = 'offer' AND outcome = 'accepted')",
            "Value of the accepted, thousandths of the currency.",
        ),
        sum("handled", "countIf(kind = 'handling')", "Handlings that ended."),
    ],
    kpis: &[
        ratio("offer_acceptance", "accepted / nullIf(offers, 0)", "accepted / offers.", &["001·42"]),
        ratio("sales_per_100_handled", "100 * accepted / nullIf(handled, 0)", "Accepted offers per 100 handled.", &["001·42"]),
    ],
};

const DIAL_SUMS: &[super::FactSum] = &[
    sum("dials", "count()", "Numbers dialled."),
    sum("records", "uniqExactIf(ifNull(record, ''), record IS NOT NULL)", "Distinct records of the list."),
    sum("connected", "countIf(outcome IN ('human', 'machine', 'dropped'))", "Dials that anything answered, machines included."),
    sum("live", "countIf(outcome IN ('human', 'dropped'))", "Dials that a person answered."),
    sum(
        "live_records",
        "uniqExactIf(ifNull(record, ''), record IS NOT NULL AND outcome IN ('human', 'dropped'))",
        "Distinct records with a person.",
    ),
    sum("dropped", "countIf(outcome = 'dropped')", "Of live: no agent in time."),
    sum("right_party", "countIf(reason IN ('right_party', 'promise', 'sale', 'refusal'))", "Dials that reached the person who was meant."),
    sum("promises", "countIf(reason = 'promise')", "Of right_party: promised something."),
    sum("sales", "countIf(reason = 'sale')", "Of right_party: bought."),
    sum("refusals", "countIf(reason = 'refusal')", "Of right_party: refused."),
];

/// Over dials.
pub(super) const DIALS: FactTable = FactTable {
    view: "v_dial_days",
    title: "Outbound",
    grain: "local day, campaign and list",
    assigned_by: "the dial",
    parameters: "zone = 'Europe/Berlin'",
    sums: DIAL_SUMS,
    kpis: &[
        ratio("attempts_per_record", "dials / nullIf(records, 0)", "Dials per distinct record.", &["000·15"]),
        ratio("connect_rate", "connected / nullIf(dials, 0)", "Answered by anything / dials.", &["000·15"]),
        ratio("live_contact_rate", "live / nullIf(dials, 0)", "Answered by a person / dials.", &["000·15"]),
        ratio("penetration", "live_records / nullIf(records, 0)", "Records with a person / records.", &["000·15"]),
        ratio("right_party_rate", "right_party / nullIf(dials, 0)", "Right party / dials.", &["000·15"]),
        ratio("right_party_of_live", "right_party / nullIf(live, 0)", "Right party / answered by a person.", &["000·15"]),
        ratio("drop_rate", "dropped / nullIf(live, 0)", "Dropped / answered by a person.", &["000·15"]),
        ratio("conversion", "sales / nullIf(right_party, 0)", "Sales / right party.", &["000·15"]),
        ratio("refusal_rate", "refusals / nullIf(right_party, 0)", "Refusals / right party: what agents have to bear.", &["003·09"]),
    ],
};

/// Over the dials of 30 local days.
pub(super) const CAMPAIGNS: FactTable = FactTable {
    view: "v_campaign_drop_rates",
    title: "Outbound: drop rate of 30 days",
    grain: "campaign and local day",
    assigned_by: "the dial; a row covers its day and the 29 before it, as the rule of 3 % is stated",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("live", "sum(live_of_day)", "Dials that a person answered."),
        sum("dropped", "sum(dropped_of_day)", "Of live: no agent in time."),
    ],
    kpis: &[ratio("drop_rate", "dropped / nullIf(live, 0)", "Dropped / answered by a person, 30 days.", &["000·15"])],
};

/// Whether a day `d` is a working day where the calendar of reference data does not say so.
pub const WORKING_DAY: &str = "toDayOfWeek(d) <= 5";

/// Over tickets that were opened on the day.
pub(super) const TICKETS: FactTable = FactTable {
    view: "v_ticket_days",
    title: "Tickets",
    grain: "local day of opening and type (reason)",
    assigned_by: "the opening; whether it was in time is known when it is closed or late. Working days: Monday to Friday, but for what reference data of kind calendar say, for the site of the ticket's queue or for all",
    parameters: "zone = 'Europe/Berlin', sla_days = 5",
    sums: &[
        sum("opened", "count()", "Tickets."),
        sum("closed", "countIf(closed_at IS NOT NULL)", "Of them: closed."),
        sum("closed_in_time", "countIf(closed_at IS NOT NULL AND working_days <= sla_days)", "Of closed: within sla_days working days."),
        sum("late", "countIf(working_days > sla_days)", "Tickets that took longer, or are open for longer, counted up to the newest fact."),
        sum("open", "countIf(closed_at IS NULL)", "Tickets that are open."),
        sum("working_days_sum", "sumIf(working_days, closed_at IS NOT NULL)", "Working days of the closed."),
    ],
    kpis: &[
        ratio(
            "in_time_share",
            "closed_in_time / nullIf(closed_in_time + late, 0)",
            "Closed in time / those whose case is decided.",
            &["004·25"],
        ),
        ratio("average_working_days", "working_days_sum / nullIf(closed, 0)", "Working days from opening to closing.", &["001·16"]),
    ],
};

/// Over tickets that were open at a time.
pub(super) const BACKLOG: FactTable = FactTable {
    view: "v_ticket_backlog",
    title: "Tickets: backlog at a time",
    grain: "type (reason) and site of the queue",
    assigned_by: "a snapshot: opened at or before `at`, and not closed by then. Age in working days, as v_ticket_days counts them; the day of opening is none",
    parameters: "zone = 'Europe/Berlin', at = '2026-03-02 12:00:00', sla_days = 5",
    sums: &[
        sum("open", "count()", "Tickets that were open."),
        sum("age_at_most_1", "countIf(age_days <= 1)", "Of open: for at most one working day."),
        sum("age_2_to_3", "countIf(age_days IN (2, 3))", "Of open: for two or three."),
        sum("age_4_to_5", "countIf(age_days IN (4, 5))", "Of open: for four or five."),
        sum("age_above_5", "countIf(age_days > 5)", "Of open: for more than five."),
        sum("late", "countIf(age_days > sla_days)", "Of open: for more than sla_days working days."),
        sum(
            "at_risk",
            "countIf(age_days <= sla_days AND age_days + 1 >= sla_days)",
            "Of open: in time, and sla_days is reached today or on the next working day.",
        ),
        sum("past_due", "countIf(due_at < at)", "Of open: past the time that the source itself set (due_at)."),
        sum("working_days_sum", "sum(age_days)", "Working days of all of them."),
        sum("oldest_working_days", "max(age_days)", "Working days of the oldest; over several rows take the maximum."),
    ],
    kpis: &[
        ratio("late_share", "late / nullIf(open, 0)", "Late / open.", &["004·25", "001·16"]),
        ratio("average_age_working_days", "working_days_sum / nullIf(open, 0)", "Average age, working days.", &["001·16"]),
    ],
};
