//! The views of `kpi::cubes`: facts summed by several dimensions at once, each dimension folded to its most frequent members of the day.
//!
//! Three steps, each a subquery: *cells* (every combination that there is, sums under names of their own), *ranked* (how frequent each member
//! is in its day), and the cube itself (rare members are `(other)`, sums under their names, ratios). See docs/decisions/0015.

mod cells;
mod rows;

use super::{View, view};
use kpi::cubes::{CUBES, Cube, OTHER};

/// The members of each dimension of the cells, with their place in the order of frequency of their day. Names that are not known have an order
/// of their own, so they never displace one that is.
fn ranked(cube: &Cube, cells: &str) -> String {
    let mut weight = cube.ranked_by.to_owned();
    for measure in cube.measures() {
        weight = weight
            .split(' ')
            .map(|word| if word == measure.name { format!("m_{word}") } else { word.to_owned() })
            .collect::<Vec<_>>()
            .join(" ");
    }
    let frequencies: Vec<String> = cube
        .dimensions
        .iter()
        .map(|dimension| format!("sum({weight}) OVER (PARTITION BY tenant, day, d_{0}) AS f_{0}", dimension.name))
        .collect();
    let places: Vec<String> = cube
        .dimensions
        .iter()
        .map(|dimension| {
            format!("dense_rank() OVER (PARTITION BY tenant, day, d_{0} = '' ORDER BY f_{0} DESC, d_{0}) AS r_{0}", dimension.name)
        })
        .collect();
    format!(
        "SELECT *,\n    {}\nFROM\n(\nSELECT *, toDate(start, {{zone:String}}) AS day, {weight} AS weight,\n    {}\nFROM\n(\n{cells}\n)\n)",
        places.join(",\n    "),
        frequencies.join(",\n    ")
    )
}

fn cube_view(cube: &Cube) -> View {
    let folded = cube.dimensions.iter().map(|dimension| {
        let name = dimension.name;
        format!("if(d_{name} = '' OR r_{name} <= {}, d_{name}, '{OTHER}') AS {name}", dimension.members)
    });
    let sums = cube.measures().into_iter().map(|measure| {
        let sum = if measure.histogram { "sumForEach" } else { "sum" };
        format!("{sum}(m_{0}) AS {0}", measure.name)
    });
    let columns: Vec<String> = folded.chain(sums).collect();
    let names: Vec<&str> = cube.dimensions.iter().map(|dimension| dimension.name).collect();
    let ratios: String = cube.ratios().iter().map(|ratio| format!(",\n    {} AS {}", ratio.sql, ratio.name)).collect();
    let select = format!(
        "SELECT *{ratios}\nFROM\n(\nSELECT tenant, start,\n    {}\nFROM\n(\n{}\n)\nGROUP BY tenant, start, {}\n)",
        columns.join(",\n    "),
        ranked(cube, &cells::of(cube, &cells::start(), &cube.measures())),
        names.join(", ")
    );
    let bounds: Vec<String> = cube.dimensions.iter().map(|dimension| format!("{} {}s", dimension.members, dimension.name)).collect();
    let comment = format!(
        "{}, by the quarter hour or local day: at most {} cells a day; the most frequent of a day keep their name ({}), the rest are {OTHER}. Parameters: {}.",
        cube.title,
        cube.cells_max(),
        bounds.join(", "),
        cube.parameters
    );
    view(cube.view, &comment, &select)
}

/// How many members each dimension of each cube had, and how many of them were folded.
fn cardinality() -> View {
    let parts: Vec<String> = CUBES.iter().map(|cube| {
        // Only the sums that make a member frequent: the others would be computed in vain.
        let named = |name: &str| cube.ranked_by.split(' ').any(|word| word == name);
        let measures: Vec<_> = cube.measures().into_iter().filter(|measure| named(&measure.name)).collect();
        let ranked = ranked(cube, &cells::of(cube, &cells::start_of_day(), &measures));
        let dimensions: Vec<String> = cube.dimensions.iter().map(|dimension| {
            let name = dimension.name;
            format!("('{name}', toUInt64({}), d_{name}, r_{name})", dimension.members)
        }).collect();
        format!(
            "SELECT '{}' AS cube_view, tenant, day, part.1 AS dimension, part.2 AS members_kept_at_most, uniqExactIf(part.3, part.3 != '') AS members,
    uniqExactIf(part.3, part.3 != '' AND part.4 > part.2) AS members_folded, sum(weight) AS weight_of_day,
    sumIf(weight, part.3 != '' AND part.4 > part.2) AS weight_folded, toUInt64({}) AS cells_at_most
FROM\n(\n{ranked}\n)\nARRAY JOIN [{}] AS part\nGROUP BY tenant, day, part.1, part.2",
            cube.view,
            cube.cells_max(),
            dimensions.join(", ")
        )
    }).collect();
    let comment = "How many members each dimension of each cube had in each local day, how many were folded into (other), and how much of the day they are. Parameters: zone, first_day, last_day, question.";
    view("v_cube_cardinality", comment, &parts.join("\nUNION ALL\n"))
}

/// Every cube, and how much each folds.
pub(super) fn all() -> Vec<View> {
    CUBES.iter().map(cube_view).chain([cardinality()]).collect()
}
