//! What the warehouse measures of one agent on one local day: the row of the table `agent_days`, field by field. Counts, milliseconds and millionths, all
//! integers, so that the order of adding changes nothing. The features of the day are made of it in [`super::features_of`].
//!
//! What is not known is `None`; a count of what did not happen is 0. No field says why somebody was absent, and none can: an absence is planned or it is not.

use serde::{Deserialize, Serialize};

/// One agent on one local day of the site, as of the end of that day.
///
/// "Expected" is what others' calls of the same kind took or brought in the 28 days before: of the same queue, channel and band of three hours for times, of the
/// same queue for counts. Sums over calls hold only the calls that can be compared so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayFacts {
    /// Whose agent it is.
    pub tenant: String,
    /// Site of the agent at the end of the day.
    pub site: String,
    /// The agent's id, never a name.
    pub agent: String,
    /// Days since 1970-01-01 in the site's zone.
    pub day: i32,

    /// Team at the end of the day.
    pub team: Option<String>,
    /// Leader at the end of the day.
    pub leader: Option<String>,
    /// Queue that the agent handled most contacts of in the 28 days up to this one.
    pub group: Option<String>,
    /// Day of hiring, days since 1970-01-01.
    pub hired_day: Option<i32>,
    /// Days since hiring.
    pub tenure_days: Option<i32>,
    /// Hired by this day, and not gone: the day of leaving is the first one away.
    pub employed: bool,
    /// Notice was given by this day, by either side, as far as it was known on this day.
    pub notice_given: bool,
    /// In a leave of any kind of more than 7 days, as far as it was known on this day. Which kind is never asked.
    pub on_leave: bool,
    /// Shifts scheduled in the 28 days up to this one; none: the site has no schedule in them.
    pub scheduled_shifts_28d: Option<u32>,
    /// The sources were not silent: no time of the agent is unknown, and if anybody was scheduled, something was heard of the site.
    pub source_complete: bool,

    /// Scheduled in the shift that begins on this day, meals apart, ms; none: no shift.
    pub scheduled_ms: Option<i64>,
    /// Of the shift: logged in, meals apart, ms.
    pub worked_in_shift_ms: Option<i64>,
    /// Planned absence covers the whole shift.
    pub approved_leave: Option<bool>,
    /// Less than half of the shift was worked or planned to be away; none: no shift, or the sources were silent about it.
    pub absent: Option<bool>,
    /// Absent next to a day without a shift.
    pub edge_absent: Option<bool>,
    /// From the begin of the shift to the first paid activity, ms, at least 0; none: nothing was worked.
    pub late_ms: Option<i64>,
    /// From the last paid activity to the end of the shift, ms, at least 0; none: nothing was worked.
    pub early_ms: Option<i64>,
    /// Of the shift: adherent with a grace of 60 s, coaching and team activities excused, ms.
    pub in_adherence_ms: Option<i64>,
    /// Of the shift: all that adherence is a share of, meals included, silence apart, ms.
    pub adherence_scheduled_ms: Option<i64>,

    /// Minute of the local day, by the clock, of the first paid activity that had none in the 6 h before it; none: no work began on this day.
    pub first_start_minute: Option<u16>,
    /// Logged in and paid on this day: meals are not, ms.
    pub paid_ms: i64,
    /// Logged in on this day, ms.
    pub staffed_ms: i64,
    /// Contact and after-call work on this day: the numerator of utilisation, ms.
    pub utilised_ms: i64,
    /// Available, ringing, dialling, contact and after-call work: what calls per hour are divided by, ms.
    pub productive_ms: i64,
    /// Pauses for a break, for oneself or for no known reason that the schedule does not allow, ms; none: the site has no schedule.
    pub unscheduled_pause_ms: Option<i64>,
    /// How many such pauses began on this day.
    pub unscheduled_pauses: Option<u32>,
    /// Longest stretch that began on this day without pause, silence or logout, ms; none: nothing was worked.
    pub longest_run_ms: Option<i64>,
    /// Contacts of customers that were connected, and offers that were missed.
    pub offers: u32,
    /// Offers that rang without an answer, or after which the agent was not responding.
    pub missed_offers: u32,

    /// Contacts handled: handlings that ended on this day.
    pub handled: u32,
    /// Their talk, hold and after-call work, ms.
    pub handle_ms: i64,
    /// Of it: hold, ms.
    pub hold_ms: i64,
    /// Of it: after-call work, ms.
    pub acw_ms: i64,
    /// Of handled: those with an expectation.
    pub compared_calls: u32,
    /// Handle time that is usual for them, ms.
    pub expected_handle_ms: i64,
    /// Sum over them of ln handle seconds less the expected ln, millionths; each call held to its queue's 1st to 99th percentile.
    pub ln_handle_residual_sum_micro: i64,
    /// Sum over them of ln(1 + seconds on hold) less the expected one, millionths.
    pub ln_hold_residual_sum_micro: i64,
    /// Of compared_calls: those whose after-call work is known.
    pub acw_compared_calls: u32,
    /// Sum over them of ln(1 + seconds of after-call work) less the expected one, millionths.
    pub ln_acw_residual_sum_micro: i64,

    /// Evaluations, drawn at random, given on this day, with an expectation.
    pub evaluations: u32,
    /// Sum over them of (score − mean of the form) ÷ standard deviation of the form over 28 days, millionths; + is better.
    pub quality_z_sum_micro: i64,
    /// Customers' answers of this day with an expectation.
    pub surveys: u32,
    /// Sum over them of (score − mean of queue and question) ÷ standard deviation over 28 days, millionths; + is better.
    pub satisfaction_z_sum_micro: i64,
    /// Different contacts among those handled.
    pub contacts: u32,
    /// Contacts of the agent that were tagged complaint or escalation on this day.
    pub complaints: u32,
    /// Complaints that are usual for these contacts, millionths; none: not known for all of them.
    pub complaints_expected_micro: Option<i64>,
    /// Of handled contacts of this day that known customers began, the agent being the last: 72 h are over; none: not yet.
    pub repeats_matured: Option<u32>,
    /// Of them: the same customer came again within 72 h.
    pub repeats_72h: Option<u32>,
    /// Repeats that are usual for them, millionths; none: not known for all of them.
    pub repeats_72h_expected_micro: Option<i64>,
    /// Of handled: ended in a transfer.
    pub transfers: u32,
    /// Transfers that are usual for what was handled, millionths; none: not known for all of it.
    pub transfers_expected_micro: Option<i64>,
    /// Of handled: less than 10 s of talk, and the agent ended it.
    pub short_talks: u32,
    /// Short talks that are usual for what was handled, millionths; none: not known for all of it.
    pub short_talks_expected_micro: Option<i64>,
    /// Contacts tagged complaint or abuse, and dials that were refused, on this day.
    pub hostile: u32,
    /// Customers' contacts answered from a queue on this day.
    pub answered: u32,
    /// Of answered: had waited longer than the queue's threshold.
    pub long_waits: u32,

    /// The shift begins less than 11 h after the end of the one before; none: no shift.
    pub quick_return: Option<bool>,
    /// Logged in between 23:00 and 6:00 by the clock of the site, ms.
    pub night_ms: i64,
    /// Paid time outside of scheduled activities, ms; none: the site has no schedule.
    pub overtime_ms: Option<i64>,
    /// A scheduled meal was cut by more than 5 min; none: no meal was scheduled, or nothing was worked.
    pub cut_meal: Option<bool>,

    /// Agents employed in the team at the end of the day.
    pub team_size: Option<u32>,
    /// Who left the company from this team in the 30 days up to this one.
    pub team_exits_30d: Option<u32>,
    /// Another leader than the one of this day led the agent within the last 60 days.
    pub leader_changed_60d: Option<bool>,
    /// Targets that the agent's day can be compared with.
    pub targets: u32,
    /// Of them: missed.
    pub targets_missed: u32,
    /// Share of the site's agents of the same group who miss them, mean over these targets, millionths; none: no target.
    pub targets_missed_peers_share_micro: Option<i64>,
}

impl DayFacts {
    /// Whether anything was worked on the day.
    #[must_use]
    pub fn worked(&self) -> bool {
        self.staffed_ms > 0
    }

    /// Scheduled shifts a week, over the days of the last 28 on which the agent was employed; none: not known.
    ///
    /// ```
    /// use attrition::features::DayFacts;
    /// let day = DayFacts { scheduled_shifts_28d: Some(10), tenure_days: Some(13), ..DayFacts::default() };
    /// assert_eq!(day.shifts_per_week(), Some(5.0), "ten shifts in the first two weeks");
    /// ```
    #[must_use]
    pub fn shifts_per_week(&self) -> Option<f64> {
        let days = self.tenure_days.map_or(28, |days| days.saturating_add(1).clamp(1, 28));
        self.scheduled_shifts_28d.map(|shifts| f64::from(shifts) * 7.0 / f64::from(days))
    }
}
