//! Sites and teams: seats, and work for others (domain.md 2.4).

use super::{FactTable, ratio, sum};

/// Over opening hours and seats of reference data, and agents' time at the site.
pub(super) const SEATS: FactTable = FactTable {
    view: "v_seat_days",
    title: "Seats",
    grain: "local day and site; sites whose zone is the one asked for",
    assigned_by: "spans, cut at opening hours and at moves between sites. Facts do not know seats: an agent who is logged in is taken to sit on one, so work from home counts as a seat of the site. Days that the calendar calls no working days are closed",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum(
            "open_seat_us",
            "sum(open_part_us)",
            "Microseconds of opening hours, times the seats of the site (attributes opening and seats).",
        ),
        sum("occupied_us", "sum(occupied_part_us)", "Microseconds that agents of the site were logged in during opening hours."),
    ],
    kpis: &[ratio(
        "seat_utilisation",
        "occupied_us / nullIf(open_seat_us, 0)",
        "Occupied / open; above 1: more agents than seats.",
        &["004·50"],
    )],
};

/// Over handlings of other sites' queues, and spans of back office.
pub(super) const CROSS_SUPPORT: FactTable = FactTable {
    view: "v_cross_support_days",
    title: "Cross-support",
    grain: "local day, team and site of the agent at the time, site that was helped, and work",
    assigned_by: "spans, cut exactly: handlings of a queue of another site (from connection to the end of after-call work; work is the queue), and back office (to_site ''; work is the source's word for it)",
    parameters: "zone = 'Europe/Berlin'",
    sums: &[
        sum("support_us", "sum(part_us)", "Microseconds of support."),
        sum("agents", "uniqExact(agent)", "Distinct agents who gave it."),
    ],
    kpis: &[ratio("support_min", "support_us / nullIf(60000000, 0)", "Minutes of support.", &["001·14", "001·20"])],
};
