//! Work on contacts, from handlings and queue visits: holds, needless transfers, identity checks, contacts in parallel, rings (domain.md 2.3, 2.4).

use super::{FactTable, ratio, sum};

/// Over handlings that ended. The ratios are those of the catalogue, over its measures.
pub(super) const HANDLINGS: FactTable = FactTable {
    view: "v_handling_days",
    title: "Handle time and holds by agent",
    grain: "local day, queue and agent",
    assigned_by: "the handling's end; definitions are those of the catalogue, which has them by queue and minute",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("handled", "count()", "Handlings that ended."),
        sum("talk_ms", "sum(ifNull(h.talk_ms, 0))", "Milliseconds of talk, hold apart."),
        sum("hold_ms", "sum(h.hold_ms)", "Milliseconds on hold."),
        sum("acw_ms", "sum(ifNull(h.acw_ms, 0))", "Milliseconds of after-call work."),
        sum(
            "acw_unknown",
            "countIf(h.acw_ms IS NULL)",
            "Handlings whose after-call work the source does not know: nothing is added for them.",
        ),
        sum("held", "countIf(h.holds > 0)", "Handlings with at least one hold."),
        sum("holds", "sum(h.holds)", "Holds."),
        sum("longest_hold_ms", "max(h.longest_hold_ms)", "Longest hold, milliseconds; over several rows take the maximum."),
        sum("ended_by_agent", "countIf(h.end = 'agent')", "Handlings that the agent ended."),
    ],
    kpis: &[
        ratio("aht", "(talk_ms + hold_ms + acw_ms) / nullIf(handled, 0) / 1000", "Average handle time, seconds.", &["004·36", "004·23"]),
        ratio("average_hold_held", "hold_ms / nullIf(held, 0) / 1000", "Average hold of held handlings, seconds.", &["004·23"]),
        ratio("average_hold_all", "hold_ms / nullIf(handled, 0) / 1000", "Average hold of all handlings, seconds.", &["004·23"]),
        ratio("hold_rate", "held / nullIf(handled, 0)", "Handlings with at least one hold.", &["004·23"]),
        ratio("holds_per_contact", "holds / nullIf(handled, 0)", "Holds per handling.", &["004·23"]),
        ratio("agent_first_disconnect_rate", "ended_by_agent / nullIf(handled, 0)", "Handlings that the agent ended.", &["002·04"]),
    ],
};

/// Whether a transfer needed to be. `to_contact_ms`: talk and hold of the handling that the contact came to.
pub const NEEDLESS: &str = "quick_close OR same_skill OR came_back";

/// Over transfers with what became of them (`v_transfers`).
pub(super) const TRANSFERS: FactTable = FactTable {
    view: "v_transfer_days",
    title: "Needless transfers",
    grain: "local day, queue and agent that transferred, and queue that the contact came to",
    assigned_by: "the end of the handling that the contact came to; where it came to nobody who is known, the transfer",
    parameters: "zone = 'Europe/Berlin', quick_close_s = 30, came_back_s = 1800",
    sums: &[
        sum("transfers", "countIf(seen)", "Transfers after which another handling of the contact is known and has ended."),
        sum("transfers_unseen", "countIf(NOT seen)", "Transfers to somebody who is not known, such as a number outside: in no rate."),
        sum(
            "quick_closes",
            "countIf(seen AND quick_close)",
            "Of transfers: the next one was done in less than quick_close_s of talk and hold.",
        ),
        sum("same_skill", "countIf(seen AND same_skill)", "Of transfers: to the same queue, or to one that asks for the same skill."),
        sum(
            "came_back",
            "countIf(seen AND came_back)",
            "Of transfers: within came_back_s the contact was with the first agent, or in the first queue, again, after it had been in another.",
        ),
        sum("needless", "countIf(seen AND needless)", "Of transfers: at least one of the three."),
    ],
    kpis: &[
        ratio("needless_transfer_rate", "needless / nullIf(transfers, 0)", "Needless / transfers: a proposal, no standard.", &["001·38"]),
        ratio("ping_pong_rate", "came_back / nullIf(transfers, 0)", "Transfers that came back.", &["001·38"]),
    ],
};

/// Over identity checks (observations of kind verification), and handled contacts beside them.
pub(super) const VERIFICATIONS: FactTable = FactTable {
    view: "v_verification_days",
    title: "Identity checks",
    grain: "local day, queue, agent (of a contact: its first) and reason (the contact's disposition)",
    assigned_by: "a check: its end; a contact: its end. Checks are inside talk and add nothing to the handle time. Whether a reason needs one is told by the attribute verification (yes, no) of reference data of kind reason",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("handled", "countIf(what = 'contact')", "Handled contacts."),
        sum("verified", "countIf(what = 'contact' AND checked)", "Of handled: with at least one identity check."),
        sum("needing", "countIf(what = 'contact' AND needs = 'yes')", "Of handled: for a reason that needs a check."),
        sum("verified_needing", "countIf(what = 'contact' AND needs = 'yes' AND checked)", "Of needing: verified."),
        sum("not_needing", "countIf(what = 'contact' AND needs = 'no')", "Of handled: for a reason that needs none."),
        sum("verified_not_needing", "countIf(what = 'contact' AND needs = 'no' AND checked)", "Of not_needing: verified all the same."),
        sum("verifications", "countIf(what = 'verification')", "Identity checks, those of unknown contacts included."),
        sum("failed", "countIf(what = 'verification' AND outcome = 'failed')", "Of verifications: failed."),
        sum("timed", "countIf(what = 'verification' AND duration_ms IS NOT NULL)", "Of verifications: the time that it took is known."),
        sum("verification_ms", "sum(ifNull(duration_ms, 0))", "Milliseconds of identity checks."),
        sum("longest_verification_ms", "max(duration_ms)", "Longest check, milliseconds; over several rows take the maximum."),
    ],
    kpis: &[
        ratio("verification_rate", "verified / nullIf(handled, 0)", "Verified / handled.", &["001·39"]),
        ratio("verification_rate_needing", "verified_needing / nullIf(needing, 0)", "Verified of those that need it.", &["001·39"]),
        ratio(
            "verification_rate_not_needing",
            "verified_not_needing / nullIf(not_needing, 0)",
            "Verified of those that need none.",
            &["001·39"],
        ),
        ratio("average_verification_s", "verification_ms / nullIf(timed, 0) / 1000", "Seconds per check.", &["001·39", "004·22"]),
        ratio("verification_failure_rate", "failed / nullIf(verifications, 0)", "Failed / checks.", &["001·39"]),
    ],
};

/// Over contacts and agents' time, cut at quarter hours.
pub(super) const CONCURRENCY: FactTable = FactTable {
    view: "v_concurrency_days",
    title: "Contacts in parallel",
    grain: "local day and agent",
    assigned_by: "spans, cut exactly; a handling by its end",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("contact_time_us", "sumIf(part_us, what = 'handling')", "Microseconds of contacts: two at once count twice."),
        sum("with_contact_us", "sumIf(part_us, what = 'contact')", "Microseconds of the agent with at least one contact."),
        sum("acw_us", "sumIf(part_us, what = 'acw')", "Microseconds of after-call work."),
        sum("handled", "countIf(what = 'handled')", "Handlings that ended."),
    ],
    kpis: &[
        ratio(
            "concurrency",
            "contact_time_us / nullIf(with_contact_us, 0)",
            "Contacts at once, while there is at least one; 1 where contacts come one after the other.",
            &["004·32", "004·48"],
        ),
        ratio(
            "agent_time_per_handled_s",
            "(with_contact_us + acw_us) / nullIf(handled, 0) / 1000000",
            "The agent's own seconds per handled contact: contacts at once share them, where the handle time counts each in full.",
            &["004·48"],
        ),
    ],
};

/// Over queue visits that ended.
pub(super) const RINGS: FactTable = FactTable {
    view: "v_ring_days",
    title: "Rings that no agent answered",
    grain: "local day and queue",
    assigned_by: "the visit's leaving",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("answered", "countIf(outcome = 'answered')", "Visits that an agent answered: one ring each."),
        sum("missed_offers", "sum(v.missed_offers)", "Rings that no agent answered."),
        sum(
            "missed_offers_of_abandoned",
            "sumIf(v.missed_offers, outcome = 'abandoned')",
            "Of them: at customers who then gave up; at least one of each such customer's rings ended by that.",
        ),
    ],
    kpis: &[
        ratio(
            "not_responding_rate",
            "missed_offers / nullIf(missed_offers + answered, 0)",
            "Rings missed / rings. Each ring of one contact counts.",
            &["002·04"],
        ),
        ratio(
            "not_responding_rate_without_abandons",
            "(missed_offers - missed_offers_of_abandoned) / nullIf(missed_offers - missed_offers_of_abandoned + answered, 0)",
            "The same without rings at customers who gave up: none that the customer ended, and at the least.",
            &["002·04"],
        ),
    ],
};
