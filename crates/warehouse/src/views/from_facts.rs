//! Counts of the facts themselves, computed without panes: what reports are compared with, cell by cell.

use super::{View, view};

const SUMS: &str = "sum(offered) AS offered, sum(ivr_abandoned) AS ivr_abandoned, sum(open) AS open, sum(answered) AS answered,
    sum(answered_lt_20) AS answered_lt_20, sum(answered_le_20) AS answered_le_20, sum(abandoned) AS abandoned,
    sum(abandoned_lt_20) AS abandoned_lt_20, sum(abandoned_le_20) AS abandoned_le_20, sum(abandoned_le_5) AS abandoned_le_5,
    sum(other_exit) AS other_exit, intDiv(sum(wait_answered_ms), 1000) AS wait_answered_s,
    intDiv(sum(wait_abandoned_ms), 1000) AS wait_abandoned_s, sum(handled) AS handled, intDiv(sum(handle_ms), 1000) AS handle_s,
    max(max_answered) AS max_wait_answered_s, max(max_abandoned) AS max_wait_abandoned_s, max(max_wait) AS max_wait_s";

const RATIOS: &str = "answered_le_20 / nullIf(answered + abandoned, 0) AS sl1,
    answered_le_20 / nullIf(answered + abandoned - abandoned_le_5, 0) AS sl2,
    answered_le_20 / nullIf(answered + abandoned - abandoned_le_20, 0) AS sl3,
    (answered_le_20 + abandoned_le_20) / nullIf(answered + abandoned, 0) AS sl4,
    answered_le_20 / nullIf(answered, 0) AS sl5,
    (answered_le_20 + abandoned_le_5) / nullIf(answered + abandoned, 0) AS sl7,
    answered_le_20 / nullIf(answered + abandoned + other_exit, 0) AS sl8,
    wait_answered_s / nullIf(answered, 0) AS asa_s,
    handle_s / nullIf(handled, 0) AS aht_s,
    abandoned / nullIf(answered + abandoned, 0) AS abandon_rate,
    (abandoned - abandoned_le_5) / nullIf(answered + abandoned - abandoned_le_5, 0) AS abandon_rate_s5";

/// What an entry or a handling says of outcomes: nothing.
const OUTCOME_ZERO: &str = "0 AS answered, 0 AS answered_lt_20, 0 AS answered_le_20, 0 AS abandoned, 0 AS abandoned_lt_20, 0 AS abandoned_le_20, 0 AS abandoned_le_5, 0 AS other_exit, 0 AS wait_answered_ms, 0 AS wait_abandoned_ms";

const NO_MAXIMA: &str = "CAST(NULL, 'Nullable(Int64)') AS max_answered, CAST(NULL, 'Nullable(Int64)') AS max_abandoned, CAST(NULL, 'Nullable(Int64)') AS max_wait";

/// Counts of the facts themselves, per 15 minutes and queue: by event (offered at entry, outcomes at leaving, handled at the
/// end) or by cohort (everything at entry).
pub(super) fn from_facts(name: &str, by_event: bool, totals: bool) -> View {
    let at = |event: &str| if by_event { event.to_owned() } else { "entered_at".to_owned() };
    let interval = |time: &str| format!("toStartOfInterval(assumeNotNull({time}), INTERVAL 15 MINUTE, 'UTC')");
    let flow_out = "outcome IN ('timeout', 'key', 'empty', 'withdrawn', 'callback', 'overflow', 'system_error')";
    let (entered, left) = (interval("entered_at"), interval(&at("left_at")));
    let handled_at = if by_event { interval("h.ended_at") } else { interval("v.entered_at") };
    let handled_from = if by_event {
        "FROM {database}.v_handlings AS h".to_owned()
    } else {
        "FROM {database}.v_handlings AS h INNER JOIN {database}.v_queue_visits AS v ON v.tenant = h.tenant AND v.contact_id = h.contact_id AND v.visit_number = h.visit_number".to_owned()
    };
    let group = if totals {
        ""
    } else {
        "\nGROUP BY tenant, queue, interval_start\nHAVING offered + ivr_abandoned + open + answered + abandoned + other_exit + wait_answered_s + wait_abandoned_s + handled + handle_s > 0"
    };
    let keys = if totals { "" } else { "tenant, queue, interval_start,\n    " };
    let select = format!(
        "SELECT {keys}{SUMS},
    {RATIOS}
FROM
(
    SELECT tenant, queue, {entered} AS interval_start, toInt64(1) AS offered, 0 AS ivr_abandoned,
        toInt64(outcome IN ('open', 'lost')) AS open, {OUTCOME_ZERO}, 0 AS handled, 0 AS handle_ms, {NO_MAXIMA}
    FROM {{database}}.v_queue_visits WHERE outcome != 'blocked'
    UNION ALL
    SELECT tenant, queue, {left} AS interval_start, 0 AS offered, 0 AS ivr_abandoned, 0 AS open,
        toInt64(outcome = 'answered') AS answered, toInt64(outcome = 'answered' AND wait_ms < 20000) AS answered_lt_20,
        toInt64(outcome = 'answered' AND wait_ms <= 20000) AS answered_le_20, toInt64(outcome = 'abandoned') AS abandoned,
        toInt64(outcome = 'abandoned' AND wait_ms < 20000) AS abandoned_lt_20, toInt64(outcome = 'abandoned' AND wait_ms <= 20000) AS abandoned_le_20,
        toInt64(outcome = 'abandoned' AND wait_ms <= 5000) AS abandoned_le_5, toInt64({flow_out}) AS other_exit,
        if(outcome = 'answered', assumeNotNull(wait_ms), 0) AS wait_answered_ms, if(outcome = 'abandoned', assumeNotNull(wait_ms), 0) AS wait_abandoned_ms,
        0 AS handled, 0 AS handle_ms, if(outcome = 'answered', intDiv(wait_ms, 1000), NULL) AS max_answered,
        if(outcome = 'abandoned', intDiv(wait_ms, 1000), NULL) AS max_abandoned, intDiv(wait_ms, 1000) AS max_wait
    FROM {{database}}.v_queue_visits WHERE outcome NOT IN ('open', 'lost', 'blocked') AND left_at IS NOT NULL
    UNION ALL
    SELECT h.tenant AS tenant, h.queue AS queue, {handled_at} AS interval_start, 0 AS offered, 0 AS ivr_abandoned, 0 AS open, {OUTCOME_ZERO},
        toInt64(1) AS handled, assumeNotNull(h.talk_ms) + h.hold_ms + ifNull(h.acw_ms, 0) AS handle_ms, {NO_MAXIMA}
    {handled_from} WHERE h.end NOT IN ('open', 'lost') AND h.ended_at IS NOT NULL
    UNION ALL
    SELECT tenant, queue, {ivr} AS interval_start, 0 AS offered, toInt64(1) AS ivr_abandoned, 0 AS open, {OUTCOME_ZERO}, 0 AS handled, 0 AS handle_ms, {NO_MAXIMA}
    FROM {{database}}.v_contacts WHERE outcome = 'ivr_abandoned' AND ended_at IS NOT NULL
){group}",
        ivr = interval("ended_at"),
    );
    let comment = match (by_event, totals) {
        (_, true) => "All facts together.",
        (true, _) => "Facts per 15 minutes and queue: offered at entry, outcomes at leaving, handled at the end.",
        (false, _) => "Facts per 15 minutes and queue, everything at the visit's entry.",
    };
    view(name, comment, &select)
}
