//! Contacts that come back, and those that do not: first contact resolution (domain.md 2.3).

use super::{FactTable, ratio, sum};

/// A handled contact whose talk was shorter than this may be a dropped line, ms.
pub const DROPPED_LINE_BELOW_MS: i64 = 10_000;

/// Over the rows of `v_repeats` that ended on the day.
pub(super) const REPEATS: FactTable = FactTable {
    view: "v_repeat_days",
    title: "Repeats and first contact resolution",
    grain: "local day and queue of the first contact",
    assigned_by: "the first contact's end; a window counts when it is over (matured), so the newest days are provisional: compare matured_… with handled",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("handled", "countIf(outcome = 'handled')", "Handled contacts that customers began."),
        sum(
            "anonymous",
            "countIf(outcome = 'handled' AND customer = '')",
            "Of handled: the customer is unknown, so it can have no repeat.",
        ),
        sum(
            "dropped_lines",
            "countIf(outcome = 'handled' AND dropped_line)",
            "Of handled: less than 10 s of talk, perhaps a dropped line.",
        ),
        sum(
            "matured_24h",
            "countIf(outcome = 'handled' AND customer != '' AND age_us >= 86400000000)",
            "Of handled: the customer is known and 24 h are over.",
        ),
        sum(
            "repeats_24h",
            "countIf(outcome = 'handled' AND gap_us <= 86400000000 AND age_us >= 86400000000)",
            "Of matured_24h: the same customer came again within 24 h.",
        ),
        sum("matured_72h", "countIf(outcome = 'handled' AND customer != '' AND age_us >= 259200000000)", "As matured_24h for 72 h."),
        sum(
            "repeats_72h",
            "countIf(outcome = 'handled' AND gap_us <= 259200000000 AND age_us >= 259200000000)",
            "As repeats_24h for 72 h.",
        ),
        sum("matured_7d", "countIf(outcome = 'handled' AND customer != '' AND age_us >= 604800000000)", "As matured_24h for 7 days."),
        sum(
            "repeats_7d",
            "countIf(outcome = 'handled' AND gap_us <= 604800000000 AND age_us >= 604800000000)",
            "As repeats_24h for 7 days.",
        ),
        sum(
            "repeats_7d_same_disposition",
            "countIf(outcome = 'handled' AND gap_us <= 604800000000 AND age_us >= 604800000000 AND same_disposition)",
            "Of repeats_7d: the next contact has the same disposition.",
        ),
        sum(
            "abandoned_matured_60m",
            "countIf(outcome = 'abandoned' AND customer != '' AND age_us >= 3600000000)",
            "Abandoned contacts of known customers, 60 min over.",
        ),
        sum(
            "repeats_after_abandon_60m",
            "countIf(outcome = 'abandoned' AND gap_us <= 3600000000 AND age_us >= 3600000000)",
            "Of them: the customer came again within 60 min.",
        ),
        sum(
            "abandoned_matured_24h",
            "countIf(outcome = 'abandoned' AND customer != '' AND age_us >= 86400000000)",
            "As abandoned_matured_60m for 24 h.",
        ),
        sum(
            "repeats_after_abandon_24h",
            "countIf(outcome = 'abandoned' AND gap_us <= 86400000000 AND age_us >= 86400000000)",
            "As repeats_after_abandon_60m for 24 h.",
        ),
        sum(
            "self_served_matured_24h",
            "countIf(outcome = 'self_served' AND customer != '' AND age_us >= 86400000000)",
            "Contacts that the voice menu served, of known customers, 24 h over.",
        ),
        sum(
            "self_served_returned_24h",
            "countIf(outcome = 'self_served' AND gap_to_handled_us <= 86400000000 AND age_us >= 86400000000)",
            "Of them: an agent handled the same customer within 24 h, whether or not that was the next contact.",
        ),
        sum(
            "menu_matured_24h",
            "countIf(outcome IN ('self_served', 'ivr_abandoned', 'handled', 'abandoned', 'flow_out', 'blocked') AND customer != '' AND age_us >= 86400000000)",
            "All contacts of known customers, served by the menu or not, 24 h over.",
        ),
        sum("known_contacts", "countIf(customer != '')", "Contacts of known customers that ended."),
        sum("callers", "uniqExactIf(customer, customer != '')", "Distinct known customers."),
    ],
    kpis: &[
        ratio("repeat_rate_24h", "repeats_24h / nullIf(matured_24h, 0)", "repeats_24h / matured_24h.", &["001·06", "002·03"]),
        ratio(
            "fcr_24h",
            "1 - repeats_24h / nullIf(matured_24h, 0)",
            "First contact resolution: 1 - repeat rate within 24 h.",
            &["001·06", "004·33"],
        ),
        ratio("repeat_rate_72h", "repeats_72h / nullIf(matured_72h, 0)", "repeats_72h / matured_72h.", &["001·06"]),
        ratio("fcr_72h", "1 - repeats_72h / nullIf(matured_72h, 0)", "As fcr_24h within 72 h.", &["001·06"]),
        ratio("repeat_rate_7d", "repeats_7d / nullIf(matured_7d, 0)", "repeats_7d / matured_7d.", &["001·06"]),
        ratio("fcr_7d", "1 - repeats_7d / nullIf(matured_7d, 0)", "As fcr_24h within 7 days.", &["001·06"]),
        ratio(
            "repeat_rate_after_abandon_60m",
            "repeats_after_abandon_60m / nullIf(abandoned_matured_60m, 0)",
            "Abandoned contacts followed by a new one within 60 min.",
            &["004·27"],
        ),
        ratio(
            "repeat_rate_after_abandon_24h",
            "repeats_after_abandon_24h / nullIf(abandoned_matured_24h, 0)",
            "The same within 24 h.",
            &["004·27"],
        ),
        ratio(
            "true_containment_24h",
            "1 - self_served_returned_24h / nullIf(self_served_matured_24h, 0)",
            "Of contacts that the voice menu served: no agent was needed within 24 h.",
            &["001·08"],
        ),
        ratio(
            "blended_containment_24h",
            "(self_served_matured_24h - self_served_returned_24h) / nullIf(menu_matured_24h, 0)",
            "Of all contacts: the voice menu settled them for good. The containment of the catalogue, less those who needed an agent within 24 h; where not all contacts pass a menu, it is lower for that.",
            &["001·08", "004·39"],
        ),
        ratio("retrial_factor", "known_contacts / nullIf(callers, 0)", "Contacts per distinct caller of the day.", &["004·27"]),
    ],
};
