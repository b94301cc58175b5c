//! What was scheduled against what was done (domain.md 2.4).

use super::{FactTable, ratio, sum};

/// Whether a scheduled activity (`scheduled`) allows what the agent did (`activity`, the names of `events::Activity`). Ringing, dialling and
/// a call beside the queues are work of the queue; not responding is not.
pub const ALLOWED: &str = "multiIf(
        scheduled = 'queue', activity IN ('available', 'ringing', 'dialing', 'contact', 'acw', 'communicating'),
        scheduled = 'meal', activity IN ('pause_meal', 'offline'),
        scheduled = 'break', activity IN ('pause_break', 'pause_personal'),
        scheduled = 'back_office', activity = 'back_office',
        activity = concat('pause_', scheduled))";

/// Whether a piece counts as adherent: allowed, or part of a stretch out of the schedule that is no longer than the grace, whatever was done in
/// it; being logged out has none, and unknown time is not counted at all.
pub const ADHERENT: &str = "allowed OR (activity NOT IN ('offline', 'unknown') AND stretch_us <= {grace_s:UInt32} * 1000000)";

/// What is scheduled after so long without anything scheduled is another shift, seconds: longer than the gap in a split shift, shorter than the
/// rest between two (11 h by Directive 2003/88/EC).
pub const REST_S: u32 = 6 * 3_600;

/// Whether a shift is approved leave: planned absences cover all of it.
pub const ON_LEAVE: &str = "planned_us >= shift_us";

/// Over the pieces of shifts (`v_schedule_pieces`).
pub(super) const ADHERENCE: FactTable = FactTable {
    view: "v_adherence_days",
    title: "Adherence and shrinkage",
    grain: "agent and local day on which the shift begins, also of what is scheduled after midnight",
    assigned_by: "spans, cut exactly where a scheduled activity or what the agent did changes",
    parameters: "zone = 'Europe/Berlin', grace_s = 60",
    sums: &[
        sum("scheduled_us", "sum(part_us)", "Scheduled microseconds, meals included."),
        sum("scheduled_paid_us", "sumIf(part_us, scheduled != 'meal')", "Scheduled microseconds without meals."),
        sum(
            "adherent_us",
            "sumIf(part_us, adherent)",
            "Of scheduled_us: in an activity that the schedule allows, or out of it for no longer than grace_s at a stretch.",
        ),
        sum(
            "worked_us",
            "sumIf(part_us, activity NOT IN ('offline', 'unknown') AND NOT startsWith(activity, 'pause_meal'))",
            "Of scheduled_us: logged in, meals apart.",
        ),
        sum(
            "available_us",
            "sumIf(part_us, activity IN ('available', 'ringing', 'dialing', 'contact', 'acw', 'communicating') AND scheduled != 'meal')",
            "Of scheduled_paid_us: available to handle, or handling.",
        ),
        sum(
            "internal_us",
            "sumIf(part_us, (startsWith(activity, 'pause_') OR activity IN ('back_office', 'not_responding')) AND scheduled != 'meal')",
            "Of scheduled_paid_us: on pause, in training, meeting or back office, or not responding.",
        ),
        sum(
            "external_us",
            "sumIf(part_us, activity = 'offline' AND scheduled != 'meal')",
            "Of scheduled_paid_us: not logged in: leave, sickness, late, absent.",
        ),
        sum("unknown_us", "sumIf(part_us, activity = 'unknown')", "Of scheduled_us: the source was silent."),
    ],
    kpis: &[
        ratio(
            "adherence",
            "adherent_us / nullIf(scheduled_us - unknown_us, 0)",
            "adherent_us / scheduled_us, silence of the source apart.",
            &["004·04"],
        ),
        ratio(
            "conformance",
            "worked_us / nullIf(scheduled_paid_us, 0)",
            "worked_us / scheduled_paid_us, within the schedule.",
            &["004·04"],
        ),
        ratio(
            "shrinkage",
            "(scheduled_paid_us - available_us) / nullIf(scheduled_paid_us, 0)",
            "Scheduled and paid, but not available to handle.",
            &["000·04", "003·11"],
        ),
        ratio(
            "shrinkage_internal",
            "internal_us / nullIf(scheduled_paid_us, 0)",
            "Of it: pauses, training, meetings, back office.",
            &["003·11"],
        ),
        ratio("shrinkage_external", "external_us / nullIf(scheduled_paid_us, 0)", "Of it: not logged in.", &["004·17"]),
    ],
};

/// Over shifts, each of the local day on which it begins (`v_shift_days`).
pub(super) const ATTENDANCE: FactTable = FactTable {
    view: "v_attendance_days",
    title: "Attendance, absence, lateness",
    grain: "local day of the shift and team",
    assigned_by: "the shift's begin",
    parameters: "zone = 'Europe/Berlin', late_s = 300",
    sums: &[
        sum("shifts", "count()", "Scheduled shifts."),
        sum("on_leave", "countIf(leave)", "Of them: approved leave (a planned absence) over the whole shift; not in the denominator."),
        sum("worked", "countIf(came AND NOT leave)", "Of the others: the agent logged in during the shift."),
        sum(
            "late",
            "countIf(came AND NOT leave AND late_us > late_s * 1000000)",
            "Of worked: first logged in more than late_s after the begin.",
        ),
        sum("sick", "countIf(sick AND NOT leave)", "Shifts with an absence of kind sick."),
        sum("unplanned_absence_us", "sum(unplanned_us)", "Microseconds of shifts that unplanned absences cover."),
        sum("planned_absence_us", "sum(planned_us)", "Microseconds of shifts that planned absences cover."),
        sum("shift_us", "sum(shift_us)", "Microseconds from begin to end of the shifts."),
    ],
    kpis: &[
        ratio(
            "attendance",
            "worked / nullIf(shifts - on_leave, 0)",
            "Shifts worked / shifts scheduled, approved leave apart. Threshold: 92 %.",
            &["004·18"],
        ),
        ratio("lateness", "late / nullIf(worked, 0)", "Late / worked.", &["001·28"]),
        ratio("absence", "unplanned_absence_us / nullIf(shift_us, 0)", "Unplanned absence / scheduled.", &["001·28"]),
        ratio("sick_share", "sick / nullIf(shifts - on_leave, 0)", "Shifts with sickness / shifts.", &["004·17"]),
    ],
};
