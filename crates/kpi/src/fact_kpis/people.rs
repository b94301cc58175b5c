//! Who came and who left (domain.md 2.6), with exact intervals: teams are small.

use super::exact::{binomial_sum, bisected, count_high, count_low, poisson_sum, share_high, share_low};
use super::{FactKpi, FactSum, FactTable, ratio, sum};

/// Over what reference data say of agents (`v_agents_now`, `v_agents`), month by month.
pub(super) const STAFF: FactTable = FactTable {
    view: "v_staff_months",
    title: "Attrition and stability",
    grain: "month, team and leader, as they were at the begin, at the end, at the hire, at the leaving",
    assigned_by: "hire_date and left_date of the reference data; a day begins where the clock of zone begins it. headcount_start + hired_in_month + moved_in - moved_out - all who left = headcount_end",
    parameters: "zone = 'Europe/Berlin'",
    sums: STAFF_SUMS,
    kpis: STAFF_KPIS,
};

const STAFF_SUMS: &[FactSum] = &[
    sum("headcount_start", "countIf(what = 'start')", "Agents at the begin of the month, hired before it."),
    sum("headcount_end", "countIf(what = 'end')", "Agents at its end."),
    sum("hired_in_month", "countIf(what = 'hired')", "Hired in the month."),
    sum("moved_in", "countIf(what = 'moved_in')", "Came from another team or leader in the month: no hire."),
    sum("moved_out", "countIf(what = 'moved_out')", "Went to another team or leader in the month: no attrition."),
    sum("left_voluntary", "countIf(what = 'left' AND left_kind = 'voluntary')", "Resigned in the month."),
    sum("left_involuntary", "countIf(what = 'left' AND left_kind = 'involuntary')", "Dismissed in the month."),
    sum("left_move", "countIf(what = 'left' AND left_kind = 'move')", "Moved to a post outside in the month: no attrition."),
    sum(
        "left_unknown",
        "countIf(what = 'left' AND left_kind NOT IN ('voluntary', 'involuntary', 'move'))",
        "Left in the month, nobody said why: in no rate.",
    ),
    sum("leavers", "countIf(what = 'left' AND left_kind IN ('voluntary', 'involuntary'))", "left_voluntary + left_involuntary."),
    sum(
        "left_within_90_days",
        "countIf(what = 'left' AND left_kind IN ('voluntary', 'involuntary') AND ifNull(dateDiff('day', hired, left_on) <= 90, false))",
        "Of leavers: with at most 90 days of tenure.",
    ),
    sum(
        "hires_90_days_ago",
        "countIf(what = 'cohort')",
        "Hires whose 90th day fell into the month, by the team and leader of their first day.",
    ),
    sum(
        "hires_90_days_ago_who_left",
        "countIf(what = 'cohort' AND left_kind IN ('voluntary', 'involuntary') AND ifNull(dateDiff('day', hired, left_on) <= 90, false))",
        "Of them: resigned or dismissed by then.",
    ),
    sum(
        "tenure_below_90_days",
        "countIf(what = 'end' AND hired > addDays(next_month, -90))",
        "Of headcount_end: with less than 90 days of tenure.",
    ),
    sum(
        "tenure_from_90_days",
        "countIf(what = 'end' AND hired <= addDays(next_month, -90) AND hired > addMonths(next_month, -12))",
        "Of headcount_end: with 90 days or more and less than 12 months.",
    ),
    sum(
        "tenure_from_12_months",
        "countIf(what = 'end' AND hired <= addMonths(next_month, -12) AND hired > addMonths(next_month, -24))",
        "Of headcount_end: with 12 months or more and less than 24.",
    ),
    sum(
        "tenure_from_24_months",
        "countIf(what = 'end' AND hired <= addMonths(next_month, -24))",
        "Of headcount_end: with 24 months or more.",
    ),
];

const STAFF_KPIS: &[FactKpi] = &[
    ratio(
        "attrition_rate",
        "leavers / nullIf((headcount_start + headcount_end) * 0.5, 0)",
        "Leavers of the month / mean of headcount at begin and end; twelve of them are a year's.",
        &["004·20", "001·01"],
    ),
    ratio(
        "attrition_rate_low",
        concat!(count_low!("leavers"), " / nullIf((headcount_start + headcount_end) * 0.5, 0)"),
        "Lower end of its exact 95 % interval (Garwood, over the count of leavers).",
        &["000·19"],
    ),
    ratio(
        "attrition_rate_high",
        concat!(count_high!("leavers"), " / nullIf((headcount_start + headcount_end) * 0.5, 0)"),
        "Upper end of it.",
        &["000·19"],
    ),
    ratio(
        "resignation_share",
        "left_voluntary / nullIf(headcount_start, 0)",
        "Resignations / total staff, as the source documents reckon.",
        &["004·20"],
    ),
    ratio(
        "stability",
        "(tenure_from_12_months + tenure_from_24_months) / nullIf(headcount_end, 0)",
        "Share with at least 12 months.",
        &["000·03"],
    ),
    ratio("early_share", "left_within_90_days / nullIf(leavers, 0)", "Of the leavers: within 90 days.", &["000·03"]),
    ratio(
        "early_attrition",
        "hires_90_days_ago_who_left / nullIf(hires_90_days_ago, 0)",
        "Of those who were hired 90 days ago: left within these 90 days.",
        &["003·03"],
    ),
    ratio(
        "early_attrition_low",
        share_low!("hires_90_days_ago_who_left", "hires_90_days_ago"),
        "Lower end of its exact 95 % interval (Clopper and Pearson).",
        &["003·03"],
    ),
    ratio("early_attrition_high", share_high!("hires_90_days_ago_who_left", "hires_90_days_ago"), "Upper end of it.", &["003·03"]),
];

/// Over agents, their leaders of each day, and those who left.
pub(super) const LEADERS: FactTable = FactTable {
    view: "v_leader_attrition",
    title: "Attrition by leader",
    grain: "leader; '': not known, or nobody led for half of the time",
    assigned_by: "the local days from first_day to last_day, both included; a leaver by the begin of the day of leaving, which is no day of work any more. Read agents and person_days before any rate: a leader of five who loses one is no worse than a leader of fifty who loses ten",
    parameters: "zone = 'Europe/Berlin', first_day = '2026-01-01', last_day = '2026-12-31'",
    sums: &[
        sum("agents", "uniqExactIf(agent, what = 'led')", "Distinct agents whom the leader led on at least one of the days."),
        sum("person_days", "sumIf(days, what = 'led')", "Days of employment under the leader, added up over agents."),
        sum("left_voluntary", "countIf(what = 'left' AND left_kind = 'voluntary')", "Resigned; the leader is the one at the time."),
        sum("left_involuntary", "countIf(what = 'left' AND left_kind = 'involuntary')", "Dismissed; the leader is the one at the time."),
        sum(
            "left_voluntary_90",
            "countIf(what = 'left_90' AND left_kind = 'voluntary')",
            "Resigned; the leader is the one of at least half of the last 90 days (of all days, where there are fewer).",
        ),
    ],
    kpis: &[
        ratio(
            "resignations_per_year",
            "365 * left_voluntary / nullIf(person_days, 0)",
            "Resignations per person and year under the leader of the time.",
            &["000·14", "000·19"],
        ),
        ratio(
            "resignations_per_year_low",
            concat!("365 * ", count_low!("left_voluntary"), " / nullIf(person_days, 0)"),
            "Lower end of its exact 95 % interval (Garwood).",
            &["000·19"],
        ),
        ratio(
            "resignations_per_year_high",
            concat!("365 * ", count_high!("left_voluntary"), " / nullIf(person_days, 0)"),
            "Upper end of it.",
            &["000·19"],
        ),
        ratio(
            "resignations_per_year_90",
            "365 * left_voluntary_90 / nullIf(person_days, 0)",
            "The same under the leader of at least half of the last 90 days.",
            &["000·19"],
        ),
        ratio(
            "resignations_per_year_90_low",
            concat!("365 * ", count_low!("left_voluntary_90"), " / nullIf(person_days, 0)"),
            "Lower end of its exact 95 % interval (Garwood).",
            &["000·19"],
        ),
        ratio(
            "resignations_per_year_90_high",
            concat!("365 * ", count_high!("left_voluntary_90"), " / nullIf(person_days, 0)"),
            "Upper end of it.",
            &["000·19"],
        ),
    ],
};

/// Over agents, their sites of each day, and those who left.
pub(super) const SITES: FactTable = FactTable {
    view: "v_site_attrition",
    title: "Attrition by site",
    grain: "site; '': not known",
    assigned_by: "the local days from first_day to last_day, both included: 30, 90 or 365 of them for a rolling rate; a leaver by the begin of the day of leaving, which is no day of work any more",
    parameters: "zone = 'Europe/Berlin', first_day = '2026-01-01', last_day = '2026-12-31'",
    sums: &[
        sum("agents", "uniqExactIf(agent, what = 'led')", "Distinct agents who were at the site on at least one of the days."),
        sum("person_days", "sumIf(days, what = 'led')", "Days of employment at the site, added up over agents."),
        sum("left_voluntary", "countIf(what = 'left' AND left_kind = 'voluntary')", "Resigned; the site is the one at the time."),
        sum("left_involuntary", "countIf(what = 'left' AND left_kind = 'involuntary')", "Dismissed; the site is the one at the time."),
        sum("leavers", "countIf(what = 'left' AND left_kind IN ('voluntary', 'involuntary'))", "left_voluntary + left_involuntary."),
    ],
    kpis: &[
        ratio(
            "attrition_per_year",
            "365 * leavers / nullIf(person_days, 0)",
            "Leavers per person and year: over the mean of each day's headcount.",
            &["001·01"],
        ),
        ratio(
            "attrition_per_year_low",
            concat!("365 * ", count_low!("leavers"), " / nullIf(person_days, 0)"),
            "Lower end of its exact 95 % interval (Garwood).",
            &["001·01"],
        ),
        ratio(
            "attrition_per_year_high",
            concat!("365 * ", count_high!("leavers"), " / nullIf(person_days, 0)"),
            "Upper end of it.",
            &["001·01"],
        ),
    ],
};

/// Over the agents of a day.
pub(super) const HEADCOUNT: FactTable = FactTable {
    view: "v_headcount",
    title: "Headcount and tenure on a day",
    grain: "site, team and leader at the begin of the day",
    assigned_by: "a snapshot at the begin of the local day: hired on it or before, and not leaving on it or before",
    parameters: "zone = 'Europe/Berlin', day = '2026-03-02'",
    sums: &[
        sum("headcount", "count()", "Agents."),
        sum("tenure_below_90_days", "countIf(hired > addDays(day, -90))", "Of them: with less than 90 days of tenure."),
        sum(
            "tenure_from_90_days",
            "countIf(hired <= addDays(day, -90) AND hired > addMonths(day, -12))",
            "Of them: with 90 days or more and less than 12 months.",
        ),
        sum(
            "tenure_from_12_months",
            "countIf(hired <= addMonths(day, -12) AND hired > addMonths(day, -24))",
            "Of them: with 12 months or more and less than 24.",
        ),
        sum("tenure_from_24_months", "countIf(hired <= addMonths(day, -24))", "Of them: with 24 months or more."),
    ],
    kpis: &[ratio(
        "stability",
        "(tenure_from_12_months + tenure_from_24_months) / nullIf(headcount, 0)",
        "Share with at least 12 months.",
        &["000·03"],
    )],
};
