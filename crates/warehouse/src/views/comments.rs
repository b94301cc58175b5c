//! Comments of the columns that only views have; the others take theirs from the tables.

use kpi::agent_time::{KPIS, SUMS};

const COMMENTS: &[(&str, &str)] = &[
    ("handled", "Handlings that ended."),
    ("day", "Local day."),
    ("minute_start", "UTC, a whole minute."),
    ("interval_start", "UTC, start of 15 minutes."),
    ("hour_start", "UTC, start of the hour."),
    ("wait_sketch", "Waits of everyone who left the queue, in milliseconds: values by bucket number of kpi::sketch."),
    ("talk_sketch", "Talk of handled, in milliseconds: values by bucket number of kpi::sketch."),
    ("wait_s", "Seconds from entry to leaving."),
    ("answered_later", "The customer was answered after this; no: never, or the customer is unknown."),
    ("open", "Visits that still wait or whose end was never seen, by time of entry."),
    ("answered_lt_20", "Of answered: waited less than 20 s."),
    ("answered_le_20", "Of answered: waited 20 s or less."),
    ("abandoned_lt_20", "Of abandoned: waited less than 20 s."),
    ("abandoned_le_20", "Of abandoned: waited 20 s or less."),
    ("abandoned_le_5", "Of abandoned: waited 5 s or less."),
    ("other_exit", "Visits that ended by timeout, key, empty queue, withdrawal, callback request, overflow or system error."),
    ("wait_answered_s", "Seconds, sum over answered."),
    ("wait_abandoned_s", "Seconds, sum over abandoned."),
    ("handle_s", "Seconds of talk, hold and after-call work, sum over handled."),
    ("max_wait_answered_s", "Longest wait of answered, seconds; null: none."),
    ("max_wait_abandoned_s", "Longest wait of abandoned, seconds; null: none."),
    ("max_wait_s", "Longest wait of all who left, seconds; null: none."),
    ("sl1", "Service level 1 with 20 s: answered in time / (answered + abandoned)."),
    ("sl2", "Service level 2 with 20 s: as 1 without abandons of 5 s or less."),
    ("sl3", "Service level 3 with 20 s: as 1 without abandons of 20 s or less."),
    ("sl4", "Service level 4 with 20 s: abandons in time count as met."),
    ("sl5", "Service level 5 with 20 s: answered in time / answered."),
    ("sl7", "Service level 7 with 20 s: abandons of 5 s or less count as met."),
    ("sl8", "Service level 8 with 20 s: answered in time / all who left."),
    ("asa_s", "Average speed of answer, seconds."),
    ("aht_s", "Average handle time, seconds."),
    ("abandon_rate", "abandoned / (answered + abandoned)."),
    ("month", "First day of the month."),
    ("next_month", "First day of the month after it."),
    ("sla_days", "Working days in which a ticket is to be closed, as asked."),
    ("late_s", "Seconds after which a login is late, as asked."),
    ("team", "Team as of the time; empty: not known."),
    ("leader", "Leader as of the time; empty: not known."),
    ("pauses", "Pauses that ended."),
    ("stretches", "Stretches of work between pauses."),
    ("longest_stretch_us", "Microseconds of the longest stretch without a pause."),
    ("agents", "Distinct agents with activity."),
    ("scheduled", "Scheduled activity: queue, break, meal, training …"),
    ("allowed", "The schedule allows the activity."),
    ("part_us", "Microseconds of the piece."),
    ("start_us", "Begin, microseconds since 1970."),
    ("end_us", "End, microseconds since 1970."),
    ("shift_us", "Begin of the scheduled activity, microseconds since 1970; in v_shift_days: length of the shift."),
    ("came", "The agent logged in during the shift."),
    ("late_us", "Microseconds from the begin of the shift to the first login."),
    ("leave", "A planned absence covers the whole shift."),
    ("sick", "An absence of kind sick falls into the shift."),
    ("planned_us", "Microseconds that planned absences cover."),
    ("unplanned_us", "Microseconds that unplanned absences cover."),
    ("valid_to", "Holds until here."),
    ("site", "Site."),
    ("level", "Level of the agent."),
    ("contract", "Kind of contract."),
    ("vendor", "Vendor that employs the agent."),
    ("hire_date", "Day of hiring, as loaded."),
    ("left_date", "Day of leaving, as loaded; null: here."),
    ("skills", "Skills, as loaded."),
    ("full_time_share", "Share of a full post."),
    ("paid_shift_s", "Paid seconds of a shift."),
    ("skill", "Skill that the queue asks for."),
    ("client", "Whose calls the queue takes."),
    ("threshold_s", "Threshold of the queue's service level, seconds."),
    ("short_abandon_s", "Limit of short abandons, seconds."),
    ("target_percent", "Service level to be reached."),
    ("zone", "IANA zone."),
    ("opening", "Opening hours, as loaded."),
    ("hired", "Day of hiring."),
    ("left_on", "Day of leaving; null: here."),
    ("left_kind", "voluntary, involuntary or move."),
    ("dropped_line", "The whole talk was less than 10 s."),
    ("next_contact_id", "The same customer's next contact; null: none."),
    ("next_started_at", "When it began."),
    ("next_outcome", "How it ended."),
    ("same_queue", "It came to the same queue."),
    ("same_disposition", "It has the same disposition."),
    ("gap_us", "Microseconds from the end to the begin of the next contact."),
    ("age_us", "Microseconds from the end to the begin of the newest contact of all."),
    ("abandon_rate_s5", "As abandon_rate without abandons of 5 s or less."),
];

/// Columns of cubes and of the view of their bounds, where no sum or ratio is meant.
const OF_CUBES: &[(&str, &str)] = &[
    ("tenant", "Whose it is."),
    ("start", "Start of the quarter hour or local day, UTC."),
    ("cube_view", "View of the cube."),
    ("dimension", "Dimension of it."),
    ("members_kept_at_most", "So many of the most frequent members keep their name in a day."),
    ("members", "Distinct members of the day, those that are not known apart."),
    ("members_folded", "Of members: folded into (other)."),
    ("weight_of_day", "What makes members frequent (contacts, handled, offered and handled, dials), of the whole day."),
    ("weight_folded", "Of weight_of_day: of folded members."),
    ("cells_at_most", "So many cells the cube can have in a local day."),
];

/// What a column of a cube is.
fn of_cube(view: &str, column: &str) -> Option<String> {
    let own = OF_CUBES.iter().find(|(name, _)| view.starts_with("v_cube_") && *name == column).map(|(_, comment)| (*comment).to_owned());
    let cube = kpi::cubes::by_view(view);
    let dimension = cube
        .and_then(|cube| cube.dimensions.iter().find(|dimension| dimension.name == column))
        .map(|one| format!("{} At most {} keep their name in a day, the rest is (other); empty: not known.", one.description, one.members));
    let measure = cube.and_then(|cube| cube.measures().into_iter().find(|measure| measure.name == column));
    // Panes say it themselves.
    let measure = measure.map(|measure| measure.description).filter(|description| description != kpi::cubes::AS_IN_PANES);
    let ratio = cube.and_then(|cube| cube.ratios().into_iter().find(|ratio| ratio.name == column)).map(|ratio| ratio.description);
    own.or(dimension).or(measure).or(ratio)
}

/// What a column of a view is; none: the tables say it.
pub(crate) fn comment(view: &str, column: &str) -> Option<String> {
    if let Some(comment) = of_cube(view, column) {
        return Some(comment);
    }
    if kpi::cubes::by_view(view).is_some_and(|cube| cube.measures().iter().any(|measure| measure.name == column)) {
        return None;
    }
    let of_table = kpi::fact_kpis::table(view).and_then(|table| {
        let mut sums = table.sums.iter().map(|sum| (sum.name, sum.description));
        let mut kpis = table.kpis.iter().map(|kpi| (kpi.name, kpi.description));
        sums.find(|(name, _)| *name == column).or_else(|| kpis.find(|(name, _)| *name == column))
    });
    let sums = SUMS.iter().map(|sum| (sum.name, sum.description));
    let mut described = COMMENTS.iter().copied().chain(sums).chain(KPIS.iter().map(|kpi| (kpi.name, kpi.description)));
    of_table.or_else(|| described.find(|(name, _)| *name == column)).map(|(_, comment)| comment.to_owned())
}
