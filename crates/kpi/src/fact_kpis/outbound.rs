//! Outbound by agent, by the life of a list, and against what the list dealt (domain.md 2.5).

use super::{FactTable, ratio, sum};

/// A dial that reached the person who was meant.
macro_rules! right_party {
    () => {
        "reason IN ('right_party', 'promise', 'sale', 'refusal')"
    };
}

/// Whether a dial brought the result that is asked for.
pub const RESULT: &str = concat!(
    "multiIf({result:String} = 'right_party', ",
    right_party!(),
    ", {result:String} IN ('promise', 'sale'), ifNull(reason = {result:String}, false), ",
    "throwIf({result:String} NOT IN ('right_party', 'promise', 'sale'), 'result must be right_party, promise or sale') != 0)"
);

/// Over dials that have an agent, and the agent's time on the days of such dials.
pub(super) const DIAL_AGENTS: FactTable = FactTable {
    view: "v_dial_agent_days",
    title: "Outbound by agent and hour",
    grain: "local day and agent",
    assigned_by: "the dial; time by spans, on days on which the agent dialled. Dials that no agent had (a dialler's, unanswered) are in v_dial_days only",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("dials", "countIf(what = 'dial')", "Dials that the agent made or was given."),
        sum("live", "countIf(what = 'dial' AND outcome IN ('human', 'dropped'))", "Of them: a person answered."),
        sum("right_party", concat!("countIf(what = 'dial' AND ", right_party!(), ")"), "Of them: the person who was meant."),
        sum("promises", "countIf(what = 'dial' AND reason = 'promise')", "Of right_party: promised something."),
        sum("sales", "countIf(what = 'dial' AND reason = 'sale')", "Of right_party: bought."),
        sum("refusals", "countIf(what = 'dial' AND reason = 'refusal')", "Of right_party: refused."),
        sum("productive_us", "sum(productive_part_us)", "Microseconds in contact, in after-call work or available."),
        sum("staffed_us", "sum(staffed_part_us)", "Microseconds logged in."),
    ],
    kpis: &[
        ratio("right_party_rate", "right_party / nullIf(dials, 0)", "Right party / dials.", &["000·15"]),
        ratio("right_party_of_live", "right_party / nullIf(live, 0)", "Right party / answered by a person.", &["000·15"]),
        ratio(
            "right_party_per_hour",
            "right_party / nullIf(productive_us, 0) * 3600000000",
            "Right party per productive hour.",
            &["000·15"],
        ),
        ratio(
            "right_party_per_logged_hour",
            "right_party / nullIf(staffed_us, 0) * 3600000000",
            "Right party per hour logged in.",
            &["000·15"],
        ),
        ratio("sales_per_hour", "sales / nullIf(productive_us, 0) * 3600000000", "Sales per productive hour.", &["000·15"]),
        ratio(
            "refusals_per_hour",
            "refusals / nullIf(productive_us, 0) * 3600000000",
            "Refusals per productive hour: what an agent has to bear.",
            &["003·09"],
        ),
    ],
};

/// Over all dials of a list.
pub(super) const LISTS: FactTable = FactTable {
    view: "v_list_penetration",
    title: "Outbound: the life of a list",
    grain: "campaign and list",
    assigned_by: "every dial of the list so far: a record that was reached on the third day is reached",
    parameters: "",
    sums: &[
        sum("dials", "count()", "Dials."),
        sum("records", "uniqExactIf(assumeNotNull(record), record IS NOT NULL)", "Distinct records that were dialled."),
        sum(
            "live_records",
            "uniqExactIf(assumeNotNull(record), record IS NOT NULL AND outcome IN ('human', 'dropped'))",
            "Of records: a person answered at least once.",
        ),
        sum(
            "right_party_records",
            concat!("uniqExactIf(assumeNotNull(record), record IS NOT NULL AND ", right_party!(), ")"),
            "Of records: the person who was meant was reached at least once.",
        ),
        sum(
            "sale_records",
            "uniqExactIf(assumeNotNull(record), record IS NOT NULL AND reason = 'sale')",
            "Of records: bought at least once.",
        ),
    ],
    kpis: &[
        ratio("attempts_per_record", "dials / nullIf(records, 0)", "Dials per distinct record.", &["000·15"]),
        ratio("penetration", "live_records / nullIf(records, 0)", "Records with a person / records.", &["000·15"]),
        ratio(
            "right_party_penetration",
            "right_party_records / nullIf(records, 0)",
            "Records whose person was reached / records.",
            &["000·15", "000·20"],
        ),
        ratio("conversion_of_records", "sale_records / nullIf(records, 0)", "Records with a sale / records.", &["000·15", "000·20"]),
    ],
};

/// Over live dials of agents, beside what other agents reached with the same.
pub(super) const LIST_RESULTS: FactTable = FactTable {
    view: "v_list_results",
    title: "Outbound: result given the list",
    grain: "local month and agent",
    assigned_by: "the dial. What is expected of a dial is the share that other agents had of the dials of the same list, local hour and number of the attempt (1, 2, 3, 4 and more) in the same month; result: right_party, promise or sale",
    parameters: "zone = 'Europe/Berlin', result = 'sale'",
    sums: &[
        sum("contacts", "sum(dealt)", "Dials at which a person answered the agent."),
        sum("results", "sum(hits)", "Of them: with the result."),
        sum("compared", "sumIf(dealt, others > 0)", "Of contacts: other agents had such dials, too."),
        sum("results_compared", "sumIf(hits, others > 0)", "Of compared: with the result."),
        sum(
            "expected",
            "sum(ifNull(dealt * others_hits / nullIf(others, 0), 0))",
            "Of compared: as many would have it with the shares of the others.",
        ),
    ],
    kpis: &[
        ratio("result_rate", "results / nullIf(contacts, 0)", "With the result / contacts.", &["000·15"]),
        ratio("expected_rate", "expected / nullIf(compared, 0)", "Expected / compared: how good the dealt lists were.", &["000·15"]),
        ratio(
            "result_above_expected",
            "(results_compared - expected) / nullIf(compared, 0)",
            "(Actual - expected) / compared: the agent's own part.",
            &["000·15"],
        ),
    ],
};

/// Over what became of promises: observations of kind other and dimension promise.
pub(super) const PROMISES: FactTable = FactTable {
    view: "v_promise_days",
    title: "Outbound: promises kept",
    grain: "local day, campaign and list",
    assigned_by: "the day on which it was known: an observation of kind other with dimension promise and outcome kept or broken",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("kept", "countIf(outcome = 'kept')", "Promises that were kept."),
        sum("broken", "countIf(outcome = 'broken')", "Promises that were not."),
        sum("amount_kept_milli", "sumIf(ifNull(amount_milli, 0), outcome = 'kept')", "Value of the kept, thousandths of the currency."),
    ],
    kpis: &[ratio("promise_kept", "kept / nullIf(kept + broken, 0)", "Kept / those that are decided.", &["000·15"])],
};
