//! The statements of `sql/`, put together: each file is one subject, and says at its begin what it gives. Definitions of KPIs are those of `kpi` and of the views.

use super::Site;
use crate::server::quoted;
use crate::views::{pieces, stretches_of};
use events::{Activity, PauseKind};
use kpi::agent_time::condition;
use kpi::fact_kpis::{ADHERENT, REST_S};

/// Pauses within the schedule may begin and end so late, s.
const GRACE_S: &str = "60";

/// One file of `sql/`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}

/// Days of a site, as of a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) site: &'a Site,
    /// Days since 1970.
    pub(super) first_day: i32,
    /// The last one is among them.
    pub(super) last_day: i32,
    /// Microseconds since 1970.
    pub(super) as_of_us: i64,
    /// The server can work out once what a statement needs several times ([`super::Attrition::works_out_once`]).
    pub(super) once: bool,
}

/// An agent's own pauses: those that only the schedule can allow.
fn is_own_pause(activity: Activity) -> bool {
    matches!(activity, Activity::Pause(PauseKind::Break | PauseKind::Personal | PauseKind::Unspecified))
}

/// Scores of evaluations or surveys, what they are compared by, and which of them count.
const SCORES: [[&str; 3]; 2] = [
    ["evaluations", "ifNull(o.dimension, '')", "o.kind = 'evaluation' AND o.sampling = 'random'"],
    ["surveys", "concat(ifNull(o.queue, ''), '/', ifNull(o.dimension, ''))", "o.kind = 'survey_answered'"],
];

/// What the statements share.
fn shared() -> String {
    let scored = SCORES.map(|[what, of, which]| sql!("scored").replace("{what}", what).replace("{of}", of).replace("{which}", which));
    let parts = [sql!("begin"), sql!("entries"), sql!("terms"), sql!("handled"), sql!("ended"), sql!("answered"), sql!("tags")];
    format!("WITH\n{},\n{}", parts.join(",\n"), scored.join(",\n"))
}

/// Every row of agents' days.
fn rows() -> String {
    let judged = |what: &str| sql!("judged").replace("{what}", what);
    let parts = [
        ("{people}", sql!("people").to_owned()),
        ("{time}", sql!("time").to_owned()),
        ("{runs}", sql!("runs").to_owned()),
        ("{starts}", sql!("starts").to_owned()),
        ("{shift}", sql!("shift").to_owned()),
        ("{away}", sql!("away").to_owned()),
        ("{shifts}", sql!("shifts").to_owned()),
        ("{leave}", sql!("leave").to_owned()),
        ("{calls}", sql!("calls").to_owned()),
        ("{tagged}", sql!("tagged").to_owned()),
        ("{groups}", sql!("groups").to_owned()),
        ("{waits}", sql!("waits").to_owned()),
        ("{evaluations}", judged("evaluations")),
        ("{surveys}", judged("surveys")),
        ("{repeats}", sql!("repeats").to_owned()),
        ("{targets}", sql!("targets").to_owned()),
    ];
    let joined = parts.iter().fold(sql!("joined").to_owned(), |joined, (name, part)| joined.replace(name, part));
    sql!("agent_day").replace("{joined}", &joined)
}

/// Fills in the definitions, and what is asked.
fn filled(sql: &str, asked: &Asked<'_>) -> String {
    // Of the shifts of the day before only what reaches into the first day says anything of it: each part of a shift is compared by itself.
    let scheduled = "SELECT '' AS tenant, agent, (observation_id, day) AS observation_id, scheduled, toInt64(0) AS shift_begin_us, start_us, end_us, bucket
    FROM scheduled ARRAY JOIN range(day_of(start_us), day_of(end_us - 1) + 1) AS bucket
    WHERE day BETWEEN {first} - 1 AND {last} AND end_us > begin_us({first})";
    let spans = "SELECT '' AS tenant, agent, activity, start_us, end_us, day AS bucket FROM cut";
    let ended = "SELECT '' AS tenant, agent, start_us, end_us, startsWith(activity, 'pause_') OR activity = 'unknown' AS paused FROM cut";
    let Asked { site, first_day, last_day, as_of_us, once } = asked;
    [
        ("{pieces}", pieces(scheduled, spans, " AND a.bucket = s.bucket")),
        ("{stretches}", stretches_of(ended, "{zone}")),
        ("{adherent}", format!("({})", ADHERENT.replace("{grace_s:UInt32}", GRACE_S))),
        ("{paid}", condition(Activity::paid)),
        ("{staffed}", condition(Activity::staffed)),
        ("{occupancy_base}", condition(Activity::in_occupancy_base)),
        ("{own_pause}", condition(is_own_pause)),
        ("{once}", if *once { "MATERIALIZED" } else { "" }.to_owned()),
        ("{tenant}", quoted(&site.tenant)),
        ("{site}", quoted(&site.site)),
        ("{rest_us}", (i64::from(REST_S) * 1_000_000).to_string()),
        ("{zone}", quoted(&site.zone)),
        ("{first}", first_day.to_string()),
        ("{last}", last_day.to_string()),
        ("{as_of_us}", as_of_us.to_string()),
    ]
    .iter()
    .fold(sql.to_owned(), |sql, (name, text)| sql.replace(name, text))
}

/// Agents whose days were erased on request are not formed again: the erasure keeps a hash of them.
const NOT_ERASED: &str = "lower(hex(SHA256(concat({tenant}, char(31), agent)))) NOT IN (SELECT e.agent_hash FROM {database}.erasures AS e WHERE e.agent_hash != '')";

/// What makes the server work out once what is asked to be; and planning these statements takes a quarter less without a search for comparisons that follow from
/// others (`a < b AND b < 5`), of which they have none that would spare reading anything.
pub(super) const ONCE: &str = "\nSETTINGS enable_materialized_cte = 1, optimize_and_compare_chain = 0";

/// From which day on facts are read that a day looks back at; `over` says that a day's repeats are needed only when they are known.
fn looking_back(sql: &str, days: [&str; 2], over: &str) -> String {
    sql.replace("{first_28}", days[0]).replace("{first_31}", days[1]).replace("{if_over}", over)
}

/// Inserts the rows of the days; `columns` are those of the table but the version.
pub(super) fn insert(asked: &Asked<'_>, columns: &[String], version: u64) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let names = names.join(", ");
    let over = " AND begin_us({first} + 1) + 259200000000 <= {as_of_us}";
    let shared = looking_back(&shared(), ["{first} - 28", "{first} - 31"], over);
    let select =
        format!("{shared}\nSELECT {names}, {version} AS version, {version} AS generation\nFROM\n(\n{}\n)\nWHERE {NOT_ERASED}", rows());
    format!(
        "INSERT INTO {{database}}.agent_days ({names}, version, generation)\n{}{}",
        filled(&select, asked),
        if asked.once { ONCE } else { "" }
    )
}

/// Day and fingerprint of the days that have any fact.
pub(super) fn fingerprints(asked: &Asked<'_>) -> String {
    let sql = sql!("fingerprint").replace("{people}", sql!("people"));
    // Its facts are those of the days alone.
    let shared = looking_back(&shared(), ["{first}"; 2], "");
    let select = filled(&format!("{shared}\nSELECT day, toString(fingerprint) AS fingerprint FROM\n(\n{sql}\n)"), asked);
    format!("{select}{}", if asked.once { ONCE } else { "" })
}

/// A statement in which `day_of` is the local day of a time in microseconds.
pub(super) fn day_of(sql: &str, asked: &Asked<'_>) -> String {
    filled(&format!("WITH (t -> toInt32(toDate(fromUnixTimestamp64Micro(t, 'UTC'), {{zone}}))) AS day_of\n{sql}"), asked)
}

/// First and last day that can be closed, and the time of the latest event.
pub(super) fn closed(asked: &Asked<'_>) -> String {
    filled(&format!("WITH\n{}\n{}", sql!("begin"), sql!("closed")), asked)
}

/// The view of who left when; its parameters are those of ClickHouse.
pub(super) fn labels() -> String {
    sql!("labels")
        .replace("{entries}", sql!("entries"))
        .replace("{once}", "")
        .replace("{tenant}", "{tenant:String}")
        .replace("{zone}", "{zone:String}")
}
