//! Who came and who left (domain.md 2.6).

use super::{FactTable, ratio, sum};

/// Over the agents of reference data (`v_agents_now`), month by month.
pub(super) const STAFF: FactTable = FactTable {
    view: "v_staff_months",
    title: "Attrition and stability",
    grain: "month, team and leader (the agent's as last known)",
    assigned_by: "hire_date and left_date of the reference data",
    parameters: "",
    sums: &[
        sum("headcount_start", "countIf(hired < month AND (left_on IS NULL OR left_on >= month))", "Agents at the begin of the month."),
        sum("headcount_end", "countIf(hired < next_month AND (left_on IS NULL OR left_on >= next_month))", "Agents at its end."),
        sum("hired_in_month", "countIf(hired >= month AND hired < next_month)", "Hired in the month."),
        sum("left_voluntary", "countIf(left_on >= month AND left_on < next_month AND left_kind = 'voluntary')", "Resigned in the month."),
        sum(
            "left_involuntary",
            "countIf(left_on >= month AND left_on < next_month AND left_kind = 'involuntary')",
            "Dismissed in the month.",
        ),
        sum(
            "left_move",
            "countIf(left_on >= month AND left_on < next_month AND left_kind = 'move')",
            "Moved to another post in the month: no attrition.",
        ),
        sum(
            "left_within_90_days",
            "countIf(left_on >= month AND left_on < next_month AND left_kind IN ('voluntary', 'involuntary') AND dateDiff('day', hired, assumeNotNull(left_on)) <= 90)",
            "Of those who left: with at most 90 days of tenure.",
        ),
        sum(
            "with_12_months",
            "countIf(hired <= addMonths(next_month, -12) AND (left_on IS NULL OR left_on >= next_month))",
            "Of headcount_end: with 12 months of tenure or more.",
        ),
    ],
    kpis: &[
        ratio(
            "attrition_rate",
            "(left_voluntary + left_involuntary) / nullIf((headcount_start + headcount_end) * 0.5, 0)",
            "Leavers of the month / mean of headcount at begin and end; twelve of them are a year's.",
            &["004·20"],
        ),
        ratio(
            "resignation_share",
            "left_voluntary / nullIf(headcount_start, 0)",
            "Resignations / total staff, as the source documents reckon.",
            &["004·20"],
        ),
        ratio("stability", "with_12_months / nullIf(headcount_end, 0)", "Share with at least 12 months.", &["000·03"]),
        ratio(
            "early_share",
            "left_within_90_days / nullIf(left_voluntary + left_involuntary, 0)",
            "Of the leavers: within 90 days.",
            &["000·03"],
        ),
    ],
};
