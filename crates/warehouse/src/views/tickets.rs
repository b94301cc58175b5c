//! Tickets in working days of the site that they belong to.

use super::fact_kpis::Rows;
use kpi::fact_kpis::WORKING_DAY;

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_ticket_days",
        dimensions: &[("tenant", "tenant"), ("day", "opened_on"), ("reason", "reason"), ("sla_days", "sla_days")],
        from: "(
    SELECT tenant, reason, closed_at, opened_on, {WORKING_DAYS} AS working_days, {sla_days:UInt32} AS sla_days
    FROM
    (
        SELECT *, toDate(ifNull(closed_at, (SELECT max(greatest(observed_at, ifNull(ended_at, observed_at))) FROM {database}.v_observations WHERE kind = 'ticket')), {zone:String}) AS counted_to
        FROM {TICKETS}
    )
)",
        comment: "Tickets by local day of opening and type. Parameters: zone, sla_days (5).",
    },
    Rows {
        view: "v_ticket_backlog",
        dimensions: &[("tenant", "tenant"), ("reason", "reason"), ("site", "site"), ("at", "at"), ("sla_days", "sla_days")],
        from: "(
    SELECT tenant, reason, site, due_at, at, {WORKING_DAYS} AS age_days, {sla_days:UInt32} AS sla_days
    FROM
    (
        SELECT *, parseDateTime64BestEffort({at:String}, 6, {zone:String}) AS at, toDate(at, {zone:String}) AS counted_to FROM {TICKETS}
        WHERE opened_at <= at AND ifNull(closed_at > at, true)
    )
)",
        comment: "Open tickets and their age in working days, at any time. Parameters: zone, at (a time by the clock of the zone), sla_days (5).",
    },
];

/// Tickets, with the site of their queue as of the opening.
const TICKETS: &str = "(
            SELECT o.tenant AS tenant, ifNull(o.reason, '') AS reason, o.opened_at AS opened_at, o.closed_at AS closed_at, o.due_at AS due_at,
                toDate(o.opened_at, {zone:String}) AS opened_on, ifNull(q.site, '') AS site
            FROM
            (
                SELECT tenant, reason, observed_at AS opened_at, ended_at AS closed_at, due_at, ifNull(queue, '') AS queue
                FROM {database}.v_observations WHERE kind = 'ticket'
            ) AS o
            ASOF LEFT JOIN {database}.v_queues AS q ON q.tenant = o.tenant AND q.queue = o.queue AND q.valid_from <= o.opened_at
        )";

/// Working days after `opened_on` up to `counted_to`: as the calendar of the site says, else the calendar of all, else the rule of weekdays.
const WORKING_DAYS: &str = "length(arrayFilter(d -> multiIf(
            mapContains({CALENDAR}, concat(tenant, '/', site, '/', toString(d))), {CALENDAR}[concat(tenant, '/', site, '/', toString(d))] = 1,
            mapContains({CALENDAR}, concat(tenant, '/', toString(d))), {CALENDAR}[concat(tenant, '/', toString(d))] = 1,
            {WORKING_DAY}), arrayMap(i -> opened_on + i, range(1, toUInt32(greatest(dateDiff('day', opened_on, counted_to), 0)) + 1))))";

/// What the calendar says of days, newest entry: by 'tenant/date' and 'tenant/site/date'.
const CALENDAR: &str = "(SELECT CAST((groupArray(day), groupArray(working)), 'Map(String, UInt8)') FROM (
                SELECT concat(tenant, '/', id) AS day, toUInt8(argMax(attributes['working'], valid_from) = 'yes') AS working
                FROM {database}.v_reference WHERE kind = 'calendar' GROUP BY day))";

/// Fills in the names above.
pub(super) fn filled(from: &str) -> String {
    let days = WORKING_DAYS.replace("{CALENDAR}", CALENDAR).replace("{WORKING_DAY}", WORKING_DAY);
    from.replace("{TICKETS}", TICKETS).replace("{WORKING_DAYS}", &days).replace("{CALENDAR}", CALENDAR)
}
