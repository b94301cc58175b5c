//! The views of `kpi::fact_kpis`: its sums and ratios over the rows that each is declared for.

use super::{View, contact_work, outbound, people, sites, tickets, vendors, view};
use kpi::fact_kpis::{ADHERENT, DROPPED_LINE_BELOW_MS, FactTable, RESULT, TABLES};

/// Where a view takes its rows from: its dimensions, and the FROM.
pub(super) struct Rows {
    pub(super) view: &'static str,
    /// Columns that it groups by, with their expressions.
    pub(super) dimensions: &'static [(&'static str, &'static str)],
    pub(super) from: &'static str,
    pub(super) comment: &'static str,
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
        view: "v_adherence_days",
        dimensions: &[
            ("tenant", "tenant"),
            ("agent", "agent"),
            ("day", "toDate(fromUnixTimestamp64Micro(shift_begin_us, 'UTC'), {zone:String})"),
        ],
        from: "(SELECT *, {ADHERENT} AS adherent FROM {database}.v_schedule_pieces)",
        comment: "Schedule against what agents did. Parameters: zone, grace_s (60).",
    },
    Rows {
        view: "v_attendance_days",
        dimensions: &[("tenant", "tenant"), ("day", "day"), ("team", "team"), ("late_s", "{late_s:UInt32}")],
        from: "{database}.v_shift_days(zone = {zone:String})",
        comment: "Attendance by local day and team. Parameters: zone, late_s (300).",
    },
];

const SURVEY_DAY: &str = "toDate(if({by:String} = 'contact', ifNull(subject_at, observed_at), observed_at), {zone:String})";

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
        sites::filled(&tickets::filled(rows.from)).replace("{ADHERENT}", ADHERENT).replace("{RESULT}", RESULT),
        names.join(", ")
    );
    view(table.view, rows.comment, &select)
}

/// What every view is made of.
fn rows() -> impl Iterator<Item = &'static Rows> {
    [ROWS, contact_work::ROWS, outbound::ROWS, tickets::ROWS, people::ROWS, sites::ROWS, vendors::ROWS].into_iter().flatten()
}

/// Each view, in the order of the tables.
pub(super) fn all() -> Vec<View> {
    let with_rows = TABLES.iter().filter_map(|table| Some((*table, rows().find(|rows| rows.view == table.view)?)));
    with_rows.map(|(table, rows)| of(table, rows)).collect()
}

/// Customers' next contacts: what repeats are counted from.
pub(super) fn repeats() -> View {
    view(
        "v_repeats",
        "Contacts that customers began and that ended, each with the same customer's next one, whichever queue it came to. A contact with its transfers is one. gap_us: from the end to the next; gap_to_handled_us: to the next that an agent handled; age_us: from the end to the newest contact, so a window of W is over when age_us >= W.",
        &"SELECT c.tenant AS tenant, c.contact_id AS contact_id, c.customer AS customer, c.queue AS queue, c.started_at AS started_at,
    c.ended_at AS ended_at, c.outcome AS outcome, c.disposition AS disposition, c.dropped_line AS dropped_line,
    nullIf(n.contact_id, '') AS next_contact_id, if(n.contact_id = '', NULL, n.started_at) AS next_started_at,
    if(n.contact_id = '', NULL, n.outcome) AS next_outcome, n.contact_id != '' AND n.queue = c.queue AS same_queue,
    n.contact_id != '' AND ifNull(n.disposition = c.disposition, false) AS same_disposition,
    if(n.contact_id = '', NULL, toUnixTimestamp64Micro(n.started_at) - toUnixTimestamp64Micro(c.ended_at)) AS gap_us,
    if(g.contact_id = '', NULL, toUnixTimestamp64Micro(g.started_at) - toUnixTimestamp64Micro(c.ended_at)) AS gap_to_handled_us,
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
    SELECT k.tenant AS tenant, k.contact_id AS contact_id, assumeNotNull(k.customer) AS customer, k.queue AS queue, k.started_at AS started_at,
        k.outcome AS outcome, k.disposition AS disposition
    FROM {database}.v_contacts AS k WHERE k.customer IS NOT NULL AND direction = 'inbound' AND outcome != 'excluded'
) AS n ON n.tenant = c.tenant AND n.customer = c.customer AND n.started_at > c.ended_at
ASOF LEFT JOIN
(
    SELECT k.tenant AS tenant, k.contact_id AS contact_id, assumeNotNull(k.customer) AS customer, k.started_at AS started_at
    FROM {database}.v_contacts AS k WHERE k.customer IS NOT NULL AND direction = 'inbound' AND outcome = 'handled'
) AS g ON g.tenant = c.tenant AND g.customer = c.customer AND g.started_at > c.ended_at"
            .replace("{DROPPED_LINE_BELOW_MS}", &DROPPED_LINE_BELOW_MS.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_kpis_has_its_view() {
        assert_eq!(all().len(), TABLES.len());
        assert_eq!(rows().count(), TABLES.len());
    }
}
