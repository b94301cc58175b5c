//! Schedules laid over what agents did, cut exactly wherever one of the two changes. A shift is what is scheduled without a rest, whatever the
//! calendar says: a night from 22:00 to 06:00 is one shift, of the local day on which it begins.

use super::activity::SPANS;
use super::{View, view};
use kpi::fact_kpis::{ALLOWED, ON_LEAVE, REST_S};

/// Scheduled activities but `off`, each with the begin of its shift: that of the first one since the last rest.
const SCHEDULED: &str = "SELECT *, min(start_us) OVER (PARTITION BY tenant, agent, shift_number) AS shift_begin_us
                        FROM
                        (
                            SELECT *, sum(toUInt32(start_us >= ended_us + {REST_S} * 1000000)) OVER (PARTITION BY tenant, agent
                                ORDER BY start_us, observation_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS shift_number
                            FROM
                            (
                                SELECT *, max(end_us) OVER (PARTITION BY tenant, agent
                                    ORDER BY start_us, observation_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended_us
                                FROM
                                (
                                    SELECT o.tenant AS tenant, assumeNotNull(o.agent) AS agent, o.observation_id AS observation_id,
                                        ifNull(o.dimension, 'queue') AS scheduled, toUnixTimestamp64Micro(o.observed_at) AS start_us,
                                        toUnixTimestamp64Micro(assumeNotNull(o.ended_at)) AS end_us
                                    FROM {database}.v_observations AS o
                                    WHERE kind = 'shift' AND o.agent IS NOT NULL AND ended_at > observed_at AND ifNull(dimension, 'queue') != 'off'
                                )
                            )
                        )";

/// Scheduled activities of agents with the activities that fell into them; where nothing did, the agent was offline. A stretch is what follows
/// without a gap and is allowed, or is not, or is time not logged in or not known.
const PIECES: &str = "SELECT tenant, agent, observation_id, scheduled, shift_begin_us, shift_us, start_us, end_us, part_us, activity, allowed,
    sum(part_us) OVER (PARTITION BY tenant, agent, observation_id, run) AS stretch_us
FROM
(
    SELECT *, sum(toUInt32(begins)) OVER (PARTITION BY tenant, agent, observation_id ORDER BY start_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
    FROM
    (
        SELECT *, multiIf(allowed, 1, activity IN ('offline', 'unknown'), 2, 0) AS kind,
            kind != lagInFrame(kind, 1, 9) OVER (PARTITION BY tenant, agent, observation_id ORDER BY start_us ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS begins
        FROM
        (
            SELECT tenant, agent, observation_id, scheduled, shift_begin_us, shift_us, start_us, end_us, end_us - start_us AS part_us, activity,
                {ALLOWED} AS allowed
            FROM
            (
                SELECT tenant, agent, observation_id, scheduled, shift_begin_us, shift_us, tupleElement(piece, 1) AS start_us, tupleElement(piece, 2) AS end_us,
                    tupleElement(piece, 3) AS activity
                FROM
                (
                    SELECT s.tenant AS tenant, s.agent AS agent, s.observation_id AS observation_id, s.scheduled AS scheduled,
                        s.shift_begin_us AS shift_begin_us, s.start_us AS shift_us,
                        arraySort(groupArrayIf((greatest(a.start_us, s.start_us), least(a.end_us, s.end_us), a.activity), a.activity != '')) AS busy,
                        arrayConcat([s.start_us], arrayMap(part -> tupleElement(part, 2), busy)) AS gap_starts,
                        arrayConcat(arrayMap(part -> tupleElement(part, 1), busy), [any(s.end_us)]) AS gap_ends,
                        arrayConcat(busy, arrayFilter(gap -> tupleElement(gap, 2) > tupleElement(gap, 1),
                            arrayMap((begin, end) -> (begin, end, 'offline'), gap_starts, gap_ends))) AS pieces
                    FROM
                    (
                        {SCHEDULED}
                    ) AS s
                    LEFT JOIN
                    (
                        {SPANS}
                    ) AS a ON a.tenant = s.tenant AND a.agent = s.agent AND a.start_us < s.end_us AND a.end_us > s.start_us{TOGETHER}
                    GROUP BY s.tenant, s.agent, s.observation_id, s.scheduled, s.shift_begin_us, s.start_us, s.end_us
                )
                ARRAY JOIN pieces AS piece
            )
        )
    )
)";

/// The pieces of these scheduled activities (tenant, agent, observation_id, scheduled, shift_begin_us, start_us, end_us) over these spans (tenant,
/// agent, activity, start_us, end_us); `together` narrows which span may meet which activity (`s`, `a`).
pub(crate) fn pieces(scheduled: &str, spans: &str, together: &str) -> String {
    PIECES.replace("{SCHEDULED}", scheduled).replace("{SPANS}", spans).replace("{TOGETHER}", together).replace("{ALLOWED}", ALLOWED)
}

/// Scheduled activities or spans, once for each UTC day that they touch: only what touches the same day is compared, and not all of an agent's past with all of it. Two that touch
/// several days meet on the first of them alone.
fn by_day(select: &str) -> String {
    format!(
        "SELECT *, intDiv(start_us, 86400000000) AS first_bucket,
                            arrayJoin(range(first_bucket, greatest(intDiv(end_us - 1, 86400000000), first_bucket) + 1)) AS bucket
                        FROM ({select})"
    )
}

/// The first day that both touch.
const ON_A_DAY: &str = " AND a.bucket = s.bucket AND a.bucket = greatest(a.first_bucket, s.first_bucket)";

/// Shifts, each of the local day on which it begins, with absences, the first login and the team as of its begin.
const SHIFTS: &str = "WITH
shifts AS
(
    SELECT tenant, agent, toDate(fromUnixTimestamp64Micro(begin_us, 'UTC'), {zone:String}) AS day, begin_us AS start_us, over_us AS end_us
    FROM
    (
        SELECT c.tenant AS tenant, c.agent AS agent, c.shift_begin_us AS begin_us, max(c.end_us) AS over_us
        FROM ({SCHEDULED}) AS c GROUP BY c.tenant, c.agent, c.shift_begin_us
    )
),
logins AS
(
    SELECT tenant, agent, shift_begin_us, minIf(start_us, activity NOT IN ('offline', 'unknown')) AS first_us
    FROM {database}.v_schedule_pieces GROUP BY tenant, agent, shift_begin_us
),
absences AS
(
    SELECT tenant, agent, begin_us, sumIf(part_us, outcome = 'planned') AS planned_us, sumIf(part_us, outcome != 'planned') AS unplanned_us,
        countIf(reason = 'sick') AS sick_count
    FROM
    (
        SELECT s.tenant AS tenant, s.agent AS agent, s.start_us AS begin_us, ifNull(x.outcome, '') AS outcome, ifNull(x.reason, '') AS reason,
            least(toUnixTimestamp64Micro(assumeNotNull(x.ended_at)), s.end_us) - greatest(toUnixTimestamp64Micro(x.observed_at), s.start_us) AS part_us
        FROM shifts AS s
        INNER JOIN (SELECT o.tenant AS tenant, assumeNotNull(o.agent) AS agent, o.outcome AS outcome, o.reason AS reason, o.observed_at AS observed_at,
            o.ended_at AS ended_at FROM {database}.v_observations AS o WHERE kind = 'absence' AND o.agent IS NOT NULL AND ended_at > observed_at) AS x
            ON x.tenant = s.tenant AND x.agent = s.agent
        WHERE part_us > 0
    )
    GROUP BY tenant, agent, begin_us
),
teams AS
(
    SELECT s.tenant AS tenant, s.agent AS agent, s.start_us AS begin_us, ifNull(argMax(t.team, t.valid_from), '') AS team
    FROM shifts AS s
    INNER JOIN {database}.v_agents AS t ON t.tenant = s.tenant AND t.agent = s.agent
    WHERE toUnixTimestamp64Micro(t.valid_from) <= s.start_us
    GROUP BY s.tenant, s.agent, s.start_us
)
SELECT s.tenant AS tenant, s.agent AS agent, s.day AS day, t.team AS team, s.start_us AS start_us, s.end_us AS end_us,
    s.end_us - s.start_us AS shift_us, l.first_us > 0 AS came, greatest(l.first_us - s.start_us, 0) AS late_us,
    x.planned_us AS planned_us, x.unplanned_us AS unplanned_us, {ON_LEAVE} AS leave, x.sick_count > 0 AS sick
FROM shifts AS s
LEFT JOIN logins AS l ON l.tenant = s.tenant AND l.agent = s.agent AND l.shift_begin_us = s.start_us
LEFT JOIN absences AS x ON x.tenant = s.tenant AND x.agent = s.agent AND x.begin_us = s.start_us
LEFT JOIN teams AS t ON t.tenant = s.tenant AND t.agent = s.agent AND t.begin_us = s.start_us";

pub(super) fn all() -> Vec<View> {
    let scheduled = SCHEDULED.replace("{REST_S}", &REST_S.to_string());
    vec![
        view(
            "v_schedule_pieces",
            "Scheduled activities cut where what the agent did changed: scheduled, activity (offline: none), part_us, whether the schedule allows it, and how long that lasts.",
            &pieces(&by_day(&scheduled), &by_day(SPANS), ON_A_DAY),
        ),
        view(
            "v_shift_days",
            "Every shift, of the local day on which it begins, also if it goes on over midnight: whether and when the agent came, leave and sickness. A shift begins after 6 h without anything scheduled. Parameter zone.",
            &SHIFTS.replace("{SCHEDULED}", &scheduled).replace("{ON_LEAVE}", ON_LEAVE),
        ),
    ]
}
