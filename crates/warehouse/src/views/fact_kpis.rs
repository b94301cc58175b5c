//! The views of `kpi::fact_kpis`: its sums and ratios over the rows that each is declared for.

use super::{View, view};
use kpi::fact_kpis::{ADHERENT, DROPPED_LINE_BELOW_MS, FactTable, TABLES, WORKING_DAY};

/// Where a view takes its rows from: its dimensions, and the FROM.
struct Rows {
    view: &'static str,
    /// Columns that it groups by, with their expressions.
    dimensions: &'static [(&'static str, &'static str)],
    from: &'static str,
    comment: &'static str,
}

const ROWS: &[Rows] = &[
    Rows {
        view: "v_repeat_days",
        dimensions: &[("tenant", "tenant"), ("day", "toDate(ended_at, {zone:String})"), ("queue", "queue")],
        from: "{database}.v_repeats",
        comment: "Repeats and first contact resolution by local day and queue of the first contact. Parameter zone.",
    },
    Rows {
        view: "v_survey_days",
        dimensions: &[("tenant", "tenant"), ("day", SURVEY_DAY), ("queue", "ifNull(queue, '')"), ("agent", "ifNull(agent, '')")],
        from: "(SELECT * FROM {database}.v_observations WHERE kind IN ('survey_invited', 'survey_answered'))",
        comment: "Invitations and answers of surveys. Parameters: zone, by (answer, contact: whose day).",
    },
    Rows {
        view: "v_csat_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", SURVEY_DAY),
            ("dimension", "ifNull(dimension, '')"),
            ("queue", "ifNull(queue, '')"),
            ("agent", "ifNull(agent, '')"),
        ],
        from: "(SELECT * FROM {database}.v_observations WHERE kind = 'survey_answered')",
        comment: "Satisfaction by question. Parameters: zone, by (answer, contact: whose day).",
    },
    Rows {
        view: "v_evaluation_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(if({by:String} = 'contact', ifNull(subject_at, observed_at), observed_at), {zone:String})"),
            ("dimension", "ifNull(dimension, '')"),
            ("queue", "ifNull(queue, '')"),
            ("agent", "ifNull(agent, '')"),
        ],
        from: "(SELECT * FROM {database}.v_observations WHERE kind = 'evaluation')",
        comment: "Quality evaluations by form. Parameters: zone, by (evaluation, contact: whose day).",
    },
    Rows {
        view: "v_offer_days",
        dimensions: &[("tenant", "tenant"), ("day", "toDate(at, {zone:String})"), ("agent", "agent")],
        from: "(
    SELECT tenant, 'offer' AS kind, observed_at AS at, ifNull(agent, '') AS agent, outcome, amount_milli
    FROM {database}.v_observations AS o WHERE o.kind = 'offer'
    UNION ALL
    SELECT tenant, 'handling' AS kind, assumeNotNull(ended_at) AS at, agent, NULL AS outcome, NULL AS amount_milli
    FROM {database}.v_handlings WHERE ended_at IS NOT NULL AND end != 'lost'
)",
        comment: "Offers beside what was handled, by agent and local day. Parameter zone.",
    },
    Rows {
        view: "v_dial_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("day", "toDate(observed_at, {zone:String})"),
            ("campaign", "ifNull(campaign, '')"),
            ("list", "ifNull(list, '')"),
        ],
        from: "(SELECT * FROM {database}.v_observations WHERE kind = 'dial')",
        comment: "Outbound by local day, campaign and list. Parameter zone.",
    },
    Rows {
        view: "v_campaign_drop_rates",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("campaign", "campaign")],
        from: "(
    SELECT tenant, ifNull(campaign, '') AS campaign, day_of_dial + back AS day, countIf(outcome IN ('human', 'dropped')) AS live_of_day,
        countIf(outcome = 'dropped') AS dropped_of_day
    FROM (SELECT *, toDate(observed_at, {zone:String}) AS day_of_dial FROM {database}.v_observations WHERE kind = 'dial')
    ARRAY JOIN range(30) AS back
    GROUP BY tenant, campaign, day
)",
        comment: "Dropped dials of 30 local days up to each day. Parameter zone.",
    },
    Rows {
        view: "v_ticket_days",
        dimensions: &[("tenant", "tenant"), ("day", "opened_on"), ("reason", "reason"), ("sla_days", "sla_days")],
        from: TICKETS,
        comment: "Tickets by local day of opening and type. Parameters: zone, sla_days (5).",
    },
    Rows {
        view: "v_adherence_days",
        dimensions: &[("tenant", "tenant"), ("agent", "agent"), ("day", "toDate(fromUnixTimestamp64Micro(shift_us, 'UTC'), {zone:String})")],
        from: "(SELECT *, {ADHERENT} AS adherent FROM {database}.v_schedule_pieces)",
        comment: "Schedule against what agents did. Parameters: zone, grace_s (60).",
    },
    Rows {
        view: "v_attendance_days",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("team", "team"), ("late_s", "{late_s:UInt32}")],
        from: "{database}.v_shift_days(zone = {zone:String})",
        comment: "Attendance by local day and team. Parameters: zone, late_s (300).",
    },
    Rows {
        view: "v_staff_months",
        dimensions: &[
            ("tenant", "tenant"),
            ("month", "month"),
            ("next_month", "addMonths(month, 1)"),
            ("team", "ifNull(team, '')"),
            ("leader", "ifNull(leader, '')"),
        ],
        from: "(
    SELECT a.tenant AS tenant, a.hired AS hired, a.left_on AS left_on, a.left_kind AS left_kind, a.team AS team, a.leader AS leader,
        addMonths(toStartOfMonth(assumeNotNull(a.hired)), step) AS month
    FROM {database}.v_agents_now AS a
    ARRAY JOIN range(0, toUInt32(dateDiff('month', assumeNotNull(a.hired), greatest(ifNull(a.left_on, a.hired), (SELECT max(greatest(hired, ifNull(left_on, hired))) FROM {database}.v_agents_now WHERE hired IS NOT NULL))) + 1)) AS step
    WHERE a.hired IS NOT NULL
)",
        comment: "Headcount, leavers and stability by month, team and leader as last known.",
    },
];

const SURVEY_DAY: &str = "toDate(if({by:String} = 'contact', ifNull(subject_at, observed_at), observed_at), {zone:String})";

/// Working days: Monday to Friday, but for the days that reference data of kind calendar name.
const TICKETS: &str = "(
    SELECT tenant, ifNull(reason, '') AS reason, ended_at AS closed_at, toDate(observed_at, {zone:String}) AS opened_on,
        toDate(ifNull(ended_at, (SELECT max(greatest(observed_at, ifNull(ended_at, observed_at))) FROM {database}.v_observations WHERE kind = 'ticket')), {zone:String}) AS counted_to,
        length(arrayFilter(d -> if(has(ifNull((SELECT groupArray(toDateOrNull(id)) FROM {database}.v_reference WHERE kind = 'calendar' AND position(id, '/') = 0), []), d),
            has(ifNull((SELECT groupArray(toDateOrNull(id)) FROM {database}.v_reference WHERE kind = 'calendar' AND position(id, '/') = 0 AND attributes['working'] = 'yes'), []), d),
            {WORKING_DAY}), arrayMap(i -> opened_on + i, range(1, toUInt32(greatest(dateDiff('day', opened_on, counted_to), 0)) + 1)))) AS working_days,
        {sla_days:UInt32} AS sla_days
    FROM {database}.v_observations WHERE kind = 'ticket'
)";

fn of(table: &FactTable, rows: &Rows) -> View {
    let dimensions = rows.dimensions.iter().map(|(name, sql)| format!("{sql} AS {name}"));
    let sums = table.sums.iter().map(|sum| format!("{} AS {}", sum.sql, sum.name));
    let names: Vec<&str> = rows.dimensions.iter().map(|(name, _)| *name).collect();
    let inner: Vec<String> = dimensions.chain(sums).collect();
    let ratios: Vec<String> = table.kpis.iter().map(|kpi| format!("{} AS {}", kpi.sql, kpi.name)).collect();
    let select = format!(
        "SELECT *,\n    {}\nFROM\n(\n    SELECT {}\n    FROM {}\n    GROUP BY {}\n)",
        ratios.join(",\n    "),
        inner.join(",\n        "),
        rows.from.replace("{ADHERENT}", ADHERENT).replace("{WORKING_DAY}", WORKING_DAY),
        names.join(", ")
    );
    view(table.view, rows.comment, &select)
}

/// Each view, in the order of the tables.
pub(super) fn all() -> Vec<View> {
    let with_rows = TABLES.iter().filter_map(|table| Some((*table, ROWS.iter().find(|rows| rows.view == table.view)?)));
    with_rows.map(|(table, rows)| of(table, rows)).collect()
}

/// Customers' next contacts: what repeats are counted from.
pub(super) fn repeats() -> View {
    view(
        "v_repeats",
        "Contacts that customers began and that ended, each with the same customer's next one, whichever queue it came to. A contact with its transfers is one. gap_us: from the end to the next; age_us: from the end to the newest contact, so a window of W is over when age_us >= W.",
        &"SELECT c.tenant AS tenant, c.contact_id AS contact_id, c.customer AS customer, c.queue AS queue, c.started_at AS started_at,
    c.ended_at AS ended_at, c.outcome AS outcome, c.disposition AS disposition, c.dropped_line AS dropped_line,
    nullIf(n.contact_id, '') AS next_contact_id, if(n.contact_id = '', NULL, n.started_at) AS next_started_at,
    if(n.contact_id = '', NULL, n.outcome) AS next_outcome, n.contact_id != '' AND n.queue = c.queue AS same_queue,
    n.contact_id != '' AND ifNull(n.disposition = c.disposition, false) AS same_disposition,
    if(n.contact_id = '', NULL, toUnixTimestamp64Micro(n.started_at) - toUnixTimestamp64Micro(c.ended_at)) AS gap_us,
    toUnixTimestamp64Micro((SELECT max(started_at) FROM {database}.contacts)) - toUnixTimestamp64Micro(c.ended_at) AS age_us
FROM
(
    SELECT k.tenant AS tenant, k.contact_id AS contact_id, ifNull(k.customer, '') AS customer, k.queue AS queue, k.started_at AS started_at,
        assumeNotNull(k.ended_at) AS ended_at, k.outcome AS outcome, k.disposition AS disposition,
        h.talk_ms < {DROPPED_LINE_BELOW_MS} AND h.contact_id != '' AS dropped_line
    FROM {database}.v_contacts AS k
    LEFT JOIN (SELECT tenant, contact_id, sum(ifNull(talk_ms, 0)) AS talk_ms FROM {database}.v_handlings GROUP BY tenant, contact_id) AS h
        ON h.tenant = k.tenant AND h.contact_id = k.contact_id
    WHERE k.direction = 'inbound' AND k.ended_at IS NOT NULL AND k.outcome NOT IN ('excluded', 'lost', 'open')
) AS c
ASOF LEFT JOIN
(
    SELECT m.tenant AS tenant, m.contact_id AS contact_id, assumeNotNull(m.customer) AS customer, m.queue AS queue, m.started_at AS started_at,
        m.outcome AS outcome, m.disposition AS disposition
    FROM {database}.v_contacts AS m WHERE m.customer IS NOT NULL AND m.direction = 'inbound' AND m.outcome != 'excluded'
) AS n ON n.tenant = c.tenant AND n.customer = c.customer AND n.started_at > c.ended_at"
            .replace("{DROPPED_LINE_BELOW_MS}", &DROPPED_LINE_BELOW_MS.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_kpis_has_its_view() {
        assert_eq!(all().len(), TABLES.len());
        assert_eq!(ROWS.len(), TABLES.len());
    }
}
