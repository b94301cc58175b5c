//! The cells of a cube before anything is folded: columns `d_…` for dimensions, `m_…` for sums.

use super::rows;
use kpi::cubes::{Cube, CubeMeasure, Key, Origin, Rows};

/// The start of the quarter hour or local day that is asked for, of the time `at`, in UTC.
pub(super) fn start() -> String {
    "multiIf(
        {grain:String} = 'interval', toDateTime(toStartOfInterval(at, INTERVAL 15 MINUTE, 'UTC'), 'UTC'),
        {grain:String} = 'day', toDateTime(toStartOfDay(at, {zone:String}), 'UTC'),
        toDateTime(throwIf({grain:String} NOT IN ('interval', 'day'), 'grain must be interval or day'), 'UTC'))"
        .to_owned()
}

/// The start of the local day.
pub(super) fn start_of_day() -> String {
    "toDateTime(toStartOfDay(at, {zone:String}), 'UTC')".to_owned()
}

const DAYS_ASKED: &str = "toDate(at, {zone:String}) BETWEEN {first_day:Date} AND {last_day:Date}";

/// Every cell of the days asked for.
pub(super) fn of(cube: &Cube, start: &str, measures: &[CubeMeasure]) -> String {
    if cube.key == Key::Contact {
        return of_contacts(cube, start, measures);
    }
    let dimensions: Vec<String> =
        cube.dimensions.iter().map(|dimension| format!("{} AS d_{}", member(dimension.name, dimension.origin), dimension.name)).collect();
    let keys = names("d_", cube.dimensions.iter().map(|dimension| dimension.name));
    let parts = cube.rows.iter().map(|part| {
        format!(
            "SELECT tenant, {start} AS start, {},\n    {}\nFROM\n(\n{}\n)\nWHERE {DAYS_ASKED}\nGROUP BY tenant, start, {keys}",
            dimensions.join(", "),
            sums(cube, *part, measures),
            rows::with_reference(cube, *part)
        )
    });
    again(measures, &format!("tenant, start, {keys}"), &parts.collect::<Vec<_>>())
}

/// What was counted in parts, added up.
fn again(measures: &[CubeMeasure], keys: &str, parts: &[String]) -> String {
    if let [part] = parts {
        return part.clone();
    }
    format!("SELECT {keys},\n    {}\nFROM\n(\n{}\n) AS p\nGROUP BY {keys}", added(measures), parts.join("\nUNION ALL\n"))
}

fn added(measures: &[CubeMeasure]) -> String {
    let sums = measures.iter().map(|measure| {
        let sum = if measure.histogram { "sumForEach" } else { "sum" };
        format!("{sum}(p.m_{0}) AS m_{0}", measure.name)
    });
    sums.collect::<Vec<_>>().join(",\n    ")
}

/// Whether sums of `of` are counted in the rows of `part`.
fn counted(cube: &Cube, part: Rows, of: Rows) -> bool {
    of == part || (cube.key == Key::Contact && part == Rows::Contacts && of == Rows::Repeats)
}

/// The sums of one kind of facts; what other facts of the cube are summed to is nothing here.
fn sums(cube: &Cube, part: Rows, measures: &[CubeMeasure]) -> String {
    let sums = measures.iter().map(|measure| match (counted(cube, part, measure.rows), measure.histogram) {
        (true, true) => format!("{} AS m_{}", measure.sql, measure.name),
        (true, false) => format!("toInt64({}) AS m_{}", measure.sql, measure.name),
        (false, true) => format!("CAST([], 'Array(Int64)') AS m_{}", measure.name),
        (false, false) => format!("toInt64(0) AS m_{}", measure.name),
    });
    sums.collect::<Vec<_>>().join(",\n    ")
}

fn names<'a>(prefix: &str, all: impl Iterator<Item = &'a str>) -> String {
    all.map(|name| format!("{prefix}{name}")).collect::<Vec<_>>().join(", ")
}

/// The member of a fact as a text; empty: not known.
fn member(name: &str, origin: Origin) -> String {
    match origin {
        Origin::Fact => format!("toString(ifNull({name}, ''))"),
        Origin::Reference(_) => format!("a_{name}"),
        Origin::Tenure => TENURE.to_owned(),
        Origin::Segment => "ifNull(segment, '')".to_owned(),
    }
}

/// Days since the hiring, whose date is text as loaded.
const TENURE: &str = "multiIf(toDateOrNull(a_hire_date) IS NULL OR toDateOrNull(a_hire_date) > toDate(at, {zone:String}), '',
        dateDiff('day', assumeNotNull(toDateOrNull(a_hire_date)), toDate(at, {zone:String})) <= 90, '0 to 90 days',
        addYears(assumeNotNull(toDateOrNull(a_hire_date)), 1) > toDate(at, {zone:String}), '91 days to a year',
        addYears(assumeNotNull(toDateOrNull(a_hire_date)), 3) > toDate(at, {zone:String}), '1 to 3 years', 'over 3 years')";

/// Contacts first, so that everything of a contact is in its cell: one pass over all facts by the contact, not a join for each kind of them.
/// The id is hashed to 64 bits for it, in half the time of the text. Two ids with one hash would share a cell, and no sum would change.
fn of_contacts(cube: &Cube, start: &str, measures: &[CubeMeasure]) -> String {
    // Repeats are found with the contacts.
    let parts = cube.rows.iter().filter(|part| **part != Rows::Repeats).map(|part| {
        format!(
            "SELECT any(tenant) AS tenant_of_part, cityHash64(tenant, contact_id) AS contact, {},\n    {}\nFROM\n(\n{}\n)\nGROUP BY contact",
            rows::OF_CONTACT,
            sums(cube, *part, measures),
            rows::of(cube, *part)
        )
    });
    let contacts = format!(
        "SELECT any(p.tenant_of_part) AS tenant, p.contact AS contact, max(p.is_contact) AS known, if(known, maxIf(p.at_of_part, p.is_contact), max(p.at_of_part)) AS at,
    max(p.reason_of_part) AS reason, max(p.channel_of_part) AS channel, max(p.who_of_part) AS who,
    {}\nFROM\n(\n{}\n) AS p\nGROUP BY contact\nHAVING {DAYS_ASKED}",
        added(measures),
        parts.collect::<Vec<_>>().join("\nUNION ALL\n")
    );
    let dimensions: Vec<String> =
        cube.dimensions.iter().map(|dimension| format!("{} AS d_{}", member(dimension.name, dimension.origin), dimension.name)).collect();
    let keys = names("d_", cube.dimensions.iter().map(|dimension| dimension.name));
    let sums: Vec<String> = measures.iter().map(|measure| format!("sum(p.m_{0}) AS m_{0}", measure.name)).collect();
    format!(
        "SELECT p.tenant AS tenant, {start} AS start, {},\n    {}\nFROM\n(\n{}\n) AS p\nGROUP BY tenant, start, {keys}",
        dimensions.join(", "),
        sums.join(",\n    "),
        rows::contacts_with_reference(cube, &contacts)
    )
}
