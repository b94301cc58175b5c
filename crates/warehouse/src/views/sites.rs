//! Sites: seats in opening hours, and work for others.

use super::activity::SPANS;
use super::fact_kpis::Rows;

pub(super) const ROWS: &[Rows] = &[
    Rows {
        view: "v_seat_days",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("site", "site")],
        from: SEATS,
        comment: "Open and occupied seats by local day and site, of the sites whose zone it is. Parameter zone.",
    },
    Rows {
        view: "v_cross_support_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "day"),
            ("team", "team"),
            ("from_site", "from_site"),
            ("to_site", "to_site"),
            ("work", "work"),
        ],
        from: CROSS_SUPPORT,
        comment: "Work for other sites and in the back office, by local day, team, sites and work. Parameter zone.",
    },
];

/// Opening hours as spans of each day, from `Mo-Fr 08:00-20:00, Sa 09:00-14:00`; days from the first to the last that has any activity. A day that
/// the calendar calls none is closed.
const SEATS: &str = "(
    WITH
    windows AS
    (
        SELECT tenant, site, day, seats,
            toUnixTimestamp64Micro(toDateTime64(concat(toString(day), ' ', hours[3], ':00'), 6, {zone:String})) AS open_us,
            toUnixTimestamp64Micro(toDateTime64(concat(toString(day + (hours[4] = '24:00')), ' ', replaceOne(hours[4], '24:00', '00:00'), ':00'), 6, {zone:String})) AS close_us
        FROM
        (
            SELECT tenant, site, day, toInt64OrZero(seats) AS seats, indexOf(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], hours[1]) AS first,
                indexOf(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], if(hours[2] = '', hours[1], hours[2])) AS last, toDayOfWeek(day) AS weekday, hours
            FROM
            (
                SELECT s.tenant AS tenant, s.site AS site, assumeNotNull(s.seats) AS seats, s.valid_from AS valid_from, s.valid_to AS valid_to,
                    extractAllGroupsVertical(assumeNotNull(s.opening), '(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))? ([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})') AS parts,
                    arrayMap(i -> d.first_day + i, range(toUInt32(dateDiff('day', d.first_day, d.last_day)) + 1)) AS days
                FROM {database}.v_sites AS s
                CROSS JOIN
                (
                    SELECT toDate(fromUnixTimestamp64Micro(min(start_us), 'UTC'), {zone:String}) AS first_day,
                        toDate(fromUnixTimestamp64Micro(max(end_us) - 1, 'UTC'), {zone:String}) AS last_day
                    FROM ({SPANS}) HAVING count() > 0
                ) AS d
                WHERE s.zone = {zone:String} AND s.seats IS NOT NULL AND s.opening IS NOT NULL
            )
            ARRAY JOIN days AS day
            ARRAY JOIN parts AS hours
            WHERE toDateTime64(day, 6, {zone:String}) >= valid_from AND toDateTime64(day, 6, {zone:String}) < valid_to
                AND if(mapContains({CALENDAR}, concat(tenant, '/', site, '/', toString(day))), {CALENDAR}[concat(tenant, '/', site, '/', toString(day))],
                    if(mapContains({CALENDAR}, concat(tenant, '/', toString(day))), {CALENDAR}[concat(tenant, '/', toString(day))], 1)) = 1
        )
        WHERE if(first <= last, weekday BETWEEN first AND last, weekday >= first OR weekday <= last)
    )
    SELECT tenant, site, day, (close_us - open_us) * seats AS open_part_us, toInt64(0) AS occupied_part_us FROM windows
    UNION ALL
    SELECT w.tenant AS tenant, w.site AS site, w.day AS day, toInt64(0) AS open_part_us,
        least(s.end_us, s.to_us, w.close_us) - greatest(s.start_us, s.from_us, w.open_us) AS occupied_part_us
    FROM
    (
        SELECT a.tenant AS tenant, a.start_us AS start_us, a.end_us AS end_us, t.site AS site, toUnixTimestamp64Micro(t.valid_from) AS from_us,
            toUnixTimestamp64Micro(t.valid_to) AS to_us
        FROM ({SPANS}) AS a
        INNER JOIN {database}.v_agent_terms AS t ON t.tenant = a.tenant AND t.agent = a.agent
        WHERE a.activity NOT IN ('offline', 'unknown') AND from_us < a.end_us AND to_us > a.start_us
    ) AS s
    INNER JOIN windows AS w ON w.tenant = s.tenant AND w.site = s.site
    WHERE occupied_part_us > 0
)";

/// Handlings of queues of other sites, whole as of their connection, and spans of back office, cut where the agent moves.
const CROSS_SUPPORT: &str = "(
    SELECT tenant, agent, team, from_site, to_site, work, toDate(fromUnixTimestamp64Micro(slot * 900000000, 'UTC'), {zone:String}) AS day,
        least(end_us, (slot + 1) * 900000000) - greatest(start_us, slot * 900000000) AS part_us
    FROM
    (
        SELECT h.tenant AS tenant, h.agent AS agent, t.team AS team, t.site AS from_site, ifNull(q.site, '') AS to_site, h.queue AS work,
            toUnixTimestamp64Micro(h.connected_at) AS start_us, toUnixTimestamp64Micro(assumeNotNull(h.ended_at)) AS end_us
        FROM (SELECT * FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND end NOT IN ('open', 'lost')) AS h
        ASOF LEFT JOIN {database}.v_agent_terms AS t ON t.tenant = h.tenant AND t.agent = h.agent AND t.valid_from <= h.connected_at
        ASOF LEFT JOIN {database}.v_queues AS q ON q.tenant = h.tenant AND q.queue = h.queue AND q.valid_from <= h.connected_at
        WHERE from_site != '' AND to_site != '' AND from_site != to_site
        UNION ALL
        SELECT a.tenant AS tenant, a.agent AS agent, t.team AS team, t.site AS from_site, '' AS to_site, a.reason AS work,
            if(t.agent = '', a.start_us, greatest(a.start_us, toUnixTimestamp64Micro(t.valid_from))) AS start_us,
            if(t.agent = '', a.end_us, least(a.end_us, toUnixTimestamp64Micro(t.valid_to))) AS end_us
        FROM
        (
            SELECT tenant, agent, ifNull(reason, '') AS reason, toUnixTimestamp64Micro(started_at) AS start_us,
                toUnixTimestamp64Micro(assumeNotNull(ended_at)) AS end_us, started_at, assumeNotNull(ended_at) AS until
            FROM {database}.v_activity_spans WHERE activity = 'back_office' AND ended_at IS NOT NULL
        ) AS a
        LEFT JOIN {database}.v_agent_terms AS t ON t.tenant = a.tenant AND t.agent = a.agent AND t.valid_from < a.until AND t.valid_to > a.started_at
    )
    ARRAY JOIN range(intDiv(start_us, 900000000), intDiv(end_us - 1, 900000000) + 1) AS slot
    WHERE end_us > start_us
)";

/// Fills in the names above.
pub(super) fn filled(from: &str) -> String {
    from.replace("{SPANS}", SPANS)
}
